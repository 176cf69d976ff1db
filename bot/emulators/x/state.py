"""What X knows: accounts, posts, pictures."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.emulators.world import World
from bot.emulators.x.oauth import Keys
from bot.emulators.x.text import mentions

BOT = "AntiphonBot"
PRESET = (BOT, "UKMedLibs", "LibrarianLena", "StudentSam")
_EPOCH = 1288834974.657
_FIRST_USER = 1_100_000_000_000_000_000
_FIRST_MEDIA = 1_500_000_000_000_000_000


def id_at(seconds: float) -> int:
    """The lowest id of a post made then: X's ids are milliseconds since November 2010, then a counter."""
    return int((seconds - _EPOCH) * 1000) << 22


@dataclass
class User:
    id: str
    name: str
    followers: int = 0


@dataclass
class Picture:
    id: str
    bytes: int
    alt: str = ""

    @property
    def key(self) -> str:
        return f"3_{self.id}"

    def shown(self) -> dict[str, Any]:
        return {"alt": self.alt, "media_id": self.id, "bytes": self.bytes}


@dataclass
class Poll:
    id: str
    options: list[str]
    minutes: int


@dataclass
class Post:
    """`text` is what its author wrote; `at` is campaign time in seconds since the epoch."""

    id: str
    at: float
    author: User
    text: str
    in_reply_to: str = ""
    repost_of: str = ""
    pictures: list[Picture] = field(default_factory=list)
    poll: Poll | None = None

    @property
    def action(self) -> str:
        if self.repost_of:
            return "repost"
        if self.poll:
            return "poll"
        return "reply" if self.in_reply_to else "post"


class State:
    """Everything since the last reset."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.users: dict[str, User] = {}
        self.posts: dict[str, Post] = {}
        self.pictures: dict[str, Picture] = {}
        self._ids: list[int] = []
        """Of all posts that were ever made: they only rise."""
        for name in PRESET:
            self.user(name)
        self.bot = self.user(BOT)
        self.keys = Keys(
            "emulated-x-api-key",
            "emulated-x-api-secret",
            f"{self.bot.id}-emulated-x-access-token",  # X's tokens begin with their account's id
            "emulated-x-access-secret",
        )

    def user(self, name: str) -> User:
        """The account of that name, new if need be. Names are the same in capitals and small letters."""
        name = name.removeprefix("@")
        new = User(str(_FIRST_USER + len(self.users)), name)
        return self.users.setdefault(name.lower(), new)

    def user_by_id(self, user_id: str) -> User | None:
        return next((user for user in self.users.values() if user.id == user_id), None)

    def picture(self, size: int, alt: str = "") -> Picture:
        picture = Picture(str(_FIRST_MEDIA + self.world.next_id()), size, alt)
        self.pictures[picture.id] = picture
        return picture

    def add(self, author: User, text: str, **more: Any) -> Post:
        """Make a post public and write it to the ledger."""
        post = Post(self._next_id(), self.world.clock.now(), author, text, **more)
        self.posts[post.id] = post
        self._ids.append(int(post.id))
        self.world.accept(
            "x",
            post.action,
            post.id,
            author.name,
            text=text,
            in_reply_to=post.in_reply_to,
            repost_of=post.repost_of,
            media=[picture.shown() for picture in post.pictures],
        )
        return post

    def delete(self, post: Post) -> None:
        del self.posts[post.id]
        self.world.accept("x", "delete", post.id, post.author.name)

    def newest_first(self, above: int = 0, below: int | None = None) -> Iterator[Post]:
        """Posts with an id between the two, both left out. What lies outside costs nothing."""
        n = len(self._ids) if below is None else bisect_left(self._ids, below)
        while n and self._ids[n - 1] > above:
            n -= 1
            if post := self.posts.get(str(self._ids[n])):
                yield post

    def replied_to(self, post: Post) -> User | None:
        """Whose post it answers: X puts that account's name before the text."""
        parent = self.posts.get(post.in_reply_to)
        return parent.author if parent else None

    def mentioned(self, post: Post) -> set[str]:
        """Names in the text, and in what X puts before it: in small letters."""
        if original := self.posts.get(post.repost_of):
            return mentions(original.text) | {original.author.name.lower()}
        parent = self.replied_to(post)
        return mentions(post.text) | ({parent.name.lower()} if parent else set())

    def summoned(self, user: User, post: Post) -> bool:
        """Whether the post's author called the account by name in it: only then may it answer."""
        return user.name.lower() in mentions(post.text)

    def _next_id(self) -> str:
        # Never lower than before, also when the clock is set back.
        last = self._ids[-1] if self._ids else 0
        return str(max(last + 1, id_at(self.world.clock.now())))
