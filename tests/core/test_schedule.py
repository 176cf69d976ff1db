"""When something regular is due, held against tables made another way: London's clock changes by hand arithmetic."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.schedule import Daily, Every, NthWeekday, Trigger, nth_weekday, resolve

LONDON = ZoneInfo("Europe/London")
YEARS = range(2015, 2036)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def last_sunday(year: int, month: int) -> date:
    """Of a month of 31 days."""
    return max(date(year, month, day) for day in range(25, 32) if date(year, month, day).weekday() == calendar.SUNDAY)


def changes(year: int) -> tuple[datetime, datetime]:
    """When London's clocks go forward and back: 01:00 UTC on the last Sundays of March and October."""
    return tuple(  # type: ignore[return-value]
        datetime.combine(last_sunday(year, month), time(1), UTC) for month in (3, 10)
    )


def on_london_clocks(instant: datetime) -> datetime:
    forward, back = changes(instant.year)
    return (instant + HOUR if forward <= instant < back else instant).replace(tzinfo=None)


def third_tuesday_eight_oclock(year: int, month: int) -> datetime:
    weeks = calendar.Calendar(calendar.MONDAY).monthdayscalendar(year, month)
    day = [week[calendar.TUESDAY] for week in weeks if week[calendar.TUESDAY]][2]
    return next(
        instant
        for hour in (19, 20)
        if on_london_clocks(instant := datetime(year, month, day, hour, tzinfo=UTC)).hour == 20
    )


CHAT = NthWeekday(3, calendar.TUESDAY, time(20), LONDON)
CHANGES = [change for year in YEARS for change in changes(year)]

times = st.times().map(lambda at: at.replace(tzinfo=None, fold=0))
zones = st.sampled_from([LONDON, ZoneInfo("UTC"), ZoneInfo("America/Nuuk"), ZoneInfo("Pacific/Auckland")])
triggers = st.one_of(
    st.builds(Every, st.timedeltas(timedelta(seconds=1), timedelta(days=40))),
    st.builds(Daily, times, zones),
    st.builds(NthWeekday, st.integers(1, 4), st.integers(0, 6), times, zones),
)
around_changes = st.builds(lambda change, gap: change + gap, st.sampled_from(CHANGES), st.timedeltas(-2 * DAY, 2 * DAY))
years = st.timedeltas(timedelta(0), 20 * 365 * DAY)
instants = around_changes | years.map(lambda gap: datetime(2015, 1, 1, tzinfo=UTC) + gap)


@pytest.mark.parametrize("year", YEARS)
def test_the_chat_is_on_the_third_tuesday_at_eight_in_london(year: int) -> None:
    expected = [third_tuesday_eight_oclock(year, month) for month in range(1, 13)]
    assert [CHAT.on(year, month) for month in range(1, 13)] == expected
    assert [CHAT.next_after(slot - INSTANT) for slot in expected] == expected


def test_every_chat_follows_the_one_before() -> None:
    slot, seen = datetime(2015, 1, 1, tzinfo=UTC), []
    while (slot := CHAT.next_after(slot)).year in YEARS:
        seen.append(slot)
    assert seen == [third_tuesday_eight_oclock(year, month) for year in YEARS for month in range(1, 13)]


def test_the_chat_of_september_2017_was_at_seven_utc() -> None:
    assert CHAT.on(2017, 9) == datetime(2017, 9, 19, 19, tzinfo=UTC)


@given(triggers, instants)
def test_the_next_slot_is_later_and_no_slot_is_between(trigger: Trigger, instant: datetime) -> None:
    slot = trigger.next_after(instant)
    assert slot > instant
    assert slot.utcoffset() == timedelta(0)
    assert trigger.next_after(slot - INSTANT) == slot
    assert trigger.next_after(instant + (slot - instant) / 2) == slot
    assert trigger.next_after(slot) > slot


@pytest.mark.parametrize("at", [time(0), time(0, 30), time(1), time(1, 30), time(2), time(20), time(23, 59)])
def test_every_day_around_a_clock_change_has_one_daily_slot(at: time) -> None:
    for change in CHANGES:
        start = datetime.combine(change.date() - 2 * DAY, time(0), UTC) - 2 * HOUR
        slot, days = start, []
        while (slot := Daily(at, LONDON).next_after(slot)) < start + 6 * DAY:
            days.append(on_london_clocks(slot).date())
        wanted = [days[0] + n * DAY for n in range(len(days))]
        assert days == wanted
        assert len(days) == 6


@pytest.mark.parametrize("year", YEARS)
def test_a_daily_slot_keeps_its_wall_time_across_clock_changes(year: int) -> None:
    for day in (change.date() + n * DAY for change in changes(year) for n in range(-2, 3)):
        assert on_london_clocks(resolve(day, time(20), LONDON)) == datetime.combine(day, time(20))


@pytest.mark.parametrize("year", YEARS)
def test_a_time_that_clocks_skip_comes_an_hour_later_and_one_that_occurs_twice_the_first_time(year: int) -> None:
    forward, back = changes(year)
    assert on_london_clocks(resolve(forward.date(), time(1, 30), LONDON)).time() == time(2, 30)
    assert resolve(back.date(), time(1, 30), LONDON) == back - HOUR / 2


def test_a_slot_that_a_clock_change_moves_past_midnight_is_not_missed() -> None:
    """Nuuk's clocks went from 23:00 on 30 March 2024 straight to midnight."""
    slot = datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    late = Daily(time(23, 30), ZoneInfo("America/Nuuk"))
    assert late.next_after(slot - HOUR) == late.next_after(slot - INSTANT) == slot


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_the_nth_weekday_falls_in_its_week(nth: int) -> None:
    for year in YEARS:
        for month in range(1, 13):
            day = nth_weekday(year, month, nth, calendar.FRIDAY)
            assert day.weekday() == calendar.FRIDAY
            assert 7 * nth - 6 <= day.day <= 7 * nth


def test_a_fifth_weekday_that_a_month_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        nth_weekday(2017, 9, 5, calendar.TUESDAY)


def test_every_process_counts_the_same_slots() -> None:
    every = Every(timedelta(minutes=5))
    assert every.next_after(datetime(2017, 9, 19, 19, 1, tzinfo=UTC)) == datetime(2017, 9, 19, 19, 5, tzinfo=UTC)
    assert every.next_after(datetime(2017, 9, 19, 19, 5, tzinfo=UTC)) == datetime(2017, 9, 19, 19, 10, tzinfo=UTC)
