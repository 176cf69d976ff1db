"""Reads what is said with a chat's hashtag while the chat is on, within what may be spent on it."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import structlog

from bot.adapters.x import XAccount, api, wire
from bot.adapters.x.reading import Reader, Trouble
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.lease import LEASE_JSON, Lease, taken
from bot.core.record.rooms import Sitting
from bot.core.record.spending import SPENT_JSON, Spent, affordable, cap_words, note, page_size
from bot.ports import Clock, Database, Report, Transaction

log = structlog.get_logger()

_SEARCH, _LOOKUP = "/2/tweets/search/recent", "/2/tweets"
_LOOKED_UP = 100
"""Posts that can be looked up at once."""
_REST = timedelta(hours=1)
"""The longest sleep: an instant far away may be moved."""
_TURN, _LEASE = "x:hearing turn", "x:hearing"
"""Notes: one that everybody writes before looking at the other, so that the second waits for the first; and whose
turn it is to listen."""
_HOLDS = timedelta(minutes=2)
"""How long a worker that stands still keeps the others from listening: longer than X may take for a page."""


class XHearing:
    """`sittings` gives the chats that are on at an instant, that come, and whose posts are to be looked at again.
    `cap` is in US dollars, for one chat.

    Posts are kept page by page. What was read is noted with them, so that a restart goes on where it was. Of several
    workers one listens; another takes over when that one has been silent for two minutes.
    """

    def __init__(
        self,
        account: XAccount,
        database: Database,
        clock: Clock,
        sittings: Callable[[datetime], Awaitable[Sequence[Sitting]]],
        cap: Decimal,
        poll: timedelta = timedelta(seconds=30),
        report: Report = lambda _: None,
    ) -> None:
        self._account = account
        self._reader = Reader(account, clock)
        self._database = database
        self._clock = clock
        self._sittings = sittings
        self._cap = cap
        self._poll = poll
        self._report = report
        self._name = secrets.token_hex(8)
        self._met: tuple[str, set[str]] | None = None
        """The chat that we listen to, and whose account was paid for in it."""

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
        found = await self._sittings(now)
        on = [sitting for sitting in found if sitting.since <= now < sitting.until]
        for sitting in on:
            await self._hear(sitting)
        # What was deleted can wait until nobody speaks any more.
        for sitting in found if not on else ():
            await self._look_again(sitting, sum(look <= now for look in sitting.looks))
        self._report("")
        coming = (at for sitting in found for at in (sitting.since, *sitting.looks) if at > now)
        return now + self._poll if on else min([now + _REST, *coming])

    async def _hear(self, sitting: Sitting) -> None:
        """All that is new, page by page, the newest first. The cursor moves when the last page is there."""
        if not await self._is_ours(sitting):
            return
        before = spent = await self._recall(sitting)
        newest, token = before.cursor, ""
        while size := page_size(self._cap, spent):
            answer = await self._reader.ask(_SEARCH, self._query(sitting, before, size, token))
            spent = await self._keep(sitting, answer)
            newest = max(newest, str(answer.get("meta", {}).get("newest_id", "")), key=_number)
            token = answer.get("meta", {}).get("next_token") or ""
            if not token:
                break
            if not await self._is_ours(sitting):
                return
        if not page_size(self._cap, spent):
            self._say_that_it_ends(sitting, before, spent)
        elif newest != before.cursor:
            await self._note(sitting, lambda known: replace(known, cursor=max(newest, known.cursor, key=_number)))

    async def _is_ours(self, sitting: Sitting) -> bool:
        """Have the lease for another while, unless another worker has it."""
        if self._database.alone:
            lease = Lease(self._name, self._clock.now() + _HOLDS)
        else:
            lease = await self._lease()
        if lease.holder != self._name:
            self._met = None
            return False
        if self._met is None or self._met[0] != sitting.chat:
            self._met = sitting.chat, await self._paid_for(sitting)
        return True

    async def _lease(self) -> Lease:
        async with self._database.transaction() as tx:
            await tx.ledger.remember(_TURN, self._name)
            lease = taken(await tx.ledger.recall(_LEASE), self._name, self._clock.now(), _HOLDS)
            if lease.holder == self._name:
                await tx.ledger.remember(_LEASE, LEASE_JSON.dump_json(lease).decode())
            return lease

    async def _paid_for(self, sitting: Sitting) -> set[str]:
        """Whose account was read before a restart, or by the worker from whom we take over."""
        async with self._database.transaction() as tx:
            return {post.author for post in await tx.heard.list(sitting.chat) if post.platform is Platform.X}

    def _say_that_it_ends(self, sitting: Sitting, before: Spent, spent: Spent) -> None:
        """Once: it is no trouble, and who is at the keyboard asks `antiphon chat cost`."""
        if before != spent:
            log.warning(cap_words(self._cap, spent), chat=sitting.chat)

    def _query(self, sitting: Sitting, before: Spent, size: int, token: str) -> Mapping[str, str]:
        query = {**wire.HEARD, "query": f"{sitting.hashtag} -is:retweet", "max_results": str(size)}
        since = {"since_id": before.cursor} if before.cursor else {"start_time": f"{sitting.since:%Y-%m-%dT%H:%M:%SZ}"}
        return {**query, **since, **({"next_token": token} if token else {})}

    async def _keep(self, sitting: Sitting, answer: api.Json) -> Spent:
        """Keep a page's posts but our own, with what it cost."""
        posts = wire.parse_heard(answer)
        shown = {str(user["id"]) for user in (answer.get("includes") or {}).get("users", [])}
        paid = partial(_paid, posts=len(answer.get("data", [])), people=self._new_people(shown))
        others = [post for post in posts if post.author != self._account.user_id]
        async with self._database.transaction() as tx:
            await tx.heard.add(sitting.chat, others)
            return await self._noted(tx, sitting, paid)

    def _new_people(self, shown: set[str]) -> int:
        """How many of these people X has not charged for in this chat."""
        assert self._met is not None
        new = len(shown - self._met[1])
        self._met[1].update(shown)
        return new

    async def _look_again(self, sitting: Sitting, due: int) -> None:
        """Take out what was deleted since, as far as the cap lets us look. `due` counts the looks, this one too."""
        spent = await self._recall(sitting)
        if spent.looks >= due:
            return
        async with self._database.transaction() as tx:
            ids = [post.id for post in await tx.heard.list(sitting.chat) if _is_on_x(post)]
        seen = 0
        while some := ids[seen : seen + min(_LOOKED_UP, affordable(self._cap, spent))]:
            if not await self._is_ours(sitting):
                return
            spent = await self._take_out(sitting, some)
            seen += len(some)
        now = self._clock.now()
        await self._note(sitting, partial(replace, looks=due, looked_at=now, seen=seen, kept=len(ids)))

    async def _take_out(self, sitting: Sitting, some: Sequence[str]) -> Spent:
        answer = await self._reader.ask(_LOOKUP, {"ids": ",".join(some)})
        async with self._database.transaction() as tx:
            gone = await tx.heard.remove(Platform.X, wire.parse_gone(answer), self._clock.now())
            return await self._noted(tx, sitting, partial(_paid, posts=len(answer.get("data", [])), gone=gone))

    async def _recall(self, sitting: Sitting) -> Spent:
        """What was noted, here or before a restart."""
        async with self._database.transaction() as tx:
            return await _spent(tx, sitting)

    async def _note(self, sitting: Sitting, change: Callable[[Spent], Spent]) -> None:
        async with self._database.transaction() as tx:
            await self._noted(tx, sitting, change)

    async def _noted(self, tx: Transaction, sitting: Sitting, change: Callable[[Spent], Spent]) -> Spent:
        """Change what is noted as it stands now: a worker that was only slow may have read a page meanwhile."""
        await tx.ledger.remember(_TURN, self._name)
        spent = change(await _spent(tx, sitting))
        await tx.ledger.remember(note(sitting.chat), SPENT_JSON.dump_json(spent).decode())
        return spent


async def _spent(tx: Transaction, sitting: Sitting) -> Spent:
    stored = await tx.ledger.recall(note(sitting.chat))
    return SPENT_JSON.validate_json(stored) if stored else Spent()


def _paid(spent: Spent, posts: int, people: int = 0, gone: int = 0) -> Spent:
    return replace(spent, posts=spent.posts + posts, people=spent.people + people, gone=spent.gone + gone)


def _is_on_x(post: HeardPost) -> bool:
    return post.platform is Platform.X and post.id.isascii() and post.id.isdigit()


def _number(post_id: str) -> int:
    return int(post_id or 0)
