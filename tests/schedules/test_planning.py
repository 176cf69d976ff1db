"""What the rhythms put into the plan, and what they take out of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.context import Context
from bot.core.actions import Draft, changed
from bot.core.content import Chat, Content, Question
from bot.core.events import Place, Platform
from bot.core.live import is_question, words_of
from bot.core.plan import Entry, Standing
from bot.core.policy import Roles
from bot.core.steering import Press, Verb
from bot.routing import Schedule
from bot.services.hosting import Host, press
from schedules import SCHEDULES, actions, cards, chat
from tests.fakes import FakeDatabase
from tests.samples import sample_content

CONTENT = sample_content()
ROOMS = {Platform.X: Place(Platform.X), Platform.TEAMS: Place(Platform.TEAMS, "tenant", "channel")}
BEFORE = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


async def plan(
    database: FakeDatabase, schedule: Schedule, now: datetime, content: Content = CONTENT
) -> Mapping[str, Entry]:
    """Run a schedule's job as the runtime does; what is planned after it."""
    async with database.transaction() as tx:
        for rhythm in schedule.rhythms:
            await rhythm.job(now, Context(now, content, ROOMS, Roles(), tx))
        return {entry.key: entry for entry in await tx.plan.list() if entry.standing is Standing.PLANNED}


async def change(database: FakeDatabase, entry: Entry) -> None:
    async with database.transaction() as tx:
        assert await tx.plan.change(entry)


def chats(**changed: Chat | None) -> Content:
    kept = {**CONTENT.chats, **{name.strip("_").replace("_", "-"): chat for name, chat in changed.items()}}
    return replace(CONTENT, chats={name: chat for name, chat in kept.items() if chat})


async def test_the_chats_that_are_not_over_are_planned(database: FakeDatabase) -> None:
    planned = await plan(database, chat.SCHEDULE, BEFORE)
    assert {entry.group for entry in planned.values()} == {"chat:2026-12-15", "chat:2027-01-12"}
    assert len(planned) == 11 + 7
    assert all(set(entry.bodies) == set(ROOMS) for entry in planned.values())


async def test_planning_again_changes_nothing(database: FakeDatabase) -> None:
    for schedule in SCHEDULES:
        first = await plan(database, schedule, BEFORE)
        assert await plan(database, schedule, BEFORE) == first


async def test_a_start_in_the_middle_of_a_chat_plans_what_can_still_be_said(database: FakeDatabase) -> None:
    planned = await plan(database, chat.SCHEDULE, datetime(2026, 12, 15, 20, 16, tzinfo=UTC))
    tonight = [entry.tail for entry in planned.values() if entry.group == "chat:2026-12-15"]
    assert tonight == ["q2", "q3", "q4", "wrap"]


async def test_an_entry_that_is_a_little_late_is_still_planned(database: FakeDatabase) -> None:
    planned = await plan(database, chat.SCHEDULE, datetime(2026, 12, 15, 20, 14, tzinfo=UTC))
    assert "chat:2026-12-15:q1" in planned


async def test_a_chat_is_over_once_its_wrap_is_too_late(database: FakeDatabase) -> None:
    planned = await plan(database, chat.SCHEDULE, datetime(2026, 12, 15, 21, 8, tzinfo=UTC))
    assert {entry.group for entry in planned.values()} == {"chat:2027-01-12"}


async def test_a_moved_chat_moves_its_entries(database: FakeDatabase) -> None:
    await plan(database, chat.SCHEDULE, BEFORE)
    january = CONTENT.chats["2027-01-12"]
    assert january.date is not None
    moved = january.model_copy(update={"date": january.date + timedelta(days=7)})
    planned = await plan(database, chat.SCHEDULE, BEFORE, chats(_2027_01_12=moved))
    assert planned["chat:2027-01-12:welcome"].wall == "2027-01-19T12:30"


async def reworded(database: FakeDatabase, key: str, title: str) -> None:
    async with database.transaction() as tx:
        entry = await tx.plan.get(key)
        assert entry is not None
        assert await tx.plan.change(replace(entry, title=title, edited=True))


async def test_what_a_host_changed_moves_with_its_chat(database: FakeDatabase) -> None:
    first = await plan(database, chat.SCHEDULE, BEFORE)
    await reworded(database, "chat:2026-12-15:q1", "Q1. In other words?")
    other = {"month": None, "date": date(2026, 12, 17), "start": time(19)}
    moved = CONTENT.chats["2026-12-15"].model_copy(update=other)
    planned = await plan(database, chat.SCHEDULE, BEFORE, chats(_2026_12_15=moved))
    q1, before = planned["chat:2026-12-15:q1"], first["chat:2026-12-15:q1"]
    assert q1.title == "Q1. In other words?"
    assert q1.due - before.due == q1.cut_off - before.cut_off == timedelta(days=2, hours=-1)
    assert await plan(database, chat.SCHEDULE, BEFORE, chats(_2026_12_15=moved)) == planned


async def test_nothing_is_left_of_a_chat_that_is_taken_out_and_all_of_it_comes_back(database: FakeDatabase) -> None:
    first = await plan(database, chat.SCHEDULE, BEFORE)
    await reworded(database, "chat:2026-12-15:q1", "Q1. In other words?")
    planned = await plan(database, chat.SCHEDULE, BEFORE, chats(_2026_12_15=None))
    assert {entry.group for entry in planned.values()} == {"chat:2027-01-12"}
    assert set(await plan(database, chat.SCHEDULE, BEFORE)) == set(first)


async def test_a_chat_that_its_hosts_steer_goes_on_without_its_file(database: FakeDatabase) -> None:
    first = await plan(database, chat.SCHEDULE, BEFORE)
    await change(database, replace(first["chat:2026-12-15:welcome"], standing=Standing.RELEASED))
    await reworded(database, "chat:2026-12-15:q1", "Q1. In other words?")
    tonight = datetime(2026, 12, 15, 20, 2, tzinfo=UTC)
    assert "chat:2026-12-15:q1" in await plan(database, chat.SCHEDULE, tonight, chats(_2026_12_15=None))


async def test_what_is_taken_out_of_content_is_cancelled(database: FakeDatabase) -> None:
    await plan(database, chat.SCHEDULE, BEFORE)
    december = CONTENT.chats["2026-12-15"]
    shorter = december.model_copy(update={"questions": december.questions[:3]})
    planned = await plan(database, chat.SCHEDULE, BEFORE, chats(_2026_12_15=shorter, _2027_01_12=None))
    assert {entry.tail for entry in planned.values() if entry.tail.startswith("q")} == {"q1", "q2", "q3"}
    assert {entry.group for entry in planned.values()} == {"chat:2026-12-15"}


def with_questions(*texts: str) -> Content:
    given = tuple(Question(text=text) for text in texts)
    return chats(_2026_12_15=CONTENT.chats["2026-12-15"].model_copy(update={"questions": given}))


async def insert(database: FakeDatabase, text: str, content: Content) -> None:
    await plan(database, chat.SCHEDULE, BEFORE, content)
    async with database.transaction() as tx:
        wanted, host = Press(Verb.INSERT, text=text), Host("slack:T1/U1", "Anna")
        await press(tx, wanted, host, content, BEFORE, chat_id="2026-12-15")


async def test_a_question_that_comes_into_the_file_of_a_held_chat_is_held(database: FakeDatabase) -> None:
    await plan(database, chat.SCHEDULE, BEFORE, with_questions("Why?"))
    tonight = datetime(2026, 12, 15, 20, 2, tzinfo=UTC)
    async with database.transaction() as tx:
        host = Host("slack:T1/U1", "Anna")
        await press(tx, Press(Verb.HOLD), host, CONTENT, tonight, chat_id="2026-12-15")
    planned = await plan(database, chat.SCHEDULE, tonight, with_questions("Why?", "How?"))
    assert not [entry for entry in planned.values() if entry.group == "chat:2026-12-15" and is_question(entry)]
    async with database.transaction() as tx:
        q2 = await tx.plan.get("chat:2026-12-15:q2")
    assert q2 is not None
    assert q2.standing is Standing.HELD


@pytest.mark.parametrize("place", range(3))
async def test_a_question_that_stands_in_the_file_and_was_added_by_a_host_is_put_once(
    database: FakeDatabase, place: int
) -> None:
    await insert(database, "And now?", with_questions("Why?", "How?"))
    written = ["Why?", "How?"]
    written.insert(place, "And now?")
    planned = await plan(database, chat.SCHEDULE, BEFORE, with_questions(*written))
    tonight = [entry for entry in planned.values() if entry.group == "chat:2026-12-15" and is_question(entry)]
    assert {entry.title for entry in tonight} == {"Q1. Why?", "Q2. How?", "Q3. And now?"}


@given(st.lists(st.booleans(), max_size=6))
async def test_every_question_of_a_file_and_of_a_host_is_planned_once_under_a_number_that_stays(
    steps: list[bool],
) -> None:
    """Whichever comes first: a host adds one, or one more stands in the file."""
    database, written, own, known = FakeDatabase(), ["Why?"], list[str](), dict[str, str]()
    for n, by_a_host in enumerate(steps):
        if by_a_host:
            own.append(f"Of a host {n}?")
            await insert(database, own[-1], with_questions(*written))
        else:
            written.append(f"Of the file {n}?")
        planned = await plan(database, chat.SCHEDULE, BEFORE, with_questions(*written))
        tonight = [entry for entry in planned.values() if entry.group == "chat:2026-12-15" and is_question(entry)]
        assert sorted(words_of(entry) for entry in tonight) == sorted(written + own)
        assert known.items() <= (known := {entry.key: entry.title for entry in tonight}).items()


async def test_this_months_actions_and_the_next_months_are_planned(database: FakeDatabase) -> None:
    planned = await plan(database, actions.SCHEDULE, BEFORE)
    assert list(planned) == [
        "action:2026-12:tell-a-manager",
        "action:2026-12:share-a-story",
        "action:2026-12:post-a-card",
        "action:2027-01:plan-the-year",
    ]


async def test_a_month_that_is_far_off_waits(database: FakeDatabase) -> None:
    assert await plan(database, actions.SCHEDULE, datetime(2026, 10, 31, tzinfo=UTC)) == {}


async def test_the_month_is_the_campaigns_not_that_of_greenwich(database: FakeDatabase) -> None:
    midnight_in_london = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
    october = CONTENT.actions[0].model_copy(update={"month": "2026-11"})
    planned = await plan(database, actions.SCHEDULE, midnight_in_london, replace(CONTENT, actions=(october,)))
    assert len(planned) == 3


async def test_actions_whose_day_is_over_are_not_sent_late(database: FakeDatabase) -> None:
    planned = await plan(database, actions.SCHEDULE, datetime(2026, 12, 17, 9, tzinfo=UTC))
    assert list(planned) == ["action:2027-01:plan-the-year"]


async def test_content_does_not_overwrite_what_an_organiser_changed(database: FakeDatabase) -> None:
    entry = (await plan(database, actions.SCHEDULE, BEFORE))["action:2026-12:post-a-card"]
    edited = changed(entry, Draft("Post two cards.", "18/12/2026", "9am"), CONTENT, BEFORE)
    assert isinstance(edited, Entry)
    await change(database, edited)
    without = replace(CONTENT, actions=())
    assert (await plan(database, actions.SCHEDULE, BEFORE))[entry.key].title == "Post two cards."
    assert list(await plan(database, actions.SCHEDULE, BEFORE, without)) == [entry.key]


async def test_cards_with_a_day_to_come_are_planned(database: FakeDatabase) -> None:
    planned = await plan(database, cards.SCHEDULE, BEFORE)
    assert list(planned) == ["card:evidence"]


async def test_a_card_is_planned_until_a_month_after_its_day(database: FakeDatabase) -> None:
    noon = datetime(2027, 1, 15, 12, tzinfo=UTC)
    assert list(await plan(database, cards.SCHEDULE, noon - timedelta(minutes=1))) == ["card:evidence"]
    assert await plan(FakeDatabase(), cards.SCHEDULE, noon) == {}


def test_every_job_that_keeps_house_runs_at_the_start_and_each_night() -> None:
    rhythms = [rhythm for schedule in SCHEDULES for rhythm in schedule.rhythms]
    house = [rhythm for rhythm in rhythms if rhythm.at_start]
    assert [rhythm.name for rhythm in house] == [
        "plan_chats", "plan_actions", "plan_cards", "plan_what_is_repeated", "forget_what_is_long_over",
        "forget_questions", "forget_handled_events", "forget_what_has_been_kept_long_enough",
            "forget_what_was_remembered_long_enough",
    ]  # fmt: skip
    slots = {rhythm.trigger(CONTENT).next_after(BEFORE) for rhythm in house}
    assert slots == {datetime(2026, 12, 2, 3, tzinfo=ZoneInfo("Europe/London"))}
    assert {rhythm.name for rhythm in rhythms} - {rhythm.name for rhythm in house} == {
        "look_after_questions", "tell_organisers"
    }  # fmt: skip
