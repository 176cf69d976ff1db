"""The life of a post: laws for every history (Hypothesis), and the decisions one by one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.bodies import Text
from bot.core.events import Place, Platform
from bot.core.outbox import (
    FINAL,
    IN_HAND,
    PATIENCE,
    Absent,
    CannotLook,
    Delivered,
    Finding,
    Found,
    Lost,
    Outcome,
    Post,
    RateLimited,
    Refused,
    State,
    Unavailable,
    abandon,
    confirm,
    new_post,
    put_back,
    reconcile,
    send_again,
    settle,
)

NOW = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

CRASH, STOP = "the sender died", "the bot stopped before the first byte"
Happening = Outcome | Finding | str

gaps = st.sampled_from([0 * SECOND, SECOND, MINUTE, 5 * MINUTE]) | st.timedeltas(0 * SECOND, 120 * MINUTE)
reasons = st.sampled_from(["", "X is down."])
waits = st.sampled_from([-DAY, -MINUTE, 0 * SECOND, SECOND, 60 * MINUTE]) | st.timedeltas(-DAY, DAY)
rate_limits = st.builds(RateLimited, waits.map(lambda wait: NOW + wait))
outages = st.builds(Unavailable, reasons)
delivering: st.SearchStrategy[Happening] = st.one_of(
    rate_limits,
    outages,
    st.builds(Lost, reasons),
    st.sampled_from([CRASH, STOP]),
    st.sampled_from([Delivered("123"), Refused("Too long.")]),
)
looking: st.SearchStrategy[Happening] = st.one_of(
    outages, st.just(Absent()), st.sampled_from([Found("123"), CannotLook("")])
)
History = list[tuple[timedelta, bool, Happening, Happening, Happening]]
histories: st.SearchStrategy[History] = st.lists(
    st.tuples(gaps, st.booleans(), delivering, looking, delivering | looking), min_size=1, max_size=12
)
cut_offs = st.none() | gaps.map(lambda gap: NOW + gap)
Step = tuple[Post, Happening, Post, datetime]


def queued(cut_off: datetime | None = None) -> Post:
    return new_post("chat:2017-09-19:q1:x", Place(Platform.X), Text("Q1"), NOW, cut_off=cut_off)


def claimed(post: Post, now: datetime) -> Post:
    """What the database makes of a post at its time."""
    if post.state is not State.QUEUED or post.try_at > now:
        return post
    if post.cut_off is not None and post.cut_off < now:
        return replace(post, state=State.MISSED)
    lease = now + PATIENCE.lease
    return replace(post, state=State.CLAIMED, attempts=post.attempts + 1, fence=post.fence + 1, lease_until=lease)


def begun(post: Post) -> Post:
    """What the database makes of a claimed post that is about to leave."""
    return replace(post, state=State.SENDING) if post.state is State.CLAIMED else post


def sending(cut_off: datetime | None = None) -> Post:
    return begun(claimed(queued(cut_off), NOW))


def doubtful(cut_off: datetime | None = None) -> Post:
    return settle(sending(cut_off), Lost("No answer."), NOW)


def after(post: Post, what: Happening, now: datetime) -> Post:
    """What happens meets the post in whatever state it is: late, doubled and impossible news included."""
    if what == CRASH:
        return abandon(post, now)
    if what == STOP:
        return put_back(post)
    if isinstance(what, Delivered | RateLimited | Refused | Lost):
        return settle(post, what, now)
    if isinstance(what, Found | Absent | CannotLook):
        return reconcile(post, what, now)
    assert isinstance(what, Unavailable)
    return settle(post, what, now) if post.state in IN_HAND else reconcile(post, what, now)


def steps(history: History, cut_off: datetime | None) -> Iterator[Step]:
    """Each happening, with the post before and after it.

    A queued post is claimed at its time and, if it comes to that, begun and delivered; one in doubt is looked for;
    and after each of these comes news that may be late, doubled or impossible.
    """
    post, now = queued(cut_off), NOW
    for gap, comes_to_it, outcome, finding, news in history:
        now = max(now + gap, post.try_at)
        post = claimed(post, now)
        post = begun(post) if comes_to_it else post
        for what in (outcome if post.state in IN_HAND else finding, news):
            before, post = post, after(post, what, now)
            yield before, what, post, now


@given(histories, cut_offs)
def test_nothing_is_ever_scheduled_in_the_past(history: History, cut_off: datetime | None) -> None:
    for before, what, post, now in steps(history, cut_off):
        if post != before and what not in (STOP, CRASH) and post.state not in FINAL | {State.HELD}:
            assert post.try_at >= now


@given(histories, cut_offs)
def test_a_final_or_held_post_never_changes_by_itself(history: History, cut_off: datetime | None) -> None:
    for before, _, post, _ in steps(history, cut_off):
        if before.state in FINAL | {State.HELD}:
            assert post == before


@given(histories, cut_offs)
def test_no_post_is_lost(history: History, cut_off: datetime | None) -> None:
    """It is over, a person has it, it is tried again, or it is in hand under a lease that runs out."""
    for _, _, post, _ in steps(history, cut_off):
        over = post.state in FINAL | {State.HELD}
        assert over or post.state in {State.QUEUED, State.UNCONFIRMED} | IN_HAND
        assert (post.lease_until is not None) == (post.state in IN_HAND)
        assert (post.sent_at is not None) == (post.state is State.SENT)


@given(histories, cut_offs)
def test_what_may_be_public_is_sent_again_only_after_a_look_that_found_nothing(
    history: History, cut_off: datetime | None
) -> None:
    in_doubt = False
    for before, what, post, _ in steps(history, cut_off):
        if before.state is State.SENDING and (what == CRASH or isinstance(what, Lost)):
            in_doubt = True
        if before.state is State.UNCONFIRMED and what == Absent():
            in_doubt = False
        assert not (in_doubt and post.state in {State.QUEUED} | IN_HAND)


@given(histories, cut_offs)
def test_what_was_only_claimed_is_never_in_doubt_nor_sent_unseen(history: History, cut_off: datetime | None) -> None:
    for before, what, post, _ in steps(history, cut_off):
        if before.state is State.CLAIMED:
            assert post.state is not State.UNCONFIRMED
            assert post.state is not State.SENT or isinstance(what, Delivered)


@given(histories, cut_offs)
def test_nothing_is_tried_after_its_cut_off(history: History, cut_off: datetime | None) -> None:
    for _, _, post, _ in steps(history, cut_off):
        if post.state is State.QUEUED and cut_off is not None:
            assert post.try_at <= cut_off


@given(histories, cut_offs)
def test_what_a_post_is_and_which_claim_it_belongs_to_stay_as_they_are(
    history: History, cut_off: datetime | None
) -> None:
    for before, _, post, _ in steps(history, cut_off):
        kept = ("key", "place", "body", "due", "cut_off", "private_to", "fence")
        assert [getattr(post, name) for name in kept] == [getattr(before, name) for name in kept]


@given(st.integers(0, 10**9))
def test_waiting_grows_with_each_attempt_up_to_a_limit(attempts: int) -> None:
    again = settle(replace(sending(), attempts=attempts), Unavailable("down"), NOW)
    looked = reconcile(replace(doubtful(), attempts=attempts), Unavailable("down"), NOW)
    longer = settle(replace(sending(), attempts=attempts + 1), Unavailable("down"), NOW)
    assert PATIENCE.backoff <= again.try_at - NOW <= PATIENCE.backoff_limit
    assert again.try_at <= longer.try_at
    assert looked.try_at == again.try_at


def test_a_delivered_post_is_sent_with_its_id_there() -> None:
    sent = settle(sending(), Delivered("123"), NOW + SECOND)
    assert (sent.state, sent.remote_id, sent.sent_at) == (State.SENT, "123", NOW + SECOND)


@pytest.mark.parametrize(("wait", "expected"), [(MINUTE, MINUTE), (-MINUTE, timedelta(0))])
def test_a_rate_limit_says_when_to_try_again_but_not_in_the_past(wait: timedelta, expected: timedelta) -> None:
    again = settle(sending(), RateLimited(NOW + wait), NOW)
    assert (again.state, again.try_at - NOW) == (State.QUEUED, expected)


def test_a_rate_limit_past_the_cut_off_means_missed() -> None:
    missed = settle(sending(cut_off=NOW + MINUTE), RateLimited(NOW + 2 * MINUTE), NOW)
    assert (missed.state, missed.reason) == (State.MISSED, "The platform asked us to wait.")


def test_a_platform_that_is_down_is_tried_again_after_two_four_eight_seconds() -> None:
    waits = [settle(replace(sending(), attempts=n), Unavailable("down"), NOW).try_at - NOW for n in (1, 2, 3)]
    assert waits == [2 * SECOND, 4 * SECOND, 8 * SECOND]


def test_a_refused_post_is_dead_and_says_why() -> None:
    dead = settle(sending(), Refused("X says it is too long."), NOW)
    assert (dead.state, dead.reason) == (State.DEAD, "X says it is too long.")


def test_a_post_without_an_answer_is_looked_for_after_the_quiet_time() -> None:
    lost = settle(sending(), Lost("No answer."), NOW)
    assert (lost.state, lost.try_at, lost.reason) == (State.UNCONFIRMED, NOW + PATIENCE.quiet, "No answer.")


def test_a_post_whose_sender_died_is_looked_for_too() -> None:
    left = abandon(sending(), NOW)
    assert (left.state, left.try_at) == (State.UNCONFIRMED, NOW + PATIENCE.quiet)
    assert left.reason == "The bot stopped while sending this."


def test_a_post_that_is_found_was_sent() -> None:
    found = reconcile(doubtful(), Found("123"), NOW + MINUTE)
    assert (found.state, found.remote_id) == (State.SENT, "123")


def test_a_post_that_is_not_there_is_queued_at_once() -> None:
    absent = reconcile(doubtful(), Absent(), NOW + MINUTE)
    assert (absent.state, absent.try_at) == (State.QUEUED, NOW + MINUTE)


def test_a_post_that_is_not_there_and_whose_time_has_passed_is_missed() -> None:
    assert reconcile(doubtful(cut_off=NOW + SECOND), Absent(), NOW + MINUTE).state is State.MISSED


def test_where_nobody_can_look_a_person_decides() -> None:
    held = reconcile(doubtful(), CannotLook("Teams does not let the bot read."), NOW + MINUTE)
    assert (held.state, held.reason) == (State.HELD, "Teams does not let the bot read.")


def test_a_look_that_fails_is_repeated() -> None:
    again = reconcile(doubtful(), Unavailable("down"), NOW + MINUTE)
    assert again.state is State.UNCONFIRMED
    assert again.try_at > NOW + MINUTE


def test_a_post_put_back_before_the_first_byte_has_lost_no_attempt() -> None:
    back = put_back(sending())
    assert (back.state, back.attempts, back.try_at, back.lease_until) == (State.QUEUED, 0, NOW, None)


def test_a_post_that_waits_for_its_turn_is_put_back_until_then() -> None:
    back = put_back(claimed(queued(), NOW), NOW + MINUTE)
    assert (back.state, back.attempts, back.try_at) == (State.QUEUED, 0, NOW + MINUTE)


def test_a_post_whose_publisher_died_before_the_intent_is_queued_again() -> None:
    back = abandon(claimed(queued(), NOW), NOW + MINUTE)
    assert (back.state, back.attempts, back.try_at) == (State.QUEUED, 0, NOW)


WITH_PEOPLE = [State.UNCONFIRMED, State.HELD, State.MISSED, State.DEAD]


@pytest.mark.parametrize("state", WITH_PEOPLE)
def test_a_person_who_sees_the_post_there_settles_it(state: State) -> None:
    confirmed = confirm(replace(doubtful(), state=state), NOW + MINUTE, "123")
    assert confirmed is not None
    assert (confirmed.state, confirmed.remote_id, confirmed.sent_at) == (State.SENT, "123", NOW + MINUTE)


@pytest.mark.parametrize("state", WITH_PEOPLE)
def test_a_person_can_have_a_post_sent_again_for_an_hour(state: State) -> None:
    again = send_again(replace(doubtful(NOW + SECOND), state=state), NOW + 60 * MINUTE)
    assert again is not None
    assert (again.state, again.try_at, again.attempts) == (State.QUEUED, NOW + 60 * MINUTE, 0)
    assert again.cut_off == NOW + 120 * MINUTE
    assert again.due == NOW


@pytest.mark.parametrize("state", [state for state in State if state not in WITH_PEOPLE])
def test_people_do_not_decide_on_what_the_bot_has_in_hand_or_has_done(state: State) -> None:
    post = replace(queued(), state=state)
    assert confirm(post, NOW) is None
    assert send_again(post, NOW) is None
