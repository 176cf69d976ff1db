"""What a form begins with: nothing, something like it, or what stands in the plan by now."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.actions import draft_of
from bot.core.chat import following
from bot.core.compose import chat_of
from bot.core.dates import date_words, time_words
from bot.core.journal import WRITING, Deed
from bot.core.pieces import Piece
from bot.core.plan import SERIES, Entry, Kind
from bot.core.polls import typed_of
from bot.web.pages.calls import Call


async def begun(call: Call, kind: Kind) -> Piece:
    """A form to begin with: empty, or like something that there is, or for the time and the places of another."""
    rooms = {f"on.{platform}": "yes" for platform in call.site.rooms}
    values: dict[str, str] = {"date": call.asked("date")[:10], **rooms}
    async with call.database.transaction() as tx:
        like = await tx.plan.get(call.asked("like")) if call.asked("like") else None
        beside = await tx.plan.get(call.asked("beside")) if call.asked("beside") else None
        series = await tx.pieces.get(call.asked("like")) if call.asked("like").startswith(SERIES) else None
        latest = await tx.pieces.queued(Kind.CHAT) if kind is Kind.CHAT else ()
    if series is not None and series.kind is kind:
        values = {**series.values, "date": "", "until": ""}
    if like is not None and kind is Kind.ACTION:
        draft = draft_of(like)
        values |= {"text": draft.text, "time": draft.time}
    if beside is not None and kind is Kind.ACTION:
        values = {**_moment(beside), **{f"on.{on}": "yes" for on in beside.bodies}}
    if kind is Kind.CHAT:
        values |= _like_the_last(call, latest[0] if latest else None)
    return Piece(key=secrets.token_hex(8), kind=kind, who=call.who, values=values, at=call.now)


async def of_series(call: Call, kind: Kind, about: str) -> Entry | None:
    """One time of a series that is changed on this form; None for anything else."""
    async with call.database.transaction() as tx:
        entry = await tx.plan.get(about)
    return entry if entry and entry.series and entry.kind is kind is Kind.ANNOUNCEMENT else None


async def one_time(call: Call, entry: Entry) -> Piece:
    """What somebody has begun to change about one time of a series, or that as it stands."""
    key = own_form(entry.key)
    async with call.database.transaction() as tx:
        started = await tx.pieces.get(key)
    fresh = Piece(key=key, kind=entry.kind, who=call.who, values=_values(entry), at=call.now, about=entry.key)
    return await as_it_stands(call, started) if started else fresh


def own_form(about: str) -> str:
    """The key of the form for one time of a series."""
    return hashlib.sha256(about.encode(errors="replace")).hexdigest()[:16]


def _values(entry: Entry) -> dict[str, str]:
    return {**_words(entry), **_moment(entry), **{f"on.{on}": "yes" for on in entry.bodies}}


def _moment(entry: Entry) -> dict[str, str]:
    wall = datetime.fromisoformat(entry.wall)
    return {"date": date_words(wall.date()), "time": time_words(wall.time())}


def _like_the_last(call: Call, last: Piece | None) -> dict[str, str]:
    """The next regular day, and what chats have in common; its questions only as a number of empty lines."""
    content, taken = call.content, {*call.content.chats, *([last.about] if last else [])}
    day = following(content, call.now).astimezone(content.zone)
    while day.date().isoformat() in taken:
        day = following(content, day).astimezone(content.zone)
    known = chat_of(last, content) if last else None
    chat = known[1] if known else max(content.chats.items(), default=("", None))[1]
    values = {"date": date_words(day.date()), "start": time_words(day.time())}
    values["minutes"] = str(content.campaign.chat.minutes)
    if chat and call.asked("like") == "last":
        values["minutes"] = str(chat.minutes or values["minutes"])
        values |= {"host": chat.host, "lead": chat.lead or "", "lead_ids": " ".join(chat.lead_ids)}
        values |= {"topic": chat.topic, "summary": chat.summary, "reading": "\n".join(chat.reading)}
        values["questions"] = "\n".join(question.text for question in chat.questions)
    return values


async def as_it_stands(call: Call, piece: Piece) -> Piece:
    """What was moved or undone in the plan since is in the form as well."""
    if not piece.about or piece.kind is Kind.CHAT:
        return piece
    async with call.database.transaction() as tx:
        series = await tx.pieces.get(piece.about)
        entry = await tx.plan.get(piece.about)
        latest = await tx.journal.list(about=piece.about, limit=20)
    if series is not None:
        return replace(piece, values=series.values) if series.at > piece.at else piece
    last = next((change for change in latest if change.what in WRITING), None)
    if entry is None or last is None or last.what not in (Deed.MOVE, Deed.UNDO) or last.at < piece.at:
        return piece
    return replace(piece, values={**piece.values, **_words(entry), **_moment(entry)})


def _words(entry: Entry) -> Mapping[str, str]:
    if entry.kind is not Kind.ANNOUNCEMENT:
        return {"text": entry.title}
    texts, poll = typed_of(entry.bodies)
    common = next(iter(texts.values()), "")
    return {"text": common, **{f"text-{on}": "" if said == common else said for on, said in texts.items()}, **poll}
