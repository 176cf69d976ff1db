"""The outcome table, row by row: each answer given to the real SDK by the emulated Slack."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.slack.client import SlackClient
from bot.adapters.slack.outcomes import REFUSED, UNAVAILABLE
from bot.core.bodies import Text
from bot.core.events import Place, Platform
from bot.core.outbox import Lost, Outcome, RateLimited, Refused, Unavailable, new_post
from tests.emulators import Emulators
from tests.fakes import FakeClock, at_once

CHAT = Place(Platform.SLACK, "T0CAMPAIGN", "C0CHAT")
JSON, HTML, TEXT = ({"Content-Type": kind} for kind in ("application/json", "text/html", "text/plain"))


def error(code: str, **more: Any) -> dict[str, Any]:
    return {"status": 200, "body": json.dumps({"ok": False, "error": code}), "headers": JSON} | more


def wait(seconds: int) -> Callable[[FakeClock], Outcome]:
    return lambda clock: RateLimited(clock.now() + timedelta(seconds=seconds))


async def outcome(client: SlackClient, emulators: Emulators, clock: FakeClock, answer: dict[str, Any]) -> Outcome:
    emulators.faults("slack", {"on": "POST /api/chat.postMessage"} | answer)
    return await client.deliver(new_post("key", CHAT, Text("words"), clock.now()), at_once)


@pytest.mark.parametrize("code", REFUSED)
async def test_what_slack_will_never_take_is_refused_in_words(
    client: SlackClient, emulators: Emulators, clock: FakeClock, code: str
) -> None:
    assert await outcome(client, emulators, clock, error(code)) == Refused(REFUSED[code])


@pytest.mark.parametrize("code", UNAVAILABLE)
async def test_what_slack_did_not_take_this_time_is_tried_again(
    client: SlackClient, emulators: Emulators, clock: FakeClock, code: str
) -> None:
    assert await outcome(client, emulators, clock, error(code)) == Unavailable(UNAVAILABLE[code])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error("ratelimited", status=429, headers=JSON | {"Retry-After": "7"}), wait(7)),
        (error("ratelimited", status=429), wait(30)),
        ({"status": 429, "body": "slow down", "headers": TEXT}, wait(30)),
        (error("message_limit_exceeded"), wait(30)),
    ],
)
async def test_a_limit_says_when_to_come_again(
    client: SlackClient,
    emulators: Emulators,
    clock: FakeClock,
    answer: dict[str, Any],
    expected: Callable[[FakeClock], Outcome],
) -> None:
    assert await outcome(client, emulators, clock, answer) == expected(clock)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(error("fatal_error"), id="fatal_error"),
        pytest.param(error("internal_error"), id="internal_error"),
        pytest.param(error("service_unavailable"), id="service_unavailable"),
        pytest.param(error("something_new"), id="unknown error"),
        pytest.param(error("invalid_auth", status=503), id="503 with an error"),
        pytest.param({"status": 500, "body": "<html>", "headers": HTML}, id="500 with HTML"),
        pytest.param({"status": 502, "body": "", "headers": {}}, id="502 with nothing"),
        pytest.param({"status": 403, "body": "<html>", "headers": HTML}, id="403 with HTML"),
        pytest.param({"status": 200, "body": "<html>", "headers": HTML}, id="HTML instead of JSON"),
        pytest.param({"status": 200, "body": "fine", "headers": TEXT}, id="text instead of JSON"),
        pytest.param({"status": 200, "body": '{"ok": tr', "headers": JSON}, id="half an answer"),
        pytest.param({"status": 200, "body": "[1]", "headers": JSON}, id="a list"),
        pytest.param({"status": 200, "body": '{"ok": true}', "headers": JSON}, id="ok without an id"),
    ],
)
async def test_what_is_not_in_the_table_may_be_public(
    client: SlackClient, emulators: Emulators, clock: FakeClock, answer: dict[str, Any]
) -> None:
    assert isinstance(await outcome(client, emulators, clock, answer), Lost)
