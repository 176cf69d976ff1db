"""Signing in with Microsoft, as one tenant of Microsoft Entra offers it (version 2.0 of its endpoints)."""

from aiohttp import web

from bot.emulators.openid import Flavour, Provider
from bot.emulators.teams.state import TENANT, USERS
from bot.emulators.teams.tokens import refusal
from bot.emulators.world import Json, World

CLIENT_ID = "5c1e9f0a-7d3b-4a58-9e21-8b6d4f2a7c90"
CLIENT_SECRET = "emulated-microsoft-client-secret"  # noqa: S105 - opens nothing but the emulator
_WORDS = {
    "invalid_client": (401, "AADSTS7000215: Invalid client secret provided."),
    "invalid_grant": (400, "AADSTS70008: The provided authorization code has expired, or is invalid."),
}


def _claims(person: str) -> Json:
    user = USERS[person]
    return {
        "sub": f"pairwise-{person}",
        "tid": TENANT,
        "oid": user.object_id,
        "ver": "2.0",
        "preferred_username": f"{person}@campaign.example",
    }


def _refusal(error: str) -> web.Response:
    status, words = _WORDS[error]
    return refusal(status, error, words)


def _settings(base: str) -> Json:
    return {
        "MICROSOFT_CLIENT_ID": CLIENT_ID,
        "MICROSOFT_CLIENT_SECRET": CLIENT_SECRET,
        "MICROSOFT_TENANT_ID": TENANT,
        "MICROSOFT_LOGIN_URL": f"{base}/login",
    }


def provider(world: World) -> Provider:
    return Provider(
        Flavour(
            name="Microsoft",
            client=CLIENT_ID,
            secret=CLIENT_SECRET,
            issuer=f"/login/{TENANT}/v2.0",
            authorize=f"/login/{TENANT}/oauth2/v2.0/authorize",
            token=f"/login/{TENANT}/oauth2/v2.0/token",
            keys=f"/login/{TENANT}/discovery/v2.0/keys",
            people={short: user.name for short, user in USERS.items()},
            claims=_claims,
            refusal=_refusal,
            pkce="",
            settings=_settings,
        ),
        lambda: f"{world.base}/teams",
    )
