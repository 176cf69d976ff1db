"""What is wrong with a file of `content/`, in words for the person who edits it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core import problems


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`line` and `column` are counted from 1; line 0 is the file as a whole."""

    file: str
    line: int
    column: int
    cause: str
    fix: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {_sentence(self.cause)} Fix: {_sentence(self.fix)}"


class ContentProblems(problems.Problem):
    """Raised with every problem of a folder, in the order of files and lines."""

    def __init__(self, found: Sequence[Problem]) -> None:
        self.problems = tuple(found)
        super().__init__("\n".join(map(str, self.problems)))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
