from datetime import timedelta

from bot.context import Context
from bot.core.policy import Roles
from schedules import housekeeping
from tests.fakes import FakeDatabase
from tests.runtime.support import NOW, PLACE, mention
from tests.samples import sample_content


async def test_events_are_forgotten_eight_days_after_they_were_handled() -> None:
    database = FakeDatabase()
    async with database.transaction() as tx:
        for number, age in enumerate([timedelta(days=9), timedelta(days=7)]):
            await tx.inbox.add(mention(number))
            await tx.inbox.done(mention(number).key, NOW - age)
        await tx.inbox.add(mention(2))
    [rhythm] = housekeeping.SCHEDULE.rhythms
    async with database.transaction() as tx:
        await rhythm.job(NOW, Context(NOW, sample_content(), {PLACE.platform: PLACE}, Roles(), tx))
    assert list(database.kept.inbox.rows) == [mention(1).key, mention(2).key]
