"""Dates and times as people write and read them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.dates import (
    day_words,
    end_words,
    instants_told,
    month_words,
    read_day,
    read_time,
    time_words,
    when_words,
    with_year,
)

LONDON = ZoneInfo("Europe/London")

minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-01",
        "2026-12-01 00:00:00",
        "2026/12/1",
        "1/12/2026",
        "01/12/26",
        "1.12.2026",
        "1-12-2026",
        "1 December 2026",
        " 1  DEC 2026 ",
        "1st December 2026",
        "1 december, 2026",
        "Tuesday 1 December 2026",
        "Tue, 1 Dec 2026",
        "1st of December 2026",
        "first Tuesday of December 2026",
        "the 1st Tuesday in December 2026",
    ],
)
def test_a_day_is_read_as_people_in_the_uk_write_it(typed: str) -> None:
    assert read_day(typed) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("typed", "cause"),
    [
        ("", "is not a date"),
        ("soon", "is not a date"),
        ("12/2026", "is not a date"),
        ("1 Dezember 2026", "is not a date"),
        ("1 de 2026", "is not a date"),
        ("31/2/2026", "There is no day"),
        ("12/31/2026", "There is no day"),
        ("29 February 2027", "There is no day"),
        ("0000-01-01", "There is no day"),
        ("1 December", "has no year"),
        ("first Monday in March", "has no year"),
    ],
)
def test_what_is_no_day_is_said_with_an_example(typed: str, cause: str) -> None:
    with pytest.raises(ValueError, match=f"{cause}.* Write it like 2026-12-01"):
        read_day(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("23 November", date(2026, 11, 23)),
        ("22 November", date(2027, 11, 22)),
        ("1 March", date(2027, 3, 1)),
        ("first Monday in March", date(2027, 3, 1)),
        ("last Friday of November", date(2026, 11, 27)),
        ("third Tuesday of November", date(2027, 11, 16)),
    ],
)
def test_a_day_without_a_year_is_the_next_one(typed: str, day: date) -> None:
    assert read_day(typed, since=date(2026, 11, 23)) == day


@pytest.mark.parametrize("typed", ["Monday 2 March", "Wed, 2 March 2027", "early 2 March"])
def test_a_weekday_that_does_not_fit_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match="2 March 2027 is a Tuesday"):
        read_day(typed, since=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("first Monday in March", "1 March 2027"),
        ("1 March", "1 March 2027"),
        (" 1 March 2028 ", " 1 March 2028 "),
        ("10 times", "10 times"),
        ("", ""),
    ],
)
def test_a_day_is_kept_with_its_year(typed: str, kept: str) -> None:
    assert with_year(typed, date(2026, 11, 23)) == kept


@pytest.mark.parametrize(("since", "day"), [(date(2027, 6, 1), date(2028, 2, 29)), (date(2028, 2, 29),) * 2])
def test_the_29th_of_february_is_one_of_a_leap_year(since: date, day: date) -> None:
    assert read_day("29 February", since=since) == day


def test_where_the_next_years_have_no_such_day_it_is_said() -> None:
    with pytest.raises(ValueError, match="There is no day “29 February”"):
        read_day("29 February", since=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("9am", time(9)),
        ("9 am", time(9)),
        ("9 A.M.", time(9)),
        ("09:00", time(9)),
        ("9:00", time(9)),
        ("09:00:00", time(9)),
        ("9.30pm", time(21, 30)),
        ("21.30", time(21, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("noon", time(12)),
        ("12 noon", time(12)),
        ("midday", time(12)),
        ("midnight", time(0)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, at: time) -> None:
    assert read_time(typed) == at


@pytest.mark.parametrize("typed", ["", "9", "nine", "13pm", "0am", "24:00", "9:60", "9:5", "9 o'clock", "9:30:15"])
def test_what_is_no_time_is_said_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match=r"Write it like 9am, 9\.30pm or 21:30\.$"):
        read_time(typed)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(20), "8pm"),
        (time(12, 30), "12:30pm"),
        (time(0, 5), "12:05am"),
        (time(9), "9am"),
        (time(12), "midday"),
        (time(0), "midnight"),
    ],
)
def test_a_time_is_written_in_plain_english(at: time, words: str) -> None:
    assert time_words(at) == words


def test_dates_are_written_in_full() -> None:
    assert day_words(date(2026, 12, 15)) == "Tuesday 15 December 2026"
    assert month_words("2026-12") == "December 2026"
    assert when_words(datetime(2026, 7, 1, 19, tzinfo=UTC), LONDON) == "Wednesday 1 July 2026 at 8pm"


def test_an_instant_within_a_text_is_told_in_words_and_what_only_looks_like_one_stays() -> None:
    text = "from 2026-07-01T19:00+00:00; until 2026-07-01T19:30:00.123456+01:00, 2026-13-01T00:00+00:00, 2026-07-01"
    told = (
        "from Wednesday 1 July 2026 at 8pm; until Wednesday 1 July 2026 at 7:30pm, 2026-13-01T00:00+00:00, 2026-07-01"
    )
    assert instants_told(text, partial(when_words, zone=LONDON)) == told


@given(minutes)
def test_a_time_that_we_write_can_be_read(at: time) -> None:
    assert read_time(time_words(at)) == at


@given(st.dates(date(1000, 1, 1)))
def test_a_day_that_we_write_can_be_read(day: date) -> None:
    assert read_day(day_words(day)) == day


@given(st.text())
def test_nothing_typed_does_more_than_raise_in_words(typed: str) -> None:
    for read in (read_day, partial(read_day, since=date(2026, 11, 23)), read_time):
        assert read_or_words(read, typed) in ("read", "Write it like")


def read_or_words(read: Callable[[str], object], typed: str) -> str:
    try:
        read(typed)
    except ValueError as error:
        return str(error)[str(error).rindex("Write it like") :][:13]
    return "read"


@pytest.mark.parametrize(
    ("local", "words"),
    [
        (datetime(2026, 12, 9, tzinfo=LONDON), "the end of Tuesday 8 December 2026"),
        (datetime(2026, 12, 9, 0, 1, tzinfo=LONDON), "Wednesday 9 December 2026 at 12:01am"),
        (datetime(2026, 6, 1, tzinfo=LONDON), "the end of Sunday 31 May 2026"),
    ],
)
def test_what_ends_at_midnight_ends_with_the_day_before(local: datetime, words: str) -> None:
    assert end_words(local.astimezone(UTC), LONDON) == words
