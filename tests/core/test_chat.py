"""The hosted chat's run-sheet: one evening by example, and what holds for all of them."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.chat import (
    LATE_QUESTION,
    chat_times,
    following,
    is_over,
    may_lead,
    numbered,
    question_times,
    run_sheet,
)
from bot.core.content import Chat, Question
from bot.core.events import Platform
from bot.core.plan import Entry, Kind
from bot.core.policy import fits
from tests.samples import sample_content

CONTENT = sample_content()
LONDON = ZoneInfo("Europe/London")
CLOCK_CHANGES = (dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2027, 3, 28))

fewer = settings(max_examples=50)

days = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31)) | st.sampled_from(CLOCK_CHANGES)
starts = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def chats(draw: st.DrawFn) -> Chat:
    count = draw(st.integers(0, 11))
    return Chat(
        date=draw(days),
        start=draw(starts),
        minutes=draw(st.integers(30, 240)),
        topic="A topic",
        questions=tuple(Question(text=f"Question {n}?") for n in range(count)),
    )


def sheet(chat: Chat) -> tuple[Entry, ...]:
    return run_sheet("a-chat", chat, CONTENT, (Platform.X,))


def during(entries: tuple[Entry, ...]) -> list[Entry]:
    return [entry for entry in entries if "reminder" not in entry.key]


def questions(entries: tuple[Entry, ...]) -> list[Entry]:
    return [entry for entry in entries if entry.title.startswith("Q")]


def test_the_chat_of_september_2017_runs_as_it_should() -> None:
    entries = run_sheet("2017-09-19", CONTENT.chats["2017-09-19"], CONTENT, tuple(Platform))
    assert [(entry.key.removeprefix("chat:2017-09-19:"), entry.wall) for entry in entries] == [
        ("reminder-week", "2017-09-12T20:00"),
        ("reminder-day", "2017-09-18T20:00"),
        ("reminder-hour", "2017-09-19T19:00"),
        ("reminder-minutes", "2017-09-19T19:50"),
        ("welcome", "2017-09-19T20:00"),
        ("introductions", "2017-09-19T20:01"),
        ("q1", "2017-09-19T20:05"),
        ("q2", "2017-09-19T20:12"),
        ("q3", "2017-09-19T20:20"),
        ("q4", "2017-09-19T20:27"),
        ("q5", "2017-09-19T20:35"),
        ("q6", "2017-09-19T20:42"),
        ("q7", "2017-09-19T20:50"),
        ("wrap", "2017-09-19T20:58"),
    ]
    assert entries[4].due == datetime(2017, 9, 19, 19, tzinfo=UTC)
    assert {(entry.group, entry.zone, entry.kind) for entry in entries} == {
        ("chat:2017-09-19", "Europe/London", Kind.CHAT)
    }


def test_each_platform_has_its_own_wording() -> None:
    third = next(
        entry for entry in run_sheet("c", CONTENT.chats["2017-09-19"], CONTENT, tuple(Platform)) if "q3" in entry.key
    )
    assert third.bodies[Platform.X].text == "Q3. How do you use the law that speaks of evidence? #ukmedlibs"
    assert third.bodies[Platform.SLACK].text == "Q3. How do you use the law that speaks of evidence?"
    assert set(third.bodies) == set(Platform)


def test_a_chat_without_a_lead_is_led_by_its_host() -> None:
    assert "with the organisers" in sheet(CONTENT.chats["2017-09-19"])[0].bodies[Platform.X].text
    assert "with a guest from the regional network" in sheet(CONTENT.chats["2026-12-15"])[0].bodies[Platform.X].text


def test_the_wrap_names_the_next_chat() -> None:
    assert "on Tuesday 12 January 2027 at 12:30pm" in sheet(CONTENT.chats["2026-12-15"])[-1].bodies[Platform.X].text


def test_a_late_question_is_left_to_the_host_and_never_put_after_the_end() -> None:
    entries = {entry.key.rpartition(":")[2]: entry for entry in sheet(CONTENT.chats["2017-09-19"])}
    assert entries["q1"].cut_off == entries["q1"].due + LATE_QUESTION
    assert entries["q7"].cut_off == datetime(2017, 9, 19, 20, tzinfo=UTC)
    assert entries["wrap"].cut_off == entries["wrap"].due + LATE_QUESTION


def test_a_reminder_is_not_sent_once_it_would_be_wrong() -> None:
    entries = {entry.key.rpartition(":")[2]: entry for entry in sheet(CONTENT.chats["2017-09-19"])}
    assert entries["reminder-day"].cut_off == datetime(2017, 9, 18, 23, tzinfo=UTC)  # midnight in London
    assert entries["reminder-hour"].cut_off == datetime(2017, 9, 19, 18, 30, tzinfo=UTC)
    assert entries["reminder-minutes"].cut_off == entries["welcome"].due


def test_a_reminder_keeps_its_wall_clock_time_when_the_clocks_change_before_the_chat() -> None:
    chat = Chat(date=dt.date(2026, 10, 27), topic="After the change")
    week = sheet(chat)[0]
    assert week.wall == "2026-10-20T20:00"
    assert week.due == datetime(2026, 10, 20, 19, tzinfo=UTC)
    assert sheet(chat)[4].due == datetime(2026, 10, 27, 20, tzinfo=UTC)


@fewer
@given(chats())
@example(Chat(date=CLOCK_CHANGES[0], start=dt.time(0, 30), minutes=60, topic="t", questions=(Question(text="q"),) * 7))
@example(
    Chat(date=CLOCK_CHANGES[1], start=dt.time(0, 30), minutes=240, topic="t", questions=(Question(text="q"),) * 11)
)
def test_a_run_sheet_is_in_order_and_within_the_chat(chat: Chat) -> None:
    entries = sheet(chat)
    times = chat_times(chat, CONTENT)
    assert all(one.due < two.due for one, two in pairwise(entries))
    assert all(times.start <= entry.due <= times.end for entry in during(entries))
    assert len({entry.key for entry in entries}) == len(entries) == 7 + len(chat.questions)
    assert all(entry.due <= entry.cut_off for entry in entries)
    assert all(entry.cut_off <= times.end for entry in questions(entries))


@fewer
@given(chats())
def test_questions_are_evenly_spaced_whole_minutes_and_the_last_leaves_time(chat: Chat) -> None:
    times = chat_times(chat, CONTENT)
    dues = [entry.due for entry in questions(sheet(chat))]
    gaps = [two - one for one, two in pairwise(dues)]
    assert all((due - times.start) % timedelta(minutes=1) == timedelta(0) for due in dues)
    assert not gaps or max(gaps) - min(gaps) <= timedelta(minutes=1)
    if dues:
        assert dues[0] == times.start + timedelta(minutes=5)
        assert times.end - dues[-1] >= timedelta(minutes=8)


@fewer
@given(chats())
def test_what_clocks_show_and_the_instant_agree(chat: Chat) -> None:
    for entry in sheet(chat):
        local = datetime.fromisoformat(entry.wall)
        both = {local.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1)}
        assert entry.due in both


@fewer
@given(st.integers(15, 240), st.integers(0, 60))
def test_even_too_many_questions_stay_in_order_within_the_chat(minutes: int, count: int) -> None:
    chat = Chat(date=dt.date(2026, 12, 15), minutes=minutes, topic="t")
    times = chat_times(chat, CONTENT)
    dues = question_times(times, count)
    assert len(dues) == count
    assert all(one < two for one, two in pairwise(dues))
    assert all(times.start < due < times.end - timedelta(minutes=2) for due in dues)


lines = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=300).filter(str.strip)


@fewer
@given(topic=lines, lead=lines, host=lines)
@example(topic="word " * 60, lead="guest " * 50, host="host " * 60)
@example(topic="記" * 300, lead="😀" * 300, host="x" * 300)
def test_what_goes_to_x_fits_whatever_the_topic(topic: str, lead: str, host: str) -> None:
    chat = Chat(month="2026-12", topic=topic, lead=lead, host=host)
    for entry in run_sheet("long", chat, CONTENT, (Platform.X,)):
        text = entry.bodies[Platform.X].text
        assert fits(text, Platform.X)
        assert text.endswith("#ukmedlibs")


def test_a_long_topic_loses_its_last_words_and_says_so() -> None:
    chat = Chat(month="2026-12", topic="Evidence for everybody, everywhere " * 8)
    text = sheet(chat)[0].bodies[Platform.X].text
    assert "Evidence for everybody…, Tuesday 15 December 2026 at 8pm, with the organisers. #ukmedlibs" in text


@pytest.mark.parametrize(
    ("after", "start"),
    [
        (datetime(2017, 9, 19, 20, tzinfo=UTC), datetime(2017, 10, 17, 19, tzinfo=UTC)),  # nothing planned: the rule
        (datetime(2026, 12, 15, 21, tzinfo=UTC), datetime(2027, 1, 12, 12, 30, tzinfo=UTC)),  # moved to another day
        (datetime(2027, 1, 12, 14, tzinfo=UTC), datetime(2027, 2, 16, 20, tzinfo=UTC)),  # was moved and is over
        (datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 2, 16, 20, tzinfo=UTC)),  # no more in content/
    ],
)
def test_what_follows_is_a_chat_in_content_or_the_regular_day(after: datetime, start: datetime) -> None:
    assert following(CONTENT, after) == start


def test_a_skipped_month_is_not_announced() -> None:
    content = replace(CONTENT, chats={"2026-09": Chat(month="2026-09", topic="After the summer")})
    assert following(content, datetime(2026, 7, 21, 20, tzinfo=UTC)) == datetime(2026, 9, 15, 19, tzinfo=UTC)


def test_every_chat_of_the_shipped_content_fits_on_x() -> None:
    folder = Path(__file__).parents[2] / "content"
    if not (folder / "campaign.yaml").exists():
        pytest.skip("there is no content folder beside these tests")
    from bot.adapters.yaml_content import load

    content = load(folder)
    sheets = [run_sheet(id_, chat, content, tuple(Platform)) for id_, chat in content.chats.items()]
    assert sheets
    for entry in (entry for one in sheets for entry in one):
        assert all(fits(body.text, platform) for platform, body in entry.bodies.items()), entry.key


def with_extras(chat: Chat, *also: str, **rule: object) -> tuple[Entry, ...]:
    """The sheet of a chat in a campaign whose chats have more than the usual parts."""
    changed = CONTENT.campaign.chat.model_copy(update={"also": also, **rule})
    content = replace(CONTENT, campaign=CONTENT.campaign.model_copy(update={"chat": changed}))
    return run_sheet("c", chat, content, tuple(Platform))


EXTRAS = ("reading", "questions", "half-time", "five-minutes", "thanks")


def test_a_chat_can_have_reading_questions_ahead_half_time_a_last_call_and_thanks() -> None:
    chat = CONTENT.chats["2017-09-19"].model_copy(
        update={"reading": ("https://example.org/a", "https://example.org/b")}
    )
    found = {entry.tail: entry for entry in with_extras(chat, *EXTRAS)}
    walls = {tail: found[tail].wall for tail in EXTRAS}
    assert walls == {
        "reading": "2017-09-14T20:00",
        "questions": "2017-09-16T20:00",
        "half-time": "2017-09-19T20:31",
        "five-minutes": "2017-09-19T20:55",
        "thanks": "2017-09-20T10:00",
    }
    assert "https://example.org/a https://example.org/b" in found["reading"].bodies[Platform.SLACK].text
    assert "example.org/b" not in found["reading"].bodies[Platform.X].text
    assert "\nQ7. Where should it go next?" in found["questions"].bodies[Platform.TEAMS].text
    assert "7 questions, first How do you take part" in found["questions"].bodies[Platform.X].text
    assert "Half-time at Q4" in found["half-time"].bodies[Platform.X].text
    assert all(fits(body.text, platform) for entry in found.values() for platform, body in entry.bodies.items())


def test_extras_are_left_out_where_they_would_say_nothing() -> None:
    bare = Chat(month="2026-12", topic="Festive", minutes=15)
    assert {entry.tail for entry in with_extras(bare, *EXTRAS)} - {entry.tail for entry in sheet(bare)} == {"thanks"}


def test_a_chat_can_do_without_the_extras_of_the_others() -> None:
    chat = CONTENT.chats["2017-09-19"].model_copy(update={"also": ()})
    assert len(with_extras(chat, *EXTRAS)) == 14


def test_the_questions_of_a_quiz_stay_hidden() -> None:
    quiz = Chat(month="2026-12", topic="Quiz", questions=(Question(text="Which year?", answers=("1948",)),))
    found = with_extras(quiz, *EXTRAS)
    saying = [entry.tail for entry in found if "Which year?" in str(entry.bodies)]
    assert saying == ["q1", "half-time"]
    assert "1948" not in str(found)


def test_a_chat_whose_thanks_are_still_to_come_is_not_over() -> None:
    chat = CONTENT.chats["2017-09-19"].model_copy(update={"also": ("thanks",)})
    assert not is_over(chat, CONTENT, datetime(2017, 9, 20, 12, tzinfo=UTC))
    assert is_over(chat, CONTENT, datetime(2017, 9, 20, 23, tzinfo=UTC))


def test_a_month_that_is_skipped_is_not_announced() -> None:
    rule = CONTENT.campaign.chat.model_copy(update={"skip": ("2017-10", "2017-11")})
    content = replace(CONTENT, campaign=CONTENT.campaign.model_copy(update={"chat": rule}))
    assert following(content, datetime(2017, 9, 19, 20, tzinfo=UTC)) == datetime(2017, 12, 19, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "may"),
    [
        (datetime(2017, 9, 11, 22, 59, tzinfo=UTC), False),
        (datetime(2017, 9, 11, 23, tzinfo=UTC), True),
        (datetime(2017, 9, 20, 22, 59, tzinfo=UTC), True),
        (datetime(2017, 9, 20, 23, tzinfo=UTC), False),
    ],
)
def test_a_lead_has_a_week_before_and_the_day_after(instant: datetime, may: bool) -> None:
    chat = CONTENT.chats["2017-09-19"].model_copy(update={"lead_ids": ("slack:T1/U1",)})
    assert may_lead(chat, "slack:T1/U1", CONTENT, instant) is may
    assert not may_lead(chat, "slack:T1/U2", CONTENT, instant)


@given(
    written=st.lists(st.sampled_from(["Why?", "How?", "When?"]), max_size=6),
    added=st.dictionaries(st.integers(1, 8), st.sampled_from(["Why?", "How?", "Who?"])),
)
def test_no_two_questions_of_a_file_have_the_same_number_whatever_hosts_added(
    written: list[str], added: dict[int, str]
) -> None:
    chat = Chat(date=dt.date(2026, 12, 15), topic="A topic", questions=tuple(Question(text=it) for it in written))
    numbers = [number for number, _ in numbered(chat, added)]
    assert len(set(numbers)) == len(written)
