"""Passkeys: adding one where somebody is signed in, and signing in with it. The only pages that need a script."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.access import Passkey
from bot.ports import Transaction
from bot.ports.sign_in import NewPasskey
from bot.services.signing_in import begin_attempt, use_attempt
from bot.web.language import N_
from bot.web.language import gettext as _
from bot.web.pages.admitting import admit, device_of, not_signed_in, refused, with_attempt
from bot.web.pages.calls import Call, back, page, sent
from bot.web.pages.guard import with_our_script
from bot.web.pages.site import HOSTS, ROOT, Site, versioned

_SIGN_IN, _ADD = "passkey", "passkey-new"
_SCRIPT = versioned("passkeys.js")
_NONE_HERE = N_("There are no passkeys on these pages.")
_NOT_TAKEN = N_(
    "That passkey does not fit: it was removed here, or it came too late. Try again, or sign in another way."
)
_TO_SIGN_IN: Mapping[str, Any] = {
    "title": N_("Sign in with your passkey"),
    "words": N_("Your device asks for your finger, your face or its PIN. None of these leaves it."),
    "does": "get",
    "button": N_("Use your passkey"),
    "instead": f"{ROOT}/sign-in",
    "instead_words": N_("Sign in another way"),
}
_TO_ADD: Mapping[str, Any] = {
    "title": N_("Add a passkey"),
    "words": N_(
        "With it you sign in on this device by your finger, your face or its PIN, without waiting for a link. Add "
        "one only on a device that is yours. You can remove it at any time."
    ),
    "does": "create",
    "button": N_("Make a passkey"),
    "instead": f"{ROOT}/sessions",
    "instead_words": N_("Leave it"),
}


async def ask(request: Request) -> Response:
    site: Site = request.app.state.site
    if site.passkeys is None:
        return not_signed_in(site, 404, _(_NONE_HERE))
    async with site.database.transaction() as tx:
        secret = await begin_attempt(tx, _SIGN_IN, site.clock.now())
    options = site.passkeys.to_sign_in(secret)
    return _with_secret(site, secret, site.rendered("passkey.html", options=options, script=_SCRIPT, **_TO_SIGN_IN))


async def take(request: Request) -> Response:
    """Sign somebody in by what their device answered."""
    site: Site = request.app.state.site
    form = await sent(request)
    passkey = await _shown(site, form.get("answer", ""), request.cookies.get(site.attempt, ""))
    if passkey is None:
        return not_signed_in(site, 410, _(_NOT_TAKEN))
    return await admit(site, request, passkey.who, passkey.name, "passkey") or refused(site, passkey.who)


async def _shown(site: Site, answer: str, secret: str) -> Passkey | None:
    """The passkey that an answer is made with, here and for this attempt; its use is noted."""
    now, reader = site.clock.now(), site.passkeys
    id = reader.shown(answer) if reader else None
    if reader is None or id is None:
        return None
    async with site.database.transaction() as tx:
        in_time, passkey = await use_attempt(tx, secret, _SIGN_IN, now), await tx.access.passkey(id)
        uses = reader.uses(answer, secret, passkey) if in_time and passkey else None
        if passkey is None or uses is None:
            return None
        await tx.access.passkey_used(id, uses, now)
    return passkey


async def add(call: Call) -> Response:
    reader = call.site.passkeys
    if reader is None:
        return await call.page("problem.html", 404, title=_("No passkeys"), words=_(_NONE_HERE))
    if call.request.method == "POST":
        return await _added(call)
    async with call.database.transaction() as tx:
        secret = await begin_attempt(tx, _ADD, call.now)
        has = await tx.access.passkeys(call.who)
    options = reader.to_add(secret, call.who, call.session.name or call.who, has)
    return _with_secret(call.site, secret, await call.page("passkey.html", options=options, script=_SCRIPT, **_TO_ADD))


async def _added(call: Call) -> Response:
    site, secret = call.site, call.request.cookies.get(call.site.attempt, "")
    found = site.passkeys.added(call.form.get("answer", ""), secret) if site.passkeys else None
    async with call.database.transaction() as tx:
        in_time = await use_attempt(tx, secret, _ADD, call.now)
        taken = found is not None and in_time and await _kept(tx, call, found)
    if not taken:
        return await call.page("problem.html", 410, title=_("The passkey was not added"), words=_(_NOT_ADDED))
    return back(f"{ROOT}/sessions", done="passkey-added")


async def _kept(tx: Transaction, call: Call, new: NewPasskey) -> bool:
    device = device_of(call.request)
    passkey = Passkey(
        id=new.id, who=call.who, name=call.session.name, device=device, key=new.key, uses=new.uses,
        added=call.now, used=call.now,
    )  # fmt: skip
    await tx.audit.add(call.now, call.who, "add passkey", detail=device)
    return await tx.access.add_passkey(passkey)


_NOT_ADDED = N_(
    "What the browser sent does not fit what it was asked, or came too late. Begin again from Signed in as …"
)


async def remove(call: Call) -> Response:
    """Whose it is decides: nobody can remove somebody else's."""
    async with call.database.transaction() as tx:
        if gone := await tx.access.remove_passkey(call.who, call.form.get("remove", "")):
            await tx.audit.add(call.now, call.who, "remove passkey")
    return back(f"{ROOT}/sessions", **({"done": "passkey-removed"} if gone else {}))


def _with_secret(site: Site, secret: str, answer: Response) -> Response:
    return with_our_script(with_attempt(site, answer, secret, "strict"))


ROUTES = (
    Route("/sign-in/passkey", ask, methods=["GET"]),
    Route("/sign-in/passkey", take, methods=["POST"]),
    page("/passkeys/add", add, HOSTS),
)
