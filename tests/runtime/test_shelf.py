"""New content comes into use while the bot runs, and wrong content does not."""

import os
import shutil
from pathlib import Path

import pytest

from bot.adapters.yaml_content import load, stamp
from bot.core.answers import Answers, Known
from bot.core.content import Chat, Content
from bot.runtime.shelf import Shelf
from tests.samples import sample_content

ROOT = Path(__file__).parents[2]
OLD, NEW = "contact: your regional library lead", "contact: the library across the street"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


def edit(file: Path, old: str, new: str) -> None:
    """As an editor saves, and later than before on any file system."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    later = file.stat().st_mtime_ns + 10**9
    os.utime(file, ns=(later, later))


class Told:
    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1


def shelf_for(folder: Path, told: Told) -> Shelf:
    return Shelf(load(folder), lambda: load(folder), lambda: stamp(folder), Answers, told)


async def rest(shelf: Shelf) -> None:
    """Two beats: the files are seen to be at rest."""
    await shelf.look()
    await shelf.look()


async def test_an_edit_comes_into_use_with_its_answers_once_the_files_are_at_rest(folder: Path) -> None:
    told = Told()
    shelf = shelf_for(folder, told)
    await rest(shelf)
    before = told.times
    edit(folder / "campaign.yaml", OLD, NEW)
    await shelf.look()
    assert shelf.content.campaign.contact == OLD.removeprefix("contact: "), "it may still be being written"
    await shelf.look()
    assert shelf.content.campaign.contact == NEW.removeprefix("contact: ")
    assert told.times == before + 1
    assert isinstance(shelf.answers.best_now("How can I get involved?", shelf.content), Known)
    await rest(shelf)
    assert told.times == before + 1


async def test_a_wrong_edit_keeps_what_was_there_until_it_is_mended(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = shelf_for(folder, Told())
    await rest(shelf)
    content, answers = shelf.content, shelf.answers
    edit(folder / "campaign.yaml", OLD, "contakt: nobody")
    await rest(shelf)
    assert (shelf.content, shelf.answers) == (content, answers)
    said = capsys.readouterr().out
    assert "did you mean 'contact'?" in said
    await rest(shelf)
    assert "problems" not in capsys.readouterr().out, "it is said once"
    edit(folder / "campaign.yaml", "contakt: nobody", NEW)
    await rest(shelf)
    assert shelf.content.campaign.contact == NEW.removeprefix("contact: ")


async def test_a_composed_chat_is_content_as_long_as_it_is_queued() -> None:
    base, told, chats = sample_content(), Told(), dict[str, Chat]()

    async def composed(_: Content) -> dict[str, Chat]:
        return dict(chats)

    shelf = Shelf(base, lambda: base, lambda: 0, Answers, told, composed)
    chats["2027-01-19"] = next(iter(base.chats.values()))
    await shelf.compose()
    assert shelf.content.chats == {**base.chats, **chats}
    await rest(shelf)
    before = told.times
    chats.clear()
    await rest(shelf)
    assert (shelf.content.chats, told.times) == (base.chats, before + 1)
