"""Writing for the campaign: a form that is kept from the first press on, a page on which to check it as it will
appear, and only then the plan."""

import re
import secrets
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from bot.core.actions import Problem, own_key, read_field
from bot.core.compose import Made, entries_of, is_made, problems_of, ticked
from bot.core.dates import read_day
from bot.core.events import Platform
from bot.core.journal import HOLD, Deed, Difference
from bot.core.pieces import COMPOSED, Piece
from bot.core.plan import SERIES, Kind, Standing
from bot.core.series import goes_on, series_key, to_plan
from bot.services.approving import state
from bot.services.chats import unschedule_chat
from bot.services.composing import queue
from bot.services.naming import naming
from bot.services.planning import note
from bot.services.repeating import change_from
from bot.web.language import gettext as _
from bot.web.pages.beginning import as_it_stands, begun, of_series, one_time, own_form
from bot.web.pages.calls import Call, Form, back, page, shown_picture
from bot.web.pages.checking import checked
from bot.web.pages.fields import LABELS, read_fields
from bot.web.pages.plan import address, page_of
from bot.web.pages.site import ORGANISERS, ROOT, readable
from bot.web.pages.words import NAMES, told

_KEY = re.compile(r"[0-9a-f]{16}")
_SHOWN = 100
_LARGEST = 8 * 1024 * 1024
"""Octets of a form with a picture in it."""


async def form(call: Call) -> Response:
    kind, key = _asked(call)
    if kind is None or not (key == "new" or _KEY.fullmatch(key)):
        return await call.not_found(_("There is no such form"))
    typed = call.form or call.kept
    key = typed.get("key", "") if key == "new" and _KEY.fullmatch(typed.get("key", "")) else key
    async with call.database.transaction() as tx:
        stored = await tx.pieces.get(key)
    if stored is None and key != "new" and not typed:
        return await _settled(call, kind, key)
    if typed.get("do") == "throw":
        return await _thrown_away(call, stored)
    if typed:
        return await _keep(call, kind, key if key != "new" else secrets.token_hex(8), stored, typed)
    if key == "new" and call.asked("of"):
        return await _one_of_many(call, kind)
    return await _shown(call, await as_it_stands(call, stored) if stored else await begun(call, kind))


def _asked(call: Call) -> tuple[Kind | None, str]:
    kind = call.request.path_params["kind"]
    return Kind(kind) if kind in tuple(COMPOSED) else None, readable(call.request.path_params["key"])


def address_of(piece: Piece, more: str = "") -> str:
    return f"{ROOT}/compose/{piece.kind}/{piece.key}{more}"


async def _one_of_many(call: Call, kind: Kind) -> Response:
    """The form for one time alone of what goes out by a rule."""
    entry = await of_series(call, kind, call.asked("of"))
    return (
        await _shown(call, await one_time(call, entry))
        if entry
        else await call.not_found(_("There is no such thing in the plan"))
    )


async def _keep(call: Call, kind: Kind, key: str, stored: Piece | None, typed: Form) -> Response:
    """Everything that was typed is kept before anything else is done with it."""
    values, wrong = await read_fields(call, kind, stored, typed)
    version, who = typed.get("version", "0"), call.who
    piece = Piece(
        key=key, kind=kind, who=who, values=values, at=call.now,
        about=stored.about if stored else await _about(call, kind, key, typed),
        version=stored.version if stored else 0,
    )  # fmt: skip
    if stored is not None and version != str(stored.version) and stored.values != values:
        return await _shown(call, piece, 409, theirs=stored)
    if stored is None or stored.values != values:
        async with call.database.transaction() as tx:
            done = await tx.pieces.put(piece)
        if not done:
            return await _shown(call, piece, 409, theirs=stored)
    await call.finished()
    piece = replace(piece, version=piece.version + (stored is None or stored.values != values))
    if typed.get("do") != "check":
        return back(address_of(piece), done="kept" if not call.kept else "kept-session")
    problems = [*wrong, *_problems(call, piece)]
    return await _shown(call, piece, 400, problems) if problems else back(address_of(piece, "/check"))


async def _about(call: Call, kind: Kind, key: str, typed: Form) -> str:
    """What a form that is not kept yet is for, if it is for one time of a series: it says so, and its key shows it."""
    about = typed.get("of", "")
    return about if key == own_form(about) and await of_series(call, kind, about) else ""


def _made(call: Call, piece: Piece) -> Made:
    return to_plan(piece, call.content, call.site.rooms, call.now)


def _problems(call: Call, piece: Piece) -> list[tuple[str, str]]:
    made = _made(call, piece)
    return told(problems_of(made), [*LABELS[piece.kind], "on"])


async def _shown(
    call: Call,
    piece: Piece,
    status: int = 200,
    problems: list[tuple[str, str]] | None = None,
    theirs: Piece | None = None,
) -> Response:
    return await call.page(
        f"compose_{piece.kind}.html",
        status,
        piece=piece,
        values={**dict.fromkeys(LABELS[piece.kind], ""), **piece.values},
        rooms=tuple(call.site.rooms),
        names=NAMES[piece.kind],
        may_be_like=bool(call.content.chats),
        theirs=theirs,
        differences=_between(theirs, piece) if theirs else (),
        problems=problems or [],
        hold=round(HOLD.total_seconds()),
    )


def label_of(kind: Kind, name: str) -> str:
    """What a field is called."""
    on = name.removeprefix("text-")
    return _(LABELS[kind][name], platform=Platform(on).label if on in set(Platform) else "")


def _between(theirs: Piece, ours: Piece) -> list[Difference]:
    """Field by field, what they have and what was typed here."""
    pairs = ((label_of(ours.kind, name), name) for name in LABELS[ours.kind])
    found = [Difference(label, theirs.values.get(name, ""), ours.values.get(name, "")) for label, name in pairs]
    places = [", ".join(on.label for on in ticked(piece.values, Platform)) for piece in (theirs, ours)]
    return [it for it in [*found, Difference(_("Where it goes out"), *places)] if it.old != it.new]


async def _settled(call: Call, kind: Kind, key: str) -> Response:
    """There is no such draft any more: perhaps it is in the plan by now."""
    async with call.database.transaction() as tx:
        entry = await tx.plan.get(own_key(f"page:{key}") if kind is Kind.ACTION else f"{kind}:{key}")
    return back(address(entry)) if entry else await call.not_found(_("There is no such draft"))


async def _thrown_away(call: Call, stored: Piece | None) -> Response:
    if stored is not None and not stored.about:
        async with call.database.transaction() as tx:
            await tx.pieces.drop(stored.key)
    await call.finished()
    return back(f"{ROOT}/drafts", done="thrown-away")


async def check(call: Call) -> Response:
    kind, key = _asked(call)
    async with call.database.transaction() as tx:
        piece = await tx.pieces.get(key)
    if kind is None or piece is None or piece.kind is not kind:
        return await _settled(call, kind, key) if kind else await call.not_found(_("There is no such draft"))
    match call.form.get("do"):
        case "send":
            return await _send(call, piece)
        case "unschedule":
            return await _unschedule(call, piece)
        case _:
            return await _checked(call, piece)


async def _checked(call: Call, piece: Piece, *problems: str) -> Response:
    made = _made(call, piece)
    if not is_made(made):
        return await _shown(call, piece, 400, _problems(call, piece))
    return await checked(call, piece, entries_of(made), problems)


async def _send(call: Call, piece: Piece) -> Response:
    typed = call.form.get("version", "")
    if piece.about and typed == str(piece.version - 1):
        return await _arrived(call, piece)  # pressed twice
    if typed != str(piece.version) or await _stopped_meanwhile(call, piece):
        return await _checked(call, piece, _("Somebody has changed this meanwhile. Below is how it is now."))
    made = _made(call, piece)
    if not is_made(made):
        return await _shown(call, piece, 400, _problems(call, piece))
    if typed_day := call.form.get("from", "").strip():
        return await _change_from(call, piece, typed_day)
    async with call.database.transaction() as tx:
        done = await queue(tx, call.team, piece, entries_of(made), call.author, call.now)
        waits = done.entry is not None and await state(tx, done.entry, call.site.approve) == "waits"
    if done.entry is None:
        return await _checked(call, piece, done.problem)
    where = address_of(piece, "/check") if piece.kind is Kind.CHAT else address(done.entry)
    return back(where, done="queued-waits" if waits else "queued")


async def _change_from(call: Call, piece: Piece, typed: str) -> Response:
    """A change of a series that is for one day and what comes later."""
    wrong: list[Problem] = []
    day = read_field("from", typed, read_day, wrong)
    if day is None:
        return await _checked(call, piece, str(wrong[0]))
    async with call.database.transaction() as tx:
        done = await change_from(tx, call.team, piece, day, call.author, call.now)
        waits = not isinstance(done, str) and await state(tx, done, call.site.approve) == "waits"
    if isinstance(done, str):
        return await _checked(call, piece, done)
    return back(address(done), done="queued-waits" if waits else "queued")


async def _stopped_meanwhile(call: Call, piece: Piece) -> bool:
    """Whether a series was stopped or undone on its own page since this change of it was checked."""
    async with call.database.transaction() as tx:
        series = await tx.pieces.get(series_key(piece))
    return series is not None and call.form.get("series", "") != str(series.version)


async def _arrived(call: Call, piece: Piece) -> Response:
    if piece.kind is Kind.CHAT:
        return back(address_of(piece, "/check"))
    if piece.about:
        return back(page_of(piece.about))
    return await _settled(call, piece.kind, piece.key)


async def _unschedule(call: Call, piece: Piece) -> Response:
    """A chat that is in the plan becomes a draft again."""
    if piece.kind is not Kind.CHAT or not piece.about or call.form.get("version") != str(piece.version):
        return await _checked(call, piece, _("Nothing was done, because somebody has changed this meanwhile."))
    made = _made(call, piece)
    async with call.database.transaction() as tx:
        done = await unschedule_chat(tx, piece, call.now)
        if done and is_made(made):
            row = entries_of(made)[0]
            gone = replace(row, key=f"piece:{piece.key}", title=piece.title, standing=Standing.CANCELLED)
            await note(tx, call.content, call.now, call.author, Deed.UNSCHEDULE, None, gone)
    return back(address_of(piece, "/check"), done="unscheduled") if done else await _checked(call, piece)


async def drafts(call: Call) -> Response:
    async with call.database.transaction() as tx:
        pieces = await tx.pieces.list()
        series = await tx.pieces.under(SERIES)
        called = await naming(tx, {piece.who for piece in pieces if not piece.about})
    shown: dict[str, Any] = {"drafts": [piece for piece in pieces if not piece.about][:200]}
    shown["series"] = [it for it in series if goes_on(it, call.content, call.now)][:_SHOWN]
    shown["queued_chats"] = [piece for piece in pieces if piece.about and piece.kind is Kind.CHAT][:20]
    return await call.page("drafts.html", names=NAMES, called=called, **shown)


async def picture(call: Call) -> Response:
    async with call.database.transaction() as tx:
        found = await tx.pieces.picture(f"cards/uploaded/{readable(call.request.path_params['name'])}")
    if found is None:
        return await call.not_found(_("There is no such picture"))
    return shown_picture(found)


ROUTES = (
    page("/drafts", drafts, ORGANISERS),
    page("/compose/{kind}/{key}", form, ORGANISERS, keeps=True, largest=_LARGEST),
    page("/compose/{kind}/{key}/check", check, ORGANISERS),
    page("/pictures/{name}", picture, ORGANISERS),
)
