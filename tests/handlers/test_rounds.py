"""Rounds of feedback, from the organiser who opens one to the moderator who gets the board."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.bodies import Form, Text
from bot.core.events import Mention, Message, Platform
from bot.core.feedback import Consent, Feedback
from bot.core.outbox import State
from bot.core.policy import LIMITS
from bot.core.rounds import Asked, Round, post_key
from tests.handlers.desk import Desk

IN_WORKSPACES = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
TITLE, FIRST, SECOND = "Espresso Café", "What works well?", "In what other ways can it be used?"


async def open_round(desk: Desk, **values: str) -> None:
    given = {"title": TITLE, "prompt1": FIRST, "prompt2": SECOND, "where": "everywhere", **values}
    await desk.submit("round", who="organiser", **given)


def kept(desk: Desk) -> list[Feedback]:
    return list(desk.database.kept.feedback.rows_by_key.values())


def told(desk: Desk) -> str:
    return " ".join(post.body.text for post in desk.posts if isinstance(post.body, Text))


async def delivered(desk: Desk, prompt: int) -> str:
    """The platform has the post of a prompt; its id there."""
    key = post_key(Asked(1, prompt), desk.platform)
    rows = desk.database.kept.outbox.rows
    rows[key] = replace(rows[key], state=State.SENT, remote_id=f"remote-{prompt}")
    return f"remote-{prompt}"


async def reply(
    desk: Desk,
    thread: str,
    text: str,
    kind: type[Message] | type[Mention] = Message,
    who: str = "member",
    heard_after: timedelta = timedelta(0),
) -> None:
    new = desk.new(who)
    desk.now += heard_after
    place = replace(new.pop("place"), channel="room", thread=thread)  # type: ignore[type-var]
    await desk.send(kind(**new, place=place, text=text, message_id="reply"))  # type: ignore[arg-type]


@IN_WORKSPACES
async def test_an_organiser_opens_a_round_with_a_form_and_a_post_goes_out_for_each_prompt(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.command("round open", who="organiser")
    assert [field.name for field in desk.form.fields if not field.optional] == ["title", "prompt1", "where"]
    await open_round(desk)
    out = [post for post in desk.posts if post.key.startswith("round:")]
    assert [post.key for post in out] == [f"round:1:{prompt}:{one}" for one in Platform for prompt in (1, 2)]
    assert all(isinstance(post.body, Text) and len(post.body.text) <= LIMITS[Platform.X] for post in out)
    assert {bool(post.body.buttons) for post in out if isinstance(post.body, Text)} == {False, True}
    assert {post.cut_off for post in out} == {desk.now + timedelta(days=7)}
    assert "Round 1 is open until Tuesday 8 December 2026 at 8am" in told(desk)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"title": " "}, "needs a title"),
        ({"prompt1": "", "prompt2": ""}, "at least one prompt"),
        ({"prompt1": "x" * 241}, "Use at most 240"),
        ({"prompt1": "x" * 230}, "leave X out"),
        ({"until": "1 November 2026"}, "has passed"),
    ],
)
async def test_what_cannot_be_a_round_is_told_with_what_was_typed(values: dict[str, str], problem: str) -> None:
    desk = Desk()
    await open_round(desk, **values)
    assert problem in desk.said
    assert SECOND in desk.said or "prompt2" in values
    assert desk.database.kept.rounds_kept == {}


async def test_a_second_round_has_to_wait_for_the_first_where_both_would_be() -> None:
    desk = Desk()
    await open_round(desk, where="slack")
    await open_round(desk, title="Another")
    assert "Round 1, Espresso Café, is still open there" in desk.said
    await open_round(desk, title="Another", where="teams")
    assert len(desk.database.kept.rounds_kept) == 2


@pytest.mark.parametrize("platform", Platform)
async def test_an_answer_by_the_prompts_number_is_feedback_on_that_prompt(platform: Platform) -> None:
    desk = Desk(platform)
    await open_round(desk)
    await desk.mention("answer 2: Shorter cards")
    assert [(one.prompt, one.text, one.consent) for one in kept(desk)] == [(SECOND, "Shorter cards", Consent.NO)]
    assert desk.said == "Thank you. Your feedback is number 1."
    assert desk.database.kept.answered == {1: Asked(1, 2)}


@IN_WORKSPACES
async def test_an_answer_without_a_number_that_fits_is_asked_for_it(platform: Platform) -> None:
    desk = Desk(platform)
    await open_round(desk)
    for typed in ("answer", "answer 3 Cards"):
        await desk.mention(typed)
        assert desk.said == f"Which? 1. {FIRST}\n2. {SECOND}"
    await desk.press(desk.text.buttons[1].action, desk.text.buttons[1].value)
    assert (desk.form.form, desk.form.intro) == ("round-answer:1.2", SECOND)
    await desk.submit(desk.form.form, text="Cards", may_quote="unnamed")
    assert [(one.prompt, one.consent) for one in kept(desk)] == [(SECOND, Consent.UNNAMED)]


@IN_WORKSPACES
@pytest.mark.parametrize("typed", ["2.5 hours is too long", "2:30 is too late", "2nd", "21 Cards"])
async def test_a_number_that_is_part_of_the_words_names_no_question(platform: Platform, typed: str) -> None:
    desk = Desk(platform)
    await open_round(desk)
    await desk.mention(f"answer {typed}")
    assert desk.said == f"Which? 1. {FIRST}\n2. {SECOND}"
    await reply(desk, await delivered(desk, 1), f"answer {typed}")
    assert [(one.prompt, one.text) for one in kept(desk)] == [(FIRST, f"answer {typed}")]


@pytest.mark.parametrize("typed", ["2 Cards", "2, Cards", "2: Cards", "2:Cards", "2.) Cards", "2; Cards", "2\nCards"])
async def test_a_questions_number_may_have_a_sign_behind_it(typed: str) -> None:
    desk = Desk()
    await open_round(desk)
    await desk.mention(f"answer {typed}")
    assert [(one.prompt, one.text) for one in kept(desk)] == [(SECOND, "Cards")]


async def test_an_answer_that_nobody_can_see_is_none() -> None:
    desk = Desk()
    await open_round(desk)
    await desk.command("answer 1 \u200b")
    assert desk.form.intro == FIRST
    await desk.submit(desk.form.form, text="\u200b \u2060")
    assert desk.said.startswith("That was empty.")
    await reply(desk, await delivered(desk, 1), "\u200b")
    assert kept(desk) == []


@pytest.mark.parametrize("platform", Platform)
async def test_an_answer_by_number_after_the_end_is_told_that_it_is_over(platform: Platform) -> None:
    desk = Desk(platform)
    await open_round(desk)
    desk.now += timedelta(days=8)
    await desk.mention("answer 2 Too late")
    assert desk.said == "That is over. Type /campaign feedback."
    assert desk.post.private_to == "member"
    assert kept(desk) == []


async def test_a_number_alone_opens_the_form() -> None:
    desk = Desk()
    await open_round(desk)
    await desk.command("answer 1")
    assert desk.form.intro == FIRST
    await desk.submit(desk.form.form, text=" ")
    assert desk.said.startswith("That was empty.")


async def test_while_no_round_is_open_there_an_answer_is_what_it_was_before() -> None:
    desk = Desk()
    await open_round(desk, where="teams")
    await desk.mention("answer 2 How can I get involved?")
    assert "join the chat" in desk.said


@IN_WORKSPACES
@pytest.mark.parametrize("kind", [Message, Mention])
async def test_a_reply_below_a_prompt_answers_it(platform: Platform, kind: type[Message] | type[Mention]) -> None:
    desk = Desk(platform)
    await open_round(desk)
    thread = await delivered(desk, 2)
    await reply(desk, thread, "Badges", kind)
    assert [(one.prompt, one.text) for one in kept(desk)] == [(SECOND, "Badges")]
    assert desk.post.private_to == "member"
    await reply(desk, "another thread", "Not this")
    assert len(kept(desk)) == 1


async def test_who_told_the_bot_to_stop_is_not_listened_to() -> None:
    desk = Desk()
    await open_round(desk)
    thread = await delivered(desk, 1)
    await desk.mention("stop")
    await reply(desk, thread, "Badges")
    assert kept(desk) == []


async def test_a_command_below_a_prompt_is_still_a_command() -> None:
    desk = Desk()
    await open_round(desk)
    await reply(desk, await delivered(desk, 1), "help", Mention)
    assert kept(desk) == []
    assert desk.said.startswith("Hello from")


BEGIN_LIKE_COMMANDS = (
    "Start earlier, at 7pm",
    "Chat more often please",
    "Questions were too hard",
    "Stop the reminders",
    "Pause between questions",
    "Hello, shorter cards please",
    "help people find the room",
    "Feedback: nice",
    "Round tables",
    "Answers on the cards",
)


@IN_WORKSPACES
@pytest.mark.parametrize("kind", [Message, Mention])
@pytest.mark.parametrize("text", BEGIN_LIKE_COMMANDS)
async def test_a_reply_that_begins_with_the_word_of_a_command_is_an_answer(
    platform: Platform, kind: type[Message] | type[Mention], text: str
) -> None:
    desk = Desk(platform)
    await open_round(desk)
    await reply(desk, await delivered(desk, 2), text, kind)
    assert [(one.prompt, one.text) for one in kept(desk)] == [(SECOND, text)]
    assert desk.said == "Thank you. Your feedback is number 1."


@pytest.mark.parametrize(
    "text",
    ["stop", "start", "hello", "help please", "thanks", "round", "round close 1", "feedback delete 7", "paused"],
)
async def test_an_order_to_the_bot_below_a_prompt_is_no_answer(text: str) -> None:
    desk = Desk()
    await open_round(desk)
    await reply(desk, await delivered(desk, 1), text, Mention)
    assert kept(desk) == []
    assert told(desk)


async def test_stop_alone_below_a_prompt_is_no_answer_without_a_mention_either() -> None:
    desk = Desk()
    await open_round(desk)
    await reply(desk, await delivered(desk, 1), "Stop!")
    assert (kept(desk), desk.posts) == ([], [])


@pytest.mark.parametrize(
    "text", ["export this month", "feedback list new", "feedback show 7", "feedback tag 7 pace", "feedback list wales"]
)
async def test_a_moderator_reads_feedback_below_a_prompt_and_somebody_else_answers(text: str) -> None:
    desk = Desk()
    await open_round(desk)
    await reply(desk, await delivered(desk, 1), text, Mention, who="moderator")
    assert (kept(desk), len(desk.posts)) == ([], 1)
    await reply(desk, await delivered(desk, 1), text, Mention, who="member")
    assert [one.text for one in kept(desk)] == [text]


@pytest.mark.parametrize(("typed", "who", "is_slip"), [
    ("round opne", "organiser", True),
    ("round clsoe 1", "organiser", True),
    ("round opne", "member", False),
    ("round and round", "organiser", False),
])  # fmt: skip
async def test_a_slip_in_what_an_organiser_types_lists_the_rounds(typed: str, who: str, is_slip: bool) -> None:
    desk = Desk()
    await desk.mention(typed, who=who)
    assert any(one.action == "round-form" for one in desk.text.buttons) is is_slip


async def test_who_may_pause_the_bot_does_so_below_a_prompt_too() -> None:
    desk = Desk()
    await open_round(desk)
    await reply(desk, await delivered(desk, 1), "pause this post is wrong", Mention, who="moderator")
    assert kept(desk) == []
    assert "Reason: this post is wrong." in desk.said


@pytest.mark.parametrize("kind", [Message, Mention])
async def test_a_reply_may_answer_another_question_by_its_number(kind: type[Message] | type[Mention]) -> None:
    desk = Desk()
    await open_round(desk)
    thread = await delivered(desk, 1)
    await reply(desk, thread, "answer 2 Cards", kind)
    assert [(one.prompt, one.text) for one in kept(desk)] == [(SECOND, "Cards")]
    for typed in ("answer 7 Cards", "answer"):
        await reply(desk, thread, typed, kind)
        assert desk.said == f"Which? 1. {FIRST}\n2. {SECOND}"
    assert len(kept(desk)) == 1


async def test_on_x_a_reply_is_no_answer() -> None:
    desk = Desk(Platform.X)
    await open_round(desk)
    await reply(desk, await delivered(desk, 1), "Badges")
    assert kept(desk) == []


async def test_what_is_personal_in_an_answer_is_offered_for_removal_and_it_stays_an_answer() -> None:
    desk = Desk()
    await open_round(desk)
    await desk.mention("answer 1 Ring me on 07700 900123")
    await desk.press(desk.text.buttons[0].action, desk.text.buttons[0].value)
    assert [(one.prompt, one.text) for one in kept(desk)] == [(FIRST, "Ring me on [phone number removed]")]
    assert desk.database.kept.answered == {1: Asked(1, 1)}


async def test_a_closed_round_takes_no_more_answers_and_what_was_not_out_stays_in() -> None:
    desk = Desk()
    await open_round(desk)
    thread = await delivered(desk, 2)
    await desk.command("round close 1", who="organiser")
    assert desk.said == "Round 1 is closed, with 0 answers."
    assert desk.database.kept.outbox.rows["round:1:1:slack"].state is State.CANCELLED
    desk.now += timedelta(seconds=1)
    await reply(desk, thread, "Too late")
    await desk.press("round-answer", "1.1")
    assert desk.said.startswith("That is over.")
    assert kept(desk) == []


@IN_WORKSPACES
async def test_who_replies_below_a_closed_rounds_question_is_told_once_that_it_is_over(platform: Platform) -> None:
    desk = Desk(platform)
    await open_round(desk)
    thread = await delivered(desk, 2)
    desk.now += timedelta(days=8)
    for who in ("member", "student"):
        await reply(desk, thread, "Too late", who=who)
        assert desk.said.startswith("That is over.")
        assert who in (desk.post.private_to, desk.post.place.channel)
        await reply(desk, thread, "Still talking", who=who)
        assert desk.posts == []
    await reply(desk, thread, "stop", who="third")
    await reply(desk, "another-thread", "Hello", who="third")
    desk.now += timedelta(days=30)
    await reply(desk, thread, "Hello", who="third")
    assert (desk.posts, kept(desk)) == ([], [])


@IN_WORKSPACES
@pytest.mark.parametrize("text", ["Badges", "answer 2 Badges"])
@pytest.mark.parametrize("kind", [Message, Mention])
async def test_what_was_said_before_the_end_counts_also_where_the_bot_hears_of_it_later(
    platform: Platform, kind: type[Message] | type[Mention], text: str
) -> None:
    desk = Desk(platform)
    await open_round(desk)
    thread = await delivered(desk, 2)
    desk.now += timedelta(days=7, seconds=-1)
    await reply(desk, thread, text, kind, heard_after=timedelta(hours=3))
    assert [(one.prompt, one.text) for one in kept(desk)] == [(SECOND, "Badges")]
    assert desk.said == "Thank you. Your feedback is number 1."
    await reply(desk, thread, text, kind)
    assert len(kept(desk)) == 1


async def test_what_was_said_in_one_round_is_no_answer_to_the_next() -> None:
    desk = Desk()
    await open_round(desk)
    desk.now += timedelta(days=7, seconds=-1)
    said = desk.new("member")
    desk.now += timedelta(hours=1)
    await open_round(desk, prompt1="Another?", prompt2="One more?")
    await desk.send(Mention(**said, text="answer 2 Badges", message_id="m"))  # type: ignore[arg-type]
    assert [(one.prompt, one.text) for one in kept(desk)] == [(SECOND, "Badges")]


@pytest.mark.parametrize(("later", "answers"), [(timedelta(minutes=59), True), (timedelta(hours=1), False)])
async def test_a_form_that_was_open_at_the_end_counts_for_an_hour_and_then_is_plain_feedback(
    later: timedelta, answers: bool
) -> None:
    desk = Desk()
    await open_round(desk)
    await desk.command("round close 1", who="organiser")
    desk.now += later
    await desk.submit("round-answer:1.2", text="Cards")
    assert [(one.prompt, one.text) for one in kept(desk)] == [(SECOND if answers else "", "Cards")]
    assert desk.database.kept.answered == ({1: Asked(1, 2)} if answers else {})


async def test_nobody_writes_on_the_board_of_a_workshop() -> None:
    desk = Desk()
    async with desk.database.transaction() as tx:
        day = desk.now - timedelta(minutes=5)
        await tx.rounds.add(Round(key="import:1", title=TITLE, prompts=(FIRST,), platforms=(), opened=day, closes=day))
    await desk.submit("feedback", text="From a stranger", answers="1.1")
    assert [(one.prompt, one.text) for one in kept(desk)] == [("", "From a stranger")]
    assert desk.database.kept.answered == {}


@pytest.mark.parametrize("typed", ["round close 7", "round close", "round board 7"])
async def test_a_round_that_there_is_not_is_told(typed: str) -> None:
    desk = Desk()
    await desk.command(typed, who="admin")
    assert desk.said.startswith("No such round.")


@IN_WORKSPACES
async def test_a_moderator_gets_the_board_as_a_file_and_the_audit_notes_it(platform: Platform) -> None:
    desk = Desk(platform)
    await open_round(desk)
    await desk.mention("answer 1 Cards:\n- small\n- <b>bold</b>")
    await desk.command("round board 1", who="moderator")
    assert desk.post.place.direct
    assert desk.file.name == "board-1.md"
    assert "- Cards:\n  - small\n  - \\<b\\>bold\\</b\\>\n" in desk.file.content
    assert ("feedback board", "1") in [(one.what, one.about) for one in desk.database.kept.audit.entries]


async def test_a_board_that_no_message_of_teams_takes_is_not_sent_in_silence() -> None:
    desk = Desk(Platform.TEAMS)
    await open_round(desk)
    for number in range(20):
        await desk.mention(f"answer 1 {number} " + "Larger cards, please. " * 60)
    await desk.command("round board 1", who="moderator")
    assert desk.said == "The board is too large for a message: ask for board 1 at the command line."


@pytest.mark.parametrize(
    ("who", "typed"),
    [("member", "round"), ("moderator", "round open"), ("guest", "round close 1"), ("organiser", "round board 1")],
)
async def test_who_may_not_is_refused(who: str, typed: str) -> None:
    desk = Desk()
    await open_round(desk)
    await desk.mention("answer 1 Secret words", who="somebody")
    await desk.command(typed, who=who)
    assert "Only the campaign's" in desk.said
    assert "Secret words" not in desk.said


async def test_a_form_and_a_button_of_somebody_who_may_not_open_a_round_do_nothing() -> None:
    desk = Desk()
    await desk.submit("round", who="member", title=TITLE, prompt1=FIRST)
    await desk.press("round-form", "", who="member")
    assert desk.database.kept.rounds_kept == {}
    assert "Only the campaign's" in desk.said


async def test_rounds_are_listed_with_a_button_for_another() -> None:
    desk = Desk()
    await desk.mention("round", who="organiser")
    assert desk.said.startswith("No such round.")
    await open_round(desk)
    await desk.mention("round list", who="organiser")
    assert desk.said == "Rounds:\n1. Espresso Café (open until Tuesday 8 December 2026 at 8am)"
    await desk.press(desk.text.buttons[0].action, "", who="organiser")
    assert isinstance(desk.post.body, Form)


async def test_a_list_that_leaves_rounds_out_says_how_many() -> None:
    desk = Desk()
    for number in range(22):
        one = Round(key=f"r{number}", title=TITLE, prompts=(FIRST,), platforms=(), opened=desk.now, closes=desk.now)
        await desk.database.kept.rounds.add(one)
    await desk.mention("round list", who="organiser")
    _, *lines, last = desk.said.split("\n")
    assert [line.partition(".")[0] for line in lines] == [str(number) for number in range(22, 2, -1)]
    assert last == "… and 2 older: antiphon round list, at the command line, has all of them."


async def test_the_receipts_button_takes_an_answer_back() -> None:
    desk = Desk()
    await open_round(desk)
    await desk.mention("answer 1 Cards")
    (delete,) = desk.text.buttons
    await desk.press(delete.action, delete.value, who="somebody")
    assert len(kept(desk)) == 1
    await desk.press(delete.action, "x")
    assert len(kept(desk)) == 1
    await desk.press(delete.action, delete.value)
    assert kept(desk) == []
