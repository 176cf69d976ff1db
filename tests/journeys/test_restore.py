"""An old backup is restored, and the bot goes on: what it had sent meanwhile is not sent again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.db import open_database
from bot.adapters.db.backup import back_up
from bot.adapters.db.restore import restore
from bot.bootstrap import Bot, build
from bot.config import Settings
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.outbox import Patience, Post, State
from bot.core.plan import Entry, Kind
from bot.ports import Transaction
from tests.emulators import Emulators
from tests.samples import sample_content

BOTS = ("U0ANTIPHON", "Antiphon", "AntiphonBot")
QUICK = Patience(quiet=timedelta(seconds=0.5), backoff=timedelta(seconds=0.2))
POLL = timedelta(seconds=0.3)
# Nothing of its own that may be due on the day of the test.
CONTENT = sample_content(chats={}, actions=(), cards=())
SETTLED = frozenset({State.SENT, State.HELD, State.MISSED, State.DEAD})


def question(number: int, due: datetime) -> Entry:
    return Entry(
        key=f"chat:today:q{number}",
        group="chat:today",
        kind=Kind.CHAT,
        title=f"Q{number}",
        due=due,
        wall="2026-12-15T20:05",
        zone="Europe/London",
        cut_off=due + timedelta(minutes=10),
        bodies={platform: Text(f"Q{number}. What works? #ukmedlibs") for platform in Platform},
        source="csv",
    )


class Life:
    """The bot at work on one database, and the people around it."""

    def __init__(self, bot: Bot, emulators: Emulators) -> None:
        self.bot = bot
        self.emulators = emulators

    async def do(self, work: Callable[[Transaction], Awaitable[Any]]) -> Any:
        async with self.bot.database.transaction() as tx:
            return await work(tx)

    async def posts(self) -> dict[str, Post]:
        return {post.key: post for post in await self.do(lambda tx: tx.outbox.list())}

    async def settles(self, number: int) -> None:
        """Wait until there are so many posts, and each has come to its end."""

        async def settled() -> bool:
            posts = await self.posts()
            return len(posts) == number and all(post.state in SETTLED for post in posts.values())

        await eventually(settled)


@asynccontextmanager
async def life(url: str, emulators: Emulators, *entries: Entry) -> AsyncIterator[Life]:
    credentials = {
        name.lower(): value for on in Platform for name, value in emulators.get(f"/{on}/credentials").items()
    }
    settings = Settings(_env_file=None, database_url=url, **credentials)
    bot = await build(settings, CONTENT, patience=QUICK, x_poll=POLL)
    here, stop = Life(bot, emulators), asyncio.Event()
    async with bot.database.transaction() as tx:
        for entry in entries:
            await tx.plan.put(entry)
    running = asyncio.create_task(bot.run(stop))
    try:
        await eventually(lambda: listening(here))
        yield here
    finally:
        stop.set()
        await running


async def listening(here: Life) -> bool:
    connected = here.emulators.get("/slack/connections")["open"]
    return bool(connected) and await here.do(lambda tx: tx.ledger.recall("x:cards")) is not None


async def eventually(happened: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await happened():  # noqa: ASYNC110 - the bot tells nobody
            await asyncio.sleep(0.05)


def said(emulators: Emulators) -> Counter[str]:
    """What the bot made public or showed somebody: where, in answer to what, and the words."""
    rows = [row for row in emulators.ledger() if row["author"] in BOTS and row["action"] != "conversation"]
    return Counter(f"{row['platform']} {row['action']} {_answered(row['more'])}: {row['text']}" for row in rows)


def _answered(more: dict[str, Any]) -> str:
    return next((str(more[name]) for name in ("in_reply_to", "repost_of", "thread", "reply_to") if more.get(name)), "")


async def speak(here: Life) -> None:
    """What people do after the backup. Slack may deliver again what it delivered last."""
    act = here.emulators.post
    act("/slack/commands", user="U0MEMBER", channel="C0CHAT", command="/campaign", text="feedback Well done")
    await here.settles(7)  # so that it has the receipt with number 1
    act("/x/posts", by="LibrarianLena", text="@AntiphonBot feedback The cards are lovely")
    act("/x/posts", by="LibrarianLena", text="@AntiphonBot how can I get involved?")
    act("/x/posts", by="LibraryChampion", text="Look! #AMillionDecisions", alt="A card")
    act("/slack/messages", user="U0MEMBER", channel="C0CHAT", text="<@U0ANTIPHON> where is the logo?")
    await here.settles(11)


async def first_life(emulators: Emulators, url: str, file: Path) -> Entry:
    """Some is sent, the backup is taken, more is sent. Returns what was planned after the backup."""
    busy = {"on": "POST /api/chat.postMessage", "status": 429, "headers": {"Retry-After": "3"}, "times": 1}
    emulators.faults("slack", busy)
    now = datetime.now(UTC)
    async with life(url, emulators, question(1, now)) as here:
        await eventually(lambda: asked_to_wait(here))
        await asyncio.to_thread(back_up, url, file, datetime.now(UTC))
        later = question(2, datetime.now(UTC))
        await here.do(lambda tx: tx.plan.put(later))
        await here.settles(6)
        await speak(here)
    return later


async def asked_to_wait(here: Life) -> bool:
    """Whether the first question is out, but for Slack, where it was tried and waits for the next attempt."""
    posts = {post.platform: post for post in (await here.posts()).values()}
    sent = {platform for platform, post in posts.items() if post.state is State.SENT}
    return sent >= {Platform.X, Platform.TEAMS} and posts[Platform.SLACK].fence > 0


async def test_after_a_restore_nothing_is_sent_twice(emulators: Emulators, tmp_path: Path) -> None:
    old, new, file = f"sqlite:///{tmp_path}/old.db", f"sqlite:///{tmp_path}/new.db", tmp_path / "backup.db"
    later = await first_life(emulators, old, file)
    before = said(emulators)
    assert len(before) == 11
    await made(new)
    restore(new, file, SystemClock(), quiet=timedelta(0))
    async with life(new, emulators, later) as here:
        emulators.post("/slack/redeliver")
        await here.settles(10)
        assert said(emulators) == before
        held = {key: post.reason for key, post in (await here.posts()).items() if post.state is not State.SENT}
        assert list(held) == ["chat:today:q2:teams"]
        assert "Please look there" in held["chat:today:q2:teams"]
        # And what is new is answered, once.
        emulators.post("/x/posts", by="LibrarianLena", text="@AntiphonBot where is the logo?")
        await here.settles(11)
    assert (said(emulators) - before).total() == 1


async def test_without_the_doubt_of_a_restore_things_are_sent_twice(
    emulators: Emulators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, file = f"sqlite:///{tmp_path}/old.db", f"sqlite:///{tmp_path}/new.db", tmp_path / "backup.db"
    later = await first_life(emulators, old, file)
    before = said(emulators)
    await made(new)
    monkeypatch.setattr("bot.adapters.db.restore._note", lambda *_: None)
    monkeypatch.setattr("bot.adapters.db.restore._doubt", lambda *_: 0)
    restore(new, file, SystemClock(), quiet=timedelta(0))
    async with life(new, emulators, later) as here:
        emulators.post("/slack/redeliver")
        await here.settles(10)
    doubled = said(emulators) - before
    assert {row.split(":")[0].split()[0] for row in doubled} == {"x", "slack", "teams"}


async def made(url: str) -> None:
    """An empty database with its tables."""
    database = open_database(url)
    await database.migrate()
    await database.close()
