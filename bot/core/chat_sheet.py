"""The calendar as a sheet: a hosted chat a row, with its questions in columns of their own."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.core.actions import FURTHEST, Problem, problem_of
from bot.core.content import Chat, Content
from bot.core.dates import day_words, read_day, read_time
from bot.core.feedback_sheet import unguarded
from bot.core.sheets import Row, by_column

T = TypeVar("T")

REQUIRED = ("date", "topic")
_TEXTS = ("lead", "host", "summary")
_MOST_QUESTIONS = 11
"""The most that a chat of this community has had."""
QUESTIONS = tuple(f"q{n}" for n in range(1, _MOST_QUESTIONS + 1))
COLUMNS = ("date", "start", "minutes", "topic", *_TEXTS, *QUESTIONS, "id")
EXAMPLES = (
    ("15/12/2026", "", "", "What we learnt this year", "everybody who brings an example", "", "",
     "Which decision are you proud of?", "What would you do in another way?", *[""] * 10),
    ("2027-01-12", "12:30", "45", "New year, new plans", "", "the organisers", "", *[""] * 12),
)  # fmt: skip
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Planned:
    """A chat of a sheet: the id of its file, and the fields that the sheet has. An empty cell changes nothing;
    None, for its month or date, takes the other of the two away."""

    id: str
    fields: Mapping[str, Any]


def parse(rows: Sequence[Row], content: Content, now: datetime) -> tuple[tuple[Planned, ...], tuple[Problem, ...]]:
    """A sheet's chats, or none and everything that is wrong, by row and column. A chat without an id is known by its
    day."""
    read = by_column(rows, COLUMNS, REQUIRED)
    problems, computed = list(read.problems), {problem.row for problem in read.problems}
    found: dict[str, tuple[int, Planned]] = {}
    for number, values in read.rows:
        if number in computed:
            continue
        chat = _chat(values, content, now, number, problems)
        if chat is None:
            continue
        first, _ = found.setdefault(chat.id, (number, chat))
        if first != number:
            fix = "Delete one of the rows, or give one another date."
            problems.append(Problem("date", f"Row {first} is the same chat.", fix, number))
    ordered = tuple(sorted(problems, key=lambda problem: problem.row))
    return ((), ordered) if ordered else (tuple(chat for _, chat in found.values()), ())


def _chat(
    values: Mapping[str, str], content: Content, now: datetime, number: int, problems: list[Problem]
) -> Planned | None:
    before, today = len(problems), now.astimezone(content.zone).date()
    day = _read("date", values["date"], partial(read_day, since=today), number, problems)
    start = _read("start", values["start"], read_time, number, problems)
    if day is not None:
        problems += _unlikely(day, today, number)
    if values["id"] and not _ID.fullmatch(values["id"]):
        problems.append(Problem("id", "This is no id of a chat.", "Leave the cell empty for a new chat.", number))
    fields = _fields(values, day, start)
    problems += _wrong(fields, number) if day is not None else ()
    if len(problems) > before or day is None:
        return None
    id_ = values["id"] or _id_on(day, content)
    stored = content.chats.get(id_)
    if stored is not None and stored.month and stored.day(content.campaign.chat) == day:
        fields = {**fields, "date": None, "month": stored.month}  # as it is written there
    return Planned(id_, fields)


def _id_on(day: date, content: Content) -> str:
    """The id of the chat that is on a day already, or else the day."""
    rule = content.campaign.chat
    return next((id_ for id_, chat in content.chats.items() if chat.day(rule) == day), day.isoformat())


def _read(field: str, typed: str, read: Callable[[str], T], number: int, problems: list[Problem]) -> T | None:
    if not typed:
        if field == "date":
            problems.append(Problem(field, "The date is missing.", "Write it like 15/12/2026.", number))
        return None
    try:
        return read(typed)
    except ValueError as error:
        problems.append(problem_of(field, error, number))
        return None


def _unlikely(day: date, today: date, number: int) -> Iterator[Problem]:
    if day < today:
        yield Problem("date", f"{day_words(day)} has passed.", "Choose a day that is still to come.", number)
    elif day > today + FURTHEST:
        yield Problem("date", f"{day_words(day)} is more than two years ahead.", "Check the year.", number)


def _fields(values: Mapping[str, str], day: date | None, start: time | None) -> dict[str, Any]:
    asked = [unguarded(values[name]) for name in QUESTIONS if values[name]]
    texts = {name: unguarded(values[name]) or None for name in ("topic", *_TEXTS)}
    cells = {
        "start": f"{start:%H:%M}" if start else None,
        "minutes": values["minutes"] or None,
        **texts,
        "questions": [{"text": text} for text in asked] or None,
    }
    filled = {name: value for name, value in cells.items() if value is not None}
    return {"month": None, "date": day.isoformat() if day else None, **filled}


def _wrong(fields: Mapping[str, Any], number: int) -> Iterator[Problem]:
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        Chat.model_validate(given)
    except ValidationError as error:
        for mistake in error.errors():
            yield _told(mistake, number)


def _told(mistake: Any, number: int) -> Problem:
    """A mistake of the model, by the column that it is in."""
    place = mistake["loc"]
    column = f"q{place[1] + 1}" if place[:1] == ("questions",) and len(place) > 1 else str((*place, "date")[0])
    context = mistake.get("ctx", {})
    match mistake["type"]:
        case "missing":
            return Problem(column, f"The {column} is missing.", "Write it.", number)
        case "string_too_long":
            fix = f"It has {context['max_length']} characters at most."
            return Problem(column, "The text is too long.", fix, number)
        case "content":
            return Problem(column, f"{context['cause']}.", f"{str(context['fix']).capitalize()}.", number)
        case _:
            return Problem(column, "This cannot be used here.", "Compare it with the examples of the template.", number)


def as_rows(content: Content, now: datetime) -> Iterator[Sequence[str]]:
    """The chats that are still to come, as a sheet that can be read again."""
    rule, today = content.campaign.chat, now.astimezone(content.zone).date()
    for id_, chat in sorted(content.chats.items(), key=lambda item: item[1].day(rule)):
        if chat.day(rule) >= today:
            asked = [question.text for question in chat.questions][:_MOST_QUESTIONS]
            start = f"{chat.start:%H:%M}" if chat.start else ""
            texts = (chat.topic, chat.lead or "", chat.host, chat.summary)
            padded = [*asked, *[""] * (_MOST_QUESTIONS - len(asked))]
            yield chat.day(rule).isoformat(), start, str(chat.minutes or ""), *texts, *padded, id_
