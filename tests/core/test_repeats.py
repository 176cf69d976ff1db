"""Rules as people type them, and their days: none missing and none twice, held against a calendar made another way."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.repeats import Monthly, Repeats, Rule, Weekly, read_end, read_rule
from bot.core.schedule import resolve

LONDON = ZoneInfo("Europe/London")
FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)
TUESDAY = date(2026, 12, 1)
MON, TUE, THU = 0, 1, 3


@pytest.mark.parametrize(
    ("typed", "rule", "said"),
    [
        ("weekly", Weekly(frozenset({TUE})), "every Tuesday"),
        ("every week", Weekly(frozenset({TUE})), "every Tuesday"),
        ("Every Monday", Weekly(frozenset({MON})), "every Monday"),
        ("every weekday Monday", Weekly(frozenset({MON})), "every Monday"),
        ("Mondays and Thursdays", Weekly(frozenset({MON, THU})), "every Monday and Thursday"),
        ("every mon, tues and thu", Weekly(frozenset({MON, TUE, THU})), "every Monday, Tuesday and Thursday"),
        ("every weekday", Weekly(frozenset(range(5))), "every weekday, Monday to Friday"),
        ("fortnightly", Weekly(frozenset({TUE}), 2), "every other Tuesday"),
        ("every other Monday", Weekly(frozenset({MON}), 2), "every other Monday"),
        ("every third Tuesday", Monthly(3, TUE), "the third Tuesday of every month"),
        ("First Monday of the month", Monthly(1, MON), "the first Monday of every month"),
        ("the last thursday of every month", Monthly(-1, THU), "the last Thursday of every month"),
    ],
)
def test_a_rule_is_read_as_people_write_it_and_said_back(typed: str, rule: Rule, said: str) -> None:
    assert read_rule(typed, TUESDAY) == (rule, None)
    assert str(rule) == said
    assert read_rule(said, TUESDAY)[0] == rule if "," not in said else True
    assert read_rule(f"{typed} at 9am", TUESDAY) == (rule, time(9))


@pytest.mark.parametrize("typed", ["", "daily", "every fifth Tuesday", "monthly", "every Moonday", "at 9am", "every"])
def test_what_is_no_rule_is_said_with_what_is_one(typed: str) -> None:
    with pytest.raises(ValueError, match="is not a rule that I can read"):
        read_rule(typed, TUESDAY)


def test_a_time_that_cannot_be_read_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="9am, 9"):
        read_rule("every Monday at nine", TUESDAY)


def test_the_time_may_stand_in_the_rule_in_any_way_of_writing_it() -> None:
    assert read_rule("Every Monday at 9.30 p.m.", TUESDAY) == (Weekly(frozenset({MON})), time(21, 30))


def test_an_end_is_a_day_or_a_number_of_times() -> None:
    assert read_end("until 31 March 2027") == read_end("31/3/2027") == (date(2027, 3, 31), None)
    assert read_end("6") == read_end("6 times") == (None, 6)
    for typed in ("0", "for ever", "31/2/2027"):
        with pytest.raises(ValueError, match="how often, like 6 times"):
            read_end(typed)


def test_the_end_counts_what_it_says() -> None:
    mondays = Weekly(frozenset({MON}))
    assert list(Repeats(mondays, TUESDAY, time(9), until=date(2026, 12, 14)).days()) == [
        date(2026, 12, 7), date(2026, 12, 14),
    ]  # fmt: skip
    assert len(list(Repeats(mondays, TUESDAY, time(9), times=3).days())) == 3
    assert list(Repeats(mondays, TUESDAY, time(9), until=TUESDAY - timedelta(days=1)).days()) == []
    said = str(Repeats(mondays, TUESDAY, time(9), times=3))
    assert said == "Every Monday at 9am, from 1 December 2026 on, 3 times"


CALENDAR = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
OF_MONTH = {
    day: {(day.day + 6) // 7} | ({-1} if (day + timedelta(days=7)).month != day.month else set()) for day in CALENDAR
}


def counted(rule: Rule, first: date) -> list[date]:
    """The days to 2035 of a rule, found by looking at every day of the calendar."""
    if isinstance(rule, Monthly):
        return [day for day in CALENDAR if day >= first and day.weekday() == rule.weekday and rule.nth in OF_MONTH[day]]
    hit = [day for day in CALENDAR if day >= first and day.weekday() in rule.weekdays]
    week = hit[0].toordinal() - hit[0].weekday()
    return [day for day in hit if (day.toordinal() - week) // 7 % rule.every == 0]


rules = st.builds(Monthly, st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6)) | st.builds(
    Weekly, st.frozensets(st.integers(0, 6), min_size=1), st.sampled_from([1, 2])
)
firsts = st.dates(FIRST, date(2034, 12, 31))


@settings(max_examples=40)
@given(rules, firsts)
def test_no_day_is_missing_and_none_is_twice_until_2035(rule: Rule, first: date) -> None:
    days = list(Repeats(rule, first, time(9), until=LAST).days())
    assert days == counted(rule, first)
    assert len(set(days)) == len(days)


@settings(max_examples=30)
@given(rules, firsts, st.integers(1, 40))
def test_so_many_times_are_the_first_so_many(rule: Rule, first: date, times: int) -> None:
    assert list(Repeats(rule, first, time(9), times=times).days()) == list(islice(rule.days(first), times))


@settings(max_examples=40)
@given(rules, firsts, st.builds(time, st.integers(0, 23), st.integers(0, 59)))
def test_every_time_is_at_its_wall_time_in_london_and_later_than_the_one_before(
    rule: Rule, first: date, at: time
) -> None:
    days = list(takewhile(lambda day: day <= first + timedelta(days=400), rule.days(first)))
    dues = [resolve(day, at, LONDON) for day in days]
    assert all(one < other for one, other in pairwise(dues))
    for day, due in zip(days, dues, strict=True):
        skipped = datetime.combine(day, at, LONDON).astimezone(UTC).astimezone(LONDON).time() != at
        assert due.astimezone(LONDON).replace(tzinfo=None) == datetime.combine(day, at) + timedelta(hours=skipped)
