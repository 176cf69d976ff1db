"""Says what the bot can do: when asked, when greeted, and when it is added to a conversation."""

from bot.context import Context
from bot.core.content import Content
from bot.core.events import Command, Joined, Mention
from bot.core.words import is_telling, words
from bot.routing import Router
from handlers.say import say

router = Router()


def asks_for_help(event: Command | Mention, content: Content) -> bool:
    """A bare call, or a word like "hello"; but "hello, how can I get involved?" goes to the FAQ."""
    name, rest = content.command(event.text)
    return not event.text.strip() or (name == "help" and not is_telling(words(rest)))


@router.on(Command, asks_for_help)
@router.on(Mention, asks_for_help)
async def help_out(event: Command | Mention, ctx: Context) -> None:
    await ctx.reply(event, say(ctx.content.messages.help, event, ctx.content), private=isinstance(event, Command))


@router.on(Joined)
async def welcome(event: Joined, ctx: Context) -> None:
    place = event.place
    room = f"welcome:{place.platform}:{place.workspace}:{place.channel}"
    slot = ctx.pseudonyms.note("welcome", event.author) if place.direct else room
    # Platforms tell again when the bot is moved or updated: people are greeted once.
    if await ctx.tx.ledger.first(slot, ctx.now):
        await ctx.reply(event, say(ctx.content.messages.welcome, event, ctx.content))
