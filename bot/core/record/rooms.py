"""What is heard in the rooms of Slack and Teams while a chat is on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.chat import chat_times
from bot.core.content import Content
from bot.core.events import Mention, Message, Place
from bot.core.heard import HeardPost

BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=30)
"""How long before a chat people say hello in it, and how long after it they finish their sentence."""
LONGEST = timedelta(hours=4)
"""By how much hosts may have held and extended a chat: then its plan says when it ends."""
DAYS_LOOKED = 7
_MISSED = timedelta(days=1)
"""A look for which the bot was not there is made up for within this time."""
_LABEL = re.compile(r"\W*A\.? ?\d{1,2}[a-z]?\b", re.IGNORECASE)


def chat_on(content: Content, at: datetime, longer: timedelta = timedelta()) -> str | None:
    """The chat to which something belongs that is said now; None where no chat is on.

    `longer` is by how much a chat may go on after the end that content/ has.
    """
    for id_, chat in content.chats.items():
        times = chat_times(chat, content)
        if times.start - BEFORE <= at < times.end + longer + AFTER:
            return id_
    return None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A chat, and from when until when it is listened to."""

    chat: str
    hashtag: str
    since: datetime
    until: datetime

    @property
    def looks(self) -> Sequence[datetime]:
        """When to see what was deleted meanwhile: X wants it gone within 24 hours, and each look costs as much as the
        first reading. Most people who delete a post do so in the first days."""
        first = min(self.until + timedelta(hours=20), self.since + timedelta(hours=23))
        return [first + timedelta(days=day) for day in range(DAYS_LOOKED)]


def sittings(content: Content, now: datetime) -> Sequence[Sitting]:
    """The chats that are on, that come, and whose posts are still looked at again, the earliest first."""
    hashtag = content.campaign.chat_hashtag
    times = ((id_, chat_times(chat, content)) for id_, chat in content.chats.items())
    found = (Sitting(id_, hashtag, one.start - BEFORE, one.end + AFTER) for id_, one in times)
    ahead = (sitting for sitting in found if now < sitting.looks[-1] + _MISSED)
    return sorted(ahead, key=lambda sitting: sitting.since)


def is_answer(event: Mention) -> bool:
    """Whether a message that names us is an answer to the chat ("A2 …") and no question to us."""
    return _LABEL.match(event.text) is not None


def same_room(place: Place, room: Place | None) -> bool:
    """Whether something was said in a room: the id of a conversation in Teams has that of the thread behind it."""
    return room is not None and not place.direct and _channel(place) == _channel(room)


def _channel(place: Place) -> tuple[str, str]:
    return place.platform, place.channel.partition(";")[0]


def heard_in_room(event: Message | Mention) -> HeardPost:
    place, author = event.place, event.author
    above = place.thread if place.thread != event.message_id else None
    return HeardPost(place.platform, event.message_id, event.at, author.id, event.text, above or None, name=author.name)
