"""Keeping what comes in. A commit waits for the disk as long for one event as for fifty, so they share it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.events import Event
from bot.core.problems import Problem
from bot.ports import Database
from bot.runtime.wake import whole

_GROUP = 50
"""Events in one transaction: no more, because nothing else gets its turn at SQLite meanwhile."""


@dataclass(frozen=True, eq=False, slots=True)
class _Arrived:
    event: Event
    new: "asyncio.Future[bool]"


class Intake:
    """While one group of events is being committed, what arrives gathers for the next."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._arrived: list[_Arrived] = []
        self._turn = asyncio.Lock()

    async def keep(self, event: Event) -> bool:
        """Whether it is new. When this returns, the event is on disk. Raises what kept it from being committed."""
        arrived = _Arrived(event, asyncio.get_running_loop().create_future())
        self._arrived.append(arrived)
        async with self._turn:
            while not arrived.new.done():
                await whole(self._keep_group())
        return arrived.new.result()

    async def _keep_group(self) -> None:
        group, self._arrived = self._arrived[:_GROUP], self._arrived[_GROUP:]
        try:
            await self._commit(group)
        except Exception as error:
            # A problem of the database is everybody's; else one may be at fault, and the others must not suffer for it.
            if len(group) == 1 or isinstance(error, Problem):
                for one in group:
                    one.new.set_exception(error)
                return
            for one in group:
                await self._commit_alone(one)

    async def _commit_alone(self, one: _Arrived) -> None:
        try:
            await self._commit([one])
        except Exception as error:
            one.new.set_exception(error)

    async def _commit(self, group: Sequence[_Arrived]) -> None:
        async with self._database.transaction() as tx:
            new = [await tx.inbox.add(one.event) for one in group]
        for one, is_new in zip(group, new, strict=True):
            one.new.set_result(is_new)
