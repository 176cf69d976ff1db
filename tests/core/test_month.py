from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chat import run_sheet
from bot.core.events import Platform
from bot.core.month import beside, bounds, is_month, laid_out, near
from bot.core.plan import Entry
from tests.samples import sample_content

CONTENT = sample_content()
LONDON = ZoneInfo("Europe/London")
MONTHS = st.builds("{:04}-{:02}".format, st.integers(2001, 2098), st.integers(1, 12))


def chat() -> list[Entry]:
    return list(run_sheet("2026-12-15", CONTENT.chats["2026-12-15"], CONTENT, Platform))


@given(MONTHS, st.integers(-11, 11))
def test_months_beside_each_other_lead_back(month: str, by: int) -> None:
    assert beside(beside(month, by), -by) == month


@given(MONTHS)
def test_months_join_without_a_gap(month: str) -> None:
    assert bounds(month, LONDON)[1] == bounds(beside(month, 1), LONDON)[0]


@given(MONTHS)
def test_every_day_of_a_month_has_its_place_in_the_table_once(month: str) -> None:
    days = [day for week in laid_out(month, []).weeks for day in week if day]
    assert days == sorted(set(days))
    assert {f"{day:%Y-%m}" for day in days} == {month}
    assert all(len(week) == 7 for week in laid_out(month, []).weeks)


def test_a_month_begins_at_midnight_on_the_campaigns_clocks() -> None:
    assert bounds("2026-07", LONDON)[0] == datetime(2026, 6, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-1", "1926-01", "2026-12-01", "٢٠٢٦-12"])
def test_what_is_no_month(text: str) -> None:
    assert not is_month(text)


def test_a_chats_posts_of_a_day_are_one_line() -> None:
    days = laid_out("2026-12", chat()).days
    (evening,) = days[date(2026, 12, 15)]
    assert len(evening.entries) > 5
    assert evening.first.due == min(entry.due for entry in evening.entries)
    assert sum(len(line.entries) for lines in days.values() for line in lines) == len(chat())


def test_what_is_near_names_a_chat_once_and_not_the_entry_itself() -> None:
    entry = chat()[-1]
    mine = replace(entry, key="action:x", group="action:2026-12")
    assert near([*chat(), mine], mine, timedelta(hours=1)) == [near(chat(), mine, timedelta(hours=1))[0]]
    assert near([mine], mine, timedelta(hours=1)) == []
