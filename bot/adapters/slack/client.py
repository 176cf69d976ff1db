"""Delivers posts to Slack, and looks for those whose delivery had no answer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, assert_never

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import SlackAccount, blocks
from bot.adapters.slack.outcomes import (
    FAILURES,
    GONE,
    UnanswerableError,
    before_sending,
    finding_of,
    outcome_of,
    webhook_answer,
)
from bot.adapters.slack.uploads import Uploads
from bot.adapters.slack.web import held, told, web_client, webhook_client
from bot.adapters.slack.wire import markup
from bot.core.bodies import File, Form, Removal, Repost, Text
from bot.core.events import Place, Platform
from bot.core.outbox import Absent, CannotLook, Delivered, Finding, Found, Outcome, Post
from bot.ports import Clock, ItsTime, ReadPicture

Send = Callable[[AsyncWebClient], Awaitable[str]]
"""The one call that makes a post visible. Returns its id in Slack, empty where Slack gives none."""

_MARGIN = timedelta(minutes=5)
"""How far Slack's clock may be behind ours."""
_PAGE = 200
_UNSEEN = "Slack does not let us look for what only one person sees. Ask the person, or send it again."
_QUIET: dict[str, Any] = {"parse": "none", "unfurl_links": False, "unfurl_media": False}


class SlackClient:
    platform = Platform.SLACK

    def __init__(self, account: SlackAccount, read: ReadPicture, clock: Clock) -> None:
        self._account = account
        self._web = web_client(account)
        self._uploads = Uploads(self._web, read)
        self._clock = clock

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        try:
            send = await self._prepared(post)
        except FAILURES as error:
            return before_sending(outcome_of(error, self._clock.now()))
        try:
            async with held(self._account, its_time) as web:
                return Delivered(await send(web))
        except FAILURES as error:
            return outcome_of(error, self._clock.now())

    async def find(self, post: Post) -> Finding:
        match post.body:
            case Removal():
                return Absent()
            case Form():
                # Its three seconds are over: trying again tells the person so.
                return Absent()
            case Text() if not post.private_to or post.place.direct:
                return await self._found(post)
            case _:
                return CannotLook(_UNSEEN)

    async def close(self) -> None:
        """Each call has a connection of its own, so there is none to close: a kept one could be cut while
        we send, and we would not know whether the post arrived."""

    async def _prepared(self, post: Post) -> Send:
        """Everything that must be done before, and of which nobody sees anything."""
        match post.body:
            case Text() as text:
                return await self._text(post, text)
            case Form() as form:
                return partial(self._open, post.place, form)
            case File() as file:
                return await self._file(post, file)
            case Removal(ts):
                return partial(self._remove, post.place.channel, ts)
            case Repost():
                raise UnanswerableError("Slack has no reposts.")
            case _:
                assert_never(post.body)

    async def _text(self, post: Post, text: Text) -> Send:
        pictures = [(await self._uploads.picture(media), media.alt) for media in text.media]
        content = blocks.content(text, pictures)
        if post.private_to and post.place.response_url:
            return partial(self._respond, post, content)
        if post.private_to and not post.place.direct:
            return partial(self._whisper, post, content)
        return partial(self._say, post, content)

    async def _say(self, post: Post, content: dict[str, Any], web: AsyncWebClient) -> str:
        answer = await web.chat_postMessage(
            channel=post.place.channel,
            thread_ts=post.place.thread or None,
            metadata=blocks.metadata(post.key),
            **content,
            **_QUIET,
        )
        return told(answer, "ts", str)

    async def _whisper(self, post: Post, content: dict[str, Any], web: AsyncWebClient) -> str:
        answer = await web.chat_postEphemeral(
            channel=post.place.channel,
            user=post.private_to,
            thread_ts=post.place.thread or None,
            parse="none",
            **content,
        )
        return told(answer, "message_ts", str)

    async def _respond(self, post: Post, content: dict[str, Any], web: AsyncWebClient) -> str:
        """Answer to the person alone, also where the app is not a member; later, as a member."""
        client = webhook_client(post.place.response_url, web.session)
        answer = await client.send(
            **content, response_type="ephemeral", replace_original=False, unfurl_links=False, unfurl_media=False
        )
        if answer.status_code == 200:
            return ""
        failure = webhook_answer(answer.status_code, answer.body, answer.headers.get("Retry-After", ""))
        if failure.error not in GONE:
            raise failure
        return await (self._say if post.place.direct else self._whisper)(post, content, web)

    async def _remove(self, channel: str, ts: str, web: AsyncWebClient) -> str:
        try:
            await web.chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            if error.response["error"] != "message_not_found":
                raise
        return ts

    async def _open(self, place: Place, form: Form, web: AsyncWebClient) -> str:
        if not place.trigger:
            raise UnanswerableError("Slack opens a form only as the answer to a command or a button.")
        answer = await web.views_open(trigger_id=place.trigger, view=blocks.view(form, place))
        return str(told(answer, "view", dict).get("id", ""))

    async def _file(self, post: Post, file: File) -> Send:
        """Never into a channel: a file is for one person."""
        if not (post.private_to or post.place.direct):
            raise UnanswerableError("A file goes to one person, and this post names none.")
        channel = await self._conversation(post.private_to or post.place.channel)
        id = await self._uploads.upload(file.name, file.content.encode())
        return partial(self._uploads.share, id, file.name, channel, markup(file.text))

    async def _conversation(self, channel: str) -> str:
        """The direct message with a person, by the person's id; any other channel as it is."""
        if not channel.startswith(("U", "W")):
            return channel
        answer = await self._web.conversations_open(users=channel)
        return str(told(answer, "channel", dict).get("id", ""))

    async def _found(self, post: Post) -> Finding:
        mark = blocks.metadata(post.key)
        try:
            async for message in self._said(post):
                if message.get("metadata") == mark:
                    return Found(message["ts"])
        except FAILURES as error:
            return finding_of(outcome_of(error, self._clock.now()))
        return Absent()

    async def _said(self, post: Post) -> AsyncIterator[dict[str, Any]]:
        """What was said where the post belongs since it was due."""
        place, cursor = post.place, ""
        asked: dict[str, Any] = {
            "channel": await self._conversation(place.channel),
            "oldest": f"{(post.due - _MARGIN).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        while True:
            if place.thread:
                page = await self._web.conversations_replies(ts=place.thread, cursor=cursor or None, **asked)
            else:
                page = await self._web.conversations_history(cursor=cursor or None, **asked)
            for message in told(page, "messages", list):
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return
