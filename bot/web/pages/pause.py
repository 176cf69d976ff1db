"""The switch that stops everything: with a reason, perhaps with dates, and with what happens when it ends."""

from starlette.responses import Response

from bot.core.pause import Pause
from bot.core.pause_words import counted
from bot.core.problems import Problem
from bot.runtime.operations_pause import asked_for
from bot.services.naming import naming
from bot.services.pausing import begin, end, held_back, standing
from bot.web.language import N_
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, back, page
from bot.web.pages.site import EVERYBODY, ROOT
from bot.web.pages.words import paused

_PATH = f"{ROOT}/pause"


async def pause(call: Call) -> Response:
    match call.form.get("do"):
        case "begin":
            return await _begin(call)
        case "end":
            async with call.database.transaction() as tx:
                ended = await end(tx, call.who, call.now)
            return back(_PATH, done="pause-end" if ended else "pause-none")
        case _:
            return await _shown(call)


async def _begin(call: Call) -> Response:
    form = call.form
    try:
        wanted = asked_for(
            call.content.zone, call.now, call.who, form.get("reason", ""), form.get("from", ""), form.get("until", "")
        )
    except Problem as problem:
        return await _shown(call, str(problem))
    async with call.database.transaction() as tx:
        begun = await begin(tx, wanted, replace="replace" in form)
    if not begun.done and begun.earlier:
        return await _shown(call, _(_INSTEAD))
    await call.finished()
    return back(_PATH, done="pause-begin")


_INSTEAD = N_("There is a pause already, so nothing was changed. Tick the box to put yours in its place.")


async def _shown(call: Call, problem: str = "") -> Response:
    async with call.database.transaction() as tx:
        found = await standing(tx, call.now)
        held = await held_back(tx, found, call.now) if found else None
        called = await naming(tx, [found.by] if found else ())
    return await call.page(
        "pause.html",
        400 if problem else 200,
        found=found,
        called=called,
        words=_words(call, found),
        held=held,
        counted=counted,
        values=call.form or call.kept,
        kept=bool(call.kept),
        problems=[("reason", problem)] if problem else [],
    )


def _words(call: Call, found: Pause | None) -> str:
    return paused(found, call.content.zone, call.now) if found else ""


ROUTES = (page("/pause", pause, EVERYBODY, keeps=True),)
