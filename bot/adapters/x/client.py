"""Delivers to X, and looks on our own timeline for what had no answer."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import structlog
import tweepy

from bot.adapters.x import XAccount, api, wire
from bot.adapters.x.media import upload
from bot.adapters.x.outcomes import DUPLICATE, UNREACHABLE, outcome_of, trouble
from bot.core.bodies import Removal, Repost, Text
from bot.core.events import Platform
from bot.core.outbox import Absent, Delivered, Finding, Found, Lost, Outcome, Post, Refused, Unavailable
from bot.ports import Clock, InTime, ItsTime, ReadPicture

log = structlog.get_logger()

_MARGIN = timedelta(minutes=10)
"""How far X's clock may be behind ours."""
_REPEATED_WITHIN = timedelta(days=7)
_SAID = "The account posted exactly these words before, and X refuses a repetition. Change the wording."
_TOLD = "X refuses a repetition: whoever asked has this answer already, below another post. There is nothing to do."
_PAGES = 32
"""X shows the last 3,200 posts of an account, a hundred to a page."""
_MOST_AT_ONCE = 32
"""Posts under way, those among them that wait for their time."""


class XClient:
    platform = Platform.X

    def __init__(self, account: XAccount, read: ReadPicture, clock: Clock) -> None:
        self._account = account
        self._read = read
        self._clock = clock
        # Of their own: those that wait for their time must not keep others from looking a host's name up.
        self._threads = ThreadPoolExecutor(_MOST_AT_ONCE, "x")

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        ready, may_leave = Future[None](), Future[InTime]()

        def hold() -> InTime:
            if not ready.done():
                ready.set_result(None)
            return may_leave.result()

        work = asyncio.get_running_loop().run_in_executor(self._threads, self._deliver, post, hold)
        try:
            either: list[asyncio.Future[Any]] = [work, asyncio.wrap_future(ready)]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                may_leave.set_result(await its_time())
        except BaseException as stop:
            # It ends the thread too, which raises it again.
            may_leave.set_exception(stop)
        return await work

    async def find(self, post: Post) -> Finding:
        return await asyncio.to_thread(self._find, post)

    async def close(self) -> None:
        """No connection stays open between two calls."""
        self._threads.shutdown(wait=False)

    def _deliver(self, post: Post, hold: api.Hold) -> Outcome:
        match post.body:
            case Text() if post.place.direct:
                return Refused("The bot writes no direct messages on X.")
            case Text() as body:
                return self._create(post, body, hold)
            case Repost(post_id):
                return self._repost(post_id, hold)
            case Removal(post_id):
                return self._remove(post_id, hold)
            case _:
                return Refused(f"X cannot show a {post.body.kind}. Use Slack or Teams for it.")

    def _create(self, post: Post, body: Text, hold: api.Hold) -> Outcome:
        try:
            pictures = [(self._read(media.path), media.alt) for media in body.media]
        except OSError:
            names = ", ".join(media.path for media in body.media)
            return Refused(f"A picture of this post cannot be read from the content folder: {names}.")
        with api.connected(self._account, hold) as client:
            media_ids = self._upload(client, pictures)
            if not isinstance(media_ids, list):
                return media_ids
            outcome = self._send(client, wire.create_arguments(post, body, media_ids))
            return self._repeated(client, post, body) if outcome == Lost(DUPLICATE) else outcome

    def _upload(self, client: tweepy.Client, pictures: list[tuple[bytes, str]]) -> list[str] | Outcome:
        try:
            return [upload(client, picture, alt) for picture, alt in pictures]
        except Exception as error:
            outcome = outcome_of(error, self._clock.now())
            # A picture alone is not public: whatever became of it, the post was not accepted.
            return Unavailable(UNREACHABLE) if isinstance(outcome, Lost) else outcome

    def _send(self, client: tweepy.Client, arguments: dict[str, Any]) -> Outcome:
        try:
            return Delivered(str(client.create_tweet(**arguments, user_auth=True)["data"]["id"]))
        except Exception as error:
            return self._failed(error)

    def _repost(self, post_id: str, hold: api.Hold) -> Outcome:
        try:
            with api.connected(self._account, hold) as client:
                client.retweet(post_id, user_auth=True)
        except Exception as error:
            return self._failed(error)
        return Delivered()

    def _remove(self, post_id: str, hold: api.Hold) -> Outcome:
        try:
            with api.connected(self._account, hold) as client:
                client.delete_tweet(post_id, user_auth=True)
        except tweepy.NotFound:
            return Delivered()  # it is down already
        except Exception as error:
            return self._failed(error)
        return Delivered()

    def _failed(self, error: Exception) -> Outcome:
        outcome = outcome_of(error, self._clock.now())
        log.warning("X did not take a request", error=str(error), outcome=type(outcome).__name__)
        return outcome

    def _repeated(self, client: tweepy.Client, post: Post, body: Text) -> Outcome:
        """X has these words already: as this very post, as another one of ours, or not visibly yet."""
        try:
            own = list(self._own_posts(client, post.due - _REPEATED_WITHIN))
        except Exception:
            return Lost(DUPLICATE)
        since = post.due - _MARGIN
        for shown in own:
            if datetime.fromisoformat(shown["created_at"]) >= since and wire.is_same(post, shown):
                return Delivered(str(shown["id"]))
        if any(wire.has_words(body.text, shown) for shown in own):
            return Refused(_TOLD if post.place.thread else _SAID)
        return Lost(DUPLICATE)

    def _find(self, post: Post) -> Finding:
        if isinstance(post.body, Removal):
            return Absent()
        try:
            with api.connected(self._account) as client:
                own = self._own_posts(client, post.due - _MARGIN)
                found = next((shown for shown in own if wire.is_same(post, shown)), None)
        except Exception as error:
            return Unavailable(trouble(error))
        return Found(str(found["id"])) if found else Absent()

    def _own_posts(self, client: tweepy.Client, since: datetime) -> Iterator[api.Json]:
        """Our timeline, newest first: it costs a fifth of other reads. Raises ValueError where it is endless."""
        path = f"/2/users/{self._account.user_id}/tweets"
        params = {**wire.SEEN, "max_results": "100", "start_time": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
        for _ in range(_PAGES):
            answer = api.get(client, path, params)
            yield from answer.get("data", [])
            if not (token := answer.get("meta", {}).get("next_token")):
                return
            params["pagination_token"] = token
        # Not the end of the posts: what stands further below may be the one that was looked for.
        raise ValueError("X names one more page of the account's posts than there can be")
