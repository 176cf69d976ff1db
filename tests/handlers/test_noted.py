"""A message that somebody marks as feedback: its author is asked before anything is kept."""

import pytest

from bot.core.events import Noted, Place, Platform
from bot.core.feedback import Consent, Feedback
from bot.core.policy import LIMITS
from tests.handlers.desk import WORKSPACE, Desk, person

IN_WORKSPACES = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
SAID = "The cards are too small"


def kept(desk: Desk) -> list[Feedback]:
    return list(desk.database.kept.feedback.rows_by_key.values())


async def mark(desk: Desk, by: str = "member", author: str = "author", text: str = SAID, *, trigger: str = "") -> None:
    place = Place(desk.platform, WORKSPACE[desk.platform], "C0CHAT", trigger=trigger)
    new = {**desk.new(by), "place": place}
    said_by = person(desk.platform, author)
    await desk.send(Noted(**new, said_by=said_by, text=text, message_id="m1"))  # type: ignore[arg-type]


@IN_WORKSPACES
async def test_the_author_is_asked_directly_and_nothing_is_kept(platform: Platform) -> None:
    desk = Desk(platform)
    await mark(desk)
    assert (desk.post.place.channel, desk.post.place.direct) == ("author", True)
    assert desk.said == f"May we keep this? {SAID}"
    assert [one.label for one in desk.text.buttons] == [
        "Pass it on",
        "Pass it on, you may quote it without my name",
        "No",
    ]
    assert kept(desk) == []


async def test_however_many_mark_it_the_author_is_asked_once() -> None:
    desk = Desk()
    await mark(desk, by="member")
    await mark(desk, by="organiser")
    assert desk.posts == []


@IN_WORKSPACES
@pytest.mark.parametrize(("which", "consent"), [(0, Consent.NO), (1, Consent.UNNAMED)])
async def test_when_the_author_agrees_it_is_theirs_and_kept_once(
    platform: Platform, which: int, consent: Consent
) -> None:
    desk = Desk(platform)
    await mark(desk)
    yes = desk.text.buttons[which]
    for _ in range(2):
        await desk.press(yes.action, yes.value, who="author")
        assert desk.said == "Thank you. Your feedback is number 1."
    assert [(one.text, one.author and one.author.id, one.consent) for one in kept(desk)] == [(SAID, "author", consent)]


@IN_WORKSPACES
async def test_what_its_author_says_last_counts(platform: Platform) -> None:
    desk = Desk(platform)
    await mark(desk)
    pass_on, quote, no = desk.text.buttons
    for pressed, consents in ((quote, [Consent.UNNAMED]), (pass_on, [Consent.NO]), (no, [])):
        await desk.press(pressed.action, pressed.value, who="author")
        assert [one.consent for one in kept(desk)] == consents


@IN_WORKSPACES
async def test_who_says_no_after_all_takes_back_what_was_passed_on(platform: Platform) -> None:
    desk = Desk(platform)
    await mark(desk)
    yes, _, no = desk.text.buttons
    await desk.press(yes.action, yes.value, who="author")
    await desk.press(no.action, no.value, who="somebody")
    assert (desk.said, len(kept(desk))) == ("Not kept.", 1)
    await desk.press(no.action, no.value, who="author")
    assert (desk.said, kept(desk)) == ("Feedback 1 is deleted.", [])
    await desk.press(no.action, no.value, who="author")
    assert desk.said == "Not kept."


@pytest.mark.parametrize("value", ["", "{", "[]", '{"text": 1}', '{"text": " "}'])
async def test_no_and_what_is_no_button_of_ours_keep_nothing(value: str) -> None:
    desk = Desk()
    await desk.press("noted", value, who="author")
    assert desk.said == "Not kept."
    assert kept(desk) == []


async def test_what_is_personal_is_offered_for_removal_and_still_kept_once() -> None:
    desk = Desk()
    await mark(desk, text="Ring me on 07700 900123")
    yes = desk.text.buttons[0]
    await desk.press(yes.action, yes.value, who="author")
    without, as_it_is = desk.text.buttons
    await desk.press(as_it_is.action, as_it_is.value, who="author")
    await desk.press(without.action, without.value, who="author")
    assert [one.text for one in kept(desk)] == ["Ring me on [phone number removed]"]


@IN_WORKSPACES
async def test_who_marks_their_own_message_has_agreed(platform: Platform) -> None:
    desk = Desk(platform)
    await mark(desk, by="author")
    await mark(desk, by="author")
    assert [one.text for one in kept(desk)] == [SAID]
    assert desk.posts[0].place.direct


@IN_WORKSPACES
async def test_whose_message_is_kept_already_is_not_asked_whether_it_may_be(platform: Platform) -> None:
    desk = Desk(platform)
    await mark(desk, by="author")
    await mark(desk, by="member")
    assert desk.posts == []


async def test_who_presses_the_shortcut_is_told_that_the_author_is_asked() -> None:
    desk = Desk()
    await mark(desk, trigger="trigger")
    asked, told = desk.posts
    assert asked.place.channel == "author"
    assert (told.place.channel, told.private_to) == ("C0CHAT", "member")


async def test_who_presses_the_shortcut_on_a_picture_is_answered_too() -> None:
    desk = Desk()
    await mark(desk, text=" ", trigger="trigger")
    assert (desk.said, desk.post.private_to) == ("We ask its author.", "member")


async def test_who_presses_the_shortcut_on_a_message_of_a_program_is_answered_too() -> None:
    desk = Desk()
    await desk.press("noted-nobody", "")
    assert (desk.said, desk.post.private_to) == ("We ask its author.", "member")


async def test_a_text_too_long_for_a_button_is_asked_for_without_one() -> None:
    desk = Desk()
    await mark(desk, text="word " * 500)
    assert desk.text.buttons == ()


@IN_WORKSPACES
async def test_about_the_longest_message_its_author_is_asked_in_one_that_can_be_sent(platform: Platform) -> None:
    desk = Desk(platform)
    await mark(desk, text="Grüße " * 5_000)
    assert len(desk.said.encode()) <= LIMITS[platform]
    assert desk.said.endswith("…")


async def test_nobody_is_asked_about_a_message_without_words_or_after_stop() -> None:
    desk = Desk()
    await mark(desk, text=" ")
    assert desk.posts == []
    await desk.mention("stop", who="author")
    await mark(desk)
    assert desk.posts == []
