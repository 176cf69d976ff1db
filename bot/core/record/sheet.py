"""The record for other programs: CSV for spreadsheets, JSON for everything else."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.core.feedback import cell
from bot.core.record.figures import Figures
from bot.core.record.values import Line, Section, Transcript

COLUMNS = ("Question", "Posted", "Platform", "Who", "Text", "Link", "Answers to", "Level", "Also answers")
_SOME = 1_000
"""Rows that are handed on together."""


def to_csv(transcript: Transcript) -> Iterator[str]:
    """Some rows at a time, formula-safe and with the mark by which Excel knows UTF-8 (see `bot.core.feedback`)."""
    zone = transcript.about.zone
    sheet = io.StringIO(newline="")
    sheet.write("\ufeff")
    writer = csv.writer(sheet, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for section in transcript.sections:
        for n, line in enumerate(section.lines, 1):
            writer.writerow(_row(section, line, line.at.astimezone(zone)))
            if n % _SOME == 0:
                yield _taken(sheet)
    yield _taken(sheet)


def _row(section: Section, line: Line, posted: datetime) -> list[object]:
    also = ", ".join(f"Q{number}" for number in line.also) if line.also else ""
    return [
        section.name,
        posted.isoformat(timespec="seconds"),
        line.platform.label,
        _name(line.who),
        cell(line.text),
        line.link,
        _name(line.answers_to),
        line.depth,
        also,
    ]


def _name(who: str) -> str:
    """Without the @ that a spreadsheet takes for a formula."""
    return cell(who.removeprefix("@"))


def _taken(sheet: io.StringIO) -> str:
    text = sheet.getvalue()
    sheet.seek(0)
    sheet.truncate()
    return text


def to_json(transcript: Transcript, figures: Figures) -> Iterator[str]:
    """One object. Times are in UTC; `section` is a question's number, -1 before the first and 0 beside them all."""
    about, write = transcript.about, json.JSONEncoder(ensure_ascii=False).encode
    head = {
        "chat": {
            "id": about.id,
            "topic": about.topic,
            "start": _instant(about.start),
            "end": _instant(about.end),
            "zone": about.zone.key,
            "hashtag": about.hashtag,
            "host": about.host,
            "lead": about.lead,
        },
        "redacted": transcript.redacted,
        "left_out": asdict(transcript.left_out),
        "figures": figures_json(figures),
        "questions": [{"number": q.number, "text": q.text, "at": _instant(q.at)} for q in about.asked],
        "resources": [asdict(resource) for resource in transcript.resources],
    }
    yield write(head)[:-1] + ', "posts": ['
    comma = ""
    for section in transcript.sections:
        for start in range(0, len(section.lines), _SOME):
            some = section.lines[start : start + _SOME]
            yield comma + write([_post(section, line) for line in some])[1:-1]
            comma = ",\n"
    yield "]}\n"


def figures_json(figures: Figures) -> Mapping[str, Any]:
    found = asdict(figures)
    found["minutes"] = [{"at": _instant(minute.at), "posts": minute.posts} for minute in figures.minutes]
    found["platforms"] = {platform.value: number for platform, number in figures.platforms.items()}
    return found


def _post(section: Section, line: Line) -> Mapping[str, object]:
    return {
        "section": section.number,
        "at": _instant(line.at),
        "platform": line.platform.value,
        "who": line.who,
        "text": line.text,
        "link": line.link,
        "answers_to": line.answers_to,
        "level": line.depth,
        "also": line.also,
    }


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
