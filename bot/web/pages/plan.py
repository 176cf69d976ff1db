"""One thing of the plan: what becomes of it, who did what to it; moving it, taking it out, and undoing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from bot.core.actions import Problem, read_moment
from bot.core.approval import Needs, needs
from bot.core.called import Called
from bot.core.courtesy import clashes, oddities
from bot.core.dates import date_words, time_words
from bot.core.journal import HOLD, UNDO_WITHIN, WRITING, Change, Deed, differences, held_for_a_while
from bot.core.plan import SERIES, Entry, Kind, Standing, moved
from bot.core.preview import previews
from bot.core.schedule import resolve
from bot.services import planning
from bot.services.approving import ask
from bot.services.naming import naming
from bot.web.language import both
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, back, page
from bot.web.pages.site import ORGANISERS, ROOT, readable
from bot.web.pages.words import DEEDS, told, who_sees

_NEAR = timedelta(days=1)
_SHOWN = 100
STEPS = {"day-earlier": -1, "day-later": 1, "week-later": 7}


def may_change(entry: Entry, call: Call) -> bool:
    """Whether the pages can change, move or unschedule it. A chat's hosts steer its rows. What waits for approval can
    still be changed when its time has come."""
    until = {Standing.PLANNED: entry.due, Standing.HELD: entry.cut_off}.get(entry.standing, call.now)
    return until > call.now and entry.kind is not Kind.CHAT


async def found(call: Call) -> Entry | None:
    key = readable(call.request.path_params["key"])
    async with call.database.transaction() as tx:
        return await tx.plan.get(key) if key else None


def address(entry: Entry) -> str:
    return page_of(entry.key)


def page_of(about: str) -> str:
    """Where the pages show what something in the journal was about."""
    head, _, key = about.partition(":")
    if about.startswith(SERIES):
        return f"{ROOT}/series/{quote(key)}"
    return f"{ROOT}/{'approvals' if head == 'piece' else 'plan'}/{quote(about)}"


async def show(call: Call) -> Response:
    entry = await found(call)
    if entry is None:
        return await call.not_found(_("There is no such thing in the plan"))
    match call.form.get("do"):
        case "unschedule":
            return await _unschedule(call, entry)
        case "undo":
            return await _undo(call, entry)
        case _:
            return await _shown(call, entry)


async def _shown(call: Call, entry: Entry, *problems: str) -> Response:
    async with call.database.transaction() as tx:
        given = (await tx.approvals.among([entry.key])).get(entry.key)
        changes = await tx.journal.list(about=entry.key, limit=_SHOWN)
        called = await naming(tx, [*({given.by} if given else ()), *(change.who for change in changes)])
        posts = {on: await tx.outbox.get(f"{entry.key}:{on}") for on in entry.bodies}
    wanted, done = needs(entry, call.site.approve, given), call.asked("done")
    return await call.page(
        "plan.html",
        409 if problems else 200,
        entry=entry,
        previews=previews(entry),
        where={on: who_sees(room) for on, room in call.site.rooms.items()},
        posts={on: post for on, post in posts.items() if post},
        needs=wanted,
        done="queued" if done == "queued-waits" and wanted is not Needs.WAITS else done,
        own=next((change.who for change in changes if change.what in WRITING), entry.source) == call.who,
        given=given if given and wanted in (Needs.APPROVED, Needs.DECLINED) else None,
        soon=call.now <= entry.due <= call.now + HOLD,
        seconds=max(round((entry.due - call.now).total_seconds()), 0),
        over=entry.cut_off <= call.now,
        may_change=may_change(entry, call),
        may_stop=may_change(entry, call) or entry.standing is Standing.RELEASED,
        changes=told_changes(call, changes, called),
        called=called,
        problems=[("", problem) for problem in problems],
    )


def told_changes(call: Call, changes: Sequence[Change], called: Called) -> list[dict[str, Any]]:
    """Changes with their differences, and whether each can still be undone by its age."""
    return [
        {
            "change": change,
            "deed": _(DEEDS[change.what], who=called(change.who, change.name)),
            "page": page_of(change.about),
            "differences": differences(change.before, change.after, call.content.zone),
            "may_undo": change.what not in (Deed.APPROVE, Deed.DECLINE) and call.now - change.at <= UNDO_WITHIN,
        }
        for change in changes
    ]


async def _unschedule(call: Call, entry: Entry) -> Response:
    if call.form.get("version") != str(entry.version):
        return await _shown(call, entry, _(planning.MEANWHILE))
    async with call.database.transaction() as tx:
        done = await planning.unschedule(tx, call.content, call.now, call.author, entry)
    if done.out:
        gone = both([on.label for on in done.out])
        said = _("It has left for %(platforms)s, so it cannot be stopped there any more.", platforms=gone)
        return await _shown(call, entry, said)
    return back(address(entry), done="unscheduled") if done.done else await _shown(call, entry, _(planning.MEANWHILE))


async def _undo(call: Call, entry: Entry) -> Response:
    number = numbered(call)
    async with call.database.transaction() as tx:
        problem = await planning.undo(tx, call.content, call.now, call.author, number)
        now_is = await tx.plan.get(entry.key)
        if not problem and now_is is not None:
            await ask(tx, call.team, now_is, call.author, call.now)
    return await _shown(call, entry, problem) if problem else back(address(entry), done="undone")


def numbered(call: Call) -> int:
    """The number of the change that is to be undone; 0 for what is none."""
    typed = call.form.get("number", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else 0


async def changes(call: Call) -> Response:
    """Everything that was done to the plan lately, latest first."""
    async with call.database.transaction() as tx:
        latest = await tx.journal.list(limit=_SHOWN)
        called = await naming(tx, {change.who for change in latest})
    return await call.page("changes.html", changes=told_changes(call, latest, called), days=UNDO_WITHIN.days)


async def move(call: Call) -> Response:
    entry = await found(call)
    if entry is None:
        return await call.not_found(_("There is no such thing in the plan"))
    if not may_change(entry, call):
        return await _shown(call, entry, _("It cannot be moved any more."))
    day, at = entry.wall.split("T")
    typed = {"date": date_words(date.fromisoformat(day)), "time": time_words(time.fromisoformat(at))}
    values = {**typed, **(call.form or call.kept)}
    wish = values.get("do", "")
    if wish in STEPS:
        values["date"] = str(date.fromisoformat(day) + timedelta(days=STEPS[wish]))
    if not wish:
        return await _move_form(call, entry, values)
    if values.get("version") != str(entry.version):
        return await _move_form(call, entry, values, conflict=True)
    return await _move(call, entry, values, sure=wish == "sure")


async def _move(call: Call, entry: Entry, values: dict[str, str], *, sure: bool) -> Response:
    wrong: list[Problem] = []
    moment = read_moment(values["date"], values["time"], call.content, call.now, wrong)
    if moment is None:
        return await _move_form(call, entry, values, told(wrong))
    after = moved(entry, resolve(*moment, call.content.zone))
    after = replace(held_for_a_while(after, call.now), standing=Standing.PLANNED, edited=True)
    warnings = [] if sure else await told_before(call, after)
    if warnings:
        return await _move_form(call, entry, values, warnings=warnings)
    async with call.database.transaction() as tx:
        done = await planning.change(tx, call.content, call.now, call.author, entry, after, Deed.MOVE)
        if done:
            await ask(tx, call.team, after, call.author, call.now)
    if not done:
        return await _move_form(call, entry, values, conflict=True)
    await call.finished()
    return back(address(entry), done="moved")


async def told_before(call: Call, entry: Entry) -> list[str]:
    """What is worth a second look about an entry at its time."""
    async with call.database.transaction() as tx:
        about = await tx.plan.list(since=entry.due - _NEAR, until=entry.due + _NEAR)
    # A chat that is in the plan already is no clash with itself.
    others = [it for it in about if it.key != entry.key and not (it.kind is entry.kind is Kind.CHAT)]
    close = clashes([*others, entry]).get(entry.key, ())
    named = {call.site.templates.filters["headline"](other): other for other in close}
    return [*oddities(entry), *(_("Within half an hour of it: %(title)s.", title=title.rstrip(".")) for title in named)]


async def _move_form(
    call: Call,
    entry: Entry,
    values: dict[str, str],
    problems: Sequence[tuple[str, str]] = (),
    *,
    warnings: Sequence[str] = (),
    conflict: bool = False,
) -> Response:
    return await call.page(
        "move.html",
        409 if conflict else 400 if problems else 200,
        entry=entry,
        values=values,
        warnings=warnings,
        conflict=conflict,
        kept=bool(call.kept),
        problems=problems,
    )


ROUTES = (
    page("/plan/{key}", show, ORGANISERS),
    page("/plan/{key}/move", move, ORGANISERS, keeps=True),
    page("/changes", changes, ORGANISERS),
)
