"""What an operator does about posts and events, on both kinds of database."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.db import SqlDatabase, open_database
from bot.core.bodies import Text
from bot.core.events import Mention, Person, Place, Platform
from bot.core.outbox import Post, State, new_post
from bot.core.pause import Pause
from bot.core.problems import Problem
from bot.runtime.operations_inbox import audit_in_words, drop_event, events_aside, retry_event
from bot.runtime.operations_outbox import (
    cancel,
    needing_a_look,
    post_in_words,
    posts_in_words,
    resolve,
    retry,
    troubled_posts,
)
from bot.services.pausing import begin

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2027, 5, 18, 20, 0, tzinfo=UTC)
KEY = "chat:2027-05-18:q3:slack"
HOUR = timedelta(hours=1)


def post(state: State = State.QUEUED, key: str = KEY, reason: str = "No answer.", ago: timedelta = HOUR) -> Post:
    queued = new_post(key, Place(Platform.SLACK, channel="C1"), Text("Q3"), NOW - ago, cut_off=NOW - ago / 2)
    return replace(queued, state=state, reason=reason, attempts=1, fence=1)


async def keep(database: SqlDatabase, *posts: Post) -> None:
    async with database.transaction() as tx:
        for one in posts:
            await tx.outbox.add(one)


async def stored(database: SqlDatabase, key: str = KEY) -> Post:
    async with database.transaction() as tx:
        found = await tx.outbox.get(key)
    assert found is not None
    return found


async def audited(database: SqlDatabase) -> list[tuple[str, str, str]]:
    async with database.transaction() as tx:
        return [(entry.who, entry.what, entry.about) for entry in await tx.audit.list()]


async def test_what_waits_for_a_person_stands_before_what_is_tried_again_and_what_was_given_up(
    database: SqlDatabase,
) -> None:
    order = [State.HELD, State.UNCONFIRMED, State.QUEUED, State.MISSED, State.DEAD]
    await keep(
        database,
        *(replace(post(state, f"chat:1:{n}:slack", ago=n * HOUR), attempts=9) for n, state in enumerate(order)),
    )
    await keep(
        database,
        *(replace(post(state, f"chat:2:{n}:slack", ago=(9 - n) * HOUR), attempts=9) for n, state in enumerate(order)),
    )
    async with database.transaction() as tx:
        wrong, _ = await needing_a_look(tx, NOW)
    assert [one.state for one in wrong] == [state for state in order for _ in range(2)]


@pytest.mark.parametrize("state", [State.HELD, State.UNCONFIRMED, State.MISSED, State.DEAD])
async def test_what_a_person_has_seen_there_counts_as_sent(database: SqlDatabase, state: State) -> None:
    await keep(database, post(state))
    await resolve(database, NOW, "q3:slack", "17.1")
    sent = await stored(database)
    assert (sent.state, sent.remote_id, sent.sent_at) == (State.SENT, "17.1", NOW)
    assert await audited(database) == [("command line", "outbox resolve", KEY)]


@pytest.mark.parametrize("state", [State.HELD, State.UNCONFIRMED])
async def test_what_may_be_public_is_sent_again_only_by_somebody_who_has_looked(
    database: SqlDatabase, state: State
) -> None:
    await keep(database, post(state))
    with pytest.raises(Problem, match=r"may be public already \(No answer.\).*add --yes"):
        await retry(database, LONDON, NOW, KEY)
    assert (await stored(database)).state is state
    assert await audited(database) == []
    assert "It goes out on Tuesday 18 May 2027 at 9pm." in await retry(database, LONDON, NOW, KEY, sure=True)
    assert (await stored(database)).state is State.QUEUED


@pytest.mark.parametrize("state", [State.MISSED, State.DEAD])
async def test_what_was_not_sent_can_be_sent_now(database: SqlDatabase, state: State) -> None:
    await keep(database, post(state))
    await retry(database, LONDON, NOW, KEY)
    again = await stored(database)
    assert (again.state, again.try_at, again.due) == (State.QUEUED, NOW, NOW - HOUR)
    async with database.transaction() as tx:
        [claimed] = await tx.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=HOUR, limit=9)
    assert claimed.key == KEY
    assert await audited(database) == [("command line", "outbox retry", KEY)]


async def test_what_is_sent_again_during_a_pause_says_that_it_waits(database: SqlDatabase) -> None:
    await keep(database, post(State.MISSED))
    async with database.transaction() as tx:
        await begin(tx, Pause(reason="election", by="command line", at=NOW, since=NOW))
    assert "It waits until the pause is over." in await retry(database, LONDON, NOW, KEY)


@pytest.mark.parametrize("state", [State.QUEUED, State.CLAIMED, State.HELD, State.MISSED, State.DEAD])
async def test_a_cancelled_post_is_never_sent_not_even_by_who_has_it_in_hand(
    database: SqlDatabase, state: State
) -> None:
    held = post(state)
    await keep(database, held)
    await cancel(database, NOW, KEY)
    assert (await stored(database)).state is State.CANCELLED
    async with database.transaction() as tx:
        assert not await tx.outbox.begin([held], now=NOW, lease=HOUR)
        assert not await tx.outbox.save([replace(held, state=State.QUEUED)])
    assert await audited(database) == [("command line", "outbox cancel", KEY)]


@pytest.mark.parametrize("state", [State.SENDING, State.UNCONFIRMED, State.SENT, State.CANCELLED])
async def test_what_may_have_left_cannot_be_cancelled(database: SqlDatabase, state: State) -> None:
    await keep(database, post(state))
    with pytest.raises(Problem, match=f"it is {state}"):
        await cancel(database, NOW, KEY)
    assert (await stored(database)).state is state
    assert await audited(database) == []


@pytest.mark.parametrize("state", [State.QUEUED, State.CLAIMED, State.SENDING, State.SENT, State.CANCELLED])
async def test_a_post_that_needs_nobody_cannot_be_decided_about(database: SqlDatabase, state: State) -> None:
    await keep(database, post(state))
    for decide in (resolve(database, NOW, KEY), retry(database, LONDON, NOW, KEY, sure=True)):
        with pytest.raises(Problem, match=f"it is {state}"):
            await decide
    assert await stored(database) == post(state)


async def test_whoever_comes_second_is_told_and_changes_nothing(database_url: str, database: SqlDatabase) -> None:
    await keep(database, post(State.HELD))
    other = open_database(database_url)
    async with other.transaction() as tx:
        assert await tx.outbox.cancel(KEY)
        second = asyncio.create_task(resolve(database, NOW, KEY))
        await asyncio.sleep(0.3)
        assert not second.done()
    with pytest.raises(Problem, match=r"changed at this very moment|is not in doubt"):
        await second
    await other.close()
    assert (await stored(database)).state is State.CANCELLED
    assert await audited(database) == []


async def test_an_unknown_key_names_those_that_are_near(database: SqlDatabase) -> None:
    await keep(database, post())
    with pytest.raises(Problem, match=f"Did you mean {KEY}"):
        await post_in_words(database, LONDON, NOW, "chat:2027-05-18:q3:slak")


async def test_what_needs_a_person_is_listed_with_its_reason_and_nothing_else_is(database: SqlDatabase) -> None:
    await keep(database, *(post(state, f"chat:{state}:slack", "Why.") for state in State))
    await keep(database, replace(post(key="chat:failing:slack", reason="Slack is down."), attempts=3))
    await keep(database, post(State.DEAD, "chat:old:slack", ago=timedelta(days=31)))
    listed = await troubled_posts(database, LONDON, NOW)
    assert sorted(listed) == [
        "Being looked for: chat:unconfirmed:slack, Tuesday 18 May 2027 at 8pm. Why.",
        "Keeps failing: chat:failing:slack, Tuesday 18 May 2027 at 8pm. Slack is down.",
        "Look whether it is there: chat:held:slack, Tuesday 18 May 2027 at 8pm. Why.",
        "Not sent, its time passed: chat:missed:slack, Tuesday 18 May 2027 at 8pm. Why.",
        "Refused: chat:dead:slack, Tuesday 18 May 2027 at 8pm. Why.",
    ]


async def test_missed_answers_are_counted_and_not_listed(database: SqlDatabase) -> None:
    await keep(database, *(post(State.MISSED, f"slack:T1:Ev{n}:reply") for n in range(3)))
    [line] = await troubled_posts(database, LONDON, NOW)
    assert line.startswith("Missed and not listed: 3 answers.")


async def test_posts_of_one_state_or_of_all_are_listed_latest_first(database: SqlDatabase) -> None:
    await keep(database, post(key="a"), post(key="b", ago=HOUR / 2), post(State.SENT, "c", ""))
    assert [line.split(",")[0] for line in await posts_in_words(database, LONDON, None)] == [
        "Queued: b", "Sent: c", "Queued: a",
    ]  # fmt: skip
    assert await posts_in_words(database, LONDON, State.SENT) == ["Sent: c, Tuesday 18 May 2027 at 8pm."]
    assert await posts_in_words(database, LONDON, State.DEAD) == ["There are no such posts."]


async def test_events_set_aside_are_listed_and_handled_again_or_dropped(database: SqlDatabase) -> None:
    assert await events_aside(database, LONDON) == ["No event is set aside."]
    place, author = Place(Platform.SLACK, "T1", "C1"), Person(Platform.SLACK, "T1", "U1")
    async with database.transaction() as tx:
        for n in (1, 2):
            asked = Mention(
                key=f"slack:T1:Ev{n}", at=NOW, author=author, place=place, text="hello\nyou", message_id="1"
            )
            await tx.inbox.add(asked)
            await tx.inbox.failed(asked.key, "KeyError: 'a'", 1)
    first, _ = await events_aside(database, LONDON)
    assert first == "slack:T1:Ev1, mention of slack:T1/U1, Tuesday 18 May 2027 at 9pm: “hello you” KeyError: 'a'"
    await retry_event(database, NOW, "Ev1")
    await drop_event(database, NOW, "Ev2")
    assert await events_aside(database, LONDON) == ["No event is set aside."]
    async with database.transaction() as tx:
        assert [event.key for event in await tx.inbox.waiting(9)] == ["slack:T1:Ev1"]
    with pytest.raises(Problem, match="There is no key 'Ev1'"):
        await retry_event(database, NOW, "Ev1")
    assert await audit_in_words(database, LONDON, 9) == [
        "Tuesday 18 May 2027 at 9pm, command line: inbox drop slack:T1:Ev2",
        "Tuesday 18 May 2027 at 9pm, command line: inbox retry slack:T1:Ev1",
    ]
