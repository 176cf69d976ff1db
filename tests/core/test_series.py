"""What is repeated by a rule: what is wrong with it in words, and each of its times once, whenever it is planned."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.approval import is_wanted, print_of
from bot.core.compose import entries_of, problems_of
from bot.core.events import Platform
from bot.core.pieces import Piece
from bot.core.plan import Entry, Kind, Standing
from bot.core.series import HORIZON, continued, days_of, occurrences, repeats_of, stopped, summary, to_plan
from tests.samples import sample_content

CONTENT, ALL = sample_content(), tuple(Platform)
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
VALUES = {
    "text": "Ask a librarian", "date": "1 December 2026", "time": "", "repeat": "every Monday at 9am",
    "until": "6 times", "on.x": "yes", "on.slack": "yes",
}  # fmt: skip


def piece(kind: Kind = Kind.ANNOUNCEMENT, about: str = "", **changed: str) -> Piece:
    return Piece(key="k", kind=kind, who="web:maria", values=VALUES | changed, at=NOW, about=about)


def problems(of: Piece) -> list[str]:
    return [f"{it.field}: {it}" for it in problems_of(to_plan(of, CONTENT, ALL, NOW))]


def test_it_is_shown_by_the_next_time_that_it_goes_out() -> None:
    [entry] = entries_of(to_plan(piece(), CONTENT, ALL, NOW))
    assert (entry.key, entry.series, entry.wall) == ("announcement:k-2026-12-07", "series:k", "2026-12-07T09:00")
    later = NOW + timedelta(days=7)
    [entry] = entries_of(to_plan(piece(about="series:k"), CONTENT, ALL, later))
    assert entry.wall == "2026-12-14T09:00"


def test_a_key_action_that_is_repeated_has_the_words_of_a_key_action() -> None:
    [entry] = entries_of(to_plan(piece(Kind.ACTION), CONTENT, ALL, NOW))
    assert (entry.key, entry.kind) == ("action:k-2026-12-07", Kind.ACTION)
    assert entry.bodies[Platform.X].text == "Ask a librarian #AMillionDecisions"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"repeat": "every Moonday at 9am"}, "repeat: “every Moonday at 9am” is not a rule that I can read. Write it"),
        ({"repeat": "every Monday at 9"}, "repeat: “9” is not a time that I can read. Write it like 9am"),
        ({"repeat": "every Monday"}, "time: The time is missing. Write it here, or in the rule"),
        ({"time": "10am"}, "time: The rule says 9am, and the time is 10am. Leave one of them out."),
        ({"date": ""}, "date: The date is missing."),
        ({"until": "for ever"}, "until: “for ever” is not a date that I can read. Write the last day"),
        ({"until": ""}, "until: It does not say when this ends."),
        ({"until": "30/11/2026"}, "until: It would never go out"),
        ({"until": "1 January 2029"}, "until: It would go on for more than two years."),
        ({"until": "9999"}, "until: It would go on for more than two years."),
        ({"date": "2 November 2026"}, "date: The first time, Monday 2 November 2026 at 9am, has passed."),
        ({"text": ""}, "text: The text is empty."),
        ({"text": "x" * 281}, "text: This is 1 characters too long for X."),
        ({"about": "announcement:k"}, "repeat: This is in the plan once."),
        ({"about": "series:k", "repeat": ""}, "repeat: This goes out again and again, but it has no rule any more."),
        ({"about": "series:k", "date": "1/1/2026", "until": "2"}, "until: All its times have passed."),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_where_it_was_typed(changed: dict[str, Any], said: str) -> None:
    found = problems(piece(**changed))
    assert [line for line in found if line.startswith(said)], found


def test_words_and_rule_are_checked_together() -> None:
    fields = {line.partition(":")[0] for line in problems(piece(text="", repeat="now and then", until=""))}
    assert fields == {"text", "repeat", "until"}


def test_as_one_thing_it_says_its_rule_and_any_change_of_it_is_another() -> None:
    whole = summary(piece(), CONTENT, ALL)
    assert whole
    assert whole.title == "Every Monday at 9am, from 1 December 2026 on, 6 times: Ask a librarian"
    assert whole.cut_off == datetime(2027, 1, 12, tzinfo=UTC)
    others = [piece(repeat="every Tuesday at 9am"), piece(until="7 times"), piece(text="Ask us"), piece(time="")]
    prints = [print_of(entry) for it in others if (entry := summary(it, CONTENT, ALL))]
    assert (len({*prints, print_of(whole)}), prints[-1]) == (4, print_of(whole))


def test_it_is_approved_of_as_a_whole_and_what_was_changed_of_it_by_itself() -> None:
    whole, [one] = summary(piece(), CONTENT, ALL), entries_of(to_plan(piece(), CONTENT, ALL, NOW))
    assert whole
    kinds = {Kind.ANNOUNCEMENT}
    assert (is_wanted(whole, kinds), is_wanted(one, kinds)) == (True, False)
    assert is_wanted(replace(one, edited=True), kinds)


def test_stopping_it_leaves_what_was_before_and_never_adds_a_time() -> None:
    def left(day: date) -> list[date]:
        repeats = repeats_of(stopped(piece(), day))
        assert repeats
        return days_of(repeats)

    assert left(date(2026, 12, 20)) == [date(2026, 12, 7), date(2026, 12, 14)]
    assert len(left(date(2028, 1, 1))) == 6
    assert left(date(2026, 12, 1)) == []
    gone = summary(stopped(piece(), date(2026, 12, 1)), CONTENT, ALL)
    assert gone
    assert gone.standing is Standing.CANCELLED


def test_what_goes_on_from_a_day_has_the_days_that_it_would_have_had() -> None:
    for rule in ("every other Monday at 9am", "weekly", "every third Tuesday", "every weekday"):
        whole = piece(repeat=rule, time="9am")
        before = repeats_of(whole)
        assert before
        for day in (date(2026, 11, 1), days_of(before)[2] - timedelta(days=1), days_of(before)[-1]):
            values = continued(whole, day)
            assert values
            after = repeats_of(replace(whole, values=values))
            assert after
            assert days_of(after) == [it for it in days_of(before) if it >= day]
    assert continued(piece(), date(2028, 1, 1)) is None


rules = st.sampled_from(
    ["weekly", "every weekday", "every third Tuesday", "last Friday of the month", "every other Sunday", "every Monday"]
)


@settings(max_examples=25)
@given(rules, st.dates(date(2026, 1, 1), date(2034, 1, 1)), st.integers(0, 1439), st.lists(st.integers(1, 80)))
def test_however_often_it_is_planned_no_time_is_missing_and_none_is_twice(
    rule: str, first: date, minute: int, nights: list[int]
) -> None:
    typed: dict[str, Any] = {
        "repeat": rule,
        "date": first.isoformat(),
        "time": f"{minute // 60:02}:{minute % 60:02}",
        "until": "60",
    }
    series = piece(**typed)
    repeats = repeats_of(series)
    assert repeats
    now, seen = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=2), dict[str, Entry]()
    for gap in nights:
        seen |= {entry.key: entry for entry in occurrences(series, CONTENT, ALL, now, now + HORIZON)}
        now += timedelta(days=gap)
    until = now - timedelta(days=nights[-1]) + HORIZON if nights else now
    walls = [datetime.fromisoformat(entry.wall) for entry in seen.values()]
    assert len(set(walls)) == len(walls)
    skipped = {wall for wall in walls if wall.time() != repeats.at}  # 1:30am on a spring Sunday
    assert all(wall.month == 3 and wall.hour == 2 for wall in skipped)
    wanted = [day for day in days_of(repeats) if datetime.combine(day, repeats.at, CONTENT.zone) <= until]
    assert [wall.date() for wall in walls] == wanted
