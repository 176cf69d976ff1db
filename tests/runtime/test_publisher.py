import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.core.events import Platform
from bot.core.outbox import (
    Absent,
    CannotLook,
    Finding,
    Lost,
    Outcome,
    Post,
    RateLimited,
    Refused,
    State,
    Unavailable,
)
from bot.ports import ItsTime
from bot.runtime.publisher import PACE, Publisher
from tests.fakes import FakeClock, FakeDatabase, RecordingClient
from tests.runtime.support import NOW, post, settled


class Desk:
    """A publisher with all that it needs, and its posts."""

    def __init__(self, outcomes: Iterable[Outcome] = (), findings: Iterable[Finding] = ()) -> None:
        self.clock = FakeClock(NOW)
        self.database = FakeDatabase()
        self.client = RecordingClient(Platform.SLACK, outcomes, findings)
        self.publisher = Publisher(self.client, self.database, self.clock, settled=lambda: None)

    async def queue(self, *posts: Post) -> None:
        async with self.database.transaction() as tx:
            for each in posts:
                await tx.outbox.add(each)

    async def turn(self, wait: timedelta = timedelta()) -> None:
        self.clock.advance(wait)
        await settled()
        await self.publisher.turn()
        await settled()

    def state(self, key: str = "a") -> State:
        return self.database.kept.outbox.rows[key].state


async def test_a_due_post_is_sent_once() -> None:
    desk = Desk()
    await desk.queue(post())
    for _ in range(3):
        await desk.turn()
    assert [sent.key for sent in desk.client.delivered] == ["a"]
    assert desk.database.kept.outbox.rows["a"].remote_id == "remote-1"


async def test_a_post_is_claimed_ahead_but_not_sent_before_it_is_due() -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.lead))
    await desk.turn()
    assert desk.state() is State.SENDING
    assert not desk.client.delivered
    desk.clock.advance(PACE.lead)
    await settled()
    assert desk.state() is State.SENT


async def test_a_client_gets_a_head_start_in_which_nothing_is_sent() -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.lead))
    await desk.turn()
    desk.clock.advance(PACE.lead - PACE.head_start - timedelta(microseconds=1))
    await settled()
    assert not desk.client.prepared
    desk.clock.advance(timedelta(microseconds=1))
    await settled()
    assert [each.key for each in desk.client.prepared] == ["a"]
    assert not desk.client.delivered


async def test_waiting_for_its_time_uses_up_no_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.publisher._TIMEOUT", 0)
    desk = Desk()
    answer = asyncio.Event()

    async def deliver(post: Post, its_time: ItsTime) -> Outcome:
        await its_time()
        await answer.wait()
        return Refused("too late to say so")

    desk.client.deliver = deliver  # type: ignore[method-assign]
    await desk.queue(post(due=NOW + PACE.head_start))
    await desk.turn()
    assert desk.state() is State.SENDING
    desk.clock.advance(PACE.head_start)
    await settled()
    assert desk.state() is State.UNCONFIRMED


async def test_the_claim_is_committed_before_the_call() -> None:
    desk = Desk()
    seen: list[State] = []

    async def deliver(post: Post, its_time: ItsTime) -> Outcome:
        seen.append(desk.state(post.key))
        return Refused("no")

    desk.client.deliver = deliver  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    assert seen == [State.SENDING]
    assert desk.state() is State.DEAD


async def test_a_rate_limited_post_waits_until_it_is_welcome() -> None:
    desk = Desk([RateLimited(NOW + timedelta(minutes=15))])
    await desk.queue(post())
    await desk.turn()
    await desk.turn(timedelta(minutes=14))
    assert len(desk.client.delivered) == 1
    await desk.turn(timedelta(minutes=1))
    assert desk.state() is State.SENT


async def test_a_post_without_an_answer_is_looked_for_after_the_quiet_window_and_not_sent_twice() -> None:
    desk = Desk([Lost()])
    await desk.queue(post())
    await desk.turn()
    await desk.turn(timedelta(seconds=59))
    assert not desk.client.looked_for
    await desk.turn(timedelta(seconds=1))
    assert desk.state() is State.SENT
    assert len(desk.client.delivered) == 1


async def test_a_post_that_is_certainly_absent_is_sent_again() -> None:
    desk = Desk([Lost()], [Absent()])
    await desk.queue(post())
    await desk.turn()
    await desk.turn(timedelta(minutes=1))
    await desk.turn()
    assert desk.state() is State.SENT
    assert len(desk.client.delivered) == 2


async def test_a_post_that_cannot_be_looked_for_is_held_for_a_person() -> None:
    desk = Desk([Lost()], [CannotLook("Teams does not let us read this channel.")])
    await desk.queue(post())
    await desk.turn()
    for _ in range(5):
        await desk.turn(timedelta(minutes=5))
    assert desk.state() is State.HELD
    assert len(desk.client.delivered) == 1


async def test_a_look_that_fails_is_repeated_later() -> None:
    desk = Desk([Lost()], [Unavailable("the platform is down")])
    await desk.queue(post())
    await desk.turn()
    await desk.turn(timedelta(minutes=1))
    assert desk.state() is State.UNCONFIRMED
    await desk.turn(timedelta(minutes=5))
    assert desk.state() is State.SENT
    assert len(desk.client.delivered) == 1


async def test_one_unknown_post_does_not_delay_the_others() -> None:
    desk = Desk([Lost()])
    await desk.queue(post("a"), post("b"), post("c"))
    await desk.turn()
    assert [desk.state(key) for key in "abc"] == [State.UNCONFIRMED, State.SENT, State.SENT]


async def test_a_post_left_by_a_dead_process_is_looked_for_not_sent() -> None:
    desk = Desk()
    await desk.queue(post())
    async with desk.database.transaction() as tx:
        await tx.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=timedelta(minutes=1), limit=9)
    await desk.turn(timedelta(seconds=61))
    assert desk.state() is State.UNCONFIRMED
    await desk.turn(timedelta(minutes=1))
    assert desk.state() is State.SENT
    assert not desk.client.delivered


async def test_an_error_of_our_own_while_sending_counts_as_lost() -> None:
    desk = Desk()

    async def deliver(post: Post, its_time: ItsTime) -> Outcome:
        raise ValueError("a bug")

    desk.client.deliver = deliver  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    assert desk.state() is State.UNCONFIRMED


async def test_an_error_of_our_own_while_looking_is_no_finding() -> None:
    desk = Desk([Lost()])

    async def find(post: Post) -> Finding:
        raise ValueError("a bug")

    desk.client.find = find  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    await desk.turn(timedelta(minutes=1))
    assert desk.state() is State.UNCONFIRMED


async def test_a_call_that_outlasts_its_lease_is_not_taken_over_by_its_own_process() -> None:
    desk = Desk()
    answer = asyncio.Event()
    deliver = desk.client.deliver

    async def slow(post: Post, its_time: ItsTime) -> Outcome:
        await answer.wait()
        return await deliver(post, its_time)

    desk.client.deliver = slow  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    await desk.turn(timedelta(hours=8))  # the machine slept
    answer.set()
    await settled()
    assert desk.state() is State.SENT
    assert not desk.client.looked_for


@pytest.mark.parametrize("ahead", [PACE.lead, PACE.head_start], ids=["not begun", "held by its client"])
async def test_stopping_gives_back_what_was_waiting_for_its_time(ahead: timedelta) -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + ahead))
    await desk.turn()
    await desk.publisher.finish()
    kept = desk.database.kept.outbox.rows["a"]
    assert (kept.state, kept.attempts) == (State.QUEUED, 0)
    assert not desk.client.delivered


async def test_a_due_post_that_is_being_prepared_is_sent_before_the_end() -> None:
    desk = Desk()
    ready = asyncio.Event()
    deliver = desk.client.deliver

    async def slow(post: Post, its_time: ItsTime) -> Outcome:
        await ready.wait()
        return await deliver(post, its_time)

    desk.client.deliver = slow  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    ending = asyncio.create_task(desk.publisher.finish())
    await settled()
    ready.set()
    await ending
    assert desk.state() is State.SENT


async def test_a_post_cut_off_after_its_time_is_not_given_back_but_looked_for() -> None:
    """It may have arrived: whoever ends the process meanwhile, it must not be sent again unseen."""
    desk = Desk()

    async def deliver(post: Post, its_time: ItsTime) -> Outcome:
        await its_time()
        await asyncio.Event().wait()
        raise AssertionError

    desk.client.deliver = deliver  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    [task] = desk.publisher._tasks.values()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert desk.state() is State.SENDING


async def test_a_post_whose_lease_was_taken_over_is_not_overwritten() -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.lead))
    await desk.turn()
    async with desk.database.transaction() as tx:
        [taken] = await tx.outbox.unconfirmed(Platform.SLACK, NOW + timedelta(hours=1), 9)
    desk.clock.advance(PACE.lead)
    await settled()
    assert desk.database.kept.outbox.rows["a"].fence == taken.fence
    assert desk.state() is State.SENDING


@pytest.mark.parametrize("count", [120])
async def test_more_posts_than_one_batch_are_all_sent(count: int) -> None:
    desk = Desk()
    await desk.queue(*(post(str(number)) for number in range(count)))
    for _ in range(4):
        await desk.turn()
    assert len(desk.client.delivered) == count
