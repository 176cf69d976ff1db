"""Takes back what was posted, or is about to be."""

from datetime import datetime

from bot.core.outbox import Post, State, removal, send_again
from bot.ports import Transaction


async def take_down(tx: Transaction, post: Post, now: datetime) -> bool:
    """Delete a post where it is out, or see to it that it never is. False where it is not known whether it is there, or
    under which id."""
    if post.state is State.SENT and post.remote_id:
        down = removal(post.key, post.place, post.remote_id, now)
        return await tx.outbox.add(down) or await _tried_again(tx, down.key, now)
    never_left = post.state in (State.MISSED, State.DEAD, State.CANCELLED)
    return never_left or (post.state is not State.HELD and await tx.outbox.cancel(post.key))


async def _tried_again(tx: Transaction, key: str, now: datetime) -> bool:
    """A removal that the platform refused is asked for once more."""
    stored = await tx.outbox.get(key)
    again = send_again(stored, now) if stored is not None and stored.state is State.DEAD else None
    return again is None or bool(await tx.outbox.save([again]))
