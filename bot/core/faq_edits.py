"""What organisers do to the FAQ on the pages: a phrasing more, a new entry, a question that is not for us, a review."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.actions import Problem, problem_of
from bot.core.dates import read_day

_LONGEST_ID = 60
_MOST_WORDS = 80
_LONGEST_SHORT = 250
_FEWEST = 3
_SLIGHT = frozenset(
    {"a", "an", "the", "is", "are", "do", "does", "can", "could", "may", "i", "we", "you", "my", "our", "to", "of"}
    | {"in", "on", "for", "it", "what", "how"}
)


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One more way of asking for an entry."""

    entry: str
    text: str

    def told(self) -> tuple[str, str, str]:
        """For the audit: what was done, to what, and until when. It has no words that people asked or typed."""
        return "faq phrasing", self.entry, ""


@dataclass(frozen=True, slots=True)
class NotForUs:
    """A question that is none of the campaign's."""

    text: str

    def told(self) -> tuple[str, str, str]:
        return "faq not for us", "", ""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """The fields of an entry as they stand in the file; those without a value are left out."""

    fields: Mapping[str, str | Sequence[str]]

    def told(self) -> tuple[str, str, str]:
        return "faq entry", str(self.fields["id"]), ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Somebody has looked at an entry; it is looked at again by a day."""

    entry: str
    review_by: date

    def told(self) -> tuple[str, str, str]:
        return "faq review", self.entry, f"next by {self.review_by}"


Edit = Phrasing | NotForUs | NewEntry | Reviewed


def new_entry(typed: Mapping[str, str], taken: Sequence[str]) -> NewEntry | tuple[Problem, ...]:
    """An entry from a form, or everything that is wrong with it, by field. `taken` are the ids that there are."""
    fields: dict[str, str | Sequence[str]] = {name: " ".join(typed.get(name, "").split()) for name in _LINES}
    phrasings = [" ".join(line.split()) for line in typed.get("phrasings", "").splitlines() if line.strip()]
    problems = [*_missing(fields), *_too_long(fields), *_too_few(phrasings)]
    review_by = _day(typed.get("review_by", "").strip(), problems)
    if problems:
        return tuple(problems)
    question = str(fields.pop("question"))
    head = {"id": id_for(question, taken), "question": question, "phrasings": phrasings}
    return NewEntry({name: value for name, value in {**head, **fields, "review_by": review_by}.items() if value})


_LINES = ("question", "answer", "short", "source", "link", "owner")
_NEEDED = {
    "question": "Write it as people would ask it.",
    "answer": "Write at most 80 words.",
    "short": "Write what fits one post on X.",
    "source": "Say where the answer comes from, as people would look it up.",
}
_CALLED = {"short": "answer for X"}


def _missing(fields: Mapping[str, str | Sequence[str]]) -> Iterator[Problem]:
    for name, fix in _NEEDED.items():
        if not fields[name]:
            yield Problem(name, f"The {_CALLED.get(name, name)} is missing.", fix)


def _too_long(fields: Mapping[str, str | Sequence[str]]) -> Iterator[Problem]:
    if (count := len(str(fields["answer"]).split())) > _MOST_WORDS:
        yield Problem("answer", f"The answer has {count} words.", f"It has {_MOST_WORDS} at most: say it shorter.")
    if (count := len(fields["short"])) > _LONGEST_SHORT:
        yield Problem("short", f"The short answer has {count} characters.", f"It has {_LONGEST_SHORT} at most.")
    if fields["link"] and not str(fields["link"]).startswith("https://"):
        yield Problem("link", "The link is no web address.", "It begins with https://")


def _too_few(phrasings: Sequence[str]) -> Iterator[Problem]:
    if len(phrasings) < _FEWEST:
        cause = f"There are {len(phrasings)} other ways of asking."
        yield Problem("phrasings", cause, f"Write {_FEWEST} at least, each on a line of its own.")


def _day(typed: str, problems: list[Problem]) -> str:
    try:
        return read_day(typed).isoformat() if typed else ""
    except ValueError as error:
        problems.append(problem_of("review_by", error))
        return ""


def id_for(question: str, taken: Sequence[str]) -> str:
    """A name for an entry, from the words of its question: `logo-use`, or `logo-use-2` where that is taken."""
    words = re.findall(r"[a-z0-9]+", question.casefold())
    telling = [word for word in words if word not in _SLIGHT] or words or ["entry"]
    name = "-".join(telling[:4])[: _LONGEST_ID - 5].strip("-")
    number = next(n for n in range(1, len(taken) + 2) if (name if n == 1 else f"{name}-{n}") not in taken)
    return name if number == 1 else f"{name}-{number}"
