"""A list of entries in YAML as the rows of a sheet: each field is a column."""

import json
from collections.abc import Iterator, Sequence

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.core.problems import Problem
from bot.core.sheets import Row

_PLAIN = (
    "The file is no list of entries, each with a field a line, as the template has them. Line {line} is something else."
)


def read_yaml(text: str) -> list[Row]:
    """The header first. A list in a field becomes lines of its cell. Raises Problem."""
    try:
        entries = list(_entries(YAML(typ="safe", pure=False).parse(text)))
    except (YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise Problem(f"The file cannot be read as YAML{where}. Compare it with the template.") from error
    columns = list(dict.fromkeys(name for _, fields in entries for name in fields))
    return [Row(1, tuple(columns)), *(Row(n, tuple(one.get(name, "") for name in columns)) for n, one in entries)]


def _entries(events: Iterator[Event]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each entry with the line on which it begins."""
    depth = 0
    for event in events:
        match event:
            case SequenceStartEvent() if depth == 0:
                depth = 1
            case MappingStartEvent() if depth == 1:
                yield event.start_mark.line + 1, _fields(events)
            case SequenceStartEvent() | MappingStartEvent() | ScalarEvent() | AliasEvent():
                raise _other(event)
            case DocumentEndEvent():
                return


def _fields(events: Iterator[Event]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for event in events:
        if isinstance(event, MappingEndEvent):
            break
        if not isinstance(event, ScalarEvent):
            raise _other(event)
        fields[str(event.value)] = _value(next(events), events)
    return fields


def _value(event: Event, events: Iterator[Event]) -> str:
    if isinstance(event, ScalarEvent):
        return "" if not event.style and event.value in ("~", "null") else str(event.value)
    if not isinstance(event, SequenceStartEvent):
        raise _other(event)
    lines: list[str] = []
    for item in events:
        if isinstance(item, SequenceEndEvent):
            break
        if not isinstance(item, ScalarEvent):
            raise _other(item)
        lines.append(str(item.value))
    return "\n".join(lines)


def _other(event: Event) -> Problem:
    return Problem(_PLAIN.format(line=event.start_mark.line + 1))


def write_yaml(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Every value in double quotes, so that none of them means anything else."""
    return "".join(_entry(head, row) for row in rows) or "[]\n"


def _entry(head: Sequence[str], row: Sequence[str]) -> str:
    lines = [f"{name}: {_quoted(value)}" for name, value in zip(head, row, strict=True) if value]
    return "- " + "\n  ".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
