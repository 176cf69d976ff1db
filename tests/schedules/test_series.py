"""What is repeated by a rule, night after night in the plan."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.context import Context
from bot.core.actions import cancelled
from bot.core.approval import Approval, Verdict, print_of
from bot.core.pieces import Piece
from bot.core.plan import Entry, Kind, Standing, moved
from bot.core.series import summary
from schedules import series as rhythm
from tests.core.test_series import ALL, CONTENT, NOW, piece
from tests.fakes import FakeDatabase
from tests.web.pages.reader import ROLES, ROOMS

SERIES = replace(piece(until="30 times"), key="series:k", about="series:k")


async def planned(
    database: FakeDatabase, now: datetime = NOW, approve: frozenset[Kind] = frozenset()
) -> dict[str, Entry]:
    async with database.transaction() as tx:
        for each in rhythm.SCHEDULE.rhythms:
            await each.job(now, Context(now, CONTENT, ROOMS, ROLES, tx, approve=approve))
        return {it.wall[:10]: it for it in await tx.plan.list() if it.standing is Standing.PLANNED}


async def with_series(series: Piece = SERIES) -> FakeDatabase:
    database = FakeDatabase()
    async with database.transaction() as tx:
        assert await tx.pieces.put(series)
    return database


async def test_it_is_in_the_plan_for_a_quarter_ahead_and_every_night_for_one_day_more() -> None:
    database = await with_series()
    first = await planned(database)
    assert (min(first), max(first), len(first)) == ("2026-12-07", "2027-03-01", 13)
    assert await planned(database) == first
    assert max(await planned(database, NOW + timedelta(days=7))) == "2027-03-08"
    for days in (90, 150):
        last = await planned(database, NOW + timedelta(days=days))
    assert len(last) == 30


async def test_what_was_moved_or_taken_out_by_itself_stays_so() -> None:
    database = await with_series()
    first = await planned(database)
    async with database.transaction() as tx:
        await tx.plan.change(cancelled(first["2026-12-07"]))
        later = moved(first["2026-12-14"], first["2026-12-14"].due + timedelta(days=1))
        await tx.plan.change(replace(later, edited=True))
    after = await planned(database, NOW + timedelta(hours=1))
    assert sorted(after)[:2] == ["2026-12-15", "2026-12-21"]


async def test_what_the_bot_slept_through_is_not_sent_late() -> None:
    database = await with_series()
    late = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
    assert min(await planned(database, late)) == "2026-12-21"


async def test_nothing_is_planned_before_it_is_approved_of_and_all_goes_when_it_is_not_any_more() -> None:
    database, kinds = await with_series(), frozenset({Kind.ANNOUNCEMENT})
    assert await planned(database, approve=kinds) == {}
    assert await planned(database, approve=kinds) == {}
    (asked,) = [str(post.body) for post in database.kept.outbox.rows.values()]
    assert "asks you to approve of this, every Monday at 9am, from 1 December 2026 on, 30 times." in asked
    whole = summary(SERIES, CONTENT, ALL)
    assert whole
    given = Approval(
        about=whole.key, print=print_of(whole), verdict=Verdict.YES, by="web:olive", name="", at=NOW
    )  # fmt: skip
    async with database.transaction() as tx:
        await tx.approvals.put(given)
    assert len(await planned(database, approve=kinds)) == 13
    async with database.transaction() as tx:
        await tx.approvals.put(replace(given, verdict=Verdict.NO))
    assert await planned(database, approve=kinds) == {}


async def test_what_is_over_is_forgotten_after_half_a_year_unless_a_time_of_it_was_moved_to_later() -> None:
    database = await with_series(replace(SERIES, values={**SERIES.values, "until": "1 time"}))
    (entry,) = (await planned(database)).values()

    async def is_kept(now: datetime) -> bool:
        await planned(database, now)
        async with database.transaction() as tx:
            return await tx.pieces.get(SERIES.key) is not None

    assert await is_kept(entry.due + timedelta(days=179))
    later = moved(entry, entry.due + timedelta(days=190))
    async with database.transaction() as tx:
        assert await tx.plan.change(replace(later, standing=Standing.PLANNED, edited=True))
    assert await is_kept(entry.due + timedelta(days=181))
    assert not await is_kept(later.due + timedelta(days=1))
