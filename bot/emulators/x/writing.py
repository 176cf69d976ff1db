"""What X's API lets one publish, and the rules that it holds a post to."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.emulators.x import problems
from bot.emulators.x.problems import forbidden, invalid, not_found
from bot.emulators.x.render import shown_text
from bot.emulators.x.state import Picture, Poll, Post, State
from bot.emulators.x.text import LONGEST, cashtags, weighted_length

Json = dict[str, Any]
_REMEMBERED_SECONDS = 24 * 3600
"""For how long a text counts as a repetition. X does not publish it."""
_LARGEST_PICTURE = 5 * 2**20
_LONGEST_ALT = 1000
_KNOWN = frozenset({"text", "reply", "media", "poll", "quote_tweet_id", "reply_settings", "made_with_ai"})


def routes(state: Callable[[], State]) -> web.RouteTableDef:
    table = web.RouteTableDef()

    @table.post("/2/tweets")
    async def create(request: web.Request) -> web.Response:
        post = _create(state(), await _body(request))
        return web.json_response({"data": {"id": post.id, "text": shown_text(state(), post)}}, status=201)

    @table.delete("/2/tweets/{id}")
    async def delete(request: web.Request) -> web.Response:
        post = state().posts.get(request.match_info["id"])
        if post is None:
            raise not_found("tweet", "id", request.match_info["id"])
        if post.author is not state().bot:
            raise forbidden("You are not authorized to delete this Tweet.")
        state().delete(post)
        return web.json_response({"data": {"deleted": True}})

    @table.post("/2/users/{id}/retweets")
    async def repost(request: web.Request) -> web.Response:
        if request.match_info["id"] != state().bot.id:
            raise forbidden("You are not permitted to perform this action.")
        post = _repost(state(), str((await _body(request)).get("tweet_id", "")))
        return web.json_response({"data": {"rest_id": post.id, "retweeted": True}})

    @table.post("/2/users/{id}/likes")
    async def like(_: web.Request) -> web.Response:
        raise forbidden(problems.LIKES)

    @table.post("/2/media/upload")
    async def upload(request: web.Request) -> web.Response:
        picture = state().picture(_picture_size(await _body(request)))
        data = {"id": picture.id, "media_key": picture.key, "size": picture.bytes, "expires_after_secs": 86400}
        return web.json_response({"data": data})

    @table.post("/2/media/metadata")
    async def metadata(request: web.Request) -> web.Response:
        return web.json_response({"data": _describe(state(), await _body(request))})

    return table


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise invalid("", "", "The request body is not JSON.") from None
    if not isinstance(body, dict):
        raise invalid("", "", "The request body is not an object.")
    return body


def _create(state: State, body: Json) -> Post:
    if unknown := sorted(body.keys() - _KNOWN):
        raise invalid(unknown[0], body[unknown[0]], f"[{unknown[0]}] is not a known field.")
    if "quote_tweet_id" in body:
        raise forbidden(problems.QUOTE)
    if "media" in body and "poll" in body:
        raise invalid("poll", "", "A post carries either media or a poll.")
    text, target = str(body.get("text", "")), str(body.get("reply", {}).get("in_reply_to_tweet_id", ""))
    pictures = _pictures(state, body.get("media", {}).get("media_ids"))
    poll = _poll(state, body["poll"]) if "poll" in body else None
    _check_text(text, pictures)
    _check_reply(state, target)
    _check_new(state, text, target)
    return state.add(state.bot, text, in_reply_to=target, pictures=pictures, poll=poll)


def _check_text(text: str, pictures: list[Picture]) -> None:
    if not text.strip() and not pictures:
        raise invalid("text", text, "A post needs a text or media.")
    if weighted_length(text) > LONGEST:
        raise forbidden(problems.TOO_LONG)
    if len(cashtags(text)) > 1:
        raise forbidden(problems.CASHTAGS)


def _check_reply(state: State, target: str) -> None:
    """Only who was called may answer (since February 2026)."""
    # Whether an account's own post calls it is unsettled: here it does not, so that nothing comes to depend on it.
    if not target:
        return
    parent = state.posts.get(target)
    if parent is None:
        raise invalid("reply.in_reply_to_tweet_id", target, problems.REPLY_GONE)
    if not state.summoned(state.bot, parent):
        raise forbidden(problems.NOT_SUMMONED)


def _check_new(state: State, text: str, target: str) -> None:
    now, parent = state.world.clock.now(), state.posts.get(target)
    whom = parent.author if parent else None
    for post in state.newest_first():
        recent = post.author is state.bot and now - post.at < _REMEMBERED_SECONDS
        if recent and not post.repost_of and post.text == text and state.replied_to(post) is whom:
            raise forbidden(problems.DUPLICATE)


def _pictures(state: State, ids: list[str] | None) -> list[Picture]:
    if ids is None:
        return []
    if not 1 <= len(ids) <= 4 or any(id not in state.pictures for id in ids):
        raise invalid("media.media_ids", ids, "Your media IDs are invalid.")
    return [state.pictures[id] for id in ids]


def _poll(state: State, poll: Json) -> Poll:
    options, minutes = poll.get("options", []), poll.get("duration_minutes", 0)
    if not 2 <= len(options) <= 4 or any(not _is_option(option) for option in options):
        raise invalid("poll.options", options, "A poll has 2 to 4 options of 1 to 25 characters.")
    if not isinstance(minutes, int) or not 5 <= minutes <= 10080:
        raise invalid("poll.duration_minutes", minutes, "A poll lasts 5 to 10080 minutes.")
    return Poll(str(state.world.next_id()), options, minutes)


def _is_option(option: object) -> bool:
    """Of 25 characters at most. How X counts these is not certain, so here neither way of counting may pass 25."""
    return isinstance(option, str) and bool(option.strip()) and max(weighted_length(option), len(option)) <= 25


def _repost(state: State, target: str) -> Post:
    if target not in state.posts:
        raise not_found("tweet", "tweet_id", target)
    if any(post.author is state.bot and post.repost_of == target for post in state.posts.values()):
        raise invalid("", "", problems.ALREADY_REPOSTED)
    return state.add(state.bot, "", repost_of=target)


def _picture_size(body: Json) -> int:
    if body.get("media_category") != "tweet_image":
        raise invalid("media_category", body.get("media_category"), "Only tweet_image is emulated.")
    try:
        size = len(base64.b64decode(str(body.get("media", "")), validate=True))
    except binascii.Error:
        raise invalid("media", "", "The media is not base64.") from None
    if not 0 < size <= _LARGEST_PICTURE:
        raise invalid("media", f"{size} bytes", "A picture has at most 5 MB.")
    return size


def _describe(state: State, body: Json) -> Json:
    picture = state.pictures.get(str(body.get("id", "")))
    if picture is None:
        raise invalid("id", body.get("id"), "Your media IDs are invalid.")
    alt = str(body.get("metadata", {}).get("alt_text", {}).get("text", ""))
    if len(alt) > _LONGEST_ALT:
        raise invalid("metadata.alt_text.text", alt, f"Alt text has at most {_LONGEST_ALT} characters.")
    picture.alt = alt
    return {"id": picture.id, "associated_metadata": {"alt_text": {"text": alt}}}
