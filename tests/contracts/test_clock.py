"""What every clock does alike, and what only a campaign clock can do."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Protocol, cast

import pytest

from bot.adapters.clock import CampaignClock, SharedClock, SystemClock
from bot.emulators import world
from bot.ports import Clock
from tests.fakes import FakeClock

EIGHT = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
MOMENT = timedelta(milliseconds=20)
HOUR = timedelta(hours=1)


class Walled(Clock, Protocol):
    def wall(self, instant: datetime) -> datetime | None: ...


def fast() -> CampaignClock:
    return CampaignClock(EIGHT, speed=60)


def slow() -> CampaignClock:
    """So slow that what is an hour away never comes in a test."""
    return CampaignClock(EIGHT, speed=0.01)


class Server:
    """A server whose clock is five minutes ahead, and a machine whose time passes as it is told."""

    def __init__(self) -> None:
        self.ahead = timedelta(minutes=5)
        self.passed = 0.0

    async def time(self) -> datetime:
        self.passed += 0.002  # the answer takes a moment
        return EIGHT + timedelta(seconds=self.passed) + self.ahead


async def ahead() -> SharedClock:
    async def ask() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=5)

    clock = SharedClock(ask)
    await clock.set()
    return clock


@pytest.fixture(params=[FakeClock, SystemClock, ahead, fast, slow])
async def clock(request: pytest.FixtureRequest) -> Walled:
    made: Any = request.param()
    return cast(Walled, await made if inspect.isawaitable(made) else made)


async def in_time(waiting: Awaitable[object]) -> None:
    """Fail rather than hang."""
    await asyncio.wait_for(waiting, 20)


async def let_pass(clock: Clock, by: timedelta) -> None:
    """Time passes by itself, but for the fake clock."""
    if isinstance(clock, FakeClock):
        await asyncio.sleep(0)
        clock.advance(by)


async def test_the_present_is_in_utc(clock: Walled) -> None:
    assert clock.now().utcoffset() == timedelta(0)


async def test_an_instant_in_the_past_is_not_waited_for(clock: Walled) -> None:
    await in_time(clock.sleep_until(clock.now()))
    await in_time(clock.sleep_until(clock.now() - HOUR))


async def test_nobody_wakes_early(clock: Walled) -> None:
    instant = clock.now() + timedelta(milliseconds=2)
    sleeper = asyncio.create_task(clock.sleep_until(instant))
    await let_pass(clock, MOMENT)
    await in_time(sleeper)
    assert clock.now() >= instant


async def test_so_much_time_passes_as_was_asked_for(clock: Walled) -> None:
    begun = clock.now()
    sleeper = asyncio.create_task(clock.sleep(timedelta(milliseconds=2)))
    await let_pass(clock, MOMENT)
    await in_time(sleeper)
    assert clock.now() >= begun + timedelta(milliseconds=1)


async def test_who_sleeps_for_a_while_is_not_kept_by_a_clock_that_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class SetBack(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "SetBack":
            return cls.fromtimestamp(datetime.now(tz).timestamp(), tz) - HOUR

    sleeper = asyncio.create_task(SystemClock().sleep(MOMENT))
    await asyncio.sleep(0)
    monkeypatch.setattr("bot.adapters.clock.datetime", SetBack)
    await in_time(sleeper)


async def test_nor_by_a_servers_clock_that_is_set_back() -> None:
    server = Server()
    clock = SharedClock(server.time)
    await clock.set()
    sleeper = asyncio.create_task(clock.sleep(MOMENT))
    await asyncio.sleep(0)
    server.ahead -= HOUR
    await clock.set()
    await in_time(sleeper)


async def test_later_instants_are_later_on_the_wall(clock: Walled) -> None:
    now = clock.now()
    first, second = clock.wall(now), clock.wall(now + HOUR)
    assert first is not None
    assert second is not None
    assert first < second


async def test_a_shared_clock_shows_the_servers_time_whatever_this_machines_clock_shows() -> None:
    server = Server()
    clock = SharedClock(server.time, lambda: server.passed)
    await clock.set()
    server.passed += 3600
    assert abs(clock.now() - await server.time()) < MOMENT


async def test_a_shared_clock_tells_when_the_server_and_this_machine_have_drifted_apart() -> None:
    server, told = Server(), []
    clock = SharedClock(server.time, lambda: server.passed)
    await clock.set()
    clock.on_change(lambda: told.append(clock.now()))
    await clock.set()
    assert told == []
    server.ahead += timedelta(seconds=1)
    await clock.set()
    assert len(told) == 1
    assert abs(told[0] - await server.time()) < MOMENT


async def test_a_shared_clock_asks_again_and_again() -> None:
    server = Server()
    clock = SharedClock(server.time, lambda: server.passed)
    await clock.set()
    following = asyncio.create_task(clock.follow(every=0))
    server.ahead += HOUR
    while clock.now() < EIGHT + HOUR:  # noqa: ASYNC110 - nothing tells us
        await asyncio.sleep(0)
    following.cancel()


async def asleep(clock: CampaignClock, how_long: timedelta = HOUR) -> "asyncio.Task[None]":
    sleeper = asyncio.create_task(clock.sleep_until(clock.now() + how_long))
    await asyncio.sleep(0)
    assert not sleeper.done()
    return sleeper


async def test_a_campaign_clock_starts_where_it_is_told_and_runs_at_its_speed() -> None:
    clock = fast()
    assert EIGHT <= clock.now() < EIGHT + HOUR
    started, a_minute_later = clock.wall(EIGHT), clock.wall(EIGHT + timedelta(minutes=1))
    assert started is not None
    assert a_minute_later == started + timedelta(seconds=1)


async def test_a_jump_wakes_those_whose_time_has_come() -> None:
    clock = slow()
    sleeper, later = await asleep(clock), await asleep(clock, 3 * HOUR)
    clock.jump(clock.now() + 2 * HOUR)
    await in_time(sleeper)
    assert not later.done()
    later.cancel()


async def test_time_never_goes_back() -> None:
    clock = fast()
    with pytest.raises(ValueError, match="only goes forward"):
        clock.jump(EIGHT - timedelta(seconds=1))


async def test_a_higher_speed_wakes_a_sleeper_sooner() -> None:
    clock = slow()
    sleeper = await asleep(clock)
    clock.set_speed(1_000_000)
    await in_time(sleeper)


@pytest.mark.parametrize("speed", [0, -1])
async def test_a_speed_that_would_stop_the_clock_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="pause it"):
        fast().set_speed(speed)


async def test_a_paused_clock_stands_still_until_it_is_resumed() -> None:
    clock = CampaignClock(EIGHT, speed=1_000_000)
    clock.pause()
    stopped = clock.now()
    sleeper = await asleep(clock)
    await asyncio.sleep(0.01)
    assert (clock.now(), sleeper.done(), clock.paused) == (stopped, False, True)
    assert clock.wall(stopped + HOUR) is None
    clock.resume()
    await in_time(sleeper)
    assert not clock.paused


async def test_a_paused_clock_can_skip_ahead_and_goes_on_at_the_speed_it_was_given_meanwhile() -> None:
    clock = fast()
    clock.pause()
    sleeper = await asleep(clock)
    clock.set_speed(120)
    clock.jump(EIGHT + 2 * HOUR)
    await in_time(sleeper)
    assert clock.now() == EIGHT + 2 * HOUR
    assert clock.spec()["speed"] == 0
    clock.resume()
    assert clock.spec()["speed"] == 120


async def test_another_process_can_show_the_same_time() -> None:
    clock = fast()
    clock.jump(EIGHT + HOUR)
    before = clock.now()
    there = datetime.fromtimestamp(world.CampaignClock(**clock.spec()).now(), UTC)
    assert before <= there <= clock.now()


@pytest.mark.parametrize(
    "change",
    [
        lambda clock: clock.pause(),
        lambda clock: clock.resume(),
        lambda clock: clock.set_speed(2),
        lambda clock: clock.jump(EIGHT + HOUR),
    ],
)
async def test_every_change_is_told_once(change: Callable[[CampaignClock], None]) -> None:
    told: list[bool] = []
    clock = fast()
    clock.on_change(lambda: told.append(True))
    change(clock)
    assert told == [True]
