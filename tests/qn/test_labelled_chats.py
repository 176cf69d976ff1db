"""How well posts are matched, on chats that were made up and labelled before there was a labeller."""

from collections import Counter

import pytest

from benchmarks import qn
from benchmarks.qn import Judged, false_attribution, judged, labelled_chats, macro_f1, plain_rule
from bot.core.qn import fitted
from bot.core.qn.chat_file import parse_chat
from bot.core.qn.weighing import SIGNS

CHATS = labelled_chats()
KEPT = [post for chat in CHATS if chat.kept for post in judged(chat)]


def test_the_labelled_set_holds_every_style_in_both_halves() -> None:
    for kept in (True, False):
        styles = Counter(row["style"] for chat in CHATS if chat.kept is kept for row in chat.posts)
        assert styles.keys() == {"label", "reply", "running", "late", "none"}
    assert sum(len(chat.posts) for chat in CHATS) >= 300


def test_posts_are_matched_well_in_the_chats_that_were_kept_apart() -> None:
    assert macro_f1((post.truth, post.ours) for post in KEPT) >= 0.94
    assert macro_f1((post.truth, post.plain) for post in KEPT) < 0.8
    assert false_attribution(KEPT) <= 0.03


def test_there_is_a_weight_for_each_sign() -> None:
    assert [*fitted.SHAPE, *fitted.PLACE] == list(SIGNS)


def test_macro_f1_is_the_mean_over_the_classes() -> None:
    one, two, none = frozenset({1}), frozenset({2}), frozenset[int]()
    assert macro_f1([(one, one), (two, two), (none, none)]) == 1
    # 1: one found of two, 2/3; 2: right; none: one of two is so, 2/3.
    assert macro_f1([(one, one), (one, none), (two, two), (none, none)]) == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert macro_f1([(one | two, one)]) == pytest.approx((1 + 0) / 2)
    assert macro_f1([]) == 0


def test_a_false_attribution_is_one_with_confidence() -> None:
    none, one = frozenset[int](), frozenset({1})
    posts = [Judged("none", none, one, confidence, one) for confidence in (0.5, 0.49)]
    assert false_attribution([*posts, Judged("label", one, one, 1, one)]) == 0.5


def test_the_plain_rule_takes_label_then_reply_then_the_running_question() -> None:
    row = {"author": "a", "is_repost": False}
    chat = parse_chat(
        {
            "questions": [{"n": n, "time_s": 60 * n, "post_id": f"q{n}", "text": ""} for n in (1, 2)],
            "posts": [
                {"id": "early", "time_s": 5, "text": "hello", **row},
                {"id": "label", "time_s": 130, "text": "A1 yes", **row},
                {"id": "reply", "time_s": 131, "text": "yes", "in_reply_to": "label", **row},
                {"id": "running", "time_s": 132, "text": "tea?", **row},
                {"id": "repost", "time_s": 133, "text": "A1 yes", **row, "is_repost": True},
            ],
        }
    )
    found = plain_rule(chat)
    assert [found[id] for id in ("early", "label", "reply", "running", "repost")] == [set(), {1}, {1}, {2}, set()]


def test_the_benchmark_reports_the_kept_half_beside_the_plain_rule() -> None:
    result = qn.run(posts=200, few=100, rounds=1)
    reported = result.json()
    assert reported["macro_f1"] == macro_f1((post.truth, post.ours) for post in KEPT)
    assert result.rows[0].baseline == macro_f1((post.truth, post.plain) for post in KEPT)
    assert {"false attribution", "tuning: macro_f1", "right by style: late (11 posts)"} <= {
        row.name for row in result.rows
    }
