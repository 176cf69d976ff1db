"""Around every page: strict headers, nothing on another site's behalf, no form that is far too large."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.language import gettext as _
from bot.web.same_site import foreign

_POLICY = "content-security-policy"
_HEADERS = {
    _POLICY: (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Not "no-referrer": with that, browsers leave out the Origin by which we know our own forms.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_FETCHING = "; connect-src 'self'"
_SECURE_ONLY = {"strict-transport-security": "max-age=31536000"}


def with_our_script(answer: Response, *, fetching: bool = False) -> Response:
    """An answer on which scripts of ours may run, and perhaps fetch pages of ours; on all others none may."""
    answer.headers[_POLICY] = f"{_HEADERS[_POLICY]}; script-src 'self'{_FETCHING if fetching else ''}"
    return answer


class Guard:
    """Middleware. `url` is the pages' public address, or empty."""

    def __init__(self, app: ASGIApp, url: str) -> None:
        self._app = app
        self._url = url
        self._headers = _HEADERS | (_SECURE_ONLY if url.startswith("https://") else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (self._headers | {"cache-control": "no-store"}).items():
                    headers.setdefault(name, value)
            await send(message)

        refused = scope["type"] == "http" and not _from_our_pages(Request(scope), self._url)
        await (_refusal() if refused else self._app)(scope, receive, with_headers)


def _refusal() -> Response:
    said = _("This did not come from a page of ours, so nothing was done. Open the page again, and send it from there.")
    return PlainTextResponse(f"{said}\n", status_code=403)


def _from_our_pages(request: Request, url: str) -> bool:
    """A browser says where a form comes from. What does not say so is no browser, and has no business here."""
    if request.method in ("GET", "HEAD"):
        return True
    return "origin" in request.headers and not foreign(request, url)
