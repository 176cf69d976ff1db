import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.core.events import Place, Platform
from bot.core.outbox import (
    PATIENCE,
    Absent,
    CannotLook,
    Delivered,
    Finding,
    Found,
    Lost,
    Outcome,
    Post,
    RateLimited,
    Refused,
    State,
    Unavailable,
    abandon,
)
from bot.core.pause import NOTE, Pause, as_note
from bot.core.restore import RESTORED
from bot.ports import ItsTime, TooLateError
from bot.runtime.publisher import PACE, Publisher
from tests.fakes import FakeClock, FakeDatabase, RecordingClient
from tests.runtime.support import NOW, post, settled

SHORTLY = timedelta(microseconds=1)


class Desk:
    """A publisher with all that it needs, and its posts."""

    def __init__(
        self, outcomes: Iterable[Outcome] = (), findings: Iterable[Finding] = (), *, alone: bool = False
    ) -> None:
        self.clock = FakeClock(NOW)
        self.database = FakeDatabase(alone)
        self.client = RecordingClient(Platform.SLACK, outcomes, findings)
        self.publisher = Publisher(self.client, self.database, self.clock, observe=self._observe)
        self.observed: list[tuple[str, Outcome, datetime]] = []

    def _observe(self, post: Post, outcome: Outcome, left_at: datetime) -> None:
        self.observed.append((post.key, outcome, left_at))

    async def queue(self, *posts: Post) -> None:
        async with self.database.transaction() as tx:
            for each in posts:
                await tx.outbox.add(each)

    async def turn(self, wait: timedelta = timedelta()) -> None:
        """Let time pass, and then all happen that can happen."""
        self.clock.advance(wait)
        for _ in range(6):
            await settled()
            await self.publisher.turn()

    async def pause(self, exempt: tuple[str, ...] = ()) -> None:
        now = self.clock.now()
        pause = Pause(reason="an incident", by="command line", at=now, since=now, exempt=exempt)
        async with self.database.transaction() as tx:
            await tx.ledger.remember(NOTE, as_note(pause))

    async def left_behind(self, begun: bool = False) -> None:
        """A post in the hands of a process that died."""
        await self.queue(post())
        lease = timedelta(minutes=1)
        async with self.database.transaction() as tx:
            posts = await tx.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=lease, limit=9)
            if begun:
                await tx.outbox.begin(posts, now=NOW, lease=lease)

    def state(self, key: str = "a") -> State:
        return self.database.kept.outbox.rows[key].state


async def test_a_due_post_is_sent_once() -> None:
    desk = Desk()
    await desk.queue(post())
    for _ in range(3):
        await desk.turn()
    assert [sent.key for sent in desk.client.delivered] == ["a"]
    assert desk.database.kept.outbox.rows["a"].remote_id == "remote-1"


async def test_a_post_is_prepared_ahead_but_not_sent_before_it_is_due() -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.lead))
    await desk.turn()
    assert [each.key for each in desk.client.prepared] == ["a"]
    await desk.turn(PACE.lead - SHORTLY)
    assert not desk.client.delivered
    await desk.turn(SHORTLY)
    assert desk.state() is State.SENT


async def test_the_intent_is_committed_shortly_before_the_instant_and_no_sooner() -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.lead))
    await desk.turn(PACE.lead - PACE.head_start - SHORTLY)
    assert desk.state() is State.CLAIMED
    await desk.turn(SHORTLY)
    assert desk.state() is State.SENDING
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
    await desk.turn(PACE.head_start)
    assert desk.state() is State.UNCONFIRMED


async def test_the_intent_is_committed_before_the_first_byte() -> None:
    desk = Desk()
    seen: list[State] = []

    async def deliver(post: Post, its_time: ItsTime) -> Outcome:
        seen.append(desk.state(post.key))
        await its_time()
        seen.append(desk.state(post.key))
        return Refused("no")

    desk.client.deliver = deliver  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    assert seen == [State.CLAIMED, State.SENDING]
    assert desk.state() is State.DEAD


async def test_asking_again_whether_it_is_time_is_answered_at_once() -> None:
    desk = Desk()

    async def deliver(post: Post, its_time: ItsTime) -> Outcome:
        await its_time()
        await its_time()
        return Delivered("1")

    desk.client.deliver = deliver  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    assert desk.state() is State.SENT


class LateEvening(Desk):
    """Two posts that are long due: the first, of a chat, is prepared only when `ready`."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = asyncio.Event()
        self._deliver, self.client.deliver = self.client.deliver, self._prepare  # type: ignore[method-assign]

    async def _prepare(self, post: Post, its_time: ItsTime) -> Outcome:
        if post.key.endswith(":welcome:slack"):
            await self.ready.wait()
        return await self._deliver(post, its_time)

    async def goes_on(self, key: str = "chat:2017-09-19:q1:slack", cut_off: datetime | None = None) -> None:
        minute = timedelta(minutes=1)
        await self.queue(post("chat:2017-09-19:welcome:slack", NOW - 2 * minute), post(key, NOW - minute, cut_off))
        await self.turn()
        await self.turn(timedelta(seconds=2))  # the second one's turn in Slack's channel

    def sent(self) -> list[str]:
        return [each.key.removeprefix("chat:2017-09-19:") for each in self.client.delivered]


async def test_the_posts_of_a_chat_leave_in_their_order_however_late_they_are() -> None:
    desk = LateEvening()
    await desk.goes_on()
    assert not desk.sent()
    desk.ready.set()
    await desk.turn()
    assert desk.sent() == ["welcome:slack", "q1:slack"]


async def test_a_post_of_a_chat_does_not_wait_for_ever_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.publisher._IN_TURN", 0)
    desk = LateEvening()
    await desk.goes_on()
    assert desk.sent() == ["q1:slack"]


@pytest.mark.parametrize("key", ["action:2017-09:read", "chat:2017-10-17:q1:slack"])
async def test_other_posts_wait_for_no_chat(key: str) -> None:
    desk = LateEvening()
    await desk.goes_on(key)
    assert desk.sent() == [key]


async def test_a_post_that_has_waited_past_its_cut_off_for_the_one_before_is_missed() -> None:
    desk = LateEvening()
    await desk.goes_on(cut_off=NOW + timedelta(seconds=3))
    desk.clock.advance(timedelta(seconds=2))
    desk.ready.set()
    await desk.turn()
    assert desk.sent() == ["welcome:slack"]
    assert desk.state("chat:2017-09-19:q1:slack") is State.MISSED


async def test_a_post_whose_slot_is_past_its_cut_off_is_missed() -> None:
    desk = Desk()
    await desk.queue(post("a"), post("b", cut_off=NOW + timedelta(seconds=1)))
    await desk.turn()
    assert desk.state("b") is State.MISSED
    assert [sent.key for sent in desk.client.delivered] == ["a"]


async def test_a_post_whose_intent_was_committed_too_late_does_not_leave() -> None:
    desk = Desk()
    due = NOW + timedelta(seconds=1)
    await desk.queue(post(due=due, cut_off=due))
    await desk.turn(due - PACE.head_start - NOW)
    assert desk.state() is State.SENDING
    await desk.turn(2 * PACE.head_start)
    assert not desk.client.delivered
    assert desk.state() is State.MISSED


async def test_what_fails_before_the_intent_is_not_public_and_is_tried_again() -> None:
    desk = Desk()
    deliver = desk.client.deliver

    async def fail_once(post: Post, its_time: ItsTime) -> Outcome:
        desk.client.deliver = deliver  # type: ignore[method-assign]
        return Lost("the upload of a picture had no answer")

    desk.client.deliver = fail_once  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    assert not desk.client.delivered
    await desk.turn(timedelta(seconds=2))
    assert desk.state() is State.SENT
    assert not desk.client.looked_for


async def test_a_clock_that_is_set_back_holds_up_no_channel() -> None:
    desk = Desk()
    await desk.queue(post("first"))
    await desk.turn()
    desk.clock.advance(-timedelta(hours=1))
    await desk.queue(post("second", desk.clock.now()))
    await desk.turn()
    assert [sent.key for sent in desk.client.delivered] == ["first", "second"]


async def test_a_clock_that_is_set_back_when_a_post_has_its_time_holds_it_up_for_a_lease_at_most() -> None:
    desk = Desk()
    desk.clock.advance(timedelta(hours=1))
    await desk.queue(post())
    await desk.publisher.turn()
    await settled()
    desk.clock.advance(-timedelta(hours=1))
    await desk.turn()
    assert desk.state() is State.SENDING
    await desk.turn(PATIENCE.lease)
    assert desk.state() is State.SENT
    assert len(desk.client.delivered) == 1


async def test_posts_to_one_channel_leave_a_second_apart_so_that_none_is_turned_away() -> None:
    desk = Desk()
    await desk.queue(*(post(key) for key in "abcdefghi"))
    await desk.turn()
    for _ in range(12):
        await desk.turn(timedelta(seconds=1))
    assert [sent.key for sent in desk.client.delivered] == list("abcdefghi")
    left = [left_at for _, _, left_at in desk.observed]
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(left))


async def test_a_post_that_must_wait_for_its_turn_is_given_back_meanwhile() -> None:
    desk = Desk()
    await desk.queue(*(post(str(number)) for number in range(10)))
    await desk.turn()
    last = desk.database.kept.outbox.rows["9"]
    assert (last.state, last.try_at, last.attempts) == (State.QUEUED, NOW + 9 * timedelta(seconds=1.1), 0)


async def test_after_a_post_was_turned_away_its_neighbours_wait_too() -> None:
    desk = Desk([RateLimited(NOW + timedelta(minutes=1))])
    await desk.queue(post("a"))
    await desk.turn()
    await desk.queue(post("b"))
    await desk.turn(timedelta(seconds=30))
    assert len(desk.client.delivered) == 1
    await desk.turn(timedelta(seconds=30))
    await desk.turn(timedelta(seconds=2))
    assert [desk.state(key) for key in "ab"] == [State.SENT, State.SENT]


async def test_while_the_bot_is_paused_nothing_leaves_but_what_is_exempt() -> None:
    desk = Desk()
    await desk.pause(exempt=("chat:2017-09-19",))
    await desk.queue(post("chat:2017-09-19:q1"), post("slack:T1:Ev1:reply"), post("slack:T1:Ev2:pause"))
    for _ in range(3):
        await desk.turn(timedelta(seconds=2))
    assert sorted(sent.key for sent in desk.client.delivered) == ["chat:2017-09-19:q1", "slack:T1:Ev2:pause"]


async def test_a_pause_holds_back_what_was_already_in_hand() -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.lead))
    await desk.turn()
    assert desk.state() is State.CLAIMED
    await desk.pause()
    await desk.turn(PACE.lead)
    assert (desk.state(), desk.client.delivered) == (State.QUEUED, [])


async def test_what_was_due_before_a_restore_is_looked_for_before_it_is_sent() -> None:
    """And not at once: what an earlier life of the bot sent last may not be visible yet."""
    desk = Desk(findings=[Found("1"), Absent()])
    async with desk.database.transaction() as tx:
        await tx.ledger.remember(RESTORED, NOW.isoformat())
    await desk.queue(post("a", NOW - timedelta(minutes=2)), post("b", NOW - timedelta(minutes=1)), post("c"))
    await desk.turn(PATIENCE.quiet - SHORTLY)
    assert ([sent.key for sent in desk.client.delivered], desk.client.looked_for) == (["c"], [])
    await desk.turn(SHORTLY)
    await desk.turn(timedelta(seconds=5))
    assert sorted(sent.key for sent in desk.client.delivered) == ["b", "c"]
    assert [desk.state(key) for key in "abc"] == [State.SENT] * 3


async def test_what_became_of_a_post_is_kept_also_when_the_database_fails_for_a_while() -> None:
    desk = Desk()
    await desk.queue(post())
    await desk.publisher.turn()
    desk.database.fails = True
    for _ in range(3):
        with suppress(OSError):
            await desk.publisher.turn()
        await settled()
    assert not desk.client.delivered, "without a committed intent nothing leaves"
    desk.database.fails = False
    await desk.turn()
    assert desk.state() is State.SENT
    assert len(desk.client.delivered) == 1


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
    await desk.turn(timedelta(seconds=3))
    assert [desk.state(key) for key in "abc"] == [State.UNCONFIRMED, State.SENT, State.SENT]


@pytest.mark.parametrize("alone", [False, True], ids=["others may be at work", "nobody else can be"])
async def test_a_post_that_a_dead_process_only_claimed_is_sent(alone: bool) -> None:
    desk = Desk(alone=alone)
    await desk.left_behind()
    await desk.turn()
    assert len(desk.client.delivered) == (1 if alone else 0), "others have until the end of their lease"
    await desk.turn(timedelta(seconds=60))
    assert desk.state() is State.SENT
    assert len(desk.client.delivered) == 1


async def test_at_the_start_nothing_is_taken_over_that_we_have_just_claimed() -> None:
    desk = Desk(alone=True)
    await desk.queue(post())
    await desk.turn()
    assert desk.database.kept.outbox.rows["a"].fence == 1
    assert len(desk.client.delivered) == 1


async def test_an_older_claim_of_our_own_does_not_leave_beside_a_newer_one() -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.lead))
    await desk.turn()
    async with desk.database.transaction() as tx:
        [taken] = await tx.outbox.take_over(Platform.SLACK, expired_by=NOW + timedelta(hours=1), limit=9)
        await tx.outbox.save([abandon(taken, NOW)])
    await desk.turn()
    await desk.turn(PACE.lead)
    assert len(desk.client.prepared) == 2
    assert len(desk.client.delivered) == 1
    assert desk.state() is State.SENT


@pytest.mark.parametrize("alone", [False, True], ids=["others may be at work", "nobody else can be"])
async def test_a_post_that_a_dead_process_had_begun_is_looked_for_not_sent(alone: bool) -> None:
    desk = Desk(alone=alone)
    await desk.left_behind(begun=True)
    await desk.turn()
    assert desk.state() is (State.UNCONFIRMED if alone else State.SENDING)
    if not alone:
        await desk.turn(timedelta(seconds=60))
    assert desk.state() is State.UNCONFIRMED
    await desk.turn(timedelta(seconds=59))
    assert not desk.client.looked_for, "it may take a while until it can be seen"
    await desk.turn(timedelta(seconds=1))
    assert desk.state() is State.SENT
    assert not desk.client.delivered


async def test_an_error_of_our_own_while_sending_counts_as_lost() -> None:
    desk = Desk()

    async def deliver(post: Post, its_time: ItsTime) -> Outcome:
        await its_time()
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


async def test_a_post_whose_lease_ended_while_the_machine_slept_does_not_leave() -> None:
    """By now another may have it: it is given back, and claimed anew."""
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.head_start))
    await desk.turn()
    assert desk.state() is State.SENDING
    desk.clock.advance(timedelta(hours=8))
    await settled()
    assert not desk.client.delivered
    await desk.turn()
    assert desk.state() is State.SENT
    assert desk.database.kept.outbox.rows["a"].fence == 2


async def test_a_post_whose_process_stands_still_between_its_time_and_the_write_does_not_leave_then() -> None:
    desk = Desk()
    deliver = desk.client.deliver

    async def stands_still(post: Post, its_time: ItsTime) -> Outcome:
        desk.client.deliver = deliver  # type: ignore[method-assign]
        in_time = await its_time()
        in_time()
        desk.clock.advance(PATIENCE.lease)
        with pytest.raises(TooLateError):
            in_time()
        return Lost("the request was not written to its end")

    desk.client.deliver = stands_still  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    await desk.turn()
    assert desk.state() is State.SENT
    assert len(desk.client.delivered) == 1
    assert not desk.client.looked_for, "certainly nobody saw it"


async def test_a_call_that_outlasts_its_lease_is_not_taken_over_by_its_own_process() -> None:
    desk = Desk()
    answer = asyncio.Event()

    async def slow(post: Post, its_time: ItsTime) -> Outcome:
        await its_time()
        await answer.wait()
        return Delivered("1")

    desk.client.deliver = slow  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    await desk.turn(timedelta(hours=8))
    answer.set()
    await desk.turn()
    assert desk.state() is State.SENT
    assert not desk.client.looked_for


async def test_a_worker_that_was_stopped_past_its_lease_sends_nothing_when_it_goes_on() -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.lead))
    await desk.turn()
    async with desk.database.transaction() as tx:
        [taken] = await tx.outbox.take_over(Platform.SLACK, expired_by=NOW + timedelta(hours=1), limit=9)
        await tx.outbox.save([abandon(taken, NOW)])
        [theirs] = await tx.outbox.claim(
            Platform.SLACK, until=NOW + PACE.lead, now=NOW, lease=timedelta(minutes=1), limit=9
        )
    await desk.turn(PACE.lead)
    assert not desk.client.delivered
    assert desk.database.kept.outbox.rows["a"] == theirs


async def test_a_cancelled_post_does_not_leave_although_it_was_in_hand() -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + PACE.lead))
    await desk.turn()
    async with desk.database.transaction() as tx:
        assert await tx.outbox.cancel("a")
    await desk.turn(PACE.lead)
    assert (desk.state(), desk.client.delivered) == (State.CANCELLED, [])


@pytest.mark.parametrize("ahead", [PACE.lead, PACE.head_start], ids=["not begun", "begun, and held"])
async def test_stopping_gives_back_what_was_waiting_for_its_time(ahead: timedelta) -> None:
    desk = Desk()
    await desk.queue(post(due=NOW + ahead))
    await desk.turn()
    await desk.publisher.finish()
    kept = desk.database.kept.outbox.rows["a"]
    assert (kept.state, kept.attempts) == (State.QUEUED, 0)
    assert not desk.client.delivered


async def test_stopping_waits_for_the_answer_to_what_has_left() -> None:
    desk = Desk()
    answer = asyncio.Event()

    async def slow(post: Post, its_time: ItsTime) -> Outcome:
        await its_time()
        await answer.wait()
        return Delivered("1")

    desk.client.deliver = slow  # type: ignore[method-assign]
    await desk.queue(post())
    await desk.turn()
    ending = asyncio.create_task(desk.publisher.finish())
    await settled()
    answer.set()
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
    [hand] = desk.publisher._in_hand.values()
    assert hand.task is not None
    hand.task.cancel()
    await desk.publisher.finish()
    assert desk.state() is State.SENDING


async def test_more_posts_than_one_batch_are_all_sent() -> None:
    desk = Desk()
    places = [Place(Platform.SLACK, workspace="T1", channel=f"C{number}") for number in range(230)]
    await desk.queue(*(replace(post(place.channel), place=place) for place in places))
    await desk.turn()
    assert len(desk.client.delivered) == len(places)
