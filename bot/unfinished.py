"""Files with what people said that are not whole yet. A program that is killed cannot take its own away."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.locks import hold

_PREFIX = ".antiphon-unfinished-"
_LOCK = ".at-work"
_LONGEST = 86_400
"""Seconds: no backup, restore or export takes a day."""
_YOUNG = 10
"""Seconds in which whoever made a folder has come to lock it."""


@contextmanager
def unfinished(place: Path | None = None) -> Iterator[Path]:
    """A folder for them, readable by its owner alone, and gone afterwards. What killed programs left in the same
    place goes first. `place` is where the system has temporary files unless it is given.

    Raises OSError where none can be made.
    """
    clear(place)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=place) as name, _at_work(folder := Path(name)):
        yield folder


@contextmanager
def once_whole(file: Path) -> Iterator[Path]:
    """A file elsewhere, readable by its owner alone, that gets its right place when the block has ended well."""
    with unfinished(file.parent) as folder:
        part = folder / file.name
        part.touch(0o600)
        yield part
        part.replace(file)


def clear(place: Path | None = None) -> None:
    """Remove what killed programs left in a place, and nothing of those that are at work."""
    for folder in (place or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*"):
        if _is_left(folder):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _at_work(folder: Path) -> Iterator[None]:
    try:
        lock = hold(folder / _LOCK)
    except sqlite3.OperationalError:  # some file systems of the network have no locks
        (folder / _LOCK).unlink(missing_ok=True)
        yield
        return
    with closing(lock):
        yield


def _is_left(folder: Path) -> bool:
    """Nobody has its lock. Where there is none, a day tells."""
    try:
        age = time.time() - folder.lstat().st_mtime
        if folder.is_symlink() or not (folder / _LOCK).exists():
            return age > _LONGEST
        if age > _YOUNG:
            hold(folder / _LOCK).close()
    except (OSError, sqlite3.OperationalError):
        return False
    return age > _YOUNG
