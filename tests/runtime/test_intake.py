"""Events that arrive together share a commit; each is on disk before its caller goes on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.adapters.db import SqlDatabase, open_database
from bot.adapters.db.store import SqlTransaction
from bot.core.events import Mention, Person, Place, Platform
from bot.core.problems import Problem
from bot.runtime.intake import Intake

POISON = "\ud800"
"""Half a character, which no database stores."""


def mention(key: object) -> Mention:
    return Mention(
        key=f"slack:T1:Ev{key}",
        at=datetime(2017, 9, 19, 19, tzinfo=UTC),
        author=Person(Platform.SLACK, "T1", "U1"),
        place=Place(Platform.SLACK, "T1", "C1"),
        text="hello",
        message_id="1.0",
    )


class Counted:
    """A database that counts what was committed on it, and that can be out of reach."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        self.alone = database.alone
        self.commits = self.tries = 0
        self.reachable = True

    def reading(self) -> AbstractAsyncContextManager[SqlTransaction]:
        return self._database.reading()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqlTransaction]:
        self.tries += 1
        if not self.reachable:
            raise Problem("The database does not answer.")
        async with self._database.transaction() as tx:
            yield tx
        self.commits += 1


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Counted]:
    opened = open_database(database_url)
    await opened.migrate()
    yield Counted(opened)
    await opened.close()


async def kept(database: Counted) -> Sequence[str]:
    async with database.transaction() as tx:
        return [event.key for event in await tx.inbox.waiting(1000)]


async def test_what_arrives_during_a_commit_shares_the_next(database: Counted) -> None:
    intake = Intake(database)
    assert await asyncio.gather(*(intake.keep(mention(number)) for number in range(40))) == [True] * 40
    assert database.commits == 1
    assert await kept(database) == [mention(number).key for number in range(40)]


async def test_a_group_is_small_enough_to_let_others_work(database: Counted) -> None:
    intake = Intake(database)
    await asyncio.gather(*(intake.keep(mention(number)) for number in range(120)))
    assert database.commits == 3
    assert len(await kept(database)) == 120


async def test_an_event_twice_in_one_group_is_new_once(database: Counted) -> None:
    intake = Intake(database)
    assert list(await asyncio.gather(intake.keep(mention(1)), intake.keep(mention(1)))) == [True, False]


async def test_an_event_is_on_disk_when_its_caller_goes_on(database: Counted) -> None:
    intake = Intake(database)
    others = [asyncio.create_task(intake.keep(mention(number))) for number in range(10)]
    await intake.keep(mention("ours"))
    assert mention("ours").key in await kept(database)
    await asyncio.gather(*others)


async def test_an_event_that_cannot_be_stored_harms_no_other(database: Counted) -> None:
    intake = Intake(database)
    deliveries = [intake.keep(mention(key)) for key in (1, POISON, 2)]
    first, poison, last = await asyncio.gather(*deliveries, return_exceptions=True)
    assert (first, last) == (True, True)
    assert isinstance(poison, Exception)
    assert len(await kept(database)) == 2


async def test_a_database_out_of_reach_is_everybodys_problem_and_asked_once(database: Counted) -> None:
    intake = Intake(database)
    database.reachable = False
    deliveries = [intake.keep(mention(number)) for number in range(5)]
    assert all(isinstance(it, Problem) for it in await asyncio.gather(*deliveries, return_exceptions=True))
    assert database.tries == 1
    database.reachable = True
    assert await intake.keep(mention(6))


async def test_a_caller_that_goes_away_takes_no_other_with_it(database: Counted) -> None:
    intake = Intake(database)
    leader, follower = (asyncio.create_task(intake.keep(mention(number))) for number in (1, 2))
    await asyncio.sleep(0)  # the first has begun to commit both
    leader.cancel()
    assert await follower is True
    assert len(await kept(database)) == 2
    with pytest.raises(asyncio.CancelledError):
        await leader
