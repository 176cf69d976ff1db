"""The transcript: what was said, by question and in order. All of it in time linear in the posts but for one sort."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from bot.core.heard import HeardPost
from bot.core.record.instants import in_letters
from bot.core.record.links import urls
from bot.core.record.names import Names
from bot.core.record.values import (
    OPENING,
    TALK,
    About,
    Contribution,
    LeftOut,
    Line,
    Resource,
    Section,
    Transcript,
    Who,
)

FEW_WORDS = 5
"""Two people may both say "I quite agree with you", and one of them to two questions: with more words it is a copy."""
_ADDRESS = re.compile(r"https?://\S+")
_CALLED_FIRST = re.compile(r"(?:@\w+\s+)+")
_WHEN = attrgetter("at", "id")


@dataclass(slots=True)
class Sifted:
    """What of a chat counts as said in it: each post once, in the order of time."""

    kept: list[Contribution] = field(default_factory=list)
    reposts: int = 0
    quotes: int = 0
    held: int = 0


def sift(about: About, contributions: Iterable[Contribution]) -> Sifted:
    """What counts of the posts of a chat. Its questions, as they were posted, are no answers to themselves."""
    found = Sifted()
    put = {id_ for question in about.asked for id_ in question.posts}
    seen: set[Who] = set()
    for one in contributions:
        post = one.post
        if (post.platform, post.id) in seen or post.id in put:
            continue
        seen.add((post.platform, post.id))
        if post.is_repost:
            found.reposts += 1
        elif post.is_quote:
            found.quotes += 1
        elif one.held is not None:
            found.held += 1
        else:
            found.kept.append(one)
    found.kept.sort(key=lambda one: _WHEN(one.post))
    return found


def transcript(about: About, sifted: Sifted, consent: Collection[Who] = ()) -> Transcript:
    """`consent` are the people of Slack and Teams who agreed to be named."""
    names = Names((one.post for one in sifted.kept), consent)
    weave = _Weave(about, names)
    for one in sifted.kept:
        weave.add(one)
    left_out = LeftOut(sifted.reposts, sifted.quotes, weave.repeats, sifted.held)
    return Transcript(about, tuple(weave.sections()), tuple(weave.resources()), left_out, names.redacts)


class _Weave:
    """Puts posts, given in the order of time, into their sections, and answers under what they answer."""

    def __init__(self, about: About, names: Names) -> None:
        self._names = names
        self._asked = {question.number: question for question in about.asked}
        self._first = min((question.at for question in about.asked), default=about.start)
        self._posts: list[HeardPost] = []
        self._lines: list[Line] = []
        self._section: list[int] = []
        self._at: dict[Who, int] = {}
        self._answers: dict[int, list[int]] = {}
        self._roots: dict[int, list[int]] = {OPENING: [], **{number: [] for number in sorted(self._asked)}, TALK: []}
        self._said: dict[object, int] = {}
        self._shared: dict[str, tuple[set[Who], set[int]]] = {}
        self.repeats = 0

    def add(self, one: Contribution) -> None:
        post = one.post
        above = self._at.get((post.platform, post.in_reply_to)) if post.in_reply_to else None
        questions = [number for number in one.questions if number in self._asked]
        section = self._place(post, questions, above)
        first = self._said_before(post, section)
        if first is not None:
            self._at[post.platform, post.id] = first
            self.repeats += 1
            return
        n = self._at[post.platform, post.id] = len(self._lines)
        threaded = above is not None and self._section[above] == section
        (self._answers.setdefault(above, []) if threaded and above is not None else self._roots[section]).append(n)
        self._lines.append(self._line(post, questions, above, threaded))
        self._section.append(section)
        self._posts.append(post)
        self._share(post, section)

    def _place(self, post: HeardPost, questions: Sequence[int], above: int | None) -> int:
        if questions:
            return questions[0]
        if above is not None:
            return self._section[above]
        return OPENING if post.at < self._first else TALK

    def _said_before(self, post: HeardPost, section: int) -> int | None:
        """Where the same was said already: by the same person, or word for word in another room."""
        words = _bare(post.text)
        text = " ".join(words)
        if len(words) < FEW_WORDS:
            key = (post.platform, post.author, text or post.text, section, post.in_reply_to)
            first = self._said.setdefault(key, len(self._lines))
            return first if first < len(self._lines) else None
        first = self._said.setdefault((post.platform, post.author, text), len(self._lines))
        if first < len(self._lines):
            return first
        elsewhere = self._said.setdefault(text, len(self._lines))
        return elsewhere if elsewhere < len(self._lines) and self._other_room(elsewhere, post) else None

    def _other_room(self, first: int, post: HeardPost) -> bool:
        return self._posts[first].platform is not post.platform

    def _line(self, post: HeardPost, questions: Sequence[int], above: int | None, threaded: bool) -> Line:
        names = self._names
        depth = self._lines[above].depth + 1 if threaded and above is not None else 0
        answers_to = self._lines[above].who if above is not None else ""
        return Line(
            post.at,
            in_letters(post.at),
            post.platform,
            names.of(post),
            names.text(post),
            names.link(post),
            depth,
            answers_to,
            tuple(questions[1:]),
        )

    def _share(self, post: HeardPost, section: int) -> None:
        for url in urls(post.text):
            people, sections = self._shared.setdefault(url, (set(), set()))
            people.add((post.platform, post.author))
            sections.add(section)

    def sections(self) -> Iterable[Section]:
        """Every question, also one without an answer; the other two only where something was said."""
        for number, roots in self._roots.items():
            question = self._asked.get(number)
            if question is not None:
                yield Section(number, question.text, self._woven(roots), question.at)
            elif roots:
                yield Section(number, _TITLES[number], self._woven(roots))

    def _woven(self, roots: Sequence[int]) -> tuple[Line, ...]:
        lines, waiting = [], list(reversed(roots))
        while waiting:
            n = waiting.pop()
            lines.append(self._lines[n])
            waiting.extend(reversed(self._answers.get(n, ())))
        return tuple(lines)

    def resources(self) -> Iterable[Resource]:
        """What most people shared comes first, then what was shared first."""
        found = [
            Resource(url, len(people), tuple(sorted(sections))) for url, (people, sections) in self._shared.items()
        ]
        return sorted(found, key=lambda one: -one.people)


def _bare(text: str) -> list[str]:
    """The words, without whom they call and without links, which X shortens anew for every post."""
    if "://" in text:
        text = _ADDRESS.sub("", text)
    if text.startswith("@"):
        text = _CALLED_FIRST.sub("", text, count=1)
    return text.casefold().split()


_TITLES: Mapping[int, str] = {OPENING: "Hello and introductions", TALK: "Around the questions"}
