import re

from bot.runtime.metrics import Counter, Histogram, gauge, gauges

SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+')


def test_what_is_known_to_come_is_shown_before_it_does() -> None:
    counter = Counter("posts_total", "Posts.", ("platform",), [("x",), ("slack",)])
    counter.add("slack")
    counter.add("slack")
    assert list(counter.lines()) == [
        "# HELP posts_total Posts.",
        "# TYPE posts_total counter",
        'posts_total{platform="x"} 0',
        'posts_total{platform="slack"} 2',
    ]


def test_buckets_add_up_and_a_bound_belongs_to_its_bucket() -> None:
    histogram = Histogram("late_seconds", "Lateness.", (0.5, 1), ("platform",))
    for late in (0.1, 0.5, 0.7, 9):
        histogram.observe(late, "x")
    assert list(histogram.lines())[2:] == [
        'late_seconds_bucket{platform="x",le="0.5"} 2',
        'late_seconds_bucket{platform="x",le="1"} 3',
        'late_seconds_bucket{platform="x",le="+Inf"} 4',
        'late_seconds_sum{platform="x"} 10.3',
        'late_seconds_count{platform="x"} 4',
    ]


def test_every_line_is_one_that_prometheus_reads() -> None:
    histogram = Histogram("stall_seconds", "Stalls.", (0.1,))
    histogram.observe(0.06)
    lines = [*histogram.lines(), *gauge("age_seconds", "Age.", 0.5), *gauges("posts", "Posts.", "state", {"held": 1})]
    assert [line for line in lines if not line.startswith("# ") and not SAMPLE.fullmatch(line)] == []
    assert lines[2] == 'stall_seconds_bucket{le="0.1"} 1'
