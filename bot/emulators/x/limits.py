"""X's rate windows for one account, on campaign time (X's published table of August 2026)."""

import re
from dataclasses import dataclass, field

from bot.emulators.world import CampaignClock

_SECONDS = 15 * 60
_ID = r"[^/]+"
_TABLE = [
    ("GET", "/2/users/me", 75),
    ("GET", f"/2/users/by/username/{_ID}", 900),
    ("POST", "/2/tweets", 100),
    ("GET", "/2/tweets/search/recent", 300),
    ("GET", f"/2/tweets/{_ID}", 900),
    ("DELETE", f"/2/tweets/{_ID}", 50),
    ("GET", f"/2/users/{_ID}/tweets", 900),
    ("GET", f"/2/users/{_ID}/mentions", 300),
    ("POST", f"/2/users/{_ID}/retweets", 50),
    ("POST", f"/2/users/{_ID}/likes", 50),
    ("POST", "/2/media/upload", 500),
    ("POST", "/2/media/metadata", 500),
]
_RULES = [(f"{method} {path}", re.compile(f"{method} {path}$"), limit) for method, path, limit in _TABLE]


@dataclass
class _Window:
    began: float
    used: int = 0


@dataclass
class Limits:
    windows: dict[str, _Window] = field(default_factory=dict)

    def count(self, request: str, clock: CampaignClock) -> tuple[bool, dict[str, str]]:
        """Count a request ("GET /2/users/me"). Whether it is within its window, and the headers that say so."""
        name, limit = next(((name, limit) for name, rule, limit in _RULES if rule.match(request)), ("", 0))
        if not name:
            return True, {}
        now = clock.now()
        window = self.windows.get(name)
        if window is None or not window.began <= now < window.began + _SECONDS:
            window = self.windows[name] = _Window(now)
        within = window.used < limit
        window.used += within
        headers = {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(limit - window.used),
            "x-rate-limit-reset": str(int(window.began + _SECONDS) + 1),
        }
        return within, headers
