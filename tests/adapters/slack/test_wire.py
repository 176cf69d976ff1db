"""Payloads to events and text both ways, without a server."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.blocks import content
from bot.adapters.slack.wire import markup, parse, plain
from bot.core.bodies import Button, Text
from bot.core.events import ButtonPressed, Command, Deleted, Edited, FormSubmitted, Mention, Message, Place, Platform

NOW = datetime(2017, 9, 19, 19, 5, tzinfo=UTC)
SAMPLES = Path(__file__).parents[4] / "shared/specs/slack-samples"
FILLED = {
    "ts": "1505851200.000100",
    "event_ts": "1505851200.000100",
    "thread_ts": "1505851100.000100",
    "action_ts": "1505851200.000200",
    "event_id": "Ev1",
    "team_id": "T1",
    "trigger_id": "1.2.3",
    "user": "U1",
    "user_id": "U1",
    "channel": "C1",
    "channel_id": "C1",
    "text": "hello <@U9> &amp; all",
    "callback_id": "feedback",
}


def filled(sample: Any, name: str = "") -> Any:
    """A sample with plausible values in place of its empty strings."""
    if isinstance(sample, dict):
        return {key: filled(value, key) for key, value in sample.items()}
    if isinstance(sample, list):
        return [filled(item) for item in sample]
    return FILLED.get(name, sample) if sample == "" else sample


def official(path: str) -> Any:
    if not SAMPLES.exists():
        pytest.skip("the official samples are not on this machine")
    return filled(json.loads((SAMPLES / path).read_text()))


def event(path: str, **changes: Any) -> Any:
    body = official(f"events/{path}")
    body["event"] |= {"edited": None, "subtype": None, "bot_id": None} | changes
    body["authorizations"][0] |= {"user_id": "U9", "is_bot": True}
    return body | {"type": "event_callback"}


def test_the_official_mention_is_understood() -> None:
    mention = parse(event("AppMentionPayload.json"), NOW)
    assert isinstance(mention, Mention)
    assert (mention.key, mention.text) == ("slack:T1:Ev1", "hello & all")
    assert mention.at == datetime(2017, 9, 19, 20, 0, 0, 100, tzinfo=UTC)
    assert mention.place == Place(Platform.SLACK, "T1", "C1", "1505851100.000100")


def test_the_official_message_is_understood() -> None:
    assert isinstance(parse(event("MessagePayload.json", text="good evening"), NOW), Message)
    assert isinstance(parse(event("MessagePayload.json", channel_type="im"), NOW), Mention)
    assert parse(event("MessagePayload.json"), NOW) is None


def test_the_official_command_is_understood() -> None:
    command = parse(official("app-backend/slash-commands/SlashCommandPayload.json"), NOW)
    assert isinstance(command, Command)
    assert (command.at, command.place.trigger) == (NOW, "1.2.3")


def test_the_official_button_is_understood() -> None:
    body = official("app-backend/interactive-components/BlockActionPayload.json")
    body["type"], body["channel"]["id"] = "block_actions", "C1"
    body["actions"] = [{"type": "button", "action_id": "faq:0", "value": "join", "action_ts": FILLED["action_ts"]}]
    button = parse(body, NOW)
    assert isinstance(button, ButtonPressed)
    assert (button.action, button.value) == ("faq", "join")


def test_the_official_form_is_understood() -> None:
    body = official("app-backend/views/ViewSubmissionPayload.json")
    body["user"]["id"] = "U1"
    body["view"]["state"] = {
        "values": {
            "text": {"text": {"type": "plain_text_input", "value": "Great chat"}},
            "name": {"name": {"type": "plain_text_input", "value": None}},
            "quote": {"quote": {"type": "static_select", "selected_option": {"value": "yes"}}},
            "region": {"region": {"type": "static_select", "selected_option": None}},
        }
    }
    form = parse(body | {"type": "view_submission"}, NOW)
    assert isinstance(form, FormSubmitted)
    assert form.values == {"text": "Great chat", "name": "", "quote": "yes", "region": ""}
    assert form.place == Place(Platform.SLACK, "T1", "U1", direct=True, trigger="1.2.3")


def test_no_official_payload_breaks_us() -> None:
    if not SAMPLES.exists():
        pytest.skip("the official samples are not on this machine")
    for path in sorted((SAMPLES / "events").glob("*.json")):
        body = filled(json.loads(path.read_text()))
        if "event" in body:
            parse(body | {"type": "event_callback"}, NOW)


@pytest.mark.parametrize("subtype", ["message_changed", "message_deleted", "channel_join", "bot_message", "me_message"])
def test_what_nobody_said_is_not_heard(subtype: str) -> None:
    assert parse(event("MessagePayload.json", text="x", subtype=subtype), NOW) is None


@pytest.mark.parametrize("change", [{"bot_id": "B1"}, {"user": "U9"}, {"edited": {"ts": "1"}}])
def test_bots_and_edits_are_not_heard(change: dict[str, Any]) -> None:
    assert parse(event("AppMentionPayload.json", **change), NOW) is None


@pytest.mark.parametrize(
    ("slack", "words"),
    [
        ("<@U9> how can I join?", "how can I join?"),
        ("<@U9|antiphon>: help", "help"),
        ("hello <@U9>, help", "hello help"),
        ("ask <@U7> or <@U8|sam>", "ask @U7 or @sam"),
        ("in <#C1|general> and <#C2>", "in #general and #C2"),
        ("<https://example.org>", "https://example.org"),
        ("<http://example.org|example.org>", "example.org"),
        ("<https://example.org/a|this page>", "this page (https://example.org/a)"),
        ("<!here> <!subteam^S1|@team> <!subteam^S2>", "@here @team @subteam"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
    ],
)
def test_slacks_text_becomes_plain_words(slack: str, words: str) -> None:
    assert plain(slack, "U9") == words


@given(st.text(alphabet=st.sampled_from("ab<>&@#!|: \n.https://")))
def test_words_go_through_slack_unchanged(words: str) -> None:
    sent = markup(words)
    assert "<!" not in sent
    assert "<@" not in sent
    assert "<#" not in sent
    assert plain(sent).split() == words.split()


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ("See https://example.org/a_b.", "See <https://example.org/a_b>."),
        ("(https://example.org/?a=1&b=2)", "(<https://example.org/?a=1&amp;b=2>)"),
        ("<https://example.org>", "&lt;<https://example.org>&gt;"),
    ],
)
def test_links_stay_links(words: str, sent: str) -> None:
    assert markup(words) == sent


def test_the_official_edit_and_deletion_are_understood() -> None:
    said = {
        "ts": "1505851200.000100",
        "user": "U1",
        "text": "now &amp; then",
        "edited": {"user": "U1", "ts": "1505851260.0"},
    }
    edited = event("MessageChangedPayload.json", subtype="message_changed", message=said)
    found = parse(edited, NOW)
    assert isinstance(found, Edited)
    assert (found.text, found.message_id, found.author.id) == ("now & then", said["ts"], "U1")
    unfolded = event("MessageChangedPayload.json", subtype="message_changed", message={**said, "edited": None})
    assert parse(unfolded, NOW) is None, "Slack has shown a link"
    tombstone = event("MessageChangedPayload.json", subtype="message_changed", message={**said, "subtype": "tombstone"})
    assert isinstance(parse(tombstone, NOW), Deleted)
    deleted = event(
        "MessageDeletedPayload.json",
        subtype="message_deleted",
        deleted_ts=said["ts"],
        previous_message={**said, "bot_id": ""},
    )
    found = parse(deleted, NOW)
    assert isinstance(found, Deleted)
    assert found.message_id == said["ts"]
    ours = event("MessageDeletedPayload.json", subtype="message_deleted", previous_message={"user": "U9", "ts": "1.0"})
    assert parse(ours, NOW) is None


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "abcd", "a word "])
def test_a_long_word_beside_a_button_is_cut_between_its_signs(before: str) -> None:
    said = before + "&" * 2_000
    blocks = content(Text(said, buttons=(Button("Show 1", "feedback-show", "1"),)))["blocks"]
    sections = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert all(len(section) <= 3_000 for section in sections)
    assert "".join(map(plain, sections)) == said.replace(" &", "&")
