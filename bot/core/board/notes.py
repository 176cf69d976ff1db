"""The notes of a workshop: boxes of bullets as the campaign wrote them down, or sticky notes typed one a line.

The first kind is what a word processor's table becomes as text: a row of headings with tabs between them, and below
it a row of cells, each an HTML list. An empty heading means that the box beside it goes on. What stands above its title
is the paper's head.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from bot.core.actions import Problem
from bot.core.board.values import Box, Point, folded
from bot.core.rounds import LONGEST_PROMPT, MOST_PROMPTS

_TITLE = re.compile(r"\*\*([^\t]+?)\*\*|#\s+([^\t]+)")
_END = re.compile(r"\r\n?|\n")
"""Of a line. A word processor's soft line break (\x0b) is within one note."""
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SIGN = re.compile(r"\s*(?:[-*+•◦○▪‣·–](?:\s+|$))?(.*)", re.DOTALL)
_LEVELS = 4
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Notes:
    """`title` is empty where the file has none. `lines` are, for each box, the numbers in the file of its points."""

    title: str
    boxes: tuple[Box, ...]
    lines: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A box, the line on which it begins, and those of its points."""

    line: int
    box: Box
    points: tuple[int, ...]


def read_notes(text: str, prompt: str = "") -> Notes | tuple[Problem, ...]:
    """The boxes of a file, or everything that is wrong with it, by line.

    `prompt` is what sticky notes answer that stand below no heading.
    """
    lines = [(number, line) for number, line in enumerate(_END.split(text.lstrip("\ufeff")), 1) if line.strip()]
    problems: list[Problem] = []
    tables = any(_is_cells(line) for _, line in lines)
    titled, title = _title(lines, tables=tables)
    lines = _below_head(lines, titled) if tables else lines
    found = list(_tables(lines, problems) if tables else _stickies(lines, titled, prompt, problems))
    if not found and not problems:
        problems.append(Problem("notes", "There is nothing in it.", "Write one note a line.", 1))
    if len(found) > MOST_PROMPTS:
        fix = "Split the file: a board has at most four."
        problems.append(Problem("box", f"This is box {MOST_PROMPTS + 1}.", fix, found[MOST_PROMPTS].line))
    for one in found:
        if len(one.box.prompt) > LONGEST_PROMPT:
            cause = f"The question has {len(one.box.prompt)} characters, and {LONGEST_PROMPT} fit."
            problems.append(Problem("question", cause, "Put what is no question into the notes.", one.line))
    if problems:
        return tuple(sorted(problems, key=lambda problem: problem.row))
    return Notes(title, tuple(one.box for one in found), tuple(one.points for one in found))


def _is_cells(line: str) -> bool:
    return "<ul" in line.casefold()


def _title(lines: Sequence[tuple[int, str]], *, tables: bool) -> tuple[int, str]:
    """The title's line, and its words; 0 and none where there is no title. A sticky note may be in bold."""
    read = _table_title if tables else _sticky_title
    return next(((number, title) for number, line in lines if (title := read(line))), (0, ""))


def _table_title(line: str) -> str:
    found = _TITLE.fullmatch(line.strip())
    return _plain(found[1] or found[2]) if found else ""


def _sticky_title(line: str) -> str:
    return _plain(line[2:]) if line.startswith("# ") else ""


def _below_head(lines: Sequence[tuple[int, str]], titled: int) -> list[tuple[int, str]]:
    """Without the title and the paper's head above it. Where a table stands above the title there is no head."""
    head = 0 if any(number < titled and _is_cells(line) for number, line in lines) else titled
    return [(number, line) for number, line in lines if number != titled and (number > head or "\t" in line)]


def _plain(cell: str) -> str:
    return " ".join(unescape(_TAG.sub("", cell)).replace("\u200b", "").split())


def _tables(lines: Sequence[tuple[int, str]], problems: list[Problem]) -> Iterator[_Found]:
    above = _Headings(0, ())
    for number, line in lines:
        cells = line.split("\t")
        if _is_cells(line):
            above.boxes = max(above.boxes, len(cells))
            yield from _row(number, cells, above.texts, problems)
        else:
            problems += above.left_over()
            above = _Headings(number, [_plain(cell) for cell in cells])
    problems += above.left_over()


@dataclass(slots=True)
class _Headings:
    """A line of questions, and the most boxes in a line below it."""

    line: int
    texts: Sequence[str]
    boxes: int = 0

    def left_over(self) -> Iterator[Problem]:
        """Words that would be lost, as no box stands below them."""
        for at, text in enumerate(self.texts[self.boxes :], self.boxes + 1):
            if text:
                fix = "Put a list below it, put it into a list, or take it out."
                yield Problem(f"box {at}", f"There is no box below “{_short(text)}”.", fix, self.line)


def _row(number: int, cells: Sequence[str], headings: Sequence[str], problems: list[Problem]) -> Iterator[_Found]:
    before = ""
    for at, cell in enumerate(cells):
        own = headings[at] if at < len(headings) else ""
        if not (own or before):
            fix = "Put the question above it, in a line of its own with tabs between the questions."
            problems.append(Problem(f"box {at + 1}", "There is no question above this box.", fix, number))
            return
        points = _points(number, at + 1, cell, problems)
        yield _Found(number, Box(own or before, points, goes_on=not own), (number,) * len(points))
        before = own or before


def _points(number: int, box: int, cell: str, problems: list[Problem]) -> tuple[Point, ...]:
    read = _Lists()
    read.feed(cell)
    read.close()
    for cause, fix in read.wrong():
        problems.append(Problem(f"box {box}", cause, fix, number))
    return folded([(level, _unmarked(text)) for level, text in read.items])


def _unmarked(text: str) -> str:
    """Without the bullet that stands before the words, and on one line."""
    found = _SIGN.fullmatch(text)
    return " ".join((found[1] if found else text).split())


class _Lists(HTMLParser):
    """Items of lists in lists, with their levels."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[tuple[int, str]] = []
        self._open: list[int] = []
        """The items that are open, by their places."""
        self._lists = 0
        self._unclosed = False
        self._beside: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("ul", "ol"):
            self._lists += 1
        elif tag == "li" and self._lists:
            self._open.append(len(self.items))
            self.items.append((min(self._lists, _LEVELS) - 1, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._unclosed |= self._lists == 0 or len(self._open) >= self._lists
            self._lists = max(self._lists - 1, 0)
        elif tag == "li" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            level, text = self.items[self._open[-1]]
            self.items[self._open[-1]] = level, text + data
        elif data.strip():
            self._beside.append(" ".join(data.split()))

    def wrong(self) -> Iterator[tuple[str, str]]:
        """What is the matter, and how to mend it."""
        if self._lists or self._open or self._unclosed:
            yield "A list or a bullet is not closed where it should be.", "Look for a missing </li> or </ul>."
        for text in self._beside:
            yield f"“{_short(text)}” is in no bullet.", "Put it between <li> and </li>."
        if any(not _unmarked(text) for _, text in self.items):
            yield "A bullet has no words.", "Fill it in, or take it out."


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class _Note(NamedTuple):
    line: int
    indent: int
    text: str


def _stickies(lines: Sequence[tuple[int, str]], titled: int, prompt: str, problems: list[Problem]) -> Iterator[_Found]:
    """`# title`, `## question`, and notes; what is further in stands below the note before it."""
    heading, number, notes = prompt, 0, list[_Note]()
    for at, line in lines:
        if line.startswith("## "):
            if notes or number:
                yield _stuck(number, heading, notes)
            heading, number, notes = _plain(line[3:]), at, []
        elif line.startswith("# "):
            if at != titled and (second := _sticky_title(line)):
                fix = "Split the file, or begin the line with “## ” if it is a question."
                problems.append(Problem("title", f"“{_short(second)}” is a second title.", fix, at))
        else:
            if not heading:
                fix = "Write “## ” and the question in a line above the notes, or name it with --ask."
                problems.append(Problem("note", "There is no question above this note.", fix, at))
                return
            number = number or at
            notes.append(_Note(at, len(line) - len(line.lstrip()), _unmarked(line)))
            if not notes[-1].text:
                problems.append(Problem("note", "This note has no words.", "Fill it in, or take it out.", at))
    if notes or number:
        yield _stuck(number, heading, notes)


def _stuck(number: int, heading: str, notes: Sequence[_Note]) -> _Found:
    """Notes below a question, each under the one before it that stands further out."""
    indents: list[int] = []
    levels: list[int] = []
    for note in notes:
        while indents and indents[-1] >= note.indent:
            indents.pop()
        indents.append(note.indent)
        levels.append(min(len(indents), _LEVELS) - 1)
    points = folded([(level, note.text) for level, note in zip(levels, notes, strict=True)])
    lines = tuple(note.line for level, note in zip(levels, notes, strict=True) if level == 0)
    return _Found(number, Box(heading, points), lines)
