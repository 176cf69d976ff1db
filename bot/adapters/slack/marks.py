"""Shortcuts, and messages that somebody marks as feedback with a reaction. Pure, as `wire.py` is."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.adapters.slack.wire import SAID_BY_PEOPLE, Body, instant, plain, presser
from bot.core.events import NOBODY_NOTED, ButtonPressed, Noted, Person, Place, Platform

FEEDBACK_SHORTCUT = "feedback"
"""The callback id of the shortcut that opens the feedback form, and of the form's button."""


def parse_shortcut(body: Body, now: datetime) -> ButtonPressed | Noted | None:
    """A shortcut of ours: the global one is a press of the form's button, the one on a message marks it."""
    match body.get("type"), body.get("callback_id"):
        case "shortcut", "feedback":
            return ButtonPressed(**_pressed(body, now), action=FEEDBACK_SHORTCUT, value="")
        case "message_action", "feedback-message":
            common = _pressed(body, now)
            place = replace(common["place"], channel=body["channel"]["id"], direct=False)
            common["place"] = place
            # Whoever presses it is answered also where there is nobody to ask.
            return _noted(body["message"], common) or ButtonPressed(**common, action=NOBODY_NOTED, value="")
        case _:
            return None


def marked(body: Body, emoji: str) -> tuple[str, str] | None:
    """The channel and the id of a message to which somebody has given our reaction."""
    event = body.get("event") or {}
    if not emoji or event.get("type") != "reaction_added" or event["item"].get("type") != "message":
        return None
    # A hand can have a colour: `wave::skin-tone-2`.
    named = str(event["reaction"]).partition("::")[0]
    return (event["item"]["channel"], event["item"]["ts"]) if named == emoji else None


def parse_reaction(body: Body, message: Body) -> Noted | None:
    """A marked message. A reaction does not bring the words along: `message` is what Slack says of it."""
    event, team = body["event"], body["team_id"]
    common: dict[str, Any] = {
        "key": f"slack:{team}:{body['event_id']}",
        "at": instant(event["event_ts"]),
        "author": Person(Platform.SLACK, team, event["user"]),
        "place": Place(Platform.SLACK, team, event["item"]["channel"]),
    }
    return _noted(message, common)


def _pressed(body: Body, now: datetime) -> dict[str, Any]:
    """Who pressed, and where: a global shortcut is pressed nowhere, so its answers are direct messages."""
    person = presser(body)
    place = Place(
        Platform.SLACK,
        person.workspace,
        person.id,
        direct=True,
        response_url=body.get("response_url", ""),
        trigger=body["trigger_id"],
    )
    return {"key": f"slack:{person.workspace}:{body['trigger_id']}", "at": now, "author": person, "place": place}


def _noted(message: Body, common: dict[str, Any]) -> Noted | None:
    """None where no person of this workspace wrote the message: there is nobody to ask."""
    workspace, user = common["author"].workspace, message.get("user")
    ours = not message.get("bot_id") and message.get("team", workspace) == workspace
    if not user or not ours or (message.get("subtype") or None) not in SAID_BY_PEOPLE:
        return None
    by = Person(Platform.SLACK, workspace, user)
    return Noted(**common, said_by=by, text=plain(message.get("text", "")), message_id=message["ts"])
