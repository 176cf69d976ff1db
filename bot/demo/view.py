"""What the demo page shows: each platform as the chosen person sees it, in plain values for the template."""

import asyncio
import csv
import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.events import Platform
from bot.demo.people import BOT, CHAT_IN_TEAMS, NAMES, Persona
from bot.demo.story import BOT_ON_X, CHAT_IN_SLACK
from bot.demo.world import Json, World

PRIVATE = "Only you can see this"
_QUOTED = 70
_TEAMS_FILE = re.compile(r"<p>(.*?)</p><p><strong>(.*?)</strong></p><pre>(.*)</pre>", re.DOTALL)


@dataclass(frozen=True)
class Input:
    name: str
    label: str
    hint: str = ""
    value: str = ""
    multiline: bool = False
    required: bool = True
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Asked:
    """A button or a form that the person can answer. `address` goes back with the answer."""

    key: str
    label: str
    address: Mapping[str, str]
    inputs: Sequence[Input] = ()
    title: str = ""
    intro: str = ""


@dataclass(frozen=True)
class Sheet:
    """A CSV file that somebody was given."""

    name: str
    content: str

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        return list(csv.reader(io.StringIO(self.content.removeprefix("\ufeff"))))


@dataclass(frozen=True)
class Bubble:
    """Something said. `note` says where or to whom; `quote` is what it answers; `why` explains a silence."""

    key: str
    at: str
    who: str
    text: str
    ours: bool = False
    note: str = ""
    quote: str = ""
    why: str = ""
    pictures: Sequence[str] = ()
    asked: Sequence[Asked] = ()
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Column:
    """`bubbles` are newest first; `forms` are open in front of everything."""

    platform: Platform
    bubbles: Sequence[Bubble]
    forms: Sequence[Asked] = field(default=())


async def columns(world: World, person: Persona, zone: ZoneInfo) -> Sequence[Column]:
    return await asyncio.gather(_x(world, zone), _slack(world, person, zone), _teams(world, person, zone))


async def column(world: World, person: Persona, platform: Platform, zone: ZoneInfo) -> Column:
    return next(one for one in await columns(world, person, zone) if one.platform is platform)


def short_time(instant: datetime, zone: ZoneInfo) -> str:
    """`Tue 1 Dec, 9:05am`."""
    local = instant.astimezone(zone)
    return (
        f"{local:%a} {local.day} {local:%b}, {(local.hour - 1) % 12 + 1}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    )


def _at(at: str, zone: ZoneInfo) -> str:
    return short_time(datetime.fromisoformat(at), zone)


def _name(account: str) -> str:
    return NAMES.get(account, account)


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED].rstrip()}…"


async def _x(world: World, zone: ZoneInfo) -> Column:
    posts: list[Json] = await world.get("/x/timeline")
    by_id = {post["id"]: post for post in posts}
    return Column(Platform.X, [_post(post, by_id, zone) for post in reversed(posts)])


def _post(post: Json, by_id: Mapping[str, Json], zone: ZoneInfo) -> Bubble:
    shown, ours = by_id.get(post["repost_of"], post), post["by"] == BOT_ON_X[1:]
    asker = by_id.get(post["in_reply_to"])
    return Bubble(
        f"x-{post['id']}",
        _at(post["at"], zone),
        f"@{post['by']}",
        _with_options(shown),
        ours,
        f"Reposted @{shown['by']}" if post["repost_of"] else f"Reply to @{asker['by']}" if asker else "",
        _quote(asker["text"]) if asker else "",
        "" if ours else _silence(post),
        [picture["alt"] for picture in shown["media"]],
    )


def _with_options(post: Json) -> str:
    """The words, and the options of a poll below them."""
    options = [f"○ {option}" for option in (post["poll"] or {}).get("options", ())]
    return "\n".join([post["text"], *options])


def _silence(post: Json) -> str:
    """Why a person's post gets no answer."""
    if BOT_ON_X.lower() in post["text"].lower() or post["media"]:
        return ""
    return f"No answer: it does not mention {BOT_ON_X}. On X a bot may answer only who asks it."


async def _slack(world: World, person: Persona, zone: ZoneInfo) -> Column:
    room, direct, private, files, views = await asyncio.gather(
        world.get("/slack/messages", channel=CHAT_IN_SLACK),
        world.get("/slack/messages", channel=person.slack),
        world.get("/slack/ephemerals", user=person.slack),
        world.get("/slack/files", user=person.slack),
        world.get("/slack/views", user=person.slack),
    )
    noted: list[tuple[Json, str]] = [
        *((message | {"channel": CHAT_IN_SLACK}, "") for message in room),
        *((message | {"channel": person.slack}, "Direct message") for message in direct),
        *((message | {"user": "U0ANTIPHON"}, PRIVATE) for message in private),
    ]
    noted.sort(key=lambda pair: float(pair[0]["ts"]), reverse=True)
    by_ts = {message["ts"]: message for message, _ in noted}
    sheets = {file["id"]: Sheet(file["name"], file["content"]) for file in files if file["content"]}
    bubbles = [_message(message, note, by_ts, sheets, zone) for message, note in noted]
    return Column(Platform.SLACK, bubbles, [_modal(view) for view in views])


def _message(
    message: Json, note: str, by_ts: Mapping[str, Json], sheets: Mapping[str, Sheet], zone: ZoneInfo
) -> Bubble:
    asked = by_ts.get(message["thread_ts"])
    in_thread = asked is not None and asked["ts"] != message["ts"]
    files = [file["id"] for file in message.get("files") or []]
    return Bubble(
        f"slack-{message['ts']}",
        _at(message["at"], zone),
        _name(message["user"]),
        message["visible"].replace("@U0ANTIPHON", f"@{BOT}"),
        message["user"] == "U0ANTIPHON",
        note or ("In a thread" if in_thread else ""),
        _quote(asked["visible"]).replace("@U0ANTIPHON", f"@{BOT}") if asked and in_thread else "",
        pictures=[block["alt_text"] for block in message.get("blocks") or [] if block["type"] == "image"],
        asked=[_slack_button(button, message) for button in _buttons(message)],
        sheet=next((sheets[id] for id in files if id in sheets), None),
    )


def _buttons(message: Json) -> Iterator[Json]:
    for block in message.get("blocks") or []:
        yield from (item for item in block.get("elements", []) if item.get("type") == "button")


def _slack_button(button: Json, message: Json) -> Asked:
    address = {
        "ts": message["ts"],
        "channel": message["channel"],
        "action_id": button["action_id"],
        "value": button.get("value", ""),
    }
    return Asked(f"slack-{message['ts']}-{button['action_id']}", button["text"]["text"], address)


def _modal(view: Json) -> Asked:
    inputs = [_block_input(block) for block in view["blocks"] if block["type"] == "input"]
    intro = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    key, address = f"slack-{view['id']}", {"view_id": view["id"]}
    return Asked(key, view["submit"]["text"], address, inputs, view["title"]["text"], "\n".join(intro))


def _block_input(block: Json) -> Input:
    element = block["element"]
    chosen = (element.get("initial_option") or {}).get("value", "")
    return Input(
        block["block_id"],
        block["label"]["text"],
        (block.get("hint") or {}).get("text", ""),
        element.get("initial_value", chosen),
        bool(element.get("multiline")),
        not block.get("optional"),
        [(option["value"], option["text"]["text"]) for option in element.get("options", [])],
    )


async def _teams(world: World, person: Persona, zone: ZoneInfo) -> Column:
    room, direct = await asyncio.gather(
        world.get("/teams/messages", conversation=CHAT_IN_TEAMS),
        world.get("/teams/messages", conversation="personal", user=person.teams),
    )
    noted: list[tuple[Json, str]] = [
        *((message, "") for message in room),
        *((message, "Chat with the bot") for message in direct),
    ]
    noted.sort(key=lambda pair: str(pair[0]["at"]), reverse=True)
    by_id = {message["id"]: message for message, _ in noted}
    return Column(Platform.TEAMS, [_activity(message, note, by_id, zone) for message, note in noted])


def _activity(message: Json, note: str, by_id: Mapping[str, Json], zone: ZoneInfo) -> Bubble:
    card: Json = message["card"] or {}
    ours = message["from"] == BOT
    asked = by_id.get(message["reply_to"])
    text, sheet = _teams_words(message, card, ours)
    place = "personal" if note else CHAT_IN_TEAMS
    return Bubble(
        f"teams-{message['id']}",
        _at(message["at"], zone),
        _name(message["from"]),
        text,
        ours,
        note or ("In a thread" if asked else ""),
        _quote(_spoken(asked["text"])) if asked and not note else "",
        pictures=[item.get("altText", "") for item in card.get("body", []) if item.get("type") == "Image"],
        asked=_card_asks(card, {"activity_id": message["id"], "conversation": place}),
        sheet=sheet,
    )


def _teams_words(message: Json, card: Json, ours: bool) -> tuple[str, Sheet | None]:
    if not ours:
        return _spoken(message["text"]), None
    if found := _TEAMS_FILE.fullmatch(message["text"]):
        words, name, content = map(html.unescape, found.groups())
        return words, Sheet(name, content)
    return "\n".join(_card_words(card)) if card else message["text"], None


def _spoken(text: str) -> str:
    """What a person wrote in Teams, as it is read: our name shown as a name, entities decoded."""
    return html.unescape(re.sub(r"<at>(.*?)</at>", r"@\1", text)).replace("\xa0", " ")


def _card_words(card: Json) -> Iterator[str]:
    for item in card.get("body", []):
        if item.get("type") == "TextBlock":
            yield item["text"]
        if item.get("type") == "RichTextBlock":
            yield "".join(run["text"] for run in item["inlines"])


def _card_asks(card: Json, address: Mapping[str, str]) -> Sequence[Asked]:
    """A card's buttons. The inputs belong to the first: our forms have one button."""
    inputs = [_card_input(item) for item in card.get("body", []) if str(item.get("type")).startswith("Input.")]
    return [
        Asked(
            f"teams-{address['activity_id']}-{number}",
            action["title"],
            {**address, "action": action["title"]},
            () if number else inputs,
        )
        for number, action in enumerate(card.get("actions", []))
    ]


def _card_input(item: Json) -> Input:
    return Input(
        item["id"],
        item.get("label") or item["id"],
        item.get("placeholder") or "",
        item.get("value") or "",
        bool(item.get("isMultiline")),
        bool(item.get("isRequired")),
        [(choice["value"], choice["title"]) for choice in item.get("choices", [])],
    )
