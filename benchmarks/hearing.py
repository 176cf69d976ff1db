"""A chat of many posts heard on X: through the real SDK, from the emulator, into SQLite and into the live figures."""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import requests

from benchmarks import data
from benchmarks.apart import beside
from benchmarks.result import Result, Row, Target, middle
from benchmarks.transcript import HOUR, QUESTIONS, START, chat, words
from bot.adapters.db import open_database
from bot.adapters.x import XAccount
from bot.adapters.x.hearing import XHearing
from bot.core.cost import reading
from bot.core.record.rooms import Sitting
from bot.core.record.spending import SPENT_JSON, note
from bot.demo.process import start_emulators
from bot.runtime.live_figures import LiveFigures

POLL = timedelta(seconds=30)
"""As in service. X allows 20 searches a minute, and a chat of 100,000 posts an hour needs 18."""
PACE = 100_000
"""Posts an hour."""
PEOPLE = 10_000
BETWEEN_LOOKS = 1.0
"""Seconds from one look of `antiphon chat watch` to the next."""
_MOMENTS = 6
"""Instants between two looks at which people post."""
_CAP = Decimal(2_000)
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Look:
    """After one look: posts so far, seconds until they were kept and from then until they were counted, and what the
    two processes had used by then."""

    posts: int
    reading: float
    counting: float
    hearing_cpu: float
    figures_cpu: float
    hearing_kb: float
    figures_kb: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A chat heard to its end. `read` is how many posts X gave us, `pages` how many searches it answered."""

    looks: Sequence[Look]
    posted: int
    kept: int
    counted: int
    read: int
    pages: int
    least_pages: int

    @property
    def cpu_a_post(self) -> float:
        """Microseconds of a processor, without the first look, at which everything is new to the process too."""
        first, last = self.looks[0], self.looks[-1]
        used = last.hearing_cpu + last.figures_cpu - first.hearing_cpu - first.figures_cpu
        return used / (last.posts - first.posts) * 1e6

    @property
    def counting_cpu(self) -> Sequence[float]:
        """Seconds of a processor that each look at the figures takes."""
        return [later.figures_cpu - look.figures_cpu for look, later in pairwise(self.looks)]


def run(posts: int = PACE, few: int = 1_000) -> Result:
    many, base = listen(posts), listen(few)
    behind = [look.counting + BETWEEN_LOOKS for look in many.looks]
    hearing = [look.reading for look in many.looks]
    return Result(
        name="hearing",
        about=f"{posts:,} posts of {min(posts, PEOPLE):,} people with the hashtag, {PACE:,} an hour, heard on the "
        "emulated X and counted live",
        rows=[
            Row(name="posts lost", value=many.posted - many.kept, targets=(Target(at_most=0),)),
            Row(name="posts not in the live figures", value=many.posted - many.counted, targets=(Target(at_most=0),)),
            Row(name="posts that were read twice", value=many.read - many.posted, targets=(Target(at_most=0),)),
            Row(name="pages of search", value=many.pages, against="that there are at least", baseline=many.least_pages,
                targets=(Target(at_most=1, of_ratio=True),)),
            Row(name="a half minute's posts, from X to the database, at most", value=max(hearing), unit="s",
                against="the median", baseline=middle(hearing)),
            Row(name="the figures behind the database, at most", value=max(behind), unit="s",
                against="the median", baseline=middle(behind), targets=(Target(at_most=2),)),
            Row(name="the same on a processor of one's own, at most", value=max(many.counting_cpu) + BETWEEN_LOOKS,
                unit="s", against="the median", baseline=middle(many.counting_cpu) + BETWEEN_LOOKS),
            Row(name="a post, heard and counted", value=many.cpu_a_post, unit="µs", against=f"of {few:,} posts",
                baseline=base.cpu_a_post, targets=(Target(at_most=1.2, of_ratio=True),)),
            Row(name="memory of the listener, by 1,000 posts", value=_slope(many, "hearing_kb"), unit="kB",
                against="of the figures, which remember each answer", baseline=_slope(many, "figures_kb"),
                targets=(Target(at_most=20),)),
        ],
        note="On a clock that is stepped from look to look, with the second between two looks at the figures added. "
        f"At X's prices this chat costs ${_dollars(posts):,.0f}.",
    )  # fmt: skip


def _dollars(posts: int) -> Decimal:
    return reading(posts, min(posts, PEOPLE))


def _slope(heard: Heard, which: str) -> float:
    """Over the last three quarters: before that, a process takes what it will need."""
    later = heard.looks[len(heard.looks) // 4 :]
    if len({look.posts for look in later}) < 2:
        return 0.0
    line = statistics.linear_regression([look.posts for look in later], [getattr(look, which) for look in later])
    return line.slope * 1_000


def listen(posts: int) -> Heard:
    """Have that many posts made on the emulated X at their pace, and heard every half minute."""
    with data.sqlite() as url, _emulators() as x:
        asyncio.run(data.migrated(url))
        x.goes_to(START)
        with beside(hear, url, x.account) as hearing, beside(count, url) as figures:
            hearing.recv(), figures.recv()
            looks = list(_looks(x, posts, hearing, figures))
        return asyncio.run(_found(url, looks, x))


def _looks(x: "X", posts: int, hearing: Connection, figures: Connection) -> Iterator[Look]:
    at, made = START, 0
    while made < posts:
        for _ in range(_MOMENTS):
            at += POLL / _MOMENTS
            x.goes_to(at)
            until = min(int((at - START) / HOUR * PACE), posts)
            x.say(range(made, until))
            made = until
        begun = time.perf_counter()
        hearing.send(at)
        cpu, hearing_kb = hearing.recv()
        kept = time.perf_counter()
        figures.send(at)
        more, figures_kb, x.counted = figures.recv()
        yield Look(made, kept - begun, time.perf_counter() - kept, cpu, more, hearing_kb, figures_kb)


async def _found(url: str, looks: Sequence[Look], x: "X") -> Heard:
    database = open_database(url)
    async with database.transaction() as tx:
        kept = {post.id for post in await tx.heard.list(chat().id)}
        spent = SPENT_JSON.validate_json(await tx.ledger.recall(note(chat().id)) or "{}")
    await database.close()
    before = [0, *(look.posts for look in looks[:-1])]
    least = sum(max(-(-(look.posts - old) // _PAGE), 1) for look, old in zip(looks, before, strict=True))
    return Heard(looks, len(x.ids), len(kept & set(x.ids)), x.counted, spent.posts, x.pages() - 1, least)


def hear(pipe: Connection, url: str, settings: Mapping[str, str]) -> None:
    """The listener in a process of its own: looks when it is told an instant, and answers when it sleeps again."""
    asyncio.run(_hear(pipe, url, settings))


async def _hear(pipe: Connection, url: str, settings: Mapping[str, str]) -> None:
    database, clock = open_database(url), Steps(START)
    keys: dict[str, Any] = {name.removeprefix("X_").lower(): value for name, value in settings.items()}
    account = XAccount(**keys)
    sitting = Sitting(chat().id, chat().hashtag, START - POLL, START + 2 * HOUR)

    async def sittings(_: datetime) -> Sequence[Sitting]:
        return [sitting]

    hearing = asyncio.create_task(XHearing(account, database, clock, sittings, _CAP, POLL).run())
    await clock.rests()
    pipe.send(None)
    while (at := await asyncio.to_thread(pipe.recv)) is not None:
        await clock.goes_to(at)
        pipe.send((time.process_time(), _memory()))
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
    await database.close()


def count(pipe: Connection, url: str) -> None:
    """The live figures in a process of their own."""
    asyncio.run(_count(pipe, url))


async def _count(pipe: Connection, url: str) -> None:
    database = open_database(url)
    live = LiveFigures(database, chat())
    await live.look()
    pipe.send(None)
    while await asyncio.to_thread(pipe.recv) is not None:
        found = await live.look()
        pipe.send((time.process_time(), _memory(), found.posts))
    await database.close()


class Steps:
    """A clock that is stepped from outside, once everybody sleeps."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._awake, self._asleep = asyncio.Event(), asyncio.Event()

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, instant: datetime) -> None:
        while self._now < instant:
            self._awake.clear()
            self._asleep.set()
            await self._awake.wait()

    async def sleep(self, how_long: timedelta) -> None:
        await self.sleep_until(self._now + how_long)

    async def rests(self) -> None:
        await self._asleep.wait()

    async def goes_to(self, now: datetime) -> None:
        self._now = now
        self._asleep.clear()
        self._awake.set()
        await self._asleep.wait()


class X:
    """The emulated X: its clock, and the people who post on it."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._session = requests.Session()
        self.account: Mapping[str, str] = self._session.get(f"{base}/_control/x/credentials", timeout=30).json()
        self.ids: list[str] = []
        self.counted = 0

    def goes_to(self, at: datetime) -> None:
        self._session.put(
            f"{self._base}/_control/clock", json={"campaign": at.timestamp(), "wall": 0, "speed": 0}, timeout=30
        )

    def say(self, numbers: range) -> None:
        posts = [self._post(n) for n in numbers]
        answer = self._session.post(f"{self._base}/_control/x/crowd", json={"posts": posts}, timeout=30)
        self.ids += answer.json()["ids"]

    def _post(self, n: int) -> Mapping[str, Any]:
        """Half with a label, a fifth as a reply, the others only about the question that is running."""
        label = f"A{n * QUESTIONS // PACE % QUESTIONS + 1} " if n % 2 else ""
        person = n * 7919 % PEOPLE
        to = {"in_reply_to": self.ids[-7]} if n % 5 == 0 and len(self.ids) > 7 else {}
        return {"by": f"person{person}", "text": f"{label}{words(n)} {n} #ukmedlibs", "followers": person % 500, **to}

    def pages(self) -> int:
        """How many searches were answered."""
        exchanges = self._session.get(f"{self._base}/_control/exchanges", timeout=60).json()
        return sum("/search/recent" in one["path"] and one["status"] == 200 for one in exchanges)


@contextmanager
def _emulators() -> Iterator[X]:
    process = start_emulators()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield X(json.loads(process.stdout.readline())["base"])
    finally:
        process.stdin.close()
        process.wait(10)


def _memory() -> float:
    """What of this process is in memory, in kB. 0 where the system does not say."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024 if statm.exists() else 0.0
