"""kill -9 during an import: all of it is there afterwards, or nothing."""

import asyncio
import shutil
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.db import open_database
from bot.adapters.sheets import SpreadsheetFiles
from bot.adapters.yaml_content import load
from bot.adapters.yaml_content.library import ContentFolder
from bot.core import action_sheet, chat_sheet
from bot.core.plan import Kind
from bot.core.sheets import SheetForm
from bot.ports import Database
from bot.runtime import operations_import as operations
from tests.databases import put_sqlite
from tests.web.pages.reader import NOW, ROOMS

FILES = SpreadsheetFiles()
ACTIONS, CHATS = 400, 12
WHO = "web:olive"


async def take(database: Database, folder: Path) -> None:
    """What the page does when "Take it in" is pressed: once with key actions, once with chats."""
    content, library = load(folder), ContentFolder(folder)
    days = [NOW + timedelta(days=7 + n) for n in range(ACTIONS)]
    rows = [(f"{day:%d/%m/%Y}", "9am", f"Share story {n}.") for n, day in enumerate(days)]
    sheet = FILES.read("a.csv", FILES.write(SheetForm.CSV, ("date", "time", "text"), rows))
    wanted, problems = action_sheet.parse(sheet, content, NOW, ROOMS)
    chats = [(f"{day:%d/%m/%Y}", f"Topic {n}", "What?") for n, day in enumerate(days[40 : 40 + CHATS])]
    sheet = FILES.read("c.csv", FILES.write(SheetForm.CSV, ("date", "topic", "q1"), chats))
    meant, wrong = chat_sheet.parse(sheet, content, NOW)
    assert (problems, wrong) == ((), ())
    actions = await operations.check_actions(database, wanted)
    files = await operations.check_chats(library, [(chat.id, chat.fields) for chat in meant])
    print("begins", flush=True)  # noqa: T201 - from here on whoever started this may kill it
    await operations.take_actions(database, NOW, wanted, actions.fingerprint, "a.csv", WHO)
    await operations.take_files(database, library, NOW, files.files, "c.csv", WHO)


@pytest.mark.soak
async def test_an_import_that_is_killed_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    seen = set()
    for turn, share in enumerate((0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 2)):
        folder, file = tmp_path / f"content{turn}", tmp_path / f"{turn}.db"
        shutil.copytree("content", folder)
        put_sqlite(file)
        await killed(file, folder, share)
        seen.add(await found(file, folder))
    assert {(0, 0), (ACTIONS, CHATS)} <= seen <= {(0, 0), (ACTIONS, 0), (ACTIONS, CHATS)}


_took = [1.0]
"""Seconds that an import takes that is not killed, from its beginning."""


async def killed(file: Path, folder: Path, share: float) -> None:
    program = (
        f"import asyncio, pathlib; from bot.adapters.db import open_database; from {__name__} import take; "
        f"asyncio.run(take(open_database('sqlite:///{file}'), pathlib.Path({str(folder)!r})))"
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert child.stdout
    await child.stdout.readline()
    began = time.monotonic()
    try:
        await asyncio.wait_for(child.wait(), share * _took[0] if share <= 1 else 60)
        _took[0] = time.monotonic() - began
    except TimeoutError:
        child.send_signal(signal.SIGKILL)
        await child.wait()


async def found(file: Path, folder: Path) -> tuple[int, int]:
    """How many key actions and chats there are after whoever came next has finished what was begun."""
    before, database = len(load(Path("content")).chats), open_database(f"sqlite:///{file}")
    await operations.finish(database, ContentFolder(folder))
    async with database.transaction() as tx:
        actions = len(await tx.plan.list(kind=Kind.ACTION))
        noted = [entry.what for entry in await tx.audit.list()]
    await database.close()
    chats = len(load(folder).chats) - before
    assert noted == ["import chats"] * bool(chats) + ["import actions"] * bool(actions)
    return actions, chats
