"""Posts and entries in the words of the pages: no keys and no states where a sentence will do."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.actions import Problem
from bot.core.content import Content
from bot.core.dates import time_words
from bot.core.events import Place, Platform
from bot.core.journal import Deed
from bot.core.outbox import Post, State
from bot.core.pause import SIGN_IN
from bot.core.plan import Entry, Kind
from bot.core.post_words import body_words

STATES = {
    State.HELD: "Look whether it is there",
    State.UNCONFIRMED: "Being looked for",
    State.MISSED: "Missed",
    State.DEAD: "Refused",
    State.QUEUED: "Waiting",
    State.CLAIMED: "About to go",
    State.SENDING: "Being sent",
    State.SENT: "Sent",
    State.CANCELLED: "Cancelled",
}
DEEDS = {
    Deed.ADD: "queued it",
    Deed.CHANGE: "changed it",
    Deed.MOVE: "moved it",
    Deed.UNSCHEDULE: "unscheduled it",
    Deed.UNDO: "undid a change",
    Deed.APPROVE: "approved of it",
    Deed.DECLINE: "did not want it like this",
}
_EXCERPT = 80


def told(problems: Iterable[Problem], fields: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Problems in the order of the form's fields, each with its field."""
    place = {field: number for number, field in enumerate(fields)}
    ordered = sorted(problems, key=lambda problem: place.get(problem.field, len(place)))
    return [(problem.field, f"{problem.cause} {problem.fix}".strip()) for problem in ordered]


def on(entry: Entry) -> str:
    """`X, Slack and Teams`, as people read it."""
    *most, last = [platform.label for platform in entry.bodies] or ["nowhere"]
    return f"{', '.join(most)} and {last}" if most else last


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """The time of day at an instant: `8:05pm`."""
    return time_words(instant.astimezone(zone).time())


def at_words(entry: Entry) -> str:
    """Its time of day on its own clocks: `8:05pm`."""
    return time_words(datetime.fromisoformat(entry.wall).time())


def headline(entry: Entry, content: Content) -> str:
    """What goes out; of a chat's post, whose it is as well."""
    chat = content.chats.get(entry.group.partition(":")[2]) if entry.kind is Kind.CHAT else None
    return f"Chat “{chat.topic}”: {entry.title}" if chat else entry.title


def body(post: Post) -> str:
    """The words of a post, but of a sign-in link: whoever reads it could be signed in as somebody else."""
    if post.key.endswith(f":{SIGN_IN}"):
        return "A link for signing in, which only its owner is shown."
    return body_words(post.body)


def summary(post: Post) -> str:
    """Enough of a post to know it by."""
    said = " ".join(body(post).split())
    return f"{said[:_EXCERPT].rstrip()}…" if len(said) > _EXCERPT else said or post.key


def who_sees(place: Place) -> str:
    return "Everybody on X." if place.platform is Platform.X else f"Everybody in our channel in {place.platform.label}."
