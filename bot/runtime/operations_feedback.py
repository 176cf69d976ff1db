"""What a moderator does with feedback, on the command line and on the pages. Whatever reads it is noted in the audit.

`who` is the moderator's ref.
"""

import hashlib
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.audit import BOARD, COMMAND_LINE, PRIVACY_EXPORT, AuditEntry, board_file
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.feedback import Feedback, Period, Row, Status, Unclear, Wanted, parse_range
from bot.core.feedback_words import about, line
from bot.core.policy import Roles
from bot.core.problems import Problem
from bot.core.pseudonyms import Pseudonyms
from bot.ports import Database, Rooms
from bot.services import said_done as services
from bot.services import sorting

Rows = Sequence[Row]

_AT_A_TIME = 2_000
"""Rows in memory, and in one transaction, while a file is written."""
_EXPORT = "feedback export"
_ALL = 1_000_000


def period_of(dates: str, zone: ZoneInfo, now: datetime) -> Period:
    """Days as people write them; empty means all. Raises Problem for what says nothing."""
    period = parse_range(dates, zone, now)
    if isinstance(period, Unclear):
        raise Problem(f"{period.problem} Write, for example: 2026-12-01 2026-12-31")
    return period


async def exported(
    database: Database,
    now: datetime,
    wanted: Wanted,
    *,
    personal: bool = False,
    who: str = COMMAND_LINE,
    file: str = "",
) -> AsyncIterator[Sequence[Row]]:
    """Everything that is wanted, oldest first, some thousands at a time. Noted before the first one is given, with the
    file that it is for."""
    async with database.transaction() as tx:
        what = f"{_EXPORT} with personal data" if personal else _EXPORT
        await tx.audit.add(now, who, what, file, wanted.told())
    last: Row | None = None
    while True:
        async with database.transaction() as tx:
            rows = await tx.feedback.rows(wanted, after=last, limit=_AT_A_TIME, personal=personal)
        if rows:
            yield rows
        if len(rows) < _AT_A_TIME:
            return
        last = rows[-1]
        del rows  # before the next are read


async def exported_to(database: Database) -> Sequence[str]:
    """The files to which feedback, a board of it, or what is kept about somebody was ever written here, as far as the
    audit goes back."""
    async with database.transaction() as tx:
        entries = await tx.audit.list(limit=_ALL)
    return sorted({file for entry in entries if (file := _file_of(entry))})


def _file_of(entry: AuditEntry) -> str:
    if entry.what == PRIVACY_EXPORT:
        return entry.detail
    if entry.what == BOARD:
        return board_file(entry.detail)
    return entry.about if entry.what.startswith(_EXPORT) else ""


async def counted(database: Database, wanted: Wanted) -> int:
    async with database.transaction() as tx:
        return await tx.feedback.count(wanted)


async def listed(
    database: Database, zone: ZoneInfo, now: datetime, wanted: Wanted, *, limit: int, before: int | None
) -> Sequence[str]:
    """The latest first, a line each; `before` is the number after which to go on. Raises Problem."""
    found = await some(database, now, wanted, limit=limit, before=before)
    lines = [line(one, zone) for one in found]
    if len(found) == limit:
        lines.append(f"For earlier ones add --before {found[-1].number}")
    return lines or ["There is no such feedback."]


async def some(
    database: Database, now: datetime, wanted: Wanted, *, limit: int, before: int | None = None, who: str = COMMAND_LINE
) -> Sequence[Feedback]:
    """The latest first; those after `before`, which is a number. Raises Problem where there is no such number."""
    async with database.transaction() as tx:
        mark = None if before is None else await sorting.known(tx, before)
        found = await tx.feedback.list(wanted, before=mark, limit=limit)
        await tx.audit.add(now, who, "feedback list", detail=wanted.told())
    return found


async def shown(database: Database, zone: ZoneInfo, now: datetime, number: int, *, personal: bool) -> Sequence[str]:
    """Everything about one piece. What is new counts as read from now on. Raises Problem."""
    feedback = await read(database, now, number, personal=personal)
    return [*about(feedback, zone), *(_personal(feedback) if personal else ()), "", feedback.text]


async def read(database: Database, now: datetime, number: int, *, personal: bool, who: str = COMMAND_LINE) -> Feedback:
    """One piece, as it was found; what is new counts as read from now on. Raises Problem where there is none."""
    async with database.transaction() as tx:
        return await sorting.read(tx, number, who, now, personal=personal)


async def tagged(
    database: Database,
    now: datetime,
    number: int,
    add: Collection[str],
    remove: Collection[str],
    who: str = COMMAND_LINE,
) -> str:
    """Put tags on a piece, take tags off. A tag is one word. Raises Problem."""
    async with database.transaction() as tx:
        feedback = await sorting.tag(tx, number, add, remove, who, now)
    return f"Feedback {number} has the tags: {' '.join(feedback.tags) or 'none'}."


async def marked(database: Database, now: datetime, number: int, status: Status, who: str = COMMAND_LINE) -> str:
    """Raises Problem where there is none."""
    async with database.transaction() as tx:
        await sorting.mark(tx, number, status, who, now)
    return f"Feedback {number} is {status}."


async def assigned(
    database: Database,
    content: Content,
    roles: Roles,
    pseudonyms: Pseudonyms,
    now: datetime,
    number: int,
    to: str,
    who: str = COMMAND_LINE,
) -> str:
    """Raises Problem where nobody of the region would read it."""
    async with database.transaction() as tx:
        moment = _moment(number, now, to)
        region = await sorting.assign(tx, number, to, content, roles, pseudonyms, who, moment, now)
    if region is None:
        return f"Nobody looks after feedback {number} any more."
    return f"The library leads of {region.name} look after feedback {number}. They are told when the bot runs."


async def answered(
    database: Database, now: datetime, number: int, words: str, pseudonyms: Pseudonyms, who: str = COMMAND_LINE
) -> str:
    """Queue a direct message to the author. Raises Problem where there is no such way to them."""
    async with database.transaction() as tx:
        feedback = await sorting.known(tx, number)
        await services.answer(tx, feedback, words, who, _moment(number, now, words), now, pseudonyms)
    return f"The answer goes to the author of feedback {number} as a direct message, when the bot runs."


async def done(
    database: Database,
    content: Content,
    rooms: Rooms,
    now: datetime,
    number: int,
    words: str,
    on: Collection[Platform],
    pseudonyms: Pseudonyms,
) -> Sequence[str]:
    """Say what was done about it: to its author, and to everybody on some platforms. Raises Problem."""
    moment = _moment(number, now, words)
    async with database.transaction() as tx:
        feedback = await sorting.known(tx, number)
        why_not = await services.tell_done(tx, feedback, words, content, COMMAND_LINE, moment, now, pseudonyms)
        posted = await services.tell_everybody(tx, feedback, words, content, rooms, on, COMMAND_LINE, now) if on else ()
    lines = [f"Feedback {number} is actioned."]
    lines.append(why_not or "Its author is told in a direct message, when the bot runs.")
    if on:
        where = " and ".join(platform.label for platform in posted)
        lines.append(f"Everybody is told on {where}." if posted else "Everybody had been told there before.")
    return lines


def _moment(number: int, now: datetime, said: str) -> str:
    """What makes something one thing: the same words within a minute are a button that was pressed twice."""
    digest = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]
    return f"{number}:{now:%Y%m%dT%H%M}:{digest}"


def _personal(feedback: Feedback) -> Sequence[str]:
    author = feedback.author
    who = f"{author.name} ({author.ref})" if author else "not known"
    return [f"Author: {who}", f"Contact: {feedback.contact or 'none'}"]
