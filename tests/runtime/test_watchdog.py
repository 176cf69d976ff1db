"""A loop that is measured, kept from its work for real."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import structlog
from structlog.testing import LogCapture

from bot.runtime.watchdog import STALL, WatchedLoop, run_watched, watching


@pytest.fixture
def logged() -> Iterator[LogCapture]:
    capture = LogCapture()
    structlog.configure(processors=[capture])
    yield capture
    structlog.reset_defaults()


def stalls_of(work: Callable[[], object]) -> list[tuple[float, float]]:
    """What the watchdog tells of while a plain function runs on the loop: seconds, and those of them worked."""
    stalls: list[tuple[float, float]] = []

    async def main() -> None:
        with watching(lambda seconds, cpu: stalls.append((seconds, cpu))):
            await asyncio.sleep(0)
            work()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    run_watched(main())
    return stalls


def test_what_keeps_the_loop_is_told_with_its_length() -> None:
    pause = 3 * STALL
    seconds, cpu = max(stalls_of(lambda: time.sleep(pause)))
    assert seconds >= pause
    assert cpu < pause


def test_work_of_its_own_is_told_from_waiting() -> None:
    def works() -> None:
        until = time.thread_time() + 2 * STALL
        while time.thread_time() < until:
            pass

    assert max(cpu for _, cpu in stalls_of(works)) >= 2 * STALL


def test_waiting_is_no_stall() -> None:
    turns: list[float] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, WatchedLoop)
        with watching(lambda seconds, cpu: None):
            loop.turns.longest = 0.0
            await asyncio.sleep(1.0)
            turns.append(loop.turns.longest)

    run_watched(main())
    assert turns[0] < 1.0


def test_what_the_loop_is_doing_is_logged_while_it_still_does(logged: LogCapture) -> None:
    def hangs_until_somebody_notices() -> None:
        give_up = time.monotonic() + 20
        while not logged.entries and time.monotonic() < give_up:
            time.sleep(0.01)

    stalls_of(hangs_until_somebody_notices)
    first, last = logged.entries
    assert first["log_level"] == "warning"
    assert "hangs_until_somebody_notices" in first["doing"]
    assert "test_watchdog.py:" in first["doing"]
    assert last["event"] == "the event loop stood still"
    assert last["seconds"] >= 1.0


def test_a_stall_is_logged_once_however_long_it_is(logged: LogCapture) -> None:
    def hangs_on() -> None:
        give_up = time.monotonic() + 20
        while not logged.entries and time.monotonic() < give_up:
            time.sleep(0.01)
        time.sleep(0.8)  # the watchdog looks several times more

    stalls_of(hangs_on)
    assert [entry["event"] for entry in logged.entries] == [
        "the event loop stands still",
        "the event loop stood still",
    ]


def test_nothing_watches_any_more_when_the_bot_has_ended() -> None:
    stalls_of(lambda: None)
    assert "watchdog" not in {thread.name for thread in threading.enumerate()}


async def test_on_another_loop_nothing_is_measured() -> None:
    stalls: list[float] = []
    with watching(lambda seconds, cpu: stalls.append(seconds)):
        time.sleep(2 * STALL)  # noqa: ASYNC251 - that is the point
        await asyncio.sleep(0)
    assert stalls == []


def test_a_burst_is_taken_on_in_parts_and_everybody_has_a_turn() -> None:
    count = 100
    served: list[int] = []
    widest = 0

    async def main() -> None:
        nonlocal widest
        loop = asyncio.get_running_loop()
        pairs = [socket.socketpair() for _ in range(count)]
        for number, (ours, theirs) in enumerate(pairs):
            theirs.send(b"x")  # never read: each stays ready, as from somebody who sends without end
            loop.add_reader(ours, served.append, number)
        while len(set(served)) < count:
            before = len(served)
            await asyncio.sleep(0)
            widest = max(widest, len(served) - before)
            assert len(served) < 3 * count, "somebody waits for ever"
        for ours, theirs in pairs:
            loop.remove_reader(ours)
            ours.close()
            theirs.close()

    run_watched(main())
    assert widest <= 16
