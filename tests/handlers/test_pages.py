import pytest

from bot.core.events import Platform
from bot.core.pause import Pause
from tests.handlers.desk import NOW, Desk

IN_WORKSPACES = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])


@IN_WORKSPACES
@pytest.mark.parametrize("who", ["organiser", "moderator"])
async def test_organisers_and_moderators_get_a_link_that_nobody_else_sees(platform: Platform, who: str) -> None:
    desk = Desk(platform, web_url="https://bot.example.org")
    await desk.mention("pages", who=who)
    assert "https://bot.example.org/pages/sign-in?link=" in desk.said
    assert (desk.post.place.direct, desk.post.place.channel) == (True, who)
    (link,) = desk.database.kept.access.links.values()
    assert link.name == who.title()
    assert link.fingerprint not in desk.said


@IN_WORKSPACES
async def test_others_are_told_who_can_help_and_get_no_link(platform: Platform) -> None:
    desk = Desk(platform, web_url="https://bot.example.org")
    await desk.mention("pages")
    assert desk.content.campaign.contact in desk.said
    assert desk.database.kept.access.links == {}


async def test_without_an_address_there_is_no_link_but_a_word_on_what_is_missing() -> None:
    desk = Desk()
    await desk.command("pages", who="organiser")
    assert desk.said == "There are no pages yet. Please ask your regional library lead."
    assert desk.database.kept.access.links == {}


async def test_a_pause_does_not_keep_anybody_from_the_page_that_ends_it() -> None:
    desk = Desk(web_url="https://bot.example.org")
    await desk.command("pages", who="organiser")
    assert not Pause(reason="election", by="", at=NOW, since=NOW).halts(desk.post, NOW)


async def test_pages_as_the_beginning_of_a_question_is_a_question() -> None:
    desk = Desk(web_url="https://bot.example.org")
    await desk.mention("pages about evidence, are there any?", who="organiser")
    assert desk.database.kept.access.links == {}
