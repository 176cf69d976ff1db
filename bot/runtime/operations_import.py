"""Sheets of key actions and chats taken in: compared first, then all of it or nothing, and undone as a whole.

Key actions are rows of the plan: one transaction. Chats are files: what is to be written, and what was there before,
stands in the database first. Whoever comes after a crash writes them to the end.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter

from bot.core.action_sheet import Comparison, compared, parse
from bot.core.action_sheet import Wanted as WantedAction
from bot.core.actions import cancelled
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.plan import Entry, Kind
from bot.core.problems import Problem, listing
from bot.core.sheets import Row
from bot.ports import Database, Transaction
from bot.ports.library import Files, Library
from bot.services.turns import take_turn

LAST, PENDING = "last import", "import under way"
"""The ledger's names for what can be undone, and for the files that are being written."""


class SheetKind(StrEnum):
    ACTIONS = "actions"
    CHATS = "chats"


@dataclass(frozen=True, slots=True)
class Undo:
    """What an import did: the keys that it added, and what others said before it; files as they were, or None.

    The versions are those after the import: what somebody has changed since is left alone. Nobody is named in it.
    """

    at: datetime
    kind: SheetKind
    name: str
    added: Mapping[str, int]
    before: Sequence[Entry]
    after: Mapping[str, int]
    files: Files


UNDO_JSON: TypeAdapter[Undo] = TypeAdapter(Undo)


@dataclass(frozen=True, slots=True)
class _Pending:
    files: Files
    undo: Undo | None


_PENDING_JSON: TypeAdapter[_Pending] = TypeAdapter(_Pending)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a sheet would do. `fingerprint` is of all that it would change: it is asked for again when it is done."""

    actions: Comparison | None
    files: Files
    fingerprint: str

    @property
    def empty(self) -> bool:
        return not self.files and (self.actions is None or self.actions.empty)


async def gone(database: Database, now: datetime) -> Mapping[str, Entry]:
    """The key actions whose time has passed, by key."""
    async with database.transaction() as tx:
        return {entry.key: entry for entry in await tx.plan.list(kind=Kind.ACTION, until=now)}


async def check_actions(database: Database, wanted: Sequence[WantedAction]) -> Checked:
    async with database.transaction() as tx:
        return _checked(await _compared(tx, wanted))


def _checked(found: Comparison) -> Checked:
    told = repr([(entry.key, entry.due, entry.title) for entry in found.added]) + repr(found.changed)
    return Checked(found, {}, hashlib.sha256(told.encode(errors="replace")).hexdigest())


async def _compared(tx: Transaction, wanted: Sequence[WantedAction]) -> Comparison:
    return compared(wanted, {entry.key: entry for entry in await tx.plan.list(kind=Kind.ACTION)})


async def take_sheet(
    database: Database,
    content: Content,
    now: datetime,
    rows: Sequence[Row],
    platforms: Sequence[Platform],
    name: str,
    who: str,
) -> Comparison:
    """All key actions of a sheet, where nobody looks first. Raises Problem with everything that is wrong with it."""
    wanted, problems = parse(rows, content, now, platforms, await gone(database, now))
    if problems:
        raise listing("Nothing was queued, because the file has problems:", problems)
    async with database.transaction() as tx:
        found = await _compared(tx, wanted)
    await take_actions(database, now, wanted, _checked(found).fingerprint, name, who)
    return found


async def take_actions(
    database: Database, now: datetime, wanted: Sequence[WantedAction], fingerprint: str, name: str, who: str
) -> Undo:
    """Do all of it in one transaction. Raises Problem, and nothing is changed, where the plan is another by now."""
    async with database.transaction() as tx:
        await take_turn(tx, "import")
        found = await _compared(tx, wanted)
        if _checked(found).fingerprint != fingerprint:
            raise Problem(_MEANWHILE)
        for entry in found.added:
            await tx.plan.put(entry)
        for _, entry in found.changed:
            if not await _changed(tx, entry):
                raise Problem(_MEANWHILE)
        undo = Undo(
            now,
            SheetKind.ACTIONS,
            name,
            {entry.key: entry.version for entry in found.added},
            # Who planned it once is not kept a second time.
            [replace(before, source=entry.source) for before, entry in found.changed],
            {entry.key: entry.version + 1 for _, entry in found.changed},
            {},
        )
        await tx.ledger.remember(LAST, UNDO_JSON.dump_json(undo).decode())
        await tx.audit.add(now, who, "import actions", name, f"{len(found.added)} new, {len(found.changed)} changed")
    return undo


async def _changed(tx: Transaction, entry: Entry) -> bool:
    """Also brings back what was cancelled, which `change` alone does not."""
    return await tx.plan.change(entry) or await tx.plan.put(entry)


_MEANWHILE = "Nothing was changed, because the plan is another than when you looked. Look again at what would change."


async def check_chats(library: Library, chats: Sequence[tuple[str, Mapping[str, object]]]) -> Checked:
    """Raises Problem where the content would have problems with them."""
    files = await asyncio.to_thread(library.with_chats, chats)
    told = repr(sorted(files.items()))
    return Checked(None, files, hashlib.sha256(told.encode(errors="replace")).hexdigest())


async def take_files(database: Database, library: Library, now: datetime, files: Files, name: str, who: str) -> None:
    """Write files of the content, all of them whatever happens meanwhile. The content was checked with them."""
    before = await asyncio.to_thread(library.files, list(files))
    undo = Undo(now, SheetKind.CHATS, name, {}, (), {}, before)
    async with database.transaction() as tx:
        await take_turn(tx, "import")
        if await tx.ledger.recall(PENDING) is not None:
            raise Problem("Another import is being written. Nothing was changed. Try again in a minute.")
        await tx.ledger.remember(PENDING, _PENDING_JSON.dump_json(_Pending(files, undo)).decode())
        await tx.audit.add(now, who, "import chats", name, f"{len(files)} new or changed")
    await finish(database, library)


async def finish(database: Database, library: Library) -> bool:
    """Write what an import was about to write when it was cut off. False where there is nothing."""
    async with database.transaction() as tx:
        stored = await tx.ledger.recall(PENDING)
    if stored is None:
        return False
    pending = _PENDING_JSON.validate_json(stored)
    await asyncio.to_thread(library.put, pending.files)
    async with database.transaction() as tx:
        await take_turn(tx, "import")
        if await tx.ledger.recall(PENDING) != stored:
            return True  # another process was quicker, and perhaps the next import has begun
        await tx.ledger.forget(PENDING)
        if pending.undo is None:
            await tx.ledger.forget(LAST)
        else:
            await tx.ledger.remember(LAST, UNDO_JSON.dump_json(pending.undo).decode())
    return True


async def last(database: Database) -> Undo | None:
    """The import that can be undone: the last one."""
    async with database.transaction() as tx:
        stored = await tx.ledger.recall(LAST)
    return UNDO_JSON.validate_json(stored) if stored else None


async def undo(database: Database, library: Library, now: datetime, at: str, who: str) -> Sequence[str]:
    """Undo the last import, which began at `at`. Returns the titles of what was left alone, because somebody has
    changed it since, or it went out. Raises Problem where another one is the last by now."""
    async with database.transaction() as tx:
        await take_turn(tx, "import")
        stored = await tx.ledger.recall(LAST)
        found = UNDO_JSON.validate_json(stored) if stored else None
        if found is None or found.at.isoformat() != at:
            raise Problem("Nothing was changed: that import was undone already, or another one came after it.")
        left = await _undone(tx, found)
        await tx.ledger.forget(LAST)
        if found.files:
            await tx.ledger.remember(PENDING, _PENDING_JSON.dump_json(_Pending(found.files, None)).decode())
        await tx.audit.add(now, who, f"import {found.kind} undone", found.name)
    await finish(database, library)
    return left


async def _undone(tx: Transaction, found: Undo) -> Sequence[str]:
    keys = {*found.added, *found.after}
    present = {entry.key: entry for entry in await tx.plan.list(kind=Kind.ACTION) if entry.key in keys} if keys else {}
    # Not as if a person had cancelled them: the same sheet can plan them once more.
    wanted = {key: replace(cancelled(present[key]), edited=False) for key in found.added if key in present}
    wanted |= {entry.key: entry for entry in found.before}
    versions = {**found.added, **found.after}
    left = []
    for key, entry in wanted.items():
        now_there = present.get(key)
        ours = now_there is not None and now_there.version == versions[key]
        if not ours or not await tx.plan.change(replace(entry, version=versions[key])):
            left.append((now_there or entry).title)
    return left
