"""One look: what goes out next, what needs somebody, whether all is well. And who did what."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from starlette.responses import Response

from bot.core.outbox import Post
from bot.core.plan import Standing
from bot.core.policy import Role
from bot.runtime.operations_outbox import needing_a_look
from bot.services.naming import naming
from bot.services.planning import writers
from bot.web.pages.approvals import APPROVABLE_FOR, waiting_for
from bot.web.pages.calls import Call, back, page
from bot.web.pages.site import EVERYBODY, HOSTS, ORGANISERS, ROOT

_AHEAD = timedelta(days=14)
_MOST = 10
_HISTORY = 200


async def home(call: Call) -> Response:
    if not EVERYBODY & call.roles:  # a guest lead
        return back(f"{ROOT}/live")
    organises = Role.ORGANISER in call.roles
    async with call.database.transaction() as tx:
        # One look at the plan serves both what comes next and what waits.
        all_of_it = organises and bool(call.team.kinds)
        since, until = (call.now - APPROVABLE_FOR, None) if all_of_it else (call.now, call.now + _AHEAD)
        planned = await tx.plan.list(since=since, until=until)
        wrong: Sequence[Post] = (await needing_a_look(tx, call.now))[0] if organises else ()
        aside = (await tx.inbox.counts())[1] if organises else 0
        unanswered = await tx.asked.unanswered() if organises else 0
        waiting = await waiting_for(tx, call, planned) if organises else []
        by = await writers(tx, waiting)
        kept = await tx.access.kept(call.who)
    near = [entry for entry in planned if call.now <= entry.due < call.now + _AHEAD]
    coming = [entry for entry in near if entry.standing is not Standing.CANCELLED]
    return await call.page(
        "home.html",
        coming=coming[:_MOST],
        more=len(coming) - _MOST,
        days=_AHEAD.days,
        wrong=wrong,
        waiting=[entry for entry in waiting if by[entry.key].ref != call.who],
        most=_MOST,
        aside=aside,
        unanswered=unanswered,
        kept=kept,
        troubles=_troubles(await call.site.signs.checks()),
    )


def _troubles(checks: Mapping[str, str]) -> Mapping[str, str]:
    return {name: said for name, said in checks.items() if said != "ok"}


async def history(call: Call) -> Response:
    async with call.database.transaction() as tx:
        entries = await tx.audit.list(limit=_HISTORY)
        called = await naming(tx, {entry.who for entry in entries})
    return await call.page("history.html", entries=entries, called=called, most=_HISTORY)


ROUTES = (page("/", home, HOSTS), page("/history", history, ORGANISERS))
