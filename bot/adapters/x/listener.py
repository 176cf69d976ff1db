"""Hears X by asking regularly: who mentioned us, and which new cards there are."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.adapters.x import XAccount, api, wire
from bot.adapters.x.reading import Reader, Trouble
from bot.core.content import Watch
from bot.core.events import Event, Platform
from bot.ports import Clock, Database, Receive, Report

log = structlog.get_logger()

_LONGEST_PAUSE = timedelta(minutes=15)
_NOTHING_YET = "0"
_MENTIONS = "x:mentions"


@dataclass(frozen=True, slots=True)
class _Feed:
    """One question to X. `cursor` is the ledger's name for the newest post that was handled."""

    cursor: str
    path: str
    params: Mapping[str, str]
    fewest: int
    parse: Callable[[wire.Json, Mapping[str, str], wire.Me], Event | None]


class XListener:
    """Asks every `poll` of the bot's clock. On its first start it begins at the newest post.

    `report` is told of each look at mentions, and of what keeps us from looking.
    """

    platform = Platform.X

    def __init__(
        self,
        account: XAccount,
        database: Database,
        clock: Clock,
        watch: Watch,
        poll: timedelta = timedelta(seconds=30),
        report: Report = lambda _: None,
    ) -> None:
        self._reader = Reader(account, clock)
        self._database = database
        self._clock = clock
        self._watch = watch
        self._poll = poll
        self._report = report

    async def run(self, receive: Receive) -> None:
        me = await self._who_am_i()
        async with asyncio.TaskGroup() as group:
            for feed in self._feeds(me):
                group.create_task(self._follow(feed, me, receive))

    def _feeds(self, me: wire.Me) -> list[_Feed]:
        mentions = _Feed(_MENTIONS, f"/2/users/{me.id}/mentions", wire.SEEN, 5, wire.parse_mention)
        query = wire.card_query(self._watch)
        cards = _Feed("x:cards", "/2/tweets/search/recent", {**wire.SEEN, "query": query}, 10, wire.parse_card)
        return [mentions, cards] if query else [mentions]

    async def _who_am_i(self) -> wire.Me:
        failures = 0
        while True:
            try:
                return wire.parse_me(await self._reader.ask("/2/users/me", {}))
            except Trouble as error:
                failures += 1
                self._report(str(error))
                await self._pause("own account", error, failures)

    async def _follow(self, feed: _Feed, me: wire.Me, receive: Receive) -> None:
        failures = 0
        while True:
            try:
                await self._round(feed, me, receive)
            except Trouble as error:
                failures += 1
                self._tell(feed, str(error))
                await self._pause(feed.cursor, error, failures)
            else:
                failures = 0
                self._tell(feed)
                await self._clock.sleep(self._poll)

    def _tell(self, feed: _Feed, trouble: str = "") -> None:
        if feed.cursor == _MENTIONS:
            self._report(trouble)

    async def _pause(self, what: str, error: Trouble, failures: int) -> None:
        now = self._clock.now()
        until = error.until or now + min(self._poll * 2 ** min(failures, 10), _LONGEST_PAUSE)
        log.warning("X could not be read", what=what, reason=str(error), until=until.isoformat())
        await self._clock.sleep(until - now)

    async def _round(self, feed: _Feed, me: wire.Me, receive: Receive) -> None:
        cursor = await self._recall(feed)
        if cursor is None:
            newest = await self._reader.ask(feed.path, {**feed.params, "max_results": str(feed.fewest)})
            await self._remember(feed, newest.get("meta", {}).get("newest_id", _NOTHING_YET))
            return
        posts, users = await self._since(feed, cursor)
        for shown in posts:
            if event := feed.parse(shown, users, me):
                await receive(event)
        if posts:
            # Only now: what was not received is asked for again.
            await self._remember(feed, str(posts[-1]["id"]))

    async def _since(self, feed: _Feed, cursor: str) -> tuple[list[api.Json], Mapping[str, str]]:
        """Posts after the cursor, oldest first, and their authors' names."""
        since = {} if cursor == _NOTHING_YET else {"since_id": cursor}
        try:
            return await self._pages(feed, since, cursor)
        except Trouble as error:
            if not error.stale:
                raise
            # Search takes no cursor older than a week: what it shows without one is all there can be,
            # and without the cursor it is not refused, and paid for, twice at every look.
            await self._remember(feed, _NOTHING_YET)
            return await self._pages(feed, {}, cursor)

    async def _pages(
        self, feed: _Feed, since: Mapping[str, str], cursor: str
    ) -> tuple[list[api.Json], Mapping[str, str]]:
        found: dict[int, api.Json] = {}
        users: dict[str, str] = {}
        params = {**feed.params, **since, "max_results": "100"}
        while True:
            answer = await self._reader.ask(feed.path, params)
            before = len(found)
            found |= {int(post["id"]): post for post in answer.get("data", []) if int(post["id"]) > int(cursor)}
            users |= wire.parse_users(answer)
            token = answer.get("meta", {}).get("next_token")
            # X has been seen to hand out tokens for ever: a page without anything new is the last.
            if token is None or len(found) == before:
                return [found[number] for number in sorted(found)], users
            params["pagination_token"] = token

    async def _recall(self, feed: _Feed) -> str | None:
        async with self._database.transaction() as tx:
            return await tx.ledger.recall(feed.cursor)

    async def _remember(self, feed: _Feed, post_id: str) -> None:
        async with self._database.transaction() as tx:
            await tx.ledger.remember(feed.cursor, post_id)
