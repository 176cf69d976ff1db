"""What every database does alike: the fake one of the tests, SQLite and PostgreSQL."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta, timezone

from bot.core.events import Place, Platform
from bot.core.outbox import Delivered, Found, Lost, Post, State, abandon, reconcile, settle
from bot.core.plan import Kind, Standing
from bot.ports import Database
from tests.contracts.values import LEASE, MINUTE, NOW, SECOND, entry, event, feedback, post


async def add(database: Database, *posts: Post) -> None:
    async with database.transaction() as tx:
        for one in posts:
            assert await tx.outbox.add(one)


async def claim(database: Database, ahead: timedelta = 0 * SECOND, limit: int = 10) -> list[Post]:
    """Claim for Slack at NOW what is due up to `ahead` of it."""
    async with database.transaction() as tx:
        claimed = await tx.outbox.claim(Platform.SLACK, until=NOW + ahead, now=NOW, lease=LEASE, limit=limit)
        return list(claimed)


async def save(database: Database, changed: Post) -> bool:
    async with database.transaction() as tx:
        return await tx.outbox.save(changed)


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
        await tx.inbox.done(event(3).key, NOW)
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
    assert (first.state, first.attempts, first.fence) == (State.SENDING, 1, 1)
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
    (claimed,) = await claim(database)
    sent = settle(claimed, Delivered("123"), NOW + SECOND)
    assert await save(database, sent)
    assert await stored(database) == sent


async def test_a_worker_that_lost_its_lease_changes_nothing(database: Database) -> None:
    await add(database, post())
    (stale,) = await claim(database)
    async with database.transaction() as tx:
        (left,) = await tx.outbox.unconfirmed(Platform.SLACK, NOW + LEASE, 10)
        assert (left.state, left.fence) == (State.SENDING, stale.fence + 1)
        assert await tx.outbox.save(abandon(left, NOW + LEASE))
    before = await stored(database)
    assert not await save(database, settle(stale, Delivered("123"), NOW + LEASE))
    assert await stored(database) == before
    assert before.state is State.UNCONFIRMED


async def test_a_second_look_that_ends_later_does_not_undo_sent(database: Database) -> None:
    await add(database, post())
    (claimed,) = await claim(database)
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


async def test_posts_to_look_for_are_those_whose_quiet_time_or_lease_is_over(database: Database) -> None:
    await add(database, post("doubtful"), post("left", NOW), post("waiting", NOW + MINUTE))
    doubtful, left = await claim(database)
    await save(database, settle(doubtful, Lost("no answer"), NOW))
    async with database.transaction() as tx:
        assert list(await tx.outbox.unconfirmed(Platform.SLACK, NOW + LEASE - SECOND, 10)) == []
        assert list(await tx.outbox.unconfirmed(Platform.X, NOW + LEASE, 10)) == []
        found = list(await tx.outbox.unconfirmed(Platform.SLACK, NOW + LEASE, 10))
    assert [(one.key, one.state, one.fence) for one in found] == [
        ("doubtful", State.UNCONFIRMED, doubtful.fence),
        ("left", State.SENDING, left.fence + 1),
    ]
    assert found[0].reason == "no answer"


async def test_a_worker_does_not_take_over_from_itself(database: Database) -> None:
    await add(database, post("ours"), post("left"))
    ours, left = await claim(database)
    async with database.transaction() as tx:
        found = await tx.outbox.unconfirmed(Platform.SLACK, NOW + LEASE, 10, ours=["ours"])
    assert [one.key for one in found] == ["left"]
    assert await save(database, settle(ours, Delivered("1"), NOW + LEASE))
    assert not await save(database, settle(left, Delivered("2"), NOW + LEASE))


async def test_posts_are_listed_latest_due_first(database: Database) -> None:
    await add(database, post("a"), post("c", NOW + MINUTE), post("b"))
    async with database.transaction() as tx:
        await tx.outbox.cancel("a")
        assert [one.key for one in await tx.outbox.list()] == ["c", "b", "a"]
        assert [one.key for one in await tx.outbox.list(limit=2)] == ["c", "b"]
        assert [one.key for one in await tx.outbox.list(state=State.CANCELLED)] == ["a"]


async def test_the_next_try_is_the_earliest_of_attempts_looks_and_leases(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.outbox.next_try() is None
    await add(database, post("a"), post("b", NOW + 2 * MINUTE))
    (claimed,) = await claim(database)
    async with database.transaction() as tx:
        assert await tx.outbox.next_try() == NOW + LEASE
        await tx.outbox.save(replace(settle(claimed, Lost(), NOW), try_at=NOW + SECOND))
        assert await tx.outbox.next_try() == NOW + SECOND
        await tx.outbox.save(settle(claimed, Delivered("1"), NOW))
        assert await tx.outbox.next_try() == NOW + 2 * MINUTE


async def test_only_what_is_not_under_way_can_be_cancelled(database: Database) -> None:
    await add(database, post("queued"), post("sending", NOW - SECOND), post("held", NOW - MINUTE))
    held, _ = await claim(database, limit=2)
    await save(database, replace(held, state=State.HELD))
    async with database.transaction() as tx:
        assert [await tx.outbox.cancel(key) for key in ("queued", "held", "sending", "queued", "none")] == [
            True,
            True,
            False,
            False,
            False,
        ]


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
        assert list(await tx.feedback.list()) == [earlier, later]
        assert list(await tx.feedback.list(since=NOW)) == [later]
        assert list(await tx.feedback.list(until=NOW)) == [earlier]


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
