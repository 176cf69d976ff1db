"""A Slack workspace: its people, channels, messages and files, and the permissions that soon run out."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.emulators.world import Json, World

TEAM, APP, BOT, BOT_ID = "T0CAMPAIGN", "A0ANTIPHON", "U0ANTIPHON", "B0ANTIPHON"
DOMAIN = "campaign"
BOT_TOKEN = "xoxb-emulated-bot"  # noqa: S105 - good on loopback only
APP_TOKEN = "xapp-1-emulated-app"  # noqa: S105
SIGNING_SECRET = "emulated-signing-secret"  # noqa: S105
PEOPLE = {"U0ORGANISER": "organiser", "U0MODERATOR": "moderator", "U0MEMBER": "member", "U0STUDENT": "student"}
MODERATORS = "S0MODERATORS"
ROOMS = {"C0CHAT": "ukmedlibs-chat", "C0GENERAL": "general"}

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS, RESPONSE_USES = 30 * 60.0, 5
PROCESSING_SECONDS = 0.05
"""How long after an upload a picture cannot be used in a message yet."""
BURST = 2
"""Messages that a channel takes at once; then one a second."""


class SlackError(Exception):
    """An answer `{"ok": false, "error": code}`. `messages` say more, as `response_metadata.messages`."""

    def __init__(self, code: str, *messages: str, **more: str) -> None:
        super().__init__(code)
        self.code, self.messages, self.more = code, messages, more


class RateLimitedError(Exception):
    """Too many messages: HTTP 429. `seconds` are whole seconds of campaign time."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass
class Channel:
    """`user` is the person of a direct message, and empty for a room."""

    id: str
    name: str
    members: set[str]
    user: str = ""
    messages: list[Json] = field(default_factory=list)
    allowance: float = BURST
    counted_at: float = 0.0

    def message(self, ts: str) -> Json:
        for message in self.messages:
            if message["ts"] == ts:
                return message
        raise SlackError("message_not_found")


@dataclass
class File:
    id: str
    name: str
    alt: str = ""
    title: str = ""
    content: bytes = b""
    uploaded: bool = False
    ready_at: float | None = None
    """On the wall's clock; None until the upload is completed."""

    @property
    def ready(self) -> bool:
        return self.ready_at is not None and time.time() >= self.ready_at

    @property
    def mimetype(self) -> str:
        kinds = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "csv": "text/csv"}
        return kinds.get(self.name.rpartition(".")[2].lower(), "text/plain") if self.ready else ""

    @property
    def text(self) -> str:
        """What a text file says; empty for a picture."""
        return "" if self.mimetype.startswith("image/") else self.content.decode(errors="replace")


@dataclass
class Group:
    """A user group. One that was disabled is told of to nobody who does not ask for such."""

    users: list[str]
    disabled: bool = False


@dataclass
class Trigger:
    user: str
    until: float
    used: bool = False


@dataclass
class ResponseUrl:
    user: str
    channel: str
    until: float
    uses: int = 0


class Workspace:
    def __init__(self, world: World) -> None:
        self.world = world
        self.reset()

    def reset(self) -> None:
        rooms = [Channel(id, name, set(PEOPLE)) for id, name in ROOMS.items()]
        rooms[0].members.add(BOT)
        talks = [Channel(f"D0{id[2:]}", "directmessage", {id, BOT}, user=id) for id in PEOPLE]
        self.channels = {channel.id: channel for channel in rooms + talks}
        self.groups = {MODERATORS: Group(["U0MODERATOR"])}
        self.group_calls: list[float] = []
        self.files: dict[str, File] = {}
        self.shared: list[Json] = []
        self.ephemerals: list[Json] = []
        self.views: dict[str, Json] = {}
        self.view_owner: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.tickets: set[str] = set()

    def id(self, prefix: str) -> str:
        """A new id in Slack's form: a capital letter and at least eight capitals or digits."""
        return f"{prefix}{self.world.next_id():010d}"

    def ts(self) -> str:
        """Campaign time as a message id, which no other message has."""
        micros = int(self.world.clock.now() * 1_000_000)
        taken = {message["ts"] for channel in self.channels.values() for message in channel.messages}
        taken |= {message["ts"] for message in self.ephemerals}
        while (ts := f"{micros // 1_000_000}.{micros % 1_000_000:06d}") in taken:
            micros += 1
        return ts

    def channel(self, name: str) -> Channel:
        """A channel by its id, or a direct message by its person's id."""
        if name in PEOPLE:
            return self.channels[f"D0{name[2:]}"]
        if name not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[name]

    def joined(self, name: str) -> Channel:
        """The same, where the bot must be a member."""
        channel = self.channel(name)
        if BOT not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def count(self, channel: Channel) -> None:
        """One message a second and channel, in campaign time. Raises RateLimitedError."""
        now = self.world.clock.now()
        channel.allowance = min(BURST, channel.allowance + max(0.0, now - channel.counted_at))
        channel.counted_at = now
        if channel.allowance < 1:
            raise RateLimitedError(1)
        channel.allowance -= 1

    def say(self, channel: Channel, user: str, text: str, **more: object) -> Json:
        """Make a message visible. `more` are further fields of Slack's message; empty ones are left out."""
        message: Json = {"type": "message", "user": user, "team": TEAM, "text": text, "ts": self.ts()}
        if user == BOT:
            message |= {"bot_id": BOT_ID, "app_id": APP}
        message |= {name: value for name, value in more.items() if value}
        channel.messages.append(message)
        self.world.accept(
            "slack",
            "message",
            message["ts"],
            user,
            channel=channel.id,
            text=visible(message),
            thread=message.get("thread_ts", ""),
            key=message.get("metadata", {}).get("event_payload", {}).get("key", ""),
            images=[block["alt_text"] for block in message.get("blocks", []) if block["type"] == "image"],
        )
        return message

    def whisper(self, channel: str, user: str, text: str, blocks: object, action: str) -> Json:
        """Show something to one person. It has no place in any history."""
        message: Json = {"ts": self.ts(), "channel": channel, "user": user, "text": text, "blocks": blocks or []}
        self.ephemerals.append(message)
        self.world.accept(
            "slack", action, message["ts"], BOT, channel=channel, text=visible(message), user=user, private=True
        )
        return message

    def trigger(self, user: str) -> str:
        trigger = f"{self.world.next_id()}.{int(time.time())}.{self.world.next_id():08x}"
        self.triggers[trigger] = Trigger(user, time.time() + TRIGGER_SECONDS)
        return trigger

    def use_trigger(self, id: str) -> str:
        """The person who pressed something up to three seconds ago. Good once."""
        trigger = self.triggers.get(id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.time() > trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def response_url(self, user: str, channel: str) -> str:
        id = self.id("R")
        self.response_urls[id] = ResponseUrl(user, channel, time.time() + RESPONSE_SECONDS)
        return f"{self.world.base}/slack/respond/{id}"


def visible(message: Mapping[str, object]) -> str:
    """What people read: control sequences shown as Slack shows them, entities decoded."""
    text = str(message.get("text") or "")
    text = re.sub(r"<(?:[@#!][^|>]*|[a-z]+:[^|>]*)\|([^>]*)>", r"\1", text)
    text = re.sub(r"<!(here|channel|everyone)>", r"@\1", text)
    text = re.sub(r"<([@#]\w+|[a-z]+:[^>]*)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def iso(ts: str) -> str:
    return datetime.fromtimestamp(float(ts), UTC).isoformat(timespec="milliseconds")
