"""What is typed into the forms of the pages, as entries of the plan; or everything that is wrong with it."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.actions import FURTHEST, Draft, Moment, Problem, cleaned, queued, read_field, read_moment
from bot.core.bodies import Text
from bot.core.cards import release_plan
from bot.core.chat import chat_times, run_sheet
from bot.core.content import Card, Chat, Content
from bot.core.dates import read_day, read_time, when_words
from bot.core.events import Platform
from bot.core.pictures import ending
from bot.core.pieces import Piece
from bot.core.plan import Entry, Kind, Standing, end_of_day, wall_time
from bot.core.policy import LIMITS, length
from bot.core.polls import bodies_of, read_poll
from bot.core.schedule import resolve

Made = tuple[Entry, ...] | tuple[Problem, ...]
"""Entries, or problems; never both and never none."""
Values = Mapping[str, str]

_LONGEST_ALT, _SHORTEST_ALT, _LONGEST_CREDIT = 1_000, 20, 300
_NOON = "12pm"
_NO_QUESTION = Problem("questions", "There is no question.", "Write each question on a line of its own.")
_NO_PLACE = Problem("on", "It would go out nowhere.", "Tick at least one platform.")


def is_made(made: Made) -> bool:
    return isinstance(made[0], Entry)


def entries_of(made: Made) -> tuple[Entry, ...]:
    return tuple(entry for entry in made if isinstance(entry, Entry))


def problems_of(made: Made) -> tuple[Problem, ...]:
    return tuple(problem for problem in made if isinstance(problem, Problem))


def ticked(values: Values, rooms: Iterable[Platform]) -> tuple[Platform, ...]:
    """The platforms whose boxes are ticked: `on.x`."""
    return tuple(platform for platform in rooms if f"on.{platform}" in values)


def made_of(piece: Piece, content: Content, rooms: Collection[Platform], now: datetime) -> Made:
    """A piece as it would stand in the plan. A chat becomes its whole run-sheet."""
    values = {name: cleaned(typed) for name, typed in piece.values.items()}
    platforms = ticked(values, rooms)
    match piece.kind:
        case Kind.CHAT:
            made = _chat_plan(piece, values, content, rooms, now)
        case Kind.CARD:
            made = _card_entry(piece, values, content, platforms, now)
        case Kind.ANNOUNCEMENT:
            made = _announced(piece, values, content, platforms, now)
        case Kind.ACTION:
            made = _action(piece, values, content, platforms, now)
    if piece.kind is Kind.CHAT or platforms:
        return made
    return (*problems_of(made), _NO_PLACE)


def _action(piece: Piece, values: Values, content: Content, platforms: Sequence[Platform], now: datetime) -> Made:
    draft = Draft(*(values.get(name, "") for name in ("text", "date", "time", "longer")))
    made = queued(draft, content, platforms, now, key=f"page:{piece.key}", source=piece.who)
    return (made,) if isinstance(made, Entry) else made


def _announced(piece: Piece, values: Values, content: Content, platforms: Sequence[Platform], now: datetime) -> Made:
    """Without date and time it goes out as soon as it is sent."""
    problems: list[Problem] = []
    if not values.get("text"):
        problems.append(Problem("text", "The text is empty.", "Write what you want to announce."))
    texts = {platform: values.get(f"text-{platform}") or values.get("text", "") for platform in platforms}
    poll = read_poll(values.get("poll", ""), values.get("poll-minutes", ""), platforms, problems)
    bodies = bodies_of(texts, poll)
    problems += _too_long(bodies, lambda on: f"text-{on}" if values.get(f"text-{on}") else "text")
    due = _when(values, content, now, problems)
    if problems or due is None:
        return tuple(problems)
    title = " ".join(values["text"].split())
    return (_entry(piece, Kind.ANNOUNCEMENT, title, due, bodies, content),)


def _when(values: Values, content: Content, now: datetime, problems: list[Problem]) -> datetime | None:
    if not values.get("date") and not values.get("time"):
        return now
    moment = read_moment(values.get("date", ""), values.get("time", ""), content, now, problems)
    return resolve(*moment, content.zone) if moment else None


def _too_long(bodies: Mapping[Platform, Text], field: Callable[[Platform], str]) -> Iterator[Problem]:
    for platform, body in bodies.items():
        over = length(body.text, platform) - LIMITS[platform]
        if over > 0:
            fix = f"Shorten it: {platform.label} takes {LIMITS[platform]:,} at most."
            yield Problem(field(platform), f"This is {over:,} characters too long for {platform.label}.", fix)


def _entry(
    piece: Piece, kind: Kind, title: str, due: datetime, bodies: Mapping[Platform, Text], content: Content
) -> Entry:
    return Entry(
        key=piece.about or f"{kind}:{piece.key}",
        group=str(kind),
        kind=kind,
        title=title,
        due=due,
        wall=wall_time(due, content.zone),
        zone=content.campaign.zone,
        cut_off=end_of_day(due, content.zone),
        bodies=bodies,
        source=piece.who,
    )


def _card_entry(piece: Piece, values: Values, content: Content, platforms: Sequence[Platform], now: datetime) -> Made:
    problems = list(_card_problems(values))
    moment = read_moment(values.get("date", ""), values.get("time") or _NOON, content, now, problems)
    if problems or moment is None:
        return tuple(problems)
    entry = _released(piece, values, moment, content, platforms)
    long = tuple(_too_long(entry.bodies, lambda _: "text"))
    return long or (entry,)


def _card_problems(values: Values) -> Iterator[Problem]:
    alt = values.get("alt", "")
    if not values.get("picture"):
        yield Problem("picture", "There is no picture yet.", "Choose a PNG or JPEG file of at most 5 MB.")
    if len(alt) < _SHORTEST_ALT:
        fix = "Say in a sentence what it shows, with all words that are in it."
        yield Problem("alt", "The picture is not described for people who do not see it.", fix)
    elif len(alt) > _LONGEST_ALT:
        yield Problem("alt", f"The description is {len(alt) - _LONGEST_ALT} characters too long.", "Shorten it.")
    if not values.get("text"):
        yield Problem("text", "The text is empty.", "Write what goes with the picture.")
    credit = values.get("credit", "")
    if not credit or len(credit) > _LONGEST_CREDIT or "\n" in credit:
        yield Problem("credit", "It does not say whose picture it is.", "Name who made it, on one line.")
    if not values.get("consent"):
        fix = "Write who agreed, when, and where that is kept; or that nobody can be recognised in it."
        yield Problem("consent", "It does not say who agreed to be shown.", fix)


def _released(piece: Piece, values: Values, moment: Moment, content: Content, platforms: Sequence[Platform]) -> Entry:
    """By the same function as the cards of content/. It checked nothing that is not checked above."""
    card = Card.model_construct(
        id=piece.key,
        image=values["picture"].removeprefix("cards/"),
        alt=values["alt"],
        text=values["text"],
        credit=values["credit"],
        release=moment.day,
        at=moment.at,
    )
    entry = release_plan(card, content, platforms)
    assert entry is not None
    return replace(entry, source=piece.who)


def picture_path(data: bytes) -> str:
    """Where an uploaded picture lies below the content folder, named after what is in it. Empty for no PNG or JPEG."""
    kind = ending(data)
    return f"cards/uploaded/{hashlib.sha256(data).hexdigest()[:32]}.{kind}" if kind else ""


def chat_of(piece: Piece, content: Content) -> tuple[str, Chat] | None:
    """A composed chat with its id, as content has chats; None where it cannot be one."""
    made = _chat({name: cleaned(typed) for name, typed in piece.values.items()}, content)
    return None if isinstance(made, tuple) else (made.day(content.campaign.chat).isoformat(), made)


def _chat(values: Values, content: Content) -> Chat | tuple[Problem, ...]:
    problems: list[Problem] = []
    day = read_field("date", values.get("date", ""), read_day, problems)
    usual = content.campaign.chat.start
    start = read_field("start", values["start"], read_time, problems) if values.get("start") else usual
    if problems:
        return tuple(problems)
    fields: dict[str, Any] = {
        "date": day,
        "start": start,
        "minutes": values.get("minutes") or None,
        "topic": values.get("topic", ""),
        "lead": values.get("lead") or None,
        "lead_ids": tuple(values.get("lead_ids", "").split()),
        "host": values.get("host") or "the organisers",
        "summary": values.get("summary", ""),
        "reading": _lines(values, "reading"),
        "questions": tuple({"text": text} for text in _lines(values, "questions")),
    }
    none = () if fields["questions"] else (_NO_QUESTION,)
    try:
        chat = Chat.model_validate(fields)
    except ValidationError as error:
        return (*(_told(item) for item in error.errors()), *none)
    return none or chat


def _lines(values: Values, name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in values.get(name, "").splitlines() if line.strip())


def _told(item: ErrorDetails) -> Problem:
    """What the chat's own rules say of a field, as the form calls it."""
    where, limits = item["loc"], item.get("ctx", {})
    name = str(where[0]) if where else "topic"
    number = next((f" {place + 1}" for place in where[1:] if isinstance(place, int)), "")
    label = f"{_CHAT_LABELS.get(name, name)}{number}"
    match item["type"]:
        case "string_too_short":
            return Problem(name, f"{label} is missing.", "Fill it in.")
        case "string_too_long":
            return Problem(name, f"{label} is too long.", f"It may have {limits['max_length']} characters.")
        case "content":
            fix = str(limits["fix"])
            return Problem(name, f"{label}: {limits['cause']}.", f"{fix[:1].upper()}{fix[1:]}.")
        case _:
            return Problem(name, f"{label} cannot be {str(item['input'])[:40]}.", "Write 15 to 240 minutes.")


_CHAT_LABELS = {"topic": "Topic", "minutes": "Length", "reading": "Reading", "questions": "Question", "lead": "Lead"}


def _chat_plan(piece: Piece, values: Values, content: Content, rooms: Collection[Platform], now: datetime) -> Made:
    chat = _chat(values, content)
    if isinstance(chat, tuple):
        return chat
    id_ = chat.day(content.campaign.chat).isoformat()
    problems = list(_misfits(id_, piece, chat, content, now))
    entries = run_sheet(id_, chat, content, rooms)
    for entry in entries:
        problems += _too_long(entry.bodies, lambda _: "questions")
    return tuple(dict.fromkeys(problems)) or tuple(entry for entry in entries if entry.cut_off > now)


def _misfits(id_: str, piece: Piece, chat: Chat, content: Content, now: datetime) -> Iterator[Problem]:
    start = chat_times(chat, content).start
    if start <= now:
        yield Problem("date", "That has passed.", "Choose a time that is still to come.")
    elif start > now + FURTHEST:
        yield Problem("date", "That is more than two years ahead.", "Check the year.")
    if id_ in content.chats and piece.about != id_:
        cause = f"There is a chat on that day already: {content.chats[id_].topic}."
        yield Problem("date", cause, "Choose another day, or change that chat.")


def chat_summary(piece: Piece, content: Content, rooms: Collection[Platform]) -> Entry | None:
    """A composed chat as one thing to look at and to approve of: all that it will say, in order."""
    found = chat_of(piece, content)
    if found is None:
        return None
    id_, chat = found
    times, sheet = chat_times(chat, content), run_sheet(id_, chat, content, rooms)
    bodies = {
        platform: Text("\n\n".join(f"{when_words(it.due, content.zone)}\n{it.bodies[platform].text}" for it in sheet))
        for platform in rooms
    }
    return Entry(
        key=f"piece:{piece.key}",
        group="piece",
        kind=Kind.CHAT,
        title=chat.topic,
        due=times.start,
        wall=wall_time(times.start, content.zone),
        zone=content.campaign.zone,
        cut_off=times.end,
        bodies=bodies,
        source=piece.who,
        standing=Standing.PLANNED if piece.about else Standing.CANCELLED,
    )
