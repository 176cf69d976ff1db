"""Spreadsheets as files."""

from collections.abc import Sequence
from typing import Protocol

from bot.core.sheets import Row, SheetForm


class Sheets(Protocol):
    def read(self, name: str, data: bytes) -> Sequence[Row]:
        """The first sheet of a file. Raises Problem for what cannot be read, or is far too large."""

    def write(
        self,
        form: SheetForm,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        examples: Sequence[Sequence[str]] = (),
    ) -> bytes:
        """A file with these rows, which nothing runs as formulas. `examples` stand beside them where there is room."""
