"""Signing in with Slack and by a passkey in a real browser, where there is one: with its own virtual authenticator."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.adapters.passkeys import WebAuthnPasskeys
from bot.core.policy import Roles
from bot.platforms import sign_in_services
from bot.web.server import listen, serve
from tests.emulators import Emulators
from tests.web.pages.chromium import browser, press, violations
from tests.web.pages.reader import World
from tests.web.pages.test_sign_in_with import SLACK_OLIVE, settings_of

_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@asynccontextmanager
async def served(emulators: Emulators) -> AsyncIterator[World]:
    with listen("127.0.0.1", 0) as sock:
        url, stop = f"http://localhost:{sock.getsockname()[1]}", asyncio.Event()
        settings = settings_of(emulators).model_copy(update={"web_url": url})
        services, passkeys = sign_in_services(settings), WebAuthnPasskeys(url, "A campaign")
        roles = Roles(organisers=frozenset({SLACK_OLIVE}))
        world = World(url=url, roles=roles, services=services, passkeys=passkeys)
        serving = asyncio.create_task(serve(world.app, sock, stop))
        yield world
        stop.set()
        await serving


async def test_somebody_signs_in_with_slack_adds_a_passkey_and_signs_in_with_that(emulators: Emulators) -> None:
    async with served(emulators) as world, browser() as chromium:
        page = await (await chromium.new_context()).new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if world.url in message.location["url"] else None)
        devices = await page.context.new_cdp_session(page)
        await devices.send("WebAuthn.enable")
        await devices.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
        await page.goto(f"{world.url}/pages/sign-in")
        found = [await violations(page)]
        await page.get_by_role("link", name="Sign in with Slack").click()
        await press(page, "Organiser")
        await page.get_by_role("link", name="Signed in as").click()
        found.append(await violations(page))
        await page.get_by_role("link", name="Add a passkey").click()
        assert not await page.get_by_text("Passkeys need JavaScript").is_visible()
        found.append(await violations(page))
        await press(page, "Make a passkey")
        await page.get_by_text("Your passkey is added").wait_for()
        await page.get_by_role("link", name="Add a passkey").click()
        await press(page, "Make a passkey")
        await page.get_by_text("This device has a passkey for you already").wait_for()
        await page.goto(f"{world.url}/pages/sessions")
        await press(page, "Sign out everywhere")
        await page.get_by_role("link", name="Sign in with a passkey").click()
        await press(page, "Use your passkey")
        await page.get_by_role("link", name="Signed in as").wait_for()
        assert page.url == f"{world.url}/pages/"
        assert [each for each in found if each] == []
        assert said == []
