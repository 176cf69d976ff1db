"""Who did what: one line for each thing that a person did to what the bot sends or keeps.

The lines are a chain: each holds a digest of itself and of the line before, so that a line that was changed, left
out or put in later shows. They name nobody: a pseudonym stands for each person, and a table apart says whose it is.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

COMMAND_LINE = "command line"
"""Who did it when it was done on the machine that the bot runs on."""

PRIVACY_EXPORT = "privacy export"
"""What was done when somebody's data were told: `about` is their pseudonym, `detail` the file, if there is one."""

BOARD = "feedback board"
"""What was done when a board was made: `about` is the round, `detail` what is on it, and in which file."""
_IN = " in "


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`who` is a person's ref or `command line`; `what` a short verb; `about` the key of what it was done to.

    Of somebody who was erased, only the pseudonym is left in `who`. `name` is what they were called, where that is
    known; it is no part of the chain.
    """

    at: datetime
    who: str
    what: str
    about: str = ""
    detail: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """What a look through all lines found. `head` is the digest of the last one; whoever has noted it elsewhere can
    tell whether lines were cut off at the end. `broken` is the first line, from 1, that is not as it was written.
    `exchanged` are pseudonyms beside which stands somebody who has another."""

    lines: int
    head: str
    broken: int | None = None
    exchanged: tuple[str, ...] = ()


def link(before: str, entry: AuditEntry) -> str:
    """The digest of a line, as it is stored, after the line with the digest `before`; the first follows ''."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [before, at, entry.who, entry.what, entry.about, entry.detail]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def followed(lines: list[tuple[AuditEntry, str]]) -> Chain:
    """Look through all lines, the first first, each with the digest that is stored with it."""
    before, broken = "", None
    for number, (entry, stored) in enumerate(lines, 1):
        if broken is None and link(before, entry) != stored:
            broken = number
        before = stored
    return Chain(len(lines), before, broken)


def board_detail(shown: str, file: str) -> str:
    return f"{shown}{_IN}{file}" if file else shown


def board_file(detail: str) -> str:
    """Empty where the board went elsewhere, as in lines from before this was noted."""
    return detail.partition(_IN)[2]
