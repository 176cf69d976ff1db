"""What a host can do to a running chat: evenings by example, and what holds after any of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core.chat import run_sheet
from bot.core.events import Platform
from bot.core.live import Sheet, current, is_question, is_step, number_of, sheets, words_of
from bot.core.plan import Standing
from bot.core.policy import fits
from bot.core.steering import Press, Stays, Verb, steer
from tests.samples import sample_content

BARE = sample_content()
ALSO = ("reading", "questions", "half-time", "five-minutes", "thanks")
CONTENT = sample_content(
    campaign=BARE.campaign.model_copy(update={"chat": BARE.campaign.chat.model_copy(update={"also": ALSO})})
)
CHAT = "2017-09-19"
LEAD = timedelta(seconds=60)
MINUTE = timedelta(minutes=1)


def evening() -> Sheet:
    return sheets(run_sheet(CHAT, CONTENT.chats[CHAT], CONTENT, tuple(Platform)))[0]


def at(minute: int, second: int = 0) -> datetime:
    """So many minutes after 8pm."""
    return datetime(2017, 9, 19, 19, tzinfo=UTC) + timedelta(minutes=minute, seconds=second)


def handed_on(sheet: Sheet, now: datetime) -> Sheet:
    """As the scheduler does: what is due within a minute goes to the outbox."""
    due = {it.key for it in sheet.entries if it.standing is Standing.PLANNED and it.due <= now + LEAD}
    return Sheet(
        sheet.chat_id,
        tuple(replace(it, standing=Standing.RELEASED) if it.key in due else it for it in sheet.entries),
    )


def pressed(sheet: Sheet, press: Press, now: datetime) -> Sheet:
    return sheet.after(steer(sheet, press, now, CONTENT))


def times(sheet: Sheet) -> dict[str, str]:
    return {it.tail: it.wall[11:] for it in sheet.entries if it.standing is not Standing.CANCELLED}


def why_not(sheet: Sheet, press: Press, now: datetime) -> str:
    with pytest.raises(Stays) as refused:
        steer(sheet, press, now, CONTENT)
    return str(refused.value)


RUNNING = handed_on(evening(), at(14))
"""Q2 was put at 20:12, Q3 is due at 20:20."""


def test_next_puts_the_next_question_now_and_leaves_the_others() -> None:
    after = pressed(RUNNING, Press(Verb.NEXT), at(14))
    assert times(after) == {**times(RUNNING), "q3": "20:14"}
    q3 = after.find("q3")
    assert q3 is not None
    assert (q3.due, q3.cut_off - q3.due, q3.edited) == (at(14), 10 * MINUTE, True)


def test_two_hosts_who_say_next_at_once_put_one_question() -> None:
    after = handed_on(pressed(RUNNING, Press(Verb.NEXT), at(14)), at(14, 20))
    assert "One went out less than a minute ago" in why_not(after, Press(Verb.NEXT), at(14, 20))
    assert why_not(after, Press(Verb.NEXT, "q3"), at(14, 20)) == "Q3 is out already."
    assert times(pressed(after, Press(Verb.NEXT, "q4"), at(14, 20)))["q4"] == "20:14"


def test_a_question_does_not_overtake_another() -> None:
    assert "Q3 comes before Q5" in why_not(RUNNING, Press(Verb.NEXT, "q5"), at(14))
    leaving = handed_on(RUNNING, at(19, 30))
    assert why_not(leaving, Press(Verb.NEXT, "q4"), at(19, 30)) == "Q3 goes out at 8:20pm, in less than a minute."


def test_a_held_chat_waits_and_goes_on_where_it_was() -> None:
    held = pressed(RUNNING, Press(Verb.HOLD), at(14))
    assert held.held
    assert handed_on(held, at(40)) == held
    assert times(pressed(held, Press(Verb.GO_ON), at(18))) == times(RUNNING)
    late = pressed(held, Press(Verb.GO_ON), at(24))
    assert [times(late)[it] for it in ("q3", "q4", "q7", "wrap")] == ["20:24", "20:31", "20:54", "21:02"]
    assert not late.held


def test_a_held_chat_can_be_led_by_hand() -> None:
    held = pressed(RUNNING, Press(Verb.HOLD), at(14))
    by_hand = handed_on(pressed(held, Press(Verb.NEXT), at(30)), at(30))
    assert [it.tail for it in by_hand.put(at(30))] == ["q1", "q2", "q3"]
    assert by_hand.held


def test_holding_says_what_can_no_longer_be_stopped() -> None:
    leaving = handed_on(RUNNING, at(19, 30))
    assert "Only Q3 still does, at 8:20pm" in steer(leaving, Press(Verb.HOLD), at(19, 30), CONTENT).said


def test_a_skipped_question_is_left_out_and_can_be_put_after_all() -> None:
    after = pressed(RUNNING, Press(Verb.SKIP), at(14))
    assert "q3" not in times(after)
    assert why_not(after, Press(Verb.SKIP, "q3"), at(14)) == "Q3 is skipped already."
    back = pressed(after, Press(Verb.REPEAT, "q3"), at(15))
    q3 = back.find("q3-again-1")
    assert q3 is not None
    assert q3.bodies[Platform.X].text.startswith("Q3. How do you use the law")


def test_a_repeated_question_is_put_again_in_words_that_x_does_not_refuse() -> None:
    once = pressed(RUNNING, Press(Verb.REPEAT), at(14))
    twice = pressed(handed_on(once, at(14)), Press(Verb.REPEAT, "q2"), at(17))
    texts = {it.bodies[Platform.X].text for it in twice.entries if number_of(it) == 2}
    assert len(texts) == 3
    assert {it.tail for it in twice.entries if number_of(it) == 2} == {"q2", "q2-again-1", "q2-again-2"}
    assert twice.running(at(17)) is not None


def test_two_hosts_who_say_repeat_at_once_put_it_once_more() -> None:
    first = pressed(RUNNING, Press(Verb.REPEAT), at(14))
    assert why_not(first, Press(Verb.REPEAT, "q2"), at(14, 30)) == "Q2 went out less than a minute ago."
    assert steer(first, Press(Verb.REPEAT, "q1"), at(14, 30), CONTENT).added
    assert steer(first, Press(Verb.REPEAT, "q2"), at(15), CONTENT).added


def test_more_time_moves_everything_that_is_left() -> None:
    after = pressed(RUNNING, Press(Verb.EXTEND, minutes=5), at(14))
    assert [times(after)[it] for it in ("q2", "q3", "wrap")] == ["20:12", "20:25", "21:03"]
    assert after.end == at(65)


def test_an_inserted_question_comes_next_under_a_number_of_its_own() -> None:
    after = pressed(RUNNING, Press(Verb.INSERT, text="And what about rural services?"), at(14))
    assert [times(after)[it] for it in ("q8", "q3", "wrap")] == ["20:20", "20:28", "21:06"]
    q8 = after.find("q8")
    assert q8 is not None
    assert q8.bodies[Platform.X].text == "Q8. And what about rural services? #ukmedlibs"


def test_an_upcoming_question_is_reworded_and_one_that_is_out_is_not() -> None:
    after = pressed(RUNNING, Press(Verb.EDIT, "q3", "Shorter?"), at(14))
    q3 = after.find("q3")
    assert q3 is not None
    assert (words_of(q3), q3.bodies[Platform.X].text) == ("Shorter?", "Q3. Shorter? #ukmedlibs")
    assert "can no longer be changed" in why_not(RUNNING, Press(Verb.EDIT, "q2", "Shorter?"), at(14))


def test_an_early_end_puts_the_wrap_now_and_nothing_else() -> None:
    changes = steer(RUNNING, Press(Verb.END), at(14), CONTENT)
    assert "5 questions were not put" in changes.said
    after = RUNNING.after(changes)
    assert [it.tail for it in after.upcoming] == ["wrap"]
    assert after.end == at(16)
    leaving = handed_on(RUNNING, at(19, 30))
    wrap = pressed(leaving, Press(Verb.END), at(19, 30)).find("wrap")
    assert wrap is not None
    assert wrap.due > at(20), "not before what is leaving"


def half_time(sheet: Sheet) -> str | None:
    """The question that half-time will name."""
    row = sheet.coming("half-time")
    return row.bodies[Platform.SLACK].text.partition(":")[0] if row else None


def test_half_time_names_the_question_that_will_be_running_then() -> None:
    assert half_time(RUNNING) == "Half-time at Q4"
    assert half_time(pressed(RUNNING, Press(Verb.SKIP, "q4"), at(14))) == "Half-time at Q3"
    inserted = pressed(RUNNING, Press(Verb.INSERT, text="One more?"), at(14))
    assert half_time(inserted) == "Half-time at Q4"
    assert half_time(pressed(handed_on(RUNNING, at(20)), Press(Verb.NEXT), at(22))) == "Half-time at Q4"


def test_half_time_is_left_out_beside_a_question_and_where_it_has_passed() -> None:
    assert half_time(pressed(handed_on(RUNNING, at(27)), Press(Verb.NEXT), at(29, 30))) is None
    held = pressed(RUNNING, Press(Verb.HOLD), at(14))
    assert half_time(pressed(handed_on(held, at(40)), Press(Verb.END), at(40))) is None


def test_five_minutes_left_are_five() -> None:
    def left(sheet: Sheet) -> datetime | None:
        row = sheet.coming("five-minutes")
        return row.due if row else None

    assert left(RUNNING) == at(55)
    assert left(pressed(RUNNING, Press(Verb.EXTEND, minutes=7), at(14))) == at(62)
    late = handed_on(evening(), at(51))
    held = pressed(late, Press(Verb.HOLD), at(51))
    assert left(pressed(held, Press(Verb.GO_ON), at(59))) is None, "the wrap goes out now"


def test_an_evening_is_not_hurried_before_it_has_begun() -> None:
    assert why_not(evening(), Press(Verb.NEXT), at(-60)) == "The chat has not begun: it starts at 8pm."
    assert "q2" not in times(pressed(evening(), Press(Verb.SKIP, "q2"), at(-600)))
    assert why_not(evening(), Press(Verb.SKIP), at(61)) == "The chat is over."


@pytest.mark.parametrize(
    ("press", "why"),
    [
        (Press(Verb.GO_ON), "The chat is not held."),
        (Press(Verb.SKIP, "wrap"), "The wrap cannot be skipped."),
        (Press(Verb.SKIP, "q2"), "Q2 is out, or leaves within a minute"),
        (Press(Verb.EDIT, text="What now?"), "Say which one: edit q3."),
        (Press(Verb.SKIP, "q9"), "There is no “q9” in this chat. Its questions: q1, q2, q3"),
        (Press(Verb.REPEAT, "q3"), "To put it now: next q3."),
        (Press(Verb.REPEAT, "wrap"), "Only a question can be repeated."),
        (Press(Verb.EXTEND), "Say by how many minutes"),
        (Press(Verb.INSERT), "The question has no words."),
        (Press(Verb.INSERT, text="word " * 60), "Shorten it."),
        (Press(Verb.INSERT, text="記" * 140), "On X the question is"),
        (Press(Verb.EDIT, "wrap", "Bye"), "Only a question can be changed here."),
        (Press(Verb.HIDE, "q3"), "Q3 is not out."),
        (Press(Verb.HIDE), "Say which one"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(press: Press, why: str) -> None:
    assert why in why_not(RUNNING, press, at(14))


def test_once_everything_is_put_nothing_is_left_to_do() -> None:
    done = handed_on(evening(), at(58))
    for verb in (Verb.NEXT, Verb.HOLD, Verb.SKIP, Verb.INSERT, Verb.END):
        assert why_not(done, Press(verb, text="Why?"), at(59))
    assert why_not(done, Press(Verb.EXTEND, minutes=5), at(59))


def test_the_present_chat_is_the_one_that_runs_or_else_the_next() -> None:
    both = sheets(
        entry for id_, chat in CONTENT.chats.items() for entry in run_sheet(id_, chat, CONTENT, (Platform.X,))
    )
    assert [sheet.chat_id for sheet in both] == ["2017-09-19", "2026-12-15", "2027-01-12"]
    assert (found := current(both, at(59))) is not None
    assert found.chat_id == CHAT
    assert (found := current(both, at(60))) is not None
    assert found.chat_id == "2026-12-15"
    held = pressed(RUNNING, Press(Verb.HOLD), at(14))
    assert current((held,), at(90)) == held
    assert current((held,), at(300)) is None


class Evening(RuleBasedStateMachine):
    """A host presses what they like while the clock goes on. What was shown is what happens."""

    @initialize()
    def begin(self) -> None:
        self.now = at(-14)
        self.sheet = handed_on(evening(), self.now)
        self.repeats = 0
        self.ledger: list[tuple[str, datetime]] = []

    def press(self, press: Press) -> bool:
        try:
            changes = steer(self.sheet, press, self.now, CONTENT)
        except Stays:
            return False
        stored = {it.key: it for it in self.sheet.entries}
        for entry in changes.changed:
            assert stored[entry.key].version == entry.version
            assert stored[entry.key].standing in (Standing.PLANNED, Standing.HELD)
        assert not any(entry.key in stored for entry in changes.added)
        self.sheet = handed_on(self.sheet.after(changes), self.now)
        return True

    @rule(step=st.integers(1, 600))
    def wait(self, step: int) -> None:
        """Time passes; the timetable that was shown last comes true."""
        until = self.now + timedelta(seconds=step)
        going = {it.key for it in self.sheet.entries if it.standing in (Standing.PLANNED, Standing.RELEASED)}
        shown = [(it.tail, it.due) for it in self.sheet.entries if it.key in going and self.now < it.due <= until]
        while self.now < until:
            before, self.now = self.now, min(self.now + timedelta(seconds=20), until)
            self.sheet = handed_on(self.sheet, self.now)
            self.ledger += [(it.tail, it.due) for it in self.sheet.out if before < it.due <= self.now]
        assert self.ledger[len(self.ledger) - len(shown) :] == shown

    @rule(named=st.sampled_from(["", "q1", "q3", "q5"]))
    def put_next(self, named: str) -> None:
        if self.press(Press(Verb.NEXT, named)):
            self.leave_now()

    @rule()
    def repeat(self) -> None:
        if self.press(Press(Verb.REPEAT)):
            self.repeats += 1
            self.leave_now()

    @rule()
    def hold(self) -> None:
        self.press(Press(Verb.HOLD))

    @precondition(lambda self: self.sheet.held)
    @rule()
    def go_on(self) -> None:
        assert self.press(Press(Verb.GO_ON))
        self.leave_now()

    @rule(named=st.sampled_from(["", "", "q2", "q6", "introductions"]))
    def skip(self, named: str) -> None:
        self.press(Press(Verb.SKIP, named))

    @rule(minutes=st.integers(0, 15))
    def extend(self, minutes: int) -> None:
        self.press(Press(Verb.EXTEND, minutes=minutes))

    @rule()
    def insert(self) -> None:
        self.press(Press(Verb.INSERT, text="One more?"))

    @rule(number=st.integers(1, 8))
    def edit(self, number: int) -> None:
        self.press(Press(Verb.EDIT, f"q{number}", "Better?"))

    @precondition(lambda self: len(self.ledger) > 6)
    @rule()
    def end(self) -> None:
        if self.press(Press(Verb.END)):
            self.leave_now()

    def leave_now(self) -> None:
        """What is due at this very instant leaves."""
        said = {tail for tail, _ in self.ledger}
        self.ledger += [(it.tail, it.due) for it in self.sheet.out if it.due == self.now and it.tail not in said]

    @invariant()
    def everything_is_put_once_a_press_and_in_order(self) -> None:
        tails = [tail for tail, _ in self.ledger]
        assert len(tails) == len(set(tails))
        assert sum("again" in tail for tail in tails) == self.repeats
        steps = [it for it in self.sheet.entries if is_step(it) and it.standing is not Standing.CANCELLED]
        assert all(one.due <= two.due for one, two in pairwise(steps))
        planned = [number_of(it) for it in steps if is_question(it) and number_of(it) <= 7]
        assert planned == sorted(planned)
        assert all(one <= two for (_, one), (_, two) in pairwise(self.ledger))
        assert sorted(tails) == sorted(it.tail for it in self.sheet.out if it.due <= self.now)

    @invariant()
    def what_is_said_between_the_questions_is_true(self) -> None:
        half, five = self.sheet.coming("half-time"), self.sheet.coming("five-minutes")
        if half is not None:
            put = [it for it in self.sheet.entries if is_question(it) and it.standing is not Standing.CANCELLED]
            running = next(number_of(it) for it in reversed(put) if it.due <= half.due)
            assert f"Q{running}: " in half.bodies[Platform.X].text
        if five is not None:
            assert self.sheet.end - five.due == 5 * MINUTE

    @invariant()
    def nothing_is_planned_for_the_past(self) -> None:
        planned = [it for it in self.sheet.upcoming if it.standing is Standing.PLANNED]
        assert all(it.due > self.now for it in planned)
        assert all(it.cut_off > it.due for it in planned)
        assert all(fits(body.text, platform) for it in planned for platform, body in it.bodies.items())


TestEvening = Evening.TestCase
TestEvening.settings = settings(max_examples=20, stateful_step_count=25)
