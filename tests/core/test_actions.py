"""Key actions: a month's plan, and what organisers add, change and cancel."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.actions import Draft, Problem, cancelled, changed, draft_of, find, month_plan, queued
from bot.core.content import Action, ActionMonth
from bot.core.events import Platform
from bot.core.plan import Entry, Kind, Standing
from tests.samples import sample_content, sample_messages

CONTENT = sample_content()
NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
EVERYWHERE = tuple(Platform)
DRAFT = Draft("Thank a colleague.", "3 December 2026", "9.30pm")


def queue(draft: Draft, key: str = "slack:T1:Ev1") -> Entry | tuple[Problem, ...]:
    return queued(draft, CONTENT, EVERYWHERE, NOW, key=key, source="slack:T1/U1")


def entry_of(draft: Draft, key: str = "slack:T1:Ev1") -> Entry:
    made = queue(draft, key)
    assert isinstance(made, Entry), made
    return made


def problems_of(draft: Draft) -> list[str]:
    made = queue(draft)
    assert not isinstance(made, Entry)
    return [f"{problem.field}: {problem}" for problem in made]


def month(actions: int, name: str = "2026-12") -> ActionMonth:
    return ActionMonth(
        month=name, focus="Focus", actions=tuple(Action(id=f"a{n}", text=f"Do {n}.") for n in range(actions))
    )


# A month's plan


def test_a_months_actions_are_on_their_day_or_spread_over_its_working_days() -> None:
    entries = month_plan(CONTENT.actions[0], CONTENT, EVERYWHERE)
    assert [(entry.key, entry.wall) for entry in entries] == [
        ("action:2026-12:tell-a-manager", "2026-12-01T09:00"),
        ("action:2026-12:share-a-story", "2026-12-16T09:00"),
        ("action:2026-12:post-a-card", "2026-12-16T14:30"),
    ]
    assert {(entry.group, entry.kind, entry.source) for entry in entries} == {
        ("action:2026-12", Kind.ACTION, "content")
    }
    assert entries[0].cut_off == datetime(2026, 12, 2, tzinfo=UTC)


def test_slack_and_teams_get_the_longer_text() -> None:
    story = month_plan(CONTENT.actions[0], CONTENT, EVERYWHERE)[1]
    assert story.bodies[Platform.X].text == "Share a story. #AMillionDecisions"
    longer = "Access to evidence: Share a story of how evidence helped. #AMillionDecisions"
    assert story.bodies[Platform.SLACK].text == story.bodies[Platform.TEAMS].text == longer
    assert story.title == "Share a story."


def test_a_day_that_the_month_does_not_have_becomes_its_last() -> None:
    last = ActionMonth(month="2027-02", focus="F", actions=(Action(id="a", text="Do.", day=31),))
    assert month_plan(last, CONTENT, EVERYWHERE)[0].wall == "2027-02-28T09:00"


@given(st.integers(1, 60), st.integers(2015, 2035), st.integers(1, 12))
def test_spread_actions_begin_on_the_first_working_day_and_keep_off_weekends(
    count: int, year: int, number: int
) -> None:
    entries = month_plan(month(count, f"{year}-{number:02}"), CONTENT, ())
    local = [entry.due.astimezone(CONTENT.zone) for entry in entries]
    first = dt.date(year, number, 1)
    assert local[0].date() == first + timedelta(days={5: 2, 6: 1}.get(first.weekday(), 0))
    assert all(at.weekday() < 5 and at.time() == dt.time(9) and at.month == number for at in local)
    assert all(one <= two for one, two in pairwise(local))
    assert len(entries) == count


def test_seven_actions_go_to_seven_days() -> None:
    days = {entry.wall for entry in month_plan(month(7), CONTENT, ())}
    assert len(days) == 7


# An organiser's own


def test_an_organisers_action_is_queued_for_its_time() -> None:
    entry = entry_of(DRAFT)
    assert (entry.due, entry.wall) == (datetime(2026, 12, 3, 21, 30, tzinfo=UTC), "2026-12-03T21:30")
    assert (entry.group, entry.source, entry.title) == ("action:2026-12", "slack:T1/U1", "Thank a colleague.")
    assert entry.bodies[Platform.X].text == "Thank a colleague. #AMillionDecisions"
    assert entry.bodies[Platform.SLACK].text == "Access to evidence: Thank a colleague. #AMillionDecisions"


def test_a_month_without_a_focus_has_the_campaigns_name() -> None:
    entry = entry_of(replace(DRAFT, date="1/6/2027"))
    assert entry.bodies[Platform.SLACK].text.startswith("A Million Decisions: ")
    assert entry.due == datetime(2027, 6, 1, 20, 30, tzinfo=UTC)


def test_a_redelivered_event_makes_the_same_entry_and_another_event_another() -> None:
    assert entry_of(DRAFT) == entry_of(DRAFT)
    assert entry_of(DRAFT).key != entry_of(DRAFT, "slack:T1:Ev2").key


def test_a_key_can_be_typed_and_is_no_number() -> None:
    tail = entry_of(DRAFT).tail
    assert len(tail) == 6
    assert tail.isalpha()
    assert not set(tail) & set("aeiou")


def test_everything_wrong_is_said_at_once() -> None:
    assert problems_of(Draft("", "", "9")) == [
        "date: The date is missing. Write it like 2026-12-01, 1/12/2026 or 1 December 2026.",
        "time: “9” is not a time that I can read. Write it like 9am, 9.30pm or 21:30.",
        "text: The text is empty. Write what people should do.",
    ]


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (replace(DRAFT, date="1/12/2026", time="9am"), "date: Tuesday 1 December 2026 at 9am has passed."),
        (replace(DRAFT, date="30/11/2026"), "date: Monday 30 November 2026 has passed."),
        (replace(DRAFT, date="1/1/0001"), "date: Monday 1 January 1 has passed."),
        (
            replace(DRAFT, date="1/12/2062"),
            "date: Friday 1 December 2062 is more than two years ahead. Check the year.",
        ),
        (replace(DRAFT, date="31/12/9999"), "date: Friday 31 December 9999 is more than two years ahead."),
        (replace(DRAFT, date="31/2/2027"), "date: There is no day “31/2/2027”."),
        (replace(DRAFT, text="x" * 280), "text: With its hashtag this is 19 characters too long for X. Shorten it"),
        (replace(DRAFT, longer="x" * 4000), "longer: With its hashtag this is 39 characters too long for Slack."),
        (replace(DRAFT, text=" \x00\n"), "text: The text is empty."),
    ],
)
def test_what_cannot_be_queued_is_said_in_words(draft: Draft, said: str) -> None:
    assert problems_of(draft)[0].startswith(said)


def test_a_text_too_long_for_x_is_fine_where_x_is_not_used() -> None:
    draft = replace(DRAFT, text="x" * 280)
    made = queued(draft, CONTENT, (Platform.SLACK,), NOW, key="k", source="s")
    assert isinstance(made, Entry)


def test_a_time_within_the_last_minute_of_the_day_may_still_come() -> None:
    made = queued(replace(DRAFT, date="1/12/2026", time="10:01"), CONTENT, (), NOW, key="k", source="s")
    assert isinstance(made, Entry)


def test_words_from_people_are_never_taken_for_fields_of_ours() -> None:
    content = sample_content(messages=sample_messages(action_post="{text} {hashtag}"))
    made = queued(replace(DRAFT, text="Use {hashtag} and {0}"), content, (Platform.X,), NOW, key="k", source="s")
    assert isinstance(made, Entry)
    assert made.bodies[Platform.X].text == "Use {hashtag} and {0} #AMillionDecisions"


@given(st.builds(Draft, *[st.text(st.characters(), max_size=400)] * 4))
def test_whatever_is_typed_is_queued_or_answered_in_words(draft: Draft) -> None:
    made = queue(draft)
    assert isinstance(made, Entry) or (made and all(str(problem) for problem in made))


# Changing, cancelling, finding


def test_a_change_keeps_the_key_and_content_no_longer_overwrites_it() -> None:
    entry = replace(month_plan(CONTENT.actions[0], CONTENT, EVERYWHERE)[0], version=3)
    new = changed(entry, Draft("Tell two managers.", "2026-12-04", "8am"), CONTENT, NOW)
    assert isinstance(new, Entry)
    assert (new.key, new.version, new.edited, new.source) == (entry.key, 3, True, "content")
    assert new.wall == "2026-12-04T08:00"
    assert new.bodies[Platform.X].text == "Tell two managers. #AMillionDecisions"


def test_changing_only_the_time_keeps_each_platforms_words() -> None:
    story = month_plan(CONTENT.actions[0], CONTENT, EVERYWHERE)[1]
    new = changed(story, replace(draft_of(story), time="3pm"), CONTENT, NOW)
    assert isinstance(new, Entry)
    assert (new.bodies, new.wall) == (story.bodies, "2026-12-16T15:00")


def test_a_longer_text_can_be_given_later() -> None:
    story = month_plan(CONTENT.actions[0], CONTENT, EVERYWHERE)[1]
    new = changed(story, replace(draft_of(story), longer="Much longer."), CONTENT, NOW)
    assert isinstance(new, Entry)
    assert "Much longer." in new.bodies[Platform.TEAMS].text


def test_what_is_wrong_with_a_change_is_said() -> None:
    new = changed(entry_of(DRAFT), replace(DRAFT, time="25:00"), CONTENT, NOW)
    assert not isinstance(new, Entry)
    assert [problem.field for problem in new] == ["time"]


@pytest.mark.parametrize(("standing", "said"), [(Standing.RELEASED, "has gone out"), (Standing.CANCELLED, "cancelled")])
def test_what_is_no_longer_planned_cannot_be_changed(standing: Standing, said: str) -> None:
    new = changed(replace(entry_of(DRAFT), standing=standing), DRAFT, CONTENT, NOW)
    assert not isinstance(new, Entry)
    assert said in str(new[0])


def test_a_cancelled_action_stays_cancelled() -> None:
    gone = cancelled(entry_of(DRAFT))
    assert (gone.standing, gone.edited) == (Standing.CANCELLED, True)


def test_the_form_for_a_change_reads_back_as_the_same_action() -> None:
    assert draft_of(entry_of(DRAFT)) == Draft("Thank a colleague.", "2026-12-03", "21:30")


@pytest.mark.parametrize("typed", ["2", "#2", "2.", "share-a-story", "Share-A-Story", "action:2026-12:share-a-story"])
def test_an_action_is_found_by_its_number_or_its_key(typed: str) -> None:
    entries = month_plan(CONTENT.actions[0], CONTENT, EVERYWHERE)
    assert find(entries, typed) == entries[1]


@pytest.mark.parametrize("typed", ["", "0", "4", "9" * 5000, "story", "²"])
def test_no_action_is_found_by_a_guess(typed: str) -> None:
    assert find(month_plan(CONTENT.actions[0], CONTENT, EVERYWHERE), typed) is None
