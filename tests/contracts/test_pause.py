"""What a pause lets through is the same in the core and in the database, and one pause stands at a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.events import Place, Platform
from bot.core.outbox import State
from bot.core.pause import ABOUT, EXEMPTIONS, Pause, named
from bot.ports import Database
from bot.services.pausing import begin, end, held_back, standing
from tests.contracts.values import LEASE, MINUTE, NOW, SECOND, entry, post

KEYS = (
    "chat:2026-12-15:q1:x", "chat:2026-12-15:q1:slack", "chat:2026-12-15:q10:slack", "chat:2026-12-1:q1:slack",
    "action:2026-12:share-a-story:teams", "action:bcdfgh:slack", "card:evidence:slack", "card:a_b:x", "repost:x:123",
    "x:17:reply", "slack:T1:123.4:reply", "slack:T1:Ev1:form", "slack:T1:Ev1:pause", "slack:T1:reply:failed",
    "teams:19:a@thread.tacv2;messageid=1:0f:20261215T2000:receipt", "teams:19:50%_off\\:0f:20261215T2000:export",
    "chat", "reply", "slack",
)  # fmt: skip
NAMES = (
    *EXEMPTIONS, ABOUT, "chat:2026-12-15", "chat:2026-12-15:q1", "chat:2026-12-15:q1:slack", "card:a_b", "card:a%",
    "card:aXb", "q1:slack", "action:2026-12", "teams:19:50%_off\\", "%", "_", "\\", "",
)  # fmt: skip


def place(key: str) -> Place:
    """Where a post of this key would go."""
    found = next((platform for platform in Platform if platform.value in key.split(":")), Platform.SLACK)
    return Place(found, "T1", "C1")


POSTS = {key: post(key, place=place(key)) for key in KEYS}


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.transaction() as tx:
        for one in POSTS.values():
            await tx.outbox.add(one)
    return database


async def claimed(database: Database, *only: str) -> set[str]:
    """What may go under these names. Everything is put back afterwards."""

    class PutBack(Exception):
        pass

    keys: set[str] = set()
    try:
        async with database.transaction() as tx:
            for platform in Platform:
                taken = await tx.outbox.claim(platform, until=NOW, now=NOW, lease=LEASE, limit=99, only=only)
                keys |= {post.key for post in taken}
            raise PutBack
    except PutBack:
        return keys


async def test_the_databases_filter_and_the_core_name_the_same_posts(filled: Database) -> None:
    for name in NAMES:
        assert await claimed(filled, name) == {key for key, post in POSTS.items() if named(post, name)}, name


async def test_several_names_let_through_what_any_of_them_names(filled: Database) -> None:
    assert await claimed(filled, "card", "reply") == {
        "card:evidence:slack", "card:a_b:x", "x:17:reply", "slack:T1:123.4:reply", "reply",
    }  # fmt: skip


async def test_with_no_name_nothing_goes(filled: Database) -> None:
    assert await claimed(filled) == set()


async def test_what_is_halted_is_not_even_missed(database: Database) -> None:
    late = post("chat:2026-12-15:q1:slack", cut_off=NOW)
    async with database.transaction() as tx:
        await tx.outbox.add(late)
        after = NOW + MINUTE
        assert not await tx.outbox.claim(Platform.SLACK, until=after, now=after, lease=LEASE, limit=9, only=[ABOUT])
        assert await tx.outbox.get(late.key) == late
        assert not await tx.outbox.claim(Platform.SLACK, until=after, now=after, lease=LEASE, limit=9)
        found = await tx.outbox.get(late.key)
        assert found is not None
        assert found.state is State.MISSED


def pause(reason: str = "election", until: timedelta | None = None, *exempt: str) -> Pause:
    ends = None if until is None else NOW + until
    return Pause(reason=reason, by="slack:T1/U1", at=NOW, since=NOW, until=ends, exempt=exempt)


async def test_a_pause_stands_until_it_is_ended(database: Database) -> None:
    async with database.transaction() as tx:
        assert (await begin(tx, pause())).done
    async with database.transaction() as tx:
        assert await standing(tx, NOW + MINUTE) == pause()
        assert await end(tx, "command line", NOW + MINUTE) == pause()
    async with database.transaction() as tx:
        assert await standing(tx, NOW + MINUTE) is None
        assert await end(tx, "command line", NOW + MINUTE) is None
        entries = await tx.audit.list()
    assert [(entry.who, entry.what) for entry in entries] == [("command line", "resume"), ("slack:T1/U1", "pause")]


async def test_another_pause_takes_its_place_only_when_that_is_said(database: Database) -> None:
    first, second = pause("election"), pause("incident")
    async with database.transaction() as tx:
        await begin(tx, first)
        refused = await begin(tx, second)
        assert (refused.done, refused.earlier, await standing(tx, NOW)) == (False, first, first)
        replaced = await begin(tx, second, replace=True)
        assert (replaced.done, replaced.earlier, await standing(tx, NOW)) == (True, first, second)
        assert [entry.detail.endswith("; instead of another") for entry in await tx.audit.list()] == [True, False]


async def test_a_pause_that_has_ended_by_itself_is_not_in_the_way(database: Database) -> None:
    async with database.transaction() as tx:
        await begin(tx, pause(until=MINUTE))
        assert await standing(tx, NOW + MINUTE) is None
        assert (await begin(tx, replace(pause("incident"), at=NOW + MINUTE, since=NOW + MINUTE))).done


async def test_of_two_who_pause_at_once_one_is_told_of_the_other(database: Database) -> None:
    async def ask(reason: str) -> bool:
        async with database.transaction() as tx:
            return (await begin(tx, pause(reason))).done

    for _ in range(5):
        assert sorted(await asyncio.gather(ask("election"), ask("incident"))) == [False, True]
        async with database.transaction() as tx:
            await end(tx, "command line", NOW)


async def test_what_is_held_back_is_counted_also_where_no_worker_has_made_posts_of_it(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.outbox.add(post("slack:T1:Ev1:reply"))
        await tx.outbox.add(post("slack:T1:Ev2:reply", due=NOW + MINUTE))
        await tx.plan.put(entry("chat:2017-09-19:q1", due=NOW - SECOND))
        await tx.plan.put(entry("chat:2017-09-19:q2", due=NOW + MINUTE))
        found = await held_back(tx, pause(), NOW)
    assert sorted(post.key for post in found.go) == [
        "chat:2017-09-19:q1:slack", "chat:2017-09-19:q1:x", "slack:T1:Ev1:reply",
    ]  # fmt: skip
    assert [post.key for post in found.later] == ["slack:T1:Ev2:reply"]
