"""Who did what: one line for each thing that a person did to what the bot sends or keeps."""

from dataclasses import dataclass
from datetime import datetime

COMMAND_LINE = "command line"
"""Who did it when it was done on the machine that the bot runs on."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`who` is a person's ref or `command line`; `what` a short verb; `about` the key of what it was done to."""

    at: datetime
    who: str
    what: str
    about: str = ""
    detail: str = ""
