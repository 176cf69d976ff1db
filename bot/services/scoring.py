"""Tells the scores of a quiz once it has ended."""

from collections.abc import Sequence
from datetime import timedelta

from bot.context import Context
from bot.core.live import Sheet
from bot.core.plan import Standing
from bot.core.quiz import announcement, scores
from bot.services.hosting import all_sheets, asked

_SETTLES = timedelta(minutes=2)
"""After the wrap: by then the last answers have been heard."""
_USEFUL = timedelta(hours=1)


async def ended(ctx: Context) -> Sequence[Sheet]:
    """The quizzes whose scores can be told now, and were not yet."""
    found = []
    for sheet in await all_sheets(ctx.tx, ctx.now):
        chat, wrap = ctx.content.chats.get(sheet.chat_id), sheet.find("wrap")
        if chat is None or not chat.quiz or wrap is None or wrap.standing is not Standing.RELEASED:
            continue
        told = await ctx.tx.plan.get(f"{sheet.group}:scores")
        if told is None and _SETTLES <= ctx.now - wrap.due < _USEFUL:
            found.append(sheet)
    return found


async def announce(ctx: Context, sheet: Sheet) -> None:
    """Plan the announcement for now, from what was heard in the chat."""
    chat = ctx.content.chats[sheet.chat_id]
    put = await asked(ctx.tx, sheet, ctx.now)
    found = scores(chat, put, await ctx.tx.heard.list(sheet.chat_id), sheet.end, sheet.added)
    told = announcement(sheet.chat_id, chat, found, ctx.now, ctx.content, ctx.rooms, sheet.added)
    await ctx.tx.plan.put(told)
