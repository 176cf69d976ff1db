"""What the emulated Slack says has the shape of Slack's official samples: it invents no field."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.emulators.slack import payloads
from bot.emulators.slack.workspace import PEOPLE, Workspace
from bot.emulators.world import World
from tests.emulators import Emulators

SAMPLES = Path(__file__).parents[4] / "shared/specs/slack-samples"
OURS = ("event_payload", "values", "blocks")
"""Maps whose keys are ours to choose, and blocks, of which the samples show one kind or another."""
BUTTON = {"type": "button", "action_id": "faq:0", "text": {"type": "plain_text", "text": "Yes"}, "value": "1"}

pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the official samples are not on this machine")


def sample(path: str) -> Any:
    return json.loads((SAMPLES / path).read_text())


def invented(said: Any, official: Any, at: str = "") -> Iterator[str]:
    """The places of fields that the official sample does not have."""
    if isinstance(said, dict) and isinstance(official, dict):
        for name in said.keys() - set(OURS):
            if name in official:
                yield from invented(said[name], official[name], f"{at}.{name}")
            else:
                yield f"{at}.{name}"
    elif isinstance(said, list) and isinstance(official, list) and official:
        for value in said:
            yield from invented(value, official[0], f"{at}[]")


def test_answers_are_shaped_as_slacks(web: WebClient) -> None:
    mark = {"event_type": "a", "event_payload": {"k": "v"}}
    posted = web.chat_postMessage(channel="C0CHAT", text="Q1", metadata=mark)
    upload = web.files_getUploadURLExternal(filename="a.csv", length=1)
    answers = {
        "auth.test": web.auth_test(),
        "chat.postMessage": posted,
        "chat.postEphemeral": web.chat_postEphemeral(channel="C0CHAT", user="U0MEMBER", text="x"),
        "conversations.history": web.conversations_history(channel="C0CHAT", include_all_metadata=True),
        "conversations.replies": web.conversations_replies(channel="C0CHAT", ts=posted["ts"]),
        "conversations.open": web.conversations_open(users="U0MEMBER"),
        "conversations.info": web.conversations_info(channel="C0CHAT"),
        "users.info": web.users_info(user="U0MEMBER"),
        "files.getUploadURLExternal": upload,
        "files.info": web.files_info(file=upload["file_id"]),
        "chat.update": web.chat_update(channel="C0CHAT", ts=posted["ts"], text="Q1!"),
        "chat.delete": web.chat_delete(channel="C0CHAT", ts=posted["ts"]),
    }
    wrong = {name: list(invented(answer.data, sample(f"api/{name}.json"))) for name, answer in answers.items()}
    assert {name: fields for name, fields in wrong.items() if fields} == {}


def test_a_form_is_shaped_as_slacks(web: WebClient, emulators: Emulators) -> None:
    given = emulators.post("/slack/commands", user="U0MEMBER", channel="C0CHAT", command="/campaign")
    text = {"type": "plain_text", "text": "Hello"}
    view = {"type": "modal", "title": text, "blocks": [{"type": "section", "text": text}]}
    answer = web.views_open(trigger_id=given["trigger_id"], view=view)
    assert list(invented(answer.data, sample("api/views.open.json"))) == []


def test_deliveries_are_shaped_as_slacks() -> None:
    ws = Workspace(World())
    channel, user = ws.channel("C0CHAT"), next(iter(PEOPLE))
    message = ws.say(channel, user, "<@U0ANTIPHON> hello", thread_ts="1.000000")
    block = {"type": "actions", "elements": [BUTTON]}
    plain, mention = (payloads.event(ws, inner) for inner in payloads.said(channel, message))
    pressed = payloads.block_actions(ws, user, channel, message, block, BUTTON, private=False)
    view = {"id": "V1", "type": "modal", "blocks": []}
    said = {
        "events/MessagePayload.json": plain,
        "events/AppMentionPayload.json": mention,
        "app-backend/slash-commands/SlashCommandPayload.json": payloads.slash_command(ws, user, channel, "/c", ""),
        "app-backend/interactive-components/BlockActionPayload.json": pressed,
        "app-backend/views/ViewSubmissionPayload.json": payloads.view_submission(ws, user, view, {}),
    }
    wrong = {path: list(invented(payload, sample(path))) for path, payload in said.items()}
    assert {path: fields for path, fields in wrong.items() if fields} == {}
