"""Feedback as a file: CSV and XLSX for spreadsheets, JSON Lines for programs. What goes out comes back the same."""

import json
import string
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.feedback import Consent, Row, Source

COLUMNS = (
    "Number",
    "Received",
    "Platform",
    "Feedback",
    "May we quote it",
    "Prompt",
    "Region",
    "Role",
    "Status",
    "Tags",
)
PERSONAL = ("Name", "Person", "Contact")

_HARMLESS = frozenset([*string.ascii_letters, *string.digits, ""])
"""What most cells begin with: they need no closer look."""
_FORMULA = frozenset("=+-@\t\r\n")
_SOURCES = {source.value: source.label for source in Source}
_CONSENTS = {consent.value: consent.label for consent in Consent}


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


def columns(personal: bool) -> Sequence[str]:
    return COLUMNS + PERSONAL if personal else COLUMNS


def cells(zone: ZoneInfo, personal: bool) -> Callable[[Row], Sequence[int | str]]:
    """What makes a row's cells, as people read them. Times are on the clocks of `zone`."""

    def common(row: Row) -> Sequence[int | str]:
        number, at, source, prompt, region, role, consent, status, tags, text, _, _, _ = row
        received = local(at, zone)
        return number, received, _SOURCES[source], text, _CONSENTS[consent], prompt, region, role, status, tags

    return (lambda row: (*common(row), *row[10:])) if personal else common


def to_csv(rows: Iterable[Row], zone: ZoneInfo, *, personal: bool = False, header: bool = True) -> str:
    """Rows for a spreadsheet. With its header it begins with a byte order mark: without one, Excel takes UTF-8 for the
    machine's old code page and shows "â€™" for an apostrophe."""
    heading = f"\ufeff{_line(columns(personal))}" if header else ""
    return heading + "".join(map(_line, map(_guarded_cells(zone, personal), rows)))


def _line(cells: Sequence[str]) -> str:
    """As the standard library's writer has it with `QUOTE_ALL`, in a quarter of its time.

    Everything is quoted, so that no spreadsheet turns a number or a date into something else.
    """
    line = '","'.join(cells)
    if line.count('"') > 2 * (len(cells) - 1):
        line = '","'.join([cell.replace('"', '""') for cell in cells])
    return f'"{line}"\r\n'


def to_jsonl(rows: Iterable[Row], zone: ZoneInfo, *, personal: bool = False) -> str:
    """One object a line, by the columns' names in small letters; nothing is guarded, as nothing is run."""
    names = [name.lower().replace(" ", "_") for name in columns(personal)]
    make = cells(zone, personal)
    objects = (dict(zip(names, make(row), strict=True)) for row in rows)
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def guarded(text: str) -> str:
    """Text that no spreadsheet runs as a formula: full-width signs count, and space before them does not help.

    An apostrophe goes before it, and before what begins with apostrophes already: `unguarded` takes one away again.
    """
    return f"'{text}" if text[:1] not in _HARMLESS and _runs(text.lstrip("'")) else text


def unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _runs(cell.lstrip("'")) else cell


def _runs(text: str) -> bool:
    starts = {text[:1], unicodedata.normalize("NFKC", text.lstrip()[:1])[:1]}
    return not starts.isdisjoint(_FORMULA)


def _guarded_cells(zone: ZoneInfo, personal: bool) -> Callable[[Row], Sequence[str]]:
    """The same as `cells` for CSV: what people wrote is guarded, and the rest needs no guard. A million times it counts
    how often a cell is looked at."""

    def common(row: Row) -> Sequence[str]:
        number, at, source, prompt, region, role, consent, status, tags, text, _, _, _ = row
        hour, offset = _hour(at[:13], zone)
        return (
            str(number),
            f"{hour}{at[13:19]}{offset}" if offset else local(at, zone),
            _SOURCES[source],
            text if text[:1] in _HARMLESS else guarded(text),
            _CONSENTS[consent],
            prompt if prompt[:1] in _HARMLESS else guarded(prompt),
            region if region[:1] in _HARMLESS else guarded(region),
            role if role[:1] in _HARMLESS else guarded(role),
            status,
            tags if tags[:1] in _HARMLESS else guarded(tags),
        )

    return (lambda row: (*common(row), *map(guarded, row[10:]))) if personal else common


def local(at: str, zone: ZoneInfo) -> str:
    """An instant in UTC, both as text to the second: `2026-07-01T20:05:00+01:00`."""
    hour, offset = _hour(at[:13], zone)
    if offset:
        return f"{hour}{at[13:19]}{offset}"
    return datetime.fromisoformat(at).astimezone(zone).isoformat(timespec="seconds")


@lru_cache(maxsize=4096)
def _hour(hour: str, zone: ZoneInfo) -> tuple[str, str]:
    """An hour of UTC on the clocks of a zone, and its offset there; '' where minutes are not the same there."""
    first = datetime.fromisoformat(f"{hour}:00:00+00:00").astimezone(zone)
    last = datetime.fromisoformat(f"{hour}:59:59+00:00").astimezone(zone)
    offset = first.utcoffset() or timedelta()
    if offset != last.utcoffset() or offset % timedelta(hours=1):
        return "", ""
    return first.isoformat()[:13], first.isoformat()[19:]
