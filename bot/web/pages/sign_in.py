"""Signing in by a link that works once, signing out, and the list of where, and by which passkeys, somebody can."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.access import fingerprint
from bot.core.policy import Role
from bot.services.signing_in import sign_in
from bot.web.language import both
from bot.web.language import gettext as _
from bot.web.pages.admitting import device_of, led_to, welcome
from bot.web.pages.calls import Call, back, page, sent
from bot.web.pages.passkeys import remove
from bot.web.pages.site import EVERYBODY, HOSTS, ROOT, VIEW, VIEWED_AS, Site, readable


async def show_link(request: Request) -> Response:
    """A page with a button. Only the button uses the link up: chat programs open links by themselves, for a preview."""
    site: Site = request.app.state.site
    token = readable(request.query_params.get("link", ""))
    async with site.database.transaction() as tx:
        works = bool(token) and await tx.access.has_link(fingerprint(token), site.clock.now())
    link = token if works else ""
    return site.rendered("sign_in.html", 200 if works or not token else 410, link=link, tried=bool(token), kept=False)


async def use_link(request: Request) -> Response:
    site: Site = request.app.state.site
    form, now = await sent(request), site.clock.now()
    async with site.database.transaction() as tx:
        signed_in = await sign_in(tx, form.get("link", ""), device_of(request), now)
        if signed_in is None:
            return site.rendered("sign_in.html", 410, link="", tried=True, kept=False)
        token, session = signed_in
        path = await led_to(tx, site, request, session)
    return welcome(site, token, path)


async def sessions(call: Call) -> Response:
    """Where this person is signed in, and the way out of each or of all."""
    if "end" in call.form:
        return await _end(call, call.form["end"])
    if "remove" in call.form:
        return await remove(call)
    async with call.database.transaction() as tx:
        found = await tx.access.sessions(call.who, call.now)
        keys = await tx.access.passkeys(call.who)
    return await call.page(
        "sessions.html",
        sessions=found,
        keys=keys,
        roles=both([_(role) for role in sorted(call.roles)]),
        view_as=VIEWED_AS if Role.ADMIN in call.roles else (),
    )


async def view(call: Call) -> Response:
    """An admin looks at the pages as others see them, or as themselves again. It changes nothing but what they see."""
    site, wanted = call.site, call.form.get("as", "")
    if not call.viewing and Role.ADMIN not in call.roles:
        return await call.not_found(_("There is no such page"))
    answer = back(f"{ROOT}/" if wanted in VIEWED_AS else f"{ROOT}/sessions")
    if wanted in VIEWED_AS:
        answer.set_cookie(site.viewing, wanted, httponly=True, samesite="lax", secure=site.secure)
    else:
        answer.delete_cookie(site.viewing, httponly=True, samesite="lax", secure=site.secure)
    return answer


async def _end(call: Call, which: str) -> Response:
    """Ends one session, or all of them. Nobody can end somebody else's: they go by person as well."""
    everywhere = which == "all"
    async with call.database.transaction() as tx:
        ended = await tx.access.end(call.who, None if everywhere else which)
        if ended:
            await tx.audit.add(call.now, call.who, "sign out", detail="everywhere" if everywhere else "")
    if not everywhere and which != call.session.fingerprint:
        return back(f"{ROOT}/sessions", done="signed-out")
    answer = back(f"{ROOT}/sign-in")
    answer.delete_cookie(call.site.cookie, httponly=True, samesite="lax", secure=call.site.secure)
    return answer


ROUTES = (
    Route("/sign-in", show_link, methods=["GET"]),
    Route("/sign-in", use_link, methods=["POST"]),
    page("/sessions", sessions, HOSTS),
    page(VIEW, view, EVERYBODY),
)
