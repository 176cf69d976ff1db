"""What X's API lets one read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from aiohttp import web

from bot.emulators.x import query as language
from bot.emulators.x.problems import invalid, not_found
from bot.emulators.x.render import View, instant, show_user
from bot.emulators.x.state import Post, State, User, id_at

_LOOKED_UP = 100
_SEARCHED_SECONDS = 7 * 24 * 3600


def routes(state: Callable[[], State]) -> web.RouteTableDef:
    table = web.RouteTableDef()

    @table.get("/2/users/me")
    async def me(_: web.Request) -> web.Response:
        return web.json_response({"data": show_user(state().bot)})

    @table.get("/2/users/by/username/{name}")
    async def by_name(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if user := state().users.get(name.lower()):
            return web.json_response({"data": show_user(user)})
        raise not_found("user", "username", name)

    @table.get("/2/tweets/search/recent")
    async def search(request: web.Request) -> web.Response:
        wanted = language.parse(request.query.get("query", ""))
        # Keyword search has returned no reposts since May 2026.
        found = (post for post in _searched(state(), request) if not post.repost_of and wanted(post))
        return web.json_response(_page(state(), request, found, fewest=10))

    @table.get("/2/tweets")
    async def several(request: web.Request) -> web.Response:
        return web.json_response(_looked_up(state(), request))

    @table.get("/2/tweets/{id}")
    async def one(request: web.Request) -> web.Response:
        if post := state().posts.get(request.match_info["id"]):
            answer = View(state(), request.query).answer([post])
            return web.json_response({**answer, "data": answer["data"][0]})
        raise not_found("tweet", "id", request.match_info["id"])

    @table.get("/2/users/{id}/tweets")
    async def timeline(request: web.Request) -> web.Response:
        user = _user(state(), request)
        left_out = request.query.get("exclude", "").split(",")
        posts = (
            post
            for post in _asked_for(state(), request)
            if post.author is user
            and post.at <= state().world.shown_until("x")
            and not (post.repost_of and "retweets" in left_out)
            and not (post.in_reply_to and "replies" in left_out)
        )
        return web.json_response(_page(state(), request, posts, fewest=5))

    @table.get("/2/users/{id}/mentions")
    async def mentions(request: web.Request) -> web.Response:
        user = _user(state(), request)
        name = user.name.lower()
        posts = (p for p in _asked_for(state(), request) if p.author is not user and name in state().mentioned(p))
        return web.json_response(_page(state(), request, posts, fewest=5))

    return table


def _looked_up(state: State, request: web.Request) -> dict[str, object]:
    """Posts by their ids; those that are gone are told as errors beside the others."""
    ids = request.query.get("ids", "").split(",")
    if len(ids) > _LOOKED_UP:
        raise invalid("ids", ids, f"size must be between 1 and {_LOOKED_UP}")
    there = [state.posts[id] for id in ids if id in state.posts]
    gone = [not_found("post", "ids", id).body for id in ids if id not in state.posts]
    return {**View(state, request.query).answer(there), **({"errors": gone} if gone else {})}


def _user(state: State, request: web.Request) -> User:
    if user := state.user_by_id(request.match_info["id"]):
        return user
    raise not_found("user", "id", request.match_info["id"])


def _searched(state: State, request: web.Request) -> Iterable[Post]:
    """The last seven days. X refuses a cursor from before them."""
    _check_cursors(request.query)  # before the cursor is read as a number
    oldest = state.world.clock.now() - _SEARCHED_SECONDS
    lowest = id_at(oldest)
    since = request.query.get("since_id", "")
    if since and int(since) < lowest:
        message = (
            f"'since_id' must be a tweet id created after {instant(oldest)}. "
            f"Please use a 'since_id' that is larger than {lowest}"
        )
        raise invalid("since_id", since, message)
    return (post for post in _asked_for(state, request) if post.at >= oldest)


def _asked_for(state: State, request: web.Request) -> Iterator[Post]:
    """The posts between the cursors and instants of the request, newest first. The rest of X is not looked at."""
    query = request.query
    _check_cursors(query)
    token = query.get("pagination_token") or query.get("next_token") or ""
    below = [int(one) for one in (query.get("until_id"), token.removeprefix("below")) if one]
    since, until = (_seconds(query.get(name)) for name in ("start_time", "end_time"))
    lowest = id_at(since) - 1 if since is not None else 0
    for post in state.newest_first(max(int(query.get("since_id") or 0), lowest), min(below, default=None)):
        if (since is None or post.at >= since) and (until is None or post.at < until):
            yield post


def _page(state: State, request: web.Request, posts: Iterable[Post], fewest: int) -> dict[str, object]:
    """One page, newest first. The token of the next says which post it begins below."""
    size = _size(request.query, fewest)
    found = list(islice(posts, size + 1))
    shown, more = found[:size], found[size:]
    meta: dict[str, object] = {"result_count": len(shown)}
    if shown:
        meta |= {"newest_id": shown[0].id, "oldest_id": shown[-1].id}
    if more:
        meta["next_token"] = f"below{shown[-1].id}"
    return {**View(state, request.query).answer(shown), "meta": meta}


def _size(query: Mapping[str, str], fewest: int) -> int:
    size = query.get("max_results", "10")
    if not size.isdecimal() or not fewest <= int(size) <= 100:
        message = f"The `max_results` query parameter value [{size}] is not between {fewest} and 100"
        raise invalid("max_results", size, message)
    return int(size)


def _check_cursors(query: Mapping[str, str]) -> None:
    for name in ("since_id", "until_id"):
        if name in query and not query[name].isdecimal():
            raise invalid(
                name, query[name], f"The `{name}` query parameter value [{query[name]}] does not match ^[0-9]+$"
            )


def _seconds(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None
