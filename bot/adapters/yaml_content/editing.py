"""Small edits of the content's files: a line is put in, and everything else stays as somebody wrote it.

What would leave the content with a problem is not written: the edit is made in a copy first.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias

from bot.adapters.yaml_content.files import FAQ
from bot.adapters.yaml_content.loading import check
from bot.adapters.yaml_content.tree import Tree, read_tree
from bot.core.faq_entry import translated_id
from bot.core.problems import Problem, listing

_PLAIN = re.compile(r"[^\W\d_](?:[\w ,.?!'’-]|:(?=\S)|/)*", re.ASCII)
_MEANS_SOMETHING = frozenset({"yes", "no", "on", "off", "true", "false", "null"})
_INDENT = "  "
_NEWLINE = "\n"

Change: TypeAlias = tuple[str, Callable[[str], str]]
"""A file of the content, and what its text becomes."""


def with_line(old: str, text: str) -> str:
    return _with_lines(old, [f"- {scalar(text)}"])


def with_entry(old: str, entry: Mapping[str, str | Sequence[str]]) -> str:
    """With a new entry at the end. Its values are text, or a list of texts."""
    lines: list[str] = [""]
    for name, value in entry.items():
        lead = "- " if len(lines) == 1 else _INDENT
        if isinstance(value, str):
            lines.append(f"{lead}{name}: {scalar(value)}")
        else:
            lines += [f"{lead}{name}:", *(f"{_INDENT * 2}- {scalar(text)}" for text in value)]
    return _with_lines(old, lines)


def scalar(text: str) -> str:
    """Text on one line of YAML, quoted where it would mean something else."""
    text = " ".join(text.split())
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _MEANS_SOMETHING and not text.endswith(":")
    return text if plain else json.dumps(text, ensure_ascii=False)


def _with_lines(old: str, lines: Sequence[str]) -> str:
    return f"{old.rstrip()}\n{_NEWLINE.join(lines)}\n".lstrip()


def with_phrasing(old: str, entry: str, text: str) -> str:
    """Before the first one there is: where the last one ends is not plain to see when it is folded. Raises Problem."""
    tree, place = _entry(old, entry)
    line, column = tree.marks.get((*_in_its_language(tree.value[place], place, entry), "phrasings", 0), (0, 0))
    lines = old.split(_NEWLINE)
    before = lines[line - 1][: column - 1] if line else ""
    if before.strip() != "-":
        raise Problem(f"The phrasings of {entry!r} are not written one a line, so nothing was changed. Add it by hand.")
    return _NEWLINE.join([*lines[: line - 1], f"{before}{scalar(text)}", *lines[line - 1 :]])


def with_field(old: str, entry: str, name: str, value: str) -> str:
    """With a field of an entry that is one line in the file: in the place of what it was, or below the id."""
    tree, place = _entry(old, entry)
    lines = old.split(_NEWLINE)
    line, column = tree.marks.get((place, name), (0, 0))
    if line:
        lines[line - 1] = f"{lines[line - 1][: column - 1]}{name}: {value}"
    else:
        line, column = tree.marks[(place, "id")]
        lines.insert(line, f"{' ' * (column - 1)}{name}: {value}")
    return _NEWLINE.join(lines)


def _in_its_language(fields: dict[str, Any], place: int, entry: str) -> tuple[str | int, ...]:
    """Where an entry stands: a translation that was checked has an id of its own, `logo-cy`."""
    for number, one in enumerate(fields.get("translations") or ()):
        if isinstance(one, dict) and entry == translated_id(str(fields.get("id")), str(one.get("language"))):
            return (place, "translations", number)
    return (place,)


def _entry(old: str, entry: str) -> tuple[Tree, int]:
    """The FAQ, and the place of an entry in it. Raises Problem."""
    tree = read_tree(FAQ, old)
    entries = tree.value if isinstance(tree.value, list) else []
    place = next((n for n, one in enumerate(entries) if isinstance(one, dict) and _is_named(one, n, entry)), None)
    if place is None:
        ids = [str(one["id"]) for one in entries if isinstance(one, dict) and "id" in one]
        meant = ", ".join(get_close_matches(entry, ids, cutoff=0.4)) or "`antiphon faq ask` names the closest"
        raise Problem(f"There is no entry {entry!r} in {FAQ}, so nothing was changed. The id you mean: {meant}.")
    return tree, place


def _is_named(fields: dict[str, Any], place: int, entry: str) -> bool:
    return fields.get("id") == entry or len(_in_its_language(fields, place, entry)) > 1


def edit(folder: Path, changes: Sequence[Change]) -> None:
    """Make the changes, which are of one file, all or none. Raises Problem where nothing was changed."""
    with edited(folder, changes) as copy:
        for name in {name for name, _ in changes}:
            _put(copy / name, folder / name)


@contextmanager
def edited(folder: Path, changes: Sequence[Change]) -> Iterator[Path]:
    """A copy of the folder with the changes. Raises Problem where it has problems then."""
    with tempfile.TemporaryDirectory(prefix="antiphon-") as place:
        copy = Path(shutil.copytree(folder, Path(place) / folder.resolve().name))
        for name, change in changes:
            file = copy / name
            file.parent.mkdir(exist_ok=True)
            old = file.read_text(encoding="utf-8") if file.exists() else ""
            file.write_text(change(old), encoding="utf-8", newline="\n")
        if problems := check(copy):
            raise listing("Nothing was changed, because the content would have problems then:", problems)
        yield copy


def put_text(file: Path, text: str | None) -> None:
    """Write a file in one step; None takes it away. Raises Problem."""
    beside = file.with_name(f".{file.name}.new")
    try:
        if text is None:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(exist_ok=True)
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, file)
    except OSError as error:
        raise Problem(f"{file} cannot be written ({error.strerror}).") from None


def _put(new: Path, old: Path) -> None:
    """In one step, for the bot may be about to read it."""
    beside = old.with_name(f".{old.name}.new")
    try:
        shutil.copyfile(new, beside)
        os.replace(beside, old)
    except OSError as error:
        raise Problem(f"{old} cannot be written ({error.strerror}). Nothing was changed.") from None
