from datetime import datetime, timedelta

from bot.context import Context
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.plan import Entry, Kind, Standing
from bot.core.schedule import Every
from bot.routing import Schedule
from bot.runtime.scheduler import LEAD, Scheduler
from tests.fakes import FakeClock, FakeDatabase
from tests.runtime.support import NOW, FakeTimer, context_at

HOUR = timedelta(hours=1)


def entry(key: str = "chat:2017-09-19:q1", due: datetime = NOW + HOUR) -> Entry:
    return Entry(
        key=key, group="chat:2017-09-19", kind=Kind.CHAT, title="Q1", due=due, wall="2017-09-19T20:00",
        zone="Europe/London", cut_off=due + timedelta(minutes=10),
        bodies={Platform.SLACK: Text("Q1. Why?"), Platform.X: Text("Q1. Why? #chat")},
    )  # fmt: skip


class Office:
    def __init__(self, *, at_start: bool = False) -> None:
        self.clock = FakeClock(NOW)
        self.database = FakeDatabase()
        self.timer = FakeTimer()
        self.slots: list[datetime] = []
        self.released = 0
        schedule = Schedule()

        @schedule.on(lambda _: Every(HOUR), at_start=at_start)
        async def hourly(slot: datetime, ctx: Context) -> None:
            self.slots.append(slot)

        self.rhythms = schedule.rhythms

    def scheduler(self) -> Scheduler:
        def released() -> None:
            self.released += 1

        context = context_at(self.clock)
        return Scheduler(self.rhythms, self.database, context, self.clock, self.timer, released)

    async def plan(self, *entries: Entry) -> None:
        async with self.database.transaction() as tx:
            for each in entries:
                await tx.plan.put(each)


async def test_a_job_runs_once_a_slot() -> None:
    office = Office()
    scheduler = office.scheduler()
    await scheduler.start()
    for minutes in (30, 29, 1, 1, 59):
        office.clock.advance(timedelta(minutes=minutes))
        await scheduler.tick()
    assert office.slots == [NOW + HOUR, NOW + 2 * HOUR]


async def test_a_slot_that_is_due_is_not_lost_when_new_content_begins() -> None:
    office = Office()
    scheduler = office.scheduler()
    await scheduler.start()
    office.clock.advance(HOUR)
    await scheduler.start()
    await scheduler.tick()
    assert office.slots == [NOW + HOUR]


async def test_what_a_job_adds_goes_out_at_once() -> None:
    office = Office()
    scheduler = office.scheduler()
    await scheduler.start()
    await scheduler.tick()
    assert office.released == 0
    office.clock.advance(HOUR)
    await scheduler.tick()
    assert office.released == 1


async def test_two_schedulers_run_a_slot_once_between_them() -> None:
    office = Office()
    one, two = office.scheduler(), office.scheduler()
    await one.start()
    await two.start()
    office.clock.advance(HOUR)
    await one.tick()
    await two.tick()
    assert office.slots == [NOW + HOUR]


async def test_a_job_runs_at_every_start_where_it_says_so() -> None:
    office = Office(at_start=True)
    await office.scheduler().start()
    await office.scheduler().start()
    assert office.slots == [NOW, NOW]


async def test_an_entry_becomes_a_post_for_each_room_a_minute_ahead() -> None:
    office = Office()
    await office.plan(entry())
    scheduler = office.scheduler()
    await scheduler.start()
    office.clock.advance(HOUR - LEAD - timedelta(seconds=1))
    await scheduler.tick()
    assert not office.database.kept.outbox.rows
    office.clock.advance(timedelta(seconds=1))
    await scheduler.tick()
    [post] = office.database.kept.outbox.rows.values()
    assert (post.key, post.due) == ("chat:2017-09-19:q1:slack", NOW + HOUR)
    assert office.released == 1


async def test_an_entry_is_released_once() -> None:
    office = Office()
    await office.plan(entry(due=NOW))
    scheduler = office.scheduler()
    await scheduler.start()
    await scheduler.tick()
    await scheduler.tick()
    kept = office.database.kept
    assert len(kept.outbox.rows) == 1
    assert kept.plan.rows["chat:2017-09-19:q1"].standing is Standing.RELEASED


async def test_the_timer_is_set_to_what_is_due_next() -> None:
    office = Office()
    scheduler = office.scheduler()
    await scheduler.start()
    await scheduler.tick()
    assert office.timer.wakes[-1] == NOW + HOUR
    await office.plan(entry(due=NOW + HOUR / 2))
    await scheduler.tick()
    assert office.timer.wakes[-1] == NOW + HOUR / 2 - LEAD
    office.clock.advance(HOUR / 2 - LEAD)
    await scheduler.tick()
    assert office.timer.wakes[-1] == NOW + HOUR
