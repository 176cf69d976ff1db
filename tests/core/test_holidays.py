"""Bank holidays, against the list that the government publishes (gov.uk/bank-holidays, looked up November 2026)."""

from datetime import date

import pytest

from bot.core.holidays import bank_holiday, easter


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2022-06-02", "Spring bank holiday"),
        ("2022-06-03", "Platinum Jubilee"),
        ("2022-05-30", ""),
        ("2026-01-02", "2 January (Scotland)"),
        ("2026-04-06", "Easter Monday (not Scotland)"),
        ("2026-06-15", "World Cup bank holiday (Scotland)"),
        ("2026-07-13", "Battle of the Boyne, substitute day (Northern Ireland)"),
        ("2026-08-03", "Summer bank holiday (Scotland)"),
        ("2026-08-31", "Summer bank holiday (not Scotland)"),
        ("2026-11-30", "St Andrew’s Day (Scotland)"),
        ("2026-12-26", ""),
        ("2026-12-28", "Boxing Day, substitute day"),
        ("2027-03-26", "Good Friday"),
        ("2027-12-27", "Christmas Day, substitute day"),
        ("2028-01-04", "2 January, substitute day (Scotland)"),
    ],
)
def test_a_bank_holiday_is_known_with_where_it_is_one(day: str, said: str) -> None:
    assert bank_holiday(date.fromisoformat(day)) == said


def test_easter_is_when_the_church_has_it() -> None:
    known = {1818: (3, 22), 1943: (4, 25), 2000: (4, 23), 2026: (4, 5), 2027: (3, 28), 2038: (4, 25)}
    assert {year: (easter(year).month, easter(year).day) for year in known} == known
