"""The figures of a chat while it is on, kept up with what is heard."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.qn import Labeller
from bot.core.record.figures import Figures, Tally
from bot.core.record.labels import label
from bot.core.record.transcript import sift
from bot.core.record.values import About
from bot.ports import Database
from bot.runtime.record import as_it_was

_SOME = 1_000
"""Posts that are read at once."""
_STRAGGLERS = 200
"""Where several workers write, posts may appear below the last number that was seen: so many are looked at again.
A worker writes half as many at once."""


class LiveFigures:
    """Each look reads what is new, so that it costs no more late in a chat than early in it.

    When a post was changed, hidden or deleted, everything is counted anew. What a post answers is as it looked when it
    was heard: the record, which is made from all posts in their order, may know better.
    """

    def __init__(self, database: Database, about: About) -> None:
        self._database = database
        self._planned = about
        self._end = about.end
        self._labeller = Labeller()
        self._asked: Sequence[Asked] = ()
        self._begin(about, -1, ())

    @property
    def end(self) -> datetime:
        """When the chat ends, as was known at the last look."""
        return self._end

    async def look(self) -> Figures:
        while await self._read_on():
            pass
        return self._tally.figures(self._reposts, self._quotes)

    async def _read_on(self) -> bool:
        """Count what is new, or some of it. Whether there may be more."""
        async with self._database.transaction() as tx:
            about, revision = await as_it_was(tx, self._planned), await tx.heard.revision()
            if revision != self._revision or self._is_another(about.asked):
                self._begin(about, revision, await tx.heard.passed(about.id))
            new = await tx.heard.after(about.id, self._last - _STRAGGLERS, _SOME + _STRAGGLERS)
        # Outside the transaction: recognising answers takes its time, and on SQLite nobody else can write meanwhile.
        self._ask(about)
        self._count(about, new)
        return len(new) == _SOME + _STRAGGLERS

    def _is_another(self, asked: Sequence[Asked]) -> bool:
        """Whether something was put otherwise than we knew. Then all answers are looked at anew."""
        times = {question.number: question.at for question in asked}
        if all(times.get(known.number) == known.at for known in self._asked):
            return False
        self._labeller, self._asked = Labeller(), ()
        return True

    def _begin(self, about: About, revision: int, passed: Collection[tuple[Platform, str]]) -> None:
        self._revision, self._passed = revision, passed
        self._tally = Tally(about)
        self._last = self._reposts = self._quotes = 0
        self._seen: AbstractSet[int] = frozenset()

    def _ask(self, about: About) -> None:
        for question in about.asked:
            if question not in self._asked:
                self._labeller.ask(question)
        self._asked = about.asked
        self._tally.goes_on(about)
        self._end = about.end

    def _count(self, about: About, read: Sequence[tuple[int, HeardPost]]) -> None:
        new = sorted((post for number, post in read if number not in self._seen), key=lambda post: post.at)
        self._last = max([self._last, *(number for number, _ in read)])
        self._seen = {number for number, _ in read if number > self._last - _STRAGGLERS}
        sifted = sift(about, [label(self._labeller, post, self._passed) for post in new])
        self._reposts += sifted.reposts
        self._quotes += sifted.quotes
        for one in sifted.kept:
            self._tally.add(one)
