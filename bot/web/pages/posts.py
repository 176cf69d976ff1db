"""Posts: those that need somebody, each with its reason and its buttons; and events that were set aside."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import assert_never

from starlette.responses import Response

from bot.core.outbox import Post, State
from bot.core.pause import Pause
from bot.core.pause_words import counted
from bot.core.post_words import may_be_public, next_step
from bot.core.problems import Problem
from bot.runtime import operations_inbox, operations_outbox
from bot.services.pausing import standing
from bot.web.language import N_
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, back, page
from bot.web.pages.site import ORGANISERS, ROOT
from bot.web.pages.words import body, where

_LATEST = 50
_MOST = 50


async def outbox(call: Call) -> Response:
    wanted = call.asked("state")
    if wanted in tuple(State):
        return await _by_state(call, State(wanted))
    async with call.database.transaction() as tx:
        wrong, late = await operations_outbox.needing_a_look(tx, call.now)
        older = await operations_outbox.too_old(tx, call.now)
        aside = await tx.inbox.set_aside()
    return await call.page(
        "outbox.html",
        wrong=wrong,
        most=_MOST,
        late=counted(late) if late else "",
        days=operations_outbox.RECENT.days,
        older={state: _number(found) for state, found in older.items() if found},
        before=operations_outbox.recent(call.now).isoformat(),
        aside=aside,
    )


def _number(found: int) -> str:
    return _("%(number)s or more", number=f"{found:,}") if found == operations_outbox.COUNTED else f"{found:,}"


async def _by_state(call: Call, state: State) -> Response:
    before = _instant(call.asked("before"))
    async with call.database.transaction() as tx:
        posts = await tx.outbox.list(states=[state], until=before, limit=_LATEST)
    # Those of the very instant at which a page ends are on the next one as well, so that none is passed over.
    further = (posts[-1].due + timedelta.resolution).isoformat() if posts else ""
    return await call.page("posts.html", posts=posts, state=state, most=_LATEST, before=before, further=further)


def _instant(typed: str) -> datetime | None:
    """An instant in an address of ours; None for anything else, such as a year that has no time in London."""
    try:
        instant = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return instant.astimezone(UTC) if instant.tzinfo and MINYEAR < instant.year < MAXYEAR else None


async def post(call: Call) -> Response:
    """One post, with what can be done about it."""
    key = call.form.get("key") or call.asked("key")
    if call.form.get("do"):
        return await _decide(call, key, call.form["do"])
    return await _shown(call, key)


async def _shown(call: Call, key: str, *problems: str) -> Response:
    async with call.database.transaction() as tx:
        found = await tx.outbox.get(key)
        pause = await standing(tx, call.now)
    if found is None:
        return await call.not_found(_("There is no such post"))
    return await call.page(
        "post.html",
        409 if problems else 200,
        post=found,
        where=where(found, call.reads_feedback),
        words=body(found, call.reads_feedback),
        next=_next(found, pause, call),
        unsure=may_be_public(found),
        problems=[("", problem) for problem in problems],
    )


async def _decide(call: Call, key: str, wish: str) -> Response:
    sure, now, who = "sure" in call.form, call.now, call.who
    async with call.database.transaction() as tx:
        found = await tx.outbox.get(key)
    if found is None:
        return await call.not_found(_("There is no such post"))
    if wish == "retry" and may_be_public(found) and not sure:
        return await _shown(call, key, _(_LOOK_FIRST))
    try:
        match wish:
            case "there":
                await operations_outbox.resolve(call.database, now, key, who=who)
            case "retry":
                await operations_outbox.retry(call.database, call.content.zone, now, key, sure=sure, who=who)
            case "cancel":
                await operations_outbox.cancel(call.database, now, key, who=who)
    except Problem:
        return await _shown(call, key, _(_CHANGED))
    return back(f"{ROOT}/outbox/post", key=key, done=wish)


_LOOK_FIRST = N_(
    "Look for it first: sending it again would double it. If it is not there, tick the box and send it again."
)
_CHANGED = N_("Nothing was done, because this post has changed meanwhile. Below is how it is now.")


def _next(post: Post, pause: Pause | None, call: Call) -> str:
    """What the bot will do about it by itself, or what this person can do."""
    match post.state:
        case State.QUEUED | State.CLAIMED | State.SENDING | State.SENT | State.CANCELLED:
            return next_step(post, pause, call.content.zone, call.now)
        case State.UNCONFIRMED:
            return _("The bot is looking for it. If you see it there, say so below.")
        case State.HELD:
            return _("The bot cannot tell whether it is there. Please look, then choose below.")
        case State.MISSED:
            return _("It was not sent. You can still send it now, or put it away.")
        case State.DEAD:
            return _("The platform refused it. Mend the cause first; then send it again, or put it away.")
        case _:
            assert_never(post.state)


async def events(call: Call) -> Response:
    """Has an event handled once more, or lets it go."""
    key, wish = call.form.get("key", ""), call.form.get("do", "")
    if not key:
        return await call.not_found(_("There is no such event"))
    try:
        if wish == "retry":
            await operations_inbox.retry_event(call.database, call.now, key, who=call.who)
        elif wish == "drop":
            await operations_inbox.drop_event(call.database, call.now, key, who=call.who)
    except Problem:
        return await call.not_found(_("There is no such event"))
    return back(f"{ROOT}/outbox", **({"done": f"event-{wish}"} if wish in ("retry", "drop") else {}))


ROUTES = (
    page("/outbox", outbox, ORGANISERS),
    page("/outbox/post", post, ORGANISERS),
    page("/outbox/events", events, ORGANISERS),
)
