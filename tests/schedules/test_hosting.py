"""A question that did not go out is told to those who can do something about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.context import Context
from bot.core.bodies import Text
from bot.core.content import Chat
from bot.core.events import Platform
from bot.core.outbox import Post, State
from bot.runtime.scheduler import WATCHED_EVERY, Scheduler
from schedules.hosting import SCHEDULE
from tests.fakes import FakeClock, FakeDatabase
from tests.handlers.desk import ROOMS, Desk, roles
from tests.handlers.evening import CHAT, at, evening, go_on_to, stored
from tests.runtime.support import FakeTimer, context_at
from tests.samples import sample_content

[LOOK] = SCHEDULE.watches
GUEST = "slack:T0CAMPAIGN/U0GUEST"


async def look(desk: Desk) -> list[Post]:
    before = set(desk.database.kept.outbox.rows)
    async with desk.database.transaction() as tx:
        await LOOK(Context(desk.now, desk.content, ROOMS, roles(), tx))
    return [post for key, post in desk.database.kept.outbox.rows.items() if key not in before]


async def unsent(*states: tuple[Platform, State]) -> Desk:
    """An evening on which Q2 did not go out on some platforms."""
    chat = sample_content().chats[CHAT].model_copy(update={"lead_ids": (GUEST, "teams:tenant/guest")})
    desk = await evening(Desk(content=sample_content(chats={CHAT: chat})), 28)
    for platform, state in states:
        post = stored(desk, f"q2:{platform}")
        desk.database.kept.outbox.rows[post.key] = replace(post, state=state, reason="Its time passed.")
    return desk


async def test_each_host_is_told_once_with_what_can_be_done() -> None:
    desk = await unsent((Platform.X, State.MISSED), (Platform.TEAMS, State.HELD))
    told = await look(desk)
    assert {(post.platform, post.place.channel) for post in told} == {
        *((platform, who) for platform in (Platform.SLACK, Platform.TEAMS) for who in ("organiser", "moderator")),
        (Platform.SLACK, "U0GUEST"),
        (Platform.TEAMS, "guest"),
    }
    assert all(post.place.direct for post in told)
    body = told[0].body
    assert isinstance(body, Text)
    assert body.text == (
        "Q2. What shows best that your library makes a difference?\n"
        "On X it did not go out. Its time passed.\n"
        "On Teams it may be there or not: look. Its time passed."
    )
    assert [(it.label, it.value) for it in body.buttons] == [
        ("Send now", f"send chat:{CHAT}:q2"),
        ("Skip", f"skip chat:{CHAT}:q2"),
    ]
    assert await look(desk) == []


async def test_nobody_is_told_of_what_went_out_or_of_answers_and_older_chats() -> None:
    desk = await unsent()
    assert await look(desk) == []
    late = await unsent((Platform.X, State.MISSED))
    late.now += timedelta(hours=3)
    assert await look(late) == []


async def test_it_is_sent_after_all_and_told_again_if_that_fails_too() -> None:
    desk = await unsent((Platform.X, State.MISSED), (Platform.SLACK, State.DEAD))
    await look(desk)
    await desk.press("chat-late", f"send chat:{CHAT}:q2", "organiser")
    assert desk.said == "It goes out now on X, Slack."
    assert stored(desk, "q2:x").state is State.QUEUED
    await desk.press("chat-late", f"send chat:{CHAT}:q2", "moderator")
    assert desk.said == "Nothing was changed: it is out by now, or put away."
    again = replace(stored(desk, "q2:x"), state=State.DEAD, reason="Too long.")
    desk.database.kept.outbox.rows[again.key] = again
    desk.now += timedelta(minutes=1)
    assert len(await look(desk)) == 6


async def test_it_is_put_away() -> None:
    desk = await unsent((Platform.X, State.MISSED), (Platform.TEAMS, State.HELD))
    await desk.press("chat-late", f"skip chat:{CHAT}:q2", "organiser")
    assert desk.said == "It is put away on X. On Teams look first: antiphon outbox has it."
    assert stored(desk, "q2:x").state is State.CANCELLED
    assert stored(desk, "q2:teams").state is State.HELD
    assert [entry.what for entry in desk.database.kept.audit.entries] == ["chat skip late"]


@pytest.mark.parametrize(
    ("value", "who", "words"),
    [
        (f"send chat:{CHAT}:q2", "member", "hosts can do this"),
        ("send chat:2001-01-01:q2", "organiser", "There is no such chat in the plan."),
    ],
)
async def test_nobody_else_decides(value: str, who: str, words: str) -> None:
    desk = await unsent((Platform.X, State.MISSED))
    await desk.press("chat-late", value, who)
    assert words in desk.said
    assert stored(desk, "q2:x").state is State.MISSED


async def test_the_timetable_says_what_did_not_go_out() -> None:
    desk = await unsent((Platform.X, State.MISSED))
    await desk.command("chat", "organiser")
    assert "Q2. What shows best that your library makes a difference? – not on X, as far as is known" in desk.said


async def test_a_chat_without_ids_of_its_lead_is_told_to_the_organisers() -> None:
    desk = await evening(Desk(content=sample_content(chats={CHAT: Chat(month="2026-12", topic="t")})), 28)
    post = stored(desk, "welcome:x")
    desk.database.kept.outbox.rows[post.key] = replace(post, state=State.MISSED)
    await go_on_to(desk, at(29))
    assert len(await look(desk)) == 4


async def test_what_could_not_be_taken_down_is_told_too_and_tried_again() -> None:
    desk = await unsent()
    await desk.command("chat hide q2", "organiser")
    removal = stored(desk, "q2:slack:removal")
    refused = replace(removal, state=State.DEAD, reason="Delete it by hand.")
    desk.database.kept.outbox.rows[removal.key] = refused
    body = (await look(desk))[0].body
    assert isinstance(body, Text)
    assert body.text.endswith("\nOn Slack it could not be taken down. Delete it by hand.")
    assert [it.label for it in body.buttons] == ["Try again", "Leave it"]
    await desk.command("chat hide q2", "organiser")
    assert stored(desk, "q2:slack:removal").state is State.QUEUED
    assert "Q2. What shows best that your library makes a difference? – out" in desk.said


async def test_it_is_looked_for_every_few_seconds() -> None:
    clock, looks = FakeClock(), []

    async def watch(ctx: Context) -> None:
        looks.append(ctx.now)

    scheduler = Scheduler((), FakeDatabase(), context_at(clock), clock, FakeTimer(), lambda: None, [watch])
    begun = clock.now()
    for _ in range(12):
        await scheduler.tick()
        clock.advance(timedelta(seconds=1))
    assert looks == [begun + n * WATCHED_EVERY for n in range(3)]


async def test_a_clock_that_is_set_back_does_not_keep_it_from_looking() -> None:
    clock, looks = FakeClock(), []

    async def watch(ctx: Context) -> None:
        looks.append(ctx.now)

    scheduler = Scheduler((), FakeDatabase(), context_at(clock), clock, FakeTimer(), lambda: None, [watch])
    await scheduler.tick()
    clock.advance(-timedelta(hours=1))
    await scheduler.tick()
    assert len(looks) == 2
