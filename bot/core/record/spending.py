"""How much of X was read for a chat, and how much more may be."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bot.core.cost import PRICES, reading
from bot.core.dates import when_words

FEWEST, MOST = 10, 100
"""Posts that X gives on a page of a search."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was read so far. `cursor` is the newest post.

    `looks` counts those at what was deleted meanwhile. At the last one, `looked_at`, `seen` posts of `kept` were
    within the cap; at all of them together, `gone` were deleted and taken out.
    """

    posts: int = 0
    people: int = 0
    cursor: str = ""
    looks: int = 0
    looked_at: datetime | None = None
    seen: int = 0
    kept: int = 0
    gone: int = 0

    @property
    def dollars(self) -> Decimal:
        return reading(self.posts, self.people)


SPENT_JSON: TypeAdapter[Spent] = TypeAdapter(Spent)


def note(chat: str) -> str:
    """The ledger's name for what was spent on a chat."""
    return f"x:heard:{chat}"


def page_size(cap: Decimal, spent: Spent) -> int:
    """How many posts may be asked for without going over the cap, each by somebody new; 0: none any more.

    What it costs to look at all of them once more, for those that are deleted, is kept back.
    """
    size = int((cap - spent.dollars - reading(spent.posts, 0)) / (reading(1, 1) + reading(1, 0)))
    return min(size, MOST) if size >= FEWEST else 0


def affordable(cap: Decimal, spent: Spent) -> int:
    """How many posts can be looked up again, without their authors."""
    return max(int((cap - spent.dollars) / PRICES["read a post"].usd), 0)


def cap_words(cap: Decimal, spent: Spent) -> str:
    """What listening to a chat on X may cost, and has cost, in a sentence or two."""
    if not cap:
        return "X is not listened to: X_CHAT_DOLLARS is 0. `antiphon chat import` takes a transcript from a file."
    posts = int(cap / (2 * PRICES["read a post"].usd + PRICES["read a person"].usd / 7))
    told = (
        f"Listening to this chat on X may cost ${cap:.2f} at most: about {posts:,} posts, if people write seven each."
    )
    if spent.posts:
        told += f" So far ${spent.dollars:.2f}: {spent.posts:,} posts of {spent.people:,} people."
    if not page_size(cap, spent):
        told += " The cap is reached, so nothing more is read. `antiphon chat import` takes the rest from a file."
    return told


def looked_words(spent: Spent, zone: ZoneInfo) -> str:
    """What became of posts that were deleted after they were read; empty before the first look."""
    if spent.looked_at is None:
        return ""
    told = f"Last looked up again on {when_words(spent.looked_at, zone)}: {spent.gone:,} deleted since are taken out."
    if spent.seen < spent.kept:
        told += (
            f" Only {spent.seen:,} of {spent.kept:,} posts were within the cap: look at the others yourself, and take "
            "out who deleted theirs with `antiphon chat forget`."
        )
    return told
