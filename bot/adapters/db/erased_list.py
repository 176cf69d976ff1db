"""The file that remembers who was erased: pseudonyms with dates, and the keys that they were made with.

Each database makes pseudonyms with a key of its own. A list that several have written, or that a new one found, has
the key of each, and somebody is on it who stands there under any.

key 3f…
person-9a…  2026-12-01T08:00:00+00:00
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.core.privacy import pseudonym
from bot.core.problems import Problem

_HEAD = "# Who was erased, by pseudonym. Keep this file: it is what erases them from a restored backup.\n"


@dataclass(frozen=True)
class ErasedList:
    keys: frozenset[str] = frozenset()
    people: Mapping[str, datetime] = field(default_factory=dict)

    def with_one(self, name: str, at: datetime) -> "ErasedList":
        return ErasedList(self.keys, {**self.people, name: at})

    def names(self, ref: str) -> frozenset[str]:
        """All the pseudonyms that somebody may have on it."""
        return frozenset(pseudonym(key, ref) for key in self.keys)


def read_list(file: Path) -> ErasedList:
    """An empty one where there is no file. Raises Problem for a file that cannot be read, or is something else."""
    try:
        lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        keys = [value for name, value in lines if name == "key"]
        return ErasedList(frozenset([keys[0], *keys]), {name: _instant(at) for name, at in lines if name != "key"})
    except FileNotFoundError:
        return ErasedList()
    except (OSError, ValueError, IndexError) as error:
        raise Problem(
            f"The list of who was erased, {file}, cannot be read ({error}). Without it somebody who was erased could "
            "come back. Fetch it from where it was copied, or, if nobody was ever erased, delete it."
        ) from None


def _instant(at: str) -> datetime:
    instant = datetime.fromisoformat(at)
    if instant.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return instant


def write_list(file: Path, known: ErasedList) -> None:
    """All of it or nothing, on disk when this returns, readable by its owner alone. Raises Problem."""
    lines = [f"key {key}\n" for key in sorted(known.keys)]
    lines += [f"{name} {at.isoformat()}\n" for name, at in sorted(known.people.items())]
    part = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as written:
            written.write("".join([_HEAD, *lines]))
            written.flush()
            os.fsync(written.fileno())
        part.replace(file)
    except OSError as error:
        raise Problem(
            f"The list of who was erased, {file}, cannot be written ({error.strerror}). Nothing was erased. Name "
            "another file in ERASED_LIST."
        ) from None
