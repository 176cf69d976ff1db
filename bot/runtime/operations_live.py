"""What hosts do about a running chat on the command line and on the pages: look, and steer it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.audit import COMMAND_LINE
from bot.core.bodies import Button
from bot.core.content import Content
from bot.core.dates import time_words
from bot.core.heard import Asked
from bot.core.live import Sheet, as_put, state_of
from bot.core.live_words import buttons, rows
from bot.core.outbox import State
from bot.core.plan import Entry
from bot.core.problems import Problem
from bot.core.record.incoming import Heard, incoming
from bot.core.record.rooms import AFTER
from bot.core.record.said import so_far
from bot.core.steering import Press, Stays
from bot.ports import Clock, Database, Transaction
from bot.runtime.live_figures import LiveFigures
from bot.runtime.record import Chats
from bot.services.hosting import (
    Host,
    Steered,
    described,
    find_sheet,
    log_of,
    missing_words,
    near_sheet,
    press,
    unsent,
    version_of,
)
from bot.services.turns import RacedError

_TRIES = 3
_EVERY = timedelta(seconds=1)
"""Between two looks: what is shown of a chat is to be no more than two seconds behind what was heard."""
_LATEST_SENT = 300
"""Posts among which those of a running chat are: it has some twenty, and nothing else goes out so thick."""
_HOST = Host(COMMAND_LINE, COMMAND_LINE)


@dataclass(frozen=True, slots=True)
class Desk:
    """A chat as its hosts have it in front of them. `buttons` are what can be done now; `log` ends with the latest."""

    sheet: Sheet
    version: int
    rows: Sequence[tuple[Entry, str]]
    buttons: Sequence[Button]
    heard: Heard
    log: Sequence[str]
    state: str
    """The short print by which `state` knows whether this has changed."""


async def show(database: Database, content: Content, now: datetime, chat_id: str) -> Sequence[str]:
    """The timetable of a chat, or of the present one. Raises Problem where there is none."""
    try:
        async with database.transaction() as tx:
            return await described(tx, await find_sheet(tx, now, chat_id), now, content)
    except Stays as why:
        raise Problem(f"{why} The bot plans chats when it starts, and every night.") from None


async def desk(database: Database, content: Content, now: datetime, chat_id: str) -> Desk | None:
    """Everything about a chat in a dozen looks at the database, however long it is. None where it is not planned."""
    async with database.transaction() as tx:
        try:
            sheet = await find_sheet(tx, now, chat_id)
        except Stays:
            return None
        version, posts = await version_of(tx, sheet), await tx.heard.list(chat_id)
        passed = await tx.heard.passed(chat_id) if posts else ()
        asked, missing = await _asked(tx, sheet, now), missing_words(await unsent(tx, now))
        log = await log_of(tx, sheet, content.zone)
        shown = state_of(sheet, now, version, await _number(tx, chat_id))
    # Two hundred posts take a twentieth of a second: nobody else should wait for it.
    heard = await asyncio.to_thread(incoming, posts, asked, passed)
    return Desk(sheet, version, list(rows(sheet, now, missing)), buttons(sheet, version, now), heard, log, shown)


async def state(database: Database, now: datetime, chat_id: str) -> str | None:
    """What `desk` would have as its state, by three short looks at the database."""
    async with database.transaction() as tx:
        sheet = await near_sheet(tx, now, chat_id)
        if sheet is None:
            return None
        return state_of(sheet, now, await version_of(tx, sheet), await _number(tx, chat_id))


async def _number(tx: Transaction, chat_id: str) -> int:
    return (await tx.heard.counts([chat_id])).get(chat_id, 0)


async def _asked(tx: Transaction, sheet: Sheet, now: datetime) -> Sequence[Asked]:
    """The questions as they were put, from the latest posts alone."""
    ids: dict[str, list[str]] = {}
    for post in await tx.outbox.list(states=[State.SENT], limit=_LATEST_SENT):
        if post.key.startswith(f"{sheet.group}:") and post.remote_id:
            ids.setdefault(post.key.removesuffix(f":{post.platform}"), []).append(post.remote_id)
    return as_put(sheet, now, ids)


async def steer(database: Database, content: Content, now: datetime, chat_id: str, wanted: Press) -> Sequence[str]:
    """Do it, and show the new timetable. Raises Problem where nothing was changed."""
    done = await steered(database, content, now, chat_id, wanted, _HOST)
    async with database.transaction() as tx:
        return [done.said, *await described(tx, done.sheet, now, content)]


async def steered(
    database: Database,
    content: Content,
    now: datetime,
    chat_id: str,
    wanted: Press,
    host: Host,
    version: int | None = None,
) -> Steered:
    """Do it. `version` is that of the timetable that was looked at. Raises Problem where nothing was changed."""
    for _ in range(_TRIES):
        try:
            async with database.transaction() as tx:
                return await press(tx, wanted, host, content, now, chat_id=chat_id, version=version)
        except Stays as why:
            raise Problem(f"Nothing was changed. {why}") from None
        except RacedError:
            continue
    raise Problem("Nothing was changed: the chat keeps changing at this moment. Look at it, and try again.")


async def watch(database: Database, content: Content, chat_id: str, clock: Clock, tell: Callable[[str], None]) -> None:
    """Tell what was heard so far, whenever it has become more, until nothing of the chat is heard any more.

    Raises Problem where there is no such chat.
    """
    about = Chats(content, ()).about(chat_id)
    live, told = LiveFigures(database, about), ""
    while True:
        now = clock.now()
        words = so_far(await live.look())
        if words != told:
            tell(f"{time_words(now.astimezone(about.zone).time())}  {words}")
            told = words
        if now >= live.end + AFTER:
            return
        await clock.sleep(_EVERY)
