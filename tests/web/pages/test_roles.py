"""Who gets to which page. A page that is not in this table fails the test."""

import re
import threading
from datetime import timedelta

import pytest

from bot.core.pictures import as_it_may_leave
from bot.core.policy import Roles
from bot.web.pages.app import ROUTES
from tests.web.pages.reader import ADA, GUEST, MORGAN, OLIVE, ROLES, World

EVERYBODY, HOSTS = {OLIVE, MORGAN, ADA}, {OLIVE, MORGAN, ADA, GUEST}
ORGANISERS, MODERATORS = {OLIVE, ADA}, {MORGAN, ADA}
WHO = {
    "/": HOSTS,
    "/history": ORGANISERS,
    "/month": EVERYBODY,
    "/actions/new": ORGANISERS,
    "/actions/{key}/change": ORGANISERS,
    "/drafts": ORGANISERS,
    "/compose/{kind}/{key}": ORGANISERS,
    "/compose/{kind}/{key}/check": ORGANISERS,
    "/pictures/{name}": ORGANISERS,
    "/plan/{key}": ORGANISERS,
    "/plan/{key}/move": ORGANISERS,
    "/changes": ORGANISERS,
    "/series/{key}": ORGANISERS,
    "/approvals": ORGANISERS,
    "/approvals/{about}": ORGANISERS,
    "/calendar": EVERYBODY,
    "/outbox": ORGANISERS,
    "/outbox/post": ORGANISERS,
    "/outbox/events": ORGANISERS,
    "/pause": EVERYBODY,
    "/sessions": HOSTS,
    "/passkeys/add": HOSTS,
    "/import": ORGANISERS,
    "/import/check": ORGANISERS,
    "/export/{file}": ORGANISERS,
    "/chats": EVERYBODY,
    "/chats/{chat}": EVERYBODY,
    "/ledger": EVERYBODY,
    "/faq": ORGANISERS,
    "/faq/new": ORGANISERS,
    "/feedback": MODERATORS,
    "/feedback/alike": MODERATORS,
    "/feedback/{number}": MODERATORS,
    "/view": EVERYBODY,
    "/live": HOSTS,
    "/live/{chat}": HOSTS,
    "/live/{chat}/words": HOSTS,
    "/live/{chat}/events": HOSTS,
}


OPEN = {"/sign-in", "/sign-off", "/sign-off/picture", "/calendar/{token}.ics"}
"""What is opened by a secret in the address alone."""
SIGN_IN = {"/sign-in/{service}", "/sign-in/{service}/back", "/sign-in/passkey"}


def test_every_page_is_in_the_table() -> None:
    assert {route.path for route in ROUTES} == {*WHO, *OPEN, *SIGN_IN}


def address(path: str, key: str = "none") -> str:
    """The address of a page about something that is not there, or about nonsense."""
    path = path.replace("{kind}", "card" if key == "none" else key)
    return "/pages" + re.sub(r"{\w+(:\w+)?}", lambda found: "1" if found[1] else key, path)


async def test_a_page_is_for_its_roles_alone() -> None:
    world = World()
    world.later(timedelta(days=8))  # the guest leads a chat in a week
    readers = {who: await world.signed_in(who) for who in (OLIVE, MORGAN, ADA, GUEST)}
    nobody = world.reader()
    for path, may in WHO.items():
        for who, reader in readers.items():
            await reader.open(address(path))
            assert (reader.status != 403) is (who in may), (path, who)
        await nobody.open(address(path))
        assert nobody.status == 401, path
        await nobody.post(address(path), {"do": "begin", "reason": "x"})
        assert nobody.status == 401, path


async def test_a_strangers_file_is_not_looked_into_and_nobodys_stops_the_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    world, looked = World(), list[threading.Thread]()

    def look(data: bytes) -> bytes:
        looked.append(threading.current_thread())
        return as_it_may_leave(data)

    monkeypatch.setattr("bot.web.pages.calls.as_it_may_leave", look)
    nobody, olive = world.reader(), await world.signed_in()
    looked.clear()
    await nobody.send_file("/pages/import/check", "actions.csv", b"date,text")
    assert (nobody.status, looked) == (401, [])
    await olive.open("/pages/import")
    await olive.send_file("/pages/import/check", "actions.csv", b"date,text")
    assert len(looked) == 1
    assert looked[0] is not threading.main_thread()


async def test_who_loses_the_role_loses_the_pages_and_is_told_who_can_help() -> None:
    world = World()
    olive = await world.signed_in()
    without = World(world.database, world.clock, roles=Roles(moderators=ROLES.moderators))
    later = without.reader()
    later.http.cookies = olive.http.cookies
    page = await later.open("/pages/")
    assert later.status == 403
    assert world.content.campaign.contact in page
    assert OLIVE in page


async def test_the_menu_shows_only_what_a_role_may_see() -> None:
    world = World()
    for who, shown in ((OLIVE, True), (MORGAN, False)):
        reader = await world.signed_in(who)
        assert ('href="/pages/outbox"' in reader.text) is shown
        assert ("What needs you" in reader.text) is shown


@pytest.mark.parametrize("path", ["/nothing", "/outbox/post?key=none", "/actions/none/change", "/plan/a%00b"])
async def test_what_is_not_there_is_said_in_words(path: str) -> None:
    olive = await World().signed_in()
    page = await olive.open(f"/pages{path}")
    assert olive.status == 404
    assert "There is no such" in page


async def test_an_admin_sees_the_pages_as_others_do_and_changes_nothing_meanwhile() -> None:
    world = World()
    ada = await world.signed_in(ADA)
    await ada.open("/pages/sessions")
    await ada.press("See them as a moderator")
    assert "You look at the pages as a moderator does." in ada.text
    assert 'href="/pages/outbox"' not in ada.text
    await ada.open("/pages/history")
    assert ada.status == 403
    await ada.open("/pages/pause")
    await ada.press("Pause everything", reason="election")
    assert (ada.status, "You look at the pages as somebody else does." in ada.text) == (403, True)
    await ada.press("Back to your own view")
    await ada.open("/pages/pause")
    assert "Nothing is paused." in ada.text
    await ada.open("/pages/history")
    assert ada.status == 200


async def test_nobody_else_sees_more_by_asking_for_it() -> None:
    world = World()
    morgan = await world.signed_in(MORGAN)
    await morgan.open("/pages/sessions")
    assert "See them as" not in morgan.text
    morgan.http.cookies.set("__Host-antiphon-viewing", "organiser")
    await morgan.open("/pages/history")
    assert morgan.status == 403
