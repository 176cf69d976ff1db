"""Fixtures: the emulated workspace, an account in it, the real client and a running listener."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.adapters.pictures import pictures_of
from bot.adapters.slack import SlackAccount
from bot.adapters.slack.client import SlackClient
from bot.adapters.slack.listener import SlackListener
from bot.core.events import Event
from bot.ports import Receive
from tests.emulators import Emulators
from tests.fakes import FakeClock


class Ear:
    """Keeps what it receives. `troubled` makes it raise so many times first."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.troubled = 0
        self._heard = asyncio.Condition()

    async def receive(self, event: Event) -> None:
        async with self._heard:
            self.events.append(event)
            self._heard.notify_all()
        if self.troubled:
            self.troubled -= 1
            raise OSError("the database is locked")

    async def hears(self, count: int) -> list[Event]:
        async with asyncio.timeout(15), self._heard:
            await self._heard.wait_for(lambda: len(self.events) >= count)
        return self.events


async def until(condition: Callable[[], object]) -> None:
    """Wait until something in the emulators has become true."""
    async with asyncio.timeout(15):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - it is another process: no event to wait for
            await asyncio.sleep(0.02)


@asynccontextmanager
async def listening(
    account: SlackAccount, clock: FakeClock, emulators: Emulators, receive: Receive
) -> AsyncIterator[None]:
    task = asyncio.create_task(SlackListener(account, clock, ping_interval=0.5).run(receive))
    try:
        await until(lambda: emulators.get("/slack/connections")["open"])
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def credentials(emulators: Emulators) -> dict[str, str]:
    settings: dict[str, str] = emulators.get("/slack/credentials")
    return settings


@pytest.fixture
def account(credentials: dict[str, str]) -> SlackAccount:
    return SlackAccount(
        credentials["SLACK_API_URL"],
        credentials["SLACK_BOT_TOKEN"],
        credentials["SLACK_APP_TOKEN"],
        credentials["SLACK_SIGNING_SECRET"],
    )


@pytest.fixture
def web(credentials: dict[str, str]) -> WebClient:
    """Slack's own client, for looking at the emulator itself."""
    client = WebClient(credentials["SLACK_BOT_TOKEN"], base_url=credentials["SLACK_API_URL"], retry_handlers=[])
    client.proxy = None
    return client


@pytest.fixture
def client(account: SlackAccount, tmp_path: Path, clock: FakeClock) -> SlackClient:
    return SlackClient(account, pictures_of(tmp_path), clock)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def listener(account: SlackAccount, clock: FakeClock, emulators: Emulators, ear: Ear) -> AsyncIterator[None]:
    async with listening(account, clock, emulators, ear.receive):
        yield
