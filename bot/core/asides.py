"""What is said between two questions, kept true: half-time names the running question, and five minutes are five."""

from dataclasses import replace
from datetime import datetime

from bot.core.chat import ASIDE, FIVE, half_time_line
from bot.core.content import Content
from bot.core.lines import as_entry
from bot.core.live import Changes, Sheet, is_question, number_of, words_of
from bot.core.plan import Entry, Standing, moved


def kept_true(sheet: Sheet, changes: Changes, now: datetime, content: Content) -> Changes:
    """The changes, and what they make of the asides that are still to come."""
    after = sheet.after(changes)
    became = [_half_time(after, now, content), _five_minutes(after, now)]
    changed = {entry.key: entry for entry in changes.changed}
    for entry in filter(None, became):
        stored = sheet.find(entry.tail)
        assert stored is not None
        changed[entry.key] = replace(entry, version=stored.version)
    return replace(changes, changed=tuple(changed.values()))


def _half_time(sheet: Sheet, now: datetime, content: Content) -> Entry | None:
    half = sheet.coming("half-time")
    if half is None:
        return None
    questions = [it for it in sheet.entries if is_question(it) and it.standing is not Standing.CANCELLED]
    near = any(abs(it.due - half.due) < ASIDE for it in questions)
    running = next((it for it in reversed(questions) if it.due <= half.due), None)
    late = half.due <= now and half.standing is Standing.PLANNED
    if near or late or running is None:
        return replace(half, standing=Standing.CANCELLED)
    line = half_time_line(number_of(running), words_of(running), half.due, content)
    bodies = as_entry(sheet.chat_id, line, content, tuple(half.bodies)).bodies
    return replace(half, bodies=bodies) if bodies != half.bodies else None


def _five_minutes(sheet: Sheet, now: datetime) -> Entry | None:
    five = sheet.coming("five-minutes")
    due = sheet.end - FIVE
    if five is None:
        return None
    if due <= now and five.standing is Standing.PLANNED:
        return replace(five, standing=Standing.CANCELLED)
    return moved(five, due) if five.due != due else None
