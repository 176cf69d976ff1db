"""Keeps what is said in the linked channels while a chat is on, as it was said, changed and deleted."""

from bot.context import Context
from bot.core.content import Content
from bot.core.events import Deleted, Edited, Event, Mention, Message, Platform
from bot.core.feedback import readable
from bot.core.record.rooms import LONGEST, chat_on, heard_in_room, is_answer, same_room
from bot.routing import Router
from bot.services.hearing import heard_in
from handlers import picks

router = Router()


def is_said_in_a_chat(event: Message | Mention, content: Content) -> bool:
    return chat_on(content, event.at, LONGEST) is not None


def answers_a_chat(event: Mention, content: Content) -> bool:
    """In a team that lets us hear only what names us, people answer with our name in front."""
    return event.place.platform is not Platform.X and is_answer(event) and is_said_in_a_chat(event, content)


@router.on(Message, is_said_in_a_chat)
@router.on(Mention, answers_a_chat)
async def keep(event: Message | Mention, ctx: Context) -> None:
    chat = await heard_in(ctx.tx, ctx.content, event.at)
    if chat and readable(event.text) and _is_linked(event, ctx):
        await ctx.tx.heard.add(chat, [heard_in_room(event)])


@router.on(Edited)
async def follow_an_edit(event: Edited, ctx: Context) -> None:
    await ctx.tx.heard.change(event.place.platform, event.message_id, event.text)


@router.on(Deleted)
async def follow_a_deletion(event: Deleted, ctx: Context) -> None:
    if _is_linked(event, ctx):
        await ctx.tx.heard.remove(event.place.platform, [event.message_id], ctx.now)
        await picks.follow_a_deletion(event, ctx)


def _is_linked(event: Event, ctx: Context) -> bool:
    return same_room(event.place, ctx.rooms.get(event.place.platform))
