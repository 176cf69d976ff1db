"""How people ask for a pause, and how it is told to them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.bodies import Text
from bot.core.events import Place, Platform
from bot.core.outbox import new_post
from bot.core.pause import Backlog, Pause
from bot.core.pause_words import (
    Asked,
    asked,
    counted,
    ended_words,
    ending_words,
    instead_of,
    new_pause,
    read_beginning,
    read_end,
    told,
)

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2027, 3, 22, 9, 30, tzinfo=UTC)


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("typed", "begins", "ends"),
    [
        ("1 April 2027", utc(2027, 3, 31, 23), utc(2027, 4, 1, 23)),
        ("1/4/2027", utc(2027, 3, 31, 23), utc(2027, 4, 1, 23)),
        ("2027-04-01", utc(2027, 3, 31, 23), utc(2027, 4, 1, 23)),
        ("22 March 2027", utc(2027, 3, 22), utc(2027, 3, 23)),
        ("28 March 2027", utc(2027, 3, 28), utc(2027, 3, 28, 23)),
        ("1 April 2027 at 5pm", utc(2027, 4, 1, 16), utc(2027, 4, 1, 16)),
        ("1 April 2027, 17:30", utc(2027, 4, 1, 16, 30), utc(2027, 4, 1, 16, 30)),
        ("1 April", utc(2027, 3, 31, 23), utc(2027, 4, 1, 23)),
        ("22 March", utc(2027, 3, 22), utc(2027, 3, 23)),
        ("6 January 5pm", utc(2028, 1, 6, 17), utc(2028, 1, 6, 17)),
        ("2027-04-01T00:00", utc(2027, 3, 31, 23), utc(2027, 3, 31, 23)),
        ("5pm", utc(2027, 3, 22, 17), utc(2027, 3, 22, 17)),
        ("at 12 noon", utc(2027, 3, 22, 12), utc(2027, 3, 22, 12)),
    ],
)
def test_a_day_means_its_beginning_or_its_end_on_londons_clocks_and_a_time_is_exact(
    typed: str, begins: datetime, ends: datetime
) -> None:
    assert read_beginning(typed, LONDON, NOW) == begins
    assert read_end(typed, LONDON, NOW) == ends


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("21 March 2027", "has passed"),
        ("21 March", "has no year"),
        ("6 May 2037", "two years ahead"),
        ("next week", "not a date that I can read"),
        ("31 April 2027", "There is no day"),
        ("21 March 5pm", "has no year"),
    ],
)
def test_a_date_that_says_nothing_is_told_with_what_to_do(typed: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_end(typed, LONDON, NOW)
    with pytest.raises(ValueError, match=told):
        read_beginning(typed, LONDON, NOW)


def test_a_time_that_has_passed_is_no_end() -> None:
    with pytest.raises(ValueError, match="has passed"):
        read_end("9am", LONDON, NOW)


@given(st.dates(NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=700)))
def test_every_day_ends_when_the_next_one_begins(day: date) -> None:
    following = day + timedelta(days=1)
    assert read_end(f"{day}", LONDON, NOW) == read_beginning(f"{following}", LONDON, NOW)


MAY = utc(2027, 5, 6, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wrong date in a post", Asked("wrong date in a post")),
        ("election until 6 May 2027", Asked("election", None, MAY)),
        ("election until 6 May", Asked("election", None, MAY)),
        ("election, UNTIL 6 May 2027.", Asked("election", None, MAY)),
        ("election from 1 April 2027 until 6 May 2027", Asked("election", utc(2027, 3, 31, 23), MAY)),
        ("until 6 May 2027", Asked("", None, MAY)),
        ("wait until we know more", Asked("wait until we know more")),
        ("a complaint from the trust until 6 May 2027", Asked("a complaint from the trust", None, MAY)),
        ("silence until dawn until 6 May 2027", Asked("silence until dawn", None, MAY)),
        ("two\nlines", Asked("two lines")),
    ],
)
def test_a_reason_may_be_followed_by_dates(text: str, expected: Asked) -> None:
    assert asked(text, LONDON, NOW) == expected


def test_what_was_meant_as_a_date_and_cannot_be_read_is_told() -> None:
    wrong_end = asked("election until 6 Mai", LONDON, NOW)
    assert (wrong_end.reason, wrong_end.until) == ("election until 6 Mai", None)
    assert "not a date that I can read" in wrong_end.wrong_end
    assert "has no year" in asked("election from 1 March until 6 May 2027", LONDON, NOW).wrong_start


words = st.sampled_from(
    ["until", "from", "6", "May", "2027", "5pm", "at", "2027-05-06", "the", "trust", ",", "\n", "é" * 99]
)


@given(st.lists(words, max_size=12).map(" ".join))
def test_whatever_is_typed_is_understood_somehow(text: str) -> None:
    found = asked(text, LONDON, NOW)
    assert len(found.reason) <= 300
    assert found.until is None or found.until > NOW


def test_a_pause_begins_at_once_unless_it_says_otherwise() -> None:
    assert new_pause(Asked("election"), "slack:T/U", NOW, ["reply"]) == Pause(
        reason="election", by="slack:T/U", at=NOW, since=NOW, exempt=("reply",)
    )
    assert new_pause(Asked("election", MAY), "command line", NOW).since == MAY


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Asked(""), "Say why"),
        (Asked("election", MAY, MAY), "end before it begins"),
        (Asked("election from 1 April", wrong_start="“1 April” has no year."), "has no year"),
    ],
)
def test_a_pause_that_cannot_be_is_told_why(wanted: Asked, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        new_pause(wanted, "command line", NOW)


def pause(since: datetime = NOW, until: datetime | None = None, *exempt: str) -> Pause:
    return Pause(reason="election", by="command line", at=NOW, since=since, until=until, exempt=exempt)


def test_a_pause_is_told_with_its_time_its_reason_and_what_goes_out_all_the_same() -> None:
    assert told(pause(until=MAY), LONDON, NOW) == (
        "Paused since Monday 22 March 2027 at 9:30am until the end of Thursday 6 May 2027. Reason: election."
    )
    assert told(pause(utc(2027, 3, 31, 23), utc(2027, 5, 6, 16), "slack", "reply"), LONDON, NOW) == (
        "A pause is planned from the beginning of Thursday 1 April 2027 until Thursday 6 May 2027 at 5pm. "
        "Reason: election. These go out all the same: slack, reply."
    )
    assert "until somebody resumes" in told(pause(), LONDON, NOW)


def test_a_pause_that_took_anothers_place_tells_what_is_lost() -> None:
    assert instead_of(pause(until=MAY), LONDON, NOW).endswith("until the end of Thursday 6 May 2027. Reason: election.")


def test_the_end_of_a_pause_and_the_calling_off_of_one_are_told_apart() -> None:
    assert "is over (election)" in ended_words(pause(), LONDON, NOW)
    assert "is called off (election)" in ended_words(pause(MAY), LONDON, NOW)


def test_what_was_held_back_is_counted_by_kind() -> None:
    keys = ("chat:a:q1:x", "chat:a:q2:x", "slack:1:reply", "card:a:x")
    posts = tuple(new_post(key, Place(Platform.X), Text(""), NOW) for key in keys)
    assert counted(posts) == "2 chat posts, 1 answer, 1 card"
    assert ending_words(Backlog(go=posts[2:])) == (
        "going out at once: 1 answer, 1 card; missed, too late by now: nothing"
    )
    assert ending_words(Backlog(missed=posts[:1], later=posts[3:])) == (
        "going out at once: nothing; missed, too late by now: 1 chat post; waiting for their time: 1 card"
    )
