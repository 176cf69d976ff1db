"""Slack's payloads to events, and Slack's text to plain text and back. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from bot.core.bodies import PLACE_JSON
from bot.core.events import (
    ButtonPressed,
    Command,
    Deleted,
    Edited,
    Event,
    FormSubmitted,
    Mention,
    Message,
    Person,
    Place,
    Platform,
)

Body = Mapping[str, Any]

SAID_BY_PEOPLE = (None, "file_share", "thread_broadcast")
"""Subtypes of messages that somebody wrote. The others are edits, joins, topics and bots."""

_URL = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?'\")\]]")
_CONTROL = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def parse(body: Body, now: datetime) -> Event | None:
    """The event in what Slack delivered; None for what is not for us.

    `now` stands in where Slack gives no time: for commands, and for forms.
    """
    if body.get("type") == "event_callback":
        return _parse_event(body)
    if "command" in body:
        return _command(body, now)
    match body.get("type"):
        case "block_actions":
            return _button(body)
        case "view_submission":
            return _form(body, now)
        case _:
            return None


def _parse_event(body: Body) -> Event | None:
    """A mention in a channel arrives twice, as `message` and as `app_mention`: the second is taken.

    In a direct message there is no `app_mention`, and everything is said to us.
    """
    event, us = body["event"], _our_user(body)
    if event.get("subtype") in ("message_changed", "message_deleted"):
        return _changed(body, us)
    if event.get("bot_id") or event.get("user") in (None, us) or event.get("edited"):
        return None
    if (event.get("subtype") or None) not in SAID_BY_PEOPLE:
        return None
    if event["type"] == "app_mention" or (event["type"] == "message" and event.get("channel_type") == "im"):
        return Mention(**_said(body, us))
    if event["type"] == "message" and not _names(event.get("text", ""), us):
        return Message(**_said(body, us))
    return None


def _changed(body: Body, us: str) -> Edited | Deleted | None:
    """What became of a message. A deleted one with answers below it stays, as a tombstone.

    Slack also tells when it has unfolded a link, which is no edit: then `edited` is missing.
    """
    event = body["event"]
    said = event.get("message") or event.get("previous_message") or {}
    team, ts = body["team_id"], event.get("deleted_ts") or said.get("ts")
    if said.get("bot_id") or said.get("user") == us or not ts:
        return None
    common: dict[str, Any] = {
        "key": f"slack:{team}:{body['event_id']}",
        "at": instant(event["event_ts"]),
        "author": Person(Platform.SLACK, team, said.get("user") or ""),
        "place": Place(Platform.SLACK, team, event["channel"], said.get("thread_ts") or ts),
        "message_id": ts,
    }
    if event["subtype"] == "message_deleted" or said.get("subtype") == "tombstone":
        return Deleted(**common)
    return Edited(**common, text=plain(said.get("text", ""), us)) if said.get("edited") else None


def _our_user(body: Body) -> str:
    """Our own user id, as the delivery states it."""
    return next((one["user_id"] for one in body.get("authorizations", []) if one.get("is_bot")), "")


def _names(text: str, user: str) -> bool:
    return bool(user) and re.search(rf"<@{user}[|>]", text) is not None


def _said(body: Body, us: str) -> dict[str, Any]:
    event, team = body["event"], body["team_id"]
    direct = event.get("channel_type") == "im"
    # An answer in a channel goes into the message's thread; in a direct message only if there is one already.
    thread = event.get("thread_ts") or ("" if direct else event["ts"])
    return {
        "key": f"slack:{team}:{body['event_id']}",
        "at": instant(event["ts"]),
        "author": Person(Platform.SLACK, team, event["user"]),
        "place": Place(Platform.SLACK, team, event["channel"], thread, direct),
        "text": plain(event.get("text", ""), us),
        "message_id": event["ts"],
    }


def _command(body: Body, now: datetime) -> Command:
    team, channel = body["team_id"], body["channel_id"]
    return Command(
        key=f"slack:{team}:{body['trigger_id']}",
        at=now,
        author=Person(Platform.SLACK, team, body["user_id"], body.get("user_name", "")),
        place=Place(
            Platform.SLACK,
            team,
            channel,
            direct=channel.startswith("D"),
            response_url=body.get("response_url", ""),
            trigger=body["trigger_id"],
        ),
        text=plain(body.get("text") or ""),
    )


def presser(body: Body) -> Person:
    user = body["user"]
    return Person(Platform.SLACK, _team(body), user["id"], user.get("username") or user.get("name", ""))


def _team(body: Body) -> str:
    return str((body.get("team") or {}).get("id") or body["user"]["team_id"])


def _button(body: Body) -> ButtonPressed | None:
    """A button in a message. `action_ts` is the press: a second press is another event."""
    action = next((one for one in body["actions"] if one["type"] == "button"), None)
    if action is None or "channel" not in body:
        return None
    channel, team = body["channel"]["id"], _team(body)
    # Two people may press at the same moment, and keys stand where ids do not belong.
    who = hashlib.sha256(body["user"]["id"].encode()).hexdigest()[:12]
    return ButtonPressed(
        key=f"slack:{team}:{who}:{action['action_ts']}",
        at=instant(action["action_ts"]),
        author=presser(body),
        place=Place(
            Platform.SLACK,
            team,
            channel,
            thread=body["container"].get("thread_ts") or "",
            direct=channel.startswith("D"),
            response_url=body.get("response_url", ""),
            trigger=body.get("trigger_id", ""),
        ),
        action=button_action(action["action_id"]),
        value=action.get("value", ""),
    )


def button_action(action_id: str) -> str:
    """`faq:2` is the third button of a message, with the action `faq`."""
    return action_id.rpartition(":")[0]


def _form(body: Body, now: datetime) -> FormSubmitted:
    """A form of ours, filled in. Where it was asked for came along in its private metadata."""
    view = body["view"]
    person = presser(body)
    values = (field for block in view["state"]["values"].items() for field in [(block[0], *block[1].values())])
    return FormSubmitted(
        key=f"slack:{person.workspace}:{view['id']}",
        at=now,
        author=person,
        place=replace(_asked_in(view.get("private_metadata", ""), person), trigger=body.get("trigger_id", "")),
        form=view["callback_id"],
        values={name: _value(given) for name, given in values},
    )


def _asked_in(metadata: str, person: Person) -> Place:
    try:
        return PLACE_JSON.validate_json(metadata)
    except ValidationError:
        return Place(Platform.SLACK, person.workspace, person.id, direct=True)


def _value(given: Body) -> str:
    chosen = given.get("selected_option")
    return str((chosen or {}).get("value", "") if "selected_option" in given else given.get("value") or "")


def instant(ts: str) -> datetime:
    """Slack's message ids are seconds since the epoch, with microseconds."""
    return datetime.fromtimestamp(float(ts), UTC)


def plain(text: str, us: str = "") -> str:
    """What a person wrote, without Slack's control sequences, entities and our own name."""
    if us:
        text = re.sub(rf"<@{us}(\|[^>]*)?>[:,]?", " ", text)
    text = _CONTROL.sub(_spoken, text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def _spoken(control: re.Match[str]) -> str:
    target, label = control[1], control[2]
    match target[0]:
        case "@" | "#":
            return f"{target[0]}{label or target[1:]}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return label if label and label in target else f"{label} ({target})" if label else target


def markup(text: str) -> str:
    """Plain text as Slack wants it: nothing in it becomes a mention or a command, and links stay links."""
    parts, end = [], 0
    for url in _URL.finditer(text):
        parts += [_escaped(text[end : url.start()]), f"<{_escaped(url[0])}>"]
        end = url.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
