"""Which entry of the FAQ answers a question, and how sure of it we are.

A raw similarity never decides "I don't know": one shared word makes strangers look alike. Confidence
weighs how alike question and phrasing are, how much of the question's weight the entry and the whole FAQ
know, and how far the best entry is ahead of the second.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.core.content import Content, FaqEntry
from bot.core.words import COMMON, stem, words

SURE = 0.55
"""From here on we answer. A wrong answer loses trust faster than a right one wins it: of what is not in the FAQ,
about seven in eight stay below."""
LIKELY = 0.2
"""From here on we ask "did you mean …?": a guess costs a glance. Below it the guesses are noise."""

_SHORTLIST = 8  # entries compared closely

# Logistic weights, fitted to questions in and out of scope of this campaign's FAQ and of a public set (CLINC150).
_MARGIN, _RATIO, _COVERAGE, _KNOWN, _LENGTH, _BIAS = 3.3, 5.8, 1.6, 0.7, 1.8, -6.6


@dataclass(frozen=True, slots=True)
class Known:
    """The answer. `confidence` is between 0 and 1 and comparable between questions."""

    entry: FaqEntry
    confidence: float


@dataclass(frozen=True, slots=True)
class Suggestions:
    """One to three entries that may be meant, best first."""

    entries: tuple[FaqEntry, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing in the FAQ is about this."""


Answer = Known | Suggestions | Unknown


@dataclass(frozen=True, slots=True)
class Ranking:
    """The closest entries, best first, and how sure we are of the first."""

    entries: tuple[FaqEntry, ...] = ()
    confidence: float = 0.0


def _grams(tokens: Sequence[str]) -> Iterator[tuple[str, float]]:
    """What two texts are compared by, with its weight: words, pairs of words, and letters within words."""
    weights = [0.6 if token in COMMON else 1.0 for token in tokens]
    stems = [stem(token) for token in tokens]
    yield from zip(stems, weights, strict=True)
    for place in range(1, len(tokens)):
        yield f"{stems[place - 1]} {stems[place]}", max(weights[place - 1 : place + 1])
    for token, weight in zip(tokens, weights, strict=True):
        padded = f"-{token}-"
        for size in (3, 4, 5):
            for start in range(len(padded) - size + 1):
                yield f"/{padded[start : start + size]}", weight / 5


@dataclass(frozen=True, slots=True)
class _Close:
    """How near an entry is: `likeness` ranks; `ratio` (word by word) and `coverage` (of the question) are 0 to 1."""

    entry: int
    likeness: float
    ratio: float
    coverage: float


class Matcher:
    """Built once for a FAQ: building costs far more than matching.

    `label` is the hashtag that people put on anything, whatever they ask.
    """

    def __init__(self, faq: Sequence[FaqEntry], label: str = "") -> None:
        self._faq, self._label = tuple(faq), words(label)
        self._phrasings = [[self._words(text) for text in (entry.question, *entry.phrasings)] for entry in faq]
        self._stems = [{stem(word) for tokens in phrasings for word in tokens} for phrasings in self._phrasings]
        self._vocabulary = sorted({word for phrasings in self._phrasings for tokens in phrasings for word in tokens})
        self._known = frozenset[str]().union(*self._stems)
        # The answer counts as one more phrasing: it holds words that people ask with.
        documents = [
            (number, tokens)
            for number, phrasings in enumerate(self._phrasings)
            for tokens in (*phrasings, words(self._faq[number].answer))
        ]
        counts = Counter(gram for _, tokens in documents for gram in {gram for gram, _ in _grams(tokens)})
        self._rarest = math.log(1 + len(documents)) + 1
        self._rarity = {gram: self._rarest - math.log(1 + count) for gram, count in counts.items()}
        self._index: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
        for place, (number, tokens) in enumerate(documents):
            for gram, weight in self._vector(tokens).items():
                self._index[gram].append((number, place, weight))

    def match(self, text: str) -> Answer:
        """The answer, up to three guesses, or the honest admission. Never raises, whatever the text."""
        ranking = self.rank(text)
        if ranking.confidence >= SURE:
            return Known(ranking.entries[0], ranking.confidence)
        if ranking.confidence >= LIKELY:
            return Suggestions(ranking.entries[:3])
        return Unknown()

    def rank(self, text: str) -> Ranking:
        tokens = tuple(self._spelt(word) for word in self._words(text))
        compared = (self._compare(tokens, *near) for near in self._nearest(tokens))
        close = sorted(compared, key=lambda one: (-one.likeness, one.entry))
        if not close:
            return Ranking()
        return Ranking(tuple(self._faq[one.entry] for one in close), self._confidence(tokens, close))

    def _words(self, text: str) -> Sequence[str]:
        """Without the label, unless it is all that the question is about ("what is #AMillionDecisions?")."""
        tokens, size = words(text), len(self._label)
        places = [n for n in range(len(tokens)) if size and tuple(tokens[n : n + size]) == self._label]
        rest = [token for n, token in enumerate(tokens) if not any(place <= n < place + size for place in places)]
        return rest if any(token not in COMMON for token in rest) else tokens

    def _spelt(self, word: str) -> str:
        """The word of the FAQ that a misspelt one was meant to be; a word that is known or unlike any stays."""
        if word in COMMON or len(word) < 3 or stem(word) in self._known:
            return word
        limit = 2 if len(word) > 5 else 1
        found = process.extractOne(word, self._vocabulary, scorer=OSA.distance, score_cutoff=limit)
        if found is None or found[0][0] != word[0]:
            return word
        # In a short word one changed letter makes another word ("cat", "can"): only swapped letters are a slip.
        return found[0] if len(word) > 3 or sorted(found[0]) == sorted(word) else word

    def _vector(self, tokens: Sequence[str]) -> Mapping[str, float]:
        sums: dict[str, float] = defaultdict(float)
        for gram, weight in _grams(tokens):
            sums[gram] += weight
        weighed = {gram: weight**0.8 * self._rarity.get(gram, self._rarest) for gram, weight in sums.items()}
        length = math.hypot(*weighed.values()) or 1.0
        return {gram: weight / length for gram, weight in weighed.items()}

    def _nearest(self, tokens: Sequence[str]) -> list[tuple[int, float]]:
        """Entries and their cosine similarity: the best phrasing, and a little of the next two."""
        scores: dict[tuple[int, int], float] = defaultdict(float)
        for gram, weight in self._vector(tokens).items():
            for number, place, other in self._index.get(gram, ()):
                scores[number, place] += weight * other
        by_entry: dict[int, list[float]] = defaultdict(list)
        for (number, _), score in scores.items():
            by_entry[number].append(score)
        tops = {number: sorted(found, reverse=True)[:3] for number, found in by_entry.items()}
        near = [(number, top[0] + 0.12 * sum(top)) for number, top in tops.items()]
        return sorted(near, key=lambda one: (-one[1], one[0]))[:_SHORTLIST]

    def _compare(self, tokens: Sequence[str], number: int, similarity: float) -> _Close:
        text = " ".join(tokens)
        others = [" ".join(phrasing) for phrasing in self._phrasings[number]]
        ratio = max(fuzz.token_set_ratio(text, other) + fuzz.token_sort_ratio(text, other) for other in others) / 200
        coverage = self._coverage(tokens, self._stems[number])
        return _Close(number, similarity + 0.3 * ratio + 0.5 * coverage, ratio, coverage)

    def _coverage(self, tokens: Sequence[str], stems: set[str] | frozenset[str]) -> float:
        """How much of the question, by the rarity of its words, is among `stems`: 0 to 1."""
        weights = [(root := stem(t), self._rarity.get(root, self._rarest)) for t in tokens if t not in COMMON]
        total = sum(weight for _, weight in weights)
        return sum(weight for root, weight in weights if root in stems) / total if total else 0.0

    def _confidence(self, tokens: Sequence[str], close: Sequence[_Close]) -> float:
        first = close[0]
        margin = first.likeness - (close[1].likeness if len(close) > 1 else 0.0)
        # Six telling words are plenty to go by; with one or two, many entries look right.
        length = min(sum(token not in COMMON for token in tokens), 6) / 6
        total = _BIAS + _MARGIN * margin + _RATIO * first.ratio + _COVERAGE * first.coverage
        total += _KNOWN * self._coverage(tokens, self._known) + _LENGTH * length
        return 1 / (1 + math.exp(-total))


@lru_cache(maxsize=4)
def _matcher(faq: tuple[FaqEntry, ...], label: str) -> Matcher:
    return Matcher(faq, label)


def best(question: str, content: Content) -> Answer:
    """What the campaign's FAQ has to say. The first call builds the matcher (a tenth of a second)."""
    return _matcher(content.faq, content.campaign.hashtag).match(question)
