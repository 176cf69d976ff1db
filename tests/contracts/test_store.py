"""What every database does alike: the fake one of the tests, SQLite and PostgreSQL."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from bot.core.audit import AuditEntry
from bot.core.bodies import File
from bot.core.events import Place, Platform
from bot.core.feedback import READ
from bot.core.outbox import MISSED_OR_SENT, Delivered, Found, Lost, Post, State, abandon, put_back, reconcile, settle
from bot.core.plan import Kind, Standing
from bot.ports import Database
from tests.contracts.values import LEASE, MINUTE, NOW, SECOND, entry, event, feedback, post

ALWAYS = datetime.max.replace(tzinfo=UTC)


async def add(database: Database, *posts: Post) -> None:
    async with database.transaction() as tx:
        for one in posts:
            assert await tx.outbox.add(one)


async def claim(database: Database, ahead: timedelta = 0 * SECOND, limit: int = 10) -> list[Post]:
    """Claim for Slack at NOW what is due up to `ahead` of it."""
    async with database.transaction() as tx:
        claimed = await tx.outbox.claim(Platform.SLACK, until=NOW + ahead, now=NOW, lease=LEASE, limit=limit)
        return list(claimed)


async def begin(database: Database) -> list[Post]:
    """Claim what is due at NOW, and note that it is about to leave."""
    claimed = await claim(database)
    async with database.transaction() as tx:
        return list(await tx.outbox.begin(claimed, now=NOW, lease=LEASE))


async def save(database: Database, changed: Post) -> bool:
    async with database.transaction() as tx:
        return bool(await tx.outbox.save([changed]))


async def stored(database: Database, key: str = "chat:2017-09-19:q1:slack") -> Post:
    async with database.transaction() as tx:
        found = await tx.outbox.get(key)
    assert found is not None
    return found


async def test_a_block_that_raises_changes_nothing(database: Database) -> None:
    with suppress(ZeroDivisionError):
        async with database.transaction() as tx:
            await tx.inbox.add(event())
            await tx.outbox.add(post())
            await tx.plan.put(entry())
            await tx.feedback.add(feedback(1))
            await tx.ledger.first("slot", NOW)
            await tx.ledger.remember("cursor", "12")
            raise ZeroDivisionError
    async with database.transaction() as tx:
        assert list(await tx.inbox.waiting(10)) == []
        assert list(await tx.outbox.list()) == []
        assert list(await tx.plan.list()) == []
        assert list(await tx.feedback.list()) == []
        assert await tx.ledger.first("slot", NOW)
        assert await tx.ledger.recall("cursor") is None


async def test_an_event_is_kept_once_and_comes_back_as_it_was(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.inbox.add(event())
        assert not await tx.inbox.add(replace(event(), text="again"))
    async with database.transaction() as tx:
        assert not await tx.inbox.add(event())
        assert list(await tx.inbox.waiting(10)) == [event()]


async def test_events_wait_in_the_order_of_their_arrival_until_they_are_done(database: Database) -> None:
    async with database.transaction() as tx:
        for number in (3, 1, 2):
            await tx.inbox.add(event(number))
        assert list(await tx.inbox.waiting(2)) == [event(3), event(1)]
        await tx.inbox.done([event(3).key], NOW)
    async with database.transaction() as tx:
        assert list(await tx.inbox.waiting(10)) == [event(1), event(2)]
        assert not await tx.inbox.add(event(3))


async def test_an_event_that_fails_too_often_is_set_aside_with_its_last_reason(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.inbox.add(event())
        assert not await tx.inbox.failed(event().key, "first", 2)
        assert list(await tx.inbox.waiting(10)) == [event()]
        assert await tx.inbox.failed(event().key, "second", 2)
    async with database.transaction() as tx:
        assert list(await tx.inbox.waiting(10)) == []
        assert list(await tx.inbox.set_aside()) == [(event(), "second")]


async def test_text_that_no_database_holds_does_not_stop_an_event(database: Database) -> None:
    odd = event(text="NUL \0 and half an emoji \ud83d")
    async with database.transaction() as tx:
        await tx.inbox.add(odd)
        await tx.inbox.failed(odd.key, "failed on \0 and \ud83d", 1)
        await tx.feedback.add(feedback(1, text=odd.text))
    async with database.transaction() as tx:
        assert [kept.key for kept, _ in await tx.inbox.set_aside()] == [odd.key]
        assert (await tx.feedback.list())[0].text.startswith("NUL ")


async def test_a_post_is_queued_once_and_comes_back_as_it_was(database: Database) -> None:
    await add(database, post(cut_off=NOW + MINUTE))
    async with database.transaction() as tx:
        assert not await tx.outbox.add(post(due=NOW + MINUTE))
        assert await tx.outbox.get("nothing") is None
    assert await stored(database) == post(cut_off=NOW + MINUTE)


async def test_instants_are_kept_to_the_microsecond_whatever_their_time_zone(database: Database) -> None:
    summer = timezone(timedelta(hours=1))
    precise = NOW.replace(microsecond=123_456)
    await add(database, post(due=precise.astimezone(summer)))
    async with database.transaction() as tx:
        await tx.outbox.claim(Platform.SLACK, until=precise, now=NOW, lease=LEASE, limit=1)
    kept = await stored(database)
    assert kept.due == precise
    assert kept.lease_until == precise + LEASE


async def test_a_claim_takes_due_posts_of_one_platform_oldest_first(database: Database) -> None:
    elsewhere = post("x", place=Place(Platform.X))
    await add(database, post("b", NOW - SECOND), post("c", NOW), post("a", NOW), post("later", NOW + SECOND), elsewhere)
    first, second = await claim(database, limit=2)
    assert [first.key, second.key] == ["b", "c"]
    assert (first.state, first.attempts, first.fence) == (State.CLAIMED, 1, 1)
    assert first.lease_until == NOW + LEASE
    assert await stored(database, "b") == first
    assert [again.key for again in await claim(database)] == ["a"]
    assert await claim(database) == []


async def test_a_post_claimed_ahead_of_its_time_has_its_lease_from_its_time(database: Database) -> None:
    await add(database, post(due=NOW + 10 * SECOND))
    (claimed,) = await claim(database, ahead=10 * SECOND)
    assert claimed.lease_until == NOW + 10 * SECOND + LEASE


async def test_an_overdue_post_is_missed_and_takes_nobodys_place(database: Database) -> None:
    late = post("late", NOW - 11 * MINUTE, cut_off=NOW - MINUTE)
    await add(database, late, post("in time", cut_off=NOW))
    assert [claimed.key for claimed in await claim(database, limit=1)] == ["in time"]
    missed = await stored(database, "late")
    assert missed.state is State.MISSED
    assert missed.reason == "Its time passed before it could be sent."


async def test_a_settled_post_is_kept(database: Database) -> None:
    await add(database, post())
    (claimed,) = await begin(database)
    sent = settle(claimed, Delivered("123"), NOW + SECOND)
    assert await save(database, sent)
    assert await stored(database) == sent


async def test_of_two_claims_of_a_post_in_the_same_hands_only_the_newer_counts(database: Database) -> None:
    """A process that stalled past its lease claims again what another has put back, and still has its old claim."""
    await add(database, post())
    (old,) = await claim(database)
    later = NOW + LEASE
    async with database.transaction() as tx:
        (left,) = await tx.outbox.take_over(Platform.SLACK, expired_by=later, limit=10)
        assert await tx.outbox.save([abandon(left, later)])
        (new,) = await tx.outbox.claim(Platform.SLACK, until=later, now=later, lease=LEASE, limit=10)
        (begun,) = await tx.outbox.begin([old, new], now=later, lease=LEASE)
        assert (begun.state, begun.fence) == (State.SENDING, new.fence)
        stale, ours = settle(replace(old, state=State.SENDING), Delivered("1"), later), settle(begun, Lost(), later)
        assert list(await tx.outbox.save([stale, ours])) == [ours]
    assert await stored(database) == ours


async def test_a_worker_that_lost_its_lease_changes_nothing(database: Database) -> None:
    await add(database, post())
    (stale,) = await begin(database)
    async with database.transaction() as tx:
        (left,) = await tx.outbox.take_over(Platform.SLACK, expired_by=NOW + LEASE, limit=10)
        assert (left.state, left.fence) == (State.SENDING, stale.fence + 1)
        assert await tx.outbox.save([abandon(left, NOW + LEASE)])
    before = await stored(database)
    assert not await save(database, settle(stale, Delivered("123"), NOW + LEASE))
    assert await stored(database) == before
    assert before.state is State.UNCONFIRMED


async def test_a_second_look_that_ends_later_does_not_undo_sent(database: Database) -> None:
    await add(database, post())
    (claimed,) = await begin(database)
    doubtful = settle(claimed, Lost(), NOW)
    await save(database, doubtful)
    assert await save(database, reconcile(doubtful, Found("123"), NOW))
    assert not await save(database, replace(doubtful, state=State.QUEUED, lease_until=None))
    assert (await stored(database)).state is State.SENT


async def test_a_person_decides_on_a_post_that_is_held(database: Database) -> None:
    await add(database, post())
    (claimed,) = await claim(database)
    held = replace(claimed, state=State.HELD, lease_until=None)
    await save(database, held)
    assert await save(database, replace(held, state=State.QUEUED))
    assert (await claim(database))[0].fence == claimed.fence + 1


async def test_a_post_that_was_never_added_is_not_saved(database: Database) -> None:
    assert not await save(database, post())


async def test_due_never_changes(database: Database) -> None:
    await add(database, post())
    await save(database, replace(post(), due=NOW + MINUTE, try_at=NOW + MINUTE))
    kept = await stored(database)
    assert (kept.due, kept.try_at) == (NOW, NOW + MINUTE)


async def test_only_who_still_has_a_post_in_hand_may_begin_to_send_it(database: Database) -> None:
    await add(database, post("ours"), post("taken"), post("cancelled"))
    ours, taken, cancelled = await claim(database)
    async with database.transaction() as tx:
        assert await tx.outbox.cancel("cancelled")
        assert await tx.outbox.take_over(Platform.SLACK, expired_by=NOW + LEASE, limit=10, ours=["ours"])
    later = NOW + SECOND
    for _ in range(2):  # an intent of which the commit was uncertain is noted once more
        async with database.transaction() as tx:
            (begun,) = await tx.outbox.begin([ours, taken, cancelled], now=later, lease=LEASE)
        assert begun == replace(ours, state=State.SENDING, lease_until=later + LEASE)
        assert await stored(database, "ours") == begun
    assert (await stored(database, "taken")).state is State.CLAIMED
    assert (await stored(database, "cancelled")).state is State.CANCELLED


async def test_what_was_settled_is_not_begun_again(database: Database) -> None:
    await add(database, post())
    (begun,) = await begin(database)
    await save(database, settle(begun, Delivered("1"), NOW))
    async with database.transaction() as tx:
        assert list(await tx.outbox.begin([begun], now=NOW, lease=LEASE)) == []


async def test_posts_left_behind_are_those_whose_lease_is_over(database: Database) -> None:
    await add(database, post("claimed"), post("begun", NOW + SECOND), post("x", place=Place(Platform.X)))
    claimed, begun = await claim(database, ahead=SECOND)
    async with database.transaction() as tx:
        await tx.outbox.begin([begun], now=NOW, lease=LEASE)
        assert list(await tx.outbox.take_over(Platform.SLACK, expired_by=NOW + LEASE - SECOND, limit=10)) == []
        (left,) = await tx.outbox.take_over(Platform.SLACK, expired_by=NOW + LEASE, limit=10)
    assert left == replace(claimed, fence=claimed.fence + 1)
    assert await stored(database, "claimed") == left
    async with database.transaction() as tx:
        everything = await tx.outbox.take_over(Platform.SLACK, expired_by=ALWAYS, limit=10)
    assert [(one.key, one.state) for one in everything] == [("claimed", State.CLAIMED), ("begun", State.SENDING)]


async def test_a_worker_does_not_take_over_from_itself(database: Database) -> None:
    await add(database, post("ours"), post("left"))
    ours, left = await claim(database)
    async with database.transaction() as tx:
        found = await tx.outbox.take_over(Platform.SLACK, expired_by=NOW + LEASE, limit=10, ours=["ours"])
    assert [one.key for one in found] == ["left"]
    assert await save(database, settle(ours, Delivered("1"), NOW + LEASE))
    assert not await save(database, settle(left, Delivered("2"), NOW + LEASE))


async def test_a_post_in_doubt_is_looked_for_after_its_quiet_time_and_by_one_worker(database: Database) -> None:
    await add(database, post())
    (begun,) = await begin(database)
    doubted = settle(begun, Lost("no answer"), NOW)
    await save(database, doubted)
    quiet_over = doubted.try_at

    async def to_look_for(platform: Platform, now: datetime) -> list[Post]:
        async with database.transaction() as tx:
            return list(await tx.outbox.doubtful(platform, now=now, lease=LEASE, limit=10))

    assert await to_look_for(Platform.SLACK, quiet_over - SECOND) == []
    assert await to_look_for(Platform.X, quiet_over) == []
    (found,) = await to_look_for(Platform.SLACK, quiet_over)
    assert (found.state, found.reason, found.fence) == (State.UNCONFIRMED, "no answer", doubted.fence + 1)
    assert await to_look_for(Platform.SLACK, quiet_over) == []
    assert not await save(database, reconcile(doubted, Found("1"), quiet_over))
    assert [one.key for one in await to_look_for(Platform.SLACK, quiet_over + LEASE)] == [found.key]


async def test_what_was_due_before_a_restore_and_never_in_hand_is_in_doubt(database: Database) -> None:
    await add(database, post("unknown", NOW - 2 * MINUTE), post("known", NOW - 2 * MINUTE), post("since", NOW))
    await add(database, post("late", NOW - 2 * MINUTE, cut_off=NOW - MINUTE))
    async with database.transaction() as tx:
        known = await tx.outbox.get("known")
        assert known is not None
        await tx.outbox.cancel("since")
        await tx.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=LEASE, limit=1, only=["known"])
        await tx.outbox.take_over(Platform.SLACK, expired_by=NOW + LEASE, limit=1)
    kept = await stored(database, "known")
    await save(database, put_back(kept))
    await add(database, post("new", NOW))
    async with database.transaction() as tx:
        claimed = await tx.outbox.claim(
            Platform.SLACK, until=NOW, now=NOW, lease=LEASE, limit=10, doubt_before=NOW - MINUTE
        )
    assert [one.key for one in claimed] == ["known", "new"]
    assert (await stored(database, "unknown")).state is State.UNCONFIRMED
    late = await stored(database, "late")
    assert (late.state, late.reason) == (State.MISSED, MISSED_OR_SENT)


async def test_while_paused_only_posts_with_an_exempt_name_are_taken_in_hand(database: Database) -> None:
    keys = ["chat:2017-09-19:q1:slack", "chat:2017-10-17:q1:slack", "slack:T1:Ev1:reply", "slack:T1:Ev1:pause"]
    await add(database, *(post(key) for key in [*keys, "100%_sure"]))

    async def taken(*only: str) -> list[str]:
        async with database.transaction() as tx:
            claimed = await tx.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=LEASE, limit=10, only=only)
        return [one.key for one in claimed]

    assert await taken() == []
    assert await taken("chat:2017-09-19", "pause") == [keys[0], keys[3]]
    assert await taken("chat:2017", "%", "_", "100", "CHAT:2017-09-19", "PAUSE", "Slack", "") == []
    assert await taken("slack") == [keys[1], keys[2], "100%_sure"]


async def test_posts_are_listed_latest_due_first(database: Database) -> None:
    await add(database, post("a"), post("c", NOW + MINUTE), post("b"))
    async with database.transaction() as tx:
        await tx.outbox.cancel("a")
        assert [one.key for one in await tx.outbox.list()] == ["c", "b", "a"]
        assert [one.key for one in await tx.outbox.list(limit=2)] == ["c", "b"]
        assert [one.key for one in await tx.outbox.list(states=[State.CANCELLED])] == ["a"]
        both = await tx.outbox.list(states=[State.QUEUED, State.CANCELLED])
        assert {one.state for one in both} == {State.QUEUED, State.CANCELLED}
        assert sorted((one.due for one in both), reverse=True) == [one.due for one in both]
        assert [one.key for one in await tx.outbox.list(since=NOW + MINUTE)] == ["c"]
        assert [one.key for one in await tx.outbox.list(states=[State.QUEUED], until=NOW + MINUTE)] == ["b"]


async def test_older_posts_of_a_state_are_counted_up_to_a_number(database: Database) -> None:
    await add(database, *(post(name) for name in "abc"), post("later", NOW + MINUTE))
    async with database.transaction() as tx:
        await tx.outbox.cancel("c")
        assert await tx.outbox.older(State.QUEUED, NOW + MINUTE, most=9) == 2
        assert await tx.outbox.older(State.QUEUED, NOW + 2 * MINUTE, most=2) == 2
        assert await tx.outbox.older(State.QUEUED, NOW, most=9) == 0


async def test_open_posts_are_counted_and_the_oldest_that_waits_is_known(database: Database) -> None:
    async with database.transaction() as tx:
        assert dict(await tx.outbox.counts()) == {}
        assert await tx.outbox.oldest_waiting() is None
    await add(database, post("a"), post("b", NOW + MINUTE), post("c", NOW + 2 * MINUTE))
    (begun,) = await begin(database)
    async with database.transaction() as tx:
        assert dict(await tx.outbox.counts()) == {State.SENDING: 1, State.QUEUED: 2}
        assert await tx.outbox.oldest_waiting() == NOW + MINUTE
        await tx.outbox.save([settle(begun, Delivered("1"), NOW)])
        assert dict(await tx.outbox.counts()) == {State.QUEUED: 2}


async def test_a_post_can_be_cancelled_until_it_may_have_left(database: Database) -> None:
    await add(database, post("held"), post("sending"), post("claimed"), post("queued"))
    held, sending, _ = await claim(database, limit=3)
    await save(database, replace(held, state=State.HELD))
    async with database.transaction() as tx:
        await tx.outbox.begin([sending], now=NOW, lease=LEASE)
        cancelled = {key: await tx.outbox.cancel(key) for key in ("held", "sending", "claimed", "queued", "none")}
        again = await tx.outbox.cancel("queued")
    assert cancelled == {"held": True, "sending": False, "claimed": True, "queued": True, "none": False}
    assert not again


async def test_what_moderators_read_is_forgotten_once_it_is_over(database: Database) -> None:
    reads = [
        post(key=f"slack:T:Ev1:{READ}"),
        replace(post(key="slack:T:Ev2:export"), body=File("f.csv", "words", "Here")),
    ]
    others = [post(key="action:1:slack"), post(key=f"feedback:{READ}:more")]
    async with database.transaction() as tx:
        for one in (*reads, *others):
            await tx.outbox.add(replace(one, state=State.SENT))
        await tx.outbox.add(post(key=f"slack:T:Ev3:{READ}"))
        assert await tx.outbox.forget_read() == len(reads)
        assert {one.key for one in await tx.outbox.list()} == {*(one.key for one in others), f"slack:T:Ev3:{READ}"}


async def test_an_event_is_handled_by_one_worker_and_once(database: Database) -> None:
    async with database.transaction() as tx:
        assert not await tx.inbox.take([event().key])
        await tx.inbox.add(event())
        assert await tx.inbox.take([event().key])
        await tx.inbox.done([event().key], NOW)
        assert not await tx.inbox.take([event().key])


async def test_events_are_forgotten_once_they_have_been_handled_long_enough(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(3):
            await tx.inbox.add(event(number))
        await tx.inbox.done([event(0).key], NOW - SECOND)
        await tx.inbox.done([event(1).key], NOW)
        assert await tx.inbox.forget(NOW) == 1
        assert await tx.inbox.add(event(0)), "a key that is forgotten is new again"
        assert not await tx.inbox.add(event(1))
        assert not await tx.inbox.add(event(2))


async def test_who_did_what_is_listed_latest_first(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.audit.add(NOW, "command line", "pause", detail="an incident")
        await tx.audit.add(NOW + SECOND, "slack:T1/U1", "outbox cancel", about="a")
        assert list(await tx.audit.list()) == [
            AuditEntry(NOW + SECOND, "slack:T1/U1", "outbox cancel", "a"),
            AuditEntry(NOW, "command line", "pause", detail="an incident"),
        ]
        assert len(await tx.audit.list(limit=1)) == 1


async def test_an_entry_is_put_once_and_replaced_when_content_changes(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.plan.put(entry())
        assert not await tx.plan.put(entry())
        assert await tx.plan.put(entry(title="Q1, better"))
        assert await tx.plan.get(entry().key) == replace(entry(title="Q1, better"), version=1)
        assert await tx.plan.get("nothing") is None


async def test_an_entry_that_a_person_edited_or_that_went_out_is_not_replaced(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.plan.put(entry("edited"))
        assert await tx.plan.change(replace(entry("edited", title="by hand"), edited=True))
        assert not await tx.plan.put(entry("edited", title="by content"))
        await tx.plan.put(entry("released"))
        assert await tx.plan.change(replace(entry("released"), standing=Standing.RELEASED))
        assert not await tx.plan.put(entry("released", title="too late"))
        assert not await tx.plan.change(replace(entry("released", title="too late"), version=1))


async def test_an_entry_that_left_content_and_came_back_is_planned_again(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.plan.put(entry())
        await tx.plan.change(replace(entry(), standing=Standing.CANCELLED))
        assert await tx.plan.put(entry())
        assert list(await tx.plan.due(NOW + MINUTE)) == [replace(entry(), version=2)]


async def test_an_entry_that_a_person_cancelled_stays_cancelled(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.plan.put(entry())
        await tx.plan.change(replace(entry(), standing=Standing.CANCELLED, edited=True))
        assert not await tx.plan.put(entry())
        assert list(await tx.plan.due(NOW + MINUTE)) == []


async def test_of_two_changes_to_the_same_version_the_second_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.plan.put(entry())
        assert await tx.plan.change(entry(title="mine"))
        assert not await tx.plan.change(entry(title="yours"))
        assert await tx.plan.get(entry().key) == replace(entry(title="mine"), version=1)


async def test_entries_are_listed_and_due_in_order(database: Database) -> None:
    q2, q10 = entry("q2", NOW + MINUTE), entry("q10", NOW + MINUTE)
    action = entry("action", NOW - MINUTE, kind=Kind.ACTION)
    async with database.transaction() as tx:
        assert await tx.plan.next_due() is None
        for one in (q2, q10, action):
            await tx.plan.put(one)
        assert list(await tx.plan.list()) == [action, q2, q10]
        assert list(await tx.plan.list(kind=Kind.ACTION)) == [action]
        assert list(await tx.plan.list(source="content")) == [action, q2, q10]
        assert list(await tx.plan.list(source="somebody")) == []
        assert list(await tx.plan.list(since=NOW, until=NOW + MINUTE)) == []
        assert list(await tx.plan.list(since=NOW + MINUTE, until=NOW + 2 * MINUTE)) == [q2, q10]
        assert list(await tx.plan.due(NOW + MINUTE)) == [action, q2, q10]
        await tx.plan.change(replace(action, standing=Standing.CANCELLED))
        assert list(await tx.plan.due(NOW + MINUTE)) == [q2, q10]
        assert await tx.plan.next_due() == NOW + MINUTE


async def test_feedback_is_numbered_from_one_without_gaps(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.feedback.add(feedback(1)) == 1
    with suppress(ZeroDivisionError):
        async with database.transaction() as tx:
            await tx.feedback.add(feedback(9))
            raise ZeroDivisionError
    async with database.transaction() as tx:
        assert await tx.feedback.add(feedback(2, NOW - MINUTE)) == 2
        assert await tx.feedback.add(feedback(1, text="again")) == 1
        earlier, later = replace(feedback(2, NOW - MINUTE), number=2), replace(feedback(1), number=1)
        assert list(await tx.feedback.list()) == [later, earlier]
        assert await tx.feedback.get(1) == later
        assert await tx.feedback.get(3) is None


async def test_a_slot_is_claimed_once(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.ledger.first("cards:2026-11-22", NOW)
        assert not await tx.ledger.first("cards:2026-11-22", NOW)
    async with database.transaction() as tx:
        assert not await tx.ledger.first("cards:2026-11-22", NOW + MINUTE)
        assert await tx.ledger.first("cards:2026-11-23", NOW)


async def test_a_note_is_remembered_until_it_is_forgotten(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.ledger.recall("cursor") is None
        await tx.ledger.remember("cursor", "1")
        await tx.ledger.remember("cursor", "2")
    async with database.transaction() as tx:
        assert await tx.ledger.recall("cursor") == "2"
        await tx.ledger.forget("cursor")
        await tx.ledger.forget("cursor")
        assert await tx.ledger.recall("cursor") is None
