"""The one switch that halts everything outward: an incident, or a pre-election period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from pydantic import TypeAdapter

from bot.core.events import Platform
from bot.core.outbox import REMOVAL, Post, State
from bot.core.plan import Kind

NOTE = "pause"
"""Where the pause is kept in the ledger."""
ABOUT = "pause"
"""The last part of the keys of answers about the pause itself, which always go out."""
SIGN_IN = "sign-in"
"""The last part of the keys of sign-in links: whoever is to end a pause on the pages has to get there."""

EXEMPTIONS: Mapping[str, str] = MappingProxyType(
    {
        **{platform.value: f"everything on {platform.label}" for platform in Platform},
        Kind.CHAT.value: "hosted chats",
        Kind.ACTION.value: "key actions",
        Kind.CARD.value: "the campaign's own cards",
        Kind.ANNOUNCEMENT.value: "announcements",
        "repost": "reposts of other people's cards",
        "reply": "answers to questions and commands",
        "receipt": "receipts for feedback",
        "form": "forms",
        "export": "the moderators' files",
        "failed": "apologies when something went wrong",
        "file": "files that somebody asked for, such as the email signature",
        "review": "the monthly notes to organisers",
        "approval": "requests for a second person to approve",
        "question": "questions passed on to library leads, and their answers",
    }
)
"""What can be named to go out during a pause: platforms, and the first or the last parts of posts' keys.

What is planned can be named more closely, by the beginning of its key: `chat:2026-12-15`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """`since <= now < until`, in UTC; without `until` it lasts until somebody ends it.

    `exempt` are the names of what may go out all the same: a platform (`slack`), the first parts of a post's key
    (`chat:2026-12-15`, `action`), or the last part (`reply`). `by` is a person's ref, or `command line`.
    """

    reason: str
    by: str
    at: datetime
    since: datetime
    until: datetime | None = None
    exempt: tuple[str, ...] = ()

    def active(self, now: datetime) -> bool:
        return self.since <= now and not self.over(now)

    def over(self, now: datetime) -> bool:
        """Whether it has ended by itself."""
        return self.until is not None and self.until <= now

    @property
    def allowed(self) -> tuple[str, ...]:
        return (*self.exempt, ABOUT, SIGN_IN, REMOVAL)  # what has to come down does so in a pause too

    def halts(self, post: Post, now: datetime) -> bool:
        return self.active(now) and not any(named(post, name) for name in self.allowed)


PAUSE_JSON: TypeAdapter[Pause] = TypeAdapter(Pause)


def named(post: Post, name: str) -> bool:
    """Whether a post carries a name. The outbox's SQL says the same."""
    key = post.key
    return name in (post.platform, key) or key.startswith(f"{name}:") or key.endswith(f":{name}")


def unnameable(names: Iterable[str], planned: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that no post carries: neither a kind of post nor the beginning of a planned entry's key."""
    keys = {f"{key}:{platform}" for key in planned for platform in Platform}
    return tuple(
        name
        for name in names
        if name not in EXEMPTIONS and not any(key == name or key.startswith(f"{name}:") for key in keys)
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a pause holds back. `go` would leave at its end, `missed` is too late by then, `later` is not due yet."""

    go: tuple[Post, ...] = ()
    missed: tuple[Post, ...] = ()
    later: tuple[Post, ...] = ()


def backlog(posts: Iterable[Post], pause: Pause, now: datetime) -> Backlog:
    """What becomes of the posts that a pause halts if it ends now. The posts' own cut-offs decide."""
    halted = [post for post in posts if post.state in (State.QUEUED, State.CLAIMED) and pause.halts(post, now)]
    in_time = [post for post in halted if post.cut_off is None or post.cut_off >= now]
    return Backlog(
        go=tuple(post for post in in_time if post.try_at <= now),
        missed=tuple(post for post in halted if post.cut_off is not None and post.cut_off < now),
        later=tuple(post for post in in_time if post.try_at > now),
    )


def stored(note: str | None) -> Pause | None:
    return None if note is None else PAUSE_JSON.validate_json(note)


def as_note(pause: Pause) -> str:
    return PAUSE_JSON.dump_json(pause).decode()
