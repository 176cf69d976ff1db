"""What is heard in chats, and what must not be kept of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Delete, Integer, Row, Text, Update, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db.rows import add_all_new, add_new, in_parts
from bot.adapters.db.tables import heard, notes, unheard
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.record.values import Who, identities

_REVISION = "heard revision"


class SqlHeardLog:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, chat: str, posts: Sequence[HeardPost]) -> int:
        new = 0
        for some in in_parts(posts):
            barred = await self._barred(some)
            rows = [_row(chat, post) for post in some if barred.isdisjoint(_reasons(post))]
            new += await add_all_new(self._connection, heard, rows) if rows else 0
        return new

    async def _barred(self, posts: Sequence[HeardPost]) -> set[tuple[Platform, str, str]]:
        """What must not be kept, as far as it is about these posts: (platform, author, "") or (platform, "", post)."""
        authors = {who[1] for post in posts for who in identities(post)}
        about = unheard.c.author.in_(authors - {""}) | unheard.c.post.in_({post.id for post in posts} - {""})
        found = await self._connection.execute(
            select(unheard.c.platform, unheard.c.author, unheard.c.post).where(about)
        )
        return {(platform, author, post) for platform, author, post in found}

    async def list(self, chat: str) -> Sequence[HeardPost]:
        query = select(heard).where(heard.c.chat == chat, heard.c.hidden.is_not(True)).order_by(heard.c.at, heard.c.id)
        return [_post(row) for row in await self._connection.execute(query)]

    async def after(self, chat: str, number: int, limit: int) -> Sequence[tuple[int, HeardPost]]:
        shown = (heard.c.chat == chat) & heard.c.hidden.is_not(True)
        query = select(heard).where(shown & (heard.c.id > number)).order_by(heard.c.id).limit(limit)
        return [(row.id, _post(row)) for row in await self._connection.execute(query)]

    async def revision(self) -> int:
        return int(await self._connection.scalar(select(notes.c.value).where(notes.c.name == _REVISION)) or 0)

    async def change(self, platform: Platform, post: str, text: str) -> bool:
        return await self._update(of_posts(platform, [post]), text=text) > 0

    async def hide(self, chat: str, platform: Platform, post: str, *, hidden: bool = True) -> bool:
        return await self._update((heard.c.chat == chat) & of_posts(platform, [post]), hidden=hidden) > 0

    async def passed(self, chat: str) -> Collection[tuple[Platform, str]]:
        query = select(heard.c.platform, heard.c.post).where(heard.c.chat == chat, heard.c.hidden.is_(False))
        return {(platform, post) for platform, post in await self._connection.execute(query)}

    async def remove(self, platform: Platform, posts: Collection[str], now: datetime) -> int:
        gone = 0
        for some in in_parts([*posts]):
            await self._bar(now, *((platform, "", post) for post in some))
            gone += await self._delete(of_posts(platform, some))
        return gone

    async def counts(self, chats: Collection[str] | None = None) -> Mapping[str, int]:
        wanted = [] if chats is None else [heard.c.chat.in_(chats)]
        query = select(heard.c.chat, func.count()).where(*wanted).group_by(heard.c.chat)
        found = await self._connection.execute(query)
        return {chat: number for chat, number in found}  # noqa: C416  # rows are no pairs to a type checker

    async def opt_out(self, people: Collection[Who], now: datetime) -> int:
        await self._bar(now, *((platform, author, "") for platform, author in people))
        return await self._delete(or_(*(by_author(platform, author) for platform, author in people)))

    async def opt_in(self, people: Collection[Who]) -> bool:
        wishes = ((unheard.c.platform == platform) & (unheard.c.author == author) for platform, author in people)
        done = await self._connection.execute(delete(unheard).where(or_(*wishes), unheard.c.post == ""))
        return done.rowcount > 0

    async def _bar(self, now: datetime, *what: tuple[Platform, str, str]) -> None:
        rows = [{"platform": p, "author": author, "post": post, "at": now} for p, author, post in what]
        await add_all_new(self._connection, unheard, rows)

    async def _update(self, which: ColumnElement[bool], **values: Any) -> int:
        return await self._revised(update(heard).where(which).values(values))

    async def _delete(self, which: ColumnElement[bool]) -> int:
        return await self._revised(delete(heard).where(which))

    async def _revised(self, statement: Update | Delete) -> int:
        """How many rows it changed. Where there are any, those who count live begin anew."""
        changed: int = (await self._connection.execute(statement)).rowcount
        if changed:
            await add_new(self._connection, notes, {"name": _REVISION, "value": "0"})
            one_more = cast(cast(notes.c.value, Integer) + 1, Text)
            await self._connection.execute(update(notes).where(notes.c.name == _REVISION).values(value=one_more))
        return changed


def of_posts(platform: Platform, posts: Sequence[str]) -> ColumnElement[bool]:
    """In whichever chat they were heard."""
    return (heard.c.platform == platform) & heard.c.post.in_(posts)


def by_author(platform: Platform, author: str) -> ColumnElement[bool]:
    """Everything of somebody, who may be named by an account on X: `@name`, in small letters."""
    theirs = heard.c.author == author
    if platform is Platform.X and author.startswith("@"):
        theirs |= func.lower(heard.c.name) == author[1:]
    return (heard.c.platform == platform) & theirs


def _reasons(post: HeardPost) -> Iterable[tuple[Platform, str, str]]:
    yield post.platform, "", post.id
    for platform, author in identities(post):
        yield platform, author, ""


def _row(chat: str, post: HeardPost) -> Mapping[str, Any]:
    return {
        "chat": chat,
        "platform": post.platform,
        "post": post.id,
        "at": post.at,
        "author": post.author,
        "name": post.name,
        "text": post.text,
        "in_reply_to": post.in_reply_to,
        "is_repost": post.is_repost,
        "is_quote": post.is_quote,
        "followers": post.followers,
        "link": post.link,
        "hidden": None,
    }


def _post(row: Row[Any]) -> HeardPost:
    return HeardPost(
        row.platform,
        row.post,
        row.at,
        row.author,
        row.text,
        row.in_reply_to,
        row.is_repost,
        row.is_quote,
        row.name,
        row.followers,
        row.link,
    )
