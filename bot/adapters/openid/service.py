"""The authorisation code flow with a state, a nonce and, where the service takes it, PKCE (RFC 7636)."""

import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx
import structlog
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from bot.adapters.openid import Registration
from bot.adapters.openid.claims import Claims, Read
from bot.core.access import drawn
from bot.core.events import Person
from bot.ports import Clock
from bot.ports.sign_in import Trouble

log = structlog.get_logger()

TIMEOUT = 10.0
"""Seconds for each of connecting and answering: somebody waits for the page."""
LEEWAY = timedelta(minutes=2)
"""How far the service's clock may be from ours."""
_METADATA_FRESH = timedelta(hours=1)
_SCOPE = "openid profile"
_ALGORITHM = "RS256"
"""The only one that Slack and Microsoft sign with; to take what a token asks for would let it ask for none."""
_CODE = frozenset({"invalid_grant", "invalid_code", "code_already_used", "code_expired"})
"""What the standard, and Slack, call a code that is of no use."""
_PASSING = frozenset(
    {"server_error", "temporarily_unavailable", "ratelimited", "internal_error", "fatal_error", "service_unavailable"}
)
_CLAIMS = {"iss": Trouble.ISSUER, "aud": Trouble.AUDIENCE, "azp": Trouble.AUDIENCE, "nonce": Trouble.NONCE,
           "exp": Trouble.EXPIRED, "iat": Trouble.CLOCK, "nbf": Trouble.CLOCK}  # fmt: skip


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=TIMEOUT, verify=_trusted())


@cache
def _trusted() -> ssl.SSLContext:
    """Made once: reading the authorities that are trusted takes longer than signing somebody in."""
    return httpx.create_ssl_context()


class OpenIdService:
    """`clock` is the wall's, also where the bot's own time runs faster: the service knows no other."""

    def __init__(
        self, label: str, registration: Registration, read: Read, clock: Clock, http: httpx.AsyncClient
    ) -> None:
        self.label = label
        self._registration, self._read, self._clock = registration, read, clock
        self._http = http
        self._metadata: Mapping[str, Any] = {}
        self._until: datetime | None = None

    async def address(self, secret: str, back: str) -> str | Trouble:
        metadata = await self._described()
        if isinstance(metadata, Trouble):
            return metadata
        query = {
            **self._registration.hints,
            "response_type": "code",
            "client_id": self._registration.client_id,
            "scope": _SCOPE,
            "redirect_uri": back,
            "state": drawn(secret, "state"),
            "nonce": drawn(secret, "nonce"),
        }
        if self._registration.pkce:
            challenge = create_s256_code_challenge(drawn(secret, "verifier"))
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return str(add_params_to_uri(metadata["authorization_endpoint"], query))

    async def person(self, code: str, secret: str, back: str) -> Person | Trouble:
        metadata = await self._described()
        if isinstance(metadata, Trouble):
            return metadata
        answer = await self._exchanged(metadata["token_endpoint"], code, secret, back)
        if isinstance(answer, Trouble):
            return answer
        # Asked for each time: keys change, people seldom sign in, and whoever has no good code does not get here.
        keys = await self._asked("GET", metadata["jwks_uri"])
        if not isinstance(keys, dict):
            return Trouble.UNREACHABLE
        claims = self._claims(answer, keys, drawn(secret, "nonce"))
        return claims if isinstance(claims, Trouble) else self._read(claims)

    async def _described(self) -> Mapping[str, Any] | Trouble:
        """Where the service's parts are, by its own word."""
        now, issuer = self._clock.now(), self._registration.issuer
        if self._until and now < self._until:
            return self._metadata
        found = await self._asked("GET", f"{issuer}/.well-known/openid-configuration")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in wanted):
            return Trouble.UNREACHABLE
        if found.get("issuer") != issuer:
            return Trouble.ISSUER
        self._metadata, self._until = found, now + _METADATA_FRESH
        return self._metadata

    async def _exchanged(self, address: str, code: str, secret: str, back: str) -> Mapping[str, Any] | Trouble:
        """What the service gives for the code."""
        registration = self._registration
        form = {
            "grant_type": "authorization_code",
            "client_id": registration.client_id,
            "client_secret": registration.client_secret,
            "code": code,
            "redirect_uri": back,
        }
        if registration.pkce:
            form["code_verifier"] = drawn(secret, "verifier")
        answer = await self._asked("POST", address, form)
        if not isinstance(answer, dict):
            return Trouble.UNREACHABLE
        if error := answer.get("error"):
            log.warning("code refused", service=self.label, error=str(error)[:100])
            return _refusal(str(error))
        return answer

    def _claims(self, answer: Mapping[str, Any], keys: Any, nonce: str) -> Claims | Trouble:
        """The claims of the id token, when everything about it is right."""
        registration, token = self._registration, answer.get("id_token")
        if not isinstance(token, str):
            return Trouble.INCOMPLETE
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), registry=_registry())
        except (JoseError, ValueError, KeyError, TypeError):
            return Trouble.SIGNATURE
        wanted = {"iss": {"value": registration.issuer}, "aud": {"value": registration.client_id}}
        params = {"nonce": nonce, "client_id": registration.client_id, "access_token": answer.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, wanted, params)
        try:
            claims.validate(now=int(self._clock.now().timestamp()), leeway=int(LEEWAY.total_seconds()))
        except JoseError as error:
            return _trouble(error)
        return dict(claims)

    async def _asked(self, method: str, address: str, form: Mapping[str, str] | None = None) -> Any:
        """The service's JSON, also of a refusal; None where there is none."""
        try:
            answer = await self._http.request(method, address, data=form)
            return None if answer.status_code >= 500 else answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("sign-in service unreachable", host=httpx.URL(address).host, error=type(error).__name__)
            return None


def _registry() -> JWSRegistry:
    return JWSRegistry(algorithms=[_ALGORITHM], strict_check_header=False)


def _refusal(error: str) -> Trouble:
    if error in _PASSING:
        return Trouble.UNREACHABLE
    return Trouble.CODE if error in _CODE else Trouble.SETTINGS


def _trouble(error: JoseError) -> Trouble:
    return _CLAIMS.get(error.claim, Trouble.INCOMPLETE) if isinstance(error, ClaimError) else Trouble.INCOMPLETE
