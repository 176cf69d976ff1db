"""YAML's own errors, in plain words."""

import re
from typing import Any

from ruamel.yaml.reader import ReaderError

from bot.adapters.yaml_content.problems import Problem

QUOTES = 'put the text in "quotes", straight ones'
_ENDED_EARLY = "A quotation mark or an apostrophe ends the text early"
_NOT_ENDED = "A text begins with a quotation mark, and does not end with one on its line"
_OTHER = {'"': "'", "'": '"'}
_OPENED = re.compile(r"""^[ \t]*(?:-[ \t]+)?(?:[\w-]+:[ \t]+)?(["'])""", re.MULTILINE)
"""A line with a text in quotation marks."""
_BLOCK = re.compile(
    r"^([ \t]*)(?:-[ \t]+)?(?:[\w-]+:[ \t]+)?[>|][-+\d]*[ \t]*\n(?:\1[ \t]+.*\n|[ \t]*\n)*", re.MULTILINE
)
"""A text of several lines, in which quotation marks are ordinary signs."""
_QUOTED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL), "'": re.compile(r"'(?:[^']|'')*'")}
_AFTER = re.compile(r"[ \t]*(?:[,\]}:]|(?:#.*)?$)", re.MULTILINE)
"""What may stand behind a text in quotation marks."""
_WORDS = (
    (r"character '\\t'", "There is a tab here", "use spaces in front of a line, two for each step"),
    (r"character '(.)' that", "Text cannot begin with {0}", QUOTES),
    ("mapping values are not allowed", "A colon and a space stand inside a text", QUOTES),
    (
        "could not find expected ':'",
        "A colon is missing, or a text of several lines has one in it",
        "write the field's name, a colon and a space: 'topic: …'; begin a text of several lines with >- after that",
    ),
    ("unknown escape|escape sequence|expected escape", "A backslash means something else here", r"write \\ for one"),
    ("quoted scalar", "A quotation mark is not closed", "end the text with the same mark as it began with"),
    ("alias|anchor", "Text that begins with * or & means something else in YAML", QUOTES),
    ("flow (mapping|sequence)", "A bracket is not closed", f"close it with ] or }}}}, or {QUOTES}"),
    ("tag|directive", "Text that begins with ! or % means something else in YAML", QUOTES),
    (
        "node content|not allowed here",
        "A sign here means something else in YAML, or something before it is missing",
        f"{QUOTES}, or compare with the lines above",
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
    if slip := _slip_in_quotes(text, line):
        return Problem(file, *slip)
    cause, fix = _explain(" ".join(part for name in ("context", "problem") if (part := getattr(error, name, None))))
    return Problem(file, line, column, cause, fix)


def _slip_in_quotes(text: str, last: int) -> tuple[int, int, str, str] | None:
    """Line, column, cause and fix of the first text whose quotation marks are wrong. The parser notices it only at the
    next mark, which may be many lines below."""
    text, at = _BLOCK.sub(lambda block: re.sub("[\"']", ".", block[0]), text), 0
    while found := _OPENED.search(text, at):
        mark, start = found[1], found.start(1)
        line, column = _counted(text, start)
        quoted = _QUOTED[mark].match(text, start)
        if line > last or quoted is None:
            return None
        at = quoted.end()
        if _AFTER.match(text, at):
            continue
        if "\n" in quoted[0]:
            return line, column, _NOT_ENDED, f"put {mark} at the end of the text"
        return line, column, _ENDED_EARLY, f"begin and end the text with {_OTHER[mark]}"
    return None


def _explain(said: str) -> tuple[str, str]:
    for pattern, cause, fix in _WORDS:
        if found := re.search(pattern, said):
            return cause.format(*found.groups()), fix.format()
    return "This is not valid YAML", 'compare with the lines above, and put text with signs in "quotes"'


def _counted(text: str, at: int) -> tuple[int, int]:
    """Line and column of a place in a text, from 1 on."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _place(text: str, error: Any) -> tuple[int, int]:
    """Where it is: for what was not closed, where it was opened."""
    if isinstance(error, ReaderError):
        return _counted(text, error.position)
    opened = re.search("quoted scalar|flow", str(getattr(error, "context", ""))) is not None
    mark = error.context_mark if opened else getattr(error, "problem_mark", None)
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)
