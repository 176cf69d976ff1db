from datetime import timedelta

import pytest

from bot.core.access import LINK_LASTS, SESSION_LASTS
from tests.web.pages.reader import MARIA, MORGAN, OLIVE, URL, World


async def test_a_link_signs_somebody_in_once() -> None:
    world = World()
    olive, second = world.reader(), world.reader()
    link = await world.link(OLIVE)
    await olive.open(link)
    assert "/pages/" in await olive.press("Sign in")
    assert (olive.path, olive.status) == ("/pages/", 200)
    assert "Signed in as UOLIVE" in olive.text
    await second.open(link)
    assert second.status == 410
    await second.post("/pages/sign-in", {"link": link.rpartition("=")[2]})
    assert second.status == 410
    assert not second.http.cookies


async def test_looking_at_a_link_does_not_use_it_up() -> None:
    """Slack and Teams open every link that is written to somebody, for a preview."""
    world = World()
    link = await world.link(OLIVE)
    await world.reader().open(link)
    olive = world.reader()
    await olive.open(link)
    await olive.press("Sign in")
    assert olive.status == 200


async def test_a_link_ends_after_a_quarter_of_an_hour() -> None:
    world = World()
    olive, link = world.reader(), await world.link(OLIVE)
    await olive.open(link)
    world.later(LINK_LASTS)
    await olive.press("Sign in")
    assert olive.status == 410
    assert "A link works once, within 15 minutes" in olive.text


async def test_a_session_ends_after_twelve_hours() -> None:
    world = World()
    olive = await world.signed_in()
    world.later(SESSION_LASTS - timedelta(seconds=1))
    await olive.open("/pages/")
    assert olive.status == 200
    world.later(timedelta(seconds=1))
    await olive.open("/pages/")
    assert (olive.status, "/campaign pages" in olive.text) == (401, True)


async def test_nothing_of_a_token_is_in_the_database() -> None:
    world = World()
    olive = await world.signed_in()
    (token,) = olive.http.cookies.values()
    async with world.database.transaction() as tx:
        assert token not in repr(await tx.access.sessions(OLIVE, world.clock.now()))


async def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http() -> None:
    world = World()
    olive = world.reader()
    await olive.open(await world.link(OLIVE))
    await olive.press("Sign in")
    (given,) = [it for it in olive.answer.history[0].headers.get_list("set-cookie") if "antiphon=" in it]
    assert given.startswith("__Host-antiphon=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(given.split("; "))


async def test_who_is_signed_in_where_is_listed_and_can_be_ended() -> None:
    world = World()
    phone, desk = await world.signed_in(), await world.signed_in()
    await phone.open("/pages/sessions")
    assert phone.text.count("Sign out there") == 1
    await phone.press("Sign out there")
    assert "That device is signed out" in phone.text
    await desk.open("/pages/")
    assert desk.status == 401


async def test_signing_out_everywhere_ends_every_session_of_this_person_alone() -> None:
    world = World()
    phone, desk, morgan = await world.signed_in(), await world.signed_in(), await world.signed_in(MORGAN)
    await phone.open("/pages/sessions")
    await phone.press("Sign out everywhere")
    for reader, status in ((phone, 401), (desk, 401), (morgan, 200)):
        await reader.open("/pages/")
        assert reader.status == status


async def test_nobody_ends_somebody_elses_session() -> None:
    world = World()
    olive, morgan = await world.signed_in(), await world.signed_in(MORGAN)
    async with world.database.transaction() as tx:
        (hers,) = await tx.access.sessions(OLIVE, world.clock.now())
    await morgan.open("/pages/sessions")
    await morgan.press("Sign out", end=hers.fingerprint)
    await olive.open("/pages/")
    assert olive.status == 200


async def test_another_link_on_the_same_device_ends_its_session() -> None:
    world = World()
    olive = await world.signed_in()
    await olive.sign_in(MARIA)
    async with world.database.transaction() as tx:
        assert await tx.access.sessions(OLIVE, world.clock.now()) == []
    assert "Signed in as maria" in olive.text


async def test_what_somebody_typed_outlives_their_session() -> None:
    world = World()
    olive = await world.signed_in()
    await olive.open("/pages/actions/new")
    world.later(SESSION_LASTS)
    await olive.press("See it as it will appear", text="Tell a manager", date="3/12/2026", time="9am")
    assert (olive.status, "What you filled in is kept" in olive.text) == (401, True)
    await olive.sign_in(OLIVE)
    assert olive.path.startswith("/pages/compose/action/")
    assert "before your session ended is kept as a draft" in olive.text
    await olive.press("See it as it will appear")
    await olive.press("Queue it")
    assert "Queued." in olive.text
    await olive.open("/pages/actions/new")
    assert "Tell a manager" not in olive.text


async def test_what_was_kept_can_be_thrown_away() -> None:
    world = World()
    olive = await world.signed_in()
    await olive.open("/pages/pause")
    world.later(SESSION_LASTS)
    await olive.press("Pause everything", reason="a wrong date")
    await olive.sign_in(OLIVE)
    assert 'value="a wrong date"' in olive.text
    await olive.press("Throw it away and begin anew")
    assert (olive.path, "a wrong date" in olive.text) == ("/pages/pause", False)


async def test_signing_in_leads_to_the_page_that_was_wanted() -> None:
    world = World()
    olive = world.reader()
    await olive.open("/pages/outbox/post?key=action:2026-12:tell:x&state=a%20b")
    await olive.sign_in(OLIVE)
    assert str(olive.answer.url).endswith("/pages/outbox/post?key=action:2026-12:tell:x&state=a%20b")
    await olive.sign_in(OLIVE)
    assert olive.path == "/pages/"


@pytest.mark.parametrize("wanted", ["https%3A//evil.example/", "//evil.example/pages/", "/elsewhere"])
async def test_signing_in_leads_nowhere_but_to_a_page_of_ours(wanted: str) -> None:
    world = World()
    olive = world.reader()
    olive.http.cookies.set("__Host-antiphon-wanted", wanted, domain="bot.example.org")
    await olive.sign_in(OLIVE)
    assert str(olive.answer.url) == f"{URL}/pages/"


async def test_the_pages_are_found_without_the_last_slash() -> None:
    olive = await World().signed_in()
    await olive.open("/pages")
    assert (olive.path, olive.status) == ("/pages/", 200)


async def test_what_was_typed_before_signing_in_anew_in_another_tab_is_not_lost() -> None:
    world = World()
    olive, old_tab = await world.signed_in(), world.reader()
    await olive.open("/pages/pause")
    old_tab.answer = olive.answer
    await olive.sign_in(OLIVE)
    old_tab.http = olive.http
    await old_tab.press("Pause everything", reason="a wrong date")
    assert (old_tab.path, old_tab.status) == ("/pages/pause", 200)
    assert 'value="a wrong date"' in old_tab.text
    assert "Nothing is paused." in old_tab.text


async def test_nor_is_it_when_the_session_of_the_other_tab_has_ended_too() -> None:
    world = World()
    olive, old_tab = await world.signed_in(), world.reader()
    await olive.open("/pages/pause")
    old_tab.answer = olive.answer
    await olive.sign_in(OLIVE)
    old_tab.http = olive.http
    world.later(SESSION_LASTS)
    await old_tab.press("Pause everything", reason="a wrong date")
    assert (old_tab.status, "What you filled in is kept" in old_tab.text) == (401, True)
    await olive.sign_in(OLIVE)
    assert 'value="a wrong date"' in olive.text


@pytest.mark.parametrize("forged", [{}, {"token": "0" * 64}])
async def test_a_form_without_its_token_does_nothing(forged: dict[str, str]) -> None:
    world = World()
    olive = await world.signed_in()
    await olive.post("/pages/pause", {"do": "begin", "reason": "forged", **forged})
    await olive.open("/pages/pause")
    assert "Nothing is paused." in olive.text


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
async def test_a_form_of_another_site_does_nothing(headers: dict[str, str]) -> None:
    world = World()
    olive = await world.signed_in()
    await olive.open("/pages/pause")
    fields = {"do": "begin", "reason": "forged", "token": olive.text.partition('name="token" value="')[2][:64]}
    await olive.post("/pages/pause", fields, **headers)
    assert olive.status == 403
    olive.answer = await olive.http.post("/pages/pause", data=fields)  # no Origin: not a browser
    assert olive.status == 403
    await olive.open("/pages/pause")
    assert "Nothing is paused." in olive.text


async def test_pages_carry_strict_headers_and_no_script_nor_style_of_their_own() -> None:
    world = World()
    olive = await world.signed_in()
    headers = olive.answer.headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    for address in (
        "/pages/",
        "/pages/month",
        "/pages/pause",
        "/pages/actions/new",
        "/pages/outbox",
        "/pages/sessions",
    ):
        page = await olive.open(address)
        assert olive.status == 200, address
        assert "<script" not in page
        assert "style=" not in page


async def test_the_style_may_be_kept_for_ever_under_its_address() -> None:
    reader = World().reader()
    page = await reader.open("/pages/sign-in")
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    await reader.open(style)
    assert reader.answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "@font-face" not in reader.text


async def test_without_https_the_cookie_still_works_on_this_machine() -> None:
    world = World(url="http://localhost:8080")
    olive = await world.signed_in()
    assert olive.status == 200
    assert list(olive.http.cookies) == ["antiphon"]
    assert URL not in olive.text


async def test_a_form_that_is_far_too_large_is_not_read() -> None:
    world = World()
    olive = await world.signed_in()
    await olive.open("/pages/pause")
    await olive.press("Pause everything", reason="x" * 200_000)
    assert (olive.status, "Go back, shorten what you wrote" in olive.text) == (413, True)
