"""What the demo page shows: each platform as the chosen person sees it, in plain values for the template."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.core.events import Platform
from bot.demo.world import Json, World

CHAT_IN_SLACK = "C0CHAT"
CHAT_IN_TEAMS = "19:campaign@thread.tacv2"


@dataclass(frozen=True)
class Persona:
    """Somebody the visitor can be: one account on each platform."""

    key: str
    label: str
    x: str
    slack: str
    teams: str


PERSONAS = {
    person.key: person
    for person in (
        Persona("participant", "a participant", "StudentSam", "U0STUDENT", "student"),
        Persona("member", "a member", "LibrarianLena", "U0MEMBER", "member"),
        Persona("organiser", "an organiser", "UKMedLibs", "U0ORGANISER", "organiser"),
        Persona("moderator", "a moderator", "LibrarianLena", "U0MODERATOR", "moderator"),
    )
}
NAMES = {"U0ANTIPHON": "Antiphon", "AntiphonBot": "Antiphon", "bot": "Antiphon"} | {
    id: person.label.split()[-1].title() for person in PERSONAS.values() for id in (person.slack, person.teams)
}


@dataclass(frozen=True)
class Input:
    name: str
    label: str
    value: str = ""
    multiline: bool = False
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Asked:
    """A button or a form that the person can answer. `address` goes back with the answer."""

    label: str
    address: Mapping[str, str]
    inputs: Sequence[Input] = ()
    title: str = ""


@dataclass(frozen=True)
class Bubble:
    at: str
    who: str
    text: str
    ours: bool = False
    note: str = ""
    pictures: Sequence[str] = ()
    asked: Sequence[Asked] = ()


@dataclass(frozen=True)
class Column:
    platform: Platform
    bubbles: Sequence[Bubble]
    forms: Sequence[Asked] = field(default=())


async def columns(world: World, person: Persona, zone: ZoneInfo) -> Sequence[Column]:
    return [await _x(world, zone), await _slack(world, person, zone), await _teams(world, person, zone)]


def _clock(at: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone):%a %d %b, %H:%M}"


def _name(id: str) -> str:
    return NAMES.get(id, id)


async def _x(world: World, zone: ZoneInfo) -> Column:
    posts: list[Json] = await world.get("/x/timeline")
    by_id = {post["id"]: post for post in posts}
    return Column(Platform.X, [_post(post, by_id, zone) for post in reversed(posts)])


def _post(post: Json, by_id: Mapping[str, Json], zone: ZoneInfo) -> Bubble:
    shown = by_id.get(post["repost_of"], post)
    note = f"reposted @{shown['by']}" if post["repost_of"] else ""
    if asker := by_id.get(post["in_reply_to"]):
        note = f"answers @{asker['by']}"
    return Bubble(
        _clock(post["at"], zone),
        f"@{post['by']}",
        shown["text"],
        post["by"] == "AntiphonBot",
        note,
        [picture["alt"] for picture in shown["media"]],
    )


async def _slack(world: World, person: Persona, zone: ZoneInfo) -> Column:
    room: list[Json] = await world.get("/slack/messages", channel=CHAT_IN_SLACK)
    direct: list[Json] = await world.get("/slack/messages", channel=person.slack)
    private: list[Json] = await world.get("/slack/ephemerals", user=person.slack)
    files: list[Json] = await world.get("/slack/files", user=person.slack)
    views: list[Json] = await world.get("/slack/views", user=person.slack)
    noted = (
        [(message, "") for message in room]
        + [(message, "direct message") for message in direct]
        + [(message, "only you see this") for message in private]
    )
    noted.sort(key=lambda pair: float(pair[0]["ts"]), reverse=True)
    bubbles = [_message(message, note, person, zone) for message, note in noted]
    kept = [Bubble("", "Antiphon", file["content"], True, f"file {file['name']}") for file in files if file["content"]]
    return Column(Platform.SLACK, kept + bubbles, [_modal(view) for view in views])


def _message(message: Json, note: str, person: Persona, zone: ZoneInfo) -> Bubble:
    who = message.get("user") if note != "only you see this" else "U0ANTIPHON"
    channel = person.slack if note == "direct message" else CHAT_IN_SLACK
    return Bubble(
        _clock(message["at"], zone),
        _name(who or ""),
        message["visible"],
        who == "U0ANTIPHON",
        note or ("in a thread" if message["thread_ts"] else ""),
        [block["alt_text"] for block in message.get("blocks") or [] if block["type"] == "image"],
        [_slack_button(button, message["ts"], channel) for button in _elements(message, "button")],
    )


def _elements(message: Json, kind: str) -> Sequence[Json]:
    blocks = message.get("blocks") or []
    return [item for block in blocks for item in block.get("elements", []) if item.get("type") == kind]


def _slack_button(button: Json, ts: str, channel: str) -> Asked:
    address = {"ts": ts, "channel": channel, "action_id": button["action_id"], "value": button.get("value", "")}
    return Asked(button["text"]["text"], address)


def _modal(view: Json) -> Asked:
    inputs = [_block_input(block) for block in view["blocks"] if block["type"] == "input"]
    return Asked(view["submit"]["text"], {"view_id": view["id"]}, inputs, view["title"]["text"])


def _block_input(block: Json) -> Input:
    element = block["element"]
    chosen = (element.get("initial_option") or {}).get("value", "")
    options = [(option["value"], option["text"]["text"]) for option in element.get("options", [])]
    return Input(
        block["block_id"],
        block["label"]["text"],
        element.get("initial_value", chosen),
        bool(element.get("multiline")),
        options,
    )


async def _teams(world: World, person: Persona, zone: ZoneInfo) -> Column:
    room: list[Json] = await world.get("/teams/messages", conversation=CHAT_IN_TEAMS)
    direct: list[Json] = await world.get("/teams/messages", conversation="personal", user=person.teams)
    noted = [(message, "") for message in room] + [(message, "personal chat") for message in direct]
    noted.sort(key=lambda pair: str(pair[0]["at"]), reverse=True)
    return Column(Platform.TEAMS, [_activity(message, note, zone) for message, note in noted])


def _activity(message: Json, note: str, zone: ZoneInfo) -> Bubble:
    card: Json = message["card"] or {}
    conversation = "personal" if note else CHAT_IN_TEAMS
    words = [message["text"]] + [item["text"] for item in card.get("body", []) if item.get("type") == "TextBlock"]
    return Bubble(
        _clock(message["at"], zone),
        _name(message["from"]),
        re.sub("<[^>]+>", "", "\n".join(filter(None, words))),
        _name(message["from"]) == "Antiphon",
        note,
        [item.get("altText", "") for item in card.get("body", []) if item.get("type") == "Image"],
        _card_asks(card, {"activity_id": message["id"], "conversation": conversation}),
    )


def _card_asks(card: Json, address: Mapping[str, str]) -> Sequence[Asked]:
    inputs = [_card_input(item) for item in card.get("body", []) if str(item.get("type")).startswith("Input.")]
    return [
        Asked(action["title"], {**address, "action": action["title"]}, inputs if action is card["actions"][0] else ())
        for action in card.get("actions", [])
    ]


def _card_input(item: Json) -> Input:
    options = [(choice["value"], choice["title"]) for choice in item.get("choices", [])]
    return Input(
        item["id"], item.get("label") or item["id"], item.get("value") or "", bool(item.get("isMultiline")), options
    )


def stamp(instant: datetime, zone: ZoneInfo) -> str:
    """The campaign clock's face: "Tuesday 15 December 2026, 19:50:05"."""
    local = instant.astimezone(UTC).astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M:%S}"
