"""What people asked the bot, kept without who it was, so that organisers see what their FAQ lacks."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

_PRIVATE = re.compile(
    r"""
    [^\s@]+@[^\s@]+\.[^\s@]+            # e-mail addresses
    | (?<!\w)@\w+                       # account names
    | (?:https?://|www\.)\S+            # links, which may name somebody
    | \b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b   # postcodes
    | (?<!\d)\+?(?:\d[\s-]?){5,}\d(?!\d)      # telephone and NHS numbers
    """,
    re.VERBOSE,
)
_LONGEST = 500


class Outcome(StrEnum):
    ANSWERED = "answered"
    ASKED_BACK = "asked-back"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    """`on` is a day's midnight in UTC: the hour would help to tell who it was. `entry` is the closest one."""

    on: datetime
    text: str
    outcome: Outcome
    entry: str = ""
    number: int = 0


def day_of(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def impersonal(text: str) -> str:
    """A question without names of accounts, addresses and long numbers."""
    return " ".join(_PRIVATE.sub("…", text[:_LONGEST]).split())
