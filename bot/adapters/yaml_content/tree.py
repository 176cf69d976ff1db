"""YAML text to plain values that remember their lines.

Every plain value stays text until the model says what it is, so that `20:00` is a time, `no` a word and
`2026-12` a month. Only an empty value is None. Anchors, aliases, tags and a second document are refused:
content needs none of them, and without them no file can grow when it is read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.adapters.yaml_content.problems import Problem
from bot.adapters.yaml_content.syntax import QUOTES, in_words

Path = tuple[str | int, ...]
Mark = tuple[int, int]

_DEEPEST = 8
_COMMENT = re.compile(r"\s+#\w")
_NOTHING = ("", "~", "null")
_INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class _TooDeepError(Exception):
    """Ends the reading of a file."""


@dataclass(slots=True)
class Tree:
    """`value` is made of dict, list, str and None. `marks` says where each part of it stands."""

    file: str
    value: Any = None
    marks: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, cause: str, fix: str) -> Problem:
        """A problem at a part of the file; of a part that is missing, at what it is missing from."""
        known = next((path[:n] for n in range(len(path), -1, -1) if path[:n] in self.marks), ())
        return Problem(self.file, *self.marks.get(known, (0, 0)), cause, fix)


def read_tree(file: str, text: str) -> Tree:
    """The tree of a file, or what is wrong with it.

    The parser in C reads twenty times as fast. What it stumbles over is read again by the one in Python, whose
    words and places are told; so are texts with signs that the two take for different things.
    """
    if _INVISIBLE.search(text) is None:
        tree = _quickly(text)
        if not tree.problems:
            return replace(tree, file=file, problems=[])
    return _parsed(file, text, pure=True)


@lru_cache(maxsize=64)
def _quickly(text: str) -> Tree:
    """Kept: of a folder that is read again, most files are as they were."""
    return _parsed("", text, pure=False)


def _parsed(file: str, text: str, *, pure: bool) -> Tree:
    tree = Tree(file)
    try:
        _read(tree, text, YAML(typ="safe", pure=pure).parse(text))
    except _TooDeepError:
        tree.problems.append(Problem(file, 0, 0, "Lists lie too deep inside each other", "compare with another file"))
    except (YAMLError, ValueError, OverflowError, AttributeError) as error:
        # ruamel.yaml itself stumbles over a few broken files, for example over an escape such as \UFFFFFFFF.
        tree.problems.append(in_words(file, text, error))
    return tree


def _read(tree: Tree, text: str, events: Iterator[Event]) -> None:
    documents = 0
    for event in events:
        if isinstance(event, DocumentStartEvent):
            documents += 1
        elif isinstance(event, NodeEvent) and documents == 1:
            tree.marks[()] = _mark(event)
            tree.value = _Builder(tree, text.split("\n"), events).build(event, ())
        elif isinstance(event, NodeEvent):
            line, column = _mark(event)
            tree.problems.append(
                Problem(tree.file, line, column, "A second document begins here", "remove the --- line")
            )
            return


def _mark(event: Event) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1


@dataclass(slots=True)
class _Builder:
    tree: Tree
    lines: Sequence[str]
    events: Iterator[Event]

    def build(self, event: Event, path: Path) -> Any:
        if len(path) > _DEEPEST:
            raise _TooDeepError
        self._plain(event)
        match event:
            case SequenceStartEvent():
                return self._list(path)
            case MappingStartEvent():
                return self._mapping(path)
            case ScalarEvent():
                return self._scalar(event)
        return None

    def _plain(self, event: Event) -> None:
        """Refuse what YAML can do beyond values, lists and fields. It is mostly text that wants quotes."""
        if isinstance(event, AliasEvent):
            self._wrong(event, f"Text that begins with * means something else in YAML (*{event.anchor})", QUOTES)
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            self._wrong(event, f"Text that begins with & means something else in YAML (&{event.anchor})", QUOTES)
        if str(getattr(event, "tag", None) or "!") != "!":
            self._wrong(event, "Text that begins with ! means something else in YAML", QUOTES)

    def _list(self, path: Path) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            here = (*path, len(items))
            self.tree.marks[here] = _mark(event)
            items.append(self.build(event, here))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, path)
            if key in values:
                self._wrong(event, f"'{key}' stands twice in the same entry", "keep one of them")
            here = (*path, key)
            self.tree.marks[here] = _mark(event)
            values[key] = self.build(next(self.events), here)
        return values

    def _key(self, event: Event, path: Path) -> str:
        key = self.build(event, (*path, ""))
        if isinstance(key, str):
            return key
        self._wrong(event, "There is no field name before the colon", "write one, for example 'topic: …'")
        return ""

    def _scalar(self, event: ScalarEvent) -> str | None:
        text = str(event.value)
        plain = not event.style  # None in Python's parser, an empty text in C's
        if text and plain and _COMMENT.match(self._after(event)):
            self._wrong(event, "The text ends before the #, because the rest is a comment to YAML", QUOTES)
        if plain and text in _NOTHING:
            return None
        if _INVISIBLE.search(text):
            self._wrong(event, "There is an invisible character in this text, such as a tab", "type the text again")
        return text

    def _after(self, event: Event) -> str:
        """The rest of the line on which something ends."""
        return "".join(self.lines[event.end_mark.line : event.end_mark.line + 1])[event.end_mark.column :]

    def _wrong(self, event: Event, cause: str, fix: str) -> None:
        self.tree.problems.append(Problem(self.tree.file, *_mark(event), cause, fix))
