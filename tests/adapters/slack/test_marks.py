"""Shortcuts and reactions: from Slack's own samples, and through the real Bolt against the emulator."""

from typing import Any

import pytest

from bot.adapters.slack import SlackAccount
from bot.adapters.slack.listener import SlackListener
from bot.adapters.slack.marks import marked, parse_reaction, parse_shortcut
from bot.core.events import NOBODY_NOTED, ButtonPressed, Noted, Person, Place, Platform
from tests.adapters.slack.conftest import Ear, listening
from tests.adapters.slack.test_wire import NOW, event, official
from tests.emulators import Emulators
from tests.fakes import FakeClock

MEMBER, STUDENT = Person(Platform.SLACK, "T0CAMPAIGN", "U0MEMBER"), Person(Platform.SLACK, "T0CAMPAIGN", "U0ORGANISER")


def test_the_official_reaction_is_understood() -> None:
    item = {"type": "message", "channel": "C1", "ts": "1505851100.000100"}
    body = event("ReactionAddedPayload.json", reaction="memo::skin-tone-2", item=item, item_user="U2")
    assert marked(body, "memo") == ("C1", "1505851100.000100")
    assert marked(body, "wave") is None
    assert marked(body, "") is None
    said: dict[str, Any] = {"user": "U2", "text": "a &amp; b", "ts": item["ts"]}
    noted = parse_reaction(body, said)
    assert isinstance(noted, Noted)
    assert (noted.key, noted.text, noted.message_id) == ("slack:T1:Ev1", "a & b", item["ts"])
    assert (noted.author.id, noted.said_by.ref) == ("U1", "slack:T1/U2")
    for nobody in ({"bot_id": "B1"}, {"subtype": "channel_join"}, {"team": "T2"}, {"user": ""}):
        assert parse_reaction(body, {**said, **nobody}) is None


def test_the_official_message_shortcut_is_understood() -> None:
    body = official("app-backend/interactive-components/MessageShortcutPayload.json")
    body["callback_id"] = "feedback-message"
    body["channel"], body["user"]["id"], body["team"]["id"] = {"id": "C1"}, "U1", "T1"
    body["message"] = {"user": "U2", "text": "Too small", "ts": "1505851100.000100", "team": "T1"}
    noted = parse_shortcut(body, NOW)
    assert isinstance(noted, Noted)
    assert (noted.said_by.id, noted.text, noted.place.channel, noted.place.trigger) == (
        "U2",
        "Too small",
        "C1",
        "1.2.3",
    )
    assert parse_shortcut(body | {"callback_id": "another"}, NOW) is None
    for nobody in ({"bot_id": "B1"}, {"team": "T2"}):
        pressed = parse_shortcut(body | {"message": body["message"] | nobody}, NOW)
        assert isinstance(pressed, ButtonPressed)
        assert (pressed.action, pressed.place.channel, pressed.author.id) == (NOBODY_NOTED, "C1", "U1")


@pytest.mark.usefixtures("listener")
async def test_the_shortcuts_reach_us(emulators: Emulators, ear: Ear) -> None:
    emulators.post("/slack/shortcuts", user="U0MEMBER", callback_id="feedback")
    [pressed] = await ear.hears(1)
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.action, pressed.place.channel, pressed.place.direct) == ("feedback", "U0MEMBER", True)
    assert pressed.place.trigger
    ts = emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text="Too small")["ts"]
    emulators.post("/slack/shortcuts", user="U0ORGANISER", callback_id="feedback-message", channel="C0CHAT", ts=ts)
    noted = (await ear.hears(3))[-1]
    assert isinstance(noted, Noted)
    assert (noted.author.ref, noted.said_by.ref, noted.text) == (STUDENT.ref, MEMBER.ref, "Too small")


async def test_a_reaction_brings_the_words_of_the_message(
    account: SlackAccount, clock: FakeClock, emulators: Emulators, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SlackListener.__init__, "__kwdefaults__", {"ping_interval": 0.5, "emoji": "memo"})
    async with listening(account, clock, emulators, ear.receive):
        first = emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text="A question")["ts"]
        answer = {"user": "U0MEMBER", "channel": "C0CHAT", "thread_ts": first}
        ts = emulators.post("/slack/messages", **answer, text="Small &amp; dim")["ts"]
        for name in ("wave", "memo"):
            emulators.post("/slack/reactions", user="U0ORGANISER", channel="C0CHAT", ts=ts, name=name)
        noted = (await ear.hears(3))[-1]
    assert isinstance(noted, Noted)
    assert (noted.author.ref, noted.said_by.ref, noted.text) == (STUDENT.ref, MEMBER.ref, "Small & dim")
    assert noted.place == Place(Platform.SLACK, "T0CAMPAIGN", "C0CHAT")
