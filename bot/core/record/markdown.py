"""The record as Markdown."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.core.dates import day_words
from bot.core.record.links import URL
from bot.core.record.plots import Plot
from bot.core.record.said import clock
from bot.core.record.values import Line, Section, Transcript

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>|~&"})
_OPENING_MARK = re.compile(r"\A(\d*)([#+=.)-])")
_SOME = 1_000
"""Lines that are handed on together."""
_DEEPEST = 3
"""Answers to answers are shown this deep; what is below stands beside them."""


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line. A web address in it is left alone."""
    line = " ".join(text.split())
    if "://" not in line:
        return _begun(line.translate(_MARKS))
    parts, end = [], 0
    for url in URL.finditer(line):
        parts += [line[end : url.start()].translate(_MARKS), url[0]]
        end = url.end()
    return _begun("".join([*parts, line[end:].translate(_MARKS)]))


def _begun(line: str) -> str:
    """A line whose first sign makes it no heading and no list."""
    return line if line[:1].isalpha() else _OPENING_MARK.sub(r"\1\\\2", line)


def to_markdown(transcript: Transcript, summary: Sequence[str], plots: Sequence[Plot]) -> Iterator[str]:
    """A part at a time. `summary` are the sentences of `bot.core.record.said.summary`."""
    about = transcript.about
    day = day_words(about.start.astimezone(about.zone).date())
    yield f"# {escaped(about.topic)}\n\n{escaped(about.hashtag)} chat of {day}.\n\n" + "\n".join(summary) + "\n"
    for section in transcript.sections:
        yield from _section(transcript, section)
    if transcript.resources:
        yield "\n## Links that were shared\n\n"
        yield "".join(f"- <{resource.url}> ({resource.people})\n" for resource in transcript.resources)
    for plot in plots:
        yield _table(plot)


def _section(transcript: Transcript, section: Section) -> Iterator[str]:
    title = f"{section.name}. {escaped(section.title)}" if section.number > 0 else section.title
    yield f"\n## {title}\n\n"
    told = clock(transcript.about)
    for start in range(0, len(section.lines), _SOME):
        yield "".join([_line(line, told(line)) for line in section.lines[start : start + _SOME]])
    if not section.lines:
        yield "Nobody answered this.\n"


def _line(line: Line, at: str) -> str:
    indent = "  " * min(line.depth, _DEEPEST)
    name = _name(line.who)
    who = f"[{name}]({line.link})" if line.link else name
    return f"{indent}- **{who}**, {at}: {escaped(line.text)}\n"


@lru_cache(maxsize=10_000)
def _name(who: str) -> str:
    """Most people speak more than once."""
    return escaped(who)


def _table(plot: Plot) -> str:
    rows = [f"| {escaped(label)} | {number:,} |" for label, number in plot.rows]
    head = [f"| {plot.head[0]} | {plot.head[1]} |", "| --- | ---: |"]
    return "\n".join([f"\n## {plot.title}\n", plot.sentence, "", *head, *rows]) + "\n"
