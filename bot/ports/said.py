"""What is kept of what people say: feedback, questions, and what is heard of a chat."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.asked import Asked
from bot.core.events import Platform
from bot.core.feedback import EVERYTHING, Feedback, Row, Status, Wanted
from bot.core.heard import HeardPost
from bot.core.ledger import Month
from bot.core.questions import Question
from bot.core.record.values import Who
from bot.core.rounds import Asked as AskedPrompt
from bot.core.rounds import Round


class FeedbackLog(Protocol):
    async def add(self, feedback: Feedback) -> int:
        """Keep feedback and return its number. The same key again returns the same number."""

    async def number_of(self, key: str) -> int:
        """0 when nothing was kept with this key, or it was deleted."""

    async def add_all(self, found: Sequence[Feedback]) -> int:
        """Keep many, in a tenth of the time. Returns how many are new: their keys were not there."""

    async def get(self, number: int) -> Feedback | None: ...

    async def several(self, numbers: Sequence[int]) -> Sequence[Feedback]:
        """Those that are there, in no order."""

    async def list(
        self, wanted: Wanted = EVERYTHING, *, before: Feedback | None = None, limit: int = 50
    ) -> Sequence[Feedback]:
        """Latest first; those that come after `before` in this order. A search for words goes by number."""

    async def rows(
        self, wanted: Wanted = EVERYTHING, *, after: Row | None = None, limit: int, personal: bool = False
    ) -> Sequence[Row]:
        """The same the other way round, as flat rows: the next ones after `after`. With personal data, or without."""

    async def count(self, wanted: Wanted = EVERYTHING) -> int: ...

    async def tag(self, number: int, *, add: Collection[str] = (), remove: Collection[str] = ()) -> bool:
        """Put tags on, take tags off. False when there is no such feedback."""

    async def mark(self, number: int, status: Status) -> bool:
        """Set how far it has come. False when there is no such feedback."""

    async def unname(self, received_before: datetime) -> int:
        """Forget who gave old feedback, their contact, and keys that lead to them. Returns of how many pieces."""

    async def forget(self, received_before: datetime) -> int:
        """Delete old feedback. Returns how many pieces. Their numbers are not given again."""

    async def take_back(self, number: int, who: str) -> bool:
        """Delete feedback at its author's wish. False when they gave none of this number.

        `who` is a person's ref; where no author is known, the feedback's key.
        """


class Rounds(Protocol):
    """Rounds of feedback, and which feedback answers them."""

    async def add(self, round: Round) -> int:
        """Keep a round and return its number. The same key again returns the same number."""

    async def get(self, number: int) -> Round | None: ...

    async def list(self, *, open_at: datetime | None = None) -> Sequence[Round]:
        """Those that take answers at an instant, or all. Latest first."""

    async def close(self, number: int, at: datetime) -> bool:
        """Take no more answers from an instant on. False when it took none by then, or there is none."""

    async def answer(self, feedback: int, asked: AskedPrompt) -> None:
        """Have feedback, by its number, answer a prompt. Once it does, another prompt changes nothing."""

    async def answers(self, number: int) -> Sequence[tuple[int, Feedback]]:
        """A round's answers in the order in which they came, each with its prompt; without authors and tags."""

    async def forget(self, closed_before: datetime) -> int:
        """Delete old rounds of which no answer is left, but never the last one. Returns how many."""


class Tallies(Protocol):
    """What was sent and said, counted."""

    async def months(self, since: datetime, until: datetime) -> Mapping[str, Month]:
        """By month (in UTC), those in which there was anything."""

    async def sent(self, keys: Collection[str]) -> Sequence[tuple[str, datetime, str]]:
        """Which of these posts were sent: each one's key, when, and the platform's id."""


class Questions(Protocol):
    """Questions for a person."""

    async def add(self, question: Question) -> int:
        """Keep a question and return its number. The same key again returns the same number."""

    async def get(self, number: int) -> Question | None: ...

    async def change(self, question: Question) -> bool:
        """Replace a question whose stored version is `question.version`; the version rises by one."""

    async def waiting(self) -> Sequence[Question]:
        """Those without an answer, oldest first."""

    async def answered(self) -> Sequence[Question]:
        """Those with an answer, oldest first."""

    async def due(self, now: datetime) -> Sequence[Question]:
        """Those whose next step is due, oldest first."""

    async def drop(self, number: int) -> bool:
        """Delete a question. False when there is none."""

    async def forget(self, before: datetime) -> int:
        """Delete what was asked before an instant, whether it was answered or not. Returns how many."""


class AskedLog(Protocol):
    """What people asked the bot, without who it was."""

    async def add(self, asked: Asked) -> int:
        """Keep it and return its number."""

    async def get(self, number: int) -> Asked | None: ...

    async def list(self) -> Sequence[Asked]:
        """Oldest first."""

    async def unanswered(self) -> int:
        """How many of them the FAQ had nothing for."""

    async def drop(self, texts: Collection[str]) -> int:
        """Delete what has been dealt with, by its words. Returns how many."""

    async def forget(self, before: datetime) -> int:
        """Delete what was asked on a day before an instant. Returns how many."""

    async def rate(self, entry: str, *, useful: bool, by: int = 1) -> None:
        """Count one opinion about an answer, or take one back: then `by` is -1."""

    async def ratings(self) -> Mapping[str, tuple[int, int]]:
        """How many found each entry useful, and how many did not."""


class HeardLog(Protocol):
    """What is heard in chats. What somebody deleted or does not want kept is gone, and does not come in again."""

    async def add(self, chat: str, posts: Sequence[HeardPost]) -> int:
        """Keep posts of a chat. Those that are there already change nothing. Returns how many are new."""

    async def list(self, chat: str) -> Sequence[HeardPost]:
        """The posts of a chat that are not hidden, in the order of time."""

    async def after(self, chat: str, number: int, limit: int) -> Sequence[tuple[int, HeardPost]]:
        """The same in the order in which they were kept, each with its number, from the first above `number` on."""

    async def revision(self) -> int:
        """Rises when something that was kept is changed, hidden, passed or deleted, in whichever chat."""

    async def change(self, platform: Platform, post: str, text: str) -> bool:
        """Keep the new words of a post that was edited. False when it is not kept."""

    async def remove(self, platform: Platform, posts: Collection[str], now: datetime) -> int:
        """Delete posts that were deleted on their platform. Returns how many there were."""

    async def hide(self, chat: str, platform: Platform, post: str, *, hidden: bool = True) -> bool:
        """Leave a post out of the record, or pass it, whatever it looks like. False when it is not kept."""

    async def passed(self, chat: str) -> Collection[tuple[Platform, str]]:
        """The posts that somebody has passed, by platform and id."""

    async def counts(self, chats: Collection[str] | None = None) -> Mapping[str, int]:
        """How many posts of each chat there are, hidden ones too."""

    async def opt_out(self, people: Collection[Who], now: datetime) -> int:
        """Delete what people said, and keep nothing of theirs from now on. Returns how many posts there were."""

    async def opt_in(self, people: Collection[Who]) -> bool:
        """Take the wish of `opt_out` back. False when there was none."""
