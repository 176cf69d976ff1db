"""Which entry of the FAQ answers a question, and how sure of it we are.

A raw similarity never decides "I don't know": one shared word makes strangers look alike. The probability that the
first entry is right weighs how near it is by letters, words and meaning, how far ahead of the second, and how near
the question is to what people ask elsewhere; two numbers of the organisers divide it into three bands.
"""

import threading
from dataclasses import dataclass

from bot.core.answers.matcher import Matcher, Ranking
from bot.core.answers.meaning import Encoder, Language, NoMeaning
from bot.core.answers.splitting import asked_after, goes_on, questions, the_question
from bot.core.content import Bands, Content, FaqEntry

__all__ = [
    "Answer",
    "Answers",
    "Encoder",
    "Known",
    "Language",
    "Matcher",
    "NoMeaning",
    "Ranking",
    "Suggestions",
    "Unknown",
    "answer_by",
    "band",
    "is_likely",
    "matcher_for",
]

_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Known:
    """The answer. `confidence` is the probability that it is right.

    `also` answers the other questions of the same message.
    """

    entry: FaqEntry
    confidence: float
    also: tuple[FaqEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestions:
    """One to three entries that may be meant, best first. `confidence` is the probability that it is the first."""

    entries: tuple[FaqEntry, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing in the FAQ is about this."""


Answer = Known | Suggestions | Unknown


def band(ranking: Ranking, bands: Bands) -> Answer:
    if not ranking.entries or ranking.confidence < bands.suggest:
        return Unknown()
    if ranking.confidence >= bands.answer:
        return Known(ranking.entries[0], ranking.confidence)
    return Suggestions(ranking.entries[:_SUGGESTED], ranking.confidence)


def is_likely(answer: Answer) -> bool:
    """Whether it is more likely than not that the FAQ has the answer."""
    return isinstance(answer, Known) or (isinstance(answer, Suggestions) and answer.confidence > 0.5)


def answer_by(matcher: Matcher, question: str, bands: Bands, after: str = "") -> Answer:
    """What a FAQ has to say to a message, which may be several questions. `after` is the one before it."""
    whole = band(matcher.rank(question), bands)
    several = [band(matcher.rank(part), bands) for part in questions(question, matcher.together)]
    if found := _all_known(several):
        return found
    if isinstance(whole, Known):
        return whole
    if asked := the_question(question):
        alone = band(matcher.rank(asked), bands)
        if isinstance(alone, Known):
            return alone
    if not after:
        return whole
    joined = band(matcher.rank(asked_after(after, question)), bands)
    if not isinstance(joined, Known):
        return whole
    # With the question before it in front, nearly anything finds the answer before it: "that is wrong" does.
    echo = joined.entry.question == after and (not goes_on(question) or is_likely(whole))
    return whole if echo else joined


class Answers:
    """Answers from whatever content it is asked with. A changed content costs a new matcher, once."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encoder = encoder or NoMeaning()
        self._built: tuple[Content, Matcher] | None = None
        self._building = threading.Lock()

    def best_now(self, question: str, content: Content, after: str = "") -> Answer:
        """What the campaign's FAQ has to say. `after` is the question before it in the same thread.

        The first call for a content builds its matcher. Never raises for any text.
        """
        return answer_by(self.matcher(content), question, content.campaign.answers, after)

    def matcher(self, content: Content) -> Matcher:
        with self._building:
            if self._built is None or self._built[0] is not content:
                self._built = content, matcher_for(content, self._encoder)
            return self._built[1]


def matcher_for(content: Content, encoder: Encoder | None = None) -> Matcher:
    return Matcher(
        content.faq,
        encoder,
        labels=[content.campaign.hashtag],
        synonyms=content.synonyms,
        elsewhere=content.not_for_us,
    )


def _all_known(several: list[Answer]) -> Known | None:
    """All of them in one, if each is known and no two have the same answer."""
    known = [answer for answer in several if isinstance(answer, Known)]
    entries = list({answer.entry.id: answer.entry for answer in known}.values())
    if len(known) < max(2, len(several)) or len(entries) < len(known):
        return None
    return Known(entries[0], min(answer.confidence for answer in known), tuple(entries[1:]))
