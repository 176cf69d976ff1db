"""Steers a running chat, for handlers and the command line alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.bodies import Removal
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.heard import Asked
from bot.core.live import Changes, Sheet, as_put, current, name_of, sheets
from bot.core.live_words import latest_deeds, log_line, timetable
from bot.core.outbox import REMOVAL, Post, State
from bot.core.plan import Entry, Kind
from bot.core.steering import Press, Stays, Verb, steer
from bot.ports import Transaction
from bot.services.chats import keep_list_true
from bot.services.naming import naming
from bot.services.pausing import standing
from bot.services.taking_down import take_down
from bot.services.turns import RacedError, take_turn

_RECENT = timedelta(days=2)
_UNSENT = (State.MISSED, State.DEAD, State.HELD)
_LATE = timedelta(hours=2)
_LATEST = 50
_ALWAYS = frozenset({Verb.HOLD, Verb.GO_ON, Verb.INSERT})
"""Done or not, these are the same at every timetable: an old button or form does what it says."""
_STALE = "The timetable has changed since this was shown. Here is the new one."


@dataclass(frozen=True, slots=True)
class Host:
    """Who steers. `name` is for the other hosts to read."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Steered:
    """The chat after a press. `version` counts the presses that changed something: a button carries it."""

    sheet: Sheet
    version: int
    said: str


async def all_sheets(tx: Transaction, now: datetime) -> Sequence[Sheet]:
    """The chats that are planned, running or just over, the earliest first."""
    return sheets(await tx.plan.list(kind=Kind.CHAT, since=now - _RECENT))


async def near_sheet(tx: Transaction, now: datetime, chat_id: str) -> Sheet | None:
    """A chat by its id, in a fraction of the time if it is on these days."""
    near = sheets(await tx.plan.list(kind=Kind.CHAT, since=now - _RECENT, until=now + _RECENT))
    found = near if chat_id in {sheet.chat_id for sheet in near} else await all_sheets(tx, now)
    return next((sheet for sheet in found if sheet.chat_id == chat_id), None)


async def find_sheet(tx: Transaction, now: datetime, chat_id: str = "", *, begun: bool = False) -> Sheet:
    """A chat by its id, else the present one, or with `begun` the last that has. Raises Stays where there is none."""
    found = await all_sheets(tx, now)
    sheet = next((one for one in found if one.chat_id == chat_id), None) if chat_id else current(found, now)
    if begun:
        sheet = next((one for one in reversed(found) if one.start <= now), sheet)
    if sheet is None:
        known = ", ".join(one.chat_id for one in found) or "none"
        raise Stays(f"There is no such chat in the plan. Planned: {known}." if chat_id else "No chat is planned.")
    return sheet


async def unsent(tx: Transaction, now: datetime) -> Mapping[str, Sequence[Post]]:
    """What chats were to do lately and did not, by the key of the row in the plan: posts, and removals of posts."""
    found: dict[str, list[Post]] = {}
    for state in _UNSENT:
        for post in await tx.outbox.list(states=[state], limit=_LATEST):
            row, _, platform = post.key.removesuffix(f":{REMOVAL}").rpartition(":")
            if post.key.startswith("chat:") and platform == post.platform and post.due >= now - _LATE:
                found.setdefault(row, []).append(post)
    return found


async def asked(tx: Transaction, sheet: Sheet, now: datetime) -> Sequence[Asked]:
    """The questions as they were put by now, each with the ids of its posts, those of its repetitions too."""
    ids = {entry.key: [post.remote_id for post in await _posts(tx, entry)] for entry in sheet.put(now)}
    return as_put(sheet, now, {key: [id_ for id_ in found if id_] for key, found in ids.items()})


async def version_of(tx: Transaction, sheet: Sheet) -> int:
    return int(await tx.ledger.recall(_note(sheet)) or 0)


def _note(sheet: Sheet) -> str:
    return f"chat version:{sheet.chat_id}"


async def press(
    tx: Transaction,
    wanted: Press,
    host: Host,
    content: Content,
    now: datetime,
    *,
    chat_id: str = "",
    version: int | None = None,
) -> Steered:
    """Do what a host asks for. `version` is that of the button; a typed command has none.

    Raises Stays where nothing is to be done, and RacedError.
    """
    await take_turn(tx, "chat")
    sheet = await find_sheet(tx, now, chat_id)
    present = await version_of(tx, sheet)
    if version not in (None, present) and wanted.verb not in _ALWAYS:
        raise Stays(_STALE)
    changes = steer(sheet, wanted, now, content)
    await _store(tx, changes)
    if chat := content.chats.get(sheet.chat_id):
        await keep_list_true(tx, sheet.chat_id, chat, content)
    said = await _taken_down(tx, sheet, wanted, now) if wanted.verb is Verb.HIDE else changes.said
    await tx.audit.add(now, host.ref, f"chat {wanted.verb}", sheet.group, said, name=host.name)
    await tx.ledger.remember(_note(sheet), str(present + 1))
    return Steered(sheet.after(changes), present + 1, said)


async def _store(tx: Transaction, changes: Changes) -> None:
    for entry in changes.changed:
        if not await tx.plan.change(entry):
            raise RacedError(entry.key)
    for entry in changes.added:
        if not await tx.plan.put(entry):
            raise RacedError(entry.key)


async def _taken_down(tx: Transaction, sheet: Sheet, wanted: Press, now: datetime) -> str:
    """Have the posts of a row deleted where they are, and cancelled where they are not there yet."""
    entry = sheet.find(wanted.target)
    assert entry is not None
    posts = await _posts(tx, entry)
    gone = [post.platform.label for post in posts if await take_down(tx, post, now)]
    left = [post.platform.label for post in posts if post.platform.label not in gone]
    said = f"{name_of(entry)} is taken down on {', '.join(gone)}." if gone else ""
    look = f"Look on {', '.join(left)}, and delete it by hand if it is there." if left else ""
    return f"{said} {look}".strip()


async def _posts(tx: Transaction, entry: Entry) -> Sequence[Post]:
    found = [await tx.outbox.get(f"{entry.key}:{platform}") for platform in Platform]
    return [post for post in found if post is not None]


async def described(tx: Transaction, sheet: Sheet, now: datetime, content: Content) -> list[str]:
    """A chat for its host: what is said when, whether the bot is paused, who did what last."""
    lines = [topic] if (topic := _topic(sheet, content)) else []
    lines += timetable(sheet, now, content.zone, missing_words(await unsent(tx, now)))
    pause = await standing(tx, now)
    if pause is not None and pause.active(now):
        lines.append("The bot is paused: nothing of this goes out until the pause is over.")
    return lines + await log_of(tx, sheet, content.zone)


async def log_of(tx: Transaction, sheet: Sheet, zone: ZoneInfo) -> list[str]:
    """Who did what to a chat last, in words."""
    deeds = latest_deeds(await tx.audit.list(limit=100), sheet)
    called = await naming(tx, [deed.who for deed in deeds if not deed.name])
    return [log_line(deed, zone, called) for deed in deeds]


def missing_words(found: Mapping[str, Sequence[Post]]) -> Mapping[str, str]:
    """What the timetable says of rows of which something did not go out."""
    return {
        row: f"not on {', '.join(post.platform.label for post in late)}, as far as is known"
        for row, posts in found.items()
        if (late := [post for post in posts if not isinstance(post.body, Removal)])
    }


def _topic(sheet: Sheet, content: Content) -> str:
    chat = content.chats.get(sheet.chat_id)
    return chat.topic if chat else ""
