"""The hosted chat: its times, and its run-sheet from the first reminder to the wrap."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from types import MappingProxyType

from bot.core.content import Chat, Content, Question, Wording
from bot.core.dates import day_words, time_words, when_words
from bot.core.events import Platform
from bot.core.lines import Fields, Line, as_entry
from bot.core.plan import Entry, Standing, end_of_day
from bot.core.schedule import resolve

FIRST_QUESTION = 5
"""Minutes after the start: people arrive and say hello."""
LAST_ANSWERS = 8
"""Minutes that the last question has at least, with the wrap in them."""
WRAP = 2
"""Minutes before the end."""
LATE_QUESTION = timedelta(minutes=10)
"""After that the talk has moved on; the host decides."""
LATE_REMINDER = timedelta(minutes=30)
READING_DAYS, QUESTIONS_DAYS = 5, 3
"""How long before the chat people get what to read, and all questions."""
ASIDE = timedelta(minutes=2)
"""What is said between two questions is of no use later, and keeps this distance from them."""
FIVE = timedelta(minutes=5)
SHORT_CHAT = 20
"""In shorter ones nobody needs to be told that five minutes are left."""
THANKS_AT = time(10)
Added = Mapping[int, str]
"""The words of the questions that hosts added to a chat, by their numbers."""
NOTHING_ADDED: Added = MappingProxyType({})
SOON = timedelta(days=92)
"""A chat in content/ that is further off is not taken for the next one: the regular day between is likelier."""


@dataclass(frozen=True, slots=True)
class Times:
    """When a chat takes place, in UTC."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return round((self.end - self.start) / timedelta(minutes=1))


def chat_times(chat: Chat, content: Content) -> Times:
    rule = content.campaign.chat
    start = resolve(chat.day(rule), chat.start or rule.start, content.zone)
    return Times(start, start + timedelta(minutes=chat.minutes or rule.minutes))


def is_over(chat: Chat, content: Content, now: datetime) -> bool:
    """Whether not even the wrap, or the thanks of the day after, may be sent any more."""
    times = chat_times(chat, content)
    if "thanks" in _also(chat, content):
        return end_of_day(times.start + timedelta(days=1), content.zone) <= now
    return times.end - timedelta(minutes=WRAP) + LATE_QUESTION <= now


def may_lead(chat: Chat, ref: str, content: Content, now: datetime) -> bool:
    """Whether a person may steer a chat as one of those who lead it: from a week before to the end of the day after."""
    if ref not in chat.lead_ids:
        return False
    day = chat.day(content.campaign.chat)
    first, after = (resolve(day + timedelta(days=days), time(0), content.zone) for days in (-7, 2))
    return first <= now < after


def following(content: Content, after: datetime) -> datetime:
    """When the next chat after an instant starts: one in content/ that is soon, or else a regular day.

    A month whose chat was moved and is over has no regular day any more.
    """
    starts = [chat_times(chat, content).start for chat in content.chats.values()]
    soon = min((start for start in starts if after < start <= after + SOON), default=None)
    if soon is not None:
        return soon
    held = {_month(start, content) for start in starts if start <= after} | {*content.campaign.chat.skip}
    regular = content.campaign.chat.trigger(content.zone)
    slot = regular.next_after(after)
    while _month(slot, content) in held:
        slot = regular.next_after(slot)
    return slot


def _month(instant: datetime, content: Content) -> str:
    return f"{instant.astimezone(content.zone):%Y-%m}"


def numbered(chat: Chat, added: Added = NOTHING_ADDED) -> Sequence[tuple[int, Question]]:
    """The questions of a chat's file with their numbers. One that a host added as well, in the same words, has that
    number; the others pass it over."""
    free = (number for number in itertools.count(1) if number not in added)
    same = {words: number for number, words in added.items()}
    return [(same.pop(it.text, 0) or next(free), it) for it in chat.questions]


def run_sheet(
    chat_id: str, chat: Chat, content: Content, platforms: Iterable[Platform], added: Added = NOTHING_ADDED
) -> tuple[Entry, ...]:
    """Everything the bot says around and during a chat, in order.

    Reminders are at their own day's wall-clock time; what is said during the chat keeps its distance from the
    start, also on a night when the clocks change. Where a chat has no lead, `{lead}` is its host.
    """
    wanted, lines = tuple(platforms), _lines(chat, chat_times(chat, content), content, added)
    return tuple(as_entry(chat_id, line, content, wanted) for line in sorted(lines, key=lambda line: line.due))


def _lines(chat: Chat, times: Times, content: Content, added: Added) -> Iterator[Line]:
    fields = _fields(chat, times, content)
    yield from _reminders(times, content, fields)
    yield from _opening(times, content, fields)
    yield from _questions(chat, times, content, added)
    wrap = times.end - timedelta(minutes=WRAP)
    yield Line("wrap", "Wrap", wrap, wrap + LATE_QUESTION, content.messages.chat_wrap, fields)
    extras: Mapping[str, Callable[[Chat, Times, Content, Fields], Iterator[Line]]] = {
        "reading": _reading,
        "questions": partial(_all_questions, added=added),
        "half-time": partial(_half_time, added=added),
        "five-minutes": _five_minutes,
        "thanks": _thanks,
    }
    for name in _also(chat, content):
        yield from extras[name](chat, times, content, fields)


def _also(chat: Chat, content: Content) -> tuple[str, ...]:
    return content.campaign.chat.also if chat.also is None else chat.also


def _reading(chat: Chat, times: Times, content: Content, fields: Fields) -> Iterator[Line]:
    if chat.reading:
        more = {**fields, "links": " ".join(chat.reading), "link": chat.reading[0]}
        yield _days_ahead(
            "reading", "What to read before", READING_DAYS, times, content.messages.chat_reading, more, content
        )


def _all_questions(chat: Chat, times: Times, content: Content, _: Fields, added: Added) -> Iterator[Line]:
    """Not those of a quiz: they stay hidden until their moment."""
    if chat.questions and not chat.quiz:
        asked = [(number, question.text) for number, question in numbered(chat, added)]
        yield _list_line(chat, times, asked, content)


def _list_line(chat: Chat, times: Times, asked: Sequence[tuple[int, str]], content: Content) -> Line:
    listed = "\n".join(f"Q{number}. {text}" for number, text in asked)
    count = f"{len(asked)} {'question' if len(asked) == 1 else 'questions'}"
    fields = {**_fields(chat, times, content), "questions": listed, "count": count, "first": asked[0][1]}
    line = _days_ahead(
        "questions", "All questions", QUESTIONS_DAYS, times, content.messages.chat_questions, fields, content
    )
    return replace(line, shorten=("topic", "lead", "first", "questions"))


def relisted(entry: Entry, chat: Chat, asked: Sequence[tuple[int, str]], content: Content) -> Entry:
    """The list of all questions with these in it, by their numbers. Without any, it is not put out."""
    if not asked:
        return replace(entry, standing=Standing.CANCELLED)
    line = _list_line(chat, chat_times(chat, content), asked, content)
    return replace(entry, bodies=as_entry("", line, content, tuple(entry.bodies)).bodies)


def _days_ahead(
    name: str, title: str, days: int, times: Times, wording: Wording, fields: Fields, content: Content
) -> Line:
    local = times.start.astimezone(content.zone)
    due = resolve(local.date() - timedelta(days=days), local.time(), content.zone)
    return Line(name, title, due, end_of_day(due, content.zone), wording, fields)


def _half_time(chat: Chat, times: Times, content: Content, _: Fields, added: Added) -> Iterator[Line]:
    """In the middle of the question that runs at half-time, so that it is near no other."""
    dues = [*question_times(times, len(chat.questions)), times.end - timedelta(minutes=WRAP)]
    half = times.start + (times.end - times.start) / 2
    put = sum(due <= half for due in dues[:-1])
    if put and dues[put] - dues[put - 1] >= 2 * ASIDE:
        middle = (dues[put] - dues[put - 1]) / 2 // timedelta(minutes=1) * timedelta(minutes=1)
        number, question = numbered(chat, added)[put - 1]
        yield half_time_line(number, question.text, dues[put - 1] + middle, content)


def half_time_line(number: int, text: str, due: datetime, content: Content) -> Line:
    fields = {"number": number, "text": text, "hashtag": content.campaign.chat_hashtag}
    wording = content.messages.chat_half_time
    return Line("half-time", "Half-time", due, due + ASIDE, wording, fields, shorten=("text",))


def _five_minutes(_: Chat, times: Times, content: Content, fields: Fields) -> Iterator[Line]:
    if times.minutes >= SHORT_CHAT:
        due = times.end - FIVE
        yield Line("five-minutes", "Five minutes left", due, due + ASIDE, content.messages.chat_five_minutes, fields)


def _thanks(_: Chat, times: Times, content: Content, fields: Fields) -> Iterator[Line]:
    day_after = times.start.astimezone(content.zone).date() + timedelta(days=1)
    due = resolve(day_after, THANKS_AT, content.zone)
    yield Line("thanks", "Thanks", due, end_of_day(due, content.zone), content.messages.chat_thanks, fields)


def _fields(chat: Chat, times: Times, content: Content) -> Fields:
    local = times.start.astimezone(content.zone)
    return {
        "topic": chat.topic,
        "lead": chat.lead or chat.host,
        "host": chat.host,
        "date": day_words(local.date()),
        "time": time_words(local.time()),
        "hashtag": content.campaign.chat_hashtag,
        "next": when_words(following(content, times.end), content.zone),
    }


def _reminders(times: Times, content: Content, fields: Fields) -> Iterator[Line]:
    words, start = content.messages, times.start
    local = start.astimezone(content.zone)
    for name, title, days, wording in (
        ("week", "Reminder, a week before", 7, words.chat_reminder_week),
        ("day", "Reminder, the day before", 1, words.chat_reminder_day),
    ):
        due = resolve(local.date() - timedelta(days=days), local.time(), content.zone)
        yield Line(f"reminder-{name}", title, due, end_of_day(due, content.zone), wording, fields)
    for name, title, minutes, wording in (
        ("hour", "Reminder, an hour before", 60, words.chat_reminder_hour),
        ("minutes", "Reminder, ten minutes before", 10, words.chat_reminder_minutes),
    ):
        due = start - timedelta(minutes=minutes)
        yield Line(f"reminder-{name}", title, due, min(due + LATE_REMINDER, start), wording, fields)


def _opening(times: Times, content: Content, fields: Fields) -> Iterator[Line]:
    words, start = content.messages, times.start
    yield Line("welcome", "Welcome", start, start + LATE_QUESTION, words.chat_welcome, fields)
    hello = start + timedelta(minutes=1)
    yield Line("introductions", "Introductions", hello, hello + LATE_QUESTION, words.chat_introductions, fields)


def _questions(chat: Chat, times: Times, content: Content, added: Added) -> Iterator[Line]:
    dues = question_times(times, len(chat.questions))
    for (number, question), due in zip(numbered(chat, added), dues, strict=True):
        yield question_line(number, question.text, due, min(due + LATE_QUESTION, times.end), content)


def question_line(number: int, text: str, due: datetime, cut_off: datetime, content: Content) -> Line:
    """A question as it is put. Nothing of it is ever cut: `antiphon content check` sees to it that it fits."""
    fields = {"number": number, "text": text, "hashtag": content.campaign.chat_hashtag}
    wording = content.messages.chat_question
    return Line(f"q{number}", f"Q{number}. {text}", due, cut_off, wording, fields, shorten=())


def question_times(times: Times, count: int) -> Sequence[datetime]:
    """When each question is put: in even steps of whole minutes (of seconds where a minute is too long)."""
    first = min(FIRST_QUESTION, times.minutes // 6)
    rest = times.minutes - first
    answers = min(LAST_ANSWERS, times.minutes // 3)
    # Each question has as long as the others, but the last at least the time kept for answers.
    step = min((rest - WRAP) / max(count, 1), (rest - answers) / max(count - 1, 1)) * 60
    unit = 60 if step >= 60 else 1
    start = times.start + timedelta(minutes=first)
    return [start + timedelta(seconds=int(n * step / unit) * unit) for n in range(count)]
