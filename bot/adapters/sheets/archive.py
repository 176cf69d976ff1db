"""The zip that an XLSX or ODS file is, opened with care: what it unpacks to is counted while it is unpacked."""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from bot.core.problems import Problem
from bot.core.sheets import MOST_ROWS

_CHUNK = 1 << 16
_BROKEN = "The file is damaged, or is no spreadsheet: it cannot be opened. Save it once more, and send it again."
_BOMB = (
    "The file unpacks to far more than any list of actions or chats. Nothing was read. Copy its rows into the "
    "template, and send that."
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read of a file: so many rows and columns, and of so many octets, unpacked, in all."""

    rows: int
    columns: int
    unpacked: int


LISTS = Limits(MOST_ROWS + 2, 50, 40_000_000)
"""For sheets of key actions and chats: of 5,000 rows, they unpack to some three million octets."""


class Archive:
    """Raises Problem for what is no zip, and OSError for a file that cannot be read."""

    def __init__(self, source: bytes | Path, limits: Limits = LISTS) -> None:
        self.limits = limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Problem(_BROKEN) from error
        self._left = limits.unpacked

    def __contains__(self, name: str) -> bool:
        return name in self._zip.namelist()

    def parse(self, name: str, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None],
              text: Callable[[str], None]) -> None:  # fmt: skip
        """Read one of its XML files piece by piece. Raises Problem for one that is broken or far too large."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        # Entities can grow without end, and no spreadsheet has any.
        parser.StartDoctypeDeclHandler = _refused
        try:
            with self._zip.open(name) as file:
                while chunk := file.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise Problem(_BOMB)
                    parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (KeyError, RuntimeError, OSError, EOFError, ValueError, NotImplementedError) as error:
            raise Problem(_BROKEN) from error
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error) as error:
            raise Problem(_BROKEN) from error


def _refused(*_: object) -> None:
    raise Problem(_BROKEN)


def local(name: str) -> str:
    """A name of XML without its namespace."""
    return name.rpartition(" ")[2]


def attribute(given: Mapping[str, str], name: str) -> str:
    return next((value for key, value in given.items() if local(key) == name), "")
