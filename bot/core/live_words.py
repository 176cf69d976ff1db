"""How a host reads a chat's timetable and asks for changes of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA

from bot.core.audit import AuditEntry
from bot.core.bodies import Button
from bot.core.called import Called
from bot.core.dates import day_words, time_words
from bot.core.live import Sheet, is_question, name_of
from bot.core.plan import Entry, Standing
from bot.core.steering import EARLY, Press, Stays, Verb
from bot.core.words import parted

ACTION = "chat"
"""The action of the panel's buttons."""
ASK_TO_END = "end?"
MORE_MINUTES = 5
_LATEST = 3
_LONGEST = 80

_VERBS: Mapping[str, Verb] = MappingProxyType(
    {verb.value: verb for verb in Verb} | {"resume": Verb.GO_ON, "continue": Verb.GO_ON, "add": Verb.INSERT}
)
_TARGET = re.compile(r"(?:q\s?)?(\d{1,3})", re.IGNORECASE | re.ASCII)
_APART = re.compile(r"^q(?:uestion)?\s+(?=\d)", re.IGNORECASE | re.ASCII)
"""A Q and its number, as some people write them."""
_SIGNS = ".,:;!"
"""What people put behind a control or a number: "insert: …", "edit q3: …"."""
_LIKE_CONTROLS = frozenset(
    {"go", "start", "begin", "stop", "finish", "pause", "wait", "back", "delay", "help", "undo", "unhold", "delete",
     "remove", "move"}
)  # fmt: skip
_VERSION = re.compile(r"\d{1,18}", re.ASCII)
_TAKES_TARGET = frozenset({Verb.NEXT, Verb.SKIP, Verb.REPEAT, Verb.HIDE, Verb.EDIT})
HOW_TO = (
    "Write one of: show, next, hold, go-on, skip q4, repeat q3, extend 5, insert and the question, "
    "edit q4 and its new words, hide q3, picks, end. Without the words, insert and edit open a form."
)


def read_press(typed: str) -> Press | None:
    """What a host wrote after the word for chats; None for nothing, or `show`. Raises Stays for what is no control."""
    first, rest = _control(typed)
    if first in ("", "show"):
        return None
    if (first, rest.casefold().rstrip(_SIGNS)) == ("go", "on"):
        return Press(Verb.GO_ON)
    verb = _VERBS.get(first)
    if verb is None:
        raise Stays(f"I do not know “{parted(typed)[0][:30]}”. {HOW_TO}")
    return _press(verb, rest.strip())


def is_press(typed: str) -> bool:
    """Whether the words after `chat` are meant for a host's controls."""
    first, rest = _control(typed)
    return first in {"", "show", *_VERBS} or (first, rest.casefold().rstrip(_SIGNS)) == ("go", "on")


def _control(typed: str) -> tuple[str, str]:
    """The word of a control, and what stands behind it."""
    first, rest = parted(typed)
    return first.casefold().rstrip(_SIGNS), rest


def is_slip(typed: str) -> bool:
    """Whether the words after `chat` are short, and begin nearly as a control or a button does: “chat skp q3”,
    “chat q3 again”."""
    first, *more = typed.casefold().split()
    near = any(len(verb) > len("end") and OSA.distance(first, verb) == 1 for verb in _VERBS)
    named = first.startswith("q") and _TARGET.fullmatch(first) is not None
    return (near or named or first in _LIKE_CONTROLS) and len(more) <= 2 and "?" not in typed


def _press(verb: Verb, rest: str) -> Press:
    if verb is Verb.EXTEND:
        number = re.match(r"\d{1,3}", rest, re.ASCII)
        return Press(verb, minutes=int(number[0]) if number else 0)
    if verb is Verb.INSERT:
        return Press(verb, text=" ".join(rest.split()))
    if verb not in _TAKES_TARGET:
        return Press(verb)
    named, words = parted(_APART.sub("q", rest))
    return Press(verb, target_of(named), " ".join(words.split()))


def target_of(typed: str) -> str:
    """The end of a row's key from what people write: `3`, `Q3`, `q3:`, `wrap`."""
    named = typed.strip().rstrip(_SIGNS)
    number = _TARGET.fullmatch(named)
    return f"q{int(number[1])}" if number else named.casefold()


def timetable(sheet: Sheet, now: datetime, zone: ZoneInfo, missing: Mapping[str, str]) -> Iterator[str]:
    """The chat line by line, on the clocks of `zone`. `missing` says by key what did not go out as it should."""
    yield f"{day_words(sheet.start.astimezone(zone).date())}, {_at(sheet.start, zone)} to {_at(sheet.end, zone)}"
    for entry, standing in rows(sheet, now, missing):
        yield f"{_at(entry.due, zone)}  {_short(entry.title)} – {standing}"


def rows(sheet: Sheet, now: datetime, missing: Mapping[str, str]) -> Iterator[tuple[Entry, str]]:
    """Each row of the timetable with how it stands, in words."""
    following = next((entry for entry in sheet.upcoming), None)
    for entry in sheet.entries:
        yield entry, missing.get(entry.key) or _standing(entry, now, is_next=entry is following)


def _standing(entry: Entry, now: datetime, *, is_next: bool) -> str:
    match entry.standing:
        case Standing.RELEASED:
            return "out" if entry.due <= now else "leaving"
        case Standing.CANCELLED:
            return "skipped"
        case Standing.HELD:
            return "held"
        case Standing.PLANNED:
            return "next" if is_next else "planned"


def latest_deeds(entries: Sequence[AuditEntry], sheet: Sheet) -> Sequence[AuditEntry]:
    """What was done to this chat last, the latest at the end. `entries` are the latest first."""
    return [entry for entry in entries if entry.about == sheet.group][_LATEST - 1 :: -1]


def log_line(entry: AuditEntry, zone: ZoneInfo, called: Called) -> str:
    """Who did what to a chat, and when."""
    return f"{_at(entry.at, zone)}, {called(entry.who, entry.name)}: {entry.detail}"


def buttons(sheet: Sheet, version: int, now: datetime) -> tuple[Button, ...]:
    """What can be done now, at most six: Teams shows no more. Each knows the timetable that it was shown with."""
    if sheet.over(now) or now < sheet.start - EARLY or not sheet.upcoming:
        return ()
    found = [*_for_next(sheet, version)]
    found.append(_button("Go on" if sheet.held else "Hold", Verb.GO_ON if sheet.held else Verb.HOLD, sheet, version))
    question = next((entry for entry in sheet.upcoming if is_question(entry)), None)
    if question:
        found.append(_button(f"Skip {name_of(question)}", Verb.SKIP, sheet, version, question.tail))
    if running := sheet.running(now):
        tail = running.tail.partition("-")[0]
        found.append(_button(f"{tail.upper()} again", Verb.REPEAT, sheet, version, tail))
    found.append(_button(f"{MORE_MINUTES} more minutes", Verb.EXTEND, sheet, version))
    found.append(Button("End …", ACTION, f"{ASK_TO_END} {sheet.chat_id} {version}"))
    return tuple(found)


def _for_next(sheet: Sheet, version: int) -> Iterator[Button]:
    if sheet.steps:
        step = sheet.steps[0]
        yield _button(f"{name_of(step)} now", Verb.NEXT, sheet, version, step.tail)


def end_button(sheet: Sheet, version: int) -> Button:
    return _button("End it now", Verb.END, sheet, version)


def _button(label: str, verb: Verb, sheet: Sheet, version: int, target: str = "") -> Button:
    return Button(label, ACTION, f"{verb} {sheet.chat_id} {version} {target}".strip())


def read_button(value: str) -> tuple[str, str, int, str]:
    """A button's verb, chat, version and target. Raises Stays for what no button of ours carries."""
    parts = [*value.split(" "), ""]
    if len(parts) not in (4, 5) or not _VERSION.fullmatch(parts[2]) or parts[0] not in {ASK_TO_END, *Verb}:
        raise Stays("This button is from another version of the bot. Ask for the timetable again.")
    return parts[0], parts[1], int(parts[2]), parts[3]


def _at(instant: datetime, zone: ZoneInfo) -> str:
    return time_words(instant.astimezone(zone).time())


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1].rstrip()}…"
