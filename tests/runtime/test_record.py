"""The record of a chat, from what a database has of it."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.content import Chat, Content, Question
from bot.core.events import Place, Platform
from bot.core.heard import HeardPost
from bot.core.history import PastChat
from bot.core.outbox import State, Text, new_post
from bot.core.problems import Problem
from bot.core.record.values import Listed
from bot.runtime.record import CALENDAR, Chats, calendar, forget, keep, record, records, take_back
from tests.fakes import FakeDatabase
from tests.samples import sample_content

START = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HISTORY = (
    PastChat(date=dt.date(2015, 5, 19), topic="First", people=10, source="https://a.example/"),
    PastChat(date=dt.date(2016, 5, 17), topic="Second", questions=3, lead="Zoë", source="https://a.example/"),
    PastChat(date=dt.date(2019, 11, 19), start=dt.time(12, 30), topic="Lunch", people=99, source="https://a.example/"),
)


def content() -> Content:
    questions = (Question(text="How?"), Question(text="And then?"))
    return sample_content(chats={"2017-09-19": Chat(month="2017-09", topic="Evidence", questions=questions)})


CHATS = Chats(content(), HISTORY)


def post(id_: str, minute: float, author: str, text: str, start: datetime = START, **more: str) -> HeardPost:
    return HeardPost(Platform.X, id_, start + minute * MINUTE, author, text, name=author, **more)  # type: ignore[arg-type]


async def heard(chat: str = "2017-09-19", *posts: HeardPost) -> FakeDatabase:
    database = FakeDatabase()
    await keep(database, chat, posts or [post("1", 6, "ann", "A1 yes"), post("2", 35, "bob", "A2 no")])
    return database


async def test_a_record_has_its_posts_by_question_and_what_they_come_to() -> None:
    found = await record(await heard(), CHATS, "2017-09-19")
    assert [(section.name, section.title, len(section.lines)) for section in found.transcript.sections] == [
        ("Q1", "How?", 1),
        ("Q2", "And then?", 1),
    ]
    assert (found.figures.posts, found.about.topic, found.about.hashtag) == (2, "Evidence", "#ukmedlibs")
    assert found.compared == (
        "2 people took part, more than in 0 of the 1 chat that were counted before, in which 10 is the middle."
    )
    assert found.next_at == datetime(2017, 10, 17, 19, 0, tzinfo=UTC)


async def test_a_chat_of_history_has_a_record_too_with_as_many_questions_as_are_known() -> None:
    start = datetime(2016, 5, 17, 19, 0, tzinfo=UTC)
    found = await record(await heard("2016-05-17", post("1", 45, "ann", "A3 yes", start)), CHATS, "2016-05-17")
    assert [(section.name, len(section.lines)) for section in found.transcript.sections] == [
        ("Q1", 0),
        ("Q2", 0),
        ("Q3", 1),
    ]
    assert (found.about.lead, found.about.start) == ("Zoë", start)


async def test_questions_stand_at_the_times_at_which_they_were_put() -> None:
    database = await heard(
        "2017-09-19",
        post("1", 15, "ann", "A1 yes"),
        post("2", 16, "bob", "We ask the wards, and they tell us", in_reply_to="q-on-x"),
    )
    for platform, minute in ((Platform.X, 14), (Platform.SLACK, 13)):
        sent = replace(
            new_post(f"chat:2017-09-19:q1:{platform}", Place(platform), Text("Q1"), START),
            state=State.SENT,
            sent_at=START + minute * MINUTE,
            remote_id="q-on-x" if platform is Platform.X else "",
        )
        async with database.transaction() as tx:
            await tx.outbox.add(sent)
    found = await record(database, CHATS, "2017-09-19")
    first = found.about.asked[0]
    assert (first.at, first.posts) == (START + 13 * MINUTE, frozenset({"q-on-x"}))
    assert found.figures.questions[0].posts == 2


async def test_who_was_in_an_earlier_chat_is_no_first_timer() -> None:
    database = await heard()
    await keep(database, "2015-05-19", [post("9", 0, "ann", "Hello", datetime(2015, 5, 19, 19, 0, tzinfo=UTC))])
    first, second = await records(database, CHATS)
    assert (first.about.id, first.figures.first_timers) == ("2015-05-19", None)
    assert (second.about.id, second.figures.first_timers) == ("2017-09-19", 1)
    assert "in which 1 is the middle" in second.compared, "what was heard goes before what was published"


async def test_a_chat_in_which_nothing_was_heard_has_no_record() -> None:
    with pytest.raises(Problem, match=r"Nothing was heard in the chat 2015-05-19 so far.*antiphon chat import"):
        await record(await heard(), CHATS, "2015-05-19")
    assert await records(FakeDatabase(), CHATS) == []


async def test_an_id_that_there_is_not_is_told_with_what_may_be_meant() -> None:
    with pytest.raises(Problem, match=r"There is no chat '2017-09-18'.* Did you mean 2017-09-19"):
        await record(await heard(), CHATS, "2017-09-18")
    with pytest.raises(Problem, match=r"content/history.yaml.$"):
        CHATS.about("")


def test_chats_that_have_begun_are_listed_with_what_is_known_of_them() -> None:
    listed = CHATS.listed(datetime(2018, 1, 1, tzinfo=UTC))
    assert listed == [
        Listed("2015-05-19", dt.date(2015, 5, 19), "First", "", "https://a.example/", 10),
        Listed("2016-05-17", dt.date(2016, 5, 17), "Second", "Zoë", "https://a.example/"),
        Listed("2017-09-19", dt.date(2017, 9, 19), "Evidence"),
    ]


async def test_the_calendar_remembers_what_it_told() -> None:
    database = FakeDatabase()
    first = await calendar(database, CHATS, NOW)
    stored = database.kept.ledger.notes[CALENDAR]
    assert await calendar(database, CHATS, NOW + timedelta(days=1)) == list(first)
    assert database.kept.ledger.notes[CALENDAR] == stored
    renamed = replace(CHATS, history=(replace_topic(HISTORY[0]), *HISTORY[1:]))
    assert (await calendar(database, renamed, NOW + timedelta(days=2)))[0].revision == 1


def replace_topic(past: PastChat) -> PastChat:
    return past.model_copy(update={"topic": "Better"})


async def test_who_wants_to_be_forgotten_is_and_the_wish_can_be_taken_back() -> None:
    database = await heard()
    people = {(Platform.X, "@ann")}
    assert await forget(database, people, NOW) == 1
    assert await keep(database, "2017-09-19", [post("3", 8, "ann", "A1 again")]) == 0
    assert [entry.about for entry in database.kept.audit.entries] == ["x:@ann"]
    assert await take_back(database, people)
    assert not await take_back(database, people)
    assert await keep(database, "2017-09-19", [post("3", 8, "ann", "A1 again")]) == 1
