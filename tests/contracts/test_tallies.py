"""What every database counts alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.ledger import Month
from bot.core.outbox import State, new_post
from bot.ports import Database
from tests.contracts.values import feedback
from tests.web.pages.reader import ROOMS

SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
LAST = UNTIL - timedelta(microseconds=1)


async def test_months_are_counted_to_the_edge(database: Database) -> None:
    said = HeardPost(Platform.X, "1", SINCE, "ann", "A1", followers=3_000_000_000)
    heard = [
        said,
        replace(said, id="2", at=LAST),
        replace(said, id="3", at=LAST, author="bob", followers=None),
        replace(said, id="4", at=LAST, author="cy", is_repost=True),
        replace(said, id="5", at=LAST, author="dee"),
        replace(said, id="6", at=UNTIL),
    ]
    async with database.transaction() as tx:
        posts = [(SINCE, State.SENT), (LAST, State.SENT), (UNTIL, State.SENT), (LAST, State.DEAD)]
        for n, (at, state) in enumerate(posts):
            await tx.outbox.add(replace(new_post(f"p{n}", ROOMS[Platform.X], Text("x"), at), state=state))
        await tx.feedback.add(feedback(1, LAST))
        await tx.heard.add("c", heard)
        await tx.heard.hide("c", Platform.X, "5")
    async with database.transaction() as tx:
        assert await tx.tallies.months(SINCE, UNTIL) == {
            "2026-11": Month("2026-11", 1, 1, 1, 3_000_000_000),
            "2026-12": Month("2026-12", 1, 2, 2, 3_000_000_000, 1),
        }


async def test_what_was_sent_is_found_by_its_keys(database: Database) -> None:
    post = new_post("chat:1:q1:x", ROOMS[Platform.X], Text("Q1"), SINCE)
    async with database.transaction() as tx:
        await tx.outbox.add(replace(post, state=State.SENT, sent_at=LAST, remote_id="77"))
        await tx.outbox.add(replace(post, key="chat:12:q1:x", state=State.SENT, sent_at=LAST, remote_id="78"))
        await tx.outbox.add(replace(post, key="chat:1:q2:x"))
    async with database.transaction() as tx:
        assert await tx.tallies.sent(["chat:1:q1:x", "chat:1:q2:x"]) == [("chat:1:q1:x", LAST, "77")]
        assert await tx.tallies.sent([]) == []
