"""Posts and entries in the words of the pages: no keys and no states where a sentence will do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from bot.core.actions import Problem
from bot.core.content import Content
from bot.core.events import Place, Platform
from bot.core.journal import Deed
from bot.core.outbox import Post, State
from bot.core.pause import SIGN_IN, Pause
from bot.core.plan import Entry, Kind
from bot.core.policy import Role
from bot.core.post_words import body_words, is_private, place_words
from bot.core.preview import Preview
from bot.web.dates import day_words, time_words, when_words
from bot.web.language import N_, both, ngettext
from bot.web.language import gettext as _

STATES = {
    State.HELD: N_("Look whether it is there"),
    State.UNCONFIRMED: N_("Being looked for"),
    State.MISSED: N_("Missed"),
    State.DEAD: N_("Refused"),
    State.QUEUED: N_("Waiting"),
    State.CLAIMED: N_("About to go"),
    State.SENDING: N_("Being sent"),
    State.SENT: N_("Sent"),
    State.CANCELLED: N_("Cancelled"),
}
DEEDS = {
    Deed.ADD: N_("%(who)s queued it"),
    Deed.CHANGE: N_("%(who)s changed it"),
    Deed.MOVE: N_("%(who)s moved it"),
    Deed.UNSCHEDULE: N_("%(who)s unscheduled it"),
    Deed.UNDO: N_("%(who)s undid a change"),
    Deed.APPROVE: N_("%(who)s approved of it"),
    Deed.DECLINE: N_("%(who)s did not want it like this"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What is written, in the phrases in which the pages name it: no language makes all of them from one word."""

    label: str
    one: str
    write: str
    change: str
    check: str
    check_to_queue: str


NAMES = {
    Kind.ACTION: Names(
        N_("Key action"),
        N_("A key action"),
        N_("Write a key action"),
        N_("Change the key action"),
        N_("Check the key action"),
        N_("Check the key action before it is queued"),
    ),
    Kind.ANNOUNCEMENT: Names(
        N_("Announcement"),
        N_("An announcement"),
        N_("Write an announcement"),
        N_("Change the announcement"),
        N_("Check the announcement"),
        N_("Check the announcement before it is queued"),
    ),
    Kind.CARD: Names(
        N_("Card"),
        N_("A card"),
        N_("Write a card"),
        N_("Change the card"),
        N_("Check the card"),
        N_("Check the card before it is queued"),
    ),
    Kind.CHAT: Names(
        N_("Chat"),
        N_("A chat"),
        N_("Write a chat"),
        N_("Change the chat"),
        N_("Check the chat"),
        N_("Check the chat before it is queued"),
    ),
}
MANY = {
    Role.ORGANISER: N_("organisers"),
    Role.MODERATOR: N_("moderators"),
    Role.GUEST_LEAD: N_("guest leads"),
    Role.ADMIN: N_("admins"),
}
_EXCERPT = 80


def told(problems: Iterable[Problem], fields: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Problems in the order of the form's fields, each with its field."""
    place = {field: number for number, field in enumerate(fields)}
    ordered = sorted(problems, key=lambda problem: place.get(problem.field, len(place)))
    return [(problem.field, f"{problem.cause} {problem.fix}".strip()) for problem in ordered]


def on(entry: Entry) -> str:
    """The platforms on which something goes out."""
    return both([platform.label for platform in entry.bodies]) if entry.bodies else _("nowhere")


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """The time of day at an instant: `8:05pm`."""
    return time_words(instant.astimezone(zone).time())


def at_words(entry: Entry) -> str:
    """Its time of day on its own clocks: `8:05pm`."""
    return time_words(datetime.fromisoformat(entry.wall).time())


def headline(entry: Entry, content: Content) -> str:
    """What goes out; of a chat's post, whose it is as well."""
    chat = content.chats.get(entry.group.partition(":")[2]) if entry.kind is Kind.CHAT else None
    return chat_title(chat.topic, entry) if chat else entry.title


def chat_title(topic: str, entry: Entry) -> str:
    return _("Chat “%(topic)s”: %(title)s", topic=topic, title=entry.title)


_PRIVATE = N_("For one person alone: moderators can read it.")


def body(post: Post, reads_feedback: bool) -> str:
    """The words of a post, but of a sign-in link: whoever reads it could be signed in as somebody else.

    What is for one person alone may answer feedback and quote it, or ask somebody about theirs.
    """
    if post.key.endswith(f":{SIGN_IN}"):
        return _("A link for signing in, which only its owner is shown.")
    return body_words(post.body) if reads_feedback or not is_private(post) else _(_PRIVATE)


def where(post: Post, reads_feedback: bool) -> str:
    return place_words(post.place, post.private_to) if reads_feedback or not is_private(post) else post.platform.label


@pass_context
def summary(context: Context, post: Post) -> str:
    """Enough of a post to know it by."""
    said = " ".join(body(post, bool(context["reads_feedback"])).split())
    return f"{said[:_EXCERPT].rstrip()}…" if len(said) > _EXCERPT else said or post.key


def verdict(preview: Preview) -> str:
    """Whether its platform takes it."""
    values = {"length": f"{preview.length:,}", "platform": preview.platform.label}
    if preview.fits:
        return _("It fits: %(length)s of %(limit)s characters.", limit=f"{preview.limit:,}", **values)
    over = preview.length - preview.limit
    return ngettext(
        "%(platform)s refuses it: shorten it by %(num)s of its %(length)s characters.",
        "%(platform)s refuses it: shorten it by %(num)s of its %(length)s characters.",
        over,
        num=f"{over:,}",
        **values,
    )


def cost(preview: Preview) -> str:
    if not preview.usd:
        return _("Free.")
    dollars, less = f"{preview.usd:.3f}", preview.without_link
    if less is None:
        return _("$%(dollars)s.", dollars=dollars)
    return _("$%(dollars)s because of its link; without one, $%(less)s.", dollars=dollars, less=f"{less:.3f}")


def paused(pause: Pause, zone: ZoneInfo, now: datetime) -> str:
    """What `told` of the core says, in the reader's language."""
    values = {"since": _since(pause, zone), "until": _until(pause, zone), "reason": pause.reason.rstrip(".")}
    if pause.over(now):
        return _("The last pause ended %(until)s (%(reason)s).", until=values["until"], reason=pause.reason)
    said = (
        _("Paused since %(since)s %(until)s. Reason: %(reason)s.", **values)
        if pause.active(now)
        else _("A pause is planned from %(since)s %(until)s. Reason: %(reason)s.", **values)
    )
    exempt = _("These go out all the same: %(what)s.", what=", ".join(pause.exempt)) if pause.exempt else ""
    return f"{said} {exempt}".strip()


def _since(pause: Pause, zone: ZoneInfo) -> str:
    local = pause.since.astimezone(zone)
    whole = local.time() == time()
    return _("the beginning of %(day)s", day=day_words(local.date())) if whole else when_words(pause.since, zone)


def _until(pause: Pause, zone: ZoneInfo) -> str:
    if pause.until is None:
        return _("until somebody resumes")
    local = pause.until.astimezone(zone)
    if local.time() != time():
        return _("until %(when)s", when=when_words(pause.until, zone))
    return _("until the end of %(day)s", day=day_words(local.date() - timedelta(days=1)))


def who_sees(place: Place) -> str:
    if place.platform is Platform.X:
        return _("Everybody on X.")
    return _("Everybody in our channel in %(platform)s.", platform=place.platform.label)
