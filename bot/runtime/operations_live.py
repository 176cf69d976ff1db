"""What an operator does about a running chat: look, and steer it as its hosts do."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.core.audit import COMMAND_LINE
from bot.core.content import Content
from bot.core.dates import time_words
from bot.core.problems import Problem
from bot.core.record.rooms import AFTER
from bot.core.record.said import so_far
from bot.core.steering import Press, Stays
from bot.ports import Clock, Database
from bot.runtime.live_figures import LiveFigures
from bot.runtime.record import Chats
from bot.services.hosting import Host, RacedError, described, find_sheet, press

_TRIES = 3
_EVERY = timedelta(seconds=1)
"""Between two looks: what is shown of a chat is to be no more than two seconds behind what was heard."""


async def show(database: Database, content: Content, now: datetime, chat_id: str) -> Sequence[str]:
    """The timetable of a chat, or of the present one. Raises Problem where there is none."""
    try:
        async with database.transaction() as tx:
            return await described(tx, await find_sheet(tx, now, chat_id), now, content)
    except Stays as why:
        raise Problem(f"{why} The bot plans chats when it starts, and every night.") from None


async def steer(database: Database, content: Content, now: datetime, chat_id: str, wanted: Press) -> Sequence[str]:
    """Do it, and show the new timetable. Raises Problem where nothing was changed."""
    for _ in range(_TRIES):
        try:
            async with database.transaction() as tx:
                done = await press(tx, wanted, Host(COMMAND_LINE, COMMAND_LINE), content, now, chat_id=chat_id)
                return [done.said, *await described(tx, done.sheet, now, content)]
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
        await clock.sleep_until(now + _EVERY)
