"""The emulated Slack keeps Slack's rules, seen through Slack's own SDK."""

import time
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.emulators import Emulators

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "words"}}
LONG_SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}


def button(number: int = 0, **more: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": more.pop("text", "Yes")}
    return {"type": "button", "action_id": f"faq:{number}", "text": text} | more


def actions(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(buttons)}


def image(**source: Any) -> dict[str, Any]:
    return {"type": "image"} | source


def refused(web: WebClient, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        web.api_call(method, json=arguments)
    return str(raised.value.response["error"])


def modal(**more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "Feedback"}
    element = {"type": "plain_text_input", "action_id": "text"}
    block = {"type": "input", "block_id": "text", "label": text, "element": element}
    return {"type": "modal", "title": text, "submit": text, "callback_id": "feedback", "blocks": [block]} | more


def command(emulators: Emulators, channel: str = "C0CHAT") -> dict[str, str]:
    given: dict[str, str] = emulators.post("/slack/commands", user="U0MEMBER", channel=channel, command="/campaign")
    return given


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("SLACK_BOT_TOKEN", "apps.connections.open", "not_allowed_token_type"),
        ("SLACK_APP_TOKEN", "chat.postMessage", "not_allowed_token_type"),
        ("SLACK_BOT_TOKEN", "reactions.add", "missing_scope"),
        ("SLACK_BOT_TOKEN", "chat.unheardOf", "unknown_method"),
    ],
)
def test_a_token_opens_only_its_own_doors(credentials: dict[str, str], token: str, method: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {credentials.get(token, token)}"} if token else {}
    answer = requests.post(f"{credentials['SLACK_API_URL']}/{method}", headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_a_token_may_come_as_a_field(credentials: dict[str, str]) -> None:
    form = {"token": credentials["SLACK_BOT_TOKEN"]}
    answer = requests.post(f"{credentials['SLACK_API_URL']}/auth.test", data=form, timeout=5)
    assert answer.json()["user_id"] == "U0ANTIPHON"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0GENERAL", "text": "x"}, "not_in_channel"),
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "username": "Somebody"}, "missing_scope"),
        ({"text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"blocks": [SECTION] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "poem"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [LONG_SECTION]}, "invalid_blocks"),
        ({"blocks": [actions(button(), button())]}, "invalid_blocks"),
        ({"blocks": [actions(button(text="x" * 76))]}, "invalid_blocks"),
        ({"blocks": [image(image_url="https://example.org/a.png")]}, "invalid_blocks"),
        ({"blocks": [image(slack_file={"id": "F0NOSUCHFILE"}, alt_text="x")]}, "invalid_blocks"),
    ],
)
def test_a_message_against_the_rules_is_refused(
    web: WebClient, emulators: Emulators, arguments: dict[str, Any], error: str
) -> None:
    assert refused(web, "chat.postMessage", **({"channel": "C0CHAT"} | arguments)) == error
    assert emulators.ledger("slack") == []


def test_a_channel_takes_one_message_a_campaign_second_and_one_more(web: WebClient, emulators: Emulators) -> None:
    emulators.put("/clock", {"campaign": 1505847600.0, "wall": time.time(), "speed": 0})
    web.chat_postMessage(channel="C0CHAT", text="1")
    web.chat_postMessage(channel="C0CHAT", text="2")
    with pytest.raises(SlackApiError) as raised:
        web.chat_postMessage(channel="C0CHAT", text="3")
    assert (raised.value.response.status_code, raised.value.response.headers["Retry-After"]) == (429, "1")
    web.chat_postMessage(channel="U0MEMBER", text="another channel")
    emulators.put("/clock", {"campaign": 1505847601.0, "wall": time.time(), "speed": 0})
    web.chat_postMessage(channel="C0CHAT", text="3")
    assert emulators.ledger("slack")[-1]["at"].startswith("2017-09-19T19:00:01")


def test_history_keeps_metadata_for_those_who_ask_and_leaves_out_threads(web: WebClient) -> None:
    mark = {"event_type": "antiphon_post", "event_payload": {"key": "k"}}
    first = web.chat_postMessage(channel="C0CHAT", text="Q1", metadata=mark)["ts"]
    web.chat_postMessage(channel="C0CHAT", text="A1", thread_ts=first)
    [plain] = web.conversations_history(channel="C0CHAT")["messages"]
    [marked] = web.conversations_history(channel="C0CHAT", include_all_metadata=True)["messages"]
    assert ("metadata" in plain, marked["metadata"]) == (False, mark)
    replies = web.conversations_replies(channel="C0CHAT", ts=first)["messages"]
    assert [message["text"] for message in replies] == ["Q1", "A1"]


def test_history_comes_in_pages_newest_first(web: WebClient, emulators: Emulators) -> None:
    for number in range(5):
        emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text=str(number))
    page = web.conversations_history(channel="C0CHAT", limit=3)
    rest = web.conversations_history(channel="C0CHAT", limit=3, cursor=page["response_metadata"]["next_cursor"])
    assert [message["text"] for message in page["messages"] + rest["messages"]] == list("43210")
    assert (page["has_more"], rest["has_more"]) == (True, False)
    later = web.conversations_history(channel="C0CHAT", oldest=rest["messages"][0]["ts"])
    assert len(later["messages"]) == 3


def test_only_our_own_messages_can_be_changed(web: WebClient, emulators: Emulators) -> None:
    ours = web.chat_postMessage(channel="C0CHAT", text="Q1")["ts"]
    theirs = emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text="A1")["ts"]
    web.chat_update(channel="C0CHAT", ts=ours, text="Question 1")
    assert refused(web, "chat.update", channel="C0CHAT", ts=theirs, text="x") == "cant_update_message"
    assert refused(web, "chat.delete", channel="C0CHAT", ts=theirs) == "cant_delete_message"
    web.chat_delete(channel="C0CHAT", ts=ours)
    assert [entry["action"] for entry in emulators.ledger("slack")] == ["message", "message", "update", "delete"]


def test_a_form_opens_once_and_only_with_a_fresh_trigger(web: WebClient, emulators: Emulators) -> None:
    given = command(emulators)
    view = web.views_open(trigger_id=given["trigger_id"], view=modal())["view"]
    assert [one["id"] for one in emulators.get("/slack/views", user="U0MEMBER")] == [view["id"]]
    assert refused(web, "views.open", trigger_id=given["trigger_id"], view=modal()) == "exchanged_trigger_id"
    assert refused(web, "views.open", trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"
    web.views_update(view_id=view["id"], view=modal(callback_id="thanks"))
    assert emulators.get("/slack/views", user="U0MEMBER")[0]["callback_id"] == "thanks"


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"submit": None},
        {"private_metadata": "x" * 3001},
        {"blocks": [{"type": "input", "label": {"type": "mrkdwn", "text": "x"}, "element": {}}]},
        {"type": "home"},
    ],
)
def test_a_form_against_the_rules_is_refused(web: WebClient, emulators: Emulators, change: dict[str, Any]) -> None:
    trigger = command(emulators)["trigger_id"]
    assert refused(web, "views.open", trigger_id=trigger, view=modal(**change)) == "invalid_arguments"


@pytest.mark.parametrize("values", [{}, {"text": ""}, {"text": "x", "unknown": "y"}])
def test_a_form_cannot_be_sent_without_what_it_wants(
    web: WebClient, emulators: Emulators, values: dict[str, str]
) -> None:
    view = web.views_open(trigger_id=command(emulators)["trigger_id"], view=modal())["view"]
    with pytest.raises(requests.HTTPError):
        emulators.post("/slack/submissions", user="U0MEMBER", view_id=view["id"], values=values)


def test_an_ephemeral_message_needs_both_in_the_channel(web: WebClient, emulators: Emulators) -> None:
    web.chat_postEphemeral(channel="C0CHAT", user="U0MEMBER", text="psst")
    assert [one["text"] for one in emulators.get("/slack/ephemerals", user="U0MEMBER")] == ["psst"]
    assert emulators.get("/slack/messages", channel="C0CHAT") == []
    ephemeral = "chat.postEphemeral"
    assert refused(web, ephemeral, channel="C0CHAT", user="U0NOBODY", text="x") == "user_not_in_channel"
    assert refused(web, ephemeral, channel="C0GENERAL", user="U0MEMBER", text="x") == "not_in_channel"


def test_a_response_url_works_five_times(emulators: Emulators) -> None:
    url = command(emulators, "C0GENERAL")["response_url"]
    answers = [requests.post(url, json={"text": "hello"}, timeout=5) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[5].json()["error"] == "used_url"
    assert len(emulators.get("/slack/ephemerals", user="U0MEMBER")) == 5


def test_a_file_is_seen_only_where_it_is_shared(web: WebClient, emulators: Emulators) -> None:
    web.files_upload_v2(content="a,b\n", filename="kept.csv")
    assert emulators.get("/slack/files") == []
    web.files_upload_v2(content="a,b\n", filename="shared.csv", channel="D0MODERATOR", initial_comment="Here")
    [entry] = emulators.ledger("slack")
    assert (entry["action"], entry["channel"], entry["text"]) == ("file", "D0MODERATOR", "Here")
    assert emulators.get("/slack/files", user="U0MODERATOR")[0]["content"] == "a,b\n"
    assert emulators.get("/slack/files", user="U0MEMBER") == []


def test_a_socket_address_is_good_once(credentials: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {credentials['SLACK_APP_TOKEN']}"}
    opened = requests.post(f"{credentials['SLACK_API_URL']}/apps.connections.open", headers=headers, timeout=5)
    url = opened.json()["url"].replace("ws://", "http://")
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    with requests.get(url, headers=upgrade, timeout=5, stream=True) as first:
        assert first.status_code == 101
    assert requests.get(url, headers=upgrade, timeout=5).status_code == 404


def test_people_read_what_slack_shows(emulators: Emulators) -> None:
    text = "<!here> see <https://example.org|the page> &amp; ask <@U0MODERATOR>"
    emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text=text)
    [message] = emulators.get("/slack/messages", channel="C0CHAT")
    assert (message["text"], message["visible"]) == (text, "@here see the page & ask @U0MODERATOR")
