"""The plan in somebody's own calendar, behind an address that only they know."""

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.core.access import CALENDAR, CALENDAR_OF, fingerprint
from bot.core.feed import feed
from bot.web.language import N_
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, page
from bot.web.pages.site import EVERYBODY, ROOT, Site, readable
from bot.web.pages.words import headline

_BEFORE, _AFTER = timedelta(days=31), timedelta(days=366)
_GONE = N_("This calendar's address is not in use any more. Its owner can make a new one on the organisers' pages.")


async def calendar(call: Call) -> Response:
    """Makes the address, which is shown once; a new one puts an end to the old one."""
    address, made = "", call.form.get("do") == "make"
    async with call.database.transaction() as tx:
        before = await tx.ledger.recall(_of(call.who))
        if made or call.form.get("do") == "end":
            await tx.ledger.forget(_behind(before or ""))
            await tx.ledger.forget(_of(call.who))
        if made:
            token = secrets.token_urlsafe(32)
            await tx.ledger.remember(_of(call.who), fingerprint(token))
            await tx.ledger.remember(_behind(fingerprint(token)), call.who)
            address = f"{call.site.url or str(call.request.base_url).rstrip('/')}{ROOT}/calendar/{token}.ics"
        there = await tx.ledger.recall(_of(call.who)) is not None
    return await call.page("calendar.html", address=address, there=there)


def _of(who: str) -> str:
    return f"{CALENDAR_OF}{who}"


def _behind(secret: str) -> str:
    return f"{CALENDAR}{secret}"


async def read(request: Request) -> Response:
    """What the address gives, as long as its owner has a role."""
    site: Site = request.app.state.site
    token, now = readable(request.path_params["token"]), site.clock.now()
    async with site.database.transaction() as tx:
        who = await tx.ledger.recall(_behind(fingerprint(token)))
        if who is None or not site.roles.held(who):
            return PlainTextResponse(f"{_(_GONE)}\n", status_code=404)
        entries = await tx.plan.list(since=now - _BEFORE, until=now + _AFTER)
    words = feed(entries, site.content, lambda entry: headline(entry, site.content), now)
    return Response(words, media_type="text/calendar; charset=utf-8")


ROUTES = (
    page("/calendar", calendar, EVERYBODY),
    Route("/calendar/{token}.ics", read, methods=["GET"]),
)
