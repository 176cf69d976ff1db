"""Post by post: which questions of the chat each answers, how one can tell, and how sure that is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from bot.core.heard import Asked, HeardPost
from bot.core.qn import labels as marks
from bot.core.qn import talk, weighing
from bot.core.qn.about import Topic, Vocabulary, opening_topic, restates, says_that_it_is_late, telling
from bot.core.qn.matched import CONFIDENT, Held, How, Matched
from bot.core.qn.weighing import Kind, Place

_LONGEST = 1000
"""Characters looked at: more than a post has, so that the cost of one is bounded."""
_CONTINUES = timedelta(minutes=10)
"""After that a "2/2" belongs to something else than the author's last post."""
_RECENT = timedelta(minutes=12)
"""How long a post that opens with somebody's name is taken for an answer to their last one."""
_TAKEN = 0.45
"""From this chance on that a post answers anything, the likeliest question is put down, be it with a confidence
below 0.5. Of 0.3 to 0.5 the best for chats that were left out of the fit."""
_FROM_THREAD = 0.9
_REPEATED_BY_ONE, _REPEATED_BY_OTHERS = 3, 6
"""Words from which on the same text is no chance."""

_NEVER_SURE = 0.49
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


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a post answers, and the probability of that before the margin."""

    matched: Matched
    chance: float = 0.0

    def answers(self, number: int) -> float:
        return self.chance if number in self.matched.questions else 0.0


_NOTHING = _Heard(Matched())


class Labeller:
    """Takes the posts of one chat in the order of their times. The cost of a post does not grow with the chat.

    `weigh` makes log-odds of the signs that a question is answered (`weighing.SIGNS`); `caution` is by how much
    confidence stays below them.
    """

    def __init__(
        self,
        questions: Iterable[Asked] = (),
        weigh: weighing.Weigh = weighing.weighed,
        caution: Mapping[Kind, float] = weighing.CAUTION,
    ) -> None:
        self._weigh, self._caution = weigh, caution
        self._plan: list[tuple[datetime, int]] = []
        self._topics: dict[int, Topic] = {}
        self._question_posts: dict[str, int] = {}
        self._hosts: set[str] = set()
        self._put = 0
        self._now = marks.Situation((), ())
        self._known: dict[str, _Heard] = {}
        self._vocabulary = Vocabulary(self._topics)
        self._last: dict[str, tuple[datetime, _Heard]] = {}
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
        self._vocabulary.learn(telling(question.text))
        self._question_posts.update(dict.fromkeys(question.posts, question.number))
        self._put = -1  # the situation is stale

    def hear(self, post: HeardPost) -> Matched:
        """What a post answers. The same post again (its id) has the same answer."""
        if (known := self._known.get(post.id)) is not None:
            return known.matched
        self._until(post.at)
        self._known[post.id] = heard = self._heard(post)
        return heard.matched

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

    def _heard(self, post: HeardPost) -> _Heard:
        if post.id in self._question_posts:
            self._hosts.add(post.author)
            return _Heard(Matched(how=How.QUESTION))
        own = None if post.is_repost else talk.own_words(post.text[:_LONGEST])
        if own is None:
            return _Heard(Matched(how=How.REPOST))
        read = _Read(post, own, marks.read(own, self._now), telling(own))
        heard = self._answered(read)
        if self._is_repeat(read):
            return replace(heard, matched=replace(heard.matched, held=heard.matched.held or Held.REPEAT))
        self._remember(read, heard)
        return heard

    def _answered(self, read: _Read) -> _Heard:
        """The surest sign first."""
        if again := self._puts_again(read):
            self._question_posts[read.post.id] = min(again)
            return _Heard(Matched(how=How.QUESTION))
        if talk.is_advert(read.text, answers=bool(read.labels.numbers or read.post.in_reply_to)):
            return _Heard(Matched(held=Held.ADVERT))
        if read.labels.numbers:
            matched = Matched(tuple(sorted(read.labels.numbers)), How.LABEL, read.labels.sure)
            return _Heard(matched, read.labels.sure)
        return self._continued(read) or self._weighed(read)

    def _puts_again(self, read: _Read) -> frozenset[int]:
        """The questions of the chat that it puts again, or announces."""
        if read.post.author in self._hosts and read.labels.by_asker and read.post.in_reply_to is None:
            return read.labels.numbers
        return frozenset(number for number, topic in self._topics.items() if restates(read.words, topic))

    def _continued(self, read: _Read) -> _Heard | None:
        """ "2/2": what the author's last post answers."""
        last = self._recent(read.post.author, read.post.at, _CONTINUES)
        if not last.matched.questions or not marks.continues(read.text):
            return None
        sure = last.matched.confidence * _FROM_THREAD
        return _Heard(Matched(last.matched.questions, How.THREAD, sure), last.chance * _FROM_THREAD)

    def _weighed(self, read: _Read) -> _Heard:
        """What the post answers by its shape and its place."""
        parent = read.post.in_reply_to or ""
        above = self._known.get(parent, _NOTHING if parent in self._question_posts else None)
        places = self._places(read, above)
        if read.labels.announces or (above is not None and not places):
            return _Heard(Matched(confidence=_LITTLE))
        if not places or not read.text.strip():
            return _NOTHING
        kind = Kind.ALONE if above is None else Kind.REPLY
        odds = self._weigh(kind, self._shape(read), {numbers: place.signs() for numbers, place in places.items()})
        questions, chance, any_at_all = weighing.likeliest(odds)
        if above is not None and above.matched.questions:
            chance = any_at_all = chance * above.chance  # it is no likelier an answer than the post above
        sure = weighing.with_margin(chance, self._caution[kind])
        if any_at_all < _TAKEN:
            held = Held.OFF_TOPIC if above is None and self._is_odd(read) else None
            return _Heard(Matched(confidence=min(sure, _NEVER_SURE), held=held))
        how = _how(places[questions]) if above is None else How.REPLY
        return _Heard(Matched(questions, how, sure), chance)

    def _is_odd(self, read: _Read) -> bool:
        """Whether it says something, and that is neither courtesy nor about the chat itself."""
        return bool(read.words) and not (read.talk.social or read.talk.logistics)

    def _places(self, read: _Read, above: _Heard | None) -> dict[weighing.Numbers, Place]:
        """How the post stands to each question that it may answer: that of the post above or, where it replies to
        none that was heard, any that was put."""
        if above is None:
            return self._anywhere(read)
        asked = self._question_posts.get(read.post.in_reply_to or "")
        questions = above.matched.questions if asked is None else (asked,)
        if not questions:
            return {}
        words = self._vocabulary.of_question(questions[0], read.words)
        return {questions: Place(asked=asked is not None, question=words)}

    def _anywhere(self, read: _Read) -> dict[weighing.Numbers, Place]:
        named = self._named(read)
        late, opening = says_that_it_is_late(read.text), telling(opening_topic(read.text))
        here = next(iter(named.matched.questions), self._now.running)
        return {
            (number,): Place(
                elsewhere=number != here,
                named=named.answers(number),
                late=late,
                one_before=self._now.asked[-2:-1] == (number,),
                question=self._vocabulary.of_question(number, read.words),
                opening=self._vocabulary.of_question(number, opening),
            )
            for number in self._now.asked
        }

    def _named(self, read: _Read) -> _Heard:
        """It opens with a name, as replies do whose link got lost: what that person last answered."""
        named = _NAMED.match(read.text)
        return self._recent(named[1], read.post.at, _RECENT) if named else _NOTHING

    def _recent(self, author: str, now: datetime, within: timedelta) -> _Heard:
        """What somebody has last answered, if it was within that time."""
        at, last = self._last.get(_name(author), (now, _NOTHING))
        return last if now - at <= within else _NOTHING

    def _shape(self, read: _Read) -> tuple[float, ...]:
        put = self._plan[max(self._put - 1, 0)][0]
        known = self._vocabulary.known(read.words)
        return weighing.shape(
            read.talk,
            seconds=max((read.post.at - put).total_seconds(), 0.0),
            late=says_that_it_is_late(read.text),
            host=read.post.author in self._hosts,
            addressed=read.post.in_reply_to is not None or _NAMED.match(read.text) is not None,
            familiar=known,
            strange=len(read.words) - known,
        )

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

    def _remember(self, read: _Read, heard: _Heard) -> None:
        questions = heard.matched.questions
        if heard.chance >= CONFIDENT:
            self._vocabulary.learn(read.words)
        for name in {read.post.author, read.post.name} - {""}:
            if questions:
                self._last[_name(name)] = (read.post.at, heard)


def _how(place: Place) -> How:
    if place.named:
        return How.REPLY
    return How.WORDS if place.elsewhere else How.RUNNING


def _name(author: str) -> str:
    return author.removeprefix("@").casefold()


def match_all(questions: Iterable[Asked], posts: Iterable[HeardPost]) -> list[Matched]:
    """All posts of a chat, in the order of their times; those of one instant in the order given."""
    labeller = Labeller(questions)
    return [labeller.hear(post) for post in posts]
