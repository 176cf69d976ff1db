"""Web addresses in what people say."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

URL = re.compile(r"https?://[^\s<>\"“”]*[^\s<>\"“”.,;:!?'’)\]}…]", re.IGNORECASE)
_POST = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/\w+/status/|https?://pic\.(?:x|twitter)\.com/", re.IGNORECASE
)


def urls(text: str) -> Iterator[str]:
    """Those that lead to something: not to another post on X, nor to a picture in this one."""
    if "://" in text:
        for found in URL.findall(text):
            if not _POST.match(found):
                yield plain(found)


def plain(url: str) -> str:
    """The address as all who share it have it: without what a newsletter adds to see where people come from."""
    if "utm_" not in url:
        return url.rstrip("/")
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name[:4] != "utm_"]
    return urlunsplit(parts._replace(query=urlencode(kept))).rstrip("/")
