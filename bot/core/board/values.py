"""A board, and how an answer becomes points of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BULLET = re.compile(r"([ \t\u00a0]*)[-*+•◦○▪‣·–]\s+(.*\S)")
_DEEPEST = 3
"""Bullets further down stand on this level: nobody reads more, and nobody's text may make a page endlessly deep."""


@dataclass(frozen=True, slots=True)
class Point:
    """One bullet, and those below it."""

    text: str
    under: tuple["Point", ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A prompt with its points. Where `goes_on`, it is the prompt of the box before."""

    prompt: str
    points: tuple[Point, ...]
    goes_on: bool = False

    @property
    def heading(self) -> str:
        return f"{self.prompt} (continued)" if self.goes_on else self.prompt


@dataclass(frozen=True, slots=True)
class Board:
    """`about` is a sentence or two: when it was, and for whom the board is."""

    title: str
    about: str
    boxes: tuple[Box, ...]


def boxes(prompts: Sequence[str], answers: Sequence[tuple[int, str]]) -> tuple[Box, ...]:
    """`answers` are the prompt's number, from 1 on, and what was said, in order."""
    return tuple(
        Box(
            prompt,
            tuple(point for asked, said in answers if asked == number for point in points_in(said)),
            goes_on=number > 1 and prompts[number - 2] == prompt,
        )
        for number, prompt in enumerate(prompts, 1)
    )


def points_in(text: str) -> tuple[Point, ...]:
    """One answer as points. Bullets below a sentence are under it; bullets alone are points of their own."""
    return folded(list(_levels(text)))


def as_text(point: Point) -> str:
    """A point as an answer from which `points_in` makes the same again."""
    return "\n".join([point.text, *_below(point, "")])


def _below(point: Point, indent: str) -> Iterator[str]:
    for one in point.under:
        yield f"{indent}- {one.text}"
        yield from _below(one, indent + "  ")


def _levels(text: str) -> Iterator[tuple[int, str]]:
    """Each point with its level, lines that only go on joined to it."""
    sentence, indents = 0, list[int]()
    held: tuple[int, str] | None = None
    for line in text.splitlines():
        said = " ".join(line.split())
        if not said:
            continue
        bullet = _BULLET.fullmatch(line.rstrip())
        if bullet is None and held is not None and (not indents or line[:1].isspace()):
            held = held[0], f"{held[1]} {said}"
            continue
        if held is not None:
            yield held
        if bullet is None:
            sentence, indents, held = 1, [], (0, said)
        else:
            while indents and indents[-1] >= len(bullet[1]):
                indents.pop()
            indents.append(len(bullet[1]))
            held = min(sentence + len(indents) - 1, _DEEPEST), " ".join(bullet[2].split())
    if held is not None:
        yield held


def folded(lines: Sequence[tuple[int, str]]) -> tuple[Point, ...]:
    """Lines with their levels as points; whatever stands deeper than a line is under it."""
    starts = [at for at, (level, _) in enumerate(lines) if level <= lines[0][0]]
    ends = [*starts[1:], len(lines)][: len(starts)]
    return tuple(Point(lines[at][1], folded(lines[at + 1 : end])) for at, end in zip(starts, ends, strict=True))
