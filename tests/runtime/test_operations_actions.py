"""What happens between looking at a key action and deciding about it."""

from dataclasses import replace
from datetime import timedelta

from bot.core.actions import Draft
from bot.core.events import Platform
from bot.core.plan import Entry, Standing
from bot.runtime.operations_actions import add_action, cancel_action, change_action
from tests.fakes import FakeDatabase
from tests.handlers.desk import NOW
from tests.samples import sample_content

CONTENT, WHO = sample_content(), "slack:T1/U1"
DRAFT = Draft("Tell a manager", "3/12/2026", "9am")


async def added(database: FakeDatabase) -> Entry:
    entry = await add_action(database, CONTENT, NOW, DRAFT, [Platform.X], form="one", who=WHO)
    assert isinstance(entry, Entry)
    return entry


def noted(database: FakeDatabase) -> list[tuple[str, str]]:
    return [(entry.what, entry.detail) for entry in database.kept.audit.entries]


async def test_what_is_wrong_is_neither_kept_nor_noted() -> None:
    database = FakeDatabase()
    late = NOW + timedelta(days=3)
    assert isinstance(await add_action(database, CONTENT, late, DRAFT, [Platform.X], form="one", who=WHO), tuple)
    entry = await added(database)
    wrong = replace(DRAFT, time="9")
    assert isinstance(await change_action(database, CONTENT, NOW, wrong, entry, WHO), tuple)
    assert database.kept.plan.rows == {entry.key: entry}
    assert noted(database) == [("action add", "Thursday 3 December 2026 at 9am: Tell a manager")]


async def test_a_change_is_noted_with_what_it_was() -> None:
    database = FakeDatabase()
    entry = await added(database)
    await change_action(database, CONTENT, NOW, replace(DRAFT, time="10am"), entry, WHO)
    told = "Thursday 3 December 2026 at 10am: Tell a manager; it was Thursday 3 December 2026 at 9am: Tell a manager"
    assert noted(database)[-1] == ("action change", told)


async def test_the_slower_of_two_changes_nothing_and_is_told() -> None:
    database = FakeDatabase()
    seen = await added(database)
    await change_action(database, CONTENT, NOW, replace(DRAFT, text="First"), seen, WHO)
    (problem,) = await change_action(database, CONTENT, NOW, replace(DRAFT, text="Second"), seen, WHO)  # type: ignore[misc]
    assert "at this very moment" in str(problem)
    assert not await cancel_action(database, CONTENT, NOW, seen, WHO)
    assert database.kept.plan.rows[seen.key].title == "First"


async def test_what_has_gone_out_is_not_cancelled() -> None:
    database = FakeDatabase()
    entry = replace(await added(database), standing=Standing.RELEASED)
    assert not await cancel_action(database, CONTENT, NOW, entry, WHO)
