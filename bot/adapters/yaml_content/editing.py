"""Small edits of the content's files: a line is put in, and everything else stays as somebody wrote it.

What would leave the content with a problem is not written: the edit is made in a copy first.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.adapters.yaml_content.files import FAQ, NOT_FOR_US
from bot.adapters.yaml_content.loading import check
from bot.adapters.yaml_content.tree import read_tree
from bot.core.problems import Problem

_PLAIN = re.compile(r"[^\W\d_](?:[\w ,.?!'’-]|:(?=\S)|/)*", re.ASCII)
_MEANS_SOMETHING = frozenset({"yes", "no", "on", "off", "true", "false", "null"})
_INDENT = "  "
_NEWLINE = "\n"

Edit = Callable[[str], str]


def add_phrasing(folder: Path, entry: str, text: str) -> None:
    """One more way of asking for an entry. Raises Problem, and nothing is changed, where that is not possible."""
    _edit(folder, FAQ, lambda old: _with_phrasing(old, entry, text))


def add_not_for_us(folder: Path, text: str) -> None:
    """One more question that is none of the campaign's."""
    _edit(folder, NOT_FOR_US, lambda old: _with_lines(old, [f"- {scalar(text)}"]))


def add_entry(folder: Path, entry: dict[str, str | Sequence[str]]) -> None:
    """A new entry at the end of the FAQ. Values are text, or a list of texts."""
    lines: list[str] = [""]
    for name, value in entry.items():
        lead = "- " if len(lines) == 1 else _INDENT
        if isinstance(value, str):
            lines.append(f"{lead}{name}: {scalar(value)}")
        else:
            lines += [f"{lead}{name}:", *(f"{_INDENT * 2}- {scalar(text)}" for text in value)]
    _edit(folder, FAQ, lambda old: _with_lines(old, lines))


def scalar(text: str) -> str:
    """Text on one line of YAML, quoted where it would mean something else."""
    text = " ".join(text.split())
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _MEANS_SOMETHING and not text.endswith(":")
    return text if plain else json.dumps(text, ensure_ascii=False)


def _with_lines(old: str, lines: Sequence[str]) -> str:
    return f"{old.rstrip()}\n{_NEWLINE.join(lines)}\n".lstrip()


def _with_phrasing(old: str, entry: str, text: str) -> str:
    """Before the first one there is: where the last one ends is not plain to see when it is folded."""
    tree = read_tree(FAQ, old)
    entries = tree.value if isinstance(tree.value, list) else []
    place = next((n for n, one in enumerate(entries) if isinstance(one, dict) and one.get("id") == entry), None)
    if place is None:
        raise Problem(f"There is no entry {entry!r} in {FAQ}, so nothing was changed. `antiphon faq check` names them.")
    line, column = tree.marks.get((place, "phrasings", 0), (0, 0))
    lines = old.split(_NEWLINE)
    before = lines[line - 1][: column - 1] if line else ""
    if before.strip() != "-":
        raise Problem(f"The phrasings of {entry!r} are not written one a line, so nothing was changed. Add it by hand.")
    return _NEWLINE.join([*lines[: line - 1], f"{before}{scalar(text)}", *lines[line - 1 :]])


def _edit(folder: Path, name: str, edit: Edit) -> None:
    with tempfile.TemporaryDirectory(prefix="antiphon-") as place:
        copy = Path(shutil.copytree(folder, Path(place) / folder.resolve().name))
        file = copy / name
        file.write_text(edit(file.read_text(encoding="utf-8") if file.exists() else ""), encoding="utf-8", newline="\n")
        if problems := check(copy):
            told = _NEWLINE.join(f"  {problem}" for problem in problems)
            raise Problem(f"Nothing was changed, because the content would have problems then:\n{told}")
        _put(file, folder / name)


def _put(new: Path, old: Path) -> None:
    """In one step, for the bot may be about to read it."""
    beside = old.with_name(f".{old.name}.new")
    try:
        shutil.copyfile(new, beside)
        os.replace(beside, old)
    except OSError as error:
        raise Problem(f"{old} cannot be written ({error.strerror}). Nothing was changed.") from None
