"""What a chat was to say and did not: its hosts are told at once, and say whether it still goes out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.context import Context
from bot.core.bodies import Button, Removal, Text
from bot.core.events import Place
from bot.core.outbox import Post, State, new_post, send_again
from bot.ports import Transaction
from bot.services.hosting import Host, unsent
from bot.services.people import private_places

__all__ = ["ACTION", "decide", "tell", "unsent"]

ACTION = "chat-late"
"""The action of the two buttons; their value is what to do and the key of the row."""
SEND, SKIP = "send", "skip"
_USEFUL = timedelta(hours=1)


async def tell(ctx: Context, row: str, posts: Sequence[Post]) -> None:
    """Write to each host, once for each post that did not go out, and for each that did not come down."""
    news = [post for post in posts if await ctx.tx.ledger.first(f"told:{post.key}:{post.cut_off}", ctx.now)]
    entry = await ctx.tx.plan.get(row)
    if not news or entry is None:
        return
    removals = all(isinstance(post.body, Removal) for post in news)
    labels = ("Try again", "Leave it") if removals else ("Send now", "Skip")
    buttons = tuple(Button(label, ACTION, f"{what} {row}") for label, what in zip(labels, (SEND, SKIP), strict=True))
    body = Text("\n".join([entry.title, *map(_told, news)]), buttons=buttons)
    for place in _hosts(ctx, entry.group.removeprefix("chat:")):
        key = f"told:{row}:{ctx.now.isoformat()}:{place.platform}:{place.channel}"
        await ctx.post(new_post(key, place, body, ctx.now, cut_off=ctx.now + _USEFUL))


def _told(post: Post) -> str:
    what = "it did not go out."
    if isinstance(post.body, Removal):
        what = "it could not be taken down."
    elif post.state is State.HELD:
        what = "it may be there or not: look."
    return f"On {post.platform.label} {what} {post.reason}".strip()


def _hosts(ctx: Context, chat_id: str) -> Iterable[Place]:
    """Where the hosts of a chat read what is for them alone."""
    chat = ctx.content.chats.get(chat_id)
    refs = ctx.roles.people(ctx.roles.organisers | ctx.roles.moderators) | frozenset(chat.lead_ids if chat else ())
    return private_places(refs, ctx.rooms)


async def decide(tx: Transaction, what: str, row: str, host: Host, now: datetime) -> str:
    """Send what did not go out, or put it away, and say so. What may be there already is left to a person's eyes."""
    posts = (await unsent(tx, now)).get(row, ())
    done = [post for post in posts if await _decided(tx, post, what, now)]
    left = [post for post in posts if post.state is State.HELD]
    said = f"It goes out now on {_names(done)}." if what == SEND else f"It is put away on {_names(done)}."
    said = said if done else "Nothing was changed: it is out by now, or put away."
    if done:
        await tx.audit.add(now, host.ref, f"chat {what} late", row, said, name=host.name)
    return f"{said} On {_names(left)} look first: antiphon outbox has it." if left else said


async def _decided(tx: Transaction, post: Post, what: str, now: datetime) -> bool:
    if post.state is State.HELD:
        return False
    became = send_again(post, now) if what == SEND else replace(post, state=State.CANCELLED)
    return became is not None and bool(await tx.outbox.save([became]))


def _names(posts: Sequence[Post]) -> str:
    return ", ".join(post.platform.label for post in posts)
