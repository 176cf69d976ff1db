"""Teams' activities to events, and what we say to activities. Pure; nobody past here sees Teams' JSON."""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.adapters.teams.cards import CARD, OURS
from bot.core.bodies import File
from bot.core.events import (
    ButtonPressed,
    Deleted,
    Edited,
    Event,
    FormSubmitted,
    Joined,
    Mention,
    Message,
    Person,
    Place,
    Platform,
)

Activity = Mapping[str, Any]

LARGEST_ACTIVITY = 28 * 1024
"""Octets of JSON that Teams takes for a message with a card; a plain message may be larger, but not by a promise."""
_PERSON = re.compile(r"29:.+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_QUARTER, _ECHOES = 15, 4
"""Seconds that one key stands for, and for how many such times before and after it an echo is recognised."""
_AT_TAG = re.compile(r"</?at\b[^>]*>", re.IGNORECASE)


def parse_activity(body: Activity) -> Event | None:
    """What an activity says; None for what is of no use to us. Raises KeyError or ValueError for what is none."""
    match body["type"]:
        case "message":
            return _submitted(body) if OURS in (body.get("value") or ()) else _said(body)
        case "messageUpdate":
            text = spoken(body)
            return Edited(**keys(body, f"edited {text}"), **about(body), text=text)
        case "messageDelete":
            return Deleted(**keys(body, f"deleted {body['id']}"), **about(body))
        case "conversationUpdate":
            return _joined(body)
        case _:
            return None


def _said(body: Activity) -> Mention | Message | None:
    if body.get("value") and not body.get("text"):
        return None  # a card that is not ours
    text = spoken(body)
    kind = Mention if _is_personal(body) or _mentions_us(body) else Message
    return kind(
        **keys(body, text),
        at=_instant(body),
        author=_author(body),
        place=_place(body, body["id"]),
        text=text,
        message_id=body["id"],
    )


def about(body: Activity) -> dict[str, Any]:
    """What a change to a message has in common: when, where, by whom, and to which."""
    return {
        "at": _instant(body),
        "author": _author(body),
        "place": _place(body, body["id"]),
        "message_id": body["id"],
    }


def _submitted(body: Activity) -> FormSubmitted | ButtonPressed | None:
    """Action.Submit: our own data lies under one name, the values of the inputs beside it."""
    value = dict(body["value"])
    ours = value.pop(OURS)
    known = keys(body, json.dumps([body.get("replyToId"), ours, value], sort_keys=True))
    at, author, place = _instant(body), _author(body), _place(body, body.get("replyToId") or body["id"])
    match ours:
        case {"form": str(form)}:
            values = {name: str(given) for name, given in value.items()}
            return FormSubmitted(**known, at=at, author=author, place=place, form=form, values=values)
        case {"action": str(action), "value": str(chosen)}:
            return ButtonPressed(**known, at=at, author=author, place=place, action=action, value=chosen)
        case _:
            return None


def _joined(body: Activity) -> Joined | None:
    us = body["recipient"]["id"]
    if all(member["id"] != us for member in body.get("membersAdded") or ()):
        return None
    return Joined(
        **keys(body, "joined"),
        at=_instant(body),
        author=_author(body),
        place=_place(body, ""),
        name=body["conversation"].get("name") or _channel_data(body, "team", "name"),
    )


def spoken(body: Activity) -> str:
    """The text as it was meant: our own mention taken out, other people's as plain names, entities decoded."""
    text = body.get("text") or ""
    us = body["recipient"]["id"]
    for mention in _mentions(body):
        if mention["mentioned"]["id"] == us:
            text = text.replace(mention["text"], " ")
    text = html.unescape(_AT_TAG.sub("", text)).replace("\xa0", " ")
    return re.sub(r"[ \t]+", " ", text).strip()


def keys(body: Activity, content: str) -> dict[str, Any]:
    """`key`, `teams:<conversation>:<digest>:<quarter of a minute>`, and as `echo_of` those of the minutes around it.

    Not from the activity's id: Teams' outer retry gives the same words a new id and a new time stamp (30 s
    later, microsoft/botbuilder-dotnet#5005), and may overtake what it repeats. So the digest is of sender and words.
    Its price: the same words said twice within a minute are answered once.
    """
    said = json.dumps([body["from"]["id"], content])
    digest = hashlib.sha256(said.encode()).hexdigest()[:24]
    quarter = int(_instant(body).timestamp()) // _QUARTER

    def key(number: int) -> str:
        start = datetime.fromtimestamp(number * _QUARTER, UTC)
        return f"teams:{body['conversation']['id']}:{digest}:{start:%Y%m%dT%H%M%S}"

    around = range(quarter - _ECHOES, quarter + _ECHOES + 1)
    return {"key": key(quarter), "echo_of": tuple(key(number) for number in around if number != quarter)}


def instant(text: str) -> datetime:
    """An instant as Microsoft writes it, in UTC."""
    # Python 3.11 reads at most microseconds; .NET may write ten-millionths.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).astimezone(UTC)


def _instant(body: Activity) -> datetime:
    return instant(body["timestamp"])


def _author(body: Activity) -> Person:
    sender = body["from"]
    return Person(Platform.TEAMS, _tenant(body), sender.get("aadObjectId") or sender["id"], sender.get("name") or "")


def _place(body: Activity, message_id: str) -> Place:
    """In a channel the conversation's id names the thread; elsewhere the thread is the message itself."""
    conversation = body["conversation"]["id"]
    return Place(
        Platform.TEAMS,
        workspace=_tenant(body),
        channel=conversation,
        thread=conversation.partition(";messageid=")[2] or message_id,
        direct=_is_personal(body),
        service_url=body.get("serviceUrl") or "",
    )


def _tenant(body: Activity) -> str:
    return body["conversation"].get("tenantId") or _channel_data(body, "tenant", "id")


def _channel_data(body: Activity, part: str, name: str) -> str:
    found = ((body.get("channelData") or {}).get(part) or {}).get(name)
    return str(found or "")


def _is_personal(body: Activity) -> bool:
    return bool(body["conversation"].get("conversationType") == "personal")


def _mentions(body: Activity) -> list[Mapping[str, Any]]:
    return [entity for entity in body.get("entities") or () if entity.get("type") == "mention"]


def _mentions_us(body: Activity) -> bool:
    us = body["recipient"]["id"]
    return any(mention["mentioned"]["id"] == us for mention in _mentions(body))


def names_person(channel: str) -> bool:
    """Whether a place's channel is a person's id (a direct message) rather than a conversation's."""
    return _PERSON.fullmatch(channel) is not None


def text_activity(text: str) -> dict[str, Any]:
    """`plain`: Teams shows the characters as they are, so nobody's words become markup or a mention."""
    return {"type": "message", "text": text, "textFormat": "plain"}


def card_activity(card: Mapping[str, Any], summary: str) -> dict[str, Any]:
    """`summary` is what a notification shows in place of the card."""
    return {
        "type": "message",
        "summary": summary[:200],
        "attachments": [{"contentType": CARD, "content": dict(card)}],
    }


def file_activity(file: File) -> dict[str, Any]:
    """The file's text as preformatted text: Teams lets a bot upload a file only after a consent of its own."""
    words, name, content = (html.escape(part, quote=False) for part in (file.text, file.name, file.content))
    return {
        "type": "message",
        "textFormat": "xml",
        "text": f"<p>{words}</p><p><strong>{name}</strong></p><pre>{content}</pre>",
    }


def size(activity: Mapping[str, Any]) -> int:
    """Octets on the wire."""
    return len(json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode())
