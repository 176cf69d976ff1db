"""How late posts leave that are due in the same second."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from benchmarks import data
from benchmarks.apart import apart, beside, settled_heap
from benchmarks.peer import schedule
from benchmarks.receiver import receive
from benchmarks.result import Result, Row, Target, percentile
from bot.adapters.apscheduler import Heartbeat
from bot.adapters.clock import SystemClock
from bot.adapters.db import open_database
from bot.core.events import Platform
from bot.core.outbox import Absent, Delivered, Finding, Outcome, Post
from bot.ports import ItsTime
from bot.runtime.publisher import Publisher
from bot.runtime.watchdog import run_watched

Spread = Callable[[int, int], timedelta]
"""When the n-th of so many posts is due, after the first."""
_STARTS = 4.0
"""Seconds in which a process is up, and has as many posts in hand as it takes."""
_APSCHEDULERS_GRACE = 1
"""Seconds after which it drops a job, by default."""
_PATIENCE = 120.0
"""Seconds after the last due instant at which we stop waiting: what is not there then is dropped."""


def at_once(_number: int, _of: int) -> timedelta:
    return timedelta()


def over_a_second(number: int, of: int) -> timedelta:
    return timedelta(seconds=number / of)


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds from due instant to first byte, of each post that arrived. `rate`: posts a second until the last."""

    late: Sequence[float]
    dropped: int
    doubled: int
    rate: float

    def p(self, share: float) -> float:
        """In milliseconds."""
        return percentile(self.late, share) * 1000


def run(posts: int = 1000, many: int = 10_000, rounds: int = 3) -> Result:
    rows: list[Row] = []
    for words, spread in (("over one second", over_a_second), ("at the same instant", at_once)):
        ours = min((_ours(posts, spread) for _ in range(rounds)), key=lambda found: found.p(0.99))
        rows += _rows(
            f"{posts:,} due {words}", ours, _peers(posts, spread, None), _peers(posts, spread, _APSCHEDULERS_GRACE)
        )
    flood, case = _ours(many, at_once), f"{many:,} due at the same instant"
    return Result(
        name="lateness",
        about="from the due instant to the first byte at a receiver on loopback: outbox and publisher, SQLite (FULL); "
        f"the best of {rounds} runs",
        rows=[
            *rows,
            Row(name=f"{case}: dropped", value=flood.dropped, targets=(Target(at_most=0),)),
            Row(name=f"{case}: doubled", value=flood.doubled, targets=(Target(at_most=0),)),
            Row(name=f"{case}: p50", value=flood.p(0.5), unit="ms"),
            Row(name=f"{case}: until the last", value=flood.rate, unit="posts/s"),
        ],
        note="APScheduler: AsyncIOScheduler with SQLAlchemyJobStore on SQLite. Its lateness is without its limit; by "
        "default it drops a job that is more than a second late.",
    )


def _rows(case: str, ours: Lateness, patient: Lateness, default: Lateness) -> list[Row]:
    """`patient` and `default` are APScheduler without and with its limit."""

    def late(name: str, share: float, target: float) -> Row:
        return Row(
            name=f"{case}: {name}",
            value=ours.p(share),
            unit="ms",
            against="APScheduler",
            baseline=patient.p(share),
            targets=(Target(at_most=target),),
        )

    none = (Target(at_most=0),)
    return [
        late("p50", 0.5, 20),
        late("p99", 0.99, 100),
        Row(
            name=f"{case}: dropped",
            value=ours.dropped,
            against="APScheduler by default",
            baseline=default.dropped,
            targets=none,
        ),
        Row(name=f"{case}: doubled", value=ours.doubled, targets=none),
    ]


def judge(due: Mapping[str, float], arrived: Sequence[tuple[str, float]]) -> Lateness:
    """Of what was due (key → epoch seconds), what arrived and when."""
    first: dict[str, float] = {}
    for key, at in arrived:
        first.setdefault(key, at)
    times = Counter(key for key, _ in arrived)
    span = max(first.values()) - min(due.values()) if first else 0.0
    return Lateness(
        late=[max(at - due[key], 0.0) for key, at in first.items()],
        dropped=len(due.keys() - first.keys()),
        doubled=sum(times.values()) - len(times),
        rate=len(first) / span if span > 0 else 0.0,
    )


def _ours(count: int, spread: Spread) -> Lateness:
    with data.sqlite() as url, beside(receive) as receiver:
        asyncio.run(data.migrated(url))
        due = data.now() + timedelta(seconds=_STARTS + count / 1000)
        posts = [data.post(f"p{number}", due + spread(number, count)) for number in range(count)]
        data.fill_outbox(url, posts)
        port = receiver.recv()
        apart(publish, url, port, count, (posts[-1].due - data.now()).total_seconds() + _PATIENCE)
        receiver.send("report")
        return judge({post.key: post.due.timestamp() for post in posts}, receiver.recv())


def publish(url: str, port: int, count: int, at_most: float) -> None:
    """Run a publisher as the bot does until it has delivered so many posts, or for so many seconds."""
    run_watched(_publish(url, port, count, at_most))


async def _publish(url: str, port: int, count: int, at_most: float) -> None:
    database, clock = open_database(url), SystemClock()
    client = LoopbackClient(*await asyncio.open_connection("127.0.0.1", port), count)
    publisher = Publisher(client, database, clock)
    settled_heap()

    async def beat() -> None:
        publisher.wake()

    timer = Heartbeat(clock)
    timer.start(beat)
    running = asyncio.create_task(publisher.run())
    try:
        async with asyncio.timeout(at_most):
            await client.all_delivered.wait()
    except TimeoutError:
        """What is missing is counted by the receiver."""
    timer.stop()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await publisher.finish()
    await client.close()
    await database.close()


class LoopbackClient:
    """Delivers a post by one write to an open connection; the answer comes when the platform has it."""

    platform = Platform.SLACK

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: int) -> None:
        self._writer = writer
        self._left = count
        self._answers: dict[bytes, asyncio.Future[None]] = {}
        self._listening = asyncio.create_task(self._listen(reader))
        self.all_delivered = asyncio.Event()

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        line = f"{post.key}\n".encode()
        answer = self._answers[line] = asyncio.get_running_loop().create_future()
        await its_time()
        self._writer.write(line)
        await answer
        self._left -= 1
        if self._left <= 0:
            self.all_delivered.set()
        return Delivered(post.key)

    async def find(self, post: Post) -> Finding:  # noqa: ARG002
        return Absent()

    async def close(self) -> None:
        self._listening.cancel()
        self._writer.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            self._answers.pop(line).set_result(None)


def _peers(count: int, spread: Spread, grace: int | None) -> Lateness:
    """`grace`: seconds after which APScheduler drops a job; None for never."""
    with data.sqlite() as url, beside(receive) as receiver:
        after = [spread(number, count).total_seconds() for number in range(count)]
        due = apart(schedule, url, receiver.recv(), after, grace, _STARTS)
        receiver.send("report")
        return judge(due, receiver.recv())
