"""Signing in with Slack or with Microsoft: there, and back with an answer that is believed only if all of it fits.

The attempt's secret is in a cookie of the browser that began it. What comes back has to fit that secret, so nobody can
be signed in by a link that somebody else made (login CSRF), and an answer counts once.
"""

import hmac
from collections.abc import Mapping

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.core.access import drawn, fingerprint
from bot.core.events import Person
from bot.ports.sign_in import SignInService, Trouble
from bot.services.signing_in import begin_attempt, use_attempt
from bot.web.language import N_
from bot.web.language import gettext as _
from bot.web.pages.admitting import admit, not_signed_in, refused, with_attempt
from bot.web.pages.site import ROOT, Site, readable

log = structlog.get_logger()

_TROUBLES: Mapping[Trouble, tuple[int, str]] = {
    Trouble.UNREACHABLE: (503, N_("%(service)s cannot be reached at the moment. Try again in a few minutes.")),
    Trouble.SETTINGS: (
        502,
        N_(
            "%(service)s does not take this bot as the app that it says it is. Whoever runs the bot has to look at "
            "its settings for signing in with %(service)s: the client id, the secret, and the redirect address."
        ),
    ),
    Trouble.CODE: (410, N_("What %(service)s sent you back with was used already, or is too old. Begin again.")),
    Trouble.SIGNATURE: (502, N_("%(service)s’s answer is not signed by %(service)s, so the bot does not believe it.")),
    Trouble.ISSUER: (
        502,
        N_("%(service)s’s answer comes from another service than it should, so the bot does not believe it."),
    ),
    Trouble.AUDIENCE: (502, N_("%(service)s’s answer is meant for another app, so the bot does not believe it.")),
    Trouble.NONCE: (400, N_("%(service)s’s answer belongs to another attempt to sign in. Begin again, in one window.")),
    Trouble.EXPIRED: (
        502,
        N_(
            "%(service)s’s answer has run out. If that happens again, the clock of the bot’s machine is fast, and "
            "whoever runs it has to set it."
        ),
    ),
    Trouble.CLOCK: (
        502,
        N_(
            "%(service)s’s answer is of a time that is still to come. The clock of the bot’s machine is slow, and "
            "whoever runs it has to set it."
        ),
    ),
    Trouble.TENANT: (
        403,
        N_("You are signed in at %(service)s as a member of an organisation that does not run this campaign."),
    ),
    Trouble.INCOMPLETE: (
        502,
        N_("%(service)s’s answer does not say who you are. Whoever runs the bot finds more in its log."),
    ),
}
_OVER = N_("This attempt to sign in has ended, or was begun in another browser. Begin again; it lasts ten minutes.")
_CANCELLED = N_("%(service)s was not allowed to tell us who you are, so nothing was done.")
_DECLINED = N_("%(service)s would not let you sign in here. Try again; if it stays so, tell whoever runs the bot.")
_ELSEWHERE = N_(
    "You are signed in at %(service)s in a workspace that does not run this campaign (%(workspace)s). Sign in to "
    "the campaign’s there, and try again."
)


async def go(request: Request) -> Response:
    """To the service. It changes nothing here but that an attempt is begun, so a plain link may lead to it."""
    site, name, service = _asked(request)
    if service is None:
        return not_signed_in(site, 404, _("There is no such way to sign in here."))
    async with site.database.transaction() as tx:
        secret = await begin_attempt(tx, name, site.clock.now())
    address = await service.address(secret, _back(site, name))
    if isinstance(address, Trouble):
        return _trouble(site, service, address)
    return with_attempt(site, RedirectResponse(address, status_code=303), secret, "lax")


async def come_back(request: Request) -> Response:
    site, name, service = _asked(request)
    if service is None:
        return not_signed_in(site, 404, _("There is no such way to sign in here."))
    query, secret = request.query_params, request.cookies.get(site.attempt, "")
    # Looked at first: what somebody else sends this browser to must not end the attempt that it has begun.
    ours = fingerprint(drawn(secret, "state"))
    if not secret or not hmac.compare_digest(fingerprint(query.get("state", "")), ours):
        return not_signed_in(site, 400, _(_OVER))
    async with site.database.transaction() as tx:
        in_time = await use_attempt(tx, secret, name, site.clock.now())
    if not in_time:
        return not_signed_in(site, 410, _(_OVER))
    if error := query.get("error"):
        return _declined(site, service, error)
    person = await service.person(readable(query.get("code", "")), secret, _back(site, name))
    if isinstance(person, Trouble):
        return _trouble(site, service, person)
    return await _welcomed(site, request, service, person)


async def _welcomed(site: Site, request: Request, service: SignInService, person: Person) -> Response:
    if admitted := await admit(site, request, person.ref, person.name, service.label):
        return admitted
    home = f"{person.platform}:{person.workspace}"
    if home not in site.roles.places:
        return not_signed_in(site, 403, _(_ELSEWHERE, service=service.label, workspace=person.workspace))
    return refused(site, person.ref)


def _asked(request: Request) -> tuple[Site, str, SignInService | None]:
    site: Site = request.app.state.site
    name = readable(request.path_params["service"])
    return site, name, site.services.get(name)


def _back(site: Site, name: str) -> str:
    """Our address to which the service sends people back, as it is registered there."""
    return f"{site.url}{ROOT}/sign-in/{name}/back"


def _declined(site: Site, service: SignInService, error: str) -> Response:
    if error == "access_denied":
        return not_signed_in(site, 403, _(_CANCELLED, service=service.label))
    log.warning("sign-in declined", service=service.label, error=error[:100])
    return not_signed_in(site, 502, _(_DECLINED, service=service.label))


def _trouble(site: Site, service: SignInService, trouble: Trouble) -> Response:
    log.warning("sign-in failed", service=service.label, trouble=trouble.value)
    status, words = _TROUBLES[trouble]
    return not_signed_in(site, status, _(words, service=service.label))


ROUTES = (
    Route("/sign-in/{service}", go, methods=["GET"]),
    Route("/sign-in/{service}/back", come_back, methods=["GET"]),
)
