"""Keeps the demo's page to itself: strict headers, and no changes that another site asks for."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


class SameSite:
    """Middleware. What platforms send carries no Origin, so it passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        foreign = scope["type"] == "http" and _foreign(Request(scope))
        await (_refuse if foreign else self._app)(scope, receive, with_headers)


_refuse = PlainTextResponse("This came from another site, so nothing was done.\n", status_code=403)


def _foreign(request: Request) -> bool:
    if request.method in ("GET", "HEAD"):
        return False
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    other = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    return other or site not in ("same-origin", "none")
