"""A chat as somebody copied it from a window: lines with a time and a name, and what was said behind or below."""

import re
from collections.abc import Iterator

from bot.core.actions import Problem
from bot.core.record.columns import Row

_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?"
_WHEN = rf"(?:\d[\d/.-]+\d,? |\d{{1,2}} \w+ \d{{4}},? )?{_TIME}"
_NAME = r"@?[^\W\d_][^\n:\[\]()<>]{0,48}?"
_HEADS = (
    # 20:05 @ann: text · [19/09/2017 20:05] Ann Lee: text · [8:05 PM] Ann Lee, with the text below
    re.compile(rf"[\[(]?(?P<when>{_WHEN})[\])]?\s*[-–|·]?\s*<?(?P<name>{_NAME})>?\s*(?::\s*(?P<text>.*)|$)"),
    # Ann Lee (20:05): text · Ann Lee  8:05 PM, with the text below
    re.compile(
        rf"<?(?P<name>{_NAME})>?(?:\s*[\[(](?P<when>{_WHEN})[\])]\s*:?\s*(?P<text>.*)|(?:\s{{2,}}|\t)(?P<at>{_WHEN})\s*$)"
    ),
)
_ISO = re.compile(r"^[\[(]?(?P<when>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)[\])]?\s*")

COLUMNS = ("date", "name", "text")


def rows(text: str, problems: list[Problem]) -> Iterator[tuple[int, Row]]:
    """A row for each post, with the number of its first line. A line without a head goes on with the post above."""
    number, row, words = 0, {"date": "", "name": ""}, list[str]()
    lost = 0
    for at, line in enumerate(text.splitlines(), 1):
        head = _head(line.strip())
        if head is None and number == 0:
            lost = lost or (at if line.strip() else 0)
        elif head is None:
            words.append(line)
        else:
            if number:
                yield number, {**row, "text": "\n".join(words).strip()}
            number, row, words = at, {"date": head[0], "name": head[1]}, [head[2]]
    if lost:
        fix = "Begin each post with its time and name, for example “20:05 @ann: text”."
        problems.append(Problem("text", "It is not said who wrote this, nor when.", fix, lost))
    if number:
        yield number, {**row, "text": "\n".join(words).strip()}


def _head(line: str) -> tuple[str, str, str] | None:
    """When, who and what."""
    if iso := _ISO.match(line):
        name, colon, text = line[iso.end() :].partition(":")
        return (iso["when"], name.strip(" <>-–|\t"), text.strip()) if colon or len(name) < 50 else None
    for head in _HEADS:
        if found := head.fullmatch(line):
            parts = found.groupdict()
            return parts["when"] or parts.get("at") or "", parts["name"].strip(), (parts["text"] or "").strip()
    return None
