"""What the labeller says of a post."""

from dataclasses import dataclass
from enum import StrEnum

CONFIDENT = 0.5
"""From this confidence on a post counts as an answer; below it, a label is a guess for the moderator."""


class How(StrEnum):
    """How one can tell what a post answers; or, from `repost` on, why it answers nothing."""

    LABEL = "label"
    REPLY = "reply"
    THREAD = "thread"
    WORDS = "words"
    RUNNING = "running"
    REPOST = "repost"
    QUESTION = "question"
    NONE = "none"


class Held(StrEnum):
    """Why a moderator should look."""

    ADVERT = "advert"
    OFF_TOPIC = "off-topic"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Matched:
    """`questions` are the numbers that a post answers, in order. `confidence` (0 to 1) is that it answers them or,
    where there are none, that it answers something after all: below 0.5."""

    questions: tuple[int, ...] = ()
    how: How = How.NONE
    confidence: float = 0.0
    held: Held | None = None

    @property
    def sure(self) -> bool:
        return bool(self.questions) and self.confidence >= CONFIDENT
