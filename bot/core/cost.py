"""What a post costs. Of our platforms only X charges, for each request that writes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import assert_never

from bot.core.bodies import File, Form, Removal, Repost, Text
from bot.core.events import Platform
from bot.core.outbox import Post
from bot.core.policy import has_link

SOURCE = "https://docs.x.com/x-api/getting-started/pricing"
CHECKED = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Price:
    """`name` is X's own word for it."""

    name: str
    usd: Decimal


PRICES = MappingProxyType(
    {
        "post": Price("Content: Create", Decimal("0.015")),
        "post with a link": Price("Content: Create (with URL)", Decimal("0.200")),
        "summoned reply": Price("Content: Create, in reply to somebody who mentioned us", Decimal("0.010")),
        "repost": Price("User Interaction: Create", Decimal("0.015")),
        "removal": Price("Interaction: Delete", Decimal("0.010")),
        "read a post": Price("Posts: Read", Decimal("0.005")),
        "read a person": Price("User: Read", Decimal("0.010")),
        "alt text": Price("Media Metadata", Decimal("0.005")),
    }
)
"""Per request, or per thing read, in US dollars, as listed at SOURCE on CHECKED."""


def cost(post: Post) -> Decimal:
    """What sending a post costs, in US dollars."""
    if post.platform is not Platform.X:
        return Decimal(0)
    match post.body:
        case Repost():
            return PRICES["repost"].usd
        case Removal():
            return PRICES["removal"].usd
        case Text() as body:
            return _words(body, reply=bool(post.place.thread)) + len(body.media) * PRICES["alt text"].usd
        case Form() | File():
            return Decimal(0)  # X has neither: nothing is sent
        case _:
            assert_never(post.body)


def reading(posts: int, people: int) -> Decimal:
    """What reading posts with their authors costs, in US dollars. X charges for each of them once a day, in UTC."""
    return posts * PRICES["read a post"].usd + people * PRICES["read a person"].usd


def _words(body: Text, *, reply: bool) -> Decimal:
    # X does not say what a summoned reply with a link costs: we expect the dearer.
    if has_link(body.text):
        return PRICES["post with a link"].usd
    return PRICES["summoned reply" if reply else "post"].usd
