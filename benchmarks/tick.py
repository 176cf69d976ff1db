"""What the bot's regular look at the database costs after a short and after a long history."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from benchmarks import data
from benchmarks.apart import apart, settled_heap
from benchmarks.claims import EagerClient
from benchmarks.result import Result, Row, Target, middle
from bot.adapters import yaml_content
from bot.adapters.clock import SystemClock
from bot.adapters.db import SqlDatabase, open_database
from bot.adapters.db.tables import inbox, outbox
from bot.context import Context
from bot.core.events import Mention, Person, Place, Platform
from bot.core.outbox import State
from bot.core.policy import Roles
from bot.ports import Transaction
from bot.routing import Router
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.publisher import Publisher
from bot.runtime.scheduler import Scheduler

CONTENT = Path(__file__).parents[1] / "content"
_IN_A_ROW = 10
"""Ticks on one database before it is the other's turn, so that both meet the same moods of the machine."""

Tick = Callable[[], Awaitable[None]]


def run(short: int = 1000, long: int = 1_000_000, ticks: int = 400) -> Result:
    with data.sqlite() as one, data.sqlite() as other:
        for url, history in ((one, short), (other, long)):
            remember(url, history)
        idle, busy = apart(measure, one, other, ticks)
    about = f"{long:,} against {short:,} sent posts"
    return Result(
        name="tick",
        about="processor time of one look (scheduler, publisher, dispatcher) at SQLite (FULL), the median; "
        f"{about}, and a tenth as many handled events",
        rows=[
            _row("nothing to do", "ms", idle, Target(at_most=1.2, of_ratio=True)),
            _row("one post goes out", "ms", busy, Target(at_most=1.2, of_ratio=True)),
        ],
    )


def _row(name: str, unit: str, costs: tuple[float, float], *targets: Target) -> Row:
    """`costs` are in seconds: after the short history, and after the long one."""
    short, long = (cost * 1000 for cost in costs)
    return Row(name=name, value=long, unit=unit, against="short history", baseline=short, targets=targets)


def remember(url: str, history: int) -> None:
    """A post a minute, all sent, and the events that were handled meanwhile: one of each, told again by SQL."""
    asyncio.run(data.migrated(url))
    start = data.now().replace(microsecond=0) - timedelta(minutes=history + 1)
    sent = replace(
        data.post("chat:0:q1:slack", start), state=State.SENT, attempts=1, fence=1, sent_at=start, remote_id="0.1"
    )
    person, place = Person(Platform.SLACK, "T0", "U0"), Place(Platform.SLACK, "T0", "C0")
    event = Mention(key="slack:T0:Ev0", at=start, author=person, place=place, text="Thank you", message_id="1.0")
    handled = {"key": event.key, "event": event, "receipt": "done", "failures": 0, "reason": "", "done_at": start}
    data.fill_outbox(url, [sent])
    data.fill(url, inbox, [handled])
    minutes = {"due", "try_at", "sent_at", "done_at"}
    data.multiply(url, outbox, history, {"key": "'chat:' || n || ':q1:slack'"} | dict.fromkeys(minutes, data.MINUTE))
    data.multiply(url, inbox, history // 10, {"key": "'slack:T0:Ev' || n"})


def measure(one: str, other: str, ticks: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Seconds of processor time for an idle tick, and for one with a post, on the two databases."""
    return asyncio.run(_measure([one, other], ticks))


async def _measure(urls: Sequence[str], ticks: int) -> tuple[tuple[float, float], tuple[float, float]]:
    databases = [open_database(url) for url in urls]
    looks = [await _look_at(database) for database in databases]
    settled_heap()
    idle = await _costs([idle for idle, _ in looks], ticks)
    busy = await _costs([busy for _, busy in looks], max(ticks // 4, _IN_A_ROW))
    for database in databases:
        await database.close()
    return idle, busy


async def _costs(looks: Sequence[Tick], ticks: int) -> tuple[float, float]:
    costs: list[list[float]] = [[], []]
    for number in range(ticks * 2):
        which = number // _IN_A_ROW % 2
        began = time.process_time()
        await looks[which]()
        costs[which].append(time.process_time() - began)
    return middle(costs[0]), middle(costs[1])


async def _look_at(database: SqlDatabase) -> tuple[Tick, Tick]:
    """One look with nothing to do, and one in which a post is added and goes out."""
    clock, content, numbers = SystemClock(), yaml_content.load(CONTENT), count()

    def context(tx: Transaction) -> Context:
        return Context(clock.now(), content, {}, Roles(frozenset(), frozenset()), tx)

    publisher = Publisher(EagerClient(), database, clock)
    scheduler = Scheduler([], database, context, clock, _NoTimer(), publisher.wake)
    dispatcher = Dispatcher(database, Router(), context, clock, publisher.wake)
    await scheduler.start()

    async def idle() -> None:
        await scheduler.tick()
        await publisher.turn()
        await dispatcher.drain()

    async def busy() -> None:
        async with database.transaction() as tx:
            await tx.outbox.add(data.post(f"new{next(numbers)}", clock.now()))
        for _ in range(3):
            # Taken, begun, kept.
            await publisher.turn()
            await asyncio.sleep(0)

    return idle, busy


class _NoTimer:
    """Here the ticks are counted, not timed."""

    def start(self, beat: Callable[[], Awaitable[None]]) -> None: ...

    def wake_at(self, instant: object) -> None: ...

    def stop(self) -> None: ...
