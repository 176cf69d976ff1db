"""What /readyz says when a platform is in trouble: the real listeners against the emulated platforms."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest
from starlette.routing import Route

from bot.adapters.clock import SystemClock
from bot.adapters.slack import SlackAccount
from bot.adapters.slack.listener import SlackListener
from bot.adapters.teams import TeamsAccount, door
from bot.adapters.teams.app import TeamsApp
from bot.adapters.teams.listener import PATH, TeamsListener
from bot.adapters.x import XAccount
from bot.adapters.x.listener import XListener
from bot.core.content import Watch
from bot.core.events import Event
from bot.ports import Report
from bot.runtime.health import OK, Health, Signs
from bot.runtime.wake import keep_going
from bot.web.app import application
from tests.emulators import Emulators
from tests.fakes import FakeDatabase

POLL = timedelta(seconds=0.2)
OFTEN = 10_000
"""Times that a fault is played: until it is taken back."""


async def unheard(_: Event) -> None:
    """What is said is of no interest here."""


class Process:
    """A process whose /readyz is asked over HTTP."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.health = Health(self.clock)
        self.health.beat()
        self.database = FakeDatabase()
        self.routes: list[Route] = []

    @asynccontextmanager
    async def running(self, *loops: Coroutine[Any, Any, None]) -> AsyncIterator["Process"]:
        app = application(self.routes, Signs(self.health, self.database, self.clock, publishes=True))
        tasks = [asyncio.create_task(loop) for loop in loops]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as self.http:
            try:
                yield self
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def is_said(self, check: str, words: str) -> None:
        """Wait until a check says something with these words in it, with the status that goes with it."""
        async with asyncio.timeout(20):
            while True:
                answer = await self.http.get("/readyz")
                said = answer.json()
                assert answer.status_code == (200 if set(said.values()) == {OK} else 503)
                if words in said.get(check, ""):
                    return
                await asyncio.sleep(0.05)


@pytest.fixture
def process() -> Process:
    return Process()


def x_listener(emulators: Emulators, process: Process, report: Report, **changes: str) -> XListener:
    keys = {name.removeprefix("X_").lower(): value for name, value in emulators.get("/x/credentials").items()}
    return XListener(XAccount(**(keys | changes)), process.database, process.clock, Watch(), POLL, report)


async def test_a_wrong_key_of_x_is_named(emulators: Emulators, process: Process) -> None:
    report = process.health.part("x mentions", 5 * POLL)
    listener = x_listener(emulators, process, report, access_secret="wrong")
    async with process.running(listener.run(unheard)):
        await process.is_said("x mentions", "X does not accept the bot's keys")


async def test_a_key_that_x_no_longer_accepts_is_named_until_it_does_again(
    emulators: Emulators, process: Process
) -> None:
    report = process.health.part("x mentions", 5 * POLL)
    async with process.running(x_listener(emulators, process, report).run(unheard)):
        await process.is_said("x mentions", OK)
        emulators.faults("x", {"on": "GET *", "status": 401, "times": OFTEN})
        await process.is_said("x mentions", "X does not accept the bot's keys")
        emulators.faults("x")
        await process.is_said("x mentions", OK)


def slack_listener(emulators: Emulators, process: Process, **changes: str) -> SlackListener:
    told = emulators.get("/slack/credentials")
    names = ("api_url", "bot_token", "app_token", "signing_secret")
    account = SlackAccount(**({name: told[f"SLACK_{name.upper()}"] for name in names} | changes))
    return SlackListener(account, process.clock, process.health.part("slack connection"), ping_interval=0.3)


async def test_a_deaf_connection_to_slack_is_named_until_there_is_a_new_one(
    emulators: Emulators, process: Process
) -> None:
    async with process.running(slack_listener(emulators, process).run(unheard)):
        await process.is_said("slack connection", OK)
        emulators.faults("slack", {"on": "POST /api/apps.connections.open", "status": 503, "times": OFTEN})
        emulators.post("/slack/deaf")
        await process.is_said("slack connection", "Slack")
        emulators.faults("slack")
        await process.is_said("slack connection", OK)


async def test_a_token_that_slack_refuses_is_named(emulators: Emulators, process: Process) -> None:
    listener = slack_listener(emulators, process, app_token="xapp-wrong")
    async with process.running(listener.run(unheard)):
        await process.is_said("slack connection", "Copy it from the app's page")


async def test_a_token_that_slack_accepts_again_is_well(emulators: Emulators, process: Process) -> None:
    headers = {"Content-Type": "application/json"}
    refusal = {"status": 200, "body": '{"ok": false, "error": "invalid_auth"}', "headers": headers, "times": OFTEN}
    emulators.faults("slack", {"on": "POST /api/apps.connections.open", **refusal})
    listener = slack_listener(emulators, process)
    async with process.running(keep_going("slack listener", lambda: listener.run(unheard))):
        await process.is_said("slack connection", "Copy it from the app's page")
        emulators.faults("slack")
        await process.is_said("slack connection", OK)


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's HTTP clients each read 150 authorities for a quarter of a second; loopback needs none."""
    end = "-----END CERTIFICATE-----\n"
    one = tmp_path / "one.pem"
    one.write_text(Path(certifi.where()).read_text(encoding="ascii").partition(end)[0] + end, encoding="ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(one))
    monkeypatch.setattr(door, "_SECONDS_AFTER_FAILURE", 0.1)


@pytest.fixture
async def teams(emulators: Emulators, process: Process, quick: None) -> AsyncIterator[Callable[..., TeamsApp]]:
    """Makes the Teams side of a process, with changes to its account."""
    names = ("client_id", "client_secret", "tenant_id", "service_url", "login_url", "openid_url")
    told = emulators.get("/teams/credentials")
    keys = process.health.part("teams keys")
    keys("")
    apps: list[TeamsApp] = []

    def make(**changes: str) -> TeamsApp:
        account = TeamsAccount(**({name: told[f"TEAMS_{name.upper()}"] for name in names} | changes))
        apps.append(TeamsApp(account, keys))
        return apps[-1]

    yield make
    for app in apps:
        await app.close()


async def test_a_key_server_that_is_down_is_named_until_it_answers(
    emulators: Emulators, process: Process, teams: Callable[..., TeamsApp]
) -> None:
    app = teams()
    process.routes += TeamsListener(app).routes(unheard)
    headers = {"Authorization": f"Bearer {emulators.post('/teams/tokens', kind='good')['token']}"}
    body = {"type": "message", "serviceUrl": app.account.service_url}
    async with process.running(app.keys.keep_trying()):
        await process.is_said("teams keys", OK)
        emulators.faults("teams", {"on": "GET /v1/.well-known/*", "status": 503, "times": OFTEN})
        assert (await process.http.post(PATH, json=body, headers=headers)).status_code == 503
        await process.is_said("teams keys", "Microsoft's signing keys cannot be fetched")
        emulators.faults("teams")
        await process.is_said("teams keys", OK)


async def test_a_secret_that_microsoft_refuses_is_named(process: Process, teams: Callable[..., TeamsApp]) -> None:
    app = teams(client_secret="run out")
    listener = TeamsListener(app, process.health.part("teams sign-in"))
    async with process.running(listener.run(unheard)):
        await process.is_said("teams sign-in", "TEAMS_CLIENT_SECRET (has it expired?)")


async def test_a_login_that_is_down_is_named_until_it_answers(
    emulators: Emulators, process: Process, teams: Callable[..., TeamsApp]
) -> None:
    emulators.faults("teams", {"on": "POST *token", "status": 503, "times": OFTEN})
    listener = TeamsListener(teams(), process.health.part("teams sign-in"), retry=0.1)
    async with process.running(listener.run(unheard)):
        await process.is_said("teams sign-in", "Microsoft's login cannot be reached")
        emulators.faults("teams")
        await process.is_said("teams sign-in", OK)
