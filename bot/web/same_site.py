"""Which requests another site made a browser send."""

from urllib.parse import urlsplit

from starlette.requests import Request


def foreign(request: Request, ours: str = "") -> bool:
    """Whether a page of another site asks for a change. `ours` is our address, where a proxy hides it from us.

    A request without Origin comes from a program, not from a page: it passes.
    """
    if request.method in ("GET", "HEAD"):
        return False
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    here = {request.headers.get("host"), urlsplit(ours).netloc} - {""}  # an Origin of "null" has no host either
    other = origin is not None and urlsplit(origin).netloc not in here
    return other or site not in ("same-origin", "none")
