"""What goes wrong on each platform while workers are killed: a share of all requests, in every way we know."""

import json
from collections.abc import Sequence
from typing import Any

from bot.core.events import Platform
from tests.crashlab.site import SLOWEST

Json = dict[str, Any]
CHANCE = 0.45
_HTML = "<html><body><h1>Bad gateway</h1></body></html>"
_WEB_PAGE = {"Content-Type": "text/html"}
_JSON = {"Content-Type": "application/json"}


def _status(status: int, when: str, said: Json | str = "", on: str = "*", **headers: str) -> Json:
    body = said if isinstance(said, str) else json.dumps(said)
    kind = _WEB_PAGE if isinstance(said, str) else _JSON
    return {"kind": "status", "status": status, "when": when, "body": body, "on": on, "headers": {**kind, **headers}}


RESET_BEFORE: Json = {"kind": "reset", "when": "before"}
RESET_AFTER: Json = {"kind": "reset", "when": "after"}
SLOW_AFTER: Json = {"kind": "delay", "when": "after", "seconds": 2 * SLOWEST}
ANYWHERE: Sequence[Json] = (
    RESET_BEFORE,
    RESET_AFTER,
    {"kind": "half", "when": "after"},
    {"kind": "delay", "when": "before", "seconds": SLOWEST},
    SLOW_AFTER,
    _status(502, "before", _HTML),
    _status(504, "after", _HTML),
    _status(200, "after", _HTML),
)

_X_POST = "POST /2/tweets"
_X_DUPLICATE = {
    "title": "Forbidden",
    "status": 403,
    "detail": "You are not allowed to create a Tweet with duplicate content.",
}
_SLACK_POST = "POST /api/chat.*"
_TEAMS_POST = "POST /v3/*"
DUPLICATE_BEFORE = _status(403, "before", _X_DUPLICATE, _X_POST)
DUPLICATE_AFTER = _status(403, "after", _X_DUPLICATE, _X_POST)
SLACK_5XX_AFTER = _status(503, "after", {"ok": False, "error": "service_unavailable"})
OF_ITS_OWN = {
    Platform.X: (
        _status(429, "before", {"title": "Too Many Requests"}),
        _status(429, "before", {"title": "Too Many Requests"}, **{"x-rate-limit-reset": "1500000000"}),
        _status(503, "before", {"title": "Service Unavailable", "detail": "Service Unavailable"}),
        _status(503, "after", {"title": "Service Unavailable", "detail": "Service Unavailable"}),
        _status(401, "before", {"title": "Unauthorized", "detail": "Unauthorized"}),
        _status(402, "before", {"title": "Payment Required", "detail": "No credits"}),
        DUPLICATE_BEFORE,
        DUPLICATE_AFTER,
    ),
    Platform.SLACK: (
        _status(429, "before", {"ok": False, "error": "ratelimited"}, **{"Retry-After": "5"}),
        _status(429, "before", {"ok": False, "error": "ratelimited"}),
        _status(503, "before", {"ok": False, "error": "service_unavailable"}),
        SLACK_5XX_AFTER,
        _status(200, "before", {"ok": False, "error": "internal_error"}, _SLACK_POST),
        _status(200, "after", {"ok": False, "error": "fatal_error"}, _SLACK_POST),
        _status(200, "before", {"ok": False, "error": "invalid_auth"}, _SLACK_POST),
    ),
    Platform.TEAMS: (
        _status(429, "before", {"error": {"code": "Throttled"}}, **{"Retry-After": "5"}),
        _status(429, "before", {"error": {"code": "Throttled"}}),
        _status(503, "before", {"error": {"code": "ServiceError"}}),
        _status(500, "after", {"error": {"code": "ServiceError"}}),
        _status(401, "before", {"message": "Authorization has been denied for this request."}, _TEAMS_POST),
    ),
}
"""An X answer with a reset in the past is one of those that name none we can use."""


def all_of(platform: Platform) -> Sequence[Json]:
    return (*ANYWHERE, *OF_ITS_OWN[platform])


def storm(platform: Platform, seed: int, chance: float = CHANCE, faults: Sequence[Json] | None = None) -> Json:
    """What the emulators' control route takes."""
    return {"chance": chance, "seed": seed, "faults": all_of(platform) if faults is None else list(faults)}
