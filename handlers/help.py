"""Says what the bot can do: when asked, when greeted, and when it is added to a conversation."""

from bot.context import Context
from bot.core.content import Content
from bot.core.events import Command, Joined, Mention, Platform
from bot.core.words import is_telling, without_emoji_names, words
from bot.routing import Router
from handlers.say import say

router = Router()


def asks_for_help(event: Command | Mention, content: Content) -> bool:
    """A bare call, or a word like "hello"; but "hello, how can I get involved?" goes to the FAQ."""
    name, rest = content.command(event.text)
    if name == "help" and content.command(rest)[0] == "help":  # "hello, help please"
        rest = content.command(rest)[1]
    return not event.text.strip() or (name == "help" and not is_telling(words(rest)))


@router.on(Command, asks_for_help)
@router.on(Mention, asks_for_help)
async def help_out(event: Command | Mention, ctx: Context) -> None:
    await ctx.reply(event, say(ctx.content.messages.help, event, ctx.content), private=isinstance(event, Command))


def is_wordless(event: Command | Mention, _: Content) -> bool:
    """An emoji or a question mark alone."""
    return not any(sign.isalnum() for sign in without_emoji_names(event.text))


@router.on(Command, is_wordless)
@router.on(Mention, is_wordless)
async def help_without_words(event: Command | Mention, ctx: Context) -> None:
    """On X a reply costs as much as an answer: silence is kind enough there."""
    if event.place.platform is not Platform.X:
        await help_out(event, ctx)


@router.on(Joined)
async def welcome(event: Joined, ctx: Context) -> None:
    place = event.place
    room = f"welcome:{place.platform}:{place.workspace}:{place.channel}"
    slot = ctx.pseudonyms.note("welcome", event.author) if place.direct else room
    # Platforms tell again when the bot is moved or updated: people are greeted once.
    if await ctx.tx.ledger.first(slot, ctx.now):
        await ctx.reply(event, say(ctx.content.messages.welcome, event, ctx.content))
