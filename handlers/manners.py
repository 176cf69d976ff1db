"""Greets who greets, and leaves alone who wants to be left alone."""

from bot.context import Context
from bot.core.content import Content
from bot.core.events import Command, Mention, Place, Platform
from bot.core.manners import is_only, is_order
from bot.core.outbox import Post, State
from bot.core.policy import Role
from bot.routing import Filter, Router
from handlers import picks
from handlers.say import say

router = Router()

_ALL = 10_000


def is_whole(name: str) -> Filter:
    """The whole message is one of the phrases for a command."""

    def wants(event: Command | Mention, content: Content) -> bool:
        return is_order(event.text, getattr(content.campaign.commands, name))

    return wants


@router.on(Command, is_whole("stop"))
@router.on(Mention, is_whole("stop"))
async def stop(event: Command | Mention, ctx: Context) -> None:
    """On X even a confirmation would be one message too many."""
    for post in await ctx.tx.outbox.list(states=[State.QUEUED], limit=_ALL):
        if _is_for(post, event.author.id, event.place):
            await ctx.tx.outbox.cancel(post.key)
    if event.place.platform is not Platform.X:
        messages = ctx.content.messages
        # Who runs the campaign may have meant another kind of stop.
        runs_it = ctx.roles.has(event.author, Role.ORGANISER) or ctx.roles.has(event.author, Role.MODERATOR)
        words = [messages.stopped] + ([messages.stopped_not_paused] if runs_it else [])
        said = " ".join(say(one, event, ctx.content) for one in words)
        await ctx.reply(event, said, private=True)
    await picks.take_all_back(event.author, ctx)
    await ctx.stop(event.author)


def _is_for(post: Post, person: str, said_in: Place) -> bool:
    """Whether a post goes to one person alone: privately, or in the direct message where they said stop."""
    place = post.place
    if (place.platform, place.workspace) != (said_in.platform, said_in.workspace):
        return False
    return person in (post.private_to, place.channel) or (said_in.direct and place.channel == said_in.channel)


@router.on(Command, is_whole("start"))
@router.on(Mention, is_whole("start"))
async def start(event: Command | Mention, ctx: Context) -> None:
    await ctx.start(event.author)
    await ctx.reply(event, say(ctx.content.messages.started, event, ctx.content), private=True)


def greets(event: Command | Mention, content: Content) -> bool:
    return is_only(event.text, content.manners.greetings)


@router.on(Command, greets)
@router.on(Mention, greets)
async def greet(event: Command | Mention, ctx: Context) -> None:
    words = say(ctx.content.messages.greeting, event, ctx.content)
    await ctx.reply(event, words, private=isinstance(event, Command))


def thanks(event: Command | Mention, content: Content) -> bool:
    return is_only(event.text, content.manners.thanks)


@router.on(Command, thanks)
@router.on(Mention, thanks)
async def be_thanked(event: Command | Mention, ctx: Context) -> None:
    """On X a reply costs as much as an answer: silence is kind enough there."""
    if event.place.platform is not Platform.X:
        words = say(ctx.content.messages.thanked, event, ctx.content)
        await ctx.reply(event, words, private=isinstance(event, Command))
