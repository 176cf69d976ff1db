"""What people write about themselves without meaning to: NHS numbers, e-mail addresses, phone numbers, birthdays."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain

from bot.core.dates import MONTHS

_APART = r"[ \u00a0.\-–]?"
_NHS = re.compile(rf"(?<![\d+])\d{{3}}{_APART}\d{{3}}{_APART}\d{{4}}(?!\d)")
_NHS_GROUPED = re.compile(r"(?<![\d+-])(?<!\d )\d(?: ?\d){9}(?![ -]?\d|:\d)")
"""In whatever groups, where the ten digits stand by themselves. With hyphens it would be the ISBN of a book, which has
the same check digit."""
_MAIL = re.compile(r"[\w.%+'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_PHONE = re.compile(rf"(?<![\w+])(?:\+44{_APART}(?:\(0\){_APART})?|0044{_APART}|0)(?:\(?\d\)?{_APART}){{8,9}}\d(?!\w)")
_NAMED = "|".join(sorted({name[:size] for name in MONTHS for size in (3, len(name))}, key=len, reverse=True))
_DATE = re.compile(
    rf"""
    (?<!\d)(?P<day>\d\d?)(?P<between>[/.-])(?P<month>\d\d?)(?P=between)(?P<year>\d{{4}}|\d\d)(?!\d)
    | (?<!\d)(?P<iso_year>\d{{4}})-(?P<iso_month>\d\d?)-(?P<iso_day>\d\d?)(?!\d)
    | (?<!\d)(?P<n_day>\d\d?)(?:st|nd|rd|th)?[\s-](?:of\s)?
        (?P<n_month>{_NAMED})[a-z]*\.?,?[\s-](?P<n_year>\d{{4}})(?!\d)
    | \b(?P<m_month>{_NAMED})[a-z]*\.?\s(?P<m_day>\d\d?)(?:st|nd|rd|th)?,?\s(?P<m_year>\d{{4}})(?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SPACED = re.compile(r"(?<!\d)(?<!\d )(?P<day>\d\d?) (?P<month>\d\d?) (?P<year>\d{4}|\d\d)(?! ?\d)")
"""Three numbers in a row are a date only where a birth is spoken of."""
_BIRTH = re.compile(r"\b(?:born|birth(?:day|date)?|d\.?o\.?b\.?)(?![a-z])", re.IGNORECASE)
_NEAR_BIRTH = 40
"""Characters before a date in which a word such as "born" makes it a birthday whatever its year."""
_GROWN = 16
"""Years: a date that long ago is more likely a birthday than something of the campaign's."""
_READ = ("text", "prompt", "region", "role", "tags")
"""The fields of feedback that others read. A contact is there to be personal."""


class Treatment(StrEnum):
    """What to do with NHS numbers, addresses, phone numbers and dates of birth that a file has in it."""

    REFUSE = "refuse"
    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Personal:
    """Something personal at `start` to `end` of a text. `kind` is for people: "an NHS number"."""

    kind: str
    start: int
    end: int


def personal_in(text: str, today: date) -> Sequence[Personal]:
    """What is found, in its order, none over another."""
    found = sorted(_all(text, today), key=lambda it: (it.start, -it.end))
    apart: list[Personal] = []
    for one in found:
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return apart


def without(text: str, found: Sequence[Personal], *, noted: bool = True) -> str:
    """The text with a note in the place of each, or a space."""
    for one in reversed(found):
        note = f"[{one.kind.split(' ', 1)[1]} removed]" if noted else " "
        text = f"{text[: one.start]}{note}{text[one.end :]}"
    return text


def held_in(values: Mapping[str, str], today: date) -> Mapping[str, Sequence[Personal]]:
    """What is found in the fields of feedback, those in which nothing is left out."""
    found = {name: personal_in(values.get(name, ""), today) for name in _READ}
    return {name: some for name, some in found.items() if some}


def cleaned(values: Mapping[str, str], held: Mapping[str, Sequence[Personal]]) -> Mapping[str, str]:
    """The fields without what is held in them."""
    return {**values, **{name: without(values[name], some) for name, some in held.items()}}


def all_of(held: Mapping[str, Sequence[Personal]]) -> Sequence[Personal]:
    """What is held in any field."""
    return [*chain(*held.values())]


def kinds(found: Sequence[Personal]) -> str:
    """`an NHS number and a phone number`."""
    *others, last = kinds_of(found)
    return f"{', '.join(others)} and {last}" if others else last


def kinds_of(found: Sequence[Personal]) -> Sequence[str]:
    """Each once, in order."""
    return list(dict.fromkeys(one.kind for one in found))


def is_nhs_number(digits: str) -> bool:
    """Ten digits of which the last is right: weights 10 to 2, modulus 11 (NHS Data Dictionary)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = (11 - total % 11) % 11
    return len(digits) == 10 and check != 10 and check == int(digits[9])


def _all(text: str, today: date) -> Iterator[Personal]:
    for match in _MAIL.finditer(text):
        yield Personal("an e-mail address", *match.span())
    for match in (*_NHS.finditer(text), *_NHS_GROUPED.finditer(text)):
        if is_nhs_number("".join(filter(str.isdecimal, match[0]))):
            yield Personal("an NHS number", *match.span())
    for match in _PHONE.finditer(text):
        yield Personal("a phone number", *match.span())
    for match in _DATE.finditer(text):
        day = _day(match)
        if day and (today.year - day.year >= _GROWN or _is_birth(text, match)):
            yield Personal("a date of birth", *match.span())
    for match in _SPACED.finditer(text):
        if _day(match) and _is_birth(text, match):
            yield Personal("a date of birth", *match.span())


def _is_birth(text: str, found: re.Match[str]) -> bool:
    return _BIRTH.search(text[max(found.start() - _NEAR_BIRTH, 0) : found.start()]) is not None


def _day(found: re.Match[str]) -> date | None:
    """None for what is no day since 1900. A year of two digits is of the last century from 31 on."""
    parts = {name.rpartition("_")[2]: said for name, said in found.groupdict().items() if said}
    names = [name[:3].casefold() for name in MONTHS]
    named, year = parts["month"][:3].casefold(), parts["year"]
    month = names.index(named) + 1 if named in names else int(named)
    century = 0 if len(year) == 4 else 1900 if int(year) > 30 else 2000
    try:
        read = date(century + int(year), month, int(parts["day"]))
    except ValueError:
        return None
    return read if read.year >= 1900 else None
