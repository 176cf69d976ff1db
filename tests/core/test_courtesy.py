"""What is worth a second look before it goes out."""

from dataclasses import replace
from datetime import timedelta

from bot.core.bodies import Text
from bot.core.courtesy import CLOSE, clashes, oddities
from bot.core.events import Platform
from bot.core.plan import Entry, Kind, Standing
from tests.samples import an_entry


def at(wall: str) -> Entry:
    return replace(an_entry(), wall=wall)


def test_a_bank_holiday_and_the_hours_of_sleep_are_odd_and_working_hours_are_not() -> None:
    assert oddities(at("2026-12-01T09:00")) == []
    assert oddities(at("2026-12-25T09:00")) == ["It is a bank holiday: Christmas Day."]
    for late in ("21:30", "06:59", "00:00"):
        assert oddities(at(f"2026-12-01T{late}")) == ["It is within quiet hours, 9:30pm to 7am."]
    assert oddities(at("2026-12-01T21:29")) == []


def test_two_things_clash_when_they_are_close_on_the_same_platform() -> None:
    one = an_entry()
    close = replace(one, key="card:b", kind=Kind.CARD, due=one.due + CLOSE - timedelta(seconds=1))
    later = replace(one, key="card:c", due=one.due + CLOSE)
    elsewhere = replace(one, key="card:d", bodies={Platform.TEAMS: Text("Tell")})
    gone = replace(one, key="card:e", standing=Standing.CANCELLED)
    only_x = replace(one, bodies={Platform.X: Text("Tell")})
    assert clashes([only_x, elsewhere, gone]) == {}
    assert clashes([later, close, one]) == {one.key: [close], close.key: [one, later], later.key: [close]}


def test_a_chat_does_not_clash_with_itself() -> None:
    rows = [replace(an_entry(), key=f"chat:a:q{n}", group="chat:a", kind=Kind.CHAT) for n in range(3)]
    assert clashes(rows) == {}
