"""One round of the laboratory: so many kills on one empty database, and then the platform's ledger judges."""

import asyncio
import gc
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.adapters.clock import CampaignClock
from bot.adapters.db import open_database
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.outbox import State, new_post
from tests.crashlab import points, weather, worker
from tests.crashlab.deaths import BrokenLab, Deaths
from tests.crashlab.inspector import Inspector
from tests.crashlab.points import Order
from tests.crashlab.report import Report
from tests.crashlab.site import LAG, SPEED, Site, client_for, patience, places
from tests.emulators import Emulators

_START = datetime(2026, 11, 22, 12, tzinfo=UTC)
_A_PERSON_COMES = 40
"""After so many kills somebody answers what waits for a person."""
_TO_THE_END = 60.0
"""Wall seconds in which the bot decides everything, once it is left in peace."""
_POST = re.compile(r"Here is post (\d{6}) of the laboratory")


@dataclass(frozen=True)
class Plan:
    platform: Platform
    database_url: str
    """An empty database of its own."""
    kills: int
    seed: int
    slowness: float = 1.0
    """How much more patient the bot is than usual: for machines under stress."""
    focus: tuple[str, ...] = ()
    """The points to be killed at; all where it is empty."""
    faults: Sequence[weather.Json] | None = None
    """What goes wrong on the platform; None for everything."""
    until_caught: bool = False
    """End at the first post that is there twice, whatever else is undecided: for variants."""


@dataclass
class Lab:
    plan: Plan
    emulators: Emulators
    report: Report = field(default_factory=Report)
    _visible: Counter[str] = field(default_factory=Counter)
    """How often each post is in the ledger."""
    _judged: int = 0

    def run(self) -> Report:
        """Kill, let the bot come to an end, judge. Raises BrokenLab for what is no verdict."""
        self._dice = random.Random(f"{self.plan.seed}:{self.plan.platform}")
        self._site = self._set_up()
        self._inspector = Inspector(self.plan.database_url)
        self._deaths = Deaths(self._site, self._inspector, self.report, self._dice, self.plan.slowness)
        try:
            self._kill()
            if not self._caught():
                self._finish()
            self._judge()
        finally:
            self._deaths.close()
            self._inspector.close()
        return self.report

    def _set_up(self) -> Site:
        platform, emulators = self.plan.platform, self.emulators
        emulators.reset()
        clock = CampaignClock(_START, SPEED)
        emulators.put("/clock", clock.spec())
        settings = emulators.get(f"/{platform}/credentials")
        site = Site(
            platform,
            client_for(platform, settings, clock),
            open_database(self.plan.database_url),
            clock,
            places(platform, settings, emulators.post),
            patience(self.plan.slowness),
        )
        asyncio.run(_warmed_up(site))
        _alone()
        gc.collect()
        gc.freeze()  # otherwise each worker's first look for garbage copies all that it shares with us
        emulators.put(f"/lags/{platform}", {"seconds": LAG * SPEED})
        emulators.put(f"/storms/{platform}", weather.storm(platform, self.plan.seed, faults=self.plan.faults))
        return site

    def _kill(self) -> None:
        orders = self._orders()
        person_comes = _A_PERSON_COMES
        while self.report.kills.total() < self.plan.kills and not self._caught():
            self._deaths.live(next(orders))
            if self.report.kills.total() >= person_comes:
                person_comes += _A_PERSON_COMES
                self._person()
        self._deaths.let_the_others_end()

    def _caught(self) -> bool:
        if not self.plan.until_caught:
            return False
        self._read_ledger()
        return any(times > 1 for times in self._visible.values())

    def _orders(self) -> Iterator[Order]:
        while True:
            for name in self.plan.focus or self._everywhere():
                yield self._order(name)

    def _everywhere(self) -> Iterator[str]:
        """Each point in turn, and as many deaths from outside; now and then a process that stands still."""
        for name in points.SUDDEN:
            yield name
            yield self._dice.choice(list(points.SOON_AFTER))
        yield self._dice.choice(list(points.STOPPED))

    def _order(self, name: str) -> Order:
        if name in points.STOPPED:
            return Order(name, points.STOPPED[name], stop=True)
        nth = self._dice.choice(points.TIMES.get(name, (1,)))
        if name in points.SOON_AFTER:
            longest = 0.12 if name == points.ANYWHERE else 0.02
            return Order(name, points.SOON_AFTER[name], nth, self._dice.uniform(0, longest))
        finish = self._dice.uniform(0.02, 0.08) if name in points.FINISHING else None
        return Order(name, name, nth, finish_after=finish)

    def _finish(self) -> None:
        """In fine weather, until every post is decided."""
        platform, patience_s = self.plan.platform, _TO_THE_END * self.plan.slowness
        self.emulators.put(f"/storms/{platform}", weather.storm(platform, 0, chance=0))
        give_up = time.monotonic() + patience_s
        while undecided := self._inspector.undecided():
            if time.monotonic() > give_up:
                raise BrokenLab(f"undecided after {patience_s:.0f} s: {undecided}")
            self._deaths.in_peace(lambda: worker.drain(self._site), patience_s)
            self._person()

    def _person(self) -> None:
        """Somebody looks at the platform and answers what waits for that."""
        self._read_ledger()
        self._deaths.in_peace(lambda: worker.answer(self._site, self._visible), _TO_THE_END)

    def _read_ledger(self) -> None:
        rows = self.emulators.get("/ledger", after=self._judged)
        self._judged += len(rows)
        for row in rows:
            if found := _POST.search(row["text"]):
                self._visible[worker.key_of(int(found[1]))] += 1

    def _judge(self) -> None:
        self._read_ledger()
        keys = [worker.key_of(number) for number in range(1, self._inspector.newest() + 1)]
        self.report.posts += len(keys)
        self.report.doubled += [key for key in keys if self._visible[key] > 1]
        if not self._caught():
            self.report.lost += [key for key in keys if not self._visible[key]]


def _alone() -> None:
    """Return when no thread but ours is left: only then may we fork."""
    give_up = time.monotonic() + 5
    while threading.active_count() > 1:
        if time.monotonic() > give_up:
            raise BrokenLab(f"threads before the first fork: {threading.enumerate()}")
        time.sleep(0.01)


class _NotKept(Exception):
    pass


async def _warmed_up(site: Site) -> None:
    """The tables, and every statement of a worker compiled once: the workers inherit that."""
    await site.database.migrate()
    with suppress(_NotKept):
        async with site.database.transaction() as tx:
            now, lease, box = site.clock.now(), timedelta(1), tx.outbox
            await box.add(new_post("warm", site.places[0], Text("up"), now))
            posts = await box.claim(site.platform, until=now, now=now, lease=lease, limit=1)
            await box.begin(posts, now=now, lease=lease)
            posts = await box.take_over(site.platform, expired_by=now + lease, limit=1)
            await box.save([replace(post, state=State.UNCONFIRMED, try_at=now) for post in posts])
            await box.doubtful(site.platform, now=now, lease=lease, limit=1)
            await box.counts()
            await tx.ledger.remember("warm", "up")
            raise _NotKept
    await site.database.close()
