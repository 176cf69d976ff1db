"""What a chat kept coming back to, and what its people said that they would do: from their own words, by counting."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.core.record.links import URL
from bot.core.record.values import Line, Transcript

_MOST_THEMES, _MOST_PROMISES = 8, 20
"""How many of each a recap names at most."""

_NOISE = re.compile(rf"{URL.pattern}|[@#]\w+|\b[AQ]\.?\s?\d+\w?\b", re.IGNORECASE)
_LABEL = re.compile(r"^\W*[AQT]\.? ?\d{1,2}[a-z]?\b[\s:.)-]*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’-]*[^\W_]")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_PROMISE = re.compile(
    r"\b(?:I|we)(?:[’']ll| will| shall)\b|\b(?:I[’']m|I am|we[’']re|we are) (?:also |now )?(?:going|planning) to\b"
    r"|\bI (?:plan|intend|promise|pledge) to\b|\bmy (?:action|pledge|next step)s?\b",
    re.IGNORECASE,
)
_NO_PROMISE = re.compile(
    r"\b(?:will|shall|[’']ll|going to) (?:also |probably |just )?"
    r"(?:not|never|be (?:late|honest|back|quiet|lurking|joining)|say|admit|see you|stop|lurk"
    r"|have to (?:go|leave|dash))\b"
    r"|\bif (?:I|we)\b|\bthink (?:I|we)[’' ]",
    re.IGNORECASE,
)
_COMMON = frozenset(
    re.findall(
        r"\S+",
        "a about above actually after again all also always am an and any anyone are aren't around as ask at away "
        "back be because been before being best better between big bit both but by can can't cannot chat come could "
        "couldn't did didn't do does doesn't doing don't done down each either else etc even ever every everyone "
        "example far few find first for from get gets getting give go going good got great had hadn't happy hard has "
        "hasn't have haven't having he hello her here hi him his how however i i'd i'll i'm i've if in into is isn't "
        "it it's its itself just keep kind know last least less let let's like lot lots love made make makes making "
        "many may maybe me mean might more most much must my name need needs never new next nice no not nothing now "
        "of off oh ok on one ones only or other others our out over own part people perhaps please point put quite "
        "rather re really right said same say see seems seen she should so some someone something sometimes soon "
        "still such sure take tell than thank thanks that that's the their them then there there's these they they're "
        "thing things think this those though thought time to tonight too try trying two up us use used useful using "
        "very want wants was wasn't way we we'd we'll we're we've well were what what's when where which while who "
        "why will with won't work would wouldn't yeah yes yet you you'd you're you've your yours",
    )
)


@dataclass(frozen=True, slots=True)
class Theme:
    words: str
    people: int


def themes(transcript: Transcript) -> Sequence[Theme]:
    """The word pairs that most people used, each at least two of them."""
    said_by: dict[tuple[str, str], set[str]] = {}
    for section in transcript.sections:
        for line in section.lines:
            for pair in _pairs(line.text):
                said_by.setdefault(pair, set()).add(line.who)
    shared = [Theme(" ".join(pair), len(people)) for pair, people in said_by.items() if len(people) > 1]
    return sorted(shared, key=lambda theme: (-theme.people, theme.words))[:_MOST_THEMES]


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Neighbours within a sentence, neither of them a word like "the"."""
    for part in re.split(r"[^\w\s'’-]+", _NOISE.sub(".", text.casefold().replace("’", "'"))):
        words = _WORD.findall(part)
        for first, second in pairwise(words):
            if first not in _COMMON and second not in _COMMON:
                yield first, second


def promises(transcript: Transcript) -> Sequence[tuple[Line, str]]:
    """Sentences in which somebody says what they will do, in order. The rest of such a post is left out."""
    found: list[tuple[Line, str]] = []
    for section in transcript.sections:
        for line in section.lines:
            for sentence in _SENTENCE.split(line.text):
                if _PROMISE.search(sentence) and not _NO_PROMISE.search(sentence) and "?" not in sentence:
                    found.append((line, " ".join(_LABEL.sub("", sentence).split())))
                    break
    return sorted(found, key=lambda one: one[0].at)[:_MOST_PROMISES]
