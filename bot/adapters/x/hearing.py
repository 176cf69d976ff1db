"""Reads what is said with a chat's hashtag while the chat is on, within what may be spent on it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import structlog

from bot.adapters.x import XAccount, api, wire
from bot.adapters.x.reading import Reader, Trouble
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.record.rooms import Sitting
from bot.core.record.spending import SPENT_JSON, Spent, affordable, cap_words, note, page_size
from bot.ports import Clock, Database, Report

log = structlog.get_logger()

_SEARCH, _LOOKUP = "/2/tweets/search/recent", "/2/tweets"
_LOOKED_UP = 100
"""Posts that can be looked up at once."""
_REST = timedelta(hours=1)
"""The longest sleep: an instant far away may be moved."""


class XHearing:
    """`sitting` gives the chat to listen to at an instant, or the next one. `cap` is in US dollars, for one chat.

    Posts are kept page by page. What was read is noted with them, so that a restart goes on where it was.
    """

    def __init__(
        self,
        account: XAccount,
        database: Database,
        clock: Clock,
        sitting: Callable[[datetime], Sitting | None],
        cap: Decimal,
        poll: timedelta = timedelta(seconds=30),
        report: Report = lambda _: None,
    ) -> None:
        self._account = account
        self._reader = Reader(account, clock)
        self._database = database
        self._clock = clock
        self._sitting = sitting
        self._cap = cap
        self._poll = poll
        self._report = report
        self._met: dict[str, set[str]] = {}
        """By chat, whose account was paid for. A restart forgets it: then somebody may be counted twice."""

    async def run(self) -> None:
        while True:
            try:
                until = await self._turn()
            except Trouble as error:
                until = error.until or self._clock.now() + 4 * self._poll
                self._report(str(error))
                log.warning("chat could not be read on X", reason=str(error), until=until.isoformat())
            await self._clock.sleep_until(until)

    async def _turn(self) -> datetime:
        """Do what is due, and say when to look again."""
        now = self._clock.now()
        sitting = self._sitting(now)
        if sitting is None:
            self._report("")
            return now + _REST
        if now < sitting.since:
            self._report("")
            return min(sitting.since, now + _REST)
        if now < sitting.until:
            await self._hear(sitting)
            return now + self._poll
        return await self._afterwards(sitting, now)

    async def _afterwards(self, sitting: Sitting, now: datetime) -> datetime:
        spent = await self._recall(sitting)
        if now >= sitting.look_again and not spent.looked_again:
            await self._look_again(sitting, spent)
        return now + _REST if now >= sitting.look_again else min(sitting.look_again, now + _REST)

    async def _hear(self, sitting: Sitting) -> None:
        """All that is new, page by page, the newest first. The cursor moves when the last page is there."""
        before = spent = await self._recall(sitting)
        newest, token = before.cursor, ""
        while size := page_size(self._cap, spent):
            answer = await self._reader.ask(_SEARCH, self._query(sitting, before, size, token))
            spent = await self._keep(sitting, spent, answer)
            newest = max(newest, str(answer.get("meta", {}).get("newest_id", "")), key=_number)
            token = answer.get("meta", {}).get("next_token") or ""
            if not token:
                break
        self._report("")
        if not page_size(self._cap, spent):
            self._say_that_it_ends(sitting, before, spent)
        elif newest != before.cursor:
            await self._remember(sitting, replace(spent, cursor=newest))

    def _say_that_it_ends(self, sitting: Sitting, before: Spent, spent: Spent) -> None:
        """Once: it is no trouble, and who is at the keyboard asks `antiphon chat cost`."""
        if before != spent:
            log.warning(cap_words(self._cap, spent), chat=sitting.chat)

    def _query(self, sitting: Sitting, before: Spent, size: int, token: str) -> Mapping[str, str]:
        query = {**wire.HEARD, "query": f"{sitting.hashtag} -is:retweet", "max_results": str(size)}
        since = {"since_id": before.cursor} if before.cursor else {"start_time": f"{sitting.since:%Y-%m-%dT%H:%M:%SZ}"}
        return {**query, **since, **({"next_token": token} if token else {})}

    async def _keep(self, sitting: Sitting, spent: Spent, answer: api.Json) -> Spent:
        """Keep a page's posts but our own, with what it cost."""
        posts = wire.parse_heard(answer)
        met = self._met.setdefault(sitting.chat, set())
        shown = {str(user["id"]) for user in (answer.get("includes") or {}).get("users", [])}
        spent = replace(spent, posts=spent.posts + len(answer.get("data", [])), people=spent.people + len(shown - met))
        met |= shown
        others = [post for post in posts if post.author != self._account.user_id]
        async with self._database.transaction() as tx:
            await tx.heard.add(sitting.chat, others)
            await tx.ledger.remember(note(sitting.chat), SPENT_JSON.dump_json(spent).decode())
        return spent

    async def _look_again(self, sitting: Sitting, spent: Spent) -> None:
        """Take out what was deleted since, as far as the cap lets us look."""
        async with self._database.transaction() as tx:
            heard = await tx.heard.list(sitting.chat)
        ids = [post.id for post in heard if _is_on_x(post)]
        for start in range(0, len(ids), _LOOKED_UP):
            some = ids[start : start + min(_LOOKED_UP, affordable(self._cap, spent))]
            if not some:
                log.warning("not all posts could be looked at again", chat=sitting.chat, seen=start, of=len(ids))
                break
            answer = await self._reader.ask(_LOOKUP, {"ids": ",".join(some)})
            spent = replace(spent, posts=spent.posts + len(answer.get("data", [])))
            async with self._database.transaction() as tx:
                await tx.heard.remove(Platform.X, wire.parse_gone(answer), self._clock.now())
        await self._remember(sitting, replace(spent, looked_again=True))

    async def _recall(self, sitting: Sitting) -> Spent:
        """What was noted, here or before a restart."""
        async with self._database.transaction() as tx:
            stored = await tx.ledger.recall(note(sitting.chat))
        return SPENT_JSON.validate_json(stored) if stored else Spent()

    async def _remember(self, sitting: Sitting, spent: Spent) -> None:
        async with self._database.transaction() as tx:
            await tx.ledger.remember(note(sitting.chat), SPENT_JSON.dump_json(spent).decode())


def _is_on_x(post: HeardPost) -> bool:
    return post.platform is Platform.X and post.id.isascii() and post.id.isdigit()


def _number(post_id: str) -> int:
    return int(post_id or 0)
