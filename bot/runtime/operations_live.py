"""What an operator does about a running chat: look, and steer it as its hosts do."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.audit import COMMAND_LINE
from bot.core.content import Content
from bot.core.problems import Problem
from bot.core.steering import Press, Stays
from bot.ports import Database
from bot.services.hosting import Host, RacedError, described, find_sheet, press

_TRIES = 3


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
