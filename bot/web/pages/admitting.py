"""What becomes of somebody of whom it is certain who they are: a session if they have a role, and words if not."""

from typing import Literal

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.core.access import ATTEMPT_LASTS, Session, device_words, fingerprint
from bot.core.leading import held_on_pages
from bot.ports import Transaction
from bot.services.signing_in import begin_session
from bot.web.language import N_
from bot.web.language import gettext as _
from bot.web.pages.calls import back
from bot.web.pages.site import Site

log = structlog.get_logger()

_NO_ROLE = N_(
    "The bot knows who you are, but not as an organiser, a moderator or somebody who leads a chat soon. Nobody else "
    "can see these pages."
)


def device_of(request: Request) -> str:
    return device_words(request.headers.get("user-agent", ""))


async def admit(site: Site, request: Request, who: str, name: str, by: str) -> Response | None:
    """Sign them in and lead them on; None, and nothing done, for somebody without a role on the pages."""
    now = site.clock.now()
    if not held_on_pages(who, site.roles, site.tools.content(), now):
        log.warning("sign-in refused", by=by, reason="no role on the pages")
        return None
    async with site.database.transaction() as tx:
        token, session = await begin_session(tx, who, name, device_of(request), now, by)
        path = await led_to(tx, site, request, session)
    return welcome(site, token, path)


async def led_to(tx: Transaction, site: Site, request: Request, session: Session) -> str:
    """Where a new session begins: at a form that was kept, or where they wanted to go. The device's former one ends."""
    if before := await tx.access.session(fingerprint(request.cookies.get(site.cookie, ""))):
        await tx.access.end(before.who, before.fingerprint)
    kept = await tx.access.kept(session.who)
    return kept[0].path if kept else site.wanted_by(request)


def welcome(site: Site, token: str, path: str) -> Response:
    answer = back(path)
    for done_with in (site.wanted, site.attempt):
        answer.delete_cookie(done_with, httponly=True, samesite="lax", secure=site.secure)
    answer.set_cookie(site.cookie, token, httponly=True, samesite="lax", secure=site.secure)
    return answer


def with_attempt(site: Site, answer: Response, secret: str, samesite: Literal["lax", "strict"]) -> Response:
    """Have the browser keep the secret of the attempt that it has begun, for as long as it lasts."""
    lasts = int(ATTEMPT_LASTS.total_seconds())
    answer.set_cookie(site.attempt, secret, max_age=lasts, httponly=True, samesite=samesite, secure=site.secure)
    return answer


def not_signed_in(site: Site, status: int, words: str, ref: str = "") -> Response:
    return site.rendered("not_signed_in.html", status, words=words, ref=ref)


def refused(site: Site, ref: str) -> Response:
    return not_signed_in(site, 403, _(_NO_ROLE), ref)
