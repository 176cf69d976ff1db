"""A whole campaign, in the zip that the pages give out, put in the place of a content folder."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.adapters.yaml_content.files import is_known, is_outside, listed
from bot.adapters.yaml_content.loading import check, load_history
from bot.core.action_sheet import IN_A_CAMPAIGN
from bot.core.problems import Problem, listing
from bot.core.sheets import LARGEST_FILE

_CONTENT = "content/"
_LARGEST = 200_000_000
"""Octets of everything in it, unpacked; forty cards of the largest size."""
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class TakenOver:
    """`kept` is where the folder is that was there before. `actions` is the sheet of key actions, empty for none."""

    files: int
    kept: Path | None
    actions: bytes


def take_over(file: Path, folder: Path, now: datetime, *, replace: bool) -> TakenOver:
    """Raises Problem, and nothing is changed, for a zip with anything wrong, and where `folder` has something in it
    unless that may be replaced."""
    folder = folder.resolve()
    with _unpacked(file, folder) as (new, actions):
        files = len(list(listed(new)))
        there = folder.exists() and any(folder.iterdir())
        if there and not replace:
            raise Problem(
                f"The campaign in {file.name} is in order ({files} files), but {folder.name}/ has something in it "
                "already. Nothing was changed. With --replace it takes that place, and what is there now is kept."
            )
        kept = folder.with_name(f"{folder.name}-before-{now:%Y%m%d-%H%M%S}") if there else None
        _swap(new, folder, kept)
        return TakenOver(files, kept, actions)


@contextmanager
def _unpacked(file: Path, folder: Path) -> Iterator[tuple[Path, bytes]]:
    """A checked folder beside the one whose place it is to take: moving it there is one step."""
    try:
        with tempfile.TemporaryDirectory(prefix=".antiphon-", dir=folder.parent) as place:
            new = Path(place) / folder.name
            actions = _read(file, new)
            if problems := check(new):
                raise listing(f"Nothing was changed, because the campaign in {file.name} has problems:", problems)
            load_history(new)
            yield new, actions
    except OSError as error:
        raise Problem(
            f"{error.filename or file}: {error.strerror}. Nothing was changed. Check the name and your rights."
        ) from None


def _read(file: Path, new: Path) -> bytes:
    """The sheet of key actions; the content is in the folder then."""
    try:
        with zipfile.ZipFile(file) as archive:
            _unpack(archive, new)
            return _sheet(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise Problem(f"{file} is damaged, or is no zip. Nothing was changed. Download it once more.") from None


def _unpack(archive: zipfile.ZipFile, new: Path) -> None:
    """Raises Problem for what the bot does not know: nothing else is written, wherever its name leads."""
    left = _LARGEST
    inside = [one for one in archive.infolist() if one.filename.startswith(_CONTENT) and not one.is_dir()]
    if not inside:
        raise Problem(
            "This is no campaign as the page “Import and export” gives it out: there is no content/ in it. "
            "Nothing was changed."
        )
    for one in inside:
        path = one.filename.removeprefix(_CONTENT)
        if not is_known(path) or is_outside(new, path):
            raise Problem(f"The bot does not know {one.filename!r}. Nothing was changed. Take it out of the zip.")
        target = new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(one) as source, target.open("wb") as written:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Problem("The zip unpacks to more than 200 MB. Nothing was changed.")
                written.write(chunk)


def _sheet(archive: zipfile.ZipFile) -> bytes:
    """No more of it than it takes to see that it is too large."""
    if IN_A_CAMPAIGN not in archive.namelist():
        return b""
    with archive.open(IN_A_CAMPAIGN) as sheet:
        return sheet.read(LARGEST_FILE + 1)


def _swap(new: Path, folder: Path, kept: Path | None) -> None:
    if kept is None:
        if folder.exists():
            folder.rmdir()
        new.rename(folder)
        return
    folder.rename(kept)
    try:
        new.rename(folder)
    except OSError:
        kept.rename(folder)
        raise
