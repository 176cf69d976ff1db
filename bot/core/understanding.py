"""Which pieces of feedback say much the same, and which tags they may want: by their words alone, with no service."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.core.answers.sparse import Index
from bot.core.feedback import Feedback, themes
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


@dataclass(frozen=True, slots=True)
class Related:
    """What one piece has in common with others: tags that it may want, the likeliest first, and the numbers of those
    that say much the same."""

    tags: Sequence[str]
    like: Sequence[int]


class Pieces:
    """Feedback to compare with. Tags are learnt from those that moderators put on it."""

    def __init__(self, pieces: Sequence[Feedback]) -> None:
        self._pieces = pieces
        self._said = [_telling(one.text) for one in pieces]
        self._index = Index(self._said)
        tags = {tag for one in pieces for tag in themes(one.tags)}
        self._known = {tag: _stems(tag) for tag in sorted(tags)}

    def related(self, feedback: Feedback) -> Related:
        """Whether it is among the pieces itself makes no difference."""
        near = self._index.compare(_telling(feedback.text)).tolist()
        others = [(one, how) for one, how in zip(self._pieces, near, strict=True) if one.number != feedback.number]
        scores = self._named(feedback.text)
        for one, how in others:
            scores.update({tag: how for tag in themes(one.tags) if how >= _LIKE})
        tags = [tag for tag, _ in scores.most_common() if tag not in feedback.tags][:_MOST]
        return Related(tags, [one.number for one, how in others if how >= _SAME])

    @cached_property
    def groups(self) -> Sequence[Sequence[Feedback]]:
        """Two and more that say much the same: the largest group first, each in the order given."""
        left = np.ones(len(self._pieces), bool)
        groups: list[Sequence[Feedback]] = []
        for place, tokens in enumerate(self._said):
            if left[place]:
                near = np.flatnonzero((self._index.compare(tokens) >= _SAME) & left)
                left[near] = False
                groups.append([self._pieces[other] for other in near.tolist() if other >= place])
        return sorted((group for group in groups if len(group) > 1), key=lambda group: -len(group))

    def _named(self, text: str) -> Counter[str]:
        """The tags whose own words are in it."""
        said = _stems(text)
        return Counter({tag: 1.0 for tag, parts in self._known.items() if parts and parts <= said})


def _telling(text: str) -> Sequence[str]:
    """The words that say what it is about; all, where there are no others."""
    said = words(text)
    return [word for word in said if word not in COMMON and word not in _DEGREES] or said


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _telling(text.replace("-", " ")))
