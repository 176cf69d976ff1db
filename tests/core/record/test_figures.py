"""Figures of a made chat against sums done by hand."""

from dataclasses import replace

import pytest

from bot.core.events import Platform
from bot.core.record.figures import Count, Earlier, Minute, compared, figures
from bot.core.record.values import TALK, identities
from tests.core.record.made import ABOUT, MINUTE, START, said, sifted

KEPT = sifted(
    said("1", 1, "ann", "Hello", followers=100),
    said("2", 6, "ann", "A1", 1, followers=100),
    said("3", 6.5, "bob", "A1 and A2", 1, 2, followers=2_500),
    said("4", 16, "ann", "A2", 2, followers=101),
    said("5", 17, "cat", "A2", 2),
    said("6", 17, "dan", "A2", 2, is_repost=True, followers=9_000),
    said("7", 18, "dan", "A2", 2, held="advert", followers=9_000),
    said("8", 90, "bob", "late", followers=2_500),
    said("9", -3, "U1", "early", platform=Platform.SLACK),
    said("10", 19, "bob", "A2 more", 2),
)


def test_posts_participants_and_impressions_are_those_counted_by_hand() -> None:
    found = figures(ABOUT, KEPT)
    assert (found.posts, found.participants) == (8, 4)
    # ann 100 + 100 + 101; bob 3 × 2,500, once from his other posts; nobody knows cat's, and Slack has none.
    assert (found.impressions, found.unknown) == (301 + 7_500, 2)
    assert (found.reposts, found.quotes) == (1, 0)
    assert found.platforms == {Platform.X: 7, Platform.SLACK: 1}


def test_impressions_are_the_sum_over_accounts_of_posts_times_followers() -> None:
    kept = sifted(*(said(f"a{n}", 6, "ann", f"{n}", 1, followers=300) for n in range(5)),
                  *(said(f"b{n}", 6, "bob", f"{n}", 1, followers=70) for n in range(2)))  # fmt: skip
    assert figures(ABOUT, kept).impressions == 5 * 300 + 2 * 70


def test_a_post_counts_for_each_question_that_it_answers() -> None:
    assert figures(ABOUT, KEPT).questions == (Count(1, 2, 2), Count(2, 4, 3), Count(TALK, 3, 3))


def test_posts_are_counted_by_the_minute_of_the_chat_and_before_and_after_it() -> None:
    found = figures(ABOUT, KEPT)
    assert len(found.minutes) == 60
    assert {minute.at: minute.posts for minute in found.minutes if minute.posts} == {
        START + 1 * MINUTE: 1,
        START + 6 * MINUTE: 2,
        START + 16 * MINUTE: 1,
        START + 17 * MINUTE: 1,
        START + 19 * MINUTE: 1,
    }
    assert (found.before, found.after) == (1, 1)
    assert found.busiest == Minute(START + 6 * MINUTE, 2)


def test_a_chat_in_which_nobody_spoke_has_figures_too() -> None:
    found = figures(ABOUT, sifted())
    assert (found.posts, found.impressions, found.busiest) == (0, 0, None)


def test_first_timers_were_in_no_earlier_chat_by_id_or_by_name() -> None:
    kept = sifted(
        said("1", 6, "17", "A", 1, name="Ann"), said("2", 6, "18", "B", 1), said("3", 6, "@cat", "C", 1, name="cat")
    )
    assert figures(ABOUT, kept).first_timers is None
    assert figures(ABOUT, kept, {(Platform.X, "@ann"), (Platform.SLACK, "18")}).first_timers == 2
    assert figures(ABOUT, kept, {one for kept_ in kept.kept for one in identities(kept_.post)}).first_timers == 0


@pytest.mark.parametrize(
    ("earlier", "words"),
    [
        ([], ""),
        ([Earlier("a", posts=3)], ""),
        (
            [Earlier("a", 1), Earlier("b", 20), Earlier("c")],
            "4 people took part, more than in 1 of the 2 chats that were counted before, in which 10.5 is the middle.",
        ),
    ],
)
def test_a_chat_is_compared_with_those_that_were_counted(earlier: list[Earlier], words: str) -> None:
    assert compared(figures(ABOUT, KEPT), earlier) == words


def test_one_person_and_one_chat_are_told_as_one() -> None:
    alone = replace(figures(ABOUT, KEPT), participants=1)
    assert compared(alone, [Earlier("a", 1)]).startswith("1 person took part, more than in 0 of the 1 chat that")
