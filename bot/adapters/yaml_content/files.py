"""Which files there are in `content/`, and their text."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from bot.adapters.yaml_content.problems import Problem

CAMPAIGN, MESSAGES, FAQ, CARDS = "campaign.yaml", "messages.yaml", "faq.yaml", "cards/cards.yaml"
SYNONYMS, NOT_FOR_US, REGIONS, MANNERS = "synonyms.yaml", "not-for-us.yaml", "regions.yaml", "manners.yaml"
HISTORY = "history.yaml"
"""Not read with the others: chats of the past cost nothing until somebody asks for them."""
REQUIRED = (CAMPAIGN, MESSAGES, FAQ)
_EXAMPLE = "copy it from the example campaign"
_KNOWN = (*REQUIRED, CARDS, SYNONYMS, NOT_FOR_US, REGIONS, MANNERS, HISTORY)
_PATTERNS = ("chats/*.yaml", "actions/*.yaml", "schemas/*.json")
_PICTURES = (".png", ".jpg", ".jpeg")
_FOLDERS = (
    (re.compile(r"\d{4}-\d\d-\d\d\.yaml", re.ASCII), "chats"),
    (re.compile(r"\d{4}-\d\d\.yaml", re.ASCII), "actions"),
    (re.compile(r"[\w-]+\.(png|jpg|jpeg)", re.ASCII), "cards"),
)
"""Where a file belongs whose name says what it is."""
_LARGEST = 1_000_000  # bytes: a hundred times what a busy campaign writes


def listed(folder: Path) -> Iterator[str]:
    """Paths below the folder, with slashes. Hidden files (editors' and systems' own) are left out."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield (Path(here) / name).relative_to(folder).as_posix()


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """How the files look from outside: it is another when one of them was written, added or taken away."""
    found = []
    for path in listed(folder):
        with suppress(OSError):  # taken away at this moment: the next look tells
            facts = (folder / path).stat()
            found.append((path, facts.st_mtime_ns, facts.st_size))
    return tuple(found)


def is_known(path: str) -> bool:
    return path in _KNOWN or _is_picture(path) or any(_matches(path, pattern) for pattern in _PATTERNS)


def _is_picture(path: str) -> bool:
    return path.startswith("cards/") and path.endswith(_PICTURES)


def _matches(path: str, pattern: str) -> bool:
    return PurePosixPath(path).match(pattern) and path.count("/") == pattern.count("/")


def unknown(file: str, path: str) -> Problem:
    bare = path.removesuffix(".txt")  # which some editors put behind the name
    meant = get_close_matches(path, _KNOWN, 1, 0.8) or get_close_matches(
        f"{path.rsplit('.', 1)[0]}.yaml", _KNOWN, 1, 0.9
    )
    if is_known(bare):
        fix = f"rename it to {PurePosixPath(bare).name}"
    elif place := _place(PurePosixPath(bare).name):
        fix = f"move it to {place}"
    else:
        fix = f"rename it to {meant[0]}" if meant else "move it elsewhere, or rename it as docs/content.md says"
    return Problem(file, 0, 0, "The bot does not know this file, so it would not be read", fix)


def _place(name: str) -> str:
    """Where a file of this name is read; empty where its name does not tell."""
    for pattern, folder in _FOLDERS:
        if pattern.fullmatch(name):
            return f"{folder}/{name}"
    return next((path for path in _KNOWN if PurePosixPath(path).name == name), "")


def read_text(folder: Path, path: str, file: str) -> str | Problem:
    """The text of a file, or what stands in the way of it."""
    try:
        if is_outside(folder, path):
            return Problem(
                file, 0, 0, "This file lies outside the content folder", "put the file itself here, no link to it"
            )
        data = (folder / path).read_bytes()
    except FileNotFoundError:
        return Problem(file, 0, 0, "This file is missing", f"write it, or {_EXAMPLE}")
    except OSError as error:
        return Problem(file, 0, 0, f"This file cannot be read ({error.strerror})", "allow the bot to read it")
    return _decoded(data, file)


def empty(path: str, file: str) -> Problem:
    """The bot does without some files, so those can go; without the others it does not start."""
    return Problem(file, 0, 0, "This file is empty", f"write it, or {_EXAMPLE if path in REQUIRED else 'delete it'}")


def is_outside(folder: Path, path: str) -> bool:
    return not (folder / path).resolve().is_relative_to(folder.resolve())


def _decoded(data: bytes, file: str) -> str | Problem:
    if len(data) > _LARGEST:
        return Problem(file, 0, 0, "This file is larger than 1 MB", "split it, or take out what is not content")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Problem(file, line, 1, "This file is not saved as UTF-8", "save it again with the encoding UTF-8")
