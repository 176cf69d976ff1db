"""Labels in a text: "A1", "Q.2", "#A3", "Answer 4", "Q1/2"; and what only looks like one.

A sign such as "A4" is read by where it stands and by what stands around it, because it may be a size of paper, a road,
a quarter of a year or a type of diabetes just as well.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.core.qn import lookalikes

_FIRST, _BARE, _TAG, _SENTENCE, _WITHIN, _DOUBTFUL, _EARLY = 0.98, 0.95, 0.93, 0.85, 0.65, 0.6, 0.7
"""How sure a label is: first with a colon or the like, first, as a hashtag, at the edge of a sentence, within one after
"re" or "for", before a word that makes it doubtful, for a question that is still to come."""

_LONGEST_LEAD_IN = 6  # words
_NEAR = 40  # characters
_MOST = 12
"""Signs read in one text: nobody answers more questions, and the cost of a post stays bounded."""
_KIND = r"questions?|answers?|topics?|ques|ans|q|a|t"
_LABEL = re.compile(
    rf"(?<![\w./£$€@&'’\-])(?P<tag>#?)(?P<kind>{_KIND})(?P<gap>\s?[.:#\-]?\s?)(?P<n>\d{{1,2}})(?P<part>[a-f]|\.\d)?"
    r"(?![\w%°'’]|\.\d|\(M\))",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"(?P<gap>\s?[/&+,]\s?|\s(?:and|or)\s|[\-–])(?P<kind>#?(?:{_KIND})[\s.]?)?(?P<n>\d{{1,2}})(?P<part>[a-f])?"
    r"(?![\w%]|\.\d)",
    re.IGNORECASE,
)
_STOP = re.compile(r"\s?(?:[:.()\]/>=,;!…–—-]|$)")
_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "one first 1st", "two second 2nd", "three third 3rd", "four fourth 4th", "five fifth 5th", "six sixth 6th",
            "seven seventh 7th", "eight eighth 8th", "nine ninth 9th", "ten tenth 10th", "eleven eleventh 11th",
            "twelve twelfth 12th",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_SPELT = re.compile(
    rf"\b(?:(?:question|answer|topic)\s(?:number\s|no\.?\s)?(?P<after>{'|'.join(_ORDINALS)})"
    rf"|(?P<before>{'|'.join(_ORDINALS)})\s(?:question|topic)|the\s(?P<the>first|second|third|fourth|fifth)\sone\sagain)\b",
    re.IGNORECASE,
)
_PREVIOUS = re.compile(
    r"\b(?:(?:previous|preceding)\s(?:question|one|topic)|(?:question|topic|one)\sbefore(?:\s(?:this|that|last))?\b"
    r"|(?:back\sto|re|on|about)\s(?:the\s)?last\s(?:question|one|topic))",
    re.IGNORECASE,
)

_COUNTER = re.compile(
    r"\A\W*(?P<part>\d)\s?/\s?(?P<of>\d|n|x)?(?![\w/])(?!\W*of\b)|(?<=[\s(])(?P<end>\d)/(?P<last>\d)\)?(?:\W*#\w+)*\W*\Z",
    re.IGNORECASE,
)
"""A thread's counter, first or last: "1/", "2/3", "(2/2)"; but not "2/3 of us"."""

_AROUND = re.compile(r"[#@]\w+|https?://\S+|\(?\b\d{1,2}/(?:\d{1,2}\b)?\)?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Labels:
    """What a text says of the questions. `sure` (0 to 1) is 0 where it names none.

    `announces`: it speaks of a question ("Q2 in a minute", "which was Q3?") and answers none.
    """

    numbers: frozenset[int] = frozenset()
    sure: float = 0.0
    announces: bool = False
    by_asker: bool = False
    """Marked with Q and not with A, as the one who asks does."""


@dataclass(frozen=True, slots=True)
class Situation:
    """`numbers` of the chat's questions; `asked` those put so far, the `running` one last; `topics`: they are labelled
    T1, T2."""

    numbers: Collection[int]
    asked: Sequence[int]
    running: int | None = None
    topics: bool = False


def read(text: str, now: Situation) -> Labels:
    """The labels of a text. Never returns a number that is none of the chat's."""
    found: set[int] = set()
    sure, announces, asker = 0.0, False, True
    for sign in islice(_LABEL.finditer(text), _MOST):
        numbers, end = _numbers(sign, text, now)
        if not numbers:
            continue
        context = _Context(sign, text[: sign.start()], text[end:], now, min(numbers))
        if context.announced():
            announces = True
            continue
        certainty = context.certainty()
        if certainty:
            found |= numbers
            sure = max(sure, certainty)
            asker &= sign["kind"].lower().startswith("q")
    if announces and asker:  # "Still on Q3, Q4 is at twenty to"
        return Labels(announces=True)
    if not found and (number := _spelt_out(text, now)):
        return Labels(frozenset({number}), _SENTENCE)
    return Labels(frozenset(found), sure, by_asker=bool(found) and asker)


def continues(text: str) -> bool:
    """Whether it is a further part of a thread."""
    counter = _COUNTER.search(text)
    if counter is None:
        return False
    part, parts = int(counter["part"] or counter["end"]), counter["of"] or counter["last"] or "n"
    return part > 1 and (not parts.isdigit() or part <= int(parts))


def _numbers(sign: re.Match[str], text: str, now: Situation) -> tuple[frozenset[int], int]:
    """All the questions of one sign ("Q1/2", "A1 & A2"), and where it ends in the text."""
    numbers, end = [int(sign["n"])], sign.end()
    for more in _further(text, end):
        number = int(more["n"])
        # "A1/3" while the third is still to come is the first part of three; "A1/2" is more often both questions.
        near = number in now.asked or number == numbers[-1] + 1
        if not near or (number <= numbers[-1] and not more["kind"]):
            break
        if more["gap"] in ("-", "–") and not more["kind"]:
            numbers += range(numbers[-1] + 1, number)
        numbers.append(number)
        end = more.end()
    return frozenset(numbers) & frozenset(now.numbers), end


def _further(text: str, end: int) -> Iterator[re.Match[str]]:
    while more := _MORE.match(text, end):
        tight = more["gap"] in ("/", "-", "–", "&", "+", ",")
        # "A1 and 2 of us" goes on in words: a number without a letter has to be set apart.
        if not more["kind"] and not tight and not _STOP.match(text, more.end()):
            return
        yield more
        end = more.end()


@dataclass(frozen=True, slots=True)
class _Context:
    """A sign with what stands before and after it."""

    sign: re.Match[str]
    before: str
    after: str
    now: Situation
    number: int

    @property
    def kind(self) -> str:
        return self.sign["kind"][0].lower()

    @property
    def short(self) -> bool:
        """A letter alone, without a hash: "A4", but not "Answer 4"."""
        return len(self.sign["kind"]) == 1 and not self.sign["tag"]

    @property
    def first(self) -> bool:
        words = re.findall(r"[^\W\d_]+", _AROUND.sub(" ", self.before.lower()))
        return len(words) <= _LONGEST_LEAD_IN and all(word in lookalikes.LEAD_IN for word in words)

    @property
    def last(self) -> bool:
        return not _AROUND.sub("", self.after).strip()

    @property
    def opens_a_sentence(self) -> bool:
        rest = self.before.rstrip()
        return not rest or not (rest[-1].isalnum() or rest[-1] in ",;'’\"&/+-") or "\n" in self.before[len(rest) :]

    @property
    def stopped(self) -> bool:
        return _STOP.match(self.after) is not None

    def announced(self) -> bool:
        if self.kind == "a" and self.short:
            return False
        asked_for = lookalikes.ASKED_FOR.search(self.before) is not None
        return asked_for or (not self.sign["tag"] and lookalikes.ANNOUNCED.match(self.after) is not None)

    def certainty(self) -> float:
        """How surely it is a label; 0 if it is something else."""
        if self.short and self._is_something_else():
            return 0.0
        if self.number not in self.now.asked:
            set_apart = self.first and self.stopped and bool(self.after.strip())
            return _EARLY if set_apart or self.sign["tag"] else 0.0
        return self._certainty_first() if self.first else self._certainty_within()

    def _certainty_first(self) -> float:
        if self.stopped:
            return _FIRST
        if self.kind == "a" and self.short and lookalikes.PAPER.match(self.after.lower()):
            return _DOUBTFUL if self.number == self.now.running else 0.0
        return _BARE

    def _certainty_within(self) -> float:
        if self.sign["tag"]:
            return _TAG
        paper = self.kind == "a" and self.short
        if self.opens_a_sentence and not (paper and not self.stopped and lookalikes.PAPER.match(self.after.lower())):
            return _SENTENCE
        if self.after.startswith(":"):
            return _SENTENCE
        if self.last and not lookalikes.BELONGS.search(self.before):
            return _WITHIN
        if (not paper and lookalikes.POINTS_BACK.search(self.before)) or lookalikes.CORRECTS.search(self.before):
            return _SENTENCE if self.stopped else _WITHIN
        return 0.0

    def _is_something_else(self) -> bool:
        after = "" if self.stopped else self.after.lower()
        match self.kind:
            case "a":
                other = lookalikes.ROAD_OR_OTHER.match(after) or lookalikes.TOWN.match(
                    "" if self.stopped else self.after
                )
                return self._is_article() or other is not None
            case "q":
                return lookalikes.QUARTER.match(after) is not None or self._is_quarter()
        usual = self.now.topics or (self.first and self.stopped)
        return not usual or lookalikes.TYPE.match(self.after.lower()) is not None

    def _is_article(self) -> bool:
        """ "a 2 hour session"."""
        spaced = self.sign["gap"].isspace()
        return spaced and (
            self.sign["kind"] == "a" or not self.first or lookalikes.UNIT.match(self.after.lower()) is not None
        )

    def _is_quarter(self) -> bool:
        money = not self.first and lookalikes.MONEY.search(re.split(r"[.!?:]", self.before)[-1][-_NEAR:].lower())
        ours = lookalikes.OURS.search(self.before) and lookalikes.MONEY.search(self.after[:_NEAR].lower())
        return bool(money or ours) or lookalikes.WHEN.search(self.before) is not None


def _spelt_out(text: str, now: Situation) -> int | None:
    """ "back to the first question", "question two": the number of a question that was put."""
    for spelt in _SPELT.finditer(text):
        number = _ORDINALS[(spelt["after"] or spelt["before"] or spelt["the"]).lower()]
        if number in now.asked and _stands_for_a_label(spelt, text):
            return number
    if now.running is not None and _PREVIOUS.search(text):
        return max((number for number in now.asked if number < now.running), default=None)
    return None


def _stands_for_a_label(spelt: re.Match[str], text: str) -> bool:
    before, after = text[: spelt.start()], text[spelt.end() :]
    if lookalikes.ASKED_FOR.search(before) or lookalikes.ANNOUNCED.match(after):
        return False
    words = re.findall(r"[^\W\d_]+", _AROUND.sub(" ", before.lower()))
    return all(word in lookalikes.LEAD_IN for word in words) or lookalikes.POINTS_BACK.search(before) is not None
