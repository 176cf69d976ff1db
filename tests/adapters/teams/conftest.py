"""The real SDK on our own routes, beside the emulator: all on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.adapters.pictures import pictures_of
from bot.adapters.teams import TeamsAccount
from bot.adapters.teams.app import TeamsApp
from bot.adapters.teams.client import TeamsClient
from bot.adapters.teams.listener import PATH, TeamsListener
from bot.core.events import Event, Place, Platform
from tests.emulators import Emulators
from tests.fakes import FakeClock

CHANNEL = "19:campaign@thread.tacv2"


def account_of(settings: dict[str, str]) -> TeamsAccount:
    fields = TeamsAccount.__dataclass_fields__
    return TeamsAccount(**{name: settings[key] for name in fields if (key := f"TEAMS_{name.upper()}") in settings})


@pytest.fixture(scope="session")
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first certificate authority of certifi's list."""
    end = "-----END CERTIFICATE-----\n"
    first = tmp_path_factory.mktemp("tls") / "one.pem"
    first.write_text(Path(certifi.where()).read_text(encoding="ascii").partition(end)[0] + end, encoding="ascii")
    return first


@pytest.fixture(autouse=True)
def _light_tls(one_authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The SDK makes four HTTP clients, each reading 150 authorities for a quarter of a second; loopback needs none.
    monkeypatch.setenv("SSL_CERT_FILE", str(one_authority))


async def eventually(done: Callable[[], Any]) -> Any:
    """The first true answer; fails after ten seconds."""
    async with asyncio.timeout(10):
        while not (answer := done()):  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.02)
    return answer


@dataclass
class Bot:
    """A bot that keeps what it hears; `failures` are raised first, one a delivery."""

    app: TeamsApp
    client: TeamsClient
    clock: FakeClock
    url: str = ""
    heard: list[Event] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    async def receive(self, event: Event) -> None:
        if self.failures:
            raise self.failures.pop()
        self.heard.append(event)

    async def hears(self, count: int = 1) -> Event:
        """The event heard last, once there are so many."""
        await eventually(lambda: len(self.heard) >= count)
        return self.heard[-1]


@pytest.fixture
def account(emulators: Emulators) -> TeamsAccount:
    return account_of(emulators.get("/teams/credentials"))


@pytest.fixture
async def bot(account: TeamsAccount, tmp_path: Path) -> AsyncIterator[Bot]:
    """Client only."""
    app, clock = TeamsApp(account), FakeClock()
    client = TeamsClient(app, pictures_of(tmp_path), clock)
    yield Bot(app, client, clock)
    await client.close()


@pytest.fixture
async def listening(bot: Bot, emulators: Emulators) -> AsyncIterator[Bot]:
    """Client and listener, known to the emulator."""
    routes = TeamsListener(bot.app).routes(bot.receive)
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    bot.url = f"http://127.0.0.1:{port}{PATH}"
    emulators.put("/teams/endpoint", {"url": bot.url})
    yield bot
    server.should_exit = True
    await serving


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20) as http:
        yield http


@pytest.fixture
def channel(account: TeamsAccount) -> Place:
    return Place(Platform.TEAMS, account.tenant_id, CHANNEL, service_url=account.service_url)
