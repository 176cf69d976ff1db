"""What a benchmark found, in words and as JSON."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """A bound for a row's value or, with `of_ratio`, for its ratio to the baseline."""

    at_most: float | None = None
    at_least: float | None = None
    of_ratio: bool = False

    def holds(self, measured: float) -> bool:
        return (self.at_most is None or measured <= self.at_most) and (
            self.at_least is None or measured >= self.at_least
        )

    def words(self, unit: str) -> str:
        sign, bound = ("≤", self.at_most) if self.at_least is None else ("≥", self.at_least)
        return f"{sign} {number(bound or 0)}{' × baseline' if self.of_ratio else f' {unit}'.rstrip()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, with what it is held against: `against` names the baseline, which has the same unit."""

    name: str
    value: float
    unit: str = ""
    against: str = ""
    baseline: float | None = None
    targets: tuple[Target, ...] = ()

    @property
    def ratio(self) -> float | None:
        """None where there is no baseline, or none to divide by."""
        return self.value / self.baseline if self.baseline else None

    def held(self, target: Target) -> bool:
        """A ratio that cannot be had is not held."""
        measured = self.ratio if target.of_ratio else self.value
        return measured is not None and target.holds(measured)

    def words(self) -> str:
        parts = [f"  {self.name:<52} {number(self.value):>9} {self.unit:<8}"]
        if self.baseline is not None:
            ratio = "" if self.ratio is None else f"{number(self.ratio)} × "
            parts.append(f"{ratio}{self.against} ({number(self.baseline)} {self.unit})".replace(" )", ")"))
        parts += [
            f"target {target.words(self.unit)}: {'held' if self.held(target) else 'NOT held'}"
            for target in self.targets
        ]
        return "  ".join(parts).rstrip()

    def json(self) -> dict[str, Any]:
        targets = [{"target": target.words(self.unit), "held": self.held(target)} for target in self.targets]
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "against": self.against,
            "baseline": self.baseline,
            "ratio": self.ratio,
            "targets": targets,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`about` says in one line what is measured, and how."""

    name: str
    about: str
    rows: Sequence[Row]
    note: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    """The chief ones, by names of their own in the JSON."""

    @property
    def held(self) -> bool:
        return all(row.held(target) for row in self.rows for target in row.targets)

    def words(self) -> str:
        head = f"{self.name}: {self.about}"
        return "\n".join([head, *(row.words() for row in self.rows), *([f"  {self.note}"] if self.note else [])])

    def json(self) -> dict[str, Any]:
        rows = [row.json() for row in self.rows]
        return {
            "name": self.name,
            "about": self.about,
            "held": self.held,
            "note": self.note,
            "rows": rows,
            **self.figures,
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of the values do not exceed; 0 where there are none."""
    ranked = sorted(values)
    return ranked[min(max(-int(-share * len(ranked) // 1) - 1, 0), len(ranked) - 1)] if ranked else 0.0


def middle(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def number(value: float) -> str:
    """Three figures that count, thousands set apart: `0.0123`, `12.3`, `1,230`."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
