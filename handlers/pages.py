"""Gives organisers, moderators and guest leads their way to the pages: a link that works once, to nobody but them."""

from bot.context import Context
from bot.core.bodies import Text
from bot.core.content import Content
from bot.core.events import Command, Mention, Platform
from bot.core.leading import held_on_pages
from bot.core.pause import SIGN_IN
from bot.core.policy import Role
from bot.routing import Router
from bot.services.signing_in import make_link
from handlers.say import may, say

router = Router()


def asks_for_pages(event: Command | Mention, content: Content) -> bool:
    """The word alone: "pages" begins questions too. Not on X, which has no private answer."""
    name, rest = content.command(event.text)
    return event.place.platform is not Platform.X and name == "pages" and not rest


@router.on(Command, asks_for_pages)
@router.on(Mention, asks_for_pages)
async def give_link(event: Command | Mention, ctx: Context) -> None:
    messages, author = ctx.content.messages, event.author
    leads = Role.GUEST_LEAD in held_on_pages(author.ref, ctx.roles, ctx.content, ctx.now)
    if not (leads or ctx.roles.has(author, Role.MODERATOR) or await may(event, ctx, Role.ORGANISER)):
        return
    if not ctx.web_url:
        await ctx.reply(event, say(messages.pages_nowhere, event, ctx.content), private=True)
        return
    link = await make_link(ctx.tx, ctx.web_url, author.ref, author.name, ctx.now)
    # A direct message: in a channel of Teams an answer is for everybody.
    await ctx.message(event, author, Text(say(messages.pages_link, event, ctx.content, link=link)), SIGN_IN)
