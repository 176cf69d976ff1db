"""All chats as a calendar to subscribe to (iCalendar, RFC 5545): those that were, those that are planned, and the
regular days to come."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from pydantic import TypeAdapter

from bot.core.chat import Times, chat_times
from bot.core.content import Chat, Content
from bot.core.history import PastChat
from bot.core.schedule import resolve

AHEAD = 12
"""Months for which the regular days are told."""
_LONGEST_LINE = 75
"""Octets, by the standard; a longer line goes on behind a line break and a space."""


_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A chat in the calendar. `key` is its month, or its id where a month has several: a moved chat keeps it.

    `revision` rises and `changed` moves when a chat is told anew. `certain` is what stands in content/.
    """

    key: str
    start: datetime
    end: datetime
    title: str
    description: str = ""
    url: str = ""
    certain: bool = True
    cancelled: bool = False
    revision: int = 0
    changed: datetime = _NEVER


MEETINGS_JSON: TypeAdapter[Sequence[Meeting]] = TypeAdapter(Sequence[Meeting])
"""What was told, for the ledger."""

_Known: TypeAlias = Mapping[str, Meeting]


def meetings(content: Content, history: Iterable[PastChat], now: datetime) -> Sequence[Meeting]:
    """Every chat, in the order of time. What stands in content/ goes before history, and both before the rule."""
    known: dict[str, Meeting] = {}
    for past in history:
        known[past.id] = _past(past, content)
    for id_, chat in content.chats.items():
        known[id_] = _planned(id_, chat, content)
    known |= {meeting.key: meeting for meeting in _regular(content, known.values(), now)}
    return sorted(_named_by_month(known), key=lambda meeting: meeting.start)


def _past(chat: PastChat, content: Content) -> Meeting:
    rule = content.campaign.chat
    start = resolve(chat.date, chat.starts(rule), content.zone)
    parts = [f"With {chat.lead}." if chat.lead else "", chat.note or ""]
    end = start + timedelta(minutes=rule.minutes)
    title = _title(content, chat.topic)
    return Meeting(chat.id, start, end, title, " ".join(part for part in parts if part), chat.source)


def _planned(id_: str, chat: Chat, content: Content) -> Meeting:
    times: Times = chat_times(chat, content)
    parts = [f"With {chat.lead}." if chat.lead else "", f"Hosted by {chat.host}.", chat.summary]
    parts += [f"Q{n}. {question.text}" for n, question in enumerate(chat.questions, 1)]
    parts += chat.reading
    described = "\n".join(part for part in parts if part)
    return Meeting(id_, times.start, times.end, _title(content, chat.topic), described, chat.source or "")


def _regular(content: Content, known: Iterable[Meeting], now: datetime) -> Iterator[Meeting]:
    """The regular days to come of months for which nothing is known: neither in them, nor moved out of them."""
    taken = {*content.campaign.chat.skip} | {
        month for meeting in known for month in (meeting.key[:7], f"{meeting.start.astimezone(content.zone):%Y-%m}")
    }
    trigger, length = content.campaign.chat.trigger(content.zone), timedelta(minutes=content.campaign.chat.minutes)
    slot = now
    for _ in range(AHEAD):
        slot = trigger.next_after(slot)
        month = f"{slot.astimezone(content.zone):%Y-%m}"
        if month not in taken:
            title = _title(content, "topic to be announced")
            yield Meeting(month, slot, slot + length, title, certain=False)


def _title(content: Content, topic: str) -> str:
    return f"{content.campaign.chat_hashtag}: {topic}"


def _named_by_month(known: _Known) -> Iterator[Meeting]:
    """The first of a month is named by the month, so that it stays the same one when the rule's day gets a topic."""
    taken: set[str] = set()
    for id_ in sorted(known):
        month = id_[:7]
        yield replace(known[id_], key=id_ if month in taken else month)
        taken.add(month)


def told(found: Sequence[Meeting], before: Sequence[Meeting], now: datetime) -> Sequence[Meeting]:
    """The meetings as they are told now, after `before`: what changed has a higher revision.

    What is no longer there and has not begun is cancelled, so that it goes from people's calendars as well.
    """
    known = {meeting.key: meeting for meeting in before}
    gone = {key: known[key] for key in known.keys() - {meeting.key for meeting in found} if known[key].end > now}
    cancelled = [replace(meeting, cancelled=True) for meeting in gone.values()]
    everything = [_revised(meeting, known.get(meeting.key), now) for meeting in (*found, *cancelled)]
    return sorted(everything, key=lambda meeting: (meeting.start, meeting.key))


def _revised(meeting: Meeting, before: Meeting | None, now: datetime) -> Meeting:
    if before is None:
        return replace(meeting, changed=now)
    same = replace(meeting, revision=before.revision, changed=before.changed)
    return same if same == before else replace(meeting, revision=before.revision + 1, changed=now)


def to_ics(meetings: Iterable[Meeting], content: Content, name: str = "") -> str:
    """Times are in UTC, which every calendar shows on its owner's clocks, whenever those change. `name` is what people
    see the calendar called."""
    campaign = content.campaign
    name = name or f"{campaign.chat_hashtag} chats"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Antiphon//Chats//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        "X-PUBLISHED-TTL:P1D",
    ]
    for meeting in meetings:
        lines += _event(meeting, campaign.chat_hashtag)
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def _event(meeting: Meeting, hashtag: str) -> Iterator[str]:
    status = "CANCELLED" if meeting.cancelled else "CONFIRMED" if meeting.certain else "TENTATIVE"
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid.uuid5(uuid.NAMESPACE_URL, f'{hashtag.casefold()} {meeting.key}')}"
    yield f"DTSTAMP:{_instant(meeting.changed)}"
    yield f"LAST-MODIFIED:{_instant(meeting.changed)}"
    yield f"SEQUENCE:{meeting.revision}"
    yield f"DTSTART:{_instant(meeting.start)}"
    yield f"DTEND:{_instant(meeting.end)}"
    yield f"SUMMARY:{_text(meeting.title)}"
    if meeting.description:
        yield f"DESCRIPTION:{_text(meeting.description)}"
    if meeting.url:
        yield f"URL:{meeting.url}"
    yield f"STATUS:{status}"
    yield "END:VEVENT"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Broken between characters, never within one."""
    parts, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _LONGEST_LINE:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += octets
    return "\r\n".join(parts)
