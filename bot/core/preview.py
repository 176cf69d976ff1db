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
    def verdict(self) -> str:
        """Whether the platform takes it, in words."""
        if self.fits:
            return f"It fits: {self.length:,} of {self.limit:,} characters, as {self.platform.label} counts them."
        over = self.length - self.limit
        return f"{self.platform.label} refuses it: shorten it by {over:,} of its {self.length:,} characters."

    @property
    def cost_words(self) -> str:
        if not self.usd:
            return "Free."
        because = ""
        if has_link(self.text):
            because = f" because of its link; without one, ${PRICES['post'].usd:.3f}"
        return f"${self.usd:.3f}{because}."


def previews(entry: Entry) -> tuple[Preview, ...]:
    """An entry on each of its platforms, made by what makes its posts."""
    posts = release(entry, {platform: Place(platform) for platform in entry.bodies}, entry.due)
    return tuple(
        Preview(post.platform, body.text, length(body.text, post.platform), cost(post), body.poll)
        for post, body in zip(posts, entry.bodies.values(), strict=True)
    )
