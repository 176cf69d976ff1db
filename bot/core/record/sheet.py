"""The record for other programs: CSV for spreadsheets, JSON for everything else."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.feedback_sheet import guarded
from bot.core.record.figures import Figures
from bot.core.record.instants import in_letters
from bot.core.record.values import Line, Transcript

COLUMNS = ("Question", "Posted", "Platform", "Who", "Text", "Link", "Answers to", "Level", "Also answers")
_SOME = 1_000
"""Rows that are handed on together."""
_END = "\r\n"


def to_csv(transcript: Transcript) -> Iterator[str]:
    """Some rows at a time, formula-safe and with the mark by which Excel knows UTF-8 (see `bot.core.feedback`)."""
    yield "\ufeff" + ",".join(map(_cell, COLUMNS)) + _END
    posted = _local(transcript.about.zone)
    for section in transcript.sections:
        name = _cell(section.name)
        for start in range(0, len(section.lines), _SOME):
            yield "".join([_row(name, line, posted(line)) for line in section.lines[start : start + _SOME]])


def _row(section: str, line: Line, posted: str) -> str:
    # Not by the csv module: for a hundred thousand rows, that takes three times as long.
    also = ", ".join(f"Q{number}" for number in line.also) if line.also else ""
    answers_to = _name(line.answers_to) if line.answers_to else '""'
    return (
        f'{section},"{posted}","{line.platform.label}",{_name(line.who)},{_cell(guarded(line.text))},'
        f'{_cell(line.link)},{answers_to},"{line.depth}","{also}"{_END}'
    )


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@lru_cache(maxsize=10_000)
def _name(who: str) -> str:
    """Without the @ that a spreadsheet takes for a formula. Most people speak more than once."""
    return _cell(guarded(who.removeprefix("@")))


def _local(zone: ZoneInfo) -> Callable[[Line], str]:
    """When a post was made on the clocks of a zone, `2017-09-19T20:05:07+01:00`: looked up once a minute."""
    known: dict[str, tuple[str, str]] = {}

    def told(line: Line) -> str:
        if line.utc[:16] not in known:
            local = line.at.astimezone(zone).isoformat(timespec="seconds")
            known[line.utc[:16]] = local[:16], local[19:]
        minute, offset = known[line.utc[:16]]
        return minute + line.utc[16:19] + offset

    return told


def to_json(transcript: Transcript, figures: Figures) -> Iterator[str]:
    """One object. Times are in UTC; `section` is a question's number, -1 before the first and 0 beside them all."""
    about, write = transcript.about, json.JSONEncoder(ensure_ascii=False).encode
    head = {
        "chat": {
            "id": about.id,
            "topic": about.topic,
            "start": in_letters(about.start),
            "end": in_letters(about.end),
            "zone": about.zone.key,
            "hashtag": about.hashtag,
            "host": about.host,
            "lead": about.lead,
        },
        "redacted": transcript.redacted,
        "left_out": asdict(transcript.left_out),
        "figures": figures_json(figures),
        "questions": [{"number": q.number, "text": q.text, "at": in_letters(q.at)} for q in about.asked],
        "resources": [asdict(resource) for resource in transcript.resources],
    }
    yield write(head)[:-1] + ', "posts": ['
    comma = ""
    for section in transcript.sections:
        for start in range(0, len(section.lines), _SOME):
            some = section.lines[start : start + _SOME]
            yield comma + ",\n".join([_post(section.number, line) for line in some])
            comma = ",\n"
    yield "]}\n"


def figures_json(figures: Figures) -> Mapping[str, Any]:
    found = asdict(figures)
    found["minutes"] = [{"at": in_letters(minute.at), "posts": minute.posts} for minute in figures.minutes]
    found["platforms"] = {platform.value: number for platform, number in figures.platforms.items()}
    return found


def _post(section: int, line: Line) -> str:
    # Not by json.dumps: it takes twice as long.
    link = f'"link": {_json(line.link)}'
    answers_to = _json_name(line.answers_to) if line.answers_to else '""'
    return (
        f'{{"section": {section}, "at": "{line.utc}", "platform": "{line.platform.value}", '
        f'"who": {_json_name(line.who)}, "text": {_json(line.text)}, {link}, '
        f'"answers_to": {answers_to}, "level": {line.depth}, "also": {[*line.also]}}}'
    )


_json = json.encoder.encode_basestring
"""A string as JSON, its letters as they are."""
_json_name = lru_cache(maxsize=10_000)(_json)
