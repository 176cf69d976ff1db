"""Post by post: which questions of the chat each answers, how one can tell, and how sure that is."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from bot.core.heard import Asked, HeardPost
from bot.core.qn import labels as marks
from bot.core.qn import running, talk
from bot.core.qn.about import Topic, closest, restates, telling
from bot.core.qn.matched import Held, How, Matched

_LONGEST = 1000
"""Characters looked at: more than a post has, so that the cost of one is bounded."""
_CONTINUES = timedelta(minutes=10)
"""After that a "2/2" belongs to something else than the author's last post."""
_RECENT = timedelta(minutes=12)
"""How long a post that opens with somebody's name is taken for an answer to their last one."""
_TAKEN, _TAKEN_FROM_REPLY = 0.6, 0.3
"""From this chance on the question is put down, be it with a confidence below 0.5: a reply stays with what it replies
to unless it is clearly small talk. Of 0.4 to 0.6, and 0.05 to 0.5, the best on the tuning chats of both hands."""
_FROM_REPLY, _FROM_THREAD, _FROM_NAME, _FROM_WORDS = 0.95, 0.9, 0.75, 0.6
_REPEATED_BY_ONE, _REPEATED_BY_OTHERS = 3, 6
"""Words from which on the same text is no chance."""

_LATE = re.compile(
    r"\b(?:late|later|earlier|(?:back|returning|further) (?:to|on)|going back|catching up|one more"
    r"|still (?:thinking|on)|thinking (?:more |again )?about|forgot|(?:to|should|would|can i|let me|must) add|add to"
    r"|also on|as for|re|(?:meant|wanted) to (?:say|add|mention)|should have (?:said|added|mentioned)"
    r"|(?:about|on|re|to|for) the (?:\w+ ){1,4}(?:question|topic|one))\b",
    re.IGNORECASE,
)
_LITTLE = 0.1
"""The confidence that a post answers after all where it speaks of a question, or replies to what answers none."""
_NAMED = re.compile(r"\A[\s.]*@(\w+)")


@dataclass(frozen=True)
class _Read:
    """A post with what was read in it."""

    post: HeardPost
    text: str
    labels: marks.Labels
    words: frozenset[str]

    @cached_property
    def talk(self) -> talk.Talk:
        return talk.read(self.text)  # half of the posts have a label, and it costs more than all the rest


class Labeller:
    """Takes the posts of one chat in the order of their times. The cost of a post does not grow with the chat.

    `weigh` makes log-odds of the signs that the running question is answered (`running.SIGNS`).
    """

    def __init__(
        self, questions: Iterable[Asked] = (), weigh: Callable[[Sequence[float]], float] = running.weighed
    ) -> None:
        self._weigh = weigh
        self._plan: list[tuple[datetime, int]] = []
        self._topics: dict[int, Topic] = {}
        self._question_posts: dict[str, int] = {}
        self._hosts: set[str] = set()
        self._put = 0
        self._now = marks.Situation((), ())
        self._known: dict[str, Matched] = {}
        self._last: dict[str, tuple[datetime, Matched]] = {}
        self._texts: set[int] = set()
        for question in questions:
            self.ask(question)

    def ask(self, question: Asked) -> None:
        """A question that was put, or will be at its instant; again where it has another post or another wording."""
        if question.number not in self._topics:
            self._plan.append((question.at, question.number))
            self._plan.sort(key=lambda entry: entry[0])
            self._topics[question.number] = Topic()
        self._topics[question.number].word(question.text)
        self._question_posts.update(dict.fromkeys(question.posts, question.number))
        self._put = -1  # the situation is stale

    def hear(self, post: HeardPost) -> Matched:
        """What a post answers. The same post again (its id) has the same answer."""
        if (known := self._known.get(post.id)) is not None:
            return known
        self._until(post.at)
        matched = self._matched(post)
        self._known[post.id] = matched
        return matched

    def _until(self, at: datetime) -> None:
        put = self._put
        while 0 <= put < len(self._plan) and self._plan[put][0] <= at:
            put += 1
        if put < 0:
            put = sum(1 for asked, _ in self._plan if asked <= at)
        if put != self._put:
            numbers = tuple(number for _, number in self._plan)
            topics = sum(topic.with_t for topic in self._topics.values()) * 2 > len(numbers)
            self._put = put
            self._now = marks.Situation(numbers, numbers[:put], numbers[put - 1] if put else None, topics)

    def _matched(self, post: HeardPost) -> Matched:
        if post.id in self._question_posts:
            self._hosts.add(post.author)
            return Matched(how=How.QUESTION)
        own = None if post.is_repost else talk.own_words(post.text[:_LONGEST])
        if own is None:
            return Matched(how=How.REPOST)
        read = _Read(post, own, marks.read(own, self._now), telling(own))
        matched = self._answered(read)
        if self._is_repeat(read):
            return replace(matched, held=matched.held or Held.REPEAT)
        self._remember(read, matched)
        return matched

    def _answered(self, read: _Read) -> Matched:
        """The surest sign first."""
        if self._asks(read):
            return Matched(how=How.QUESTION)
        if talk.is_advert(read.text, answers=bool(read.labels.numbers or read.post.in_reply_to)):
            return Matched(held=Held.ADVERT)
        if read.labels.numbers:
            return Matched(tuple(sorted(read.labels.numbers)), How.LABEL, read.labels.sure)
        found = self._continued(read) or self._replied(read) or self._named(read) or self._by_words(read)
        return found or self._running(read)

    def _asks(self, read: _Read) -> bool:
        """Whether it puts a question of the chat again, or announces one."""
        by_host = read.post.author in self._hosts and read.labels.by_asker and read.post.in_reply_to is None
        return by_host or any(restates(read.words, topic) for topic in self._topics.values())

    def _continued(self, read: _Read) -> Matched | None:
        """ "2/2": what the author's last post answers."""
        if not marks.continues(read.text):
            return None
        at, last = self._last.get(_name(read.post.author), (None, None))
        if at is None or last is None or read.post.at - at > _CONTINUES:
            return None
        return Matched(last.questions, How.THREAD, last.confidence * _FROM_THREAD)

    def _replied(self, read: _Read) -> Matched | None:
        parent = read.post.in_reply_to
        if parent is None:
            return None
        if (number := self._question_posts.get(parent)) is not None:
            return self._carried(read, Matched((number,), How.REPLY, 1.0), _FROM_REPLY, to_question=True)
        above = self._known.get(parent)
        return None if above is None else self._carried(read, above, _FROM_REPLY)

    def _named(self, read: _Read) -> Matched | None:
        """It opens with a name, as replies do whose link got lost: what that person last answered."""
        named = _NAMED.match(read.text)
        at, last = self._last.get(_name(named[1]), (None, None)) if named else (None, None)
        if at is None or last is None or read.post.at - at > _RECENT:
            return None
        return self._carried(read, last, _FROM_NAME)

    def _carried(self, read: _Read, above: Matched, share: float, *, to_question: bool = False) -> Matched:
        """What a reply answers: the same as what it replies to, unless it looks like small talk."""
        if not above.questions or not read.text.strip() or read.labels.announces:
            return Matched(confidence=_LITTLE)
        odds = self._odds(read, above.questions[0], to_question=to_question, to_answer=not to_question)
        if running.chance(odds) < _TAKEN_FROM_REPLY:
            return Matched(confidence=running.confidence(odds))
        # Who replies to the question itself mostly answers it, so no margin; below answers people also chat.
        sure = running.chance(odds) if to_question else running.confidence(odds)
        return Matched(above.questions, How.REPLY, min(above.confidence * share, sure))

    def _by_words(self, read: _Read) -> Matched | None:
        """ "About the new starters question": another question that it has words of, where it says that it is late."""
        if not _LATE.search(read.text):
            return None
        number, ahead = closest(read.words, [(number, self._topics[number]) for number in self._now.asked])
        if ahead < 1 or number == self._now.running or read.talk.asks:
            return None
        return Matched((number,), How.WORDS, _FROM_WORDS)

    def _running(self, read: _Read) -> Matched:
        number = self._now.running
        if number is None or not read.talk.words:
            return Matched()
        if read.labels.announces:
            return Matched(confidence=_LITTLE)
        odds = self._odds(read, number)
        confidence = running.confidence(odds)
        if running.chance(odds) >= _TAKEN:
            return Matched((number,), How.RUNNING, confidence)
        expected = read.talk.social or read.talk.logistics or not read.words
        return Matched(confidence=confidence, held=None if expected else Held.OFF_TOPIC)

    def _odds(self, read: _Read, number: int, *, to_question: bool = False, to_answer: bool = False) -> float:
        put = max(self._put - 1, 0)
        since = max((read.post.at - self._plan[put][0]).total_seconds(), 0.0)
        topic = self._topics[number]
        found = running.signs(read.talk, topic, read.words, since, to_question=to_question, to_answer=to_answer)
        return self._weigh(found)

    def _is_repeat(self, read: _Read) -> bool:
        """Whether the same was said before: by the same person, or in more words than two people find by chance."""
        said = talk.plain(read.text).casefold()
        length = said.count(" ") + 1
        keys = {hash((read.post.author, said))} if length >= _REPEATED_BY_ONE else set()
        if length >= _REPEATED_BY_OTHERS:
            keys.add(hash(said))
        repeated = not keys.isdisjoint(self._texts)
        self._texts |= keys
        return repeated

    def _remember(self, read: _Read, matched: Matched) -> None:
        if not matched.questions:
            return
        for name in {read.post.author, read.post.name} - {""}:
            self._last[_name(name)] = (read.post.at, matched)


def _name(author: str) -> str:
    return author.removeprefix("@").casefold()


def match_all(questions: Iterable[Asked], posts: Iterable[HeardPost]) -> list[Matched]:
    """All posts of a chat, in the order of their times; those of one instant in the order given."""
    labeller = Labeller(questions)
    return [labeller.hear(post) for post in posts]
