"""The page on which everything about something is seen before it is public: as it will appear, when, at what cost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from bot.core.approval import is_wanted
from bot.core.compose import chat_summary
from bot.core.courtesy import QUIET, clashes, is_quiet
from bot.core.events import Platform
from bot.core.holidays import bank_holiday
from bot.core.journal import HOLD, differences
from bot.core.live import was_added, words_of
from bot.core.month import near, same_on
from bot.core.pieces import Piece
from bot.core.plan import Entry, Kind, Standing, moved, release
from bot.core.preview import previews
from bot.core.repeats import Repeats
from bot.core.schedule import resolve
from bot.core.series import HORIZON, days_of, is_repeated, repeats_of, series_key, summary
from bot.ports import Transaction
from bot.services.approving import state
from bot.services.pausing import standing
from bot.web.dates import day_words
from bot.web.language import gettext as _
from bot.web.language import ngettext
from bot.web.pages.calls import Call
from bot.web.pages.plan import told_before
from bot.web.pages.words import NAMES, who_sees

_SIMILAR = timedelta(days=31)
"""X refuses the words of an earlier post; it does not say for how long."""
_MOST = 10
_ABOUT = timedelta(hours=1)
"""What else goes out within this time of it is worth a word."""


async def facts(tx: Transaction, call: Call, entries: Sequence[Entry]) -> dict[str, Any]:
    """What the page says of what is to be sent, of which the first goes out first."""
    first = entries[0]
    pause = await standing(tx, call.now)
    about = await tx.plan.list(since=first.due - _SIMILAR, until=first.due + _SIMILAR)
    coming = [entry for entry in about if entry.standing is not Standing.CANCELLED]
    posts = release(first, call.site.rooms, call.now)
    return {
        "previews": previews(first),
        "total": sum(preview.usd for entry in entries for preview in previews(entry)),
        "where": {on: who_sees(room) for on, room in call.site.rooms.items()},
        "halted": pause is not None and any(pause.halts(post, first.due) for post in posts),
        "near": near(coming, first, _ABOUT),
        "same": same_on(Platform.X, coming, first) if first.kind is not Kind.CHAT else (),
    }


def _whole(call: Call, piece: Piece) -> Entry | None:
    """A chat or a series as one thing."""
    if piece.kind is Kind.CHAT:
        return chat_summary(piece, call.content, call.site.rooms)
    return summary(piece, call.content, call.site.rooms) if is_repeated(piece) else None


def _to_come(call: Call, repeats: Repeats) -> list[datetime]:
    dues = (resolve(day, repeats.at, call.content.zone) for day in days_of(repeats))
    return [due for due in dues if due > call.now]


async def _told_of_series(call: Call, first: Entry, dues: Sequence[datetime]) -> list[str]:
    """What is worth a second look: days off, and what else goes out as far as the plan has it."""
    until, zone = call.now + HORIZON, call.content.zone
    days = [due.astimezone(zone).date() for due in dues]
    times = [
        replace(moved(first, due), key=day_words(day)) for due, day in zip(dues, days, strict=True) if due <= until
    ]
    async with call.database.transaction() as tx:
        others = [it for it in await tx.plan.list(since=call.now, until=until) if it.series != first.series]
    close, headline = clashes([*others, *times]), call.site.templates.filters["headline"]
    found = [
        _("%(day)s is a bank holiday: %(name)s.", day=day_words(day), name=name)
        for day in days
        if (name := bank_holiday(day))
    ]
    found += [
        _("%(day)s: within half an hour of %(title)s.", day=time.key, title=headline(it))
        for time in times
        for it in close.get(time.key, ())
    ]
    over = len(found) - _MOST
    more = [ngettext("And %(num)s more like that.", "And %(num)s more like that.", over)] if over > 0 else []
    return [*([QUIET] if is_quiet(first) else []), *found[:_MOST], *more]


async def _told_of_hosts(tx: Transaction, piece: Piece) -> list[str]:
    """What hosts have added to a chat that stands in the plan, and is about to be planned anew from its form."""
    rows = await tx.plan.list(kind=Kind.CHAT) if piece.kind is Kind.CHAT and piece.about else ()
    return [
        _("A host added a question, which is left out unless you write it among yours: %(question)s", question=question)
        for question in (words_of(row) for row in rows if row.group == f"chat:{piece.about}" and was_added(row))
    ]


async def checked(call: Call, piece: Piece, entries: Sequence[Entry], problems: Sequence[str] = ()) -> Response:
    first = entries[0]
    whole = _whole(call, piece) or first
    repeats = repeats_of(piece) if is_repeated(piece) else None
    dues = _to_come(call, repeats) if repeats else []
    async with call.database.transaction() as tx:
        found = await facts(tx, call, entries)
        stored = await tx.plan.get(whole.key)
        needed = await state(tx, whole, call.site.approve)
        series = await tx.pieces.get(series_key(piece)) if repeats else None
        added = await _told_of_hosts(tx, piece)
    before = summary(series, call.content, call.site.rooms) if series else None
    return await call.page(
        "checked.html",
        409 if problems else 200,
        piece=piece,
        names=NAMES[piece.kind],
        entry=whole,
        at_once=not repeats and first.due <= call.now,
        hold=round(HOLD.total_seconds()),
        entries=entries,
        sheet=[(entry, previews(entry)) for entry in entries] if piece.kind is Kind.CHAT else (),
        dues=dues,
        series=series,
        differences=differences(before, whole, call.content.zone) if before else (),
        repeats=repeats,
        warnings=[*added, *await (_told_of_series(call, first, dues) if repeats else told_before(call, whole))],
        stored=stored if stored and stored.standing is not Standing.CANCELLED else None,
        in_plan=bool(piece.about),
        needs=needed,
        wants_approval=is_wanted(whole, call.site.approve),
        problems=[("", problem) for problem in problems],
        **found,
    )
