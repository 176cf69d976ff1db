"""Sheets taken in on the pages: all that is wrong at once, nothing kept before it is confirmed, undone as a whole."""

import asyncio
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.sheets import SpreadsheetFiles
from bot.adapters.yaml_content import load
from bot.adapters.yaml_content.library import ContentFolder
from bot.adapters.yaml_content.taking_over import take_over
from bot.core import action_sheet, chat_sheet
from bot.core.plan import Entry, Kind, Standing
from bot.core.problems import Problem
from bot.core.sheets import SheetForm
from bot.ports.library import Files
from bot.runtime.operations_import import finish
from tests.web.pages.reader import NOW, Reader, World

FILES = SpreadsheetFiles()
GOOD = ("3/12/2026", "9am", "Share a story.", "", "", "")
OTHER = ("4/12/2026", "9am", "Post a card.", "Post a card, and say why.", "Slack", "")


def sheet(*rows: Sequence[str], form: SheetForm = SheetForm.XLSX) -> bytes:
    return FILES.write(form, action_sheet.COLUMNS, rows)


async def importing(data: bytes, name: str = "december.xlsx", world: World | None = None) -> tuple[World, Reader]:
    world = world or World()
    olive = await world.signed_in()
    await olive.open("/pages/import")
    await olive.send_file("/pages/import/check", name, data)
    return world, olive


async def planned(world: World) -> Mapping[str, Entry]:
    async with world.database.transaction() as tx:
        return {entry.title: entry for entry in await tx.plan.list(kind=Kind.ACTION)}


@pytest.mark.parametrize("form", list(SheetForm))
async def test_a_sheet_is_shown_first_and_kept_when_it_is_confirmed(form: SheetForm) -> None:
    world, olive = await importing(sheet(GOOD, OTHER, form=form), f"december.{form}")
    assert "New: 2" in olive.text
    assert await planned(world) == {}
    await olive.press("Take it in")
    assert "The import is done." in olive.text
    found = await planned(world)
    assert [entry.wall for entry in found.values()] == ["2026-12-03T09:00", "2026-12-04T09:00"]
    async with world.database.transaction() as tx:
        assert (await tx.audit.list())[0].detail == "2 new, 0 changed"


async def test_the_same_sheet_again_changes_nothing_and_other_words_change_what_is_there() -> None:
    world, olive = await importing(sheet(GOOD, OTHER))
    await olive.press("Take it in")
    await importing(sheet(GOOD, OTHER), world=world)
    _, olive = await importing(sheet(GOOD, OTHER), world=world)
    assert "Nothing: everything in it is as it says already." in olive.text
    _, olive = await importing(sheet((*GOOD[:2], "Share two stories.", "", "", ""), OTHER), world=world)
    assert ("Changed: 1" in olive.text, "1 stays as it is" in olive.text) == (True, True)
    await olive.press("Take it in")
    assert set(await planned(world)) == {"Share two stories.", "Post a card."}


async def test_a_day_off_quiet_hours_and_another_time_than_before_are_told_before_anything_is_taken_in() -> None:
    rows = ("25/12/2026", "9am", "Rest.", "", "", "action:a"), ("3/12/2026", "11pm", "Sleep.", "", "", "action:b")
    world, olive = await importing(sheet(*rows, (*GOOD[:5], "action:c")))
    assert "Worth a second look" in olive.text
    assert "Friday 25 December 2026 at 9am: Rest. (It is a bank holiday: Christmas Day.)" in olive.text
    assert "at 11pm: Sleep. (It is within quiet hours, 9:30pm to 7am.)" in olive.text
    await olive.press("Take it in")
    _, olive = await importing(sheet(*rows, ("3/12/2026", "10am", *GOOD[2:5], "action:c")), world=world)
    assert "Thursday 3 December 2026 at 10am: Share a story. (It was Thursday 3 December 2026 at 9am.)" in olive.text


async def test_what_went_out_already_does_not_hinder_the_rest_of_the_sheet() -> None:
    world, olive = await importing(sheet(GOOD, OTHER))
    await olive.press("Take it in")
    async with world.database.transaction() as tx:
        for entry in await tx.plan.list(until=datetime(2026, 12, 4, tzinfo=UTC)):
            await tx.plan.change(replace(entry, standing=Standing.RELEASED))
    world.later(datetime(2026, 12, 3, 12, tzinfo=UTC) - NOW)
    _, olive = await importing(sheet(GOOD, (*OTHER[:2], "Post two cards.", "", "Slack", "")), world=world)
    assert "Changed: 1" in olive.text
    assert "Left alone, because they went out" in olive.text
    await olive.press("Take it in")
    assert set(await planned(world)) == {"Share a story.", "Post two cards."}
    late = ("2/12/2026", "9am", "Nobody knows this.", "", "", "")
    _, olive = await importing(sheet(late, GOOD), world=world)
    assert "Wednesday 2 December 2026 has passed." in olive.text


async def test_what_is_taken_out_can_be_taken_in_again_elsewhere_and_moved_by_its_key() -> None:
    world, olive = await importing(sheet(GOOD, OTHER))
    await olive.press("Take it in")
    await olive.open("/pages/export/actions.csv")
    out = olive.answer.content
    _, again = await importing(out, "out.csv", world)
    assert "Nothing: everything in it" in again.text
    elsewhere, reader = await importing(out, "out.csv")
    await reader.press("Take it in")
    assert await planned(elsewhere) == await planned(world)
    moved = out.replace(b"2026-12-03", b"2026-12-05")
    _, again = await importing(moved, "out.csv", world)
    await again.press("Take it in")
    assert (await planned(world))["Share a story."].wall == "2026-12-05T09:00"


async def test_an_import_is_undone_but_for_what_somebody_has_changed_since() -> None:
    world, olive = await importing(sheet(GOOD, OTHER))
    await olive.press("Take it in")
    _, olive = await importing(
        sheet((*GOOD[:2], "Changed.", "", "", ""), ("5/12/2026", "9am", "New.", "", "", "")), world=world
    )
    await olive.press("Take it in")
    new = (await planned(world))["New."]
    async with world.database.transaction() as tx:
        await tx.plan.change(new)
    page = await olive.press("Undo this import")
    assert "1 went out or was changed since, and stays as it is: New." in page
    assert {title: entry.standing for title, entry in (await planned(world)).items()} == {
        "Share a story.": Standing.PLANNED, "Post a card.": Standing.PLANNED, "New.": Standing.PLANNED,
    }  # fmt: skip
    assert "Undo this import" not in olive.text


async def test_what_was_undone_can_be_taken_in_again() -> None:
    world, olive = await importing(sheet(GOOD))
    await olive.press("Take it in")
    await olive.press("Undo this import")
    assert (await planned(world))["Share a story."].standing is Standing.CANCELLED
    _, olive = await importing(sheet(GOOD), world=world)
    await olive.press("Take it in")
    assert (await planned(world))["Share a story."].standing is Standing.PLANNED


async def test_a_plan_that_changed_meanwhile_is_not_overwritten() -> None:
    world, olive = await importing(sheet(GOOD))
    await importing_and_taking(world, sheet(GOOD))
    await olive.press("Take it in")
    assert (olive.status, "the plan is another than when you looked" in olive.text) == (409, True)


async def importing_and_taking(world: World, data: bytes) -> None:
    _, reader = await importing(data, world=world)
    await reader.press("Take it in")


@pytest.mark.parametrize("size", [200, pytest.param(5_000, marks=pytest.mark.soak)])
async def test_everything_that_is_wrong_is_named_by_cell_with_what_to_do(size: int) -> None:
    rows = [
        ("3/12/2026", f"{hour}:{minute:02}", f"Story {hour}.{minute}.") for hour in range(24) for minute in range(60)
    ]
    several = [(f"{day}/12/2026", at, text) for day in range(3, 7) for _, at, text in rows][:size]
    for n in range(40):
        kind = n % 4
        at = size // 40 * n + 3
        day, hour, text = several[at]
        several[at] = [("31/2/2027", hour, text), (day, "9", text), (day, hour, ""), (day, hour, "x" * 300)][kind]
    data = FILES.write(SheetForm.XLSX, ("date", "time", "text"), several)
    world, olive = await importing(data)
    assert (olive.status, '<caption class="nhsuk-table__caption">40 problems' in olive.text) == (400, True)
    assert olive.text.count('<tr class="nhsuk-table__row">') == 40
    for n, column in enumerate(("A", "B", "C", "C")):
        assert f"({column}{size // 40 * n + 5})" in olive.text
    assert "There is no day “31/2/2027”." in olive.text
    assert await planned(world) == {}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"date,time,text\n3/12/2026,9am,=1+1\n", "This cell is a formula."),
        (b"nothing", "This column is missing."),
        (b"", "Choose a file first."),
        (b"\xd0\xcf\x11\xe0", "Excel before 2007"),
        (b" " * 50_000_000, "That is too much to take in"),
    ],
    ids=["formula", "no columns", "no file", "old", "50 MB"],
)
async def test_a_file_that_cannot_be_taken_in_is_refused_in_words(data: bytes, said: str) -> None:
    world, olive = await importing(data, "a.csv")
    assert 400 <= olive.status < 500
    assert said in olive.text
    assert await planned(world) == {}


async def test_rows_that_nobody_checked_are_not_taken_in() -> None:
    world, olive = await importing(sheet(GOOD))
    await olive.press("Take it in", rows="[1]")
    assert "The sheet did not arrive whole." in olive.text
    olive = (await importing(sheet(GOOD), world=world))[1]
    await olive.press(
        "Take it in", rows='[{"number":1,"cells":["date","time","text"]},{"number":2,"cells":["","",""]}]'
    )
    assert olive.status == 400
    assert await planned(world) == {}


@pytest.mark.parametrize("kind", ["actions", "chats"])
@pytest.mark.parametrize("form", list(SheetForm))
async def test_a_template_can_be_sent_as_it_is_or_has_its_examples_beside_it(kind: str, form: SheetForm) -> None:
    olive = await World().signed_in()
    await olive.open(f"/pages/export/{kind}-template.{form}")
    rows = FILES.read(f"a.{form}", olive.answer.content)
    columns = action_sheet.COLUMNS if kind == "actions" else chat_sheet.COLUMNS
    assert set(rows[0].cells) <= set(columns)
    assert len(rows) == (1 if form in (SheetForm.XLSX, SheetForm.ODS) else 3)


# ---- chats


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree("content", tmp_path / "content"))


def chats(*rows: Mapping[str, str]) -> bytes:
    cells = [[row.get(name, "") for name in chat_sheet.COLUMNS] for row in rows]
    return FILES.write(SheetForm.ODS, chat_sheet.COLUMNS, cells)


NEW = {"date": "19/1/2027", "topic": "New year", "q1": "What will you do?", "q2": "With whom?"}


async def test_chats_become_files_and_what_nobody_asked_to_change_stays(folder: Path) -> None:
    before = (folder / "chats" / "2026-12-15.yaml").read_text("utf-8")
    known = {"date": "15/12/2026", "topic": "Another topic", "host": "the organisers"}
    world = World(content=load(folder), library=ContentFolder(folder))
    _, olive = await importing(chats(NEW, known), "chats.ods", world)
    assert ("Chats: 2" in olive.text, (folder / "chats" / "2027-01-19.yaml").exists()) == (True, False)
    await olive.press("Take it in")
    found = load(folder).chats
    assert [question.text for question in found["2027-01-19"].questions] == ["What will you do?", "With whom?"]
    changed = (folder / "chats" / "2026-12-15.yaml").read_text("utf-8")
    assert "topic: Another topic" in changed
    assert "# Something to read before" in changed
    assert found["2026-12-15"].reading == load(Path("content")).chats["2026-12-15"].reading
    await olive.press("Undo this import")
    assert "The import is undone." in olive.text
    assert (folder / "chats" / "2026-12-15.yaml").read_text("utf-8") == before
    assert not (folder / "chats" / "2027-01-19.yaml").exists()


async def test_chats_that_are_taken_out_change_nothing_when_they_come_back(folder: Path) -> None:
    world = World(content=load(folder), library=ContentFolder(folder))
    olive = await world.signed_in()
    await olive.open("/pages/export/chats.xlsx")
    _, olive = await importing(olive.answer.content, "chats.xlsx", world)
    assert "Nothing: everything in it is as it says already." in olive.text


async def test_what_is_wrong_with_a_chat_is_named_by_its_column() -> None:
    wrong = {"date": "1/1/2026", "topic": "x" * 400, "minutes": "5", "start": "9", "q2": "y" * 300, "id": "No id!"}
    _, olive = await importing(chats(wrong, {"topic": "When?"}, NEW, NEW), "chats.ods")
    for said in (
        "Thursday 1 January 2026 has passed.", "(D2)", "“9” is not a time", "(C2)", "It has 300 characters at most.",
        "This is no id of a chat.", "The date is missing.", "Row 4 is the same chat.", "It has 230 characters at most.",
    ):  # fmt: skip
        assert said in olive.text, said


@dataclass(frozen=True)
class CutOff(ContentFolder):
    """A process that is killed after the first file that it writes."""

    def put(self, files: Files) -> None:
        first = dict(list(files.items())[:1])
        super().put(first)
        raise KeyboardInterrupt


async def test_an_import_that_was_cut_off_is_written_to_the_end_by_whoever_comes_next(folder: Path) -> None:
    content = load(folder)
    world = World(content=content, library=CutOff(folder))
    second = {**NEW, "date": "16/2/2027", "topic": "Spring"}
    with pytest.raises(KeyboardInterrupt):
        await take_chats(world, chats(NEW, second))
    assert not (folder / "chats" / "2027-02-16.yaml").exists()
    after = World(world.database, world.clock, content=content, library=ContentFolder(folder))
    assert await finish(after.database, ContentFolder(folder))
    assert {"2027-01-19", "2027-02-16"} <= set(load(folder).chats)
    olive = await after.signed_in()
    await olive.open("/pages/import")
    await olive.press("Undo this import")
    assert set(load(folder).chats) == set(content.chats)
    assert not await finish(after.database, ContentFolder(folder))


async def take_chats(world: World, data: bytes) -> None:
    """Without a web server, which would answer with an error and go on."""
    from bot.runtime import operations_import as operations

    rows = FILES.read("chats.ods", data)
    wanted, problems = chat_sheet.parse(rows, world.content, world.clock.now())
    assert problems == ()
    found = await operations.check_chats(world.library, [(chat.id, chat.fields) for chat in wanted])
    await operations.take_files(world.database, world.library, world.clock.now(), found.files, "a", "web:olive")


async def test_two_imports_of_chats_do_not_run_into_each_other(folder: Path) -> None:
    world = World(content=load(folder), library=CutOff(folder))
    with pytest.raises(KeyboardInterrupt):
        await take_chats(world, chats(NEW))
    with pytest.raises(Problem, match="Another import is being written"):
        await take_chats(world, chats({**NEW, "date": "16/2/2027"}))


@dataclass(frozen=True)
class Slow(ContentFolder):
    """A process that stands still when it has written its files."""

    wrote: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)

    def put(self, files: Files) -> None:
        super().put(files)
        self.wrote.set()
        self.goes_on.wait(10)


async def test_who_finishes_an_import_late_leaves_the_next_one_alone(folder: Path) -> None:
    world, slow = World(content=load(folder), library=CutOff(folder)), Slow(folder)
    with pytest.raises(KeyboardInterrupt):
        await take_chats(world, chats(NEW))
    late = asyncio.create_task(finish(world.database, slow))
    await asyncio.to_thread(slow.wrote.wait, 10)
    assert await finish(world.database, ContentFolder(folder))
    with pytest.raises(KeyboardInterrupt):
        await take_chats(world, chats({**NEW, "date": "16/2/2027"}, {**NEW, "date": "16/3/2027"}))
    slow.goes_on.set()
    await late
    assert await finish(world.database, ContentFolder(folder))
    assert {"2027-02-16", "2027-03-16"} <= set(load(folder).chats)


async def test_the_whole_campaign_is_one_zip_whose_content_loads_elsewhere(folder: Path, tmp_path: Path) -> None:
    world = World(content=load(folder), library=ContentFolder(folder))
    _, olive = await importing(sheet(GOOD), world=world)
    await olive.press("Take it in")
    await olive.open("/pages/export/campaign.zip")
    (tmp_path / "campaign.zip").write_bytes(olive.answer.content)
    taken = take_over(tmp_path / "campaign.zip", tmp_path / "elsewhere", world.clock.now(), replace=False)
    assert load(tmp_path / "elsewhere") == load(folder)
    other, reader = await importing(taken.actions, "key-actions.csv")
    await reader.press("Take it in")
    assert [entry.title for entry in (await planned(other)).values()] == ["Share a story."]
