"""What the bot says in Teams: through the real SDK to the emulator, as people then see it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from microsoft_teams.cards import AdaptiveCard

from bot.adapters.pictures import pictures_of
from bot.adapters.teams import TeamsAccount
from bot.adapters.teams.app import TeamsApp
from bot.adapters.teams.client import TeamsClient
from bot.core.bodies import Body, Button, File, Form, Input, Media, Removal, Repost, Text
from bot.core.events import Place
from bot.core.outbox import Absent, Delivered, Lost, Outcome, Post, RateLimited, Refused, Unavailable, new_post
from tests.adapters.teams.conftest import CHANNEL, Bot, eventually
from tests.emulators import Emulators
from tests.fakes import FakeClock, at_once

DUE = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
SPECIFICATION = Path(__file__).parents[3] / "../shared/specs/teams/ConnectorAPI.json"
BUTTONS = (Button("How to join", "faq", "join"), Button("None of these", "faq", ""))
FORM = Form(
    "action",
    "A key action",
    (
        Input("text", "Words", hint="One action", multiline=True),
        Input("time", "Time", value="09:00", optional=True),
        Input("platform", "Where", options=(("x", "X"), ("slack", "Slack"))),
    ),
    submit="Queue",
    intro="It goes out at its time.",
)


def post(place: Place, body: Body | str, **more: Any) -> Post:
    return new_post("key", place, Text(body) if isinstance(body, str) else body, DUE, **more)


def shown(emulators: Emulators, conversation: str = CHANNEL, user: str = "") -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = emulators.get("/teams/messages", conversation=conversation, user=user)
    return messages


def words(card: dict[str, Any]) -> list[str]:
    return [element["inlines"][0]["text"] for element in card["body"] if element["type"] == "RichTextBlock"]


async def test_text_arrives_as_it_was_written(bot: Bot, channel: Place, emulators: Emulators) -> None:
    text = "Q1 **Which** <at>evidence</at> & [why](https://x.example)?\nSecond line ✓"
    outcome = await bot.client.deliver(post(channel, text), at_once)
    (message,) = shown(emulators)
    assert outcome == Delivered(message["id"])
    assert message["text"] == text
    (sent,) = [exchange for exchange in emulators.exchanges() if exchange["path"].endswith("/activities")]
    activity = json.loads(sent["body"])
    assert activity["textFormat"] == "plain"
    assert "entities" not in activity


async def test_buttons_make_a_card_whose_words_are_no_markup(bot: Bot, channel: Place, emulators: Emulators) -> None:
    await bot.client.deliver(
        post(channel, Text("Did you mean **this**?\n[one](https://x.example)", buttons=BUTTONS)), at_once
    )
    card = shown(emulators)[0]["card"]
    AdaptiveCard.model_validate(card)
    assert words(card) == ["Did you mean **this**?", "[one](https://x.example)"]
    assert {element["type"] for element in card["body"]} == {"RichTextBlock"}
    assert card["fallbackText"].startswith("Did you mean")
    assert [action["title"] for action in card["actions"]] == ["How to join", "None of these"]


async def test_a_small_picture_travels_inside_the_card(
    bot: Bot, channel: Place, emulators: Emulators, tmp_path: Path
) -> None:
    (tmp_path / "small.png").write_bytes(b"\x89PNG")
    await bot.client.deliver(post(channel, Text("A card", (Media("small.png", "What the picture says"),))), at_once)
    card = shown(emulators)[0]["card"]
    AdaptiveCard.model_validate(card)
    picture = card["body"][-1]
    assert picture["url"] == "data:image/png;base64,iVBORw=="
    assert picture["altText"] == "What the picture says"


async def test_a_large_picture_is_fetched_from_its_public_address_or_described(
    account: TeamsAccount, channel: Place, emulators: Emulators, tmp_path: Path
) -> None:
    (tmp_path / "large.png").write_bytes(b"\0" * 100_000)
    body = Text("A card", (Media("large.png", "What the picture says"),))
    for media_url in ("https://bot.example/media/", ""):
        client = TeamsClient(TeamsApp(replace(account, media_url=media_url)), pictures_of(tmp_path), FakeClock())
        assert isinstance(await client.deliver(post(channel, body), at_once), Delivered)
        await client.close()
    public, described = shown(emulators)
    assert public["card"]["body"][-1]["url"] == "https://bot.example/media/large.png"
    assert described["text"] == "A card\n\n[Picture: What the picture says]"


async def test_a_picture_that_is_missing_is_told_by_its_name(bot: Bot, channel: Place) -> None:
    outcome = await bot.client.deliver(post(channel, Text("A card", (Media("cards/gone.png", "Gone"),))), at_once)
    assert isinstance(outcome, Refused)
    assert "cards/gone.png" in outcome.reason


async def test_a_form_has_labels_hints_and_says_what_is_required(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    await bot.client.deliver(post(channel, FORM), at_once)
    card = shown(emulators)[0]["card"]
    AdaptiveCard.model_validate(card)
    text, time, where = [element for element in card["body"] if "id" in element]
    assert (text["label"], text["placeholder"], text["isMultiline"], text["isRequired"]) == (
        "Words",
        "One action",
        True,
        True,
    )
    assert (time["value"], time["isRequired"]) == ("09:00", False)
    assert where["choices"] == [{"title": "X", "value": "x"}, {"title": "Slack", "value": "slack"}]
    assert card["actions"] == [
        {"type": "Action.Submit", "title": "Queue", "data": {"antiphon": {"form": "action"}}},
    ]


async def test_a_file_goes_to_one_person_as_preformatted_text(bot: Bot, channel: Place, emulators: Emulators) -> None:
    moderator = emulators.get("/teams/users")["moderator"]["aadObjectId"]
    file = File("feedback.csv", 'number,text\n1,"<at>all</at> & more"\n', "One piece of feedback")
    assert isinstance(await bot.client.deliver(post(channel, file, private_to=moderator), at_once), Delivered)
    (message,) = shown(emulators, "personal", "moderator")
    assert '<pre>number,text\n1,"&lt;at&gt;all&lt;/at&gt; &amp; more"\n</pre>' in message["text"]
    assert not shown(emulators)


async def test_a_chat_with_a_person_is_opened_once(bot: Bot, channel: Place, emulators: Emulators) -> None:
    student = emulators.get("/teams/users")["student"]["aadObjectId"]
    direct = replace(channel, channel=student, direct=True)
    for text in ("One", "Two"):
        assert isinstance(await bot.client.deliver(post(direct, text), at_once), Delivered)
    assert [message["text"] for message in shown(emulators, "personal", "student")] == ["One", "Two"]
    assert [row["action"] for row in emulators.ledger("teams")] == ["conversation", "message", "message"]


async def test_an_answer_in_a_thread_says_what_it_answers(bot: Bot, channel: Place, emulators: Emulators) -> None:
    root = emulators.post("/teams/messages", user="member", conversation=CHANNEL, text="A question")["id"]
    await bot.client.deliver(
        post(replace(channel, channel=f"{CHANNEL};messageid={root}", thread=root), "An answer"), at_once
    )
    assert [(row["action"], row["more"].get("reply_to")) for row in emulators.ledger("teams")] == [
        ("message", ""),
        ("reply", root),
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (Repost("1"), "no reposts"),
        (File("a.csv", "a", "b"), "one person only"),
        (Text("a" * 30_000), "too large"),
        (Text("a", buttons=BUTTONS * 4), "at most 6 buttons"),
    ],
)
async def test_what_teams_cannot_do_is_refused_in_words(bot: Bot, channel: Place, body: Body, words: str) -> None:
    outcome = await bot.client.deliver(post(channel, body), at_once)
    assert isinstance(outcome, Refused)
    assert words in outcome.reason


async def test_a_file_that_is_too_large_is_refused_in_words(bot: Bot, channel: Place) -> None:
    file = File("a.csv", "a" * 20_481, "b")
    outcome = await bot.client.deliver(post(channel, file, private_to="29:1"), at_once)
    assert isinstance(outcome, Refused)
    assert "20 KB" in outcome.reason


CREATE = "POST /v3/conversations/*/activities"
SENT = {"on": CREATE, "when": "after"}


@pytest.mark.parametrize(
    ("fault", "outcome", "visible"),
    [
        ({"on": CREATE, "status": 429, "headers": {"Retry-After": "7"}}, RateLimited(DUE + timedelta(seconds=7)), 0),
        ({"on": CREATE, "status": 429}, RateLimited(DUE + timedelta(seconds=30)), 0),
        ({"on": CREATE, "status": 400}, Refused("Teams did not understand"), 0),
        ({"on": CREATE, "status": 401}, Refused("Teams no longer accepts the bot's sign-in"), 0),
        ({"on": CREATE, "status": 403}, Refused("The bot may not write"), 0),
        ({"on": CREATE, "status": 404}, Refused("Teams knows no such conversation"), 0),
        ({"on": CREATE, "status": 413}, Refused("This message is too large"), 0),
        ({"on": CREATE, "status": 412}, Lost("Teams answered with an error (412)"), 0),
        ({"on": CREATE, "status": 418}, Lost("Teams answered with an error (418)"), 0),
        ({"on": CREATE, "status": 503, "body": "<html>Sorry</html>"}, Lost("Teams answered with an error (503)"), 0),
        ({"on": CREATE, "kind": "reset"}, Lost("Teams gave no clear answer"), 0),
        (SENT | {"status": 502}, Lost("Teams answered with an error (502)"), 1),
        (SENT | {"status": 504}, Lost("Teams answered with an error (504)"), 1),
        (SENT | {"kind": "reset"}, Lost("Teams gave no clear answer"), 1),
        (SENT | {"status": 200, "body": "<html>Welcome to the hotel</html>"}, Lost("Teams took the message but"), 1),
        ({"on": "POST /login/*", "status": 500}, Unavailable("Teams did not let the bot prepare"), 0),
        ({"on": "POST /login/*", "kind": "reset"}, Unavailable("Teams did not let the bot prepare"), 0),
    ],
)
async def test_each_answer_has_its_outcome_and_nothing_is_sent_twice(
    bot: Bot, channel: Place, emulators: Emulators, fault: dict[str, Any], outcome: Outcome, visible: int
) -> None:
    bot.clock.advance(DUE - bot.clock.now())
    emulators.faults("teams", fault)
    became = await bot.client.deliver(post(channel, "Q1"), at_once)
    assert type(became) is type(outcome)
    if isinstance(outcome, RateLimited):
        assert became == outcome
    else:
        assert getattr(became, "reason", "").startswith(getattr(outcome, "reason", "?"))
    assert len(emulators.ledger("teams")) == visible
    assert sum(exchange["path"].endswith("/activities") for exchange in emulators.exchanges()) <= 1


async def test_no_answer_in_time_is_lost(
    bot: Bot, channel: Place, emulators: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.app.authenticate()
    monkeypatch.setattr(bot.app._sdk.api.http.http, "timeout", httpx.Timeout(0.2))
    emulators.faults("teams", SENT | {"kind": "delay", "seconds": 1.0})
    assert isinstance(await bot.client.deliver(post(channel, "Q1"), at_once), Lost)
    assert len(emulators.ledger("teams")) == 1
    await eventually(lambda: emulators.exchanges()[-1]["path"].endswith("/activities"))


async def test_a_chat_that_cannot_be_opened_has_shown_nothing_to_anybody(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    emulators.faults("teams", {"on": "POST /v3/conversations", "when": "after", "status": 500})
    student = emulators.get("/teams/users")["student"]["aadObjectId"]
    outcome = await bot.client.deliver(post(channel, "Only you", private_to=student), at_once)
    assert isinstance(outcome, Unavailable)
    assert isinstance(await bot.client.deliver(post(channel, "Only you", private_to=student), at_once), Delivered)
    assert len(shown(emulators, "personal", "student")) == 1


async def test_where_nobody_listens_the_post_waits(account: TeamsAccount, channel: Place, tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/"
    for changes in ({"login_url": nowhere}, {"service_url": nowhere}):
        client = TeamsClient(TeamsApp(replace(account, **changes)), pictures_of(tmp_path), FakeClock())
        outcome = await client.deliver(post(replace(channel, service_url=""), "Q1"), at_once)
        assert isinstance(outcome, Unavailable)
        assert "cannot be reached" in outcome.reason
        await client.close()


@pytest.mark.parametrize(
    ("change", "code"),
    [({"client_secret": "old"}, "AADSTS7000215"), ({"tenant_id": "elsewhere"}, "AADSTS90002")],
)
async def test_a_wrong_setting_is_told_with_microsofts_code(
    account: TeamsAccount, channel: Place, tmp_path: Path, change: dict[str, str], code: str
) -> None:
    client = TeamsClient(TeamsApp(replace(account, **change)), pictures_of(tmp_path), FakeClock())
    outcome = await client.deliver(post(channel, "Q1"), at_once)
    await client.close()
    assert isinstance(outcome, Refused)
    assert code in outcome.reason
    assert "TEAMS_CLIENT_SECRET" in outcome.reason


async def test_after_a_refused_sign_in_a_new_token_is_asked_for(bot: Bot, channel: Place, emulators: Emulators) -> None:
    emulators.faults("teams", {"on": CREATE, "status": 401})
    for _ in range(3):
        await bot.client.deliver(post(channel, "Q1"), at_once)
    assert sum(exchange["path"].startswith("/login/") for exchange in emulators.exchanges()) == 2


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="the Bot Connector's specification is not here")
async def test_what_the_sdk_sends_is_valid_by_the_connectors_specification(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    student = emulators.get("/teams/users")["student"]["aadObjectId"]
    for body in ("Q1", Text("Did you mean?", buttons=BUTTONS), FORM):
        assert isinstance(await bot.client.deliver(post(channel, body), at_once), Delivered)
    await bot.client.deliver(post(channel, File("a.csv", "a", "b"), private_to=student), at_once)
    definitions = json.loads(SPECIFICATION.read_text(encoding="utf-8"))["definitions"]
    checked = 0
    for exchange in emulators.exchanges():
        name = {"/v3/conversations": "ConversationParameters"}.get(exchange["path"], "Activity")
        if exchange["path"].startswith("/v3/"):
            schema = {"$ref": f"#/definitions/{name}", "definitions": definitions}
            jsonschema.validate(json.loads(exchange["body"]), schema, jsonschema.Draft4Validator)
            checked += 1
    assert checked == 5


async def test_a_message_is_taken_down_and_again_without_harm(bot: Bot, channel: Place, emulators: Emulators) -> None:
    sent = await bot.client.deliver(post(channel, "Q1. A slip"), at_once)
    assert isinstance(sent, Delivered)
    removal = post(channel, Removal(sent.remote_id))
    assert await bot.client.deliver(removal, at_once) == Delivered()
    assert [(row["action"], row["id"]) for row in emulators.ledger("teams")][-1] == ("delete", sent.remote_id)
    assert await bot.client.find(removal) == Absent()
    assert await bot.client.deliver(removal, at_once) == Delivered()
