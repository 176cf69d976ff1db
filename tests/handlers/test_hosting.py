"""A host steers a running chat, in words and by buttons."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.bodies import Button, Removal, Text
from bot.core.content import Chat, Content
from bot.core.events import Platform
from bot.core.outbox import State
from bot.core.pause import Pause
from bot.core.plan import Standing
from bot.services.pausing import begin
from tests.handlers.desk import Desk, person
from tests.handlers.evening import CHAT, at, evening, go_on_to, plan_of, row, stored
from tests.samples import sample_content

WHERE_BUTTONS_ARE = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])


def pressed(desk: Desk, label: str) -> Button:
    return next(button for button in desk.text.buttons if button.label == label)


def answer(desk: Desk) -> str:
    """What the host is told, beside the posts that are taken down."""
    body = desk.posts[-1].body
    assert isinstance(body, Text)
    return body.text


async def press(desk: Desk, button: Button, who: str = "organiser") -> str:
    await desk.press(button.action, button.value, who)
    return desk.said


def ahead() -> Content:
    """Content whose chats have their questions put out three days before."""
    content = sample_content()
    rule = content.campaign.chat.model_copy(update={"also": ("questions",)})
    return replace(content, campaign=content.campaign.model_copy(update={"chat": rule}))


@WHERE_BUTTONS_ARE
async def test_a_host_is_shown_the_timetable_and_what_can_be_done(platform: Platform) -> None:
    desk = await evening(Desk(platform), 20)
    await desk.command("chat show", "organiser")
    assert desk.said.startswith("What we learnt this year\nTuesday 15 December 2026, 8pm to 9pm\n8pm  Welcome – out")
    assert "8:18pm  Q2. What shows best that your library makes a difference? – out" in desk.said
    assert "8:31pm  Q3. How do you use the law that speaks of evidence? – next" in desk.said
    assert [it.label for it in desk.text.buttons] == [
        "Q3 now",
        "Hold",
        "Skip Q3",
        "Q2 again",
        "5 more minutes",
        "End …",
    ]
    assert desk.post.private_to == "organiser"


@WHERE_BUTTONS_ARE
@pytest.mark.parametrize(
    "typed", ["chat go", "chat start", "chat stop now", "chat skp q3", "chat hodl", "chat help", "chat q3 again"]
)
async def test_a_slip_of_a_hosts_is_no_question_and_changes_nothing(platform: Platform, typed: str) -> None:
    desk = await evening(Desk(platform), 20)
    before = plan_of(desk)
    await desk.mention(typed, "organiser")
    assert desk.said.startswith(f"I do not know “{typed.split()[1]}”. Write one of: show, next, hold")
    assert plan_of(desk) == before
    await desk.mention(typed, "member")
    assert "Write one of" not in desk.said


@pytest.mark.parametrize(
    "typed", ["chat start?", "chat helped me to find out more", "chat hashtag", "chat 15 December"]
)
async def test_what_a_host_asks_about_chats_is_a_question(typed: str) -> None:
    desk = await evening(Desk(), 20)
    await desk.mention(typed, "organiser")
    assert "Write one of" not in desk.said


async def test_a_button_pressed_twice_does_its_work_once() -> None:
    desk = await evening(Desk(), 20)
    await desk.command("chat show", "organiser")
    more = pressed(desk, "5 more minutes")
    assert "5 minutes more. The chat now ends at 9:05pm." in await press(desk, more)
    assert "The timetable has changed since this was shown" in await press(desk, more)
    assert plan_of(desk)["q3"] == ("20:36", Standing.PLANNED)


async def test_a_button_of_an_old_timetable_still_holds() -> None:
    desk = await evening(Desk(), 20)
    await desk.command("chat show", "organiser")
    hold = pressed(desk, "Hold")
    await desk.command("chat extend 5", "moderator")
    assert "Held." in await press(desk, hold)
    assert "Nothing was changed. The chat is held already." in await press(desk, hold)
    assert "Go on" in [it.label for it in desk.text.buttons]


async def test_another_host_sees_who_did_what() -> None:
    desk = await evening(Desk(), 20)
    await desk.command("chat hold", "organiser")
    await go_on_to(desk, at(21))
    await desk.command("chat", "moderator")
    assert "8:20pm, Organiser: Held." in desk.said
    [entry] = desk.database.kept.audit.entries
    assert (entry.who, entry.what, entry.about) == ("slack:T0CAMPAIGN/organiser", "chat hold", f"chat:{CHAT}")


@pytest.mark.parametrize(
    ("typed", "tail", "became"),
    [
        ("chat next", "q3", ("20:20", Standing.PLANNED)),
        ("chat skip", "q3", ("20:31", Standing.CANCELLED)),
        ("chat skip q4", "q4", ("20:44", Standing.CANCELLED)),
        ("chat skip Q 4", "q4", ("20:44", Standing.CANCELLED)),
        ("chat hold", "wrap", ("20:58", Standing.HELD)),
        ("chat repeat", "q2-again-1", ("20:20", Standing.PLANNED)),
        ("chat repeat 1", "q1-again-1", ("20:20", Standing.PLANNED)),
        ("chat extend 10", "wrap", ("21:08", Standing.PLANNED)),
        ("chat insert And at  night?", "q5", ("20:31", Standing.PLANNED)),
        ("chat insert\nAnd at night?", "q5", ("20:31", Standing.PLANNED)),
        ("chat insert: And at night?", "q5", ("20:31", Standing.PLANNED)),
        ("chat edit Q4 What now?", "q4", ("20:44", Standing.PLANNED)),
        ("chat skip question 4.", "q4", ("20:44", Standing.CANCELLED)),
        ("chat end!", "wrap", ("20:20", Standing.PLANNED)),
        ("chat end", "wrap", ("20:20", Standing.PLANNED)),
    ],
)
async def test_each_control_can_be_typed(typed: str, tail: str, became: tuple[str, Standing]) -> None:
    desk = await evening(Desk(), 20)
    await desk.mention(typed, "organiser")
    assert plan_of(desk)[tail] == became


@pytest.mark.parametrize(
    "typed", ["chat edit Q4 What now?", "chat edit q4: What now?", "chat edit question 4 What now?"]
)
async def test_a_question_that_is_typed_anew_has_the_words_alone(typed: str) -> None:
    desk = await evening(Desk(), 20)
    await desk.mention(typed, "organiser")
    assert row(desk, "q4").title == "Q4. What now?"


async def test_a_held_chat_goes_on() -> None:
    desk = await evening(Desk(), 20)
    await desk.command("chat hold", "organiser")
    await go_on_to(desk, at(36))
    await desk.command("chat go on", "organiser")
    assert "Q3 goes out now. The rest moves by 5 minutes, to the end at 9:05pm." in desk.said


async def test_the_end_is_asked_for_twice() -> None:
    desk = await evening(Desk(), 20)
    await desk.command("chat show", "organiser")
    await desk.press("chat", pressed(desk, "End …").value, "organiser")
    assert plan_of(desk)["wrap"] == ("20:58", Standing.PLANNED)
    assert "The wrap goes out now." in await press(desk, pressed(desk, "End it now"))
    assert "End it now" not in [it.label for it in desk.text.buttons]


async def test_a_post_is_taken_down_wherever_it_is() -> None:
    desk = await evening(Desk(), 20)
    await desk.command("chat hide q2", "organiser")
    removals = [post for post in desk.posts if isinstance(post.body, Removal)]
    assert {post.platform: post.body.post_id for post in removals if isinstance(post.body, Removal)} == {
        platform: f"remote chat:{CHAT}:q2:{platform}" for platform in Platform
    }
    assert all(post.place == stored(desk, f"q2:{post.platform}").place for post in removals)
    pause = Pause(reason="r", by="b", at=desk.now, since=desk.now)
    assert not any(pause.halts(post, desk.now) for post in removals)
    before = len(desk.database.kept.outbox.rows)
    await desk.command("chat hide q2", "organiser")
    assert len(desk.database.kept.outbox.rows) == before + 1, "the answer, and no second removal"


async def test_what_waits_is_cancelled_and_what_is_in_doubt_is_left_to_a_person() -> None:
    desk = await evening(Desk(), 30)
    await go_on_to(desk, at(30, 30))
    rows = desk.database.kept.outbox.rows
    unknown = rows[f"chat:{CHAT}:q3:x"]
    rows[unknown.key] = replace(unknown, state=State.UNCONFIRMED)
    await desk.command("chat hide q3", "organiser")
    assert "Q3 is taken down on Slack, Teams. Look on X, and delete it by hand if it is there." in answer(desk)
    assert stored(desk, "q3:slack").state is State.CANCELLED


async def test_a_slip_is_taken_down_after_the_end_too() -> None:
    desk = await evening(Desk(), 90)
    await desk.command("chat hide q4", "organiser")
    assert "Q4 is taken down on X, Slack, Teams." in answer(desk)
    await desk.command("chat extend 5", "organiser")
    assert "The chat has not begun: it starts on Tuesday 12 January 2027 at 12:30pm." in desk.said, (
        "the next chat is the present one"
    )
    await desk.command("chat insert One more?", "organiser")
    assert desk.said.startswith("In the chat of Tuesday 12 January 2027: Q1 goes out at"), "and not the one that ended"


async def test_nobody_else_steers() -> None:
    desk = await evening(Desk(), 20)
    for answer in (await desk.command("chat hold"), await desk.press("chat", f"hold {CHAT} 0")):
        assert len(answer) == 1
        assert "hosts can do this" in desk.said
    assert not any(standing is Standing.HELD for _, standing in plan_of(desk).values())


@pytest.mark.parametrize(
    ("days", "may"), [(-8, False), (-7, True), (0, True), (1, True), (2, False)], ids=lambda it: str(it)
)
async def test_a_guest_lead_may_from_a_week_before_to_the_day_after(days: int, may: bool) -> None:
    guest = person(Platform.SLACK, "guest")
    chat = Chat(month="2026-12", topic="A topic", lead="Gwen", lead_ids=(guest.ref,))
    desk = await evening(Desk(content=sample_content(chats={CHAT: chat})), -590)
    desk.now = at(5) + timedelta(days=days)
    await desk.press("chat", f"extend {CHAT} 0", "guest")
    assert ("hosts can do this" not in desk.said) is may


async def test_what_is_no_control_is_answered_with_how_to() -> None:
    desk = await evening(Desk(), 20)
    await desk.press("chat", "nonsense", "organiser")
    assert "from another version of the bot" in desk.said
    await desk.command("chat extend", "organiser")
    assert "Say by how many minutes" in desk.said
    await desk.command("chat hide", "organiser")
    assert "Say which one: hide q3." in desk.said
    await desk.press("chat", "hold 2026-01-01 0", "organiser")
    assert f"There is no such chat in the plan. Planned: {CHAT}, 2027-01-12." in desk.said


async def test_a_host_is_told_that_the_bot_is_paused() -> None:
    desk = await evening(Desk(), 20)
    async with desk.database.transaction() as tx:
        await begin(tx, Pause(reason="r", by="b", at=desk.now, since=desk.now))
    await desk.command("chat show", "organiser")
    assert "The bot is paused" in desk.said


async def test_without_a_chat_there_is_nothing_to_steer() -> None:
    desk = Desk()
    await desk.command("chat hold", "organiser")
    assert desk.said == "No chat is planned."


async def test_a_question_about_chats_is_not_a_control() -> None:
    desk = await evening(Desk(), 20)
    await desk.mention("chat dates for next year?", "organiser")
    assert "Welcome – out" not in desk.said


async def test_an_edited_question_goes_out_as_it_was_edited() -> None:
    desk = await evening(Desk(), 20)
    await desk.command("chat edit 3 What does the law do for you?", "organiser")
    await go_on_to(desk, at(31))
    body = stored(desk, "q3:x").body
    assert body.kind == "text"
    assert body.text == "Q3. What does the law do for you? #ukmedlibs"
    assert row(desk, "q3").edited


async def test_the_list_of_all_questions_has_them_as_the_host_left_them() -> None:
    desk = Desk(content=ahead())
    await evening(desk, -6 * 24 * 60)
    await desk.command("chat edit 3 What does the law do for you?", "organiser")
    await desk.command("chat skip q2", "organiser")
    await desk.command("chat insert And at night?", "organiser")
    await evening(desk, -3 * 24 * 60)
    said = stored(desk, "questions:slack").body
    assert isinstance(said, Text)
    assert "Q3. What does the law do for you?\nQ4. " in said.text
    assert "Q2. " not in said.text
    assert "Q5. And at night?\nQ1. " in said.text
    on_x = stored(desk, "questions:x").body
    assert isinstance(on_x, Text)
    assert "4 questions, first And at night?" in on_x.text


async def test_a_chat_whose_questions_are_all_skipped_has_no_list_of_them() -> None:
    desk = Desk(content=ahead())
    await evening(desk, -6 * 24 * 60)
    for number in range(1, 5):
        await desk.command(f"chat skip q{number}", "organiser")
    assert row(desk, "questions").standing is Standing.CANCELLED


@pytest.mark.parametrize("platform", Platform)
async def test_somebody_who_comes_late_is_told_where_the_chat_is(platform: Platform) -> None:
    desk = await evening(Desk(platform), 20)
    for text in ("Where are we?", "chat"):
        await desk.mention(text)
        assert "We are at Q2: What shows best that your library makes a difference?" in desk.said


async def test_on_x_a_host_is_told_the_same_as_everybody() -> None:
    desk = await evening(Desk(Platform.X), 20)
    await desk.mention("chat", "organiser")
    assert desk.said.startswith("We are at Q2")
    await desk.mention("chat hold", "organiser")
    assert plan_of(desk)["q3"] == ("20:31", Standing.PLANNED)


async def test_between_chats_everybody_is_told_of_the_next_one() -> None:
    desk = Desk()
    await desk.command("chat")
    assert desk.said.startswith("The next chat is on Tuesday 15 December 2026 at 8pm")
    assert desk.post.private_to == "member"


@WHERE_BUTTONS_ARE
async def test_the_words_of_a_question_can_be_written_in_a_form(platform: Platform) -> None:
    desk = await evening(Desk(platform), 20)
    await desk.command("chat edit q4", "organiser")
    form = desk.form
    assert (form.title, form.fields[0].value) == ("Change Q4", "What can our professional body do?")
    await desk.submit(form.form, "organiser", text="What can we\n do together?")
    assert "Q4 now reads: What can we do together?" in desk.said
    await desk.submit(form.form, "organiser", text="Late")
    assert "The timetable has changed since this was shown" in desk.said
    assert "\nYou wrote: Late\n" in desk.said
    await desk.command("chat insert", "organiser")
    assert desk.form.title == "One more question"
    await desk.submit(desk.form.form, "organiser", text="And rural services?")
    assert plan_of(desk)["q5"] == ("20:31", Standing.PLANNED)


@WHERE_BUTTONS_ARE
async def test_a_question_is_added_once_also_when_others_steer_while_it_is_written(platform: Platform) -> None:
    desk = await evening(Desk(platform), 20)
    await desk.command("chat insert", "organiser")
    form = desk.form.form
    await desk.command("chat extend 5", "moderator")
    await desk.submit(form, "organiser", text="And rural services?")
    assert desk.said.startswith("Q5 goes out at 8:36pm.")
    await desk.submit(form, "organiser", text="And rural services?")
    assert desk.said.startswith("Nothing was changed. Q5 has these very words.")
    assert "q6" not in plan_of(desk)


@pytest.mark.parametrize(
    ("typed", "why"), [("chat edit", "Say which one: edit q3."), ("chat edit q1", "Q1 is out, or leaves")]
)
async def test_no_form_is_opened_for_what_cannot_be_changed(typed: str, why: str) -> None:
    desk = await evening(Desk(), 20)
    await desk.command(typed, "organiser")
    assert f"Nothing was changed. {why}" in desk.said


async def test_where_slack_opens_no_form_a_button_does() -> None:
    desk = await evening(Desk(), 20)
    await desk.mention("chat insert", "organiser")
    [button] = desk.text.buttons
    await desk.press(button.action, button.value, "organiser")
    assert desk.form.fields[0].label == "The question"
    name = desk.form.form
    await desk.submit(name, "member", text="Mine?")
    assert "hosts can do this" in desk.said
    await desk.submit(name, "organiser", text=" ")
    assert "The question has no words." in desk.said
    await desk.submit("chat-words:nonsense", "organiser", text="Why?")
    assert "from another version of the bot" in desk.said
