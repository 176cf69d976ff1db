"""Gives the campaign's e-mail signature, ready to be pasted: as text, and as a file for those who want it as HTML."""

from bot.context import Context
from bot.core.bodies import File
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Mention, Platform
from bot.core.signature import as_html, as_text
from bot.routing import Router, button
from handlers.say import say

router = Router()


def asks_for_it(event: Command | Mention, content: Content) -> bool:
    called = content.command(event.text) == ("signature", "")
    return called and event.place.platform is not Platform.X and content.campaign.signature is not None


@router.on(Command, asks_for_it)
@router.on(Mention, asks_for_it)
@router.on(ButtonPressed, button("signature"))
async def give_signature(event: Command | Mention | ButtonPressed, ctx: Context) -> None:
    campaign = ctx.content.campaign
    if campaign.signature is None:  # it was taken out since the button was shown
        await ctx.reply(event, say(ctx.content.messages.failed, event, ctx.content), private=True)
        return
    text = as_text(campaign.signature, campaign.hashtag)
    await ctx.reply(event, say(ctx.content.messages.signature, event, ctx.content, text=text), private=True)
    words = say(ctx.content.messages.signature_file, event, ctx.content)
    file = File("signature.html", as_html(campaign.signature, campaign.hashtag), words)
    await ctx.message(event, event.author, file, "file")
