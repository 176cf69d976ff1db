import csv
import io

import pytest

from bot.core.bodies import File
from bot.core.events import Platform
from tests.handlers.desk import Desk

IN_WORKSPACES = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])


def rows(desk: Desk) -> list[str]:
    return [row[3] for row in csv.reader(io.StringIO(desk.file.content))][1:]


@IN_WORKSPACES
@pytest.mark.parametrize("text", ["export", "feedback export", "Export december 2026", "export 2026-12-01 2026-12-01"])
async def test_a_moderator_gets_the_feedback_as_a_file_of_their_own(platform: Platform, text: str) -> None:
    desk = Desk(platform)
    await desk.mention("feedback Too fast")
    await desk.mention("feedback =1+1")
    await desk.mention(text, who="moderator")
    assert rows(desk) == ["Too fast", "'=1+1"]
    assert desk.file.name == "feedback-2026-12-01.csv"
    assert desk.file.text.startswith("2 pieces of feedback")
    assert (desk.post.place.channel, desk.post.place.direct, desk.post.place.thread) == ("moderator", True, "")


async def test_only_the_days_asked_for_are_in_the_file() -> None:
    desk = Desk()
    await desk.mention("feedback Too fast")
    await desk.command("export november 2026", who="moderator")
    assert rows(desk) == []
    assert desk.file.text == "0 pieces of feedback, 1 November 2026 to 30 November 2026."


@pytest.mark.parametrize(
    ("filters", "found"),
    [("new #pace", ["Too fast"]), ('"slow"', []), ("this month read", []), ("slack new", ["Too fast"])],
)
async def test_only_what_is_filtered_by_is_in_the_file(filters: str, found: list[str]) -> None:
    desk = Desk()
    await desk.mention("feedback Too fast")
    await desk.mention("feedback tag 1 pace", who="moderator")
    await desk.mention(f"export {filters}", who="moderator")
    assert rows(desk) == found


@pytest.mark.parametrize(("platform", "sent"), [(Platform.SLACK, True), (Platform.TEAMS, False)])
async def test_a_file_that_no_message_of_teams_takes_is_not_sent_in_silence(platform: Platform, sent: bool) -> None:
    desk = Desk(platform)
    for number in range(20):
        await desk.mention(f"feedback {number} " + 'Slow & "loud" ' * 60)
    await desk.mention("export", who="moderator")
    assert isinstance(desk.post.body, File) is sent
    if not sent:
        assert desk.said == "Too large for a message. Ask for less."
        assert desk.post.place.channel == "moderator"
        await desk.mention("export slack", who="moderator")
        assert rows(desk) == []


async def test_dates_that_cannot_be_read_are_answered_in_words() -> None:
    desk = Desk()
    await desk.command("export 31/11/2026", who="moderator")
    assert desk.said.startswith("There is no “31/11/2026” in the calendar. I could not read the dates.")
    assert desk.post.private_to == "moderator"


@IN_WORKSPACES
@pytest.mark.parametrize("who", ["member", "organiser"])
async def test_nobody_else_gets_it_and_is_told_who_can_help(platform: Platform, who: str) -> None:
    desk = Desk(platform)
    await desk.mention("feedback export", who=who)
    assert desk.said == "Only the campaign's moderators can do this. Please ask your regional library lead."


async def test_feedback_about_the_export_is_feedback() -> None:
    desk = Desk()
    await desk.mention("feedback export takes too long", who="moderator")
    assert "number 1" in desk.said


async def test_x_has_no_export() -> None:
    desk = Desk(Platform.X)
    await desk.mention("export", who="moderator")
    assert "I do not know that yet" in desk.said
