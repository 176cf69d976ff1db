import pytest

from bot.core.events import Platform
from bot.core.outbox import State
from bot.core.pause import NOTE, Pause, stored
from tests.handlers.desk import NOW, Desk, person

IN_WORKSPACES = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
MANAGERS = pytest.mark.parametrize("who", ["organiser", "moderator"])


def pause(desk: Desk) -> Pause | None:
    return stored(desk.database.kept.ledger.notes.get(NOTE))


def audit(desk: Desk) -> list[tuple[str, str]]:
    return [(entry.who, entry.what) for entry in desk.database.kept.audit.entries]


@IN_WORKSPACES
@MANAGERS
async def test_organisers_and_moderators_halt_everything_with_a_reason_and_a_day(platform: Platform, who: str) -> None:
    desk = Desk(platform)
    await desk.mention("pause election until 6 May 2027", who=who)
    found = pause(desk)
    assert found is not None
    assert (found.reason, found.by, found.since) == ("election", person(platform, who).ref, NOW)
    assert "until the end of Thursday 6 May 2027. Reason: election." in desk.said
    assert desk.post.private_to == who
    assert audit(desk) == [(person(platform, who).ref, "pause")]


@MANAGERS
async def test_they_let_it_go_on_and_hear_what_goes_out_and_what_was_missed(who: str) -> None:
    desk = Desk()
    await desk.mention("actions")
    await desk.command("pause wrong date in a post", who="organiser")
    await desk.command("resume", who=who)
    assert desk.said == (
        "The pause since Tuesday 1 December 2026 at 8am is over (wrong date in a post). "
        "Now going out at once: 1 answer; missed, too late by now: nothing."
    )
    assert pause(desk) is None
    assert audit(desk)[1:] == [(person(Platform.SLACK, who).ref, "resume")]


@IN_WORKSPACES
@pytest.mark.parametrize("text", ["paused", "What is paused?", "pause"])
async def test_they_see_what_is_paused(platform: Platform, text: str) -> None:
    desk = Desk(platform)
    await desk.mention(text, who="organiser")
    assert desk.said.startswith("Nothing is paused.")
    await desk.mention("pause election", who="organiser")
    await desk.mention(text, who="moderator")
    assert desk.said.startswith("Paused since Tuesday 1 December 2026 at 8am until somebody resumes. Reason: election.")


@IN_WORKSPACES
@pytest.mark.parametrize(
    "text", ["paused", "pause election", "pause election until 6 May", "pause until 6 May 2027", "resume"]
)
async def test_every_answer_goes_out_although_everything_else_halts(platform: Platform, text: str) -> None:
    desk = Desk(platform)
    await desk.mention("pause incident", who="organiser")
    halting = pause(desk)
    assert halting is not None
    await desk.mention(text, who="organiser")
    assert not halting.halts(desk.post, NOW)


@IN_WORKSPACES
@pytest.mark.parametrize("text", ["pause", "pause election", "resume", "paused", "what is paused?"])
async def test_others_are_refused_and_cannot_make_a_paused_bot_speak(platform: Platform, text: str) -> None:
    desk = Desk(platform)
    await desk.mention("pause incident", who="organiser")
    halting = pause(desk)
    assert halting is not None
    await desk.mention(text)
    assert desk.said == "Only the campaign's organisers can do this. Please ask your regional library lead."
    assert halting.halts(desk.post, NOW)
    await desk.press("pause-instead", "mine")
    assert pause(desk) == halting


async def test_a_second_pause_takes_the_place_of_the_first_at_the_press_of_a_button() -> None:
    desk = Desk()
    await desk.mention("pause election from 1 February 2027 until 6 May 2027", who="organiser")
    await desk.mention("pause incident", who="organiser")
    assert desk.said.startswith("There is a pause already. A pause is planned from the beginning of Monday 1 February")
    [button] = desk.text.buttons
    found = pause(desk)
    assert found is not None
    assert found.reason == "election"
    await desk.press(button.action, button.value, who="moderator")
    found = pause(desk)
    assert found is not None
    assert found.reason == "incident"
    assert "which is now forgotten: A pause is planned from the beginning of Monday 1 February 2027" in desk.said


async def test_an_end_that_cannot_be_read_does_not_keep_the_bot_talking() -> None:
    desk = Desk()
    await desk.mention("pause election until 6 Mai", who="organiser")
    found = pause(desk)
    assert found is not None
    assert found.active(NOW)
    assert found.until is None
    assert "“6 Mai” is not a date that I can read." in desk.said


@pytest.mark.parametrize(
    ("text", "told"),
    [("pause until 6 May 2027", "Say why"), ("pause election from 1 November", "has no year")],
)
async def test_without_a_reason_or_a_readable_beginning_nothing_is_paused(text: str, told: str) -> None:
    desk = Desk()
    await desk.mention(text, who="organiser")
    assert desk.said.startswith("Nothing was paused.")
    assert told in desk.said
    assert pause(desk) is None


async def test_there_is_nothing_to_resume_when_nothing_is_paused() -> None:
    desk = Desk()
    await desk.command("resume", who="organiser")
    assert desk.said.startswith("Nothing is paused.")
    assert audit(desk) == []


@pytest.mark.parametrize("text", ["Resume writing for librarians?", "resume the chat please", "Is the chat paused?"])
async def test_a_sentence_that_only_begins_or_ends_like_a_command_is_a_question(text: str) -> None:
    desk = Desk()
    await desk.mention(text)
    assert "organiser" not in desk.said


@pytest.mark.parametrize("text", ["pause election", "resume", "what is paused?"])
async def test_on_x_nobody_pauses(text: str) -> None:
    desk = Desk(Platform.X)
    await desk.mention(text, who="organiser")
    assert "paused" not in desk.said
    assert pause(desk) is None


async def test_a_redelivered_command_is_answered_once_and_changes_nothing_more() -> None:
    desk = Desk()
    await desk.mention("pause election", who="organiser")
    first = pause(desk)
    desk.count -= 1
    assert await desk.mention("pause election", who="organiser") == []
    assert pause(desk) == first


async def test_a_receipt_for_feedback_can_be_exempt_from_a_pause() -> None:
    desk = Desk()
    await desk.command("feedback Great chat", who="member")
    assert desk.post.key.endswith(":receipt")


async def test_a_form_that_could_not_be_opened_in_time_is_missed_rather_than_tried_after_a_pause() -> None:
    desk = Desk()
    await desk.command("feedback", who="member")
    assert desk.post.state is State.QUEUED
    assert desk.post.cut_off is not None
    assert (desk.post.cut_off - NOW).total_seconds() <= 600
