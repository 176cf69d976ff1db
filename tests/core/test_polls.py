"""Polls: what X takes, and what stands in their place where there are none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.actions import Problem
from bot.core.bodies import Poll, Text
from bot.core.dates import lasting
from bot.core.events import Platform
from bot.core.polls import bodies_of, read_poll, typed_of


def read(typed: str, minutes: str = "", *platforms: Platform) -> Poll | list[str]:
    problems: list[Problem] = []
    poll = read_poll(typed, minutes, platforms or tuple(Platform), problems)
    assert poll is None or not problems
    return poll or [f"{it.field}: {it}" for it in problems]


def test_a_poll_is_read_an_option_a_line_and_open_for_a_day() -> None:
    assert read(" Yes \n\nNot yet\n") == Poll(("Yes", "Not yet"), 1_440)
    assert read("Yes\nNo", "10,080") == Poll(("Yes", "No"), 10_080)
    assert read("a\nb\nc\n" + "d" * 25, "5") == Poll(("a", "b", "c", "d" * 25), 5)
    assert read("") == []


@pytest.mark.parametrize(
    ("typed", "minutes", "said"),
    [
        ("Yes", "", "poll: The poll has 1 option. Write 2 to 4 options, each on a line of its own."),
        ("a\nb\nc\nd\ne", "", "poll: The poll has 5 options."),
        ("", "60", "poll: The poll has a length, but no options."),
        ("Yes\n" + "x" * 27, "", "2 characters too long for a poll. Shorten it: X takes 25 at most."),
        ("Yes\n" + "🎄" * 13, "", "1 characters too long for a poll."),
        ("Yes\nyes", "", "poll: Two options are the same."),
        ("Yes\nNo", "4", "poll-minutes: A poll cannot be open for “4” minutes. Write 5 to 10,080 minutes"),
        ("Yes\nNo", "10081", "poll-minutes: "),
        ("Yes\nNo", "-60", "poll-minutes: "),
        ("Yes\nNo", "²", "poll-minutes: "),
    ],
)
def test_what_x_would_refuse_is_said_before(typed: str, minutes: str, said: str) -> None:
    found = read(typed, minutes)
    assert isinstance(found, list)
    assert any(said in problem for problem in found), found


def test_a_poll_that_goes_nowhere_is_no_poll() -> None:
    assert read("Yes\nNo", "", Platform.SLACK) == [
        "poll: Only X has polls, and it does not go out there. Tick X, or take the options out."
    ]


words = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30)
polls = st.none() | st.builds(
    Poll, st.lists(st.text("abc •", min_size=1, max_size=5), min_size=2, max_size=4).map(tuple), st.integers(5, 10_080)
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(Platform), words, min_size=1), polls)
def test_the_form_is_filled_in_again_from_what_came_of_it(texts: dict[Platform, str], poll: Poll | None) -> None:
    poll = poll if Platform.X in texts else None
    bodies = bodies_of(texts, poll)
    assert [on for on, body in bodies.items() if body.poll] == ([Platform.X] if poll else [])
    assert all(option in bodies[on].text for option in (poll.options if poll else ()) for on in {*texts} - {Platform.X})
    typed, fields = typed_of(bodies)
    assert typed == texts
    assert (fields["poll"].splitlines(), fields["poll-minutes"]) == (
        (list(poll.options), str(poll.minutes)) if poll else ([], "")
    )


def test_without_a_poll_the_words_are_exactly_those_that_were_typed() -> None:
    assert bodies_of({Platform.SLACK: "• a\n• b"}, None) == {Platform.SLACK: Text("• a\n• b")}


def test_how_long_is_said_in_the_largest_unit() -> None:
    assert [lasting(minutes) for minutes in (5, 60, 90, 1_440, 10_080)] == [
        "5 minutes", "1 hour", "90 minutes", "1 day", "7 days",
    ]  # fmt: skip
