"""Changing a key action where it stands in the plan. New ones are written on the form for all that is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.responses import Response

from bot.core.actions import Draft, Problem, changed, draft_of
from bot.core.events import Platform
from bot.core.journal import differences
from bot.core.plan import Entry, Kind, Standing
from bot.runtime.operations_actions import Made, change_action
from bot.services.approving import ask
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, Form, back, page
from bot.web.pages.checking import facts
from bot.web.pages.plan import address, may_change
from bot.web.pages.site import ORGANISERS, ROOT, readable
from bot.web.pages.words import told

_FIELDS = ("text", "date", "time", "longer")


@dataclass(frozen=True)
class Filling:
    """The form being filled in. `stored` is the action to change."""

    draft: Draft
    platforms: Sequence[Platform]
    stored: Entry
    kept: bool = False
    conflict: bool = False


async def new_action(call: Call) -> Response:
    """Where the form was before there were drafts."""
    asked = {name: value for name in ("like", "date") if (value := call.asked(name))}
    return back(f"{ROOT}/compose/action/new", **asked)


def _draft(values: Form) -> Draft:
    return Draft(*(values.get(name, "") for name in _FIELDS))


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


async def _stored(call: Call, key: str) -> Entry | None:
    async with call.database.transaction() as tx:
        entry = await tx.plan.get(readable(key)) if key else None
    return entry if entry and entry.kind is Kind.ACTION else None


async def _over(call: Call, stored: Entry | None) -> Response:
    """There is nothing to change any more. What was typed is not lost: it can become a new action."""
    await call.finished()
    if stored is None:
        return await call.not_found(_("There is no such key action"))
    cancelled, draft = stored.standing is Standing.CANCELLED, _draft(call.form or call.kept)
    return await call.page("over.html", 409, entry=stored, cancelled=cancelled, draft=draft)


async def _form(call: Call, filling: Filling, problems: Sequence[Problem] = (), status: int = 200) -> Response:
    return await call.page(
        "action.html",
        400 if problems else status,
        filling=filling,
        differences=_between(call, filling),
        problems=told(problems, _FIELDS),
    )


def _between(call: Call, filling: Filling) -> Sequence[object]:
    """What they have, and what was typed here."""
    ours = changed(filling.stored, filling.draft, call.content, call.now) if filling.conflict else None
    return differences(filling.stored, ours, call.content.zone) if isinstance(ours, Entry) else ()


async def _checked(call: Call, filling: Filling, made: Made) -> Response:
    """Everything about it before it is changed, or what is wrong with it."""
    if not isinstance(made, Entry):
        return await _form(call, filling, made)
    async with call.database.transaction() as tx:
        found = await facts(tx, call, [made])
    return await call.page(
        "check.html",
        filling=filling,
        entry=made,
        differences=differences(filling.stored, made, call.content.zone),
        **found,
    )


async def _send(call: Call, filling: Filling) -> Response:
    async with call.database.transaction() as tx:
        made = await change_action(tx, call.content, call.now, filling.draft, filling.stored, call.author)
        if isinstance(made, Entry):
            await ask(tx, call.team, replace(made, edited=True), call.author, call.now)
    if not isinstance(made, Entry):
        return await _form(call, filling, made)
    await call.finished()
    return back(address(made), done="changed")


ROUTES = (
    page("/actions/new", new_action, ORGANISERS),
    page("/actions/{key}/change", change, ORGANISERS, keeps=True),
)
