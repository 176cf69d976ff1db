"""What an operator does about posts: look, say what became of one, send it again, cancel it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from bot.core.audit import COMMAND_LINE
from bot.core.keys import meant
from bot.core.outbox import Post, State, confirm, send_again
from bot.core.pause_words import counted, told
from bot.core.plan import Kind
from bot.core.post_words import described, line, may_be_public, next_step, trouble
from bot.core.problems import Problem
from bot.ports import Database, Transaction
from bot.services.pausing import standing

RECENT = timedelta(days=30)
"""What was missed or refused longer ago is not worth a look by itself."""
_LATEST = 1000
"""How many posts of each state can be named by the end of their key."""
COUNTED = 1000
"""As far as older posts are counted: how long a page takes must not grow with them."""
_PLANNED = (*(f"{kind}:" for kind in Kind), "repost:")
_FOR_A_PERSON = (State.HELD, State.UNCONFIRMED)
_GIVEN_UP = (State.MISSED, State.DEAD)


async def troubled_posts(database: Database, zone: ZoneInfo, now: datetime) -> Sequence[str]:
    """What a person should look at, in words: held, unconfirmed, missed, refused, or failing again and again.

    Answers that were missed are only counted: hardly one is worth sending days later.
    """
    async with database.transaction() as tx:
        pause = await standing(tx, now)
        wrong, late = await needing_a_look(tx, now)
    lines = [told(pause, zone, now)] if pause else []
    lines += [line(post, zone) for post in wrong]
    if late:
        lines.append(f"Missed and not listed: {counted(late)}. To see them: antiphon outbox list --state missed")
    return lines or ["Every post is sent or waits for its time."]


async def needing_a_look(tx: Transaction, now: datetime) -> tuple[Sequence[Post], Sequence[Post]]:
    """Posts that a person should look at, and apart from them answers that were missed."""
    posts = [
        *await _by_state(tx, _FOR_A_PERSON),
        *await _by_state(tx, [State.QUEUED]),
        *await _by_state(tx, _GIVEN_UP, since=recent(now)),
    ]
    wrong = [post for post in posts if trouble(post)]
    late = [post for post in wrong if post.state is State.MISSED and not post.key.startswith(_PLANNED)]
    return [post for post in wrong if post not in late], late


def recent(now: datetime) -> datetime:
    """Since when a post that was missed or refused still needs somebody."""
    return now - RECENT


async def too_old(tx: Transaction, now: datetime) -> Mapping[State, int]:
    """How many were missed and refused before that, each up to COUNTED."""
    return {state: await tx.outbox.older(state, recent(now), COUNTED) for state in _GIVEN_UP}


async def posts_in_words(database: Database, zone: ZoneInfo, state: State | None) -> Sequence[str]:
    """The latest posts, of one state or of all, latest due first."""
    async with database.transaction() as tx:
        posts = await tx.outbox.list(states=[state] if state else (), limit=_LATEST)
    more = [f"These are the latest {_LATEST:,}; there may be more."] if len(posts) == _LATEST else []
    return [*(line(post, zone) for post in posts), *more] or ["There are no such posts."]


async def post_in_words(database: Database, zone: ZoneInfo, now: datetime, typed: str) -> Iterator[str]:
    """Everything about one post, whose key may be shortened to its end. Raises Problem for none or several."""
    async with database.transaction() as tx:
        return described(await _meant(tx, typed), await standing(tx, now), zone, now)


async def resolve(
    database: Database, now: datetime, typed: str, remote_id: str = "", *, who: str = COMMAND_LINE
) -> str:
    """A person has seen it there. Raises Problem where the post is not in doubt, or changed meanwhile."""

    def there(post: Post) -> Post:
        return _possible(confirm(post, now, remote_id), post, "is not in doubt")

    post = await _decide(database, now, who, "outbox resolve", typed, there)
    return f"{post.key} counts as sent."


async def retry(
    database: Database, zone: ZoneInfo, now: datetime, typed: str, *, sure: bool = False, who: str = COMMAND_LINE
) -> str:
    """Send a post again. Raises Problem where nobody asked for that, where it may double it and nobody is `sure`."""

    def again(post: Post) -> Post:
        if may_be_public(post) and not sure:
            raise Problem(
                f"{post.key} may be public already ({post.reason or 'there was no answer'}). "
                "Look for it first: sending it again would double it. If it is not there, add --yes."
            )
        return _possible(send_again(post, now), post, "does not wait for a person")

    post = await _decide(database, now, who, "outbox retry", typed, again)
    async with database.transaction() as tx:
        pause = await standing(tx, now)
    return f"{post.key} is queued. {next_step(post, pause, zone, now)}"


async def cancel(database: Database, now: datetime, typed: str, *, who: str = COMMAND_LINE) -> str:
    """See to it that a post is never sent, or put one away that was not. Raises Problem where it may have left."""
    async with database.transaction() as tx:
        post = await _meant(tx, typed)
        if not (await tx.outbox.cancel(post.key) or await _put_away(tx, post)):
            raise Problem(f"{post.key} cannot be cancelled: it is {post.state}, and may have left already.")
        await tx.audit.add(now, who, "outbox cancel", _unnamed(post), f"was {post.state}")
    return f"{post.key} is cancelled: it will not be sent."


async def _put_away(tx: Transaction, post: Post) -> bool:
    if post.state not in _GIVEN_UP:
        return False
    return bool(await tx.outbox.save([replace(post, state=State.CANCELLED)]))


async def _decide(
    database: Database, now: datetime, who: str, what: str, typed: str, decide: Callable[[Post], Post]
) -> Post:
    async with database.transaction() as tx:
        post = await _meant(tx, typed)
        became = decide(post)
        if not await tx.outbox.save([became]):
            raise Problem(f"{post.key} changed at this very moment, so nothing was done. Look at it, and try again.")
        await tx.audit.add(now, who, what, _unnamed(post), f"was {post.state}: {post.reason}")
    return became


def _unnamed(post: Post) -> str:
    """Its key, for the audit: without whom it was for."""
    whose = filter(None, (post.private_to, post.place.channel if post.place.direct else ""))
    return reduce(lambda key, id_: key.replace(id_, "…"), whose, post.key)


def _possible(became: Post | None, post: Post, why_not: str) -> Post:
    if became is None:
        raise Problem(f"{post.key} {why_not}: it is {post.state}. `antiphon outbox show` says more.")
    return became


async def _meant(tx: Transaction, typed: str) -> Post:
    if exact := await tx.outbox.get(typed):
        return exact
    posts = {post.key: post for state in State for post in await tx.outbox.list(states=[state], limit=_LATEST)}
    return posts[meant(typed, posts)]


async def _by_state(tx: Transaction, states: Sequence[State], since: datetime | None = None) -> Sequence[Post]:
    """The latest posts in some states, one state after the other."""
    posts = await tx.outbox.list(states=states, since=since, limit=len(states) * _LATEST)
    return sorted(posts, key=lambda post: states.index(post.state))
