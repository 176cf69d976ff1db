"""The second pair of eyes in Slack and Teams: two buttons, and a form for what should be different."""

from bot.context import Context
from bot.core.approval import ACTION, FORM, LONGEST_REASON, Verdict
from bot.core.bodies import Form, Input, Text
from bot.core.events import ButtonPressed, FormSubmitted
from bot.core.feedback import readable
from bot.core.journal import Author
from bot.core.policy import Deed
from bot.routing import Router, button
from bot.services.approving import decide, hindered, team_of
from handlers.say import may, opener, show_form

router = Router()


@router.on(ButtonPressed, button(ACTION))
async def take_press(event: ButtonPressed, ctx: Context) -> None:
    if not await may(event, ctx, Deed.CHANGE_ACTIONS):
        return
    verdict, _, shown = event.value.partition(" ")
    if verdict == Verdict.YES:
        await _decide(event, ctx, shown, Verdict.YES)
        return
    head, _, about = shown.partition(" ")
    if why := await hindered(ctx.tx, team_of(ctx), about, head, event.author.ref, ctx.now):
        await ctx.reply(event, Text(why), private=True)
    else:
        box = Input("words", "What should be different", "Whoever wrote it reads this.", multiline=True)
        form = Form(f"{FORM}:{shown}", "Not like this", (box,))
        await show_form(event, ctx, form, opener("Press the button to say why.", "Say why", ACTION, event.value))


@router.on(FormSubmitted, lambda event, _: event.form.startswith(f"{FORM}:"))
async def take_reason(event: FormSubmitted, ctx: Context) -> None:
    if await may(event, ctx, Deed.CHANGE_ACTIONS):
        words = readable(event.values.get("words", ""))[:LONGEST_REASON]
        await _decide(event, ctx, event.form.partition(":")[2], Verdict.NO, words)


async def _decide(
    event: ButtonPressed | FormSubmitted, ctx: Context, shown: str, verdict: Verdict, words: str = ""
) -> None:
    head, _, about = shown.partition(" ")
    done = await decide(
        ctx.tx, team_of(ctx), about, head, verdict, Author(event.author.ref, event.author.name), ctx.now, words
    )
    await ctx.reply(event, Text(done.said), private=True)
