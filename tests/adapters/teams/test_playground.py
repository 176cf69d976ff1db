"""The bot answers Microsoft's own client: npm `@microsoft/m365agentsplayground`.

The playground sends its activities without a token (it would get one only from Microsoft's login, which is out
of reach here), and it checks none. So a relay stands between the two, in the place of Microsoft's channel
service: it signs each activity with the emulator's key and changes nothing else. The bot's door stays shut to
everybody else, and what the bot says goes to the playground's connector directly. Not shown here: Microsoft's
own signatures, and how the playground draws what it got.
"""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.bodies import Button, Text
from bot.core.events import ButtonPressed, Mention
from bot.core.outbox import Delivered, new_post
from tests.adapters.teams.conftest import Bot, eventually
from tests.emulators import Emulators
from tests.fakes import at_once

PACKAGE = "@microsoft/m365agentsplayground"
VERSION = "0.2.28"
PERSONAL = "a:personal"
CHANNEL = "channel-announcements-id"
ALEX = "user-id-0"


@dataclass
class Playground:
    base: str
    http: httpx.AsyncClient
    shown: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, conversation: str, text: str, **more: Any) -> None:
        body = {"from": {"id": ALEX}, "text": text, "textFormat": "plain", **more}
        answer = await self.http.post(f"{self.base}/_conversation/v1/conversations/{conversation}/messages", json=body)
        answer.raise_for_status()

    async def press(self, conversation: str, card_id: str, data: dict[str, Any]) -> None:
        body = {"from": {"id": ALEX}, "conversation": {"id": conversation}, "replyToId": card_id, "value": data}
        (await self.http.post(f"{self.base}/_conversation/v1/submit", json=body)).raise_for_status()

    async def shows(self, words: str) -> dict[str, Any]:
        """The message that reached the people's screens with these words in it."""
        found: dict[str, Any] = await eventually(
            lambda: next((message for message in self.shown if words in str(message)), None)
        )
        return found


@pytest.fixture(scope="session")
def installed(request: pytest.FixtureRequest) -> Path:
    """The playground's command, installed once into pytest's cache."""
    if not shutil.which("node") or not (npm := shutil.which("npm")):
        pytest.skip("Microsoft's playground needs Node and npm, which are not here")
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("m365agentsplayground")
    command = folder / "node_modules" / PACKAGE / "cli.js"
    if not command.exists():
        install = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts"]
        install += ["--prefer-offline", "--fetch-retries=0", "--fetch-timeout=20000"]
        try:
            subprocess.run([*install, f"{PACKAGE}@{VERSION}"], check=True, capture_output=True, timeout=60)
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"npm could not install {PACKAGE}: {error}")
    return command


@pytest.fixture
async def relay(listening: Bot, emulators: Emulators, http: httpx.AsyncClient) -> AsyncIterator[str]:
    """Signs what the playground sends, as Microsoft's channel service would, and passes it on."""

    async def sign(request: Request) -> Response:
        service_url = (await request.json())["serviceUrl"]
        signed = await asyncio.to_thread(emulators.post, "/teams/tokens", kind="good", service_url=service_url)
        headers = {"Authorization": f"Bearer {signed['token']}", "Content-Type": "application/json"}
        answer = await http.post(listening.url, content=await request.body(), headers=headers)
        return Response(answer.content, answer.status_code)

    app = Starlette(routes=[Route("/api/messages", sign, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/api/messages"
    server.should_exit = True
    await serving


@pytest.fixture
async def playground(installed: Path, relay: str, http: httpx.AsyncClient, tmp_path: Path) -> AsyncIterator[Playground]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    base = f"http://127.0.0.1:{port}"
    loopback = Path(__file__).with_name("loopback.cjs")
    options = ["-e", relay, "-c", "msteams", "-p", port, "--conversation-id", PERSONAL, "--disable-telemetry"]
    process = await asyncio.create_subprocess_exec(
        "node",
        *("--require", str(loopback), str(installed), "start", *options, "--service-url", f"{base}/_connector"),
        cwd=tmp_path,
        env=os.environ | {"TEAMSAPPTESTER_BROWSER": "none"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            while b"Listening" not in (line := await process.stdout.readline()):
                assert line, "the playground ended before it listened"
        async with aiohttp.ClientSession() as session, watching(session, Playground(base, http)) as playground:
            yield playground
    finally:
        process.terminate()
        await process.wait()


class watching:  # noqa: N801 - reads as a statement
    """Keeps what the playground tells its screens over their WebSocket."""

    def __init__(self, session: aiohttp.ClientSession, playground: Playground) -> None:
        self.session = session
        self.playground = playground

    async def __aenter__(self) -> Playground:
        address = self.playground.base.replace("http", "ws") + "/_ws_conversation/v1/conversations/stream"
        self.socket = await self.session.ws_connect(address)
        self.reading = asyncio.create_task(self.read())
        return self.playground

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()
        await self.reading

    async def read(self) -> None:
        async for message in self.socket:
            self.playground.shown.append(message.json())


async def test_microsofts_own_client_is_answered(listening: Bot, playground: Playground) -> None:
    await playground.say(PERSONAL, "how cna i get involvd")
    asked = await listening.hears()
    assert isinstance(asked, Mention)
    assert asked.text == "how cna i get involvd"
    assert asked.place.direct
    body = Text("Did you mean this?", buttons=(Button("How to join", "faq", "join"),))
    outcome = await listening.client.deliver(new_post("1", asked.place, body, asked.at), at_once)
    assert isinstance(outcome, Delivered)
    await playground.shows("How to join")

    await playground.press(PERSONAL, outcome.remote_id, {"antiphon": {"action": "faq", "value": "join"}})
    pressed = await listening.hears(2)
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.action, pressed.value, pressed.author) == ("faq", "join", asked.author)

    bot = {"mentioned": {"id": "00000000-0000-0000-0000-00000000000011"}, "text": "<at>Test Bot</at>"}
    await playground.say(CHANNEL, "<at>Test Bot</at> help", mentions=[bot])
    mentioned = await listening.hears(3)
    assert isinstance(mentioned, Mention)
    assert mentioned.text == "help"
    assert not mentioned.place.direct
    outcome = await listening.client.deliver(
        new_post("2", mentioned.place, Text("Here is what I can do"), asked.at), at_once
    )
    assert isinstance(outcome, Delivered)
    await playground.shows("Here is what I can do")
