"""Shows the campaign's cards to our followers: every card that was seen, once."""

from bot.context import Context
from bot.core.bodies import Repost
from bot.core.cards import repost_key, wants_repost
from bot.core.events import CardSeen, Place, Platform
from bot.core.outbox import new_post
from bot.routing import Router

router = Router()


@router.on(CardSeen, wants_repost)
async def repost(event: CardSeen, ctx: Context) -> None:
    # The key names the card, not the event: seen by two watches, it is still one repost.
    await ctx.post(new_post(repost_key(event), Place(Platform.X), Repost(event.post_id), ctx.now), event)
