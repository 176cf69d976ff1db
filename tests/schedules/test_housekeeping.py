from dataclasses import replace
from datetime import timedelta

from bot.context import Context
from bot.core.bodies import Text
from bot.core.dated import dated
from bot.core.outbox import State, new_post
from bot.core.policy import Roles
from schedules import housekeeping
from tests.contracts.values import feedback
from tests.fakes import FakeDatabase
from tests.runtime.support import NOW, PLACE, mention
from tests.samples import sample_content


async def test_events_are_forgotten_eight_days_after_they_were_handled() -> None:
    database = FakeDatabase()
    async with database.transaction() as tx:
        for number, age in enumerate([timedelta(days=9), timedelta(days=7)]):
            await tx.inbox.add(mention(number))
            await tx.inbox.done([mention(number).key], NOW - age)
        await tx.inbox.add(mention(2))
    rhythm = housekeeping.SCHEDULE.rhythms[0]
    async with database.transaction() as tx:
        await rhythm.job(NOW, Context(NOW, sample_content(), {PLACE.platform: PLACE}, Roles(), tx))
    assert list(database.kept.inbox.rows) == [mention(1).key, mention(2).key]


async def test_feedback_loses_its_author_after_a_year_and_goes_after_three() -> None:
    database = FakeDatabase()
    ages = [timedelta(days=days) for days in (3 * 365 + 1, 366, 364)]
    async with database.transaction() as tx:
        for number, age in enumerate(ages, 1):
            await tx.feedback.add(feedback(number, NOW - age))
    await run(database)
    kept = {one.number: one.author is not None for one in database.kept.feedback.rows_by_key.values()}
    assert kept == {2: False, 3: True}


async def test_what_one_person_alone_was_sent_is_forgotten_after_ninety_days() -> None:
    database = FakeDatabase()
    private = new_post("private", PLACE, Text("Thanks"), NOW - timedelta(days=91), private_to="U1")
    direct = replace(private, key="direct", private_to="", place=replace(PLACE, direct=True))
    public = replace(private, key="public", private_to="")
    recent = replace(private, key="recent", due=NOW - timedelta(days=89))
    async with database.transaction() as tx:
        for post in (private, direct, public, recent):
            await tx.outbox.add(replace(post, state=State.SENT))
        await tx.outbox.add(replace(private, key="open"))
    await run(database)
    assert list(database.kept.outbox.rows) == ["public", "recent", "open"]


async def test_a_region_is_forgotten_after_a_year_and_where_a_talk_stood_after_eight_days() -> None:
    database = FakeDatabase()
    ages = {"faq:1": 9, "faq:2": 7, "asking:1": 9, "region:1": 366, "region:2": 364, "picked by:1": 999}
    async with database.transaction() as tx:
        for name, days in ages.items():
            await tx.ledger.remember(name, dated("1", NOW - timedelta(days=days)))
        for slot, days in (("welcome:1", 366), ("welcome:2", 364), ("cards:1", 999)):
            await tx.ledger.first(slot, NOW - timedelta(days=days))
    await run(database)
    assert [*database.kept.ledger.notes] == ["faq:2", "region:2", "picked by:1"]
    assert [*database.kept.ledger.slots] == ["welcome:2", "cards:1"]


async def run(database: FakeDatabase) -> None:
    async with database.transaction() as tx:
        context = Context(NOW, sample_content(), {PLACE.platform: PLACE}, Roles(), tx)
        for rhythm in housekeeping.SCHEDULE.rhythms:
            await rhythm.job(NOW, context)
