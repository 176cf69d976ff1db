"""Plays the story on the page, step by step, and tells what came of each."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

import structlog

from bot.demo.session import FASTEST, StoryStopped
from bot.demo.story import STEPS
from bot.demo.tale import Tale

log = structlog.get_logger()

TRAILERS: Mapping[str, str] = {
    "Key actions": "The month's first key action goes out on all three platforms.",
    "A question": "Three people ask the same thing, with typing mistakes.",
    "Not summoned": "Somebody uses the hashtag without asking the bot.",
    "A card": "The campaign posts a new picture on X.",
    "Feedback": "Three people say what they think, each in another way.",
    "The moderator": "Somebody curious, then a moderator, asks for the feedback.",
    "The organiser": "An organiser queues a key action for tomorrow.",
    "The chat": "The hosted chat, from the first reminder to the end.",
    "The ledger": "We count: is everything there, and once?",
}
"""What a step is about, before it is played."""


class Standing(StrEnum):
    LATER = "later"
    NOW = "now"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True)
class Told:
    """A step as the page shows it. `sentence` is what came of it."""

    title: str
    trailer: str
    standing: Standing = Standing.LATER
    sentence: str = ""


class Narrator:
    """Plays one step at a time. While a step is played, the clock is the story's."""

    def __init__(self, tale: Tale) -> None:
        self._tale = tale
        self._task: asyncio.Task[None] | None = None
        self.told = [Told(title, TRAILERS.get(title, "")) for title, _ in STEPS]

    @property
    def playing(self) -> bool:
        return any(step.standing is Standing.NOW for step in self.told)

    @property
    def next(self) -> int | None:
        """The number of the step that comes next, from 0; None after the last."""
        return next((number for number, step in enumerate(self.told) if step.standing is Standing.LATER), None)

    def play(self, number: int, *, and_the_rest: bool) -> str:
        """Begin a step. Answers why not, in a sentence, or nothing when it has begun."""
        if self.playing:
            return "A step of the story is being played already. Wait until it has ended."
        if number != self.next:
            return "This step has been played already, perhaps in another tab. Nothing was done twice."
        self._mark(number, Standing.NOW)
        self._task = asyncio.create_task(self._play_from(number, and_the_rest))
        return ""

    async def ended(self) -> None:
        """Wait until what is being played has ended."""
        if self._task is not None:
            await self._task

    async def _play_from(self, number: int, and_the_rest: bool) -> None:
        """A step that does not hold ends it: the visitor should see that one first."""
        async with self._full_speed():
            held = await self._play(number)
            while and_the_rest and held and self.next is not None:
                held = await self._play(self.next)

    @asynccontextmanager
    async def _full_speed(self) -> AsyncIterator[None]:
        clock = self._tale.here.clock
        speed, paused = clock.speed, clock.paused
        clock.set_speed(FASTEST)
        clock.resume()
        await self._tale.here.clock_changed()
        try:
            yield
        finally:
            clock.set_speed(speed)
            if paused:
                clock.pause()
            await self._tale.here.clock_changed()

    async def _play(self, number: int) -> bool:
        self._mark(number, Standing.NOW)
        try:
            self._mark(number, Standing.HELD, await STEPS[number][1](self._tale))
        except StoryStopped as stopped:
            self._mark(number, Standing.FAILED, str(stopped))
        except Exception:
            # Whatever it was, the visitor is told, and the page goes on.
            log.exception("a step of the story failed", step=self.told[number].title)
            self._mark(number, Standing.FAILED, "The platforms are not as this step expects, so it was not ended.")
        return self.told[number].standing is Standing.HELD

    def _mark(self, number: int, standing: Standing, sentence: str = "") -> None:
        self.told[number] = replace(self.told[number], standing=standing, sentence=sentence)
