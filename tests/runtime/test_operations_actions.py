"""What happens between looking at a key action and deciding about it."""

from dataclasses import replace

from bot.core.actions import Draft, queued
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.journal import Author
from bot.core.outbox import State
from bot.core.plan import Entry, Standing, release
from bot.runtime.operations_actions import Made, change_action
from bot.services.planning import Unscheduled, put, unschedule
from tests.fakes import FakeDatabase
from tests.handlers.desk import NOW, ROOMS
from tests.samples import sample_content

CONTENT, WHO = sample_content(), Author("slack:T1/U1", "Olive")
DRAFT = Draft("Tell a manager", "3/12/2026", "9am")


async def added(database: FakeDatabase) -> Entry:
    entry = queued(DRAFT, CONTENT, [Platform.X], NOW, key="one", source=WHO.ref)
    assert isinstance(entry, Entry)
    async with database.transaction() as tx:
        await put(tx, CONTENT, NOW, WHO, entry)
    return entry


async def changed(database: FakeDatabase, draft: Draft, seen: Entry) -> Made:
    async with database.transaction() as tx:
        return await change_action(tx, CONTENT, NOW, draft, seen, WHO)


def noted(database: FakeDatabase) -> list[tuple[str, str]]:
    return [(entry.what, entry.detail) for entry in database.kept.audit.entries]


async def test_what_is_wrong_is_neither_kept_nor_noted() -> None:
    database = FakeDatabase()
    entry = await added(database)
    wrong = replace(DRAFT, time="9")
    assert isinstance(await changed(database, wrong, entry), tuple)
    assert database.kept.plan.rows == {entry.key: entry}
    assert noted(database) == [("action add", "Thursday 3 December 2026 at 9am: Tell a manager")]


async def test_a_change_is_noted_with_what_it_was() -> None:
    database = FakeDatabase()
    entry = await added(database)
    await changed(database, replace(DRAFT, time="10am"), entry)
    told = "Thursday 3 December 2026 at 10am: Tell a manager; it was Thursday 3 December 2026 at 9am: Tell a manager"
    assert noted(database)[-1] == ("action change", told)


async def test_the_slower_of_two_changes_nothing_and_is_told() -> None:
    database = FakeDatabase()
    seen = await added(database)
    await changed(database, replace(DRAFT, text="First"), seen)
    (problem,) = await changed(database, replace(DRAFT, text="Second"), seen)  # type: ignore[misc]
    assert "at this very moment" in str(problem)
    async with database.transaction() as tx:
        assert await unschedule(tx, CONTENT, NOW, WHO, seen) == Unscheduled(False)
    assert database.kept.plan.rows[seen.key].title == "First"


async def test_of_what_is_with_the_publishers_only_what_has_not_left_is_stopped() -> None:
    database = FakeDatabase()
    entry = replace(await added(database), standing=Standing.RELEASED, bodies={on: Text("Tell") for on in Platform})
    async with database.transaction() as tx:
        waits, gone, put_away = release(entry, ROOMS, NOW)
        for post in (waits, replace(gone, state=State.SENT), replace(put_away, state=State.CANCELLED)):
            await tx.outbox.add(post)
        assert await unschedule(tx, CONTENT, NOW, WHO, entry) == Unscheduled(True, (gone.platform,))
    assert database.kept.outbox.rows[waits.key].state is State.CANCELLED
