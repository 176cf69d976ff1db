from dataclasses import replace
from datetime import UTC, date, datetime

from bot.context import Context
from bot.core.asked import Asked, Outcome
from bot.core.bodies import Text
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.outbox import Post
from bot.core.policy import Roles
from schedules.reviews import tell_organisers
from tests.fakes import FakeDatabase
from tests.handlers.desk import NOW, ROOMS, roles
from tests.samples import sample_content

SLOT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CONTENT = sample_content()
STALE = replace(
    CONTENT,
    faq=tuple(
        entry.model_copy(update={"review_by": date(2026, 12, 24), "owner": "campaign organisers"})
        if entry.id == "logo"
        else entry
        for entry in CONTENT.faq
    ),
)


async def note(database: FakeDatabase, content: Content = CONTENT, people: Roles | None = None) -> list[Post]:
    async with database.transaction() as tx:
        await tell_organisers(SLOT, Context(NOW, content, ROOMS, people or roles(), tx))
    return list(database.kept.outbox.rows.values())


async def test_organisers_are_told_what_wants_a_look_once_a_month() -> None:
    database = FakeDatabase()
    async with database.transaction() as tx:
        await tx.asked.add(Asked(NOW, "Why?", Outcome.UNKNOWN))
        await tx.asked.add(Asked(NOW, "How?", Outcome.ANSWERED, "logo"))
    posts = await note(database, STALE)
    assert {post.platform for post in posts} == {Platform.SLACK, Platform.TEAMS}
    for post in posts:
        assert isinstance(post.body, Text)
        assert "• May I use the campaign logo? (campaign organisers, by Thursday 24 December 2026)" in post.body.text
        assert "No answer: 1. Waiting: 0." in post.body.text
        assert post.place.direct
    assert len(await note(database, STALE)) == len(posts)


async def test_where_there_is_nothing_to_do_nobody_is_written_to() -> None:
    assert await note(FakeDatabase()) == []


async def test_without_an_organiser_there_is_nobody_to_write_to() -> None:
    assert await note(FakeDatabase(), STALE, Roles()) == []


async def test_an_organiser_who_only_signs_in_to_the_pages_keeps_nobody_from_the_note() -> None:
    people = Roles(organisers=frozenset({"slack:T0CAMPAIGN/olive", "web:maria", "x:7"}))
    posts = await note(FakeDatabase(), STALE, people)
    assert [post.place.channel for post in posts] == ["olive"]
