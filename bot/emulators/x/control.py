"""Acting as the people on X, for tests and the demo."""

from collections.abc import Callable
from dataclasses import asdict

from aiohttp import web

from bot.emulators.x.render import instant
from bot.emulators.x.state import Post, State


def routes(state: Callable[[], State]) -> web.RouteTableDef:
    table = web.RouteTableDef()

    @table.get("/credentials")
    async def credentials(_: web.Request) -> web.Response:
        keys = state().keys
        return web.json_response(
            {
                "X_API_URL": f"{state().world.base}/x",
                "X_API_KEY": keys.api_key,
                "X_API_SECRET": keys.api_secret,
                "X_ACCESS_TOKEN": keys.token,
                "X_ACCESS_SECRET": keys.token_secret,
            }
        )

    @table.post("/users")
    async def users(request: web.Request) -> web.Response:
        body = await request.json()
        user = state().user(body["name"])
        user.followers = body.get("followers", 0)
        return web.json_response({"id": user.id, "name": user.name})

    @table.post("/posts")
    async def posts(request: web.Request) -> web.Response:
        body = await request.json()
        alt = body.get("alt", "")
        post = state().add(
            state().user(body["by"]),
            body.get("text", ""),
            in_reply_to=body.get("in_reply_to", ""),
            repost_of=body.get("repost_of", ""),
            pictures=[state().picture(0, alt)] if alt else [],
        )
        return web.json_response({"id": post.id})

    @table.post("/crowd")
    async def crowd(request: web.Request) -> web.Response:
        """Many posts at once: `{posts: [{by, text, in_reply_to, followers}]}`; the last two may be left out."""
        made = (await request.json())["posts"]
        return web.json_response({"ids": [_say(state(), **one).id for one in made]})

    @table.get("/timeline")
    async def timeline(_: web.Request) -> web.Response:
        return web.json_response([_shown(post) for post in state().posts.values()])

    @table.delete("/posts/{id}")
    async def delete(request: web.Request) -> web.Response:
        post = state().posts.get(request.match_info["id"])
        if post is None:
            raise web.HTTPNotFound
        state().delete(post)
        return web.json_response({"ok": True})

    return table


def _say(state: State, by: str, text: str, in_reply_to: str = "", followers: int = 0) -> Post:
    user = state.user(by)
    user.followers = followers
    return state.add(user, text, in_reply_to=in_reply_to)


def _shown(post: Post) -> dict[str, object]:
    return {
        "id": post.id,
        "at": instant(post.at),
        "by": post.author.name,
        "text": post.text,
        "in_reply_to": post.in_reply_to,
        "repost_of": post.repost_of,
        "media": [picture.shown() for picture in post.pictures],
        "poll": asdict(post.poll) if post.poll else None,
    }
