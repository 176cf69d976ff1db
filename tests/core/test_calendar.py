"""The calendar of chats, read by another library than wrote it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import MEETINGS_JSON, Meeting, meetings, to_ics, told
from bot.core.content import Chat, Content, Question
from bot.core.history import PastChat
from tests.samples import sample_content

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SOURCE = "https://a.example/"


def content(**chats: Chat) -> Content:
    return sample_content(chats={name.strip("_").replace("_", "-"): chat for name, chat in chats.items()})


def local(event: icalendar.Event) -> datetime:
    assert isinstance(event.start, datetime)
    return event.start.astimezone(LONDON)


def read(found: Sequence[Meeting], of: Content) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(to_ics(found, of))
    assert isinstance(calendar, icalendar.Calendar)
    assert calendar.errors == []
    return list(calendar.events)


def told_first(of: Content, *history: PastChat, now: datetime = NOW) -> Sequence[Meeting]:
    return told(meetings(of, history, now), (), now)


def test_an_event_has_everything_that_a_calendar_shows() -> None:
    chat = Chat(
        month="2026-12",
        topic="Evidence, and; then\\",
        lead="Zoë",
        summary="Two\nlines",
        questions=(Question(text="Why?"),),
        source=SOURCE,
    )
    of = content(_2026_12_15=chat)
    event = read(told_first(of), of)[0]
    assert event["SUMMARY"] == f"{of.campaign.chat_hashtag}: Evidence, and; then\\"
    assert event["DESCRIPTION"] == "With Zoë.\nHosted by the organisers.\nTwo\nlines\nQ1. Why?"
    assert event.start == datetime(2026, 12, 15, 20, 0, tzinfo=UTC)
    assert event.end - event.start == timedelta(hours=1)
    assert (event["URL"], event["SEQUENCE"], event["STATUS"]) == (SOURCE, 0, "CONFIRMED")
    assert event.DTSTAMP == event.LAST_MODIFIED == NOW


@pytest.mark.parametrize("year", range(2015, 2036))
def test_regular_chats_are_at_eight_in_london_on_third_tuesdays_of_every_year(year: int) -> None:
    of = content()
    events = read(told_first(of, now=datetime(year, 1, 1, tzinfo=UTC)), of)
    starts = [local(event) for event in events]
    assert [start.month for start in starts] == list(range(1, 13))
    assert {(start.hour, start.minute, start.weekday()) for start in starts} == {(20, 0, 1)}
    assert all(15 <= start.day <= 21 for start in starts)
    assert {start.utcoffset() for start in starts} == {timedelta(0), timedelta(hours=1)}


def test_a_month_with_a_chat_has_no_regular_day_beside_it() -> None:
    of = content(_2026_12_15=Chat(date=dt.date(2026, 12, 17), topic="Moved"))
    events = read(told_first(of), of)
    assert [f"{event.start:%Y-%m-%d}" for event in events[:2]] == ["2026-12-17", "2027-01-19"]
    assert (len(events), events[1]["STATUS"]) == (12, "TENTATIVE")


def test_a_month_that_is_left_out_has_no_regular_day() -> None:
    of = content()
    rule = of.campaign.chat.model_copy(update={"skip": ("2027-08",)})
    skipping = replace(of, campaign=of.campaign.model_copy(update={"chat": rule}))
    assert [f"{event.start:%Y-%m}" for event in read(told_first(skipping), of) if f"{event.start:%m}" == "08"] == []


def test_a_regular_day_that_gets_a_topic_and_then_moves_stays_the_same_event() -> None:
    of = content()
    first = told_first(of)
    named = content(_2026_12_15=Chat(month="2026-12", topic="Evidence"))
    second = told(meetings(named, (), NOW), first, NOW + timedelta(hours=1))
    moved = content(_2026_12_15=Chat(date=dt.date(2027, 1, 5), topic="Evidence"))
    third = told(meetings(moved, (), NOW), second, NOW + timedelta(hours=2))
    events = [read(found, of) for found in (first, second, third)]
    event = [next(e for e in found if e["UID"] == events[0][0]["UID"]) for found in events]
    assert [one["SEQUENCE"] for one in event] == [0, 1, 2]
    assert [one["STATUS"] for one in event] == ["TENTATIVE", "CONFIRMED", "CONFIRMED"]
    assert local(event[2]).date() == dt.date(2027, 1, 5)
    assert NOW + timedelta(hours=2) == event[2].LAST_MODIFIED


def test_a_month_with_two_chats_has_an_event_for_each() -> None:
    of = content(_2026_12_10=Chat(date=dt.date(2026, 12, 10), topic="A"), _2026_12_15=Chat(month="2026-12", topic="B"))
    uids = [event["UID"] for event in read(told_first(of), of)]
    assert len(uids) == len(set(uids)) == 13


def test_a_chat_that_is_taken_away_is_cancelled_until_its_time_has_passed() -> None:
    of = content(
        _2026_12_10=Chat(date=dt.date(2026, 12, 10), topic="Extra"), _2026_12_15=Chat(month="2026-12", topic="A")
    )
    before = told_first(of)
    without = content(_2026_12_15=Chat(month="2026-12", topic="A"))
    later = NOW + timedelta(hours=1)
    cancelled = [m for m in told(meetings(without, (), later), before, later) if m.cancelled]
    assert [(meeting.start.day, meeting.revision) for meeting in cancelled] == [(15, 1)]
    assert "STATUS:CANCELLED" in to_ics(cancelled, of)
    after = datetime(2026, 12, 24, tzinfo=UTC)
    assert not [m for m in told(meetings(without, (), after), before, after) if m.cancelled]


def test_what_did_not_change_keeps_its_revision_and_its_time() -> None:
    of = content(_2026_12_15=Chat(month="2026-12", topic="A"))
    first = told_first(of)
    stored = MEETINGS_JSON.validate_json(MEETINGS_JSON.dump_json(first))
    assert list(told(meetings(of, (), NOW), stored, NOW + timedelta(days=1))) == list(first)


def test_history_is_in_the_calendar_at_its_own_times() -> None:
    past = PastChat(
        date=dt.date(2019, 11, 19), start=dt.time(12, 30), topic="Lunch", lead="Ann", note="At noon.", source=SOURCE
    )
    of = content()
    event = read(told_first(of, past), of)[0]
    assert event.start == datetime(2019, 11, 19, 12, 30, tzinfo=UTC)
    assert (event["DESCRIPTION"], event["URL"]) == ("With Ann. At noon.", SOURCE)


def test_a_chat_in_content_goes_before_the_same_one_in_history() -> None:
    past = PastChat(date=dt.date(2026, 12, 15), topic="Old", source=SOURCE)
    of = content(_2026_12_15=Chat(month="2026-12", topic="New"))
    assert [m.title for m in told_first(of, past) if m.start.month == 12 and m.start.year == 2026] == [
        f"{of.campaign.chat_hashtag}: New"
    ]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200))
def test_words_come_back_as_they_were_from_lines_of_75_octets(words: str) -> None:
    of = content()
    text = to_ics([replace(told_first(of)[0], title=words, description=f"{words}\n{words}")], of)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert (event["SUMMARY"], event["DESCRIPTION"]) == (words, f"{words}\n{words}")
