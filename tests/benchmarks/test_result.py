"""The arithmetic of the benchmarks, and how what they found is told."""

import json

import pytest

from benchmarks.lateness import judge
from benchmarks.memory import unique
from benchmarks.result import Result, Row, Target, number, percentile


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 50), (0.99, 99), (0.999, 100), (1.0, 100)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(share: float, value: float) -> None:
    assert percentile(range(100, 0, -1), share) == value


def test_nothing_measured_has_percentile_0() -> None:
    assert percentile([], 0.5) == 0


@pytest.mark.parametrize(
    ("target", "held"),
    [
        (Target(at_most=10), True),
        (Target(at_most=9.9), False),
        (Target(at_least=10), True),
        (Target(at_least=10.1), False),
        (Target(at_most=2, of_ratio=True), False),
        (Target(at_least=2.5, of_ratio=True), True),
    ],
)
def test_a_target_is_for_the_value_or_for_its_ratio(target: Target, held: bool) -> None:
    row = Row(name="a", value=10, unit="s", against="b", baseline=4, targets=(target,))
    assert row.held(target) is held
    assert Result(name="r", about="", rows=[row]).held is held


def test_a_ratio_to_nothing_is_not_held() -> None:
    target = Target(at_most=2, of_ratio=True)
    row = Row(name="a", value=0, against="b", baseline=0, targets=(target,))
    assert row.ratio is None
    assert not row.held(target)


def test_a_row_says_value_ratio_baseline_and_target() -> None:
    row = Row(name="p50", value=10, unit="ms", against="the peer", baseline=40, targets=(Target(at_most=20),))
    assert row.words().split() == [
        "p50",
        "10",
        "ms",
        "0.25",
        "×",
        "the",
        "peer",
        "(40",
        "ms)",
        "target",
        "≤",
        "20",
        "ms:",
        "held",
    ]


def test_a_missed_target_stands_out() -> None:
    row = Row(name="rate", value=0.5, targets=(Target(at_least=0.75, of_ratio=True),))
    assert "target ≥ 0.75 × baseline: NOT held" in row.words()


def test_json_has_the_same_figures() -> None:
    row = Row(name="p50", value=10, unit="ms", against="the peer", baseline=40, targets=(Target(at_most=20),))
    told = json.loads(json.dumps(Result(name="lateness", about="how late", rows=[row]).json()))
    assert told["held"] is True
    assert told["rows"] == [
        {
            "name": "p50", "value": 10, "unit": "ms", "against": "the peer", "baseline": 40, "ratio": 0.25,
            "targets": [{"target": "≤ 20 ms", "held": True}],
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (3, "3"), (12.345, "12.3"), (0.01234, "0.0123"), (1234.5, "1,234")]
)
def test_numbers_show_what_counts(value: float, words: str) -> None:
    assert number(value) == words


def test_what_did_not_arrive_is_dropped_and_what_arrived_twice_is_doubled() -> None:
    due = {"a": 100.0, "b": 100.5, "c": 101.0}
    found = judge(due, [("a", 100.01), ("b", 100.6), ("a", 100.7)])
    assert sorted(found.late) == pytest.approx([0.01, 0.1])
    assert (found.dropped, found.doubled) == (1, 1)
    assert found.rate == pytest.approx(2 / 0.6)


def test_where_nothing_arrived_all_is_dropped() -> None:
    found = judge({"a": 100.0}, [])
    assert (found.dropped, found.rate, found.p(0.5)) == (1, 0, 0)


def test_memory_of_a_process_is_what_it_shares_with_nobody() -> None:
    rollup = "5000-6000 ---p 0 00:00 0 [rollup]\nRss: 9000 kB\nPrivate_Clean: 1024 kB\nPrivate_Dirty: 512 kB\n"
    assert unique(rollup) == 1.5
