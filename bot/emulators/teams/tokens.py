"""Microsoft's two token services: one signs for the connector (towards the bot), one for the bot (towards it).

Expiry uses the wall clock, as security does.
"""

import time
import uuid
from typing import Any

import jwt
from aiohttp import web

from bot.emulators.keys import SigningKey
from bot.emulators.openid import Provider
from bot.emulators.teams.state import BOT_ID, BOT_SECRET, TENANT
from bot.emulators.world import World

ISSUER = "https://api.botframework.com"
"""Signs activities; the bot's own tokens have this as their audience."""
GRAPH = "https://graph.microsoft.com"
SCOPES = {f"{audience}/.default": audience for audience in (ISSUER, GRAPH)}
KINDS = ("good", "expired", "forged", "wrong_audience", "wrong_issuer", "wrong_serviceurl", "none")
_DELIVERY_LIFE = 300
_BOT_LIFE = 3599


class Keys(SigningKey):
    """What Microsoft signs with."""

    def for_delivery(self, service_url: str, kind: str = "good") -> str:
        """The token that goes with an activity; a `kind` other than good is for tests of the bot's door."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": BOT_ID,
            "serviceurl": service_url,
            "nbf": now - 10,
            "iat": now - 10,
            "exp": now + _DELIVERY_LIFE,
        }
        # An hour: Microsoft's libraries forgive five minutes.
        claims |= {"exp": now - 3600, "nbf": now - 7200, "iat": now - 7200} if kind == "expired" else {}
        claims |= {"aud": str(uuid.uuid4())} if kind == "wrong_audience" else {}
        claims |= {"iss": "https://issuer.example"} if kind == "wrong_issuer" else {}
        claims |= {"serviceurl": "https://connector.example"} if kind == "wrong_serviceurl" else {}
        return "" if kind == "none" else self.sign(claims, forged=kind == "forged")

    def for_bot(self, tenant: str, audience: str) -> str:
        now = int(time.time())
        return self.sign(
            {
                "aud": audience,
                "iss": f"https://sts.windows.net/{tenant}/",
                "appid": BOT_ID,
                "tid": tenant,
                "nbf": now - 10,
                "iat": now,
                "exp": now + _BOT_LIFE,
            }
        )

    def admits(self, request: web.Request, audience: str) -> bool:
        """Whether a request carries a token of `for_bot` for this audience, in time."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            jwt.decode(token, self.public, ["RS256"], audience=audience, options={"require": ["exp"]})
        except jwt.InvalidTokenError:
            return False
        return scheme == "Bearer"


def token_routes(world: World, keys: Keys, people: Provider) -> web.RouteTableDef:
    routes = web.RouteTableDef()

    @routes.get("/v1/.well-known/openidconfiguration")
    async def metadata(_: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": ISSUER,
                "jwks_uri": f"{world.base}/teams/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    @routes.get("/v1/.well-known/keys")
    async def jwks(_: web.Request) -> web.Response:
        return web.json_response(keys.jwks(endorsements=["msteams"]))

    @routes.post("/login/{tenant}/oauth2/v2.0/token")
    async def token(request: web.Request) -> web.Response:
        tenant = request.match_info["tenant"]
        form = await request.post()
        if form.get("grant_type") == "authorization_code" and tenant == TENANT:
            return people.exchange(request, form)
        problem = _problem(tenant, form)
        if problem:
            return problem
        answer = {
            "token_type": "Bearer",
            "expires_in": _BOT_LIFE,
            "ext_expires_in": _BOT_LIFE,
            "access_token": keys.for_bot(TENANT, SCOPES[str(form["scope"])]),
        }
        return web.json_response(answer)

    return routes


def _problem(tenant: str, form: Any) -> web.Response | None:
    """What is wrong with a request for a token, in Microsoft Entra's words."""
    if form.get("grant_type") != "client_credentials":
        return refusal(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.")
    if tenant not in (TENANT, "botframework.com"):
        return refusal(400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found.")
    if form.get("client_id") != BOT_ID:
        return refusal(400, "unauthorized_client", "AADSTS700016: Application was not found in the directory.")
    if form.get("client_secret") != BOT_SECRET:
        return refusal(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
    if form.get("scope") not in SCOPES:
        return refusal(400, "invalid_scope", "AADSTS70011: The provided value for 'scope' is not valid.")
    return None


def refusal(status: int, error: str, description: str) -> web.Response:
    """In the shape of Microsoft Entra's errors."""
    return web.json_response({"error": error, "error_description": description}, status=status)
