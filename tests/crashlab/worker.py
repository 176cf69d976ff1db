"""A worker of the laboratory: the real publisher, client and database, and an order how to die."""

import asyncio
import contextlib
import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn, cast

from bot.core.bodies import Text
from bot.core.outbox import Finding, Outcome, Post, State, confirm, new_post, send_again
from bot.ports import InTime, ItsTime, Outbox, PlatformClient, Transaction
from bot.runtime.publisher import Publisher
from tests.crashlab.points import AFTER, BEFORE, CHANGES, GATE_ASKED, GATE_OPENED, WRITING, Order
from tests.crashlab.site import PACE, SPEED, Site

OPEN = (State.QUEUED, State.CLAIMED, State.SENDING, State.UNCONFIRMED)
"""States that the bot gets a post out of by itself."""
WAITING = (State.HELD, State.MISSED, State.DEAD)
"""States out of which a person gets it."""
_QUEUED_AT_ONCE, _OPEN_AT_ONCE = 6, 40
_NEWEST = "crashlab"
"""The note with the number of the newest post."""
_POLL = 0.1


@dataclass
class Crash:
    """Brings the worker's end about. `tell` is the pipe to the laboratory."""

    order: Order
    tell: int
    finishing: bool = False
    _seen: int = 0

    def at(self, point: str, key: str = "") -> None:
        if point != self.order.point:
            return
        self._seen += 1
        if self._seen != self.order.nth:
            return
        os.write(self.tell, f"{key}\n".encode())
        if self.order.delay is None:
            os.kill(os.getpid(), signal.SIGSTOP if self.order.stop else signal.SIGKILL)


class _Noting:
    """An outbox that remembers what was changed through it, and the first post of each change."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.changed: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._outbox, name)
        if name not in CHANGES:
            return method

        async def noted(*args: Any, **options: Any) -> Any:
            result = await method(*args, **options)
            if result:
                post: Post = args[0] if result is True else result[0]
                self.changed.setdefault(name, post.key)
            return result

        return noted


@dataclass
class _Watched:
    """A transaction with an outbox that notes. `tx` is the real one."""

    tx: Transaction
    outbox: _Noting = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = _Noting(self.tx.outbox)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tx, name)


class CrashingDatabase:
    """Crashes before and after the commit of each kind of change."""

    def __init__(self, site: Site, crash: Crash) -> None:
        self._database = site.database
        self._crash = crash

    @property
    def alone(self) -> bool:
        return self._database.alone

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        return self._database.reading()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._database.transaction() as tx:
            watched = _Watched(tx)
            yield cast(Transaction, watched)
            self._crash_at("before", watched.outbox.changed)
        self._crash_at("after", watched.outbox.changed)

    def _crash_at(self, when: str, changed: Mapping[str, str]) -> None:
        for change, key in changed.items():
            self._crash.at(f"{when} commit: {'finish' if self._crash.finishing else change}", key)


class CrashingClient:
    """Crashes before and after each call, and at the gate."""

    def __init__(self, client: PlatformClient, crash: Crash) -> None:
        self.platform = client.platform
        self._client = client
        self._crash = crash

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        async def gate() -> InTime:
            self._crash.at(GATE_ASKED, post.key)
            in_time = await its_time()
            self._crash.at(GATE_OPENED, post.key)

            def writing() -> None:
                self._crash.at(WRITING, post.key)
                in_time()

            return writing

        self._crash.at(f"{BEFORE}deliver", post.key)
        outcome = await self._client.deliver(post, gate)
        self._crash.at(f"{AFTER}deliver", post.key)
        return outcome

    async def find(self, post: Post) -> Finding:
        self._crash.at(f"{BEFORE}find", post.key)
        finding = await self._client.find(post)
        self._crash.at(f"{AFTER}find", post.key)
        return finding

    async def close(self) -> None:
        await self._client.close()


def in_worker(work: Coroutine[Any, Any, None]) -> NoReturn:
    """Do it in this process, which was forked for it, and end. Never returns to the laboratory's own stack."""
    status = 3
    try:
        asyncio.run(work)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


async def publish(site: Site, order: Order, tell: int, feed: bool) -> None:
    """Work until the order's end comes. `feed`: queue new posts first."""
    crash = Crash(order, tell)
    database = CrashingDatabase(site, crash)
    if site.database.alone:
        site.database.claim_alone()
    if feed:
        async with database.transaction() as tx:
            await _feed(site, tx)
    publisher = Publisher(CrashingClient(site.client, crash), database, site.clock, site.patience, PACE)
    if order.finish_after is None:
        await _run(publisher)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(order.finish_after):
            await _run(publisher)
    crash.finishing = True
    await publisher.finish()
    await asyncio.sleep(3600)  # to be killed


async def drain(site: Site) -> None:
    """Work until the bot can do no more by itself."""
    if site.database.alone:
        site.database.claim_alone()
    publisher = Publisher(site.client, site.database, site.clock, site.patience, PACE)
    running = asyncio.create_task(_run(publisher))
    while await _open(site):
        await asyncio.sleep(0.05)
        if running.done():
            break
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await publisher.finish()


async def answer(site: Site, visible: Mapping[str, int]) -> None:
    """What a person says about each post that waits for one, having looked how often it is `visible`."""
    async with site.database.transaction() as tx:
        now = site.clock.now()
        for state in WAITING:
            for post in await tx.outbox.list(states=[state], limit=1000):
                said = confirm(post, now) if visible.get(post.key) else send_again(post, now, timedelta.max / 1000)
                assert said is not None
                await tx.outbox.save([said])


async def _run(publisher: Publisher) -> None:
    """With what wakes it in the bot: a look at the outbox now and then."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(publisher.run())
        while True:
            await asyncio.sleep(_POLL)
            publisher.wake()


async def _open(site: Site) -> bool:
    async with site.database.transaction() as tx:
        counts = await tx.outbox.counts()
    return any(counts.get(state) for state in OPEN)


async def _feed(site: Site, tx: Transaction) -> None:
    """See that there is something to post: new posts, numbered without gaps."""
    counts = await tx.outbox.counts()
    wanted = min(
        _QUEUED_AT_ONCE - counts.get(State.QUEUED, 0), _OPEN_AT_ONCE - sum(counts.get(state, 0) for state in OPEN)
    )
    if wanted <= 0:
        return
    newest = int(await tx.ledger.recall(_NEWEST) or 0)
    for number in range(newest + 1, newest + wanted + 1):
        await tx.outbox.add(_post(site, number))
    await tx.ledger.remember(_NEWEST, str(newest + wanted))


def _post(site: Site, number: int) -> Post:
    soon = (0, 0, 0, 0.05, 0.2)[number % 5]
    due = site.clock.now() + timedelta(seconds=soon) * SPEED
    place = site.places[number % len(site.places)]
    return new_post(key_of(number), place, Text(f"Here is post {number:06d} of the laboratory."), due)


def key_of(number: int) -> str:
    return f"lab:{number:06d}"
