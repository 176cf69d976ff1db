"""OAuth 1.0a user context (RFC 5849, HMAC-SHA1), verified as a server must: over the URL that was requested."""

import base64
import hashlib
import hmac
import re
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

from aiohttp import web

_SECONDS = 300
_FIELD = re.compile(r'(oauth_\w+)="([^"]*)"')
_REQUIRED = frozenset(
    {"oauth_consumer_key", "oauth_token", "oauth_nonce", "oauth_timestamp", "oauth_signature", "oauth_signature_method"}
)


@dataclass
class Keys:
    """What an app and its account sign with, and which nonces were used."""

    api_key: str
    api_secret: str
    token: str
    token_secret: str
    used: set[tuple[str, str]] = field(default_factory=set)

    def verify(self, request: web.Request) -> bool:
        """True for a request signed with these keys, within five minutes, for the first time."""
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        fields = {name: unquote(value) for name, value in _FIELD.findall(rest)}
        if scheme.lower() != "oauth" or not fields.keys() >= _REQUIRED:
            return False
        return self._ours(fields) and self._fresh(fields) and self._signed(request, fields) and self._first(fields)

    def _ours(self, fields: dict[str, str]) -> bool:
        named = (fields["oauth_consumer_key"], fields["oauth_token"], fields["oauth_signature_method"])
        return named == (self.api_key, self.token, "HMAC-SHA1")

    def _fresh(self, fields: dict[str, str]) -> bool:
        stamp = fields["oauth_timestamp"]
        return stamp.isdecimal() and abs(time.time() - int(stamp)) <= _SECONDS

    def _signed(self, request: web.Request, fields: dict[str, str]) -> bool:
        key = f"{_escape(self.api_secret)}&{_escape(self.token_secret)}"
        digest = hmac.new(key.encode(), _base_string(request, fields).encode(), hashlib.sha1).digest()
        return hmac.compare_digest(base64.b64encode(digest), fields["oauth_signature"].encode())

    def _first(self, fields: dict[str, str]) -> bool:
        use = (fields["oauth_timestamp"], fields["oauth_nonce"])
        first = use not in self.used
        self.used.add(use)
        return first


def _base_string(request: web.Request, fields: dict[str, str]) -> str:
    path, _, query = request.raw_path.partition("?")
    signed = [(name, value) for name, value in fields.items() if name != "oauth_signature"]
    pairs = sorted((_escape(n), _escape(v)) for n, v in signed + parse_qsl(query, keep_blank_values=True))
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    url = f"{request.scheme}://{request.host.lower()}{path}"
    return "&".join(_escape(part) for part in (request.method, url, parameters))


def _escape(text: str) -> str:
    return quote(text, safe="-._~")
