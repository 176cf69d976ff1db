from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.bodies import Body, Button, File, Form, Input, Media, Poll, Removal, Repost, Text
from bot.core.events import Place, Platform
from bot.core.outbox import Post, State, new_post
from bot.core.pause import Pause
from bot.core.post_words import body_words, described, line, may_be_public, next_step, place_words, trouble

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2027, 5, 18, 19, 20, tzinfo=UTC)
PAUSE = Pause(reason="election", by="command line", at=NOW, since=NOW)
KEY = "chat:2027-05-18:q3:slack"


def post(state: State = State.QUEUED, reason: str = "", attempts: int = 0) -> Post:
    due = new_post(KEY, Place(Platform.SLACK, channel="C1"), Text("Q3"), NOW, cut_off=NOW + timedelta(minutes=10))
    return replace(due, state=state, reason=reason, attempts=attempts)


@pytest.mark.parametrize("state", State)
def test_every_state_says_what_comes_next(state: State) -> None:
    assert next_step(post(state), None, LONDON, NOW).strip()


@pytest.mark.parametrize(
    ("state", "command"),
    [
        (State.HELD, f"antiphon outbox resolve {KEY} --there"),
        (State.HELD, f"antiphon outbox retry {KEY} --yes"),
        (State.UNCONFIRMED, f"antiphon outbox resolve {KEY} --there"),
        (State.MISSED, f"antiphon outbox retry {KEY}"),
        (State.DEAD, f"antiphon outbox cancel {KEY}"),
    ],
)
def test_what_a_person_has_to_decide_comes_with_the_command(state: State, command: str) -> None:
    assert command in next_step(post(state), None, LONDON, NOW)


def test_a_key_with_signs_of_the_shell_is_quoted() -> None:
    odd = replace(post(State.DEAD), key="teams:19:a@thread;messageid=1:reply")
    assert "'teams:19:a@thread;messageid=1:reply'" in next_step(odd, None, LONDON, NOW)


def test_a_queued_post_says_when_it_goes_or_why_not() -> None:
    assert next_step(post(), None, LONDON, NOW) == "It goes out on Tuesday 18 May 2027 at 8:20pm."
    assert "tried again" in next_step(post(attempts=1), None, LONDON, NOW)
    assert "until the pause is over" in next_step(post(), PAUSE, LONDON, NOW)
    assert "Its time has passed" in next_step(post(), PAUSE, LONDON, NOW + timedelta(minutes=11))


def test_what_needs_a_person_is_told_apart_from_what_does_not() -> None:
    assert {state for state in State if trouble(post(state))} == {
        State.HELD, State.UNCONFIRMED, State.MISSED, State.DEAD,
    }  # fmt: skip
    assert trouble(post(reason="Slack is down.", attempts=2)) == ""
    assert line(post(reason="Slack is down.", attempts=3), LONDON) == (
        f"Keeps failing: {KEY}, Tuesday 18 May 2027 at 8:20pm. Slack is down."
    )


def test_only_what_had_no_answer_may_be_public() -> None:
    assert {state for state in State if may_be_public(post(state))} == {State.UNCONFIRMED, State.HELD}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(Platform.X), "X, our own timeline"),
        (Place(Platform.X, thread="12"), "X, answer to post 12"),
        (Place(Platform.SLACK, "T1", "C1", thread="1.2"), "Slack, channel C1, thread 1.2"),
        (Place(Platform.TEAMS, channel="19:a", direct=True), "Teams, direct message 19:a"),
    ],
)
def test_a_place_is_put_in_words(place: Place, words: str) -> None:
    assert place_words(place) == words
    assert place_words(place, "U1") == f"{words}, for U1 alone"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            Text("Q3", (Media("a.png", "A card"),), Poll(("Yes", "No")), (Button("Go", "a", "1"),)),
            "Q3\n[Picture a.png: A card]\n[Poll: Yes / No]\n[Button: Go]",
        ),
        (Removal("12"), "[Take down the post 12]"),
        (Repost("12"), "[Repost of https://x.com/i/status/12]"),
        (Form("f", "Key action", (Input("a", "Date"), Input("b", "Time"))), "[Form “Key action”: Date, Time]"),
        (File("f.csv", "secret", "Here it is."), "Here it is.\n[File f.csv]"),
    ],
)
def test_a_body_is_put_in_words(body: Body, words: str) -> None:
    assert body_words(body) == words


def test_a_post_is_described_with_all_that_is_known() -> None:
    sent = replace(post(State.SENT, attempts=2, reason="Confirmed by a person."), sent_at=NOW, remote_id="17.1")
    assert list(described(sent, None, LONDON, NOW)) == [
        f"Key: {KEY}",
        "Where: Slack, channel C1",
        "Due: Tuesday 18 May 2027 at 8:20pm",
        "Not after: Tuesday 18 May 2027 at 8:30pm",
        "State: sent, 2 attempts",
        "Sent: Tuesday 18 May 2027 at 8:20pm, as 17.1",
        "Reason: Confirmed by a person.",
        "Next: Nothing: it is over.",
        "",
        "Q3",
    ]
