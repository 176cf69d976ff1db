"""Feedback that was said more than once, for moderators: like with like, tagged together."""

import re
from collections.abc import Collection, Sequence

from starlette.responses import Response

from bot.core.feedback import Feedback, themes
from bot.core.problems import Problem
from bot.runtime import operations_feedback_alike as operations
from bot.services.likening import groups
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, Form, back, page
from bot.web.pages.site import MODERATORS, ROOT

_PATH = f"{ROOT}/feedback/alike"
_GROUPS, _OF_EACH = 50, 30
_PIECE = re.compile(r"piece\.([1-9]\d{0,8})", re.ASCII)


async def alike(call: Call) -> Response:
    wish, _space, nth = call.form.get("do", "").partition(" ")
    if wish != "tag":
        return await _shown(call)
    field = f"add-{nth}"
    add, numbers = call.form.get(field, "").split(), _ticked(call.form)
    if not (add and numbers):
        return await _shown(call, (field, _("Tick at least one piece, and write at least one tag.")))
    try:
        await operations.tagged(call.database, call.now, numbers, add, call.who)
    except Problem as problem:
        return await _shown(call, (field, str(problem)))
    return back(_PATH, done="feedback-tag")


def _ticked(form: Form) -> Sequence[int]:
    return [int(found[1]) for name in form if (found := _PIECE.fullmatch(name))]


async def _shown(call: Call, problem: tuple[str, str] | None = None) -> Response:
    found, count = await groups(call.database, call.who, call.now)
    return await call.page(
        "feedback_alike.html",
        400 if problem else 200,
        groups=[
            (group, call.form.get(f"add-{nth}", _suggested(group)), _left_out(call.form, nth, group))
            for nth, group in enumerate(found[:_GROUPS], 1)
        ],
        count=count,
        most=_OF_EACH,
        problems=[problem] if problem else [],
    )


def _left_out(form: Form, nth: int, group: Sequence[Feedback]) -> Collection[int]:
    """What somebody had taken the tick off before they were told that something was wrong."""
    sent = form.get("do", "").rpartition(" ")[2] == str(nth)
    return {one.number for one in group}.difference(_ticked(form)) if sent else ()


def _suggested(group: Sequence[Feedback]) -> str:
    """What one of them was tagged with fits the others, too."""
    return " ".join(sorted({tag for one in group for tag in themes(one.tags)}))


ROUTES = (page("/feedback/alike", alike, MODERATORS),)
