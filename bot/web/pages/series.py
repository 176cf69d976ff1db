"""What goes out by a rule: the rule, what of it is in the plan, changing all of it, stopping it from a day on."""

from starlette.responses import Response

from bot.core.actions import Problem, read_field
from bot.core.approval import needs
from bot.core.compose import problems_of
from bot.core.dates import date_words, read_day
from bot.core.pieces import Piece
from bot.core.plan import SERIES
from bot.core.preview import previews
from bot.core.series import summary, to_plan
from bot.services.naming import naming
from bot.services.planning import MEANWHILE
from bot.services.repeating import stop_series, undo_series
from bot.services.series import coming
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, back, page
from bot.web.pages.plan import numbered, told_changes
from bot.web.pages.site import ORGANISERS, ROOT, readable
from bot.web.pages.words import told, who_sees

_SHOWN = 100


async def series(call: Call) -> Response:
    async with call.database.transaction() as tx:
        found = await tx.pieces.get(f"{SERIES}{readable(call.request.path_params['key'])}")
    if found is None:
        return await call.not_found(_("There is no such series"))
    if summary(found, call.content, call.site.rooms) is None:
        return await _nowhere(call, found)
    match call.form.get("do"):
        case "stop":
            return await _stop(call, found)
        case "undo":
            return await _undo(call, found)
        case _:
            return await _shown(call, found)


async def _nowhere(call: Call, found: Piece) -> Response:
    """The settings or the content have changed so that nothing can be made of it any more."""
    problems = problems_of(to_plan(found, call.content, call.site.rooms, call.now))
    why = " ".join(map(str, problems)) or _("Nothing of it goes out.")
    return await call.page("problem.html", 409, title=_("It does not go out any more"), words=why)


def _address(found: Piece) -> str:
    return f"{ROOT}/series/{found.key.removeprefix(SERIES)}"


async def _stop(call: Call, found: Piece) -> Response:
    wrong: list[Problem] = []
    day = read_field("date", call.form.get("date", "").strip(), read_day, wrong)
    if call.form.get("version") != str(found.version):
        return await _shown(call, found, ("", _(MEANWHILE)))
    if day is None:
        return await _shown(call, found, *told(wrong))
    # What went out before today is over, whatever day was meant.
    today = call.now.astimezone(call.content.zone).date()
    async with call.database.transaction() as tx:
        problem = await stop_series(tx, call.team, found, max(day, today), call.author, call.now)
    return await _shown(call, found, ("date", problem)) if problem else back(_address(found), done="stopped")


async def _undo(call: Call, found: Piece) -> Response:
    async with call.database.transaction() as tx:
        problem = await undo_series(tx, call.team, found.key, numbered(call), call.author, call.now)
    return await _shown(call, found, ("", problem)) if problem else back(_address(found), done="undone")


async def _shown(call: Call, found: Piece, *problems: tuple[str, str]) -> Response:
    entry = summary(found, call.content, call.site.rooms)
    assert entry is not None
    async with call.database.transaction() as tx:
        given = (await tx.approvals.among([found.key])).get(found.key)
        changes = await tx.journal.list(about=found.key, limit=_SHOWN)
        entries = await coming(tx, found, call.now)
        called = await naming(tx, [*({given.by} if given else ()), *(change.who for change in changes)])
    return await call.page(
        "series.html",
        409 if problems else 200,
        piece=found,
        entry=entry,
        over=entry.cut_off <= call.now or entry.standing == "cancelled",
        needs=needs(entry, call.site.approve, given),
        given=given,
        entries=entries,
        previews=previews(entry),
        where={on: who_sees(room) for on, room in call.site.rooms.items()},
        day=call.form.get("date") or date_words(call.now.astimezone(call.content.zone).date()),
        changes=told_changes(call, changes, called),
        called=called,
        problems=problems,
    )


ROUTES = (page("/series/{key}", series, ORGANISERS),)
