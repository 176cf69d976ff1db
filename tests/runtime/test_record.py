"""The record of a chat, from what a database has of it."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.content import Chat, Content, Question
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.history import PastChat
from bot.core.problems import Problem
from bot.core.record.values import Listed
from bot.runtime.record import (
    CALENDAR,
    TAKEN_DOWN,
    Chats,
    Record,
    calendar,
    forget,
    keep,
    record,
    records,
    take_back,
)
from tests.fakes import FakeDatabase
from tests.handlers.desk import Desk
from tests.handlers.evening import at, evening, go_on_to
from tests.samples import sample_content

START = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PAGE = "https://example.org/"
HISTORY = (
    PastChat(date=dt.date(2015, 5, 19), topic="First", people=10, source=PAGE),
    PastChat(date=dt.date(2016, 5, 17), topic="Second", questions=3, lead="Zoë", source=PAGE),
    PastChat(date=dt.date(2019, 11, 19), start=dt.time(12, 30), topic="Lunch", people=99, source=PAGE),
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


EVENING = "2026-12-15"
ON_AIR = Chats(sample_content(), ())


async def steered(*pressed: tuple[int, str]) -> Desk:
    """The evening of the sample's chat, over, with what its host did at a minute of it."""
    desk = await evening(Desk(), 0)
    for minute, words in pressed:
        await go_on_to(desk, at(minute))
        await desk.command(f"chat {words}", "organiser")
    return await go_on_to(desk, at(100))


async def answers(desk: Desk, *posts: HeardPost) -> Record:
    await keep(desk.database, EVENING, posts or [post("1", 6, "ann", "A1 yes", at(0))])
    return await record(desk.database, ON_AIR, EVENING)


def listed(found: Record) -> dict[str, str]:
    return {section.name: section.title for section in found.transcript.sections if section.number > 0}


async def test_questions_are_listed_as_they_were_put_on_the_evening() -> None:
    desk = await steered((10, "edit q3 What does the law say?"), (11, "skip q4"), (20, "insert And at night?"))
    planned = [question.text for question in sample_content().chats[EVENING].questions]
    assert listed(await answers(desk)) == {
        "Q1": planned[0],
        "Q2": planned[1],
        "Q3": "What does the law say?",
        "Q5": "And at night?",
    }


async def test_a_question_that_was_taken_down_is_not_quoted_but_its_answers_stay() -> None:
    desk = await steered((20, "hide q2"))
    found = await answers(desk, post("1", 21, "ann", "A2 ours does", at(0)), post("2", 6, "bob", "A1 yes", at(0)))
    section = next(section for section in found.transcript.sections if section.number == 2)
    assert (section.title, len(section.lines)) == (TAKEN_DOWN, 1)


async def test_replies_to_a_question_that_was_put_again_answer_it_and_the_minutes_go_on_to_the_end() -> None:
    desk = await steered((6, "show"), (25, "repeat q1"), (40, "extend 15"))
    again = f"remote chat:{EVENING}:q1-again-1:x"
    found = await answers(desk, post("1", 50, "ann", "We ask the wards, and they tell us", at(0), in_reply_to=again))
    first = found.about.asked[0]
    assert again in first.posts
    assert (first.at, found.about.end) == (at(6), at(75))
    assert found.figures.questions[0].posts == 1
    assert len(found.figures.minutes) == 75


async def test_a_chat_that_the_bot_did_not_put_has_the_questions_of_its_file() -> None:
    desk = Desk()
    assert len(listed(await answers(desk))) == len(sample_content().chats[EVENING].questions)


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
    listed = CHATS.listed(CHATS.begun(datetime(2018, 1, 1, tzinfo=UTC)))
    assert listed == [
        Listed("2015-05-19", dt.date(2015, 5, 19), "First", "", "https://example.org/", 10),
        Listed("2016-05-17", dt.date(2016, 5, 17), "Second", "Zoë", "https://example.org/"),
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
    assert [entry.about for entry in database.kept.audit.entries] == ["x"]
    assert await take_back(database, people)
    assert not await take_back(database, people)
    assert await keep(database, "2017-09-19", [post("3", 8, "ann", "A1 again")]) == 1
