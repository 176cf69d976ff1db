"""Files with what people said that are not whole yet. A program that is killed cannot take its own away."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".antiphon-unfinished-"
_LONGEST = 86_400
"""Seconds: no backup, restore or export takes a day."""


@contextmanager
def unfinished(place: Path | None = None) -> Iterator[Path]:
    """A folder for them, readable by its owner alone, and gone afterwards. What programs that were killed left in the
    same place more than a day ago goes first. `place` is where the system has temporary files unless it is given.

    Raises OSError where none can be made.
    """
    place = place or Path(tempfile.gettempdir())
    for left in place.glob(f"{_PREFIX}*"):
        if left.lstat().st_mtime < time.time() - _LONGEST:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=place) as folder:
        yield Path(folder)


@contextmanager
def once_whole(file: Path) -> Iterator[Path]:
    """A file elsewhere, readable by its owner alone, that gets its right place when the block has ended well."""
    with unfinished(file.parent) as folder:
        part = folder / file.name
        part.touch(0o600)
        yield part
        part.replace(file)
