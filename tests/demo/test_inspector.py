"""What the inspector shows of a request, and what it never shows."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.demo.inspector import Inspector, Seen
from bot.demo.world import World

SECRET = "s3cret/value+of=settings"


def exchange(number: int, **facts: Any) -> dict[str, Any]:
    common = {"platform": "slack", "method": "POST", "path": "/api/chat.postMessage", "query": "", "headers": {}}
    return {"number": number, **common, "body": "", "status": 200, "answer": "{}", "milliseconds": 1.0, **facts}


class Wire:
    """The emulators' list of exchanges; remembers from where it was read."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows, self.asked = list(rows), list[int]()

    async def get(self, _: str, after: int) -> list[dict[str, Any]]:
        self.asked.append(after)
        return self.rows[after:]

    @property
    def world(self) -> World:
        return cast(World, SimpleNamespace(get=self.get))


async def shown(**facts: Any) -> Seen:
    [seen] = await Inspector(Wire(exchange(1, **facts)).world, {SECRET}).look()
    return seen


def form(**headers: str) -> dict[str, str]:
    return {"Content-Type": "application/x-www-form-urlencoded", **headers}


LEAKS: dict[str, dict[str, Any]] = {
    "a bearer token": {"headers": {"Authorization": "Bearer leaked-1"}},
    "an OAuth signature": {"headers": {"Authorization": 'OAuth oauth_nonce="leaked-1", oauth_signature="leaked-1"'}},
    "a field of a form": {"headers": form(), "body": "grant_type=x&client_secret=leaked-1&scope=y"},
    "a value of JSON": {"answer": json.dumps({"access_token": "leaked-1", "ok": True})},
    "a value deep in JSON": {"answer": json.dumps({"a": [{"b": {"bot_token": "leaked-1"}}]})},
    "JSON in a value of JSON": {"body": json.dumps({"private_metadata": json.dumps({"response_url": "leaked-1"})})},
    "JSON in JSON that was cut off": {"body": json.dumps({"a": json.dumps({"token": "leaked-1", "b": 1})})[:-3]},
    "JSON that was cut off": {"body": '{"text": "long", "password": "leaked-1 and mo'},
    "an address with a ticket": {"answer": json.dumps({"url": "ws://127.0.0.1/link?ticket=leaked-1&app_id=A0"})},
    "a query": {"query": "user=U1&token=leaked-1"},
    "a path that is a permission": {"path": "/respond/leaked-1"},
    "an upload address": {"answer": json.dumps({"upload_url": "http://127.0.0.1/slack/upload/leaked-1"})},
    "a token by its form": {"body": json.dumps({"text": "my key is xoxb-leaked-1"})},
    "a signed token by its form": {"body": json.dumps({"text": "eyJleaked-1.leaked-1.leaked-1"})},
    "a secret of the settings": {"body": json.dumps({"text": SECRET})},
    "a secret of the settings in a form": {"headers": form(), "body": "note=s3cret%2Fvalue%2Bof%3Dsettings"},
}


@pytest.mark.parametrize("case", LEAKS)
async def test_a_secret_is_left_out(case: str) -> None:
    seen = str(await shown(**LEAKS[case]))
    assert "leaked-1" not in seen
    assert SECRET not in seen
    assert "s3cret" not in seen
    assert "[left out]" in seen


async def test_the_rest_of_a_request_is_shown_word_for_word() -> None:
    headers = {"User-Agent": "slackclient/3", "Authorization": "Bearer x", "Content-Type": "application/json"}
    seen = await shown(headers=headers, body='{"text": "Grüße, <b>"}', answer='{"ok": true}')
    assert seen.headers == [
        "User-Agent: slackclient/3",
        "Content-Type: application/json",
        "Authorization: Bearer [left out]",
    ]
    assert (seen.body, seen.answer) == ('{\n  "text": "Grüße, <b>"\n}', '{\n  "ok": true\n}')


async def test_a_picture_and_a_very_long_value_do_not_fill_the_page() -> None:
    assert "picture" in (await shown(body="\ufffdPNG\x00")).body
    assert len((await shown(body=json.dumps({"url": "data:" + "a" * 9000}))).body) < 500


async def test_looks_that_find_nothing_are_told_as_one_and_only_news_is_asked_for() -> None:
    idle = {"platform": "x", "method": "GET", "path": "/2/mentions", "answer": '{"meta": {"result_count": 0}}'}
    wire = Wire(*(exchange(n, **idle) for n in range(1, 4)), exchange(4))
    inspector = Inspector(wire.world, ())
    assert [(seen.request, seen.times) for seen in await inspector.look()] == [
        ("POST /api/chat.postMessage", 1),
        ("GET /2/mentions", 3),
    ]
    wire.rows.append(exchange(5, **idle))
    assert (await inspector.look())[0].times == 4
    assert wire.asked == [0, 4]
