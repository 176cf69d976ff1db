import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.core.outbox import Delivered, Lost, Outcome, RateLimited, Refused, State, Unavailable
from bot.core.pause import NOTE, Pause, as_note
from bot.runtime.figures import OVERDUE, look, status
from bot.runtime.health import OK, Health, Signs
from tests.fakes import FakeClock, FakeDatabase, FakeTransaction
from tests.runtime.support import NOW, mention, post
from tests.samples import sample_content

MINUTE = timedelta(minutes=1)


class Wall:
    """Wall seconds that go on when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Process:
    """A process that has begun to run."""

    def __init__(self, *, publishes: bool = True, listens: bool = True) -> None:
        self.clock, self.wall, self.database = FakeClock(NOW), Wall(), FakeDatabase()
        self.health = Health(self.clock, listens=listens, monotonic=self.wall)
        self.signs = Signs(self.health, self.database, self.clock, publishes=publishes)
        self.health.beat()

    async def says(self, check: str) -> str | None:
        return (await Signs(self.health, self.database, self.clock, publishes=True).checks()).get(check)

    def delivers(self, *outcomes: Outcome) -> None:
        for outcome in outcomes:
            self.health.delivered(post(), outcome, self.clock.now())


@pytest.fixture
def process() -> Process:
    return Process()


async def test_all_is_well_when_nothing_is_wrong(process: Process) -> None:
    process.health.part("slack connection")("")
    checks = await process.signs.checks()
    assert checks == {"database": OK, "posts": OK, "heartbeat": OK, "slack connection": OK}


async def test_a_process_is_not_ready_before_its_first_beat() -> None:
    clock = FakeClock(NOW)
    checks = await Signs(Health(clock), FakeDatabase(), clock, publishes=True).checks()
    assert checks["heartbeat"] == "It has not begun yet."


async def test_a_timer_that_stopped_is_noticed(process: Process) -> None:
    process.wall.seconds = 10
    assert await process.says("heartbeat") == OK
    process.wall.seconds = 11
    assert await process.says("heartbeat") == "The timer has not beaten for 11 seconds."


async def test_what_listens_is_not_ready_until_it_says_so(process: Process) -> None:
    report = process.health.part("x mentions")
    assert await process.says("x mentions") == "It has not begun yet."
    report("")
    assert await process.says("x mentions") == OK


async def test_a_process_that_does_not_listen_expects_nothing_of_listeners() -> None:
    process = Process(listens=False)
    keys = process.health.part("teams keys")
    process.health.part("x mentions")
    keys("")
    assert set(process.health.troubles()) == {"heartbeat", "teams keys"}


async def test_a_part_that_has_to_report_is_missed_when_it_does_not(process: Process) -> None:
    process.health.part("x mentions", fresh=3 * MINUTE)("")
    process.clock.advance(3 * MINUTE)
    assert await process.says("x mentions") == OK
    process.clock.advance(MINUTE)
    assert await process.says("x mentions") == "Nothing was heard of it for 4 minutes."


async def test_one_failed_look_is_no_trouble_yet_but_names_the_reason_when_it_becomes_one(process: Process) -> None:
    report = process.health.part("x mentions", fresh=3 * MINUTE)
    report("")
    report("X could not be reached.")
    assert await process.says("x mentions") == OK
    process.clock.advance(4 * MINUTE)
    assert await process.says("x mentions") == "X could not be reached."


async def test_several_failed_deliveries_in_a_row_name_the_reason(process: Process) -> None:
    wrong = Unavailable("X does not accept the bot's keys.")
    process.delivers(wrong, wrong)
    assert await process.says("slack deliveries") == OK
    process.delivers(wrong)
    assert await process.says("slack deliveries") == "The last 3 failed. X does not accept the bot's keys."
    process.delivers(Delivered("1"))
    assert await process.says("slack deliveries") is None


async def test_being_asked_to_wait_is_no_failure(process: Process) -> None:
    process.delivers(*[RateLimited(NOW)] * 5)
    assert "slack deliveries" not in process.health.troubles()


async def test_failures_of_long_ago_say_nothing_about_today(process: Process) -> None:
    process.delivers(*[Refused("Never.")] * 3)
    process.clock.advance(timedelta(hours=2))
    assert await process.says("slack deliveries") == OK


async def test_a_reason_names_nobody(process: Process) -> None:
    said = "X says: @LibrarianLena (lena@example.org, 1234567) may not, see https://x.com/lena. AADSTS7000215"
    process.delivers(*[Lost(said)] * 3)
    told = await process.says("slack deliveries")
    assert told == "The last 3 failed. X says: … (…, …) may not, see … AADSTS7000215"


async def test_a_post_far_past_its_time_is_a_sign_that_something_is_wrong(process: Process) -> None:
    async with process.database.transaction() as tx:
        await tx.outbox.add(post())
    process.clock.advance(OVERDUE)
    assert await process.says("posts") == OK
    process.clock.advance(MINUTE)
    assert str(await process.says("posts")).startswith("A post should have gone 6 minutes ago.")


async def test_while_paused_posts_may_wait(process: Process) -> None:
    pause = Pause(reason="Election", by="command line", at=NOW, since=NOW, until=NOW + timedelta(hours=1))
    async with process.database.transaction() as tx:
        await tx.outbox.add(post())
        await tx.ledger.remember(NOTE, as_note(pause))
    process.clock.advance(timedelta(minutes=30))
    assert await process.says("posts") == OK
    process.clock.advance(timedelta(hours=1))
    assert await process.says("posts") != OK


async def test_a_process_without_publishers_does_not_answer_for_posts() -> None:
    assert "posts" not in await Process(publishes=False).signs.checks()


async def test_a_database_that_does_not_answer_is_named_and_the_rest_still_told(process: Process) -> None:
    class Broken(FakeDatabase):
        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[FakeTransaction]:
            raise sqlite3.OperationalError("disk I/O error in /srv/antiphon.db")
            yield FakeTransaction()

    process.database = Broken()
    assert await process.says("database") == "The database does not answer. The log says why."
    assert await process.says("heartbeat") == OK
    text = await Signs(process.health, process.database, process.clock, publishes=True).metrics()
    assert "antiphon_database_up 0" in text
    assert "antiphon_posts{" not in text


async def test_many_who_ask_at_once_cost_one_look(process: Process) -> None:
    looks = 0
    begin = process.database.transaction

    def counted():  # type: ignore[no-untyped-def]
        nonlocal looks
        looks += 1
        return begin()

    process.database.transaction = counted  # type: ignore[method-assign]
    await asyncio.gather(*(process.signs.checks() for _ in range(50)), process.signs.metrics())
    assert looks == 1


async def test_the_figures_tell_what_happened(process: Process) -> None:
    process.health.received(mention(), new=True)
    process.health.received(mention(), new=False)
    process.delivers(Delivered("1"), Lost())
    process.health.stalled(0.07, 0.01)
    async with process.database.transaction() as tx:
        await tx.inbox.add(mention())
        await tx.outbox.add(post(due=NOW - MINUTE))
    lines = (await process.signs.metrics()).splitlines()
    for line in (
        'antiphon_deliveries_total{platform="slack",outcome="delivered"} 1',
        'antiphon_deliveries_total{platform="slack",outcome="lost"} 1',
        'antiphon_post_lateness_seconds_count{platform="slack"} 1',
        'antiphon_events_total{platform="slack",receipt="new"} 1',
        'antiphon_events_total{platform="slack",receipt="again"} 1',
        'antiphon_loop_stall_seconds_count{cause="waiting"} 1',
        "antiphon_loop_stall_longest_seconds 0.07",
        "antiphon_heartbeat_age_seconds 0.0",
        'antiphon_posts{state="queued"} 1',
        'antiphon_posts{state="held"} 0',
        'antiphon_events_unhandled{receipt="waiting"} 1',
        "antiphon_behind_seconds 60.0",
        "antiphon_paused 0",
    ):
        assert line in lines


async def test_status_tells_it_in_words(process: Process) -> None:
    async with process.database.transaction() as tx:
        await tx.outbox.add(post())
        await tx.inbox.add(mention())
    lines = await status(process.database, sample_content(), NOW + 10 * MINUTE)
    assert lines[:3] == [
        "The bot is not paused.",
        "Posts that are not over: 1 queued.",
        "Events not yet handled: 1; set aside after failures: 0.",
    ]
    assert lines[3].endswith("Is a worker running?")


async def test_status_says_since_when_and_why_the_bot_is_paused(process: Process) -> None:
    async with process.database.transaction() as tx:
        await tx.ledger.remember(NOTE, as_note(Pause(reason="Election", by="command line", at=NOW, since=NOW)))
    lines = await status(process.database, sample_content(), NOW)
    assert lines[0].startswith("Paused since Tuesday 19 September 2017")
    assert lines[0].endswith(": Election")


async def test_what_is_over_is_not_counted(process: Process) -> None:
    async with process.database.transaction() as tx:
        await tx.outbox.add(post())
        await tx.outbox.cancel("a")
    assert (await look(process.database)).posts.get(State.CANCELLED, 0) == 0
