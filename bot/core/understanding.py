"""Which pieces of feedback say much the same, and which tags they may want: by their words alone, with no service."""

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from bot.core.answers.sparse import Index
from bot.core.words import COMMON, stem, words

_SAME = 0.4
"""How near two pieces are that say much the same, of 1, by words and by letters."""
_LIKE = 0.3
"""How near a piece is whose tags may be wanted here, too."""
_DEGREES = {
    "too",
    "very",
    "much",
    "more",
    "many",
    "most",
    "really",
    "quite",
    "less",
    "few",
    "far",
    "lot",
    "lots",
    "all",
}
_MOST = 3
"""Tags that are suggested: more would be read by nobody."""


def alike(texts: Sequence[str]) -> Sequence[Sequence[int]]:
    """Groups of two and more that say much the same, by their places: the largest first, each in the order given."""
    said = [_telling(text) for text in texts]
    index, left = Index(said), np.ones(len(texts), bool)
    groups = []
    for place, tokens in enumerate(said):
        if not left[place]:
            continue
        near = np.flatnonzero((index.compare(tokens) >= _SAME) & left)
        left[near] = False
        groups.append([int(other) for other in near if other >= place])
    return sorted((group for group in groups if len(group) > 1), key=lambda group: -len(group))


class Suggester:
    """Learns from what moderators have tagged: pieces, each with its tags."""

    def __init__(self, tagged: Sequence[tuple[str, Collection[str]]]) -> None:
        self._tags = [frozenset(tags) for _, tags in tagged]
        self._index = Index([_telling(text) for text, _ in tagged])
        self._known = {tag: _stems(tag) for tag in sorted(frozenset().union(*self._tags))}

    def suggested(self, text: str, has: Collection[str] = ()) -> Sequence[str]:
        """At most three tags, the likeliest first: those whose own words are in the text, and those of its like."""
        scores: Counter[str] = Counter()
        said = _stems(text)
        for tag, parts in self._known.items():
            scores[tag] += 1 if parts and parts <= said else 0
        for tags, near in zip(self._tags, self._index.compare(_telling(text)).tolist(), strict=True):
            for tag in sorted(tags) if near >= _LIKE else ():
                scores[tag] += near
        return [tag for tag, score in scores.most_common() if score and tag not in has][:_MOST]


def _telling(text: str) -> Sequence[str]:
    """The words that say what it is about; all, where there are no others."""
    said = words(text)
    return [word for word in said if word not in COMMON and word not in _DEGREES] or said


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _telling(text.replace("-", " ")))
