"""How long the bot takes to start with much planned, and with nothing."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from benchmarks import data
from benchmarks.bots import SLACK, running
from benchmarks.result import Result, Row, Target
from bot.adapters.db.rows import row_of
from bot.adapters.db.tables import plan
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.outbox import Post
from bot.core.plan import Entry, Kind

_FROM_NOW = timedelta(days=30)
_APART = timedelta(minutes=5)


def run(planned: int = 100_000, rounds: int = 5) -> Result:
    with data.sqlite() as empty, data.sqlite() as full:
        for url in (empty, full):
            asyncio.run(data.migrated(url))
        data.fill_outbox(full, _posts(planned))
        data.fill(full, plan, (row_of(entry) for entry in _entries(planned)))
        seconds: dict[str, float] = {}
        for _ in range(rounds):
            for url in (empty, full):
                seconds[url] = min(_start(url), seconds.get(url, float("inf")))
        return Result(
            name="startup",
            about=f"from the command until the bot is at work, with {planned:,} planned posts and as many entries of "
            f"the plan, on SQLite; the best of {rounds} starts",
            rows=[
                Row(
                    name=f"start with {planned:,} planned",
                    value=seconds[full],
                    unit="s",
                    against="start with an empty database",
                    baseline=seconds[empty],
                    targets=(Target(at_most=1.5, of_ratio=True),),
                )
            ],
        )


def _start(url: str) -> float:
    with running(url, SLACK) as bot:
        return bot.seconds


def _posts(planned: int) -> Iterator[Post]:
    start = data.now() + _FROM_NOW
    return (data.post(f"action:{number}:slack", start + _APART * number) for number in range(planned))


def _entries(planned: int) -> Iterator[Entry]:
    start = data.now() + _FROM_NOW
    for number in range(planned):
        due = start + _APART * number
        yield Entry(
            key=f"action:benchmark:{number}",
            group="action:benchmark",
            kind=Kind.ACTION,
            title=f"Key action {number}",
            due=due,
            wall=f"{due:%Y-%m-%dT%H:%M}",
            zone="UTC",
            cut_off=due + timedelta(hours=4),
            bodies={Platform.SLACK: Text(f"Key action {number}: tell one colleague")},
            source="csv",
        )
