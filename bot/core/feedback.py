"""What people say back."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.events import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One piece of feedback. `key` is the event's, so the same words are logged once.

    `number` is what the receipt says; 0 until it is stored. `may_quote` is the author's consent.
    """

    key: str
    at: datetime
    author: Person
    text: str
    may_quote: bool = False
    number: int = 0
