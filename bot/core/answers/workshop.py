"""What organisers want to know about their FAQ: where it is weak, and what an edit changes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.answers import Answer, Known, Suggestions, answer_by
from bot.core.answers.matcher import Matcher, Ranking
from bot.core.answers.sparse import Floats
from bot.core.content import Bands, FaqEntry
from bot.core.questions import Question
from bot.core.words import is_telling, words

_FEW = 4  # ways of asking, the question among them: with fewer, people's own words are seldom met
_FRAGMENT = 2  # words
_ALIKE = 0.55  # share of the words of the longer text
_SAME_MEANING = 0.5  # cosine


@dataclass(frozen=True, slots=True)
class Finding:
    """`fix` says what to do about it."""

    entry: str
    cause: str
    fix: str


@dataclass(frozen=True, slots=True)
class Checked:
    """`own` of `phrasings` find their entry when they are left out of it themselves."""

    findings: tuple[Finding, ...]
    own: int
    phrasings: int


def check(faq: Sequence[FaqEntry], matcher: Matcher) -> Checked:
    left_out = list(_left_out(faq, matcher))
    right = sum(found == entry.id for entry, _, found in left_out)
    findings = [*_thin(faq), *_fragments(faq), *_collisions(left_out)]
    return Checked(tuple(findings), right, len(left_out))


def _thin(faq: Sequence[FaqEntry]) -> Iterator[Finding]:
    for entry in faq:
        if (ways := 1 + len(entry.phrasings)) < _FEW:
            yield Finding(entry.id, f"It is asked in {ways} ways only", "add whole sentences in other people's words")


def _fragments(faq: Sequence[FaqEntry]) -> Iterator[Finding]:
    for entry in faq:
        for text in (entry.question, *entry.phrasings):
            if len(tokens := words(text)) < _FRAGMENT or not (is_telling(tokens) or len(tokens) > _FRAGMENT):
                yield Finding(entry.id, f"“{text}” is too short to tell anything", "write it as a whole sentence")


def _left_out(faq: Sequence[FaqEntry], matcher: Matcher) -> Iterator[tuple[FaqEntry, str, str]]:
    """Each phrasing, with the entry that is nearest without it."""
    for entry in faq:
        for place, text in enumerate((entry.question, *entry.phrasings)):
            yield entry, text, matcher.nearest_without(entry.id, place)


def _collisions(left_out: Sequence[tuple[FaqEntry, str, str]]) -> Iterator[Finding]:
    """Entries that take each other's phrasings: more than half of one's are nearer to the other."""
    sizes = Counter(entry.id for entry, _, _ in left_out)
    taken: dict[tuple[str, str], list[str]] = {}
    for entry, text, found in left_out:
        if found != entry.id:
            taken.setdefault((entry.id, found), []).append(text)
    for (entry_id, other), texts in taken.items():
        if len(texts) > sizes[entry_id] / 2:
            quoted = ", ".join(f"“{text}”" for text in texts[:3])
            yield Finding(
                entry_id, f"{quoted} would go to “{other}”", "make the two clearer, or join them in one entry"
            )


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer is another one after an edit."""

    question: str
    before: str
    after: str


def changes(questions: Sequence[str], before: Matcher, after: Matcher, bands: Bands) -> Sequence[Change]:
    """Which of these questions would be answered differently."""
    pairs = ((text, *(told(answer_by(matcher, text, bands)) for matcher in (before, after))) for text in questions)
    return [Change(text, old, new) for text, old, new in pairs if old != new]


def told(answer: Answer) -> str:
    """An answer in a few words."""
    match answer:
        case Known(entry, _, also):
            return f"answered by {' and '.join(one.id for one in (entry, *also))}"
        case Suggestions(entries):
            return f"asked back ({', '.join(entry.id for entry in entries)})"
        case _:
            return "not known"


@dataclass(frozen=True, slots=True)
class Group:
    """Questions about the same thing that had no answer, how often they were asked in all, and the entries that come
    closest."""

    questions: tuple[str, ...]
    closest: Ranking
    times: int


def unanswered(questions: Sequence[str], matcher: Matcher, bands: Bands) -> Sequence[Group]:
    """Those of the questions that have no sure answer, like with like, what was asked most first."""
    asked = Counter(questions)
    open_questions = [text for text in asked if not _is_sure(text, matcher, bands)]
    groups = [
        Group(tuple(texts), matcher.rank(texts[0]), sum(asked[text] for text in texts))
        for texts in _alike(open_questions, matcher)
    ]
    return sorted(groups, key=lambda group: -group.times)


def drafts(answered: Sequence[Question], matcher: Matcher, bands: Bands) -> Sequence[Question]:
    """Those of the questions that people answered to which the FAQ has no sure answer yet."""
    return [question for question in answered if not _is_sure(question.text, matcher, bands)]


def _is_sure(text: str, matcher: Matcher, bands: Bands) -> bool:
    return isinstance(answer_by(matcher, text, bands), Known)


def _alike(texts: Sequence[str], matcher: Matcher) -> list[list[str]]:
    """Each text joins the first group whose first text it is near enough to."""
    if not texts:
        return []
    rows = matcher.meanings(texts)
    groups: list[list[int]] = []
    for place, text in enumerate(texts):
        near = (group for group in groups if _near(text, texts[group[0]], rows[place], rows[group[0]]))
        if (group := next(near, None)) is not None:
            group.append(place)
        else:
            groups.append([place])
    return [[texts[place] for place in group] for group in groups]


def _near(one: str, other: str, row: Floats, other_row: Floats) -> bool:
    if float(row @ other_row) >= _SAME_MEANING:
        return True
    first, second = set(words(one)), set(words(other))
    return len(first & second) >= _ALIKE * max(len(first), len(second), 1)
