"""Numbers as a picture, each with its table and a sentence. The pictures are SVG, without script or style sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.core.dates import time_words
from bot.core.record.figures import Figures
from bot.core.record.values import TALK, About

_WIDE, _HIGH = 640, 240
_LEFT, _TOP, _BOTTOM = 44, 12, 28
_LABELS = 14
"""More labels below the columns than this would run into each other."""


@dataclass(frozen=True, slots=True)
class Plot:
    """`rows` are a label and a number each, under the two names of `head`. `name` is good for a file and an id."""

    name: str
    title: str
    sentence: str
    head: tuple[str, str]
    rows: tuple[tuple[str, int], ...]

    @property
    def svg(self) -> str:
        return columns(self.name, f"{self.title}. {self.sentence}", self.rows)


def plots(about: About, figures: Figures) -> tuple[Plot, ...]:
    return (_questions(figures), _minutes(about, figures)) if figures.posts else ()


def _questions(figures: Figures) -> Plot:
    rows = tuple((_name(count.number), count.posts) for count in figures.questions)
    asked = [count for count in figures.questions if count.number != TALK]
    most = max(asked, key=lambda count: count.posts, default=None)
    sentence = "Nothing was said to a question."
    if most is not None and most.posts:
        people = "1 person" if most.participants == 1 else f"{most.participants:,} people"
        posts = "1 post" if most.posts == 1 else f"{most.posts:,} posts"
        sentence = f"{_name(most.number)} had most answers: {posts} by {people}."
    return Plot("posts-by-question", "Posts by question", sentence, ("Question", "Posts"), rows)


def _minutes(about: About, figures: Figures) -> Plot:
    rows = tuple((time_words(minute.at.astimezone(about.zone).time()), minute.posts) for minute in figures.minutes)
    busiest = figures.busiest
    sentence = "All posts came before the chat or after it."
    if busiest is not None and busiest.posts:
        posts = "1 post" if busiest.posts == 1 else f"{busiest.posts:,} posts"
        sentence = f"The busiest minute was {time_words(busiest.at.astimezone(about.zone).time())}, with {posts}."
    if figures.before + figures.after:
        sentence += f" {figures.before:,} came before the chat and {figures.after:,} after it."
    return Plot("posts-by-minute", "Posts by minute", sentence, ("Minute", "Posts"), rows)


def _name(number: int) -> str:
    return f"Q{number}" if number != TALK else "No question"


def columns(name: str, described: str, rows: Sequence[tuple[str, int]]) -> str:
    """A column for each row, in the colour of the text around it. `described` is read out in place of the picture."""
    top = _ceiling(max((number for _, number in rows), default=0))
    height, step = _HIGH - _TOP - _BOTTOM, (_WIDE - _LEFT) / max(len(rows), 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'aria-labelledby="{name}-title" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">',
        f'<title id="{name}-title">{escape(described)}</title>',
    ]
    for value in (0, top // 2, top):
        y = _TOP + height * (1 - value / top)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDE}" stroke="currentColor" stroke-opacity=".3"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,}</text>')
    every = -(-len(rows) // _LABELS)
    for n, (label, number) in enumerate(rows):
        x, tall = _LEFT + n * step, height * number / top
        if number:
            parts.append(
                f'<rect x="{x + step * 0.1:.1f}" y="{_TOP + height - tall:.1f}" width="{step * 0.8:.1f}" '
                f'height="{tall:.1f}"/>'
            )
        if n % every == 0:
            parts.append(
                f'<text x="{x + step / 2:.1f}" y="{_HIGH - 8}" text-anchor="middle">{escape(_short(label))}</text>'
            )
    return "\n".join([*parts, "</svg>"])


def _ceiling(most: int) -> int:
    """The first even number of the kind 2, 4, 10, 20, 40, 100 … that nothing is above."""
    size = 1
    while True:
        for first in (2, 4, 10):
            if most <= first * size:
                return first * size
        size *= 10


def _short(label: str) -> str:
    return label if len(label) <= 12 else f"{label[:11]}…"
