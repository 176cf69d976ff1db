"""What the emulated Teams knows: people, conversations and their messages. All times are campaign time."""

import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.emulators.world import Json, World

TENANT = "7f3a1c52-5d0e-4b8e-9c55-0c6f0d1e2a34"
BOT_ID = "0b7d8a6e-3f14-4f0e-8a52-6f1b9f6f2c11"
BOT_SECRET = "emulated-client-secret"  # noqa: S105 - opens nothing but the emulator
BOT_NAME = "Antiphon"
CHANNEL = "19:campaign@thread.tacv2"
ELSEWHERE = "19:elsewhere@thread.tacv2"
"""A channel that exists but where the bot is not installed until `POST install`."""
GROUP = "19:group@thread.v2"
"""A group chat with the bot."""
TEAM = "fb7a1c52-9d0e-4b8e-9c55-0c6f0d1e2a35"
"""The group id of the team that has the channels."""
CARD = "application/vnd.microsoft.card.adaptive"
POSTS_PER_SECOND = 7
"""A bot's limit for one conversation, in any one second of campaign time."""


@dataclass(frozen=True)
class User:
    short: str
    name: str

    @property
    def object_id(self) -> str:
        """Microsoft Entra's object id: the same in every app of the tenant."""
        return str(uuid.uuid5(uuid.UUID(TENANT), self.short))

    @property
    def teams_id(self) -> str:
        """The id that Teams gives this person towards this bot."""
        return f"29:1{uuid.uuid5(uuid.UUID(BOT_ID), self.short).hex}"

    def account(self) -> Json:
        return {"id": self.teams_id, "name": self.name, "aadObjectId": self.object_id}


USERS = {
    short: User(short, name)
    for short, name in (
        ("organiser", "Olive Organiser"),
        ("moderator", "Morgan Moderator"),
        ("member", "Mel Member"),
        ("student", "Sam Student"),
    )
}


def find_user(id: str) -> User | None:
    """By short name, Teams id or object id."""
    return next((user for user in USERS.values() if id in (user.short, user.teams_id, user.object_id)), None)


@dataclass
class Message:
    id: str
    at: str
    author: str
    activity: Json
    reply_to: str = ""
    changed: str = ""
    """When it was edited or deleted last."""
    deleted: str = ""

    @property
    def card(self) -> Json | None:
        """The message's Adaptive Card."""
        return next(iter(cards(self.activity)), None)

    @property
    def text(self) -> str:
        """The message's words, or else those of its card."""
        return str(self.activity.get("text") or card_text(self.card))

    def shown(self) -> Json:
        return {
            "id": self.id,
            "at": self.at,
            "from": self.author,
            "text": self.text,
            "card": self.card,
            "reply_to": self.reply_to,
        }


@dataclass
class Conversation:
    id: str
    kind: str
    """`personal`, `groupChat` or `channel`."""
    members: tuple[str, ...] = tuple(USERS)
    installed: bool = True
    messages: dict[str, Message] = field(default_factory=dict)
    gone: dict[str, Message] = field(default_factory=dict)
    """What was deleted: people no longer see it, Graph tells that it was there."""
    recent: deque[float] = field(default_factory=deque)

    @property
    def everything(self) -> dict[str, Message]:
        return self.messages | self.gone

    def remove(self, message: Message, at: str) -> None:
        message.changed = message.deleted = at
        self.gone[message.id] = self.messages.pop(message.id)

    def throttled(self, now: float) -> bool:
        """Count one post of the bot's. True, and not counted, when it is one too many in a second."""
        while self.recent and not 0 <= now - self.recent[0] < 1:
            self.recent.popleft()
        if len(self.recent) >= POSTS_PER_SECOND:
            return True
        self.recent.append(now)
        return False


class State:
    def __init__(self, world: World) -> None:
        self.world = world
        self.endpoint = ""
        self.last_id = 0
        self.consent: frozenset[str] = frozenset()
        """The resource-specific permissions that the owners gave."""
        self.conversations = {
            CHANNEL: Conversation(CHANNEL, "channel"),
            ELSEWHERE: Conversation(ELSEWHERE, "channel", installed=False),
            GROUP: Conversation(GROUP, "groupChat"),
        }

    def message_id(self) -> str:
        """As Teams makes them: milliseconds since the epoch, unique here."""
        self.last_id = max(self.last_id + 1, int(self.world.clock.now() * 1000))
        return str(self.last_id)

    def timestamp(self) -> str:
        now = datetime.fromtimestamp(self.world.clock.now(), UTC)
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def personal(self, user: User) -> Conversation:
        """The user's chat with the bot; made when it is first needed, the same ever after."""
        id = f"a:1{uuid.uuid5(uuid.UUID(BOT_ID), 'chat ' + user.short).hex}"
        return self.conversations.setdefault(id, Conversation(id, "personal", (user.short,)))

    def conversation(self, id: str, user: User | None = None) -> Conversation | None:
        """By id, with or without `;messageid=`; `personal` is the user's chat with the bot."""
        if id == "personal":
            return self.personal(user) if user else None
        return self.conversations.get(id.partition(";")[0])


def root_of(conversation_id: str) -> str:
    """The id of the message that a channel's thread hangs on; empty outside a thread."""
    return conversation_id.partition(";messageid=")[2]


def cards(activity: Json) -> list[Json]:
    return [
        attachment.get("content") or {}
        for attachment in activity.get("attachments") or []
        if attachment.get("contentType") == CARD
    ]


def card_text(element: object) -> str:
    """The words of a card, for the ledger: every `text`, one to a line."""
    if isinstance(element, list):
        return "\n".join(filter(None, map(card_text, element)))
    if not isinstance(element, dict):
        return ""
    parts = [str(element["text"])] if isinstance(element.get("text"), str) else []
    parts += [card_text(element[inside]) for inside in ("body", "items", "inlines", "columns") if inside in element]
    return "\n".join(filter(None, parts))
