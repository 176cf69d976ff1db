"""A round of feedback, an "Espresso Café": one to four prompts, put on some platforms, answered for a time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.bodies import Button, Text
from bot.core.content import Content
from bot.core.dates import end_words
from bot.core.events import Platform
from bot.core.policy import LIMITS, length

MOST_PROMPTS = 4
"""As many as a board has boxes."""
LONGEST_TITLE, LONGEST_PROMPT = 80, 240
LASTS = timedelta(days=7)
"""How long a round is open when nobody says until when."""
ANSWER = "round-answer"
"""The action of the button below a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """`opened <= now < closes` is when it takes answers. `key` is the event's or file's, so it is opened once.

    Two prompts may be the same: a box that goes on in the next one. `platforms` is empty for a workshop's notes.
    `number` is 0 until it is stored.
    """

    key: str
    title: str
    prompts: tuple[str, ...]
    platforms: tuple[Platform, ...]
    opened: datetime
    closes: datetime
    number: int = 0

    def lasts(self, now: datetime) -> bool:
        return self.opened <= now < self.closes

    def prompt(self, number: int) -> str:
        """A prompt by its number from 1 on; empty where there is none."""
        return self.prompts[number - 1] if 1 <= number <= len(self.prompts) else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One prompt of a round: `3.2` is the second of round 3."""

    round: int
    prompt: int

    def __str__(self) -> str:
        return f"{self.round}.{self.prompt}"


def read_asked(text: str) -> Asked | None:
    found = re.fullmatch(r"([1-9]\d{0,8})\.([1-9])", text, re.ASCII)
    return Asked(int(found[1]), int(found[2])) if found else None


def post_key(asked: Asked, platform: Platform) -> str:
    """The key of the post that puts a prompt on a platform."""
    return f"round:{asked.round}:{asked.prompt}:{platform}"


def new_round(
    title: str,
    prompts: Sequence[str],
    platforms: Sequence[Platform],
    *,
    key: str,
    now: datetime,
    closes: datetime,
) -> Round:
    """Raises ValueError, in words for who opens it."""
    title, *asked = (" ".join(text.split()) for text in (title, *prompts))
    asked = [text for text in asked if text]
    if not title or not asked:
        raise ValueError("A round needs a title and at least one prompt.")
    if len(asked) > MOST_PROMPTS:
        raise ValueError(f"A round has at most {MOST_PROMPTS} prompts. Open another round for the rest.")
    for what, text, most in [("title", title, LONGEST_TITLE), *(("prompt", text, LONGEST_PROMPT) for text in asked)]:
        if len(text) > most:
            raise ValueError(f"The {what} “{text[:30]}…” has {len(text)} characters. Use at most {most}.")
    if closes <= now:
        raise ValueError("The round would be over before it begins. Choose a later day.")
    return Round(key=key, title=title, prompts=tuple(asked), platforms=tuple(platforms), opened=now, closes=closes)


def opening(round: Round, content: Content) -> Mapping[Platform, tuple[Text, ...]]:
    """What opens a round: one post a prompt, in order, so that the answers to each stand below it.

    Raises ValueError where a prompt does not fit a platform.
    """
    return {
        platform: tuple(_put(round, number, platform, content) for number in range(1, len(round.prompts) + 1))
        for platform in round.platforms
    }


def _put(round: Round, number: int, platform: Platform, content: Content) -> Text:
    campaign = content.campaign
    words = content.messages.round_prompt.on(
        platform,
        title=round.title,
        number=number,
        count=len(round.prompts),
        text=round.prompt(number),
        closes=end_words(round.closes, content.zone),
        slash=campaign.slash,
        answer_word=campaign.commands.answer[0],
        hashtag=campaign.hashtag,
    )
    if (long := length(words, platform)) > LIMITS[platform]:
        raise ValueError(
            f"With prompt {number} the post on {platform.label} would have {long} characters, and "
            f"{LIMITS[platform]} fit. Shorten the title or the prompt, or leave {platform.label} out."
        )
    if platform is Platform.X:
        return Text(words)
    return Text(words, buttons=(Button("Answer", ANSWER, str(Asked(round.number, number))),))


def overlapping(round: Round, others: Sequence[Round]) -> Round | None:
    """Another open round on one of its platforms: “answer 2” must mean one prompt."""
    mine = set(round.platforms)
    return next((other for other in others if other.lasts(round.opened) and not mine.isdisjoint(other.platforms)), None)
