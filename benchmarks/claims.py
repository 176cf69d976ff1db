"""How many posts workers can take, note and settle on PostgreSQL."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import psycopg

from benchmarks import data
from benchmarks.apart import apart_together, settled_heap
from benchmarks.result import Result, Row, Target
from bot.adapters.db import open_database
from bot.core.events import Platform
from bot.core.outbox import PATIENCE, Absent, Delivered, Finding, Outcome, Post, settle
from bot.ports import ItsTime

Worker = Callable[[str, float], tuple[float, float]]
"""Given a database's address and when to begin; returns when it began and when there was nothing left."""
_BATCH = 100
"""As the publisher's."""
_STARTS = 6.0
"""Seconds in which all processes are up."""

# What any queue on PostgreSQL does at the least: take a few rows that nobody else takes, and write down each result.
_CLAIM = """
UPDATE outbox SET state = 'sending', fence = fence + 1, attempts = attempts + 1, lease_until = now() + interval '1 min'
WHERE id IN (SELECT id FROM outbox WHERE state = 'queued' AND platform = 'slack' AND try_at <= now()
             ORDER BY due, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, key, place, body
"""
_COMPLETE = "UPDATE outbox SET state = 'sent', remote_id = %s, sent_at = now(), lease_until = NULL WHERE id = %s"


def run(posts: int = 16_000, rounds: int = 3) -> Result:
    rows = []
    with data.postgres() as url:
        asyncio.run(data.migrated(url))
        for workers, targets in ((1, ()), (4, (Target(at_least=0.5, of_ratio=True),))):
            ours = max(_rate(url, cycle, workers, posts) for _ in range(rounds))
            floor = max(_rate(url, drain, workers, posts) for _ in range(rounds))
            rows.append(
                Row(
                    name=f"workers: {workers}",
                    value=ours,
                    unit="posts/s",
                    against="bare SKIP LOCKED",
                    baseline=floor,
                    targets=targets,
                )
            )
    return Result(
        name="claims",
        about="posts claimed, begun and settled a second on PostgreSQL, in turns of one transaction for up "
        f"to {_BATCH} posts of each, a process for each worker; the best of {rounds} runs",
        rows=rows,
        note=f"Bare: claim {_BATCH} in one statement, then write each result, in plain SQL over psycopg. It notes no "
        "intent to send, so that it cannot know what a crash left behind.",
    )


def _rate(url: str, worker: Worker, workers: int, posts: int) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE outbox")
        past = data.now() - timedelta(minutes=1)
        data.fill_outbox(url, (data.post(f"p{number}", past) for number in range(posts)))
        connection.execute("VACUUM ANALYZE outbox")
    begins = time.time() + _STARTS
    spans = apart_together(worker, [(url, begins)] * workers)
    return posts / _span(spans)


def _span(spans: Sequence[tuple[float, float]]) -> float:
    """From the first's beginning to the last's end."""
    return max(ended for _, ended in spans) - min(began for began, _ in spans)


def drain(url: str, begins: float) -> tuple[float, float]:
    with psycopg.connect(url) as connection:
        time.sleep(max(begins - time.time(), 0))
        began = ended = time.time()
        while True:
            taken = connection.execute(_CLAIM, (_BATCH,)).fetchall()
            connection.commit()
            if not taken:
                return began, ended
            with connection.cursor() as cursor:
                cursor.executemany(_COMPLETE, [(key, number) for number, key, _, _ in taken])
            connection.commit()
            ended = time.time()


def cycle(url: str, begins: float) -> tuple[float, float]:
    return asyncio.run(_cycle(url, begins))


async def _cycle(url: str, begins: float) -> tuple[float, float]:
    """What a publisher writes in its turns: one transaction notes what was sent, what is about to leave, and takes more
    in hand."""
    database, lease = open_database(url), PATIENCE.lease
    await database.time()  # connected
    settled_heap()
    await asyncio.sleep(max(begins - time.time(), 0))
    began = ended = time.time()
    claimed: Sequence[Post] = ()
    begun: Sequence[Post] = ()
    while True:
        now = data.now()
        async with database.transaction() as tx:
            await tx.outbox.save([settle(post, Delivered(post.key), now) for post in begun])
            begun = await tx.outbox.begin(claimed, now=now, lease=lease)
            claimed = await tx.outbox.claim(Platform.SLACK, until=now, now=now, lease=lease, limit=_BATCH)
        if not begun and not claimed:
            break
        ended = time.time()
    await database.close()
    return began, ended


class EagerClient:
    """Everything arrives at once."""

    platform = Platform.SLACK

    def __init__(self) -> None:
        self.delivered = 0

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        await its_time()
        self.delivered += 1
        return Delivered(post.key)

    async def find(self, post: Post) -> Finding:  # noqa: ARG002
        return Absent()

    async def close(self) -> None: ...
