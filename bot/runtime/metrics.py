"""Figures in Prometheus's text format (version 0.0.4).

The few lines of it that the bot needs: the client library would add its import to every start.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

Labels = tuple[str, ...]
"""Values of labels, in the order of their names. Our own words, never what people wrote."""


class Counter:
    """Only rises. `known` are shown as 0 from the start: a rate needs the value before the first event."""

    def __init__(self, name: str, help: str, labels: Sequence[str] = (), known: Iterable[Labels] = ((),)) -> None:
        self._name, self._help, self._labels = name, help, labels
        self._values: dict[Labels, int] = dict.fromkeys(known, 0)

    def add(self, *labels: str) -> None:
        self._values[labels] = self._values.get(labels, 0) + 1

    def lines(self) -> Iterator[str]:
        yield from _head(self._name, "counter", self._help)
        for labels, value in self._values.items():
            yield _sample(self._name, zip(self._labels, labels, strict=True), value)


class Histogram:
    """How often a value was at most each of the `bounds`. Values and bounds are in seconds."""

    def __init__(self, name: str, help: str, bounds: Sequence[float], labels: Sequence[str] = ()) -> None:
        self._name, self._help, self._bounds, self._labels = name, help, bounds, labels
        self._buckets: dict[Labels, list[int]] = defaultdict(lambda: [0] * (len(bounds) + 1))
        self._sums: dict[Labels, float] = defaultdict(float)

    def observe(self, value: float, *labels: str) -> None:
        self._buckets[labels][bisect_left(self._bounds, value)] += 1
        self._sums[labels] += value

    def lines(self) -> Iterator[str]:
        yield from _head(self._name, "histogram", self._help)
        for labels, buckets in self._buckets.items():
            yield from self._series(list(zip(self._labels, labels, strict=True)), buckets, self._sums[labels])

    def _series(self, labels: list[tuple[str, str]], buckets: list[int], total: float) -> Iterator[str]:
        count = 0
        for bound, number in zip([*map(str, self._bounds), "+Inf"], buckets, strict=True):
            count += number
            yield _sample(f"{self._name}_bucket", [*labels, ("le", bound)], count)
        yield _sample(f"{self._name}_sum", labels, total)
        yield _sample(f"{self._name}_count", labels, count)


def gauge(name: str, help: str, value: float) -> Iterator[str]:
    yield from _head(name, "gauge", help)
    yield _sample(name, (), value)


def gauges(name: str, help: str, label: str, values: Mapping[str, float]) -> Iterator[str]:
    """One value for each value of a label."""
    yield from _head(name, "gauge", help)
    for key, value in values.items():
        yield _sample(name, [(label, key)], value)


def _head(name: str, kind: str, help: str) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} {kind}"


def _sample(name: str, labels: Iterable[tuple[str, str]], value: float) -> str:
    told = ",".join(f'{label}="{text}"' for label, text in labels)
    return f"{name}{{{told}}} {value}" if told else f"{name} {value}"
