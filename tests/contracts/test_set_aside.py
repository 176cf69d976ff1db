"""Events that were set aside: a person has them handled once more, or lets them go."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.core.problems import Problem
from bot.ports import Database
from bot.runtime.operations_inbox import drop_event, retry_event
from tests.contracts.values import NOW, event


async def aside(database: Database, *numbers: int) -> None:
    async with database.transaction() as tx:
        for number in numbers:
            await tx.inbox.add(event(number))
            assert await tx.inbox.failed(event(number).key, "boom", give_up_after=1)


async def test_an_event_set_aside_is_handled_again_from_the_first_failure_on(database: Database) -> None:
    await aside(database, 1)
    async with database.transaction() as tx:
        assert await tx.inbox.again(event(1).key)
        assert await tx.inbox.waiting(9) == [event(1)]
        assert await tx.inbox.set_aside() == []
        assert not await tx.inbox.failed(event(1).key, "boom", give_up_after=2)
        assert await tx.inbox.failed(event(1).key, "boom", give_up_after=2)


async def test_an_event_let_go_is_over_and_forgotten_in_time(database: Database) -> None:
    await aside(database, 1, 2)
    async with database.transaction() as tx:
        assert await tx.inbox.drop(event(1).key, NOW)
        assert await tx.inbox.waiting(9) == []
        assert await tx.inbox.set_aside() == [(event(2), "boom")]
        assert not await tx.inbox.add(event(1))
        assert await tx.inbox.forget(NOW + timedelta(days=1)) == 1


async def test_only_what_is_set_aside_can_be_handled_again_or_let_go(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.inbox.add(event(1))
        await tx.inbox.add(event(2))
        await tx.inbox.done([event(2).key], NOW)
        for key in (event(1).key, event(2).key, "nobody's"):
            assert not await tx.inbox.again(key)
            assert not await tx.inbox.drop(key, NOW)
        assert await tx.inbox.waiting(9) == [event(1)]


async def test_of_two_who_decide_about_an_event_at_once_one_is_told(database: Database) -> None:
    async def decided(decide: Callable[..., Awaitable[str]]) -> bool:
        try:
            await decide(database, NOW, event(1).key)
        except Problem:
            return False
        return True

    await aside(database, 1)
    assert sorted(await asyncio.gather(decided(retry_event), decided(drop_event))) == [False, True]
    async with database.transaction() as tx:
        assert len(await tx.audit.list()) == 1
