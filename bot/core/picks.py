"""A host's pick: what somebody said in one room of a chat, for the others to read, if its author agrees."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.core.bodies import Button
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.lines import fitted
from bot.core.record.names import PUBLIC

ACTION = "pick"
PICKED = "picked"
"""How the ledger's names of what was carried over begin."""
PICKED_BY = "picked by"
"""And those of who agreed to it: a chat and a post a line."""
LATEST = 5
"""How many posts a host is offered: Teams shows six buttons at most."""
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Pick:
    """A post of a chat, by its platform's id. The same in everything that is done with it."""

    chat: str
    platform: Platform
    post: str

    @property
    def name(self) -> str:
        """Stands in the keys of what is sent about it."""
        return f"pick:{self.chat}:{self.platform}:{self.post}"

    def key(self, room: Platform) -> str:
        """Of the post that carries it into a room."""
        return f"{self.name}:{room}"

    @property
    def note(self) -> str:
        """The ledger's name for what was carried over: its value is the chat."""
        return f"{PICKED}:{self.platform}:{self.post}"

    @property
    def line(self) -> str:
        """As it stands among what its author agreed to."""
        return f"{self.chat} {self.post}"

    def button(self, label: str, verb: str) -> Button:
        return Button(label, ACTION, f"{verb} {self.chat} {self.platform} {self.post}")


def read_pick(value: str) -> tuple[str, Pick] | None:
    """A button's verb and what it is about. None for what no button of ours carries."""
    parts = value.split(" ")
    if len(parts) != 4 or parts[2] not in list(Platform):
        return None
    verb, chat, platform, post = parts
    return verb, Pick(chat, Platform(platform), post)


def offered(posts: Sequence[HeardPost]) -> Sequence[HeardPost]:
    """The latest posts of rooms where we can ask their authors. On X the bot may not write to anybody first."""
    return [post for post in posts if post.platform not in PUBLIC and post.text.strip()][-LATEST:]


def listed(number: int, post: HeardPost) -> str:
    """A post in the host's list."""
    words = " ".join(post.text.split())
    shown = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
    return f"{number}. {post.name or 'Somebody'} in {post.platform.label}: {shown}"


def others(rooms: Iterable[Platform], here: Platform) -> Sequence[Platform]:
    known = {*rooms} - {here}
    return [platform for platform in Platform if platform in known]


def labels(rooms: Collection[Platform]) -> str:
    return " and ".join(room.label for room in rooms)


def carried(post: HeardPost, room: Platform, content: Content) -> str:
    """The post as it stands in another room: shortened where it must be, and calling nobody there."""
    words = " ".join(post.text.replace("@", "").split())
    name = post.name.replace("@", "") or "A member"
    fields = {"name": name, "room": post.platform.label, "text": words, "hashtag": content.campaign.chat_hashtag}
    return fitted(content.messages.chat_pick, room, fields, ("text",))
