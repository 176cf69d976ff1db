"""Key actions: a form, a page on which to check it as it will appear, and only then the plan."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from starlette.responses import Response

from bot.core.actions import Draft, Problem, changed, draft_of, queued
from bot.core.events import Platform
from bot.core.month import near, same_on
from bot.core.plan import Entry, Kind, Standing, release
from bot.core.preview import previews
from bot.runtime.operations_actions import Made, add_action, cancel_action, change_action
from bot.services.pausing import standing
from bot.web.pages.month import may_change
from bot.web.pages.site import ORGANISERS, ROOT, Call, Form, back, chosen, page, readable
from bot.web.pages.words import who_sees

_FIELDS = ("text", "date", "time", "longer")
_ONCE = re.compile(r"[0-9a-f]{16}")
_ABOUT = timedelta(hours=1)
"""What else goes out within this time of it is worth a word."""
_SIMILAR = timedelta(days=31)
"""X refuses the words of an earlier post; it does not say for how long."""


def _new_name() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True)
class Filling:
    """A form being filled in. `stored` is the action to change, or None; `once` names the form."""

    draft: Draft
    platforms: Sequence[Platform]
    stored: Entry | None = None
    once: str = field(default_factory=_new_name)
    kept: bool = False
    conflict: bool = False

    @property
    def title(self) -> str:
        return "Change a key action" if self.stored else "Add a key action"


async def new_action(call: Call) -> Response:
    filling = await _new(call)
    match call.form.get("do"):
        case "check":
            made = queued(filling.draft, call.content, filling.platforms, call.now, key=_key(filling), source=call.who)
            return await _checked(call, filling, made)
        case "send":
            return await _send(call, filling)
        case _:
            return await _form(call, filling)


def _key(filling: Filling) -> str:
    return f"page:{filling.once}"


async def _new(call: Call) -> Filling:
    values = call.form or call.kept
    if values:
        once = values.get("once", "")
        once = once if _ONCE.fullmatch(once) else _new_name()
        return Filling(_draft(values), _platforms(call, values), once=once, kept=bool(call.kept))
    like = await _stored(call, call.asked("like"))
    draft = replace(draft_of(like), date="") if like else Draft("", call.asked("date")[:10], "")
    return Filling(draft, tuple(call.site.rooms))


def _draft(values: Form) -> Draft:
    return Draft(*(values.get(name, "") for name in _FIELDS))


def _platforms(call: Call, values: Form) -> Sequence[Platform]:
    return [Platform(name) for name in chosen(values, "on", [platform.value for platform in call.site.rooms])]


async def change(call: Call) -> Response:
    stored = await _stored(call, call.request.path_params["key"])
    if stored is None or not may_change(stored, call):
        return await _over(call, stored)
    values = call.form or call.kept
    draft = _draft(values) if values else draft_of(stored)
    # Somebody else's change in between is shown, and typing is not lost.
    conflict = bool(values) and values.get("version") != str(stored.version)
    filling = Filling(draft, tuple(stored.bodies), stored, kept=bool(call.kept), conflict=conflict)
    match call.form.get("do"):
        case "check" | "send" if conflict:
            return await _form(call, filling, status=409)
        case "check":
            return await _checked(call, filling, changed(stored, draft, call.content, call.now))
        case "send":
            return await _send(call, filling)
        case _:
            return await _form(call, filling)


async def cancel(call: Call) -> Response:
    stored = await _stored(call, call.request.path_params["key"])
    if stored is None or not may_change(stored, call):
        return await _over(call, stored)
    if call.form.get("do") != "cancel":
        return await call.page("cancel.html", entry=stored)
    if call.form.get("version") != str(stored.version) or not await cancel_action(
        call.database, call.content, call.now, stored, call.who
    ):
        return await call.page("cancel.html", 409, entry=stored, problems=[("", _MEANWHILE)])
    return back(f"{ROOT}/month", month=stored.wall[:7], done="action-cancel")


_MEANWHILE = "Nothing was done, because somebody has changed this action meanwhile. Below is how it is now."


async def _stored(call: Call, key: str) -> Entry | None:
    async with call.database.transaction() as tx:
        entry = await tx.plan.get(readable(key)) if key else None
    return entry if entry and entry.kind is Kind.ACTION else None


async def _over(call: Call, stored: Entry | None) -> Response:
    """There is nothing to change any more. What was typed is not lost: it can become a new action."""
    await call.finished()
    if stored is None:
        return await call.not_found("key action")
    cancelled, draft = stored.standing is Standing.CANCELLED, _draft(call.form or call.kept)
    return await call.page("over.html", 409, entry=stored, cancelled=cancelled, draft=draft)


async def _form(call: Call, filling: Filling, problems: Sequence[Problem] = (), status: int = 200) -> Response:
    return await call.page(
        "action.html",
        400 if problems else status,
        filling=filling,
        rooms=tuple(call.site.rooms),
        problems=[(problem.field, f"{problem.cause} {problem.fix}") for problem in sorted(problems, key=_place)],
    )


def _place(problem: Problem) -> int:
    """Problems are listed in the order of the form."""
    order = (*_FIELDS, "on")
    return order.index(problem.field) if problem.field in order else len(order)


async def _checked(call: Call, filling: Filling, made: Made) -> Response:
    """Everything about it before it is queued, or what is wrong with it."""
    problems = list(made) if isinstance(made, tuple) else []
    if not filling.platforms:
        problems.append(Problem("on", "It would go out nowhere.", "Tick at least one platform."))
    if problems or not isinstance(made, Entry):
        return await _form(call, filling, problems)
    async with call.database.transaction() as tx:
        pause = await standing(tx, call.now)
        about = await tx.plan.list(since=made.due - _SIMILAR, until=made.due + _SIMILAR)
    posts = release(made, call.site.rooms, call.now)
    coming = [entry for entry in about if entry.standing is not Standing.CANCELLED]
    shown = previews(made)
    return await call.page(
        "check.html",
        filling=filling,
        entry=made,
        previews=shown,
        total=sum(preview.usd for preview in shown),
        where={post.platform: who_sees(post.place) for post in posts},
        halted=pause is not None and any(pause.halts(post, made.due) for post in posts),
        near=near(coming, made, _ABOUT),
        same=same_on(Platform.X, coming, made),
    )


async def _send(call: Call, filling: Filling) -> Response:
    database, content, now, who = call.database, call.content, call.now, call.who
    if not filling.platforms:
        return await _checked(call, filling, ())
    if filling.stored:
        made = await change_action(database, content, now, filling.draft, filling.stored, who)
    else:
        made = await add_action(database, content, now, filling.draft, filling.platforms, form=_key(filling), who=who)
    if not isinstance(made, Entry):
        return await _form(call, filling, made)
    await call.finished()
    return back(f"{ROOT}/month", month=made.wall[:7], done="action-change" if filling.stored else "action-add")


ROUTES = (
    page("/actions/new", new_action, ORGANISERS, keeps=True),
    page("/actions/{key}/change", change, ORGANISERS, keeps=True),
    page("/actions/{key}/cancel", cancel, ORGANISERS),
)
