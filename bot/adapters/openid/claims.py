"""What the claims of an id token say: who somebody is, or what is wrong with them. Pure translation."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.core.events import Person, Platform
from bot.ports.sign_in import Trouble

Claims = Mapping[str, Any]
Read = Callable[[Claims], Person | Trouble]
_SLACK_ID = re.compile(r"[A-Z0-9]+")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def slack_person(claims: Claims) -> Person | Trouble:
    """By the two claims that Slack makes its own: `sub` may be of either kind of id."""
    team, user = _text(claims, "https://slack.com/team_id"), _text(claims, "https://slack.com/user_id")
    if not (_SLACK_ID.fullmatch(team) and _SLACK_ID.fullmatch(user)):
        return Trouble.INCOMPLETE
    return Person(Platform.SLACK, team, user, _text(claims, "name"))


def microsoft_person(tenant: str) -> Read:
    """For people of one tenant. Their object id is the one that Teams calls `aadObjectId`, for guests of the tenant as
    well; `sub` is another in every app."""

    def person(claims: Claims) -> Person | Trouble:
        of, user = _text(claims, "tid").lower(), _text(claims, "oid").lower()
        if of != tenant.lower():
            return Trouble.TENANT
        if not _GUID.fullmatch(user):
            return Trouble.INCOMPLETE
        return Person(Platform.TEAMS, of, user, _text(claims, "name"))

    return person


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name, "")
    return value if isinstance(value, str) else ""
