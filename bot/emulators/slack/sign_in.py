"""Sign in with Slack, as docs.slack.dev describes it."""

from aiohttp import web

from bot.emulators.openid import Flavour, Provider
from bot.emulators.slack.workspace import PEOPLE, TEAM
from bot.emulators.world import Json, World

CLIENT_ID = "111.222"
CLIENT_SECRET = "emulated-slack-client-secret"  # noqa: S105 - opens nothing but the emulator
_CODES = {"invalid_client": "bad_client_secret", "invalid_grant": "invalid_code"}
"""Slack's own words for what the standard calls otherwise."""


def _claims(person: str) -> Json:
    return {"sub": person, "https://slack.com/team_id": TEAM, "https://slack.com/user_id": person}


def _refusal(error: str) -> web.Response:
    """Slack refuses with 200."""
    return web.json_response({"ok": False, "error": _CODES.get(error, error)})


def _settings(base: str) -> Json:
    return {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET, "SLACK_OPENID_URL": base}


def provider(world: World) -> Provider:
    return Provider(
        Flavour(
            name="Slack",
            client=CLIENT_ID,
            secret=CLIENT_SECRET,
            issuer="",
            authorize="/openid/connect/authorize",
            token="/api/openid.connect.token",  # noqa: S106
            keys="/openid/connect/keys",
            people={id: name.title() for id, name in PEOPLE.items()},
            claims=_claims,
            refusal=_refusal,
            pkce="internal_error",
            settings=_settings,
        ),
        lambda: f"{world.base}/slack",
    )
