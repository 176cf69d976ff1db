"""Steering a chat on every kind of database, also at the moment when the scheduler hands something on."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.core.bodies import Text
from bot.core.chat import run_sheet
from bot.core.events import Place, Platform
from bot.core.outbox import State, new_post
from bot.core.plan import Entry, Standing
from bot.core.problems import Problem
from bot.core.steering import Press, Stays, Verb
from bot.ports import Database
from bot.runtime import operations_live
from bot.services.hosting import Host, asked, find_sheet, press
from bot.services.turns import RacedError
from tests.core.test_steering import CHAT, CONTENT, at

HOST = Host("slack:T1/U1", "Anna")


async def planned(database: Database) -> Sequence[Entry]:
    """The evening in the plan, up to Q2 handed on."""
    async with database.transaction() as tx:
        for entry in run_sheet(CHAT, CONTENT.chats[CHAT], CONTENT, tuple(Platform)):
            await tx.plan.put(entry)
        for entry in await tx.plan.due(at(14)):
            await tx.plan.change(replace(entry, standing=Standing.RELEASED))
        return await tx.plan.list()


async def row(database: Database, tail: str) -> Entry:
    async with database.transaction() as tx:
        found = await tx.plan.get(f"chat:{CHAT}:{tail}")
    assert found is not None
    return found


async def test_a_held_chat_is_not_due_and_goes_on(database: Database) -> None:
    await planned(database)
    async with database.transaction() as tx:
        await press(tx, Press(Verb.HOLD), HOST, CONTENT, at(14))
    async with database.transaction() as tx:
        assert await tx.plan.due(at(90)) == []
        assert (await find_sheet(tx, at(90))).held
        await press(tx, Press(Verb.GO_ON), HOST, CONTENT, at(25))
    assert (await row(database, "q3")).due == at(25)


async def test_a_press_at_the_timetable_that_another_press_has_changed_does_nothing(database: Database) -> None:
    await planned(database)
    before = await row(database, "wrap")
    async with database.transaction() as tx:
        first = await press(tx, Press(Verb.EXTEND, minutes=5), HOST, CONTENT, at(14), chat_id=CHAT, version=0)
    assert first.version == 1
    with pytest.raises(Stays, match="The timetable has changed"):
        async with database.transaction() as tx:
            await press(tx, Press(Verb.EXTEND, minutes=5), HOST, CONTENT, at(14), chat_id=CHAT, version=0)
    after = await row(database, "wrap")
    assert (after.due - before.due).total_seconds() == 300
    async with database.transaction() as tx:
        assert [(entry.who, entry.what) for entry in await tx.audit.list()] == [(HOST.ref, "chat extend")]


async def test_what_the_scheduler_hands_on_at_this_moment_is_out(database: Database) -> None:
    await planned(database)
    async with database.transaction() as tx:
        q3 = await tx.plan.get(f"chat:{CHAT}:q3")
        assert q3 is not None
        await tx.plan.change(replace(q3, standing=Standing.RELEASED))
        skipping = asyncio.create_task(operations_live.steer(database, CONTENT, at(20), CHAT, Press(Verb.SKIP, "q3")))
        await asyncio.sleep(0.1)
    with pytest.raises(Problem, match=r"Nothing was changed. Q3 is out"):
        await skipping
    assert (await row(database, "q3")).standing is Standing.RELEASED


async def test_a_press_that_cannot_be_stored_changes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = await planned(database)

    async def never(*_: object) -> bool:
        return False

    with pytest.raises(RacedError):
        async with database.transaction() as tx:
            monkeypatch.setattr(type(tx.plan), "change", never)
            await press(tx, Press(Verb.HOLD), HOST, CONTENT, at(14))
    with pytest.raises(Problem, match="keeps changing"):
        await operations_live.steer(database, CONTENT, at(14), CHAT, Press(Verb.EXTEND, minutes=1))
    async with database.transaction() as tx:
        assert await tx.plan.list() == entries
        assert await tx.audit.list() == []


async def test_the_questions_are_known_as_they_were_put(database: Database) -> None:
    await planned(database)
    async with database.transaction() as tx:
        await press(tx, Press(Verb.REPEAT, "q1"), HOST, CONTENT, at(14))
        again = await tx.plan.get(f"chat:{CHAT}:q1-again-1")
        assert again is not None
        await tx.plan.change(replace(again, standing=Standing.RELEASED))
        for tail in ("q1", "q1-again-1", "q2"):
            post = new_post(f"chat:{CHAT}:{tail}:x", Place(Platform.X), Text(tail), at(5))
            await tx.outbox.add(replace(post, state=State.SENT, remote_id=f"id of {tail}"))
        found = await asked(tx, await find_sheet(tx, at(14)), at(14))
    assert [(it.number, it.at, sorted(it.posts)) for it in found] == [
        (1, at(5), ["id of q1", "id of q1-again-1"]),
        (2, at(12), ["id of q2"]),
    ]
    assert found[0].text == "How do you take part in the campaign?"
