"""Who may come to the organisers' pages: one-time links, and the sessions that they begin. No passwords.

Of a token only the fingerprint is kept: nobody can sign in with what is in the database or in a backup of it. Only the
message with a link, in the outbox, has the link in it; it works for a quarter of an hour, once.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LINK_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=12)
"""A working day: a device that was lent or lost is signed out by the next one."""
KEPT_FOR = timedelta(days=7)
"""How long a form is kept whose session ended before it was sent, and how long ended sessions are remembered for it."""
ATTEMPT_LASTS = timedelta(minutes=10)
"""From the press on “Sign in with …” until its answer: time for a password and a second factor elsewhere."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly the last use of a session is noted: not every page should write to the database."""
CALENDAR = "calendar:"
"""How the ledger's names of addresses of the plan begin, behind which somebody reads it as a calendar."""
CALENDAR_OF = "calendar of:"
"""And those of whose they are."""

_LONGEST_DEVICE = 60
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link. `who` is a person's ref, as the settings name them; `name` is for showing."""

    fingerprint: str
    who: str
    name: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody signed in on one device, until `ends`. `used` is when a page was last asked for, about."""

    fingerprint: str
    who: str
    name: str
    device: str
    began: datetime
    used: datetime
    ends: datetime

    def lasts(self, now: datetime) -> bool:
        return now < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody began to sign in, or to add a passkey, in one browser. `way` is how. Of its secret, which that browser
    alone has, everything is made that has to fit the answer (`drawn`)."""

    fingerprint: str
    way: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """What lets somebody in instead of a link. `id` and `key`, the public one, are in base64url. `uses` is the
    authenticator's own count, which rises with each use; 0 for those that do not count."""

    id: str
    who: str
    name: str
    device: str
    key: str
    uses: int
    added: datetime
    used: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """What somebody had filled in when their session ended. `path` is the page that shows the form."""

    who: str
    path: str
    values: Mapping[str, str]
    at: datetime


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def form_token(token: str) -> str:
    """What a form carries to show that it comes from a page of this session. It does not give the session away."""
    return hashlib.sha256(b"form:" + token.encode(errors="replace")).hexdigest()


def drawn(secret: str, purpose: str) -> str:
    """43 characters that are good for one purpose (state, nonce, verifier, challenge) of one attempt. Whoever sees one
    of them can work out neither the secret nor the others."""
    digest = hashlib.sha256(f"{purpose}:{secret}".encode(errors="replace")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def begun(who: str, name: str, token: str, device: str, now: datetime) -> Session:
    return Session(
        fingerprint=fingerprint(token),
        who=who,
        name=name,
        device=device,
        began=now,
        used=now,
        ends=now + SESSION_LASTS,
    )


def device_words(agent: str) -> str:
    """A browser's own description as people know their devices: `Firefox on Android`."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    machine = next((name for sign, name in _MACHINES if sign in agent), "")
    return " on ".join(filter(None, (browser, machine))) or agent[:_LONGEST_DEVICE] or "A device that says nothing"
