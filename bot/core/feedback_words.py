"""Feedback as moderators ask for it and read it in text: which is wanted, a line in a list, all about one piece."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.dates import when_words
from bot.core.feedback import Feedback, Period, Source, Status, Unclear, Wanted, as_tag, parse_range

_EXCERPT, _REGION = 100, 40
_FILTER = re.compile(
    rf"""[“"](?P<text>[^“”"]+)[”"] | \#(?P<tag>[^\s,;]+) | \b(?P<status>{"|".join(Status)})\b
    | \b(?P<source>{"|".join(Source)})\b""",
    re.VERBOSE | re.IGNORECASE,
)


def line(feedback: Feedback, zone: ZoneInfo) -> str:
    """One piece in a list: its number, when, where from, how far it has come, and the beginning of its words."""
    text = " ".join(feedback.text.split())
    region = shortened(feedback.region, _REGION)
    about = ", ".join(filter(None, [feedback.source.label, region, feedback.status, *feedback.tags]))
    told = shortened(" ".join(about.split()), _EXCERPT)
    return f"{feedback.number}. {when_words(feedback.at, zone)} ({told}): {shortened(text, _EXCERPT)}"


def shortened(text: str, most: int) -> str:
    """As much of it as a message has room for: anybody may write a region of thousands of characters."""
    return text if len(text) <= most else text[:most] + "…"


def about(feedback: Feedback, zone: ZoneInfo) -> Sequence[str]:
    """What is known of one piece, a line each, without its words and without who wrote it."""
    facts = {
        "Received": when_words(feedback.at, zone),
        "Platform": feedback.source.label,
        "Prompt": feedback.prompt,
        "Region": feedback.region,
        "Role": feedback.role,
        "May we quote it": feedback.consent.label,
        "Status": feedback.status,
        "Tags": " ".join(feedback.tags),
    }
    return [f"Feedback {feedback.number}", *(f"{name}: {fact}" for name, fact in facts.items() if fact)]


def wanted_in(typed: str, zone: ZoneInfo, now: datetime) -> tuple[Wanted, Period] | Unclear:
    """Which feedback is meant: dates, a status, where it was said, #tag, "words in it". Unclear where there is more."""
    given: dict[str, str] = {}
    for found in _FILTER.finditer(typed):
        given |= {name: words.strip() for name, words in found.groupdict().items() if words}
    period = parse_range(_FILTER.sub(" ", typed), zone, now)
    if isinstance(period, Unclear):
        return period
    wanted = Wanted(
        since=period.since,
        until=period.until,
        source=Source(given["source"].casefold()) if "source" in given else None,
        status=Status(given["status"].casefold()) if "status" in given else None,
        tag=as_tag(given.get("tag", "")),
        text=given.get("text", ""),
    )
    return wanted, period
