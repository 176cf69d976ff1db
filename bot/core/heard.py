"""What is heard in the rooms of a chat: the posts of its people, on every platform."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.events import Platform


@dataclass(frozen=True, slots=True)
class HeardPost:
    """A post that somebody made in a room of a chat: with its hashtag on X, in its channel on Slack or Teams.

    `author` is the platform's id of the person, `name` what the platform shows of them; `at` is in UTC.
    `followers` is None where the platform has none or did not say.
    """

    platform: Platform
    id: str
    at: datetime
    author: str
    text: str
    in_reply_to: str | None = None
    is_repost: bool = False
    is_quote: bool = False
    name: str = ""
    followers: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the chat as it was put: `posts` are the ids of its posts, one or more a room."""

    number: int
    at: datetime
    text: str
    posts: frozenset[str] = frozenset()
