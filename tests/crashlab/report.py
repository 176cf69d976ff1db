"""What the laboratory found, and how it says so."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.core.outbox import State


@dataclass
class Report:
    """`lost` and `doubled` are keys of posts that the platform's ledger has never, or more than once."""

    kills: Counter[str] = field(default_factory=Counter)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The state in which a post was found after a kill at a point that concerned it."""
    posts: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.lost and not self.doubled

    def add(self, other: "Report") -> None:
        self.kills += other.kills
        self.left += other.left
        self.posts += other.posts
        self.lost += other.lost
        self.doubled += other.doubled

    def verdict(self) -> str:
        kills = self.kills.total()
        return f"{kills} kills, {self.posts} posts: {len(self.lost)} lost, {len(self.doubled)} doubled"

    def table(self, points: Iterable[str]) -> Sequence[str]:
        """One line for each point: how many died there, and in what states that left their posts."""
        rows = [f"{'killed at':<28}{'kills':>7}  left the post"]
        for point in points:
            left = [(state, self.left[point, state]) for state in State if self.left[point, state]]
            states = ", ".join(f"{state} {number}" for state, number in left)
            rows.append(f"{point:<28}{self.kills[point]:>7}  {states}".rstrip())
        return rows
