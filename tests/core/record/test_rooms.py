"""When a chat is listened to, and what that may cost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Person, Platform
from bot.core.record.rooms import sittings
from bot.core.record.spending import Spent, affordable, cap_words, looked_words, page_size
from bot.core.record.values import known_as
from tests.samples import sample_content

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "chats"),
    [
        (datetime(2017, 9, 1, tzinfo=UTC), ["2017-09-19", "2026-12-15", "2027-01-12"]),
        (datetime(2017, 9, 27, 16, 29, tzinfo=UTC), ["2017-09-19", "2026-12-15", "2027-01-12"]),
        (datetime(2017, 9, 27, 16, 31, tzinfo=UTC), ["2026-12-15", "2027-01-12"]),
        (datetime(2027, 2, 1, tzinfo=UTC), []),
    ],
)
def test_chats_to_listen_to_are_those_that_come_and_those_to_be_looked_at_again(
    now: datetime, chats: list[str]
) -> None:
    assert [sitting.chat for sitting in sittings(sample_content(), now)] == chats


def test_a_chat_is_listened_to_from_the_first_hello_to_the_last_sentence() -> None:
    sitting = sittings(sample_content(), datetime(2017, 9, 1, tzinfo=UTC))[0]
    assert (sitting.since, sitting.until) == (
        datetime(2017, 9, 19, 18, 45, tzinfo=UTC),
        datetime(2017, 9, 19, 20, 30, tzinfo=UTC),
    )


@given(st.integers(15, 240))
def test_what_is_deleted_within_a_week_of_a_chat_is_seen_within_a_day(minutes: int) -> None:
    content = sample_content()
    chats = {"2017-09-19": content.chats["2017-09-19"].model_copy(update={"minutes": minutes})}
    sitting = sittings(sample_content(chats=chats), datetime(2017, 9, 1, tzinfo=UTC))[0]
    assert len(sitting.looks) == 7
    assert sitting.until < sitting.looks[0]
    assert all(later - earlier <= 24 * HOUR for earlier, later in pairwise([sitting.since, *sitting.looks]))


@given(st.decimals(0, 20, places=2), st.integers(0, 2000), st.integers(0, 500))
def test_no_page_costs_more_than_is_left(cap: Decimal, posts: int, people: int) -> None:
    spent = Spent(posts, people)
    size = page_size(cap, spent)
    assert size == 0 or 10 <= size <= 100
    assert size == 0 or Spent(2 * (posts + size), people + size).dollars <= cap, "with a second look at each post"
    more = affordable(cap, spent)
    assert more == 0 or Spent(posts + more, people).dollars <= cap


def test_a_chat_of_214_posts_and_28_people_costs_what_x_lists() -> None:
    assert Spent(214, 28).dollars == Decimal("1.350")


@pytest.mark.parametrize(
    ("cap", "spent", "words"),
    [
        ("0", Spent(), "X is not listened to: X_CHAT_DOLLARS is 0."),
        (
            "5",
            Spent(),
            "Listening to this chat on X may cost $5.00 at most: about 437 posts, if people write seven each.",
        ),
        ("5", Spent(214, 28), "each. So far $1.35: 214 posts of 28 people."),
        ("2.40", Spent(214, 28), "The cap is reached, so nothing more is read. `antiphon chat import` takes the rest"),
    ],
)
def test_the_cap_is_told_before_the_chat_and_during_it(cap: str, spent: Spent, words: str) -> None:
    assert words in cap_words(Decimal(cap), spent)


def test_somebody_who_speaks_to_us_is_known_as_who_is_heard() -> None:
    assert known_as(Person(Platform.X, "", "7", "Ann")) == {(Platform.X, "7"), (Platform.X, "@ann")}
    assert known_as(Person(Platform.SLACK, "T1", "U1", "Zoë")) == {(Platform.SLACK, "U1")}


def test_it_is_told_what_became_of_deleted_posts() -> None:
    spent = Spent(214, 28, looks=1, looked_at=datetime(2017, 9, 20, 16, 30, tzinfo=UTC), seen=214, kept=214, gone=3)
    london = ZoneInfo("Europe/London")
    told = "Last looked up again on Wednesday 20 September 2017 at 5:30pm: 3 deleted since are taken out."
    assert looked_words(spent, london) == told
    assert looked_words(replace(spent, seen=100), london).startswith(f"{told} Only 100 of 214 posts")
    assert looked_words(Spent(214, 28), london) == ""
