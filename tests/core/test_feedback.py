from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Platform
from bot.core.feedback import Period, Unclear, parse_range, readable, said_in
from tests.samples import sample_content

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 16, 9, 30, tzinfo=UTC)
CONTENT = sample_content()

anything = st.text(st.characters())  # with NUL and halves of characters


@given(anything)
def test_what_is_kept_can_be_stored_anywhere(text: str) -> None:
    kept = readable(text)
    assert "\x00" not in kept.encode().decode()
    assert readable(kept) == kept


@pytest.mark.parametrize(
    ("text", "platform", "said"),
    [
        ("feedback great chat", Platform.SLACK, "great chat"),
        ("Feedback: great chat", Platform.TEAMS, "great chat"),
        ("feedback", Platform.SLACK, ""),
        ("#feedback loved it", Platform.X, "loved it"),
        ("Loved tonight, it was my first. #Feedback", Platform.X, "Loved tonight, it was my first. #Feedback"),
        ("some feedback for you: slower please", Platform.X, "some feedback for you: slower please"),
        ("Is anyone reading this? #feedback", Platform.X, "Is anyone reading this? #feedback"),
        ("How do I give feedback?", Platform.X, None),
        ("Loved tonight #feedback", Platform.SLACK, None),
        ("feedbacks are odd", Platform.X, None),
        ("When is the chat?", Platform.X, None),
    ],
)
def test_feedback_is_known_by_its_word(text: str, platform: Platform, said: str | None) -> None:
    assert said_in(text, platform, CONTENT) == said


def days(text: str) -> tuple[str, str]:
    period = parse_range(text, LONDON, NOW)
    assert isinstance(period, Period), period
    return period.first, period.last


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("", "the beginning", "now"),
        ("2026-12-01 2026-12-31", "1 December 2026", "31 December 2026"),
        ("from 1/12/2026 to 31/12/2026", "1 December 2026", "31 December 2026"),
        ("1.2.2026 – 03.02.2026", "1 February 2026", "3 February 2026"),
        ("1st Sept 2026 until 2 september 2026", "1 September 2026", "2 September 2026"),
        ("December 2026", "1 December 2026", "31 December 2026"),
        ("2028-02", "1 February 2028", "29 February 2028"),
        ("nov 2026 - dec 2026", "1 November 2026", "31 December 2026"),
        ("this month", "1 December 2026", "31 December 2026"),
        ("last  month", "1 November 2026", "30 November 2026"),
        ("This year", "1 January 2026", "31 December 2026"),
        ("since 3 december 2026", "3 December 2026", "now"),
        ("today", "16 December 2026", "now"),
        ("2026-12-01 2026-12-01", "1 December 2026", "1 December 2026"),
    ],
)
def test_a_period_is_read_as_people_type_it(text: str, first: str, last: str) -> None:
    assert days(text) == (first, last)


def test_a_day_begins_and_ends_at_midnight_in_london() -> None:
    summer = parse_range("2026-07-01 2026-07-31", LONDON, NOW)
    assert isinstance(summer, Period)
    assert (summer.since, summer.until) == (
        datetime(2026, 6, 30, 23, tzinfo=UTC),
        datetime(2026, 7, 31, 23, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-11-31", "There is no “2026-11-31” in the calendar."),
        ("2026-00", "There is no “2026-00” in the calendar."),
        ("32 december 2026", "There is no “32 december 2026” in the calendar."),
        ("december", "I cannot read “december” as a date."),
        ("last week", "I cannot read “last week” as a date."),
        ("from 1 december 2026, to next week", "I cannot read “next week” as a date."),
        ("2026-12-31 2026-12-01", "31 December 2026 comes after 1 December 2026."),
        ("2026-12-01 2026-12-02 2026-12-03", "I can use two dates at most: the first day and the last."),
    ],
)
def test_dates_that_cannot_be_read_are_answered_in_words(text: str, problem: str) -> None:
    assert parse_range(text, LONDON, NOW) == Unclear(problem)


@given(anything)
def test_no_text_makes_reading_a_period_fail(text: str) -> None:
    assert isinstance(parse_range(text, LONDON, NOW), Period | Unclear)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_in_every_spelling(day: date) -> None:
    spellings = [f"{day:%Y-%m-%d}", f"{day.day}/{day.month}/{day.year}", f"{day.day} {day:%B %Y}", f"{day:%d %b %Y}"]
    assert len({parse_range(spelling, LONDON, NOW) for spelling in spellings}) == 1


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\u2060 \ufeff\u200e", "\ue000"])
def test_where_there_is_nothing_to_see_there_is_nothing(text: str) -> None:
    assert readable(text) == ""
