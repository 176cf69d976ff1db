from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.content import PersonRule, Region
from bot.core.events import Person, Place, Platform
from bot.core.questions import Question, Stage, Step, answer_place, answered, asked_now, next_step, people, take

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
RULE = PersonRule(remind_after=24, fall_back_after=48)
ASKER = Person(Platform.SLACK, "T1", "U1")
LEAD, FALLBACK = Person(Platform.SLACK, "T1", "U2"), Person(Platform.SLACK, "T1", "U3")
REGION = Region(id="north", name="North", leads=(LEAD.ref, "teams:tenant/2"), fallback=(FALLBACK.ref,))
HOUR = timedelta(hours=1)


def question(**changes: object) -> Question:
    new = Question(
        key="slack:T1:V1",
        at=NOW,
        asker=ASKER,
        place=Place(Platform.SLACK, "T1", "C1", "1.1"),
        text="What is it?",
        region="north",
        next_at=NOW + 24 * HOUR,
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def stepped(one: Question, now: datetime) -> Question:
    moved = next_step(one, now, RULE)
    assert moved is not None
    return moved


def test_a_silent_lead_is_reminded_then_the_fallback_is_asked_then_the_asker_is_told() -> None:
    assert next_step(question(), NOW + 23 * HOUR, RULE) is None
    reminded = stepped(question(), NOW + 24 * HOUR)
    assert (reminded.step, asked_now(reminded, REGION)) == (Step.REMINDED, [LEAD])
    fallen = stepped(reminded, NOW + 72 * HOUR)
    assert (fallen.step, asked_now(fallen, REGION)) == (Step.FALLEN_BACK, [FALLBACK])
    given_up = stepped(fallen, NOW + 120 * HOUR)
    assert (given_up.step, given_up.next_at, given_up.waits) == (Step.GIVEN_UP, None, True)


def test_who_takes_a_question_has_the_whole_time_and_loses_it_when_they_say_nothing() -> None:
    taken = take(replace(question(), step=Step.FALLEN_BACK), LEAD, NOW + HOUR, RULE)
    assert taken is not None
    assert (taken.stage, taken.next_at) == (Stage.TAKEN, NOW + 25 * HOUR)
    assert take(taken, FALLBACK, NOW + HOUR, RULE) is None
    late = stepped(stepped(taken, NOW + 25 * HOUR), NOW + 80 * HOUR)
    assert (late.stage, late.taken_by) == (Stage.OPEN, "")
    assert take(late, FALLBACK, NOW + 80 * HOUR, RULE) is not None


def test_one_answer_is_enough() -> None:
    done = answered(question(), LEAD, "Yes.", NOW)
    assert done is not None
    assert answered(done, FALLBACK, "No.", NOW) is None
    assert take(done, FALLBACK, NOW, RULE) is None


def test_a_region_without_a_lead_here_asks_its_fallback_at_once() -> None:
    region = Region(id="north", name="North", leads=("teams:tenant/2",), fallback=(FALLBACK.ref,))
    assert asked_now(question(), region) == [FALLBACK]


def test_a_lead_who_told_the_bot_to_stop_is_not_asked_but_the_fallback_at_once() -> None:
    taken = question(stage=Stage.TAKEN, taken_by=LEAD.ref)
    assert asked_now(question(), REGION, {LEAD.ref}) == asked_now(taken, REGION, {LEAD.ref}) == [FALLBACK]
    assert asked_now(question(), REGION, {LEAD.ref, FALLBACK.ref}) == []


def test_people_are_asked_in_the_askers_own_workspace_alone() -> None:
    assert people(["slack:T1/U2", "slack:T2/U2", "teams:T1/U2"], ASKER) == [LEAD]


def test_an_answer_goes_where_it_can_still_be_seen() -> None:
    thread = Place(Platform.SLACK, "T1", "C1", "1.1", response_url="https://x", trigger="t")
    assert answer_place(thread, ASKER) == Place(Platform.SLACK, "T1", "C1", "1.1")
    whispered = Place(Platform.SLACK, "T1", "C1", response_url="https://x")
    assert answer_place(whispered, ASKER) == Place(Platform.SLACK, "T1", "U1", direct=True)


@given(st.lists(st.tuples(st.sampled_from(["wait", "take", "answer"]), st.integers(0, 100)), max_size=20))
def test_a_question_always_ends_with_an_answer_or_an_asker_who_knows(life: list[tuple[str, int]]) -> None:
    one, now = question(), NOW
    for what, hours in life:
        now += hours * HOUR
        acted = {
            "wait": next_step(one, now, RULE),
            "take": take(one, LEAD, now, RULE),
            "answer": answered(one, LEAD, "Yes.", now),
        }
        one = acted[what] or one
        # Nothing waits for ever: there is an answer, a next step, or the asker was told.
        assert not one.waits or one.next_at is not None or one.step is Step.GIVEN_UP
        assert one.waits or one.next_at is None
