"""A folder of files, put in the place of the one before as a whole."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from bot.adapters.pages.chat import File
from bot.core.problems import Problem

MARK = ".antiphon-pages"
"""Stands in every folder that we wrote, so that we never replace one that somebody else filled."""


def replace_folder(folder: Path, files: Iterable[File], told: Callable[[int], None] = lambda _: None) -> int:
    """Write the files beside the folder, then let them take its place: nobody finds half of them. Returns how many.

    `told` hears of posts written, a file at a time. Raises Problem where the folder holds what we did not write,
    or cannot be written; then it is as it was.
    """
    folder = folder.absolute()
    _ours(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        made.chmod(0o755)  # a web server reads it as another user
        count = _write(made, files, told)
        _swap(made, folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return count


def _ours(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Problem(f"{folder} is no folder, so nothing was written. Choose another place with --out.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise Problem(
            f"{folder} has files that were not made by this command, and they would be lost: nothing was written. "
            "Choose a new folder with --out."
        )


def _write(folder: Path, files: Iterable[File], told: Callable[[int], None]) -> int:
    names: list[str] = []
    for file in files:
        path = folder / PurePosixPath(file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="", errors="replace") as out:
            out.writelines(file.parts)
        names.append(file.path)
        told(file.lines)
    (folder / MARK).write_text(json.dumps(names, indent=0) + "\n", encoding="utf-8")
    return len(names)


def _swap(made: Path, folder: Path) -> None:
    """Two renames. Where the second fails, the old folder is put back."""
    old = made.with_name(f"{made.name}-old")
    had = folder.exists()
    if had:
        folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        if had:
            old.rename(folder)
        raise
    if had:
        shutil.rmtree(old, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> Problem:
    return Problem(f"{folder} cannot be written ({error.strerror}). Choose another place with --out.")
