from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.context import Context
from bot.core.asked import Asked, Outcome
from bot.core.bodies import Text
from bot.core.content import Content
from bot.core.events import Person, Place, Platform
from bot.core.outbox import Post, State, new_post
from bot.core.questions import Question, answered, region_of
from bot.core.schedule import WorkingHours
from bot.services.asking import write_to_asker, write_to_people
from schedules.questions import forget_questions, look_after_questions
from tests.fakes import FakeDatabase
from tests.handlers.desk import NOW, ROOMS, roles
from tests.handlers.test_person import with_people

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEMBER = Person(Platform.SLACK, "T0CAMPAIGN", "member")
LEAD = Person(Platform.SLACK, "T0CAMPAIGN", "lead")
CONTENT = with_people()


def question(region: str = "north") -> Question:
    place = Place(Platform.SLACK, "T0CAMPAIGN", "C0CHAT", "1.1")
    return Question(key="1", at=NOW, asker=MEMBER, place=place, text="Why?", region=region, next_at=NOW + DAY)


async def after(database: FakeDatabase, passed: timedelta, content: Content = CONTENT) -> list[Post]:
    """What the job adds to the outbox when so much time has passed since the question."""
    before = set(database.kept.outbox.rows)
    now = NOW + passed
    async with database.transaction() as tx:
        await look_after_questions(now, Context(now, content, ROOMS, roles(), tx))
    return [post for key, post in database.kept.outbox.rows.items() if key not in before]


async def asked(region: str = "north") -> FakeDatabase:
    """A question that was passed on as the handler does it."""
    database, one = FakeDatabase(), question(region)
    async with database.transaction() as tx:
        stored = replace(one, number=await tx.questions.add(one))
        if found := region_of(CONTENT, region):
            context = Context(NOW, CONTENT, ROOMS, roles(), tx)
            await write_to_people(context, stored, found, CONTENT.messages.person_question)
    return database


async def test_a_lead_who_never_answers_is_reminded_then_the_fallback_is_asked_then_the_asker_told() -> None:
    database = await asked()
    said = []
    for hours in (23, 24, 25, 48, 72, 500):
        for post in await after(database, hours * HOUR):
            assert isinstance(post.body, Text)
            said.append((hours, post.place.channel, post.body.text))
    assert said == [
        (24, "lead", "Reminder: question 1 from North: Why?"),
        (48, "deputy", "No answer yet to question 1 from North: Why?"),
        (72, "C0CHAT", "Nobody has answered yet: Why? Please ask your regional library lead."),
    ]


def refuse(database: FakeDatabase, *channels: str) -> None:
    """The platform does not know some people, or they shut the bot out."""
    rows = database.kept.outbox.rows
    for key, post in rows.items():
        if post.place.channel in channels:
            rows[key] = replace(post, state=State.DEAD)


async def test_a_lead_who_cannot_be_written_to_is_not_waited_for() -> None:
    database = await asked()
    assert await after(database, HOUR) == []
    refuse(database, "lead")
    assert [post.place.channel for post in to_others(await after(database, 2 * HOUR))] == ["deputy"]
    assert await after(database, 3 * HOUR) == []
    refuse(database, "lead", "deputy")
    assert [post.place.channel for post in to_others(await after(database, 4 * HOUR))] == ["C0CHAT"]
    assert await after(database, 500 * HOUR) == []


def to_others(posts: list[Post]) -> list[Post]:
    """All but what organisers are told."""
    return [post for post in posts if post.place.channel != "organiser"]


async def test_organisers_are_told_once_who_of_a_region_cannot_be_written_to() -> None:
    database = await asked()
    refuse(database, "lead")
    told = [post for post in await after(database, 2 * HOUR) if post.place.channel == "organiser"]
    assert {post.platform for post in told} == {Platform.SLACK, Platform.TEAMS}
    assert all(post.body == Text("I cannot write to slack:T0CAMPAIGN/lead of North.") for post in told)
    async with database.transaction() as tx:
        other = replace(question(), key="2")
        stored = replace(other, number=await tx.questions.add(other))
        region = region_of(CONTENT, "north")
        assert region is not None
        await write_to_people(
            Context(NOW, CONTENT, ROOMS, roles(), tx), stored, region, CONTENT.messages.person_question
        )
    refuse(database, "lead")
    assert [post.place.channel for post in await after(database, 3 * HOUR)] == ["deputy"]


async def test_a_lead_who_can_no_longer_be_reminded_is_not_waited_for() -> None:
    database = await asked()
    assert [post.place.channel for post in await after(database, DAY)] == ["lead"]
    reminder = [*database.kept.outbox.rows][-1]
    database.kept.outbox.rows[reminder] = replace(database.kept.outbox.rows[reminder], state=State.DEAD)
    assert [post.place.channel for post in to_others(await after(database, DAY + HOUR))] == ["deputy"]


async def test_a_question_of_a_region_that_is_gone_still_ends_with_a_word_to_the_asker() -> None:
    database = await asked("gone")
    posts = [await after(database, days * DAY) for days in (1, 2, 3)]
    assert [[post.place.channel for post in some] for some in posts] == [[], [], ["C0CHAT"]]


@pytest.mark.parametrize(("state", "directly"), [(State.DEAD, ["member"]), (State.SENT, [])])
async def test_an_answer_whose_thread_is_gone_goes_to_the_asker_directly_once(
    state: State, directly: list[str]
) -> None:
    database = await asked()
    async with database.transaction() as tx:
        stored = await tx.questions.get(1)
        assert stored is not None
        done = answered(stored, LEAD, "Because.", NOW + HOUR)
        assert done is not None
        await tx.questions.change(done)
        post = new_post("question:1:answer", done.place, Text("You asked: Why? Because."), NOW + HOUR)
        await tx.outbox.add(replace(post, state=state))
    posts = await after(database, 2 * HOUR)
    assert [(one.place.channel, one.private_to) for one in posts] == [(who, who) for who in directly]
    assert all(one.body == post.body for one in posts)
    assert await after(database, 3 * HOUR) == []
    refuse(database, "member")
    told = await after(database, 4 * HOUR)
    assert [(one.place.channel, one.body) for one in told] == [
        ("lead", Text("Your answer to question 1 reached nobody: Why?")) for _ in directly
    ]
    assert await after(database, 5 * HOUR) == []


async def test_what_people_asked_is_forgotten_in_time() -> None:
    database = await asked()
    now = NOW + 91 * DAY
    async with database.transaction() as tx:
        await tx.asked.add(Asked(NOW, "Why?", Outcome.UNKNOWN))
        await tx.asked.add(Asked(now, "How?", Outcome.UNKNOWN))
        await tx.ledger.first("said:somebody", NOW)
        for key in ("slack:1:reply", "question:1:answer", "chat:2026-12-15:q1:slack"):
            post = new_post(key, Place(Platform.SLACK), Text("Why?"), NOW)
            await tx.outbox.add(replace(post, state=State.SENT))
        await forget_questions(now, Context(now, CONTENT, ROOMS, roles(), tx))
        assert [one.text for one in await tx.asked.list()] == ["How?"]
        assert await tx.questions.get(1) is None
        assert await tx.ledger.first("said:somebody", now)
        kept = {post.key for post in await tx.outbox.list() if post.state is State.SENT}
        assert kept == {"chat:2026-12-15:q1:slack"}


async def test_the_answer_to_a_question_under_a_forgotten_ones_number_goes_out() -> None:
    """SQLite gives the number of the last one deleted again."""
    database = await asked()
    now = NOW + 91 * DAY
    async with database.transaction() as tx:
        ctx = Context(now, CONTENT, ROOMS, roles(), tx)
        late = new_post("question:1:answer", question().place, Text("Because."), NOW + 5 * DAY)
        await tx.outbox.add(replace(late, state=State.SENT))
        await forget_questions(now, ctx)
        number = await tx.questions.add(replace(question(), key="2", at=now))
        await write_to_asker(ctx, replace(question(), number=number), "Therefore.", "answer")
        brought = await tx.outbox.get("question:1:answer")
    assert number == 1
    assert brought is not None
    assert (brought.body, brought.state) == (Text("Therefore."), State.QUEUED)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-12-01T08:59", "2026-12-01T09:00"),
        ("2026-12-01T09:00", "2026-12-01T10:00"),
        ("2026-12-04T16:00", "2026-12-07T09:00"),  # Friday evening
        ("2027-03-27T12:00", "2027-03-29T08:00"),  # across the beginning of summer time
    ],
)
def test_people_hear_from_the_bot_in_working_hours(now: str, slot: str) -> None:
    found = WorkingHours(CONTENT.zone).next_after(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(slot).replace(tzinfo=UTC)
