"""Greetings, thanks and abuse: what a message is when it asks nothing. The words stand in `content/manners.yaml`."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from bot.core.fields import ContentModel, Line
from bot.core.words import COURTESY, without_emoji_names

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ADDRESSED = frozenset(
    {"all", "everyone", "everybody", "there", "bot", "team", "folks", "you", "so", "very", "much", "please", "now"}
)

Phrases = Annotated[tuple[Line, ...], Field(max_length=200)]


class Manners(ContentModel):
    greetings: Phrases = ("hello", "hi", "hey", "good morning", "good afternoon", "good evening")
    """A message of these alone gets a greeting."""
    thanks: Phrases = ("thanks", "thank you", "cheers")
    """A message of these alone is heard and needs no answer but a short one."""
    agreement: Phrases = ("yes", "yes please", "yep", "yeah")
    """A message of these alone, after "did you mean …?", gets the answer to that."""
    refusal: Phrases = ("no", "nope", "none of these", "neither")
    """A message of these alone, after "did you mean …?" or an answer, is shown the way to a person."""
    rude: Phrases = ()
    """Whole words. Who uses one, and asks nothing that the bot can answer, is asked once a day to be kind."""


PLAIN_MANNERS = Manners()
"""Where there is no such file."""


def is_only(text: str, phrases: Sequence[str]) -> bool:
    """Whether a message is one or more of the phrases, and perhaps whom they are for ("good morning everyone")."""
    said, met = _said(text), False
    while said:
        phrase = next((one for one in _longest_first(tuple(phrases)) if said[: len(one)] == one), None)
        if phrase is None and not (met and said[0] in _ADDRESSED):
            return False
        met = True
        said = said[len(phrase) if phrase else 1 :]
    return met


def is_order(text: str, phrases: Sequence[str]) -> bool:
    """The same for a command of phrases, with courtesy around it ("sorry, pls stop, thanks")."""
    plain = " ".join(word for word in _said(text) if word not in COURTESY)
    return is_only(text, phrases) or is_only(plain, phrases)


def is_rude(text: str, manners: Manners) -> bool:
    said = f" {' '.join(_said(text))} "
    return any(f" {' '.join(_said(phrase))} " in said for phrase in manners.rude)


@lru_cache
def _longest_first(phrases: tuple[str, ...]) -> list[list[str]]:
    return sorted(filter(None, map(_said, phrases)), key=len, reverse=True)


def _said(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(without_emoji_names(text[:500]))]
