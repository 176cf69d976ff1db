"""What somebody has to know of an entry before it is queued: the very words, whether they fit, what they cost."""

from dataclasses import dataclass
from decimal import Decimal

from bot.core.bodies import Poll
from bot.core.cost import PRICES, cost
from bot.core.events import Place, Platform
from bot.core.plan import Entry, release
from bot.core.policy import LIMITS, has_link, length


@dataclass(frozen=True, slots=True)
class Preview:
    """An entry on one platform. `length` is as the platform counts; `usd` is what sending it costs."""

    platform: Platform
    text: str
    length: int
    usd: Decimal
    poll: Poll | None = None

    @property
    def limit(self) -> int:
        return LIMITS[self.platform]

    @property
    def fits(self) -> bool:
        return self.length <= self.limit

    @property
    def without_link(self) -> Decimal | None:
        """What it would cost without the link that makes it dearer; None where none does."""
        return PRICES["post"].usd if self.usd and has_link(self.text) else None


def previews(entry: Entry) -> tuple[Preview, ...]:
    """An entry on each of its platforms, made by what makes its posts."""
    posts = release(entry, {platform: Place(platform) for platform in entry.bodies}, entry.due)
    return tuple(
        Preview(post.platform, body.text, length(body.text, post.platform), cost(post), body.poll)
        for post, body in zip(posts, entry.bodies.values(), strict=True)
    )
