"""How handlers put things: sentences filled in, forms where a form can be shown, refusals that say who can help."""

import json

from bot.context import Context
from bot.core.bodies import Button, File, Form, Text
from bot.core.content import Content
from bot.core.events import Event, Platform
from bot.core.feedback_words import shortened
from bot.core.policy import WHO_MAY, Deed, Role, takes_file
from bot.core.wording import Wording

LONGEST_VALUE = 2_000
"""Characters of a button's value, in Slack."""

_ECHOED = 3_000
"""Characters that a form of Slack takes, and that fit into a message with more."""


def say(wording: Wording, event: Event, content: Content, /, **more: object) -> str:
    """A sentence of the bot's own, worded for where the event came from."""
    return wording.on(event.place.platform, **_common(content), **more)


def _common(content: Content) -> dict[str, str]:
    campaign = content.campaign
    return {
        "campaign": campaign.name,
        "hashtag": campaign.hashtag,
        "slash": campaign.slash,
        "feedback": campaign.commands.feedback[0],
        "actions": campaign.commands.actions[0],
        "answer_word": campaign.commands.answer[0],
        "round": campaign.commands.round[0],
        "export": campaign.commands.export[0],
        "chat": campaign.commands.chat[0],
        "pause_word": campaign.commands.pause[0],
        "resume": campaign.commands.resume[0],
        "signature": campaign.commands.signature[0],
        "stop": campaign.commands.stop[0],
        "start": campaign.commands.start[0],
        "pages": campaign.commands.pages[0],
        "contact": campaign.contact,
    }


async def tell(event: Event, ctx: Context, body: Text | str) -> None:
    """Answer its author alone, where the platform can."""
    await ctx.reply(event, body, private=True)


async def tell_apart(event: Event, ctx: Context, body: Text | str) -> None:
    """The same, and never before others: where the platform cannot (Teams), in a direct message."""
    if event.place.platform is Platform.SLACK:
        await tell(event, ctx, body)
    else:
        await ctx.message(event, event.author, Text(body) if isinstance(body, str) else body, "told")


async def send_file(event: Event, ctx: Context, file: File, part: str, too_large: str) -> None:
    """As a direct message to its author; where it fits into none, they are told so."""
    if takes_file(event.place.platform, file.content):
        await ctx.message(event, event.author, file, part)
    else:
        await tell_apart(event, ctx, too_large)


async def may(event: Event, ctx: Context, what: Deed | Role) -> bool:
    """Whether the author may do it, or has the role; where not, they are told who can help."""
    if isinstance(what, Role):
        allowed, role = ctx.roles.has(event.author, what), what
    else:
        allowed, role = ctx.roles.may(event.author, what), WHO_MAY[what][0]
    if not allowed:
        await ctx.reply(event, say(ctx.content.messages.refused, event, ctx.content, role=role), private=True)
    return allowed


async def show_form(event: Event, ctx: Context, form: Form, opener: Text) -> None:
    """Show a form; where the event does not permit one, `opener`: a sentence, with a button that does.

    Slack opens a form only within seconds of a command or a press, and X has none.
    """
    place = event.place
    if place.platform is Platform.TEAMS or place.trigger:
        await ctx.open_form(event, form)
    else:
        await ctx.reply(event, opener, private=True)


def given_back(words: str, typed: str) -> str:
    """A sentence with what somebody typed, where it stands nowhere any more: a form is gone once it is sent."""
    return f"{words}\n\nYou wrote:\n{shortened(typed, _ECHOED)}"


def unpacked(value: str) -> object:
    """What a button carried as JSON; None for anything else. It comes back from a person's device, or from an older
    version of the bot."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def opener(words: str, label: str, action: str, value: str) -> Text:
    """A sentence with one button."""
    return Text(words, buttons=(Button(label, action, value),))
