"""What somebody is writing for the campaign, or has written: kept from the first word on, for all organisers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.plan import Kind

KEPT = timedelta(days=180)
"""How long a draft is kept that nobody touches."""
COMPOSED = (Kind.ACTION, Kind.ANNOUNCEMENT, Kind.CARD, Kind.CHAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """`values` are the fields of its form as typed. `who` wrote last. `about` is what it became in the plan: an
    entry's key or a chat's id; empty for a draft. `version` rises with every change."""

    key: str
    kind: Kind
    who: str
    values: Mapping[str, str]
    at: datetime
    about: str = ""
    version: int = 0

    @property
    def title(self) -> str:
        """Enough to know it by."""
        said = self.values.get("topic") or self.values.get("text") or self.values.get("alt") or ""
        return " ".join(said.split())[:80] or "Nothing written yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An uploaded picture. `path` is where it lies below the content folder once it is needed there."""

    path: str
    data: bytes
    at: datetime
