"""When a chat is listened to, and what that may cost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Person, Platform
from bot.core.record.rooms import next_sitting
from bot.core.record.spending import Spent, affordable, cap_words, page_size
from bot.core.record.values import known_as
from tests.samples import sample_content

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "chat"),
    [
        (datetime(2017, 9, 1, tzinfo=UTC), "2017-09-19"),
        (datetime(2017, 9, 20, 20, 29, tzinfo=UTC), "2017-09-19"),
        (datetime(2017, 9, 20, 20, 31, tzinfo=UTC), "2026-12-15"),
        (datetime(2027, 2, 1, tzinfo=UTC), None),
    ],
)
def test_the_chat_to_listen_to_is_the_one_that_is_on_or_next_or_to_be_looked_at_again(
    now: datetime, chat: str | None
) -> None:
    sitting = next_sitting(sample_content(), now)
    assert (sitting.chat if sitting else None) == chat


def test_a_chat_is_listened_to_from_the_first_hello_to_the_last_sentence() -> None:
    sitting = next_sitting(sample_content(), datetime(2017, 9, 1, tzinfo=UTC))
    assert sitting is not None
    assert (sitting.since, sitting.until) == (
        datetime(2017, 9, 19, 18, 45, tzinfo=UTC),
        datetime(2017, 9, 19, 20, 30, tzinfo=UTC),
    )
    assert sitting.look_again - sitting.until <= 24 * HOUR


@given(st.decimals(0, 20, places=2), st.integers(0, 2000), st.integers(0, 500))
def test_no_page_costs_more_than_is_left(cap: Decimal, posts: int, people: int) -> None:
    spent = Spent(posts, people)
    size = page_size(cap, spent)
    assert size == 0 or 10 <= size <= 100
    assert size == 0 or Spent(posts + size, people + size).dollars <= cap
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
            "Listening to this chat on X may cost $5.00 at most: about 777 posts, if people write seven each.",
        ),
        ("5", Spent(214, 28), "each. So far $1.35: 214 posts of 28 people."),
        ("1.40", Spent(214, 28), "The cap is reached, so nothing more is read. `antiphon chat import` takes the rest"),
    ],
)
def test_the_cap_is_told_before_the_chat_and_during_it(cap: str, spent: Spent, words: str) -> None:
    assert words in cap_words(Decimal(cap), spent)


def test_somebody_who_speaks_to_us_is_known_as_who_is_heard() -> None:
    assert known_as(Person(Platform.X, "", "7", "Ann")) == {(Platform.X, "7"), (Platform.X, "@ann")}
    assert known_as(Person(Platform.SLACK, "T1", "U1", "Zoë")) == {(Platform.SLACK, "U1")}
