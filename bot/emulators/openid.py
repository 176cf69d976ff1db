"""A service that tells others who somebody is: OpenID Connect Core 1.0, the authorisation code flow with PKCE.

Written from the standards (RFC 6749, RFC 7636, OpenID Connect Discovery 1.0) and from what Slack and Microsoft
document of theirs. Where the two differ, `Flavour` says how. Security times are the wall clock's.
"""

import base64
import hashlib
import hmac
import html
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.emulators.keys import SigningKey, base64url
from bot.emulators.world import Json

_CODE_SECONDS, _TOKEN_SECONDS = 600, 300
_HERE = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Flavour:
    """How one service does it. Paths begin where the service's routes do; `base` gives their address.

    `people` are names by id, `claims` what a token says of one of them, `refusal` how it refuses at the token endpoint,
    `pkce` the error for PKCE together with a secret, empty where that is taken, and `settings` what the bot has to
    know, given `base`.
    """

    name: str
    client: str
    secret: str
    issuer: str
    authorize: str
    token: str
    keys: str
    people: Mapping[str, str]
    claims: Callable[[str], Json]
    refusal: Callable[[str], web.Response]
    pkce: str
    settings: Callable[[str], Json]


@dataclass(frozen=True)
class Grant:
    """What a person allowed, until the code for it is used. `until` is in seconds of the wall's clock."""

    person: str
    back: str
    nonce: str
    challenge: str
    until: float


@dataclass(frozen=True)
class Twist:
    """What is wrong, for a test, with the next token: other claims, another's signature, an issue so long ago (`age`,
    in seconds; negative is in the future)."""

    claims: Json = field(default_factory=dict)
    forged: bool = False
    age: int = 0


class Provider:
    def __init__(self, flavour: Flavour, base: Callable[[], str]) -> None:
        self._flavour, self._base, self._key = flavour, base, SigningKey()
        self.reset()

    def reset(self) -> None:
        self._grants: dict[str, Grant] = {}
        self._twist = Twist()

    def routes(self) -> list[web.AbstractRouteDef]:
        flavour = self._flavour
        return [
            web.get(f"{flavour.issuer}/.well-known/openid-configuration", self.metadata),
            web.get(flavour.keys, self.keys),
            web.get(flavour.authorize, self.ask),
            web.post(flavour.authorize, self.answer),
        ]

    def control(self) -> list[web.AbstractRouteDef]:
        return [web.get("/sign-in", self.registration), web.put("/sign-in", self.twist)]

    async def registration(self, _: web.Request) -> web.Response:
        """The bot's settings for it."""
        return web.json_response(self._flavour.settings(self._base()))

    async def twist(self, request: web.Request) -> web.Response:
        """`{claims?, forged?, age?}`: for the next token alone."""
        self._twist = Twist(**await request.json())
        return web.json_response({"ok": True})

    async def metadata(self, _: web.Request) -> web.Response:
        flavour, base = self._flavour, self._base()
        return web.json_response(
            {
                "issuer": f"{base}{flavour.issuer}",
                "authorization_endpoint": f"{base}{flavour.authorize}",
                "token_endpoint": f"{base}{flavour.token}",
                "jwks_uri": f"{base}{flavour.keys}",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def keys(self, _: web.Request) -> web.Response:
        return web.json_response(self._key.jwks())

    async def ask(self, request: web.Request) -> web.Response:
        """The page on which somebody allows it. What is wrong with the request is told here, never sent back."""
        if problem := self._wrong(request.query):
            return web.Response(status=400, text=problem)
        buttons = [
            f'<p><button name="person" value="{html.escape(id)}">{html.escape(name)}</button></p>'
            for id, name in self._flavour.people.items()
        ]
        page = (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>{self._flavour.name}, emulated</title>"
            f"<h1>{self._flavour.name}, emulated</h1><p>Another page asks who you are. Sign in as:</p>"
            f'<form method="post">{"".join(buttons)}<p><button name="person" value="">Cancel</button></p></form>'
        )
        return web.Response(text=page, content_type="text/html")

    async def answer(self, request: web.Request) -> web.Response:
        query = request.query
        person = str((await request.post()).get("person", ""))
        if problem := self._wrong(query):
            return web.Response(status=400, text=problem)
        if person not in self._flavour.people:
            return _sent_back(query["redirect_uri"], error="access_denied", state=query.get("state", ""))
        code = secrets.token_urlsafe(16)
        self._grants[code] = Grant(
            person,
            query["redirect_uri"],
            query.get("nonce", ""),
            query.get("code_challenge", ""),
            time.time() + _CODE_SECONDS,
        )
        return _sent_back(query["redirect_uri"], code=code, state=query.get("state", ""))

    def exchange(self, request: web.Request, form: Mapping[str, Any]) -> web.Response:
        """What the token endpoint answers to a code. The client's id and secret are in the form, or in the header."""
        client, secret = _client(request, form)
        if client != self._flavour.client or not hmac.compare_digest(secret, self._flavour.secret):
            return self._flavour.refusal("invalid_client")
        if self._flavour.pkce and "code_verifier" in form:
            return self._flavour.refusal(self._flavour.pkce)
        grant = self._grants.pop(str(form.get("code", "")), None)
        if grant is None or time.time() >= grant.until or form.get("redirect_uri") != grant.back:
            return self._flavour.refusal("invalid_grant")
        if grant.challenge and _challenge(str(form.get("code_verifier", ""))) != grant.challenge:
            return self._flavour.refusal("invalid_grant")
        access = secrets.token_urlsafe(16)
        answer = {"ok": True, "access_token": access, "token_type": "Bearer", "id_token": self._token(grant, access)}
        return web.json_response(answer)

    def _token(self, grant: Grant, access: str) -> str:
        twist, self._twist = self._twist, Twist()
        issued = int(time.time()) - twist.age
        claims = {
            "iss": f"{self._base()}{self._flavour.issuer}",
            "aud": self._flavour.client,
            "iat": issued,
            "exp": issued + _TOKEN_SECONDS,
            "nonce": grant.nonce,
            "at_hash": _left_half(access),
            "name": self._flavour.people[grant.person],
        }
        return self._key.sign(claims | self._flavour.claims(grant.person) | twist.claims, forged=twist.forged)

    def _wrong(self, query: Mapping[str, str]) -> str:
        if query.get("client_id") != self._flavour.client:
            return "There is no such app: client_id."
        if query.get("response_type") != "code" or "openid" not in query.get("scope", "").split():
            return "Only response_type=code with the scope openid is known here."
        if "code_challenge" in query and query.get("code_challenge_method") != "S256":
            return "Only code_challenge_method=S256 is known here."
        return "" if _registered(query.get("redirect_uri", "")) else "redirect_uri is not one of the app's."


def _registered(address: str) -> bool:
    """The bots of this machine are registered, whatever their port."""
    parts = urlsplit(address)
    return parts.hostname in _HERE and parts.path.startswith("/pages/sign-in/") and not parts.query


def _sent_back(address: str, **query: str) -> web.Response:
    return web.Response(status=302, headers={"location": f"{address}?{urlencode(query)}"})


def _client(request: web.Request, form: Mapping[str, Any]) -> tuple[str, str]:
    scheme, _, pair = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client, _, secret = base64.b64decode(pair).decode(errors="replace").partition(":")
        return client, secret
    return str(form.get("client_id", "")), str(form.get("client_secret", ""))


def _challenge(verifier: str) -> str:
    return base64url(hashlib.sha256(verifier.encode()).digest())


def _left_half(access: str) -> str:
    return base64url(hashlib.sha256(access.encode()).digest()[:16])
