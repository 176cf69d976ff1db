"""You said, we did: from the moderator's words to those who read them."""

from dataclasses import replace

import pytest

from bot.core.bodies import Removal, Text
from bot.core.events import Platform
from bot.core.feedback import Status
from bot.core.outbox import Post, State
from bot.core.policy import LIMITS, length
from tests.handlers.desk import Desk

IN_WORKSPACES = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
SAID = "The cards are too small"
FAILED = "Something went wrong. Please try again, or ask your regional library lead."


async def desk_with(platform: Platform = Platform.SLACK, quote: str = "unnamed", text: str = SAID) -> Desk:
    desk = Desk(platform)
    await desk.submit("feedback", text=text, may_quote=quote)
    return desk


async def status(desk: Desk) -> Status:
    kept = await desk.database.kept.feedback.get(1)
    assert kept is not None
    return kept.status


def words(post: Post) -> str:
    assert isinstance(post.body, Text)
    return post.body.text


@IN_WORKSPACES
async def test_an_answer_goes_to_the_author_alone(platform: Platform) -> None:
    desk = await desk_with(platform)
    answer, told = await desk.command("feedback answer 1: They are larger now", who="moderator")
    assert (answer.place.channel, answer.private_to, words(answer)) == ("member", "member", "They are larger now")
    assert words(told) == "Told the author of 1."
    assert "moderator" in (told.private_to, told.place.channel), "for the moderator alone"
    assert await status(desk) is Status.ANSWERED


@IN_WORKSPACES
async def test_what_was_done_goes_to_the_author_and_on_a_press_to_everybody_once(platform: Platform) -> None:
    desk = await desk_with(platform)
    direct, told = await desk.mention("feedback done 1 We made them larger", who="moderator")
    assert (direct.place.channel, words(direct)) == ("member", f"You said: {SAID} We did: We made them larger")
    assert await status(desk) is Status.ACTIONED
    assert isinstance(told.body, Text)
    (tell,) = told.body.buttons
    *public, told = await desk.press(tell.action, tell.value, who="moderator")
    assert [post.place.channel for post in public] == ["room"] * 3
    assert {words(post) for post in public} == {f"You said: {SAID} We did: We made them larger #AMillionDecisions"}
    assert words(told) == "Posted: X and Slack and Teams."
    await desk.press(tell.action, tell.value, who="moderator")
    assert desk.said == "Told before."


@pytest.mark.parametrize(("quote", "by"), [("named", "Member"), ("unnamed", "")])
async def test_a_name_is_given_only_where_that_was_allowed(quote: str, by: str) -> None:
    desk = await desk_with(quote=quote)
    await desk.press("feedback-tell", '[1, "Larger"]', who="moderator")
    assert all(("Member" in words(post)) is bool(by) for post in desk.posts[:-1])


async def test_what_may_not_be_quoted_is_told_to_the_author_alone() -> None:
    desk = await desk_with(quote="no")
    _, told = await desk.command("feedback done 1 Larger", who="moderator")
    assert isinstance(told.body, Text)
    assert told.body.buttons == ()
    await desk.press("feedback-tell", '[1, "Larger"]', who="moderator")
    assert "did not let us quote it" in desk.said


async def test_what_is_personal_is_not_posted_whoever_consented() -> None:
    desk = Desk()
    await desk.submit("feedback", text="Ring 07700 900123", may_quote="named")
    await desk.press(desk.text.buttons[1].action, desk.text.buttons[1].value)
    await desk.press("feedback-tell", '[1, "Rang"]', who="moderator")
    assert "a phone number" in desk.said


async def test_a_long_quotation_is_cut_until_the_post_fits_x() -> None:
    desk = await desk_with(text="word " * 200)
    await desk.press("feedback-tell", '[1, "Shorter"]', who="moderator")
    assert all(length(words(post), Platform.X) <= LIMITS[Platform.X] for post in desk.posts if post.platform == "x")
    await desk.press("feedback-tell", f'[1, "{"x" * 300}"]', who="moderator")
    assert "too long for X" in desk.said


async def test_who_is_not_a_moderator_gives_feedback_in_the_same_words() -> None:
    desk = await desk_with()
    await desk.mention("feedback done 1 chat and loved it", who="organiser")
    assert desk.said == "Thank you. Your feedback is number 2."
    assert await status(desk) is Status.NEW
    await desk.press("feedback-tell", '[1, "Larger"]', who="organiser")
    assert "Only the campaign's" in desk.said


@pytest.mark.parametrize("value", ["", "[]", '["x", "y"]', "[7, 1]", "[null, null]"])
async def test_a_button_or_a_number_of_no_feedback_changes_nothing(value: str) -> None:
    desk = Desk()
    await desk.command("feedback done 7 Larger", who="moderator")
    assert "There is no feedback 7" in desk.said
    (told,) = await desk.press("feedback-tell", value, who="moderator")
    assert words(told) in ("There is no feedback 7. Perhaps its author has deleted it.", FAILED)


async def test_who_told_the_bot_to_stop_is_not_answered_and_the_moderator_is_told_so() -> None:
    desk = await desk_with()
    await desk.mention("stop")
    (told,) = await desk.command("feedback answer 1 Larger", who="moderator")
    assert words(told) == "The author of feedback 1 told the bot to stop writing to them."
    assert await status(desk) is Status.NEW
    await desk.command("feedback done 1 Larger", who="moderator")
    assert desk.said.startswith(words(told))
    assert await status(desk) is Status.ACTIONED


async def test_where_nobody_can_be_written_to_the_moderator_is_told_why() -> None:
    desk = Desk(Platform.X)
    await desk.mention("feedback Too small", who="somebody")
    desk.platform = Platform.SLACK
    await desk.command("feedback answer 1 Larger", who="moderator")
    assert "on X the bot sends no direct messages" in desk.said
    await desk.command("feedback done 1 Larger", who="moderator")
    assert "on X the bot sends no direct messages" in desk.said
    assert await status(desk) is Status.ACTIONED


async def test_who_takes_feedback_back_has_the_quotations_taken_down() -> None:
    desk = await desk_with()
    await desk.press("feedback-tell", '[1, "Larger"]', who="moderator")
    rows = desk.database.kept.outbox.rows
    key = "feedback-told:1:slack"
    rows[key] = replace(rows[key], state=State.SENT, remote_id="ts")
    await desk.command("feedback delete 1")
    assert [post.body for post in desk.posts if isinstance(post.body, Removal)] == [Removal("ts")]
    assert rows is not desk.database.kept.outbox.rows
    assert desk.database.kept.outbox.rows["feedback-told:1:x"].state is State.CANCELLED


@IN_WORKSPACES
@pytest.mark.parametrize(
    "typed",
    [
        *(
            "answer",
            "answer 1",
            "reply 1 Thank you, Jo",
            "done",
            "done 1",
            "list 5",
            "show",
            "tag 1",
            "status 1",
            "assign",
        ),
        *("list wales", "list last week", "list from 1 December", "tag timing 1", "assign north east #1", "show -1"),
        "help",
    ],
)
async def test_a_moderators_slip_is_told_how_and_is_no_feedback(platform: Platform, typed: str) -> None:
    desk = await desk_with(platform)
    assert await status(desk) is Status.NEW
    await desk.mention(f"feedback {typed}", who="moderator")
    assert desk.said == "Write feedback answer 12."
    assert len(desk.database.kept.feedback.rows_by_key) == 1


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("list more of the questions", "moderator"),
        ("show the cards in the hour", "moderator"),
        ("show 1 card a day", "member"),
        ("list all", "member"),
        ("done", "member"),
    ],
)
async def test_words_that_only_begin_like_a_slip_are_feedback(typed: str, who: str) -> None:
    desk = await desk_with()
    await desk.mention(f"feedback {typed}", who=who)
    assert [one.text for one in desk.database.kept.feedback.rows_by_key.values()] == [SAID, typed]


async def test_what_is_too_long_to_be_sent_changes_nothing() -> None:
    desk = await desk_with()
    await desk.mention(f"feedback done 1 {'x' * 3001}", who="moderator")
    assert "nothing was sent" in desk.said
    assert await status(desk) is Status.NEW
