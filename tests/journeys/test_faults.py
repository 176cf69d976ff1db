"""What the emulators do wrong when they are told to."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.emulators import Emulators

Say = Callable[..., requests.Response]
METHOD = "POST /api/chat.postMessage"


@pytest.fixture
def say(emulators: Emulators) -> Say:
    """Calls a method of Slack's as the bot."""
    settings = emulators.get("/slack/credentials")

    def call(method: str, **arguments: Any) -> requests.Response:
        token = {"Authorization": f"Bearer {settings['SLACK_BOT_TOKEN']}"}
        where = {"channel": settings["SLACK_CHANNEL"]}
        return requests.post(f"{settings['SLACK_API_URL']}/{method}", data=where | arguments, headers=token, timeout=10)

    return call


def storm(emulators: Emulators, seed: int, chance: float = 0.5) -> None:
    faults = [{"status": 503}, {"status": 500, "when": "after"}, {"status": 599, "on": "GET *"}]
    emulators.put("/storms/slack", {"chance": chance, "seed": seed, "faults": faults})


def statuses(emulators: Emulators, say: Say, seed: int) -> list[int]:
    storm(emulators, seed)
    return [say("auth.test").status_code for _ in range(20)]


def test_a_storm_strikes_a_share_of_the_requests_and_the_same_ones_for_the_same_seed(
    emulators: Emulators, say: Say
) -> None:
    first = statuses(emulators, say, seed=1)
    assert set(first) == {200, 500, 503}
    assert statuses(emulators, say, seed=1) == first
    assert statuses(emulators, say, seed=2) != first


def test_a_storm_ends_when_its_chance_is_none(emulators: Emulators, say: Say) -> None:
    storm(emulators, 1, chance=1.0)
    assert say("auth.test").status_code != 200
    storm(emulators, 1, chance=0.0)
    assert say("auth.test").status_code == 200


def test_half_an_answer_comes_from_a_platform_that_has_accepted(emulators: Emulators, say: Say) -> None:
    emulators.faults("slack", {"on": METHOD, "kind": "half", "when": "after"})
    with pytest.raises(requests.RequestException):
        say("chat.postMessage", text="Question 1").json()
    assert [row["text"] for row in emulators.ledger("slack")] == ["Question 1"]


def test_what_was_just_accepted_is_not_yet_shown_where_reads_lag(emulators: Emulators, say: Say) -> None:
    start = 1_800_000_000
    emulators.put("/clock", {"campaign": start, "wall": 0, "speed": 0})
    emulators.put("/lags/slack", {"seconds": 30})
    say("chat.postMessage", text="Question 1")
    assert say("conversations.history").json()["messages"] == []
    emulators.put("/clock", {"campaign": start + 31, "wall": 0, "speed": 0})
    assert len(say("conversations.history").json()["messages"]) == 1
