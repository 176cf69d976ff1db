"""The FAQ's desk: what people ask in vain, and what becomes of it.

Ranking a thousand questions takes the better part of a second: it is done in a thread, and again only when the
content or the questions have changed.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.answers import Answers, Matcher
from bot.core.answers.workshop import Change, Group, changes, drafts, unanswered
from bot.core.content import Content
from bot.core.faq_edits import Edit
from bot.core.questions import Question
from bot.core.record.plots import Plot
from bot.ports import Database
from bot.ports.library import Library

_MOST = 1_000
"""The latest different questions: what was asked before them tells little of what the FAQ lacks now."""
_NOTHING_CLOSE = "nothing close"
_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Open:
    """What has no sure answer: `questions` different ones of the `asked` that were looked at, like with like."""

    groups: Sequence[Group]
    asked: int

    @property
    def questions(self) -> int:
        return sum(len(group.questions) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Overview:
    """`ratings` are, by entry, how many found it useful and how many did not."""

    open: Open
    ratings: Mapping[str, tuple[int, int]]
    answered: Sequence[Question]
    """By people, and not in the FAQ yet."""


class FaqDesk:
    """`in_use` gives the content that the bot answers from, with its answers; `matcher_of` makes a matcher, slowly."""

    def __init__(
        self,
        in_use: Callable[[], tuple[Content, Answers]],
        matcher_of: Callable[[Content], Matcher],
        library: Library,
    ) -> None:
        self._library = library
        self._in_use = in_use
        self._matcher_of = matcher_of
        self._known: tuple[Content, Sequence[str], Open] | None = None
        self._drafted: tuple[Content, Sequence[Question], Sequence[Question]] | None = None

    async def overview(self, database: Database) -> Overview:
        async with database.transaction() as tx:
            asked = [one.text for one in await tx.asked.list()]
            ratings, answered = await tx.asked.ratings(), await tx.questions.answered()
        return Overview(await self._open(_latest(asked)), ratings, await self._drafts(answered))

    async def _open(self, asked: Sequence[str]) -> Open:
        content, answers = self._in_use()
        if self._known is None or self._known[0] is not content or self._known[1] != asked:
            found = await asyncio.to_thread(_groups, asked, content, answers)
            self._known = content, asked, found
        return self._known[2]

    async def _drafts(self, answered: Sequence[Question]) -> Sequence[Question]:
        content, answers = self._in_use()
        if self._drafted is None or self._drafted[0] is not content or self._drafted[1] != answered:
            found = await asyncio.to_thread(_drafts, answered, content, answers)
            self._drafted = content, answered, found
        return self._drafted[2]

    async def others(self, database: Database, edits: Sequence[Edit], texts: Sequence[str]) -> Sequence[Change]:
        """Which other past questions than these would be answered differently. Raises Problem for edits that break
        the content."""
        async with database.transaction() as tx:
            asked = _latest([one.text for one in await tx.asked.list()])
        return await asyncio.to_thread(self._others, [text for text in asked if text not in set(texts)], edits)

    def _others(self, asked: Sequence[str], edits: Sequence[Edit]) -> Sequence[Change]:
        (in_use, answers), before, after = self._in_use(), self._library.content(), self._library.with_edits(edits)
        # Building a matcher costs far more than asking it: the one in use serves, where the files say the same.
        old = answers.matcher(in_use) if before == in_use else self._matcher_of(before)
        return changes(asked, old, self._matcher_of(after), after.campaign.answers)


async def decide(
    database: Database, library: Library, edits: Sequence[Edit], texts: Sequence[str], who: str, now: datetime
) -> None:
    """Make the edits; the questions of `texts` are dealt with. Raises Problem where nothing was changed."""
    await asyncio.to_thread(library.edit, edits)
    async with database.transaction() as tx:
        await tx.asked.drop(texts)
        for edit in edits:
            await tx.audit.add(now, who, *edit.told())


def _latest(asked: Sequence[str]) -> Sequence[str]:
    """The latest different ones, in the order in which they were asked."""
    return list(dict.fromkeys(reversed(asked)))[:_MOST][::-1]


def _groups(asked: Sequence[str], content: Content, answers: Answers) -> Open:
    return Open(unanswered(asked, answers.matcher(content), content.campaign.answers), len(asked))


def _drafts(answered: Sequence[Question], content: Content, answers: Answers) -> Sequence[Question]:
    return drafts(answered, answers.matcher(content), content.campaign.answers)


def gaps(found: Open) -> Plot:
    """Where the FAQ lacks something: the questions without a sure answer, by the entry that comes closest."""
    counts = Counter[str]()
    for group in found.groups:
        counts[group.closest.entries[0].id if group.closest.entries else _NOTHING_CLOSE] += len(group.questions)
    rows = tuple(counts.most_common(_COLUMNS))
    sentence = "Every question that was asked has a sure answer."
    if rows:
        near, most = rows[0]
        where = "far from every entry" if near == _NOTHING_CLOSE else f"near the entry “{near}”"
        said = f"{found.questions:,} of {found.asked:,} questions have no sure answer"
        sentence = f"{said}; most of them, {most:,}, are {where}."
    return Plot("gaps", "Gaps by the closest entry", sentence, ("Closest entry", "Questions"), rows)
