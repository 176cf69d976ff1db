"""`python -m tests.crashlab.several --posts N --workers K --seed S`: several machines, one PostgreSQL, no peace.

Machines are killed and started again, stand still for longer than their lease and go on, and have clocks five minutes
apart; the database crashes and comes back. The platforms' ledgers say what became of the posts.
"""

import argparse
import asyncio
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.db import open_database
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.outbox import Post
from bot.core.plan import Entry, Kind
from tests.crashlab import weather
from tests.crashlab.clocks import SPEED, campaign
from tests.crashlab.fleet import FAR, LAG, BrokenLab, Fleet, Machine, fleet, person, say
from tests.crashlab.server import Server, postgres
from tests.emulators import Emulators

ROUND = 2000
"""Posts between two verdicts, each on a new database."""
APART = 300.0
"""Seconds between the wall clocks of the two machines that are furthest apart."""
CHANCE = 0.1
"""The share of requests to the platforms that go wrong."""
DRAIN = 120.0
_POST = re.compile(r"Here is post (\d{6}) of the laboratory\.")
_UNDECIDED = (
    "SELECT (SELECT count(*) FROM plan WHERE standing = 'planned')"
    " + (SELECT count(*) FROM outbox WHERE state <> 'sent')"
)
_PLATFORMS = (Platform.SLACK, Platform.TEAMS, Platform.X)
Name = tuple[int, str]
"""A post: its entry's number, and the platform."""


@dataclass(frozen=True)
class Plan:
    posts: int
    workers: int
    seed: int
    rate: float
    """Posts that fall due in a wall second."""
    slowness: float = 1.0


@dataclass
class Report:
    posts: int = 0
    lost: list[Name] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    """Each with what is known of it."""
    done: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Report") -> None:
        self.posts += other.posts
        self.lost += other.lost
        self.doubled += other.doubled
        self.done += other.done

    def lines(self) -> Iterator[str]:
        yield ", ".join(f"{number} {what}" for what, number in sorted(self.done.items()))
        for name in self.lost:
            yield f"lost: {name}"
        for known in self.doubled:
            yield f"doubled: {known}"
        yield f"{self.posts} posts: {len(self.lost)} lost, {len(self.doubled)} doubled"


@dataclass
class _Machine(Machine):
    stopped_at: float = 0.0
    go_on_at: float = 0.0


class Several:
    """One round: so many machines on one empty database, and at the end the verdict."""

    def __init__(self, plan: Plan, emulators: Emulators, server: Server, name: str, folder: Path) -> None:
        self._plan = plan
        self._emulators = emulators
        self._server = server
        self._dice = random.Random(f"{plan.seed}:{name}")
        self._report = Report()
        self._accepted: dict[Name, list[float]] = {}
        self._woken: list[float] = []
        self._judged = 0
        self._start = datetime.now(UTC)
        address = server.new_database(name)
        self._common = fleet(emulators, address, self._start, folder / f"{name}.log", plan.slowness)
        self._machines = [_Machine(self._common, wrong_by=apart) for apart in _apart(plan.workers)]

    def run(self) -> Report:
        wanted, last = asyncio.run(_planned(self._common, self._plan))
        self._weather(CHANCE)
        try:
            for one in self._machines:
                one.start()
            self._disturb(until=last.timestamp())
            self._finish()
        finally:
            for one in self._machines:
                one.kill()
        self._verdict(wanted)
        return self._report

    def _weather(self, chance: float) -> None:
        for platform in Platform:
            faults = {"chance": chance, "seed": self._plan.seed, "faults": list(weather.ANYWHERE)}
            self._emulators.put(f"/storms/{platform}", faults)

    # Disturbances

    def _disturb(self, until: float) -> None:
        # Even a short round has one of each.
        first = [self._kill, self._stand_still_for_long]
        kinds = [self._kill] * 6 + [self._stand_still] * 2 + [self._stand_still_for_long] * 3
        crash_at = time.time() + 0.4 * (until - time.time())
        next_at = person_at = time.time() + 1
        while time.time() < until:
            self._see_to_machines()
            if time.time() > next_at:
                disturb = first.pop() if first else self._dice.choice(kinds)
                disturb(self._dice.choice(self._machines))
                next_at = time.time() + self._dice.uniform(0.1, 1.2) * self._plan.slowness
            if time.time() > crash_at:
                self._crash()
                crash_at = time.time() + self._dice.uniform(8, 20) * self._plan.slowness
            if time.time() > person_at:
                self._person()
                person_at = time.time() + 2
            time.sleep(0.01)

    def _kill(self, one: _Machine) -> None:
        if not one.go_on_at:
            one.kill()
            one.start()
            self._report.done["kills"] += 1

    def _stand_still(self, one: _Machine) -> None:
        self._stop(one, "stops", self._dice.uniform(0, self._common.lease))

    def _stand_still_for_long(self, one: _Machine) -> None:
        self._stop(one, "stops past the lease", self._common.lease * self._dice.uniform(1, 2.5))

    def _stop(self, one: _Machine, what: str, seconds: float) -> None:
        if not one.go_on_at:
            os.kill(one.pid, signal.SIGSTOP)
            one.stopped_at = time.time()
            one.go_on_at = one.stopped_at + seconds
            self._report.done[what] += 1

    def _crash(self) -> None:
        self._server.crash()
        self._report.done["crashes of the database"] += 1

    def _see_to_machines(self) -> None:
        for one in self._machines:
            if one.go_on_at and time.time() >= one.go_on_at:
                self._go_on(one)
            self._report.done["starts without a database"] += one.revived()

    def _go_on(self, one: _Machine) -> None:
        os.kill(one.pid, signal.SIGCONT)
        if time.time() - one.stopped_at > self._common.lease:
            self._woken.append(time.time())
        one.go_on_at = 0.0

    # The end

    def _finish(self) -> None:
        """In fine weather and in peace, until every post is decided."""
        self._weather(0)
        give_up = time.time() + DRAIN * self._plan.slowness
        while self._common.rows(_UNDECIDED)[0][0]:
            if time.time() > give_up:
                raise BrokenLab(f"undecided after {DRAIN} s: {self._common.states()}")
            self._see_to_machines()
            self._person()
            time.sleep(0.2)
        time.sleep(LAG)

    def _person(self) -> None:
        self._look()
        person(self._common, lambda post: _name(post) in self._accepted)

    def _look(self) -> None:
        rows = self._emulators.get("/ledger", after=self._judged)
        self._judged += len(rows)
        began = self._start.timestamp()
        for row in rows:
            if found := _POST.search(row["text"]):
                at = began + (datetime.fromisoformat(row["at"]).timestamp() - began) / SPEED
                self._accepted.setdefault((int(found[1]), row["platform"]), []).append(at)

    def _verdict(self, wanted: list[Name]) -> None:
        self._look()
        report = self._report
        report.posts = len(wanted)
        report.lost = [name for name in wanted if name not in self._accepted]
        report.doubled = [self._known(name) for name in wanted if len(self._accepted.get(name, ())) > 1]

    def _known(self, name: Name) -> str:
        """When it was accepted, in seconds from the start; and whether somebody sent it who had just stood still."""
        at = self._accepted[name]
        times = ", ".join(f"{instant - self._start.timestamp():.2f}" for instant in at)
        return f"{name}: accepted at {times}{' by a machine on waking' if any(map(self._just_woken, at)) else ''}"

    def _just_woken(self, at: float) -> bool:
        return any(0 <= at - woken <= 1 for woken in self._woken)


def _apart(machines: int) -> list[float]:
    """By how much the machines' own clocks are wrong."""
    return [APART * (number / max(machines - 1, 1) - 0.5) for number in range(machines)]


def _name(post: Post) -> Name:
    _, number, platform = post.key.split(":")
    return int(number), platform


async def _planned(common: Fleet, plan: Plan) -> tuple[list[Name], datetime]:
    """Plan the entries; the posts that they stand for, and the real time at which the last one is due."""
    database = open_database(common.address)
    await database.migrate()
    wanted: list[Name] = []
    first = due = datetime.now(UTC) + timedelta(seconds=1 + plan.posts / 1000)
    for chunk in range(0, plan.posts, 200):
        async with database.transaction() as tx:
            for number in range(chunk + 1, chunk + 201):
                if len(wanted) >= plan.posts:
                    break
                platforms = _PLATFORMS if number % 10 == 0 else _PLATFORMS[:2]
                due = first + timedelta(seconds=len(wanted) / plan.rate)
                await tx.plan.put(_entry(number, campaign(common.start, due), platforms))
                wanted += [(number, platform) for platform in platforms]
    await database.close()
    return wanted, due


def _entry(number: int, due: datetime, platforms: tuple[Platform, ...]) -> Entry:
    words = Text(f"Here is post {number:06d} of the laboratory.")
    return Entry(
        key=f"lab:{number:06d}",
        group="lab",
        kind=Kind.ACTION,
        title="",
        due=due,
        wall="",
        zone="Europe/London",
        cut_off=due + FAR,
        bodies=dict.fromkeys(platforms, words),
        source="csv",
    )


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="crashlab several", description=__doc__)
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=12.0, help="posts that fall due in a second")
    parser.add_argument("--slowness", type=float, default=1.0, help="how much more patient than usual")
    parser.add_argument("--logs", type=Path, help="a folder in which the machines' logs are kept")
    given = parser.parse_args(words)
    whole = Report()
    with tempfile.TemporaryDirectory() as folder, Emulators() as emulators, postgres() as server:
        kept = given.logs or Path(folder)
        for number, posts in enumerate(_rounds(given.posts), 1):
            plan = Plan(posts, given.workers, given.seed, given.rate, given.slowness)
            found = Several(plan, emulators, server, f"round{number}", kept).run()
            for line in found.lines():
                say(line)
            whole.add(found)
    say("")
    for line in whole.lines():
        say(line)
    return int(bool(whole.lost or whole.doubled))


def _rounds(posts: int) -> list[int]:
    return [ROUND] * (posts // ROUND) + ([posts % ROUND] if posts % ROUND else [])


if __name__ == "__main__":
    sys.exit(main())
