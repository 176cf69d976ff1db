"""Slack reaching us at /slack/events, over a real server."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
import uvicorn
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette

from bot.adapters.slack import SlackAccount
from bot.adapters.slack.listener import SlackListener
from bot.core.events import Command, Mention
from tests.adapters.slack.conftest import Ear, until
from tests.emulators import Emulators
from tests.fakes import FakeClock


@pytest.fixture
async def door(account: SlackAccount, clock: FakeClock, emulators: Emulators, ear: Ear) -> AsyncIterator[str]:
    listener = SlackListener(replace(account, app_token=""), clock)
    config = uvicorn.Config(Starlette(routes=listener.routes(ear.receive)), log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
        serving = asyncio.create_task(server.serve([listening]))
        emulators.put("/slack/endpoint", {"url": url})
        await until(lambda: emulators.get("/slack/endpoint")["verified"])
        yield url
        server.should_exit = True
        await serving


@pytest.mark.usefixtures("door")
async def test_events_and_commands_come_in(emulators: Emulators, ear: Ear) -> None:
    emulators.post("/slack/messages", user="U0MEMBER", channel="D0MEMBER", text="hello")
    await ear.hears(1)
    emulators.post("/slack/commands", user="U0MEMBER", channel="C0CHAT", command="/campaign", text="help")
    events = await ear.hears(2)
    assert [type(event) for event in events] == [Mention, Command]


@pytest.mark.usefixtures("door")
async def test_an_event_that_could_not_be_kept_is_not_acknowledged(emulators: Emulators, ear: Ear) -> None:
    ear.troubled = 1
    emulators.post("/slack/messages", user="U0MEMBER", channel="D0MEMBER", text="do not lose me")
    first, again = await ear.hears(2)
    assert first == again


@pytest.mark.parametrize("age", [0, 301])
async def test_what_slack_did_not_sign_just_now_is_turned_away(
    door: str, ear: Ear, account: SlackAccount, age: int
) -> None:
    body = '{"type": "event_callback", "team_id": "T0CAMPAIGN"}'
    stamp = str(int(time.time()) - age)
    sign = SignatureVerifier(account.signing_secret).generate_signature
    signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(sign(timestamp=stamp, body=body))}
    if not age:
        body += " "
    async with aiohttp.ClientSession() as session, session.post(door, data=body, headers=signed) as answer:
        assert answer.status == 401
    assert not ear.events


async def test_a_body_larger_than_slack_sends_is_not_read_to_its_end(door: str) -> None:
    async with aiohttp.ClientSession() as session, session.post(door, data=b"x" * 4_000_001) as answer:
        assert answer.status == 413


@pytest.mark.parametrize("body", [b'{"a":' * 200_000, b"{no JSON", b"payload=" + b'{"a":' * 200_000])
async def test_a_body_that_is_no_delivery_is_turned_away(door: str, ear: Ear, body: bytes) -> None:
    async with aiohttp.ClientSession() as session, session.post(door, data=body) as answer:
        assert 400 <= answer.status < 500
    assert not ear.events


async def test_without_an_app_token_run_waits(account: SlackAccount, clock: FakeClock, ear: Ear) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(SlackListener(replace(account, app_token=""), clock).run(ear.receive), 0.05)
