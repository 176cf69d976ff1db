"""Words and abbreviations that mean the same to this community, made one."""

from collections.abc import Sequence

from bot.core.words import words


class Synonyms:
    """Each group's first member takes the place of the others, wherever they stand in a text."""

    def __init__(self, groups: Sequence[Sequence[str]] = ()) -> None:
        self._first: dict[tuple[str, ...], tuple[str, ...]] = {}
        for first, *others in groups:
            for other in others:
                if found := words(other):
                    self._first.setdefault(found, words(first))
        self._longest = max(map(len, self._first), default=0)

    def unified(self, tokens: Sequence[str]) -> tuple[str, ...]:
        found: list[str] = []
        place = 0
        while place < len(tokens):
            size, meant = self._at(tokens, place)
            found += meant
            place += size
        return tuple(found)

    def _at(self, tokens: Sequence[str], place: int) -> tuple[int, Sequence[str]]:
        """The longest phrase that begins here: its number of words, and what stands for it."""
        for size in range(min(self._longest, len(tokens) - place), 0, -1):
            if (meant := self._first.get(tuple(tokens[place : place + size]))) is not None:
                return size, meant
        return 1, tokens[place : place + 1]
