"""What a host can do to a chat while it runs.

A control changes rows that have not been handed on yet, and nothing else: what is with the outbox stays as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.core.asides import kept_true
from bot.core.chat import LATE_QUESTION, question_line
from bot.core.content import Content, Question
from bot.core.dates import day_words, time_words
from bot.core.lines import Line, as_entry
from bot.core.live import ADDED, Changes, Sheet, is_question, is_step, name_of, number_of, words_of
from bot.core.plan import Entry, Standing, moved
from bot.core.policy import LIMITS, length

EARLY = timedelta(minutes=15)
"""The chat can be held, hurried or ended from then before its start on."""
STEP = timedelta(minutes=8)
"""What an inserted question gets: hosts put their questions eight to ten minutes apart."""
TWICE = timedelta(minutes=1)
"""Two hosts who both say "next", or "repeat", within this time mean the same."""
LONGEST_EXTENSION = 60
_LONGEST = next(it.max_length for it in Question.model_fields["text"].metadata if hasattr(it, "max_length"))


class Verb(StrEnum):
    NEXT = "next"
    HOLD = "hold"
    GO_ON = "go-on"
    SKIP = "skip"
    REPEAT = "repeat"
    EXTEND = "extend"
    INSERT = "insert"
    EDIT = "edit"
    END = "end"
    HIDE = "hide"


class Stays(ValueError):
    """Nothing was changed. Says why, for the host."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a host asks for. `target` is the end of a row's key (`q3`) or empty; some verbs have `text` or `minutes`."""

    verb: Verb
    target: str = ""
    text: str = ""
    minutes: int = 0


def steer(sheet: Sheet, press: Press, now: datetime, content: Content) -> Changes:
    """What a press does to a chat. Raises Stays where it does nothing.

    Nothing is ever planned for the past, and what was put in order stays in order.
    """
    if sheet.over(now) and press.verb is not Verb.HIDE:
        raise Stays("The chat is over.")
    day = _day_to_come(sheet, now, content)
    if press.verb in _DURING and now < sheet.start - EARLY:
        on_the_day = f" on {day}" if day else ""
        raise Stays(f"The chat has not begun: it starts{on_the_day} at {_at(sheet.start, content)}.")
    changes = kept_true(sheet, _CONTROLS[press.verb](sheet, press, now, content), now, content)
    said = f"In the chat of {day}: {changes.said}" if day else changes.said
    return replace(changes, said=said, changed=tuple(replace(entry, edited=True) for entry in changes.changed))


def _day_to_come(sheet: Sheet, now: datetime, content: Content) -> str:
    """The day of a chat, before it: for somebody who has the one in mind that has just ended."""
    day = sheet.start.astimezone(content.zone).date()
    return day_words(day) if now.astimezone(content.zone).date() < day else ""


def _next(sheet: Sheet, press: Press, now: datetime, content: Content) -> Changes:
    entry = _first(sheet.steps, "Everything has been put: there is nothing next.")
    if leaving := sheet.leaving(now):
        raise Stays(f"{name_of(leaving)} goes out at {_at(leaving.due, content)}, in less than a minute.")
    if press.target and press.target != entry.tail:
        raise Stays(_not_next(sheet, press.target, entry))
    last = next((row.due for row in reversed(sheet.out) if is_step(row)), None)
    if not press.target and last is not None and now - last < TWICE:
        raise Stays(f"One went out less than a minute ago. For {name_of(entry)} as well, name it: next {entry.tail}.")
    # What was to come before it has no room any more; in a hold, the rest keeps its distance from it.
    passed = tuple(replace(it, standing=Standing.CANCELLED) for it in sheet.upcoming if it.due < entry.due)
    late = max(now - entry.due, timedelta()) if sheet.held else timedelta()
    later = (it for it in sheet.upcoming if it.due >= entry.due and it is not entry)
    rest = tuple(moved(it, it.due + late) for it in later if late)
    return Changes(f"{name_of(entry)} goes out now.", (_planned(moved(entry, now)), *passed, *rest))


def _not_next(sheet: Sheet, target: str, first: Entry) -> str:
    wanted = _named(sheet, target)
    if wanted.standing is Standing.RELEASED:
        return f"{name_of(wanted)} is out already."
    if wanted.standing is Standing.CANCELLED:
        return f"{name_of(wanted)} was skipped. To put it all the same: repeat {wanted.tail}."
    return f"{name_of(first)} comes before {name_of(wanted)}. Put that first, or skip it."


def _hold(sheet: Sheet, _press: Press, now: datetime, content: Content) -> Changes:
    if sheet.held:
        raise Stays("The chat is held already.")
    _first(sheet.upcoming, "Everything has been put: there is nothing to hold.")
    leaving = sheet.leaving(now)
    but = f" Only {name_of(leaving)} still does, at {_at(leaving.due, content)}." if leaving else ""
    rows = tuple(replace(entry, standing=Standing.HELD) for entry in sheet.upcoming)
    return Changes(f"Held. Nothing more goes out until you let it go on.{but}", rows)


def _go_on(sheet: Sheet, _press: Press, now: datetime, content: Content) -> Changes:
    if not sheet.held:
        raise Stays("The chat is not held.")
    first = (sheet.steps or sheet.upcoming)[0]
    late = max(_earliest(sheet, now) - first.due, timedelta())
    rows = tuple(_planned(moved(entry, entry.due + late)) for entry in sheet.upcoming)
    end = _at(sheet.end + late, content)
    due = first.due + late
    when = f"at {_at(due, content)}" if due > now else "now"
    shift = f" The rest moves by {_minutes(late)}, to the end at {end}." if late else ""
    return Changes(f"It goes on: {name_of(first)} goes out {when}.{shift}", rows)


def _skip(sheet: Sheet, press: Press, _now: datetime, _content: Content) -> Changes:
    questions = tuple(entry for entry in sheet.upcoming if is_question(entry))
    entry = _named(sheet, press.target) if press.target else _first(questions, "There is no question left to skip.")
    if entry.standing is Standing.CANCELLED:
        raise Stays(f"{name_of(entry)} is skipped already.")
    _changeable(entry, "skipped")
    if entry.tail == "wrap":
        raise Stays("The wrap cannot be skipped. To end early: end.")
    return Changes(f"{name_of(entry)} is skipped.", (replace(entry, standing=Standing.CANCELLED),))


def _repeat(sheet: Sheet, press: Press, now: datetime, content: Content) -> Changes:
    entry = _repeated(sheet, press.target, now)
    put = [row for row in sheet.entries if number_of(row) == number_of(entry)]
    if any(row.standing is not Standing.CANCELLED and abs(now - row.due) < TWICE for row in put):
        raise Stays(f"{name_of(entry)} went out less than a minute ago.")
    again = sum(not is_question(row) for row in put) + 1
    skipped = again == 1 and entry.standing is Standing.CANCELLED
    line = Line(
        f"{entry.tail}-again-{again}",
        f"{name_of(entry)} again. {words_of(entry)}",
        now,
        now + LATE_QUESTION,
        content.messages.chat_question if skipped else content.messages.chat_again,
        {
            "number": number_of(entry),
            "text": words_of(entry),
            "time": _at(now, content),
            "hashtag": content.campaign.chat_hashtag,
        },
        shorten=("text",),
    )
    return Changes(
        f"{name_of(entry)} goes out {'after all' if skipped else 'again'}, now.", added=(_new(sheet, line, content),)
    )


def _repeated(sheet: Sheet, target: str, now: datetime) -> Entry:
    """The question to be put again: by default the one that is running."""
    running = sheet.running(now)
    if not target and running is None:
        raise Stays("No question has been put yet.")
    entry = _named(sheet, target) if target else sheet.question(number_of(running)) if running else None
    if entry is None or not is_question(entry):
        raise Stays("Only a question can be repeated. Name it, for example: repeat q3.")
    if entry in sheet.upcoming or (entry.standing is Standing.RELEASED and entry.due > now):
        raise Stays(f"{name_of(entry)} has not been put yet. To put it now: next {entry.tail}.")
    return entry


def _extend(sheet: Sheet, press: Press, _now: datetime, content: Content) -> Changes:
    if not 1 <= press.minutes <= LONGEST_EXTENSION:
        raise Stays(f"Say by how many minutes, 1 to {LONGEST_EXTENSION}: extend 5.")
    _first(sheet.upcoming, "Everything has been put: there is nothing to extend.")
    by = timedelta(minutes=press.minutes)
    rows = tuple(moved(entry, entry.due + by) for entry in sheet.upcoming)
    return Changes(f"{_minutes(by)} more. The chat now ends at {_at(sheet.end + by, content)}.", rows)


def _insert(sheet: Sheet, press: Press, _now: datetime, content: Content) -> Changes:
    going = (entry for entry in sheet.entries if entry.standing is not Standing.CANCELLED)
    if same := next((it for it in going if is_question(it) and words_of(it) == press.text), None):
        raise Stays(f"{name_of(same)} has these very words.")
    slots = tuple(entry for entry in sheet.upcoming if is_question(entry) or entry.tail == "wrap")
    slot = _first(slots, "Everything has been put: there is no place left for a question.")
    # The next free number: those that people have read before keep their meaning.
    number = max(map(number_of, sheet.entries)) + 1
    line = question_line(number, press.text, slot.due, slot.due + LATE_QUESTION, content)
    new = _fitting(replace(_new(sheet, line, content), standing=slot.standing, source=ADDED))
    later = tuple(moved(entry, entry.due + STEP) for entry in sheet.upcoming if entry.due >= slot.due)
    when = "after the hold" if sheet.held else f"at {_at(slot.due, content)}"
    return Changes(f"Q{number} goes out {when}. The chat now ends at {_at(sheet.end + STEP, content)}.", later, (new,))


def _edit(sheet: Sheet, press: Press, _now: datetime, content: Content) -> Changes:
    if not press.target:
        raise Stays("Say which one: edit q3.")
    entry = _named(sheet, press.target)
    _changeable(entry, "changed")
    if not is_question(entry):
        raise Stays("Only a question can be changed here. The other words stand in content/messages.yaml.")
    line = question_line(number_of(entry), press.text, entry.due, entry.cut_off, content)
    new = as_entry(sheet.chat_id, line, content, tuple(entry.bodies))
    changed = _fitting(replace(entry, title=new.title, bodies=new.bodies))
    return Changes(f"{name_of(entry)} now reads: {words_of(changed)}", (changed,))


def _end(sheet: Sheet, _press: Press, now: datetime, content: Content) -> Changes:
    wrap = sheet.find("wrap")
    if wrap is None or wrap not in sheet.upcoming:
        raise Stays("The wrap is out: the chat has ended.")
    dropped = tuple(replace(it, standing=Standing.CANCELLED) for it in sheet.upcoming if it is not wrap)
    at = _earliest(sheet, now)
    when = "now" if at <= now else f"at {_at(at, content)}, after {name_of(sheet.out[-1])}"
    unput = sum(map(is_question, dropped))
    left = f" {unput} {'question was' if unput == 1 else 'questions were'} not put." if unput else ""
    return Changes(f"The wrap goes out {when}.{left}", (*dropped, _planned(moved(wrap, at))))


def _hide(sheet: Sheet, press: Press, _now: datetime, _content: Content) -> Changes:
    entry = _named(sheet, press.target) if press.target else None
    if entry is None:
        raise Stays("Say which one: hide q3.")
    if entry.standing is not Standing.RELEASED:
        raise Stays(f"{name_of(entry)} is not out. To leave it out: skip {entry.tail}.")
    return Changes(f"{name_of(entry)} is taken down.")


_Control = Callable[[Sheet, Press, datetime, Content], Changes]
_CONTROLS: Mapping[Verb, _Control] = MappingProxyType(
    {
        Verb.NEXT: _next,
        Verb.HOLD: _hold,
        Verb.GO_ON: _go_on,
        Verb.SKIP: _skip,
        Verb.REPEAT: _repeat,
        Verb.EXTEND: _extend,
        Verb.INSERT: _insert,
        Verb.EDIT: _edit,
        Verb.END: _end,
        Verb.HIDE: _hide,
    }
)
_DURING = frozenset({Verb.NEXT, Verb.HOLD, Verb.REPEAT, Verb.EXTEND, Verb.END})


def _planned(entry: Entry) -> Entry:
    return replace(entry, standing=Standing.PLANNED)


def _earliest(sheet: Sheet, now: datetime) -> datetime:
    """When the next thing may go out: at once, but after what is leaving."""
    leaving = sheet.leaving(now)
    return leaving.due + timedelta(seconds=2) if leaving else now


def _first(entries: tuple[Entry, ...], otherwise: str) -> Entry:
    if not entries:
        raise Stays(otherwise)
    return entries[0]


def _named(sheet: Sheet, target: str) -> Entry:
    entry = sheet.find(target)
    if entry is None:
        known = ", ".join(row.tail for row in sheet.entries if is_question(row))
        raise Stays(f"There is no “{target}” in this chat. Its questions: {known or 'none'}.")
    return entry


def _changeable(entry: Entry, what: str) -> None:
    if entry.standing is Standing.RELEASED:
        raise Stays(f"{name_of(entry)} is out, or leaves within a minute: it can no longer be {what}.")
    if entry.standing is Standing.CANCELLED:
        raise Stays(f"{name_of(entry)} was skipped. To put it all the same: repeat {entry.tail}.")


def _new(sheet: Sheet, line: Line, content: Content) -> Entry:
    platforms = tuple({platform: None for entry in sheet.entries for platform in entry.bodies})
    return replace(as_entry(sheet.chat_id, line, content, platforms), edited=True)


def _fitting(entry: Entry) -> Entry:
    """Raises Stays for a question without words, or one that is too long for a platform."""
    words = words_of(entry)
    if not words.strip():
        raise Stays("The question has no words. Write them after the command.")
    if (over := len(words) - _LONGEST) > 0:
        raise Stays(f"The question is {over} characters too long. Shorten it.")
    for platform, body in entry.bodies.items():
        if (over := length(body.text, platform) - LIMITS[platform]) > 0:
            raise Stays(f"On {platform.label} the question is {over} characters too long. Shorten it.")
    return entry


def _at(instant: datetime, content: Content) -> str:
    return time_words(instant.astimezone(content.zone).time())


def _minutes(span: timedelta) -> str:
    whole = max(round(span / timedelta(minutes=1)), 1)
    return f"{whole} {'minute' if whole == 1 else 'minutes'}"
