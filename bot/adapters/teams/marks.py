"""Messages that somebody marks as feedback with the message extension, and what Teams shows for it. Pure."""

import html
import re
from collections.abc import Mapping
from typing import Any

from bot.adapters.teams.wire import Activity, about, keys
from bot.core.events import Noted, Person, Platform

_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li)>", re.IGNORECASE)
COMMAND = "feedback"
"""The command's id in the app's manifest."""


def is_command(body: Activity) -> bool:
    """Whether this is our command on a message: Teams waits for the answer, and shows it."""
    value = body.get("value") or {}
    ours = body.get("name") == "composeExtension/fetchTask" and value.get("commandId") == COMMAND
    return bool(body["type"] == "invoke" and ours and value.get("messagePayload"))


def parse_command(body: Activity) -> Noted | None:
    """The marked message; None where no person of ours wrote it. Raises KeyError for what is no such command."""
    message = body["value"]["messagePayload"]
    user = (message.get("from") or {}).get("user") or {}
    if not user.get("id"):
        return None
    common = about(body)
    by = Person(Platform.TEAMS, common["author"].workspace, user["id"], user.get("displayName") or "")
    common["message_id"] = str(message["id"])
    return Noted(**keys(body, f"noted {message['id']}"), **common, said_by=by, text=_spoken(message.get("body") or {}))


def _spoken(body: Mapping[str, Any]) -> str:
    """The words of a message as Microsoft Graph gives them: in HTML nearly always."""
    content = str(body.get("content") or "")
    if body.get("contentType") == "html":
        content = html.unescape(_TAG.sub("", _BREAK.sub("\n", content))).replace("\xa0", " ")
    return re.sub(r"[ \t]+", " ", content).strip()


def answer(words: str) -> dict[str, Any]:
    """A dialog with a sentence in it and nothing to fill in."""
    return {"task": {"type": "message", "value": words}}
