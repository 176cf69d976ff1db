from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.bodies import Removal, Repost, Text
from bot.core.events import Place, Platform
from bot.core.outbox import Post, new_post
from bot.core.rates import RATES, Rate, Slots, lane

NOW = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def post(key: str, try_at: datetime = NOW, channel: str = "C1", platform: Platform = Platform.SLACK) -> Post:
    return replace(new_post(key, Place(platform, "T1", channel), Text("Q1"), NOW), try_at=try_at)


waits = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 100)), min_size=1, max_size=60)
rates = st.lists(
    st.builds(Rate, st.integers(1, 5), st.integers(1, 50).map(lambda n: n * SECOND / 10)), min_size=1, max_size=3
)


@given(waits, rates)
def test_no_window_ever_has_more_posts_than_its_rate_allows(
    times: list[tuple[int, int]], given_rates: list[Rate]
) -> None:
    slots = Slots({"slack": given_rates})
    now, given_away = NOW, []
    for number, (gap, ahead) in enumerate(times):
        now += gap * SECOND / 10
        one = post(str(number), now + ahead * SECOND / 10)
        given_away.append(slots.slot(one, now))
        assert given_away[-1] >= one.try_at
    instants = sorted(given_away)
    for rate in given_rates:
        for first, last in zip(instants, instants[rate.count :], strict=False):
            assert last - first >= rate.per


def test_a_post_within_the_rate_does_not_wait() -> None:
    assert Slots().slot(post("a"), NOW) == NOW
    assert Slots().slot(post("a", NOW - SECOND), NOW) == NOW
    assert Slots().slot(post("a", NOW + SECOND), NOW) == NOW + SECOND


def test_the_slot_of_a_post_stays_until_it_is_freed() -> None:
    slots = Slots()
    slots.slot(post("a"), NOW)
    second = slots.slot(post("b"), NOW)
    assert slots.slot(post("b", second), NOW + SECOND / 2) == second
    slots.free(post("b"))
    assert slots.slot(post("b"), NOW) > second


def test_channels_do_not_wait_for_each_other() -> None:
    slots = Slots()
    assert {slots.slot(post(channel, channel=channel), NOW) for channel in "abc"} == {NOW}


def test_after_being_turned_away_the_whole_lane_waits() -> None:
    slots = Slots()
    slots.wait(post("a"), NOW + 9 * SECOND)
    assert slots.slot(post("b"), NOW) == NOW + 9 * SECOND
    assert slots.slot(post("c", channel="C2"), NOW) == NOW


@pytest.mark.parametrize("platform", Platform)
def test_every_post_has_rates(platform: Platform) -> None:
    one = post("a", platform=platform)
    assert lane(one)[0] in RATES
    assert lane(replace(one, body=Repost("1")))[0] in RATES
    assert lane(replace(one, body=Removal("1")))[0] in RATES


def test_posts_and_reposts_on_x_have_rates_of_their_own_whatever_the_channel() -> None:
    on_x = post("a", platform=Platform.X)
    assert lane(on_x) == lane(replace(on_x, place=Place(Platform.X, channel="somebody")))
    assert len({lane(replace(on_x, body=body)) for body in (Text("Q1"), Repost("1"), Removal("1"))}) == 3


def test_slots_of_posts_that_others_sent_are_forgotten() -> None:
    slots = Slots({"slack": [Rate(1, SECOND)]})
    for number in range(5001):
        slots.slot(post(str(number), channel=f"C{number}"), NOW)
    slots.slot(post("later", channel="C"), NOW + timedelta(minutes=2))
    assert len(slots._kept) == 1
