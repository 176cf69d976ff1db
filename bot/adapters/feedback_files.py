"""Feedback written to files row by row: what was written is on disk, not in memory."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Protocol
from zoneinfo import ZoneInfo

from bot.core.feedback import Row
from bot.core.feedback_sheet import Format, cells, columns, to_csv, to_jsonl
from bot.core.problems import Problem
from bot.core.visible import visible
from bot.unfinished import once_whole

_CELL = 32_767 // 2
"""Characters that are sure to fit a cell of Excel's, which counts those outside the basic plane as two."""
_LAST_ROW = 1_048_575


class FeedbackFile(Protocol):
    def write(self, rows: Sequence[Row]) -> None: ...

    def close(self) -> None: ...


class TextFile:
    """CSV or JSON Lines."""

    def __init__(self, stream: IO[str], kind: Format, zone: ZoneInfo, *, personal: bool) -> None:
        self._stream, self._kind, self._zone, self._personal = stream, kind, zone, personal
        if kind is Format.CSV:
            head = to_csv([], zone, personal=personal)
            # The mark is for spreadsheets; on a terminal it is a stray sign.
            self._put(head.removeprefix("\ufeff") if stream.isatty() else head)

    def write(self, rows: Sequence[Row]) -> None:
        if self._kind is Format.CSV:
            self._put(to_csv(rows, self._zone, personal=self._personal, header=False))
        else:
            self._put(to_jsonl(rows, self._zone, personal=self._personal))

    def _put(self, text: str) -> None:
        self._stream.write(visible(text) if self._stream.isatty() else text)

    def close(self) -> None:
        if self._stream is not sys.stdout:
            self._stream.close()


class XlsxFile:
    """One sheet. Text is written as text: whatever it begins with, nothing runs it.

    Text that is too long for one cell goes on in cells at the end of its row, which have no heading. Raises Problem
    for more rows than a sheet has.
    """

    def __init__(self, file: Path, zone: ZoneInfo, *, personal: bool) -> None:
        from xlsxwriter import Workbook

        self._book = Workbook(str(file), {"constant_memory": True, "tmpdir": str(file.parent)})
        self._sheet = self._book.add_worksheet("Feedback")
        self._sheet.freeze_panes(1, 0)
        self._cells = cells(zone, personal)
        self._next = 0
        self._write(columns(personal))

    def write(self, rows: Sequence[Row]) -> None:
        if self._next + len(rows) > _LAST_ROW:
            raise Problem(
                f"A sheet of XLSX ends at {_LAST_ROW:,} rows, and this is more. Export fewer days, or write CSV."
            )
        for row in rows:
            self._write(self._cells(row))

    def _write(self, row: Sequence[int | str]) -> None:
        rest: list[str] = []
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                self._sheet.write_number(self._next, column, cell)
            else:
                self._sheet.write_string(self._next, column, cell[:_CELL])
                rest += [cell[at : at + _CELL] for at in range(_CELL, len(cell), _CELL)]
        for column, piece in enumerate(rest, len(row)):
            self._sheet.write_string(self._next, column, piece)
        self._next += 1

    def close(self) -> None:
        self._book.close()


@contextmanager
def feedback_file(file: Path, kind: Format, zone: ZoneInfo, *, personal: bool) -> Iterator[FeedbackFile]:
    """A file of feedback, readable by its owner alone. It gets its name when all is written; else nothing is left.

    Raises Problem where it cannot be written.
    """
    try:
        with once_whole(file) as part, closing(_opened(part, kind, zone, personal)) as writer:
            yield writer
    except OSError as error:
        raise Problem(f"{file} cannot be written ({error.strerror}). Choose another place with --out.") from None


def _opened(part: Path, kind: Format, zone: ZoneInfo, personal: bool) -> FeedbackFile:
    if kind is Format.XLSX:
        return XlsxFile(part, zone, personal=personal)
    return TextFile(part.open("w", encoding="utf-8", newline=""), kind, zone, personal=personal)
