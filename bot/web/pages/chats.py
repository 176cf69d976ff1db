"""Chats that were: their figures and transcripts; and the campaign's ledger, month by month."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from bot.core.events import Platform
from bot.core.ledger import SHOWN, present_month
from bot.core.ledger import plots as ledger_plots
from bot.core.month import beside, is_month
from bot.core.problems import Problem
from bot.core.record.plots import plots
from bot.core.record.said import clock, summary
from bot.core.record.sheet import to_csv, to_json
from bot.core.record.values import Contribution, Listed
from bot.runtime import record
from bot.runtime.operations_ledger import months
from bot.runtime.record import Chats, Record
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, back, page
from bot.web.pages.site import EVERYBODY, ROOT

_A_PAGE = 100
_LINES = 500
"""Of a transcript on one page; all of it is in its files."""
_FORMS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


async def chats(call: Call) -> Response:
    known = await _chats(call)
    begun = known.begun(call.now)
    before = begun.index(call.asked("before")) if call.asked("before") in begun else len(begun)
    shown = begun[max(before - _A_PAGE, 0) : before]
    heard = await record.heard_in(call.database, shown)
    listed = [_counted(one, heard.get(one.id)) for one in known.listed(shown)]
    return await call.page("chats.html", listed=listed[::-1], heard=heard, earlier=shown[0] if before > _A_PAGE else "")


def _counted(listed: Listed, heard: int | None) -> Listed:
    """What was published of a chat goes before what we heard of it."""
    return listed if listed.posts is not None or not heard else replace(listed, posts=heard)


async def _chats(call: Call) -> Chats:
    """Raises Problem where the history cannot be read."""
    return Chats(call.content, await asyncio.to_thread(call.site.tools.library.history))


async def chat(call: Call) -> Response:
    name, _dot, form = call.request.path_params["chat"].partition(".")
    if call.form.get("post"):
        return await _take_in(call, name)
    try:
        known = await _chats(call)
        found = await record.record_alone(call.database, known, name)
    except Problem:
        return await call.not_found(_("There is no such chat"))
    if form:
        return (
            _file(found[0], name, form)
            if found and form in _FORMS
            else await call.not_found(_("There is no such file"))
        )
    if found is None:
        about = known.about(name)
        return await call.page("chat.html", about=about, record=None, start=about.start)
    return await _shown(call, *found)


async def _shown(call: Call, found: Record, held: Sequence[Contribution]) -> Response:
    about = found.about
    return await call.page(
        "chat.html",
        about=about,
        record=found,
        start=about.start,
        sentences=summary(found.transcript, found.figures, found.compared),
        plots=plots(about, found.figures),
        held=held,
        told=clock(about),
        most=_LINES,
    )


async def _take_in(call: Call, chat_id: str) -> Response:
    """A post that looks like an advert is in the record from now on."""
    name, _colon, post = call.form["post"].partition(":")
    if name not in set(Platform) or call.form.get("do") != "take-in":
        return await call.not_found(_("There is no such post"))
    if not await record.decide(call.database, chat_id, Platform(name), post, call.now, show=True, who=call.who):
        return await call.not_found(_("There is no such post"))
    return back(f"{ROOT}/chats/{chat_id}", done="chat-take-in")


def _file(found: Record, name: str, form: str) -> Response:
    parts = to_csv(found.transcript) if form == "csv" else to_json(found.transcript, found.figures)
    attached = {"content-disposition": f'attachment; filename="chat-{name}.{form}"'}
    return Response("".join(parts), media_type=_FORMS[form], headers=attached)


async def ledger(call: Call) -> Response:
    wanted, present = call.asked("until"), present_month(call.now)
    last = wanted if is_month(wanted) and wanted <= present else present
    found = await months(call.database, call.now, last)
    return await call.page(
        "ledger.html",
        months=found,
        plots=ledger_plots(found),
        before=beside(last, -SHOWN),
        after=min(beside(last, SHOWN), present) if last < present else "",
    )


ROUTES = (
    page("/chats", chats, EVERYBODY),
    page("/chats/{chat}", chat, EVERYBODY),
    page("/ledger", ledger, EVERYBODY),
)
