"""Delivers to Teams."""

import asyncio
import base64
import mimetypes
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Any, TypeVar, assert_never

from bot.adapters.teams.app import TIMEOUT, TeamsApp
from bot.adapters.teams.cards import MOST_ACTIONS, form_card, text_card
from bot.adapters.teams.graph import LOOK, ONE_PERSON, Seen
from bot.adapters.teams.outcomes import before_sending, is_gone, outcome_of
from bot.adapters.teams.shown import Likeness, created, likeness
from bot.adapters.teams.wire import (
    LARGEST_ACTIVITY,
    card_activity,
    file_activity,
    names_person,
    size,
    text_activity,
)
from bot.core.bodies import Body, File, Form, Media, Removal, Repost, Text
from bot.core.events import Place, Platform
from bot.core.outbox import Absent, CannotLook, Delivered, Finding, Found, Lost, Outcome, Post, Refused
from bot.core.policy import takes_file
from bot.ports import Clock, ItsTime, ReadPicture

__all__ = ["TeamsApp", "TeamsClient"]

_ROOM_FOR_THE_REST = 1024
"""What the SDK and its addressing add to an activity, generously."""

_MARGIN = timedelta(minutes=5)
"""How far Teams' clock may be behind ours: with a greater difference the bot could not check Teams' tokens."""
_MOST_KNOWN = 1000

T = TypeVar("T")


class TeamsClient:
    """Posts as the bot. Nothing is sent twice: neither the SDK nor its HTTP client repeats a request."""

    platform = Platform.TEAMS

    def __init__(self, app: TeamsApp, read: ReadPicture, clock: Clock) -> None:
        self._app = app
        self._read = read
        self._clock = clock
        self._chats: dict[tuple[str, str], str] = {}
        self._known: dict[tuple[str, str], str] = {}
        """Whose the messages are that we know: by conversation and id, the keys of their posts."""

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        if isinstance(post.body, Removal):
            return await self._remove(post, post.body.post_id, its_time)
        if refusal := _impossible(post):
            return Refused(refusal)
        try:
            activity = self._activity(post.body)
        except OSError as error:
            return Refused(f"The picture cannot be read from the content folder: {error}")
        if _answers(post):
            activity["replyToId"] = post.place.thread
        if size(activity) + _ROOM_FOR_THE_REST > LARGEST_ACTIVITY:
            return Refused("This message is too large for Teams (about 28 KB). Shorten it.")
        try:
            await _in_time(self._app.authenticate())
            conversation = await self._conversation(post)
        except Exception as error:
            return before_sending(error, self._clock.now())
        try:
            remote_id = await self._app.send(conversation, activity, post.place.service_url, its_time)
        except Exception as error:  # what is not in the table of outcomes may be public: Lost
            return self._failed(error)
        if not remote_id:
            return Lost("Teams took the message but named no id for it.")
        self._claim(post, remote_id)
        return Delivered(remote_id)

    async def find(self, post: Post) -> Finding:
        """Look for it by Graph, by its words and its time.

        The same words of ours in the same conversation within minutes are told apart as long as this process knows
        which of them were other posts; after a restart the earliest is taken for the one that is looked for.
        """
        if isinstance(post.body, Removal):
            return Absent()
        if _recipient(post):
            return CannotLook(ONE_PERSON)
        seen = await self._app.graph.read(post.place, post.due - _MARGIN)
        if not isinstance(seen, Seen):
            return seen
        try:
            return self._recognised(post, self._activity(post.body), seen)
        except OSError as error:
            return CannotLook(f"The picture cannot be read from the content folder: {error}. {LOOK}")

    async def _remove(self, post: Post, message: str, its_time: ItsTime) -> Outcome:
        try:
            await _in_time(self._app.authenticate())
            conversation = await self._conversation(post)
        except Exception as error:
            return before_sending(error, self._clock.now())
        try:
            await self._app.remove(conversation, message, post.place.service_url, its_time)
        except Exception as error:
            return Delivered() if is_gone(error) else self._failed(error)
        return Delivered()

    async def close(self) -> None:
        await self._app.close()

    def _recognised(self, post: Post, activity: dict[str, Any], seen: Seen) -> Finding:
        """Absent is only what cannot be any message there: an absent post is sent again."""
        unclear = False
        for message in sorted(seen.messages, key=created):
            match likeness(activity, message, self._app.account.client_id):
                case Likeness.SAME if self._claim(post, message["id"]):
                    return Found(message["id"])
                case Likeness.UNCLEAR if not self._is_anothers(post, message["id"]):
                    unclear = True
        if unclear:
            return CannotLook(f"A message that may be this one was deleted or cannot be read. {LOOK}")
        if not seen.all_of_them:
            return CannotLook(f"So much was written there since that the bot cannot read it all. {LOOK}")
        return Absent()

    def _is_anothers(self, post: Post, remote_id: str) -> bool:
        return self._known.get(_message(post, remote_id), post.key) != post.key

    def _claim(self, post: Post, remote_id: str) -> bool:
        """Note that the message is this post's. False when it is another's."""
        if self._is_anothers(post, remote_id):
            return False
        self._known[_message(post, remote_id)] = post.key
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return True

    def _failed(self, error: Exception) -> Outcome:
        outcome = outcome_of(error, self._clock.now())
        if isinstance(outcome, Refused):
            self._app.tokens.forget()
            self._chats.clear()
        return outcome

    async def _conversation(self, post: Post) -> str:
        """Where the post goes: its conversation, or the one-to-one chat with whom alone it is for."""
        person = _recipient(post)
        if not person:
            return post.place.channel
        known = (post.place.service_url, person)
        if known not in self._chats:
            opening = self._app.open_chat(person, post.place.workspace, post.place.service_url)
            self._chats[known] = await _in_time(opening)
        return self._chats[known]

    def _activity(self, body: Body) -> dict[str, Any]:
        match body:
            case Text():
                return self._text(body)
            case Form():
                return card_activity(form_card(body), body.title)
            case File():
                return file_activity(body)
            case Repost() | Removal():
                raise ValueError("refused before")
            case _:
                assert_never(body)

    def _text(self, body: Text) -> dict[str, Any]:
        """Plain text, or a card where there are pictures or buttons.

        A picture travels inside the card where that fits, else by its public address, else its alternative
        text stands in for it: people read what they cannot be shown.
        """
        inside = [(self._inside(picture), picture.alt) for picture in body.media]
        activity = _with(body.text, body, inside)
        if size(activity) + _ROOM_FOR_THE_REST <= LARGEST_ACTIVITY:
            return activity
        root = self._app.account.media_url.rstrip("/")
        if root:
            return _with(body.text, body, [(f"{root}/{picture.path}", picture.alt) for picture in body.media])
        described = [body.text, *(f"[Picture: {picture.alt}]" for picture in body.media)]
        return _with("\n\n".join(described), body, [])

    def _inside(self, picture: Media) -> str:
        """A data: address with the whole picture in it."""
        kind = mimetypes.guess_type(picture.path)[0] or "image/png"
        octets = base64.b64encode(self._read(picture.path)).decode()
        return f"data:{kind};base64,{octets}"


def _with(text: str, body: Text, pictures: Sequence[tuple[str, str]]) -> dict[str, Any]:
    if pictures or body.buttons:
        return card_activity(text_card(text, body.buttons, pictures), text)
    return text_activity(text)


def _impossible(post: Post) -> str:
    """Why Teams can never take this post, or nothing."""
    match post.body:
        case Repost():
            return "Teams knows no reposts: share the words of the post instead."
        case File() if not (post.place.direct or post.private_to):
            return "A file goes to one person only. Ask for it in a chat with the bot."
        case File(content=content) if not takes_file(Platform.TEAMS, content):
            return "The file is too large for a Teams message (20 KB). Ask for fewer days at a time."
        case Text(buttons=buttons) if len(buttons) > MOST_ACTIONS:
            return f"A message in Teams has at most {MOST_ACTIONS} buttons."
        case _:
            return ""


def _recipient(post: Post) -> str:
    """The person whose one-to-one chat this goes to; empty for the conversation that the place names."""
    place: Place = post.place
    if place.direct:
        return place.channel if names_person(place.channel) else ""
    return post.private_to


def _message(post: Post, remote_id: str) -> tuple[str, str]:
    """What names a message: Teams' ids are unique in one conversation."""
    return post.place.channel.partition(";")[0], remote_id


def _answers(post: Post) -> bool:
    """Whether the post hangs on a message of the conversation it goes to."""
    return bool(post.place.thread) and not _recipient(post)


async def _in_time(call: Awaitable[T]) -> T:
    """Raises TimeoutError after the time for one call."""
    async with asyncio.timeout(TIMEOUT):
        return await call
