"""The campaign month by month: what was sent, who took part, how far it may have reached."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from bot.core.dates import MONTHS, month_words
from bot.core.month import beside
from bot.core.record.plots import Plot

SHOWN = 12
"""Months on one page."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month (`2026-12`, in UTC). `impressions` is the sum over the posts of chats of their author's followers:
    the most that can have been seen. `people` are those who spoke in chats, each platform by itself."""

    name: str
    sent: int = 0
    heard: int = 0
    people: int = 0
    impressions: int = 0
    feedback: int = 0

    @property
    def words(self) -> str:
        return month_words(self.name)


KEPT_JSON: TypeAdapter[Mapping[str, Month]] = TypeAdapter(Mapping[str, Month])
"""Months that are over, by name, for the ledger: they are counted once."""


def months_until(last: str) -> Sequence[str]:
    """Those of one page, of which `last` is the last, in order."""
    return [beside(last, -n) for n in reversed(range(SHOWN))]


def plots(months: Sequence[Month]) -> Sequence[Plot]:
    return (
        _plot("sent", "Posts sent", "Posts", [(month, month.sent) for month in months]),
        _plot("people", "People in chats", "People", [(month, month.people) for month in months]),
        _plot("impressions", "Impressions", "Impressions", [(month, month.impressions) for month in months]),
        _plot("feedback", "Feedback", "Pieces", [(month, month.feedback) for month in months]),
    )


def _plot(name: str, title: str, what: str, counted: Sequence[tuple[Month, int]]) -> Plot:
    rows = tuple((_short(month.name), number) for month, number in counted)
    return Plot(f"ledger-{name}", f"{title} by month", _sentence(what, counted), ("Month", what), rows)


def _sentence(what: str, counted: Sequence[tuple[Month, int]]) -> str:
    total = sum(number for _, number in counted)
    if not total:
        return f"{what}: none in these months."
    month, most = max(counted, key=lambda pair: pair[1])
    return f"{what}: {total:,} in all, most of them in {month.words}, {most:,}."


def _short(month: str) -> str:
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1][:3]} {year[2:]}"


def joined(names: Iterable[str], *counted: Mapping[str, Month]) -> Sequence[Month]:
    """The months of these names, each as the first that has counted it says."""
    return [next((months[name] for months in counted if name in months), Month(name)) for name in names]


def present_month(now: datetime) -> str:
    """The month that is not over yet, in UTC as the others."""
    return f"{now:%Y-%m}"
