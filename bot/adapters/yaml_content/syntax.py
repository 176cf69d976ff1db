"""YAML's own errors, in plain words."""

import re
from typing import Any

from ruamel.yaml.reader import ReaderError

from bot.adapters.yaml_content.problems import Problem

_WORDS = (
    (r"character '\\t'", "There is a tab here", "use spaces in front of a line, two for each step"),
    (r"character '(.)' that", "Text cannot begin with {0}", 'put the text in "quotes"'),
    ("mapping values are not allowed", "A colon and a space stand inside a text", 'put the text in "quotes"'),
    ("could not find expected ':'", "A colon is missing", "write the field's name, a colon and a space: 'topic: …'"),
    ("unknown escape|escape sequence|expected escape", "A backslash means something else here", r"write \\ for one"),
    ("quoted scalar", "A quotation mark is not closed", "end the text with the same mark as it began with"),
    ("alias|anchor", "Text that begins with * or & means something else in YAML", 'put the text in "quotes"'),
    ("flow (mapping|sequence)", "A bracket is not closed", 'close it with ] or }}, or put the text in "quotes"'),
    ("tag|directive", "Text that begins with ! or % means something else in YAML", 'put the text in "quotes"'),
    (
        "node content|not allowed here",
        "A sign here means something else in YAML, or something before it is missing",
        'put the text in "quotes", or compare with the lines above',
    ),
    (
        "block end|block sequence|block mapping|did not find expected|block scalar|indentation",
        "This line does not stand under the one it belongs to",
        "begin it in the same column as the lines beside it",
    ),
)


def in_words(file: str, text: str, error: Exception) -> Problem:
    """The problem behind an error of the YAML parser's."""
    line, column = _place(text, error)
    if isinstance(error, ReaderError):
        return Problem(file, line, column, "There is an invisible control character here", "type the line again")
    cause, fix = _explain(" ".join(part for name in ("context", "problem") if (part := getattr(error, name, None))))
    return Problem(file, line, column, cause, fix)


def _explain(said: str) -> tuple[str, str]:
    for pattern, cause, fix in _WORDS:
        if found := re.search(pattern, said):
            return cause.format(*found.groups()), fix.format()
    return "This is not valid YAML", 'compare with the lines above, and put text with signs in "quotes"'


def _place(text: str, error: Any) -> tuple[int, int]:
    """Where it is: for what was not closed, where it was opened."""
    if isinstance(error, ReaderError):
        before = text[: error.position]
        return before.count("\n") + 1, len(before) - before.rfind("\n")
    opened = re.search("quoted scalar|flow", str(getattr(error, "context", ""))) is not None
    mark = error.context_mark if opened else getattr(error, "problem_mark", None)
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)
