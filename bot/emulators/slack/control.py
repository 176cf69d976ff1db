"""Acting as the people of the workspace, and looking at what they see: for tests and the demo."""

from collections.abc import Callable

from aiohttp import web

from bot.emulators.slack import payloads
from bot.emulators.slack.blocks import buttons, filled
from bot.emulators.slack.delivery import EVENT, Deliveries, Delivery
from bot.emulators.slack.workspace import (
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    PEOPLE,
    SIGNING_SECRET,
    Channel,
    Group,
    SlackError,
    Workspace,
    iso,
    visible,
)
from bot.emulators.world import Handler, Json


def control_app(ws: Workspace, deliveries: Deliveries) -> web.Application:
    app = web.Application(middlewares=[_explained])
    app.add_routes([*_acting(ws, deliveries), *_marking(ws, deliveries), *_grouping(ws)])
    app.add_routes([*_looking(ws, deliveries), *_connection(deliveries)])
    return app


@web.middleware
async def _explained(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What a control request got wrong, as a 400 in words."""
    try:
        return await handler(request)
    except (KeyError, ValueError, SlackError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


def _person(body: Json) -> str:
    if body["user"] not in PEOPLE:
        raise ValueError(f"nobody here is {body['user']!r}; people are {sorted(PEOPLE)}")
    return str(body["user"])


def _where(ws: Workspace, user: str, name: str) -> Channel:
    """A channel; the bot's id, or the person's own, means their direct message with the bot."""
    return ws.channel(user if name == BOT else name)


def _acting(ws: Workspace, deliveries: Deliveries) -> web.RouteTableDef:
    routes = web.RouteTableDef()

    @routes.post("/messages")
    async def say(request: web.Request) -> web.Response:
        body = await request.json()
        user = _person(body)
        channel = _where(ws, user, body["channel"])
        message = ws.say(channel, user, body["text"], thread_ts=body.get("thread_ts", ""))
        if BOT in channel.members:
            for inner in payloads.said(channel, message):
                deliveries.send(Delivery(EVENT, payloads.event(ws, inner)))
        return web.json_response({"ts": message["ts"]})

    @routes.post("/edits")
    async def edit(request: web.Request) -> web.Response:
        """`{user, channel, ts, text}`: somebody changes what they wrote."""
        body = await request.json()
        user = _person(body)
        channel = _where(ws, user, body["channel"])
        message = channel.message(body["ts"])
        before = dict(message)
        message.update(text=body["text"], edited={"user": user, "ts": ws.ts()})
        inner = payloads.changed(channel, message, before, message["edited"]["ts"])
        deliveries.send(Delivery(EVENT, payloads.event(ws, inner)))
        return web.json_response({"ts": message["ts"]})

    @routes.post("/deletions")
    async def delete(request: web.Request) -> web.Response:
        """`{user, channel, ts}`: somebody deletes what they wrote."""
        body = await request.json()
        channel = _where(ws, _person(body), body["channel"])
        message = channel.message(body["ts"])
        channel.messages.remove(message)
        deliveries.send(Delivery(EVENT, payloads.event(ws, payloads.deleted(channel, message, ws.ts()))))
        return web.json_response({"ts": message["ts"]})

    @routes.post("/commands")
    async def command(request: web.Request) -> web.Response:
        body = await request.json()
        user = _person(body)
        channel = _where(ws, user, body["channel"])
        payload = payloads.slash_command(ws, user, channel, body["command"], body.get("text", ""))
        deliveries.send(Delivery("slash_commands", payload))
        return web.json_response({name: payload[name] for name in ("trigger_id", "response_url")})

    @routes.post("/actions")
    async def press(request: web.Request) -> web.Response:
        body = await request.json()
        user = _person(body)
        channel = _where(ws, user, body["channel"])
        message, private = _shown(ws, channel, user, body["ts"])
        block, button = _button(message, body["action_id"], body.get("value"))
        payload = payloads.block_actions(ws, user, channel, message, block, button, private)
        deliveries.send(Delivery("interactive", payload))
        return web.json_response({"action_ts": payload["actions"][0]["action_ts"]})

    @routes.post("/submissions")
    async def submit(request: web.Request) -> web.Response:
        body = await request.json()
        user, view = _person(body), ws.views[body["view_id"]]
        if ws.view_owner[view["id"]] != user:
            raise ValueError("this form is open for somebody else")
        payload = payloads.view_submission(ws, user, view, filled(view, body["values"]))
        # The form closes when the app has acknowledged it; until then the person can press "Send" again.
        deliveries.send(Delivery("interactive", payload, _closes(ws, view["id"])))
        return web.json_response({"ok": True})

    return routes


def _marking(ws: Workspace, deliveries: Deliveries) -> web.RouteTableDef:
    routes = web.RouteTableDef()

    @routes.post("/reactions")
    async def react(request: web.Request) -> web.Response:
        """`{user, channel, ts, name}`: somebody gives a message an emoji."""
        body = await request.json()
        user = _person(body)
        channel = _where(ws, user, body["channel"])
        inner = payloads.reaction_added(user, channel, channel.message(body["ts"]), body["name"], ws.ts())
        deliveries.send(Delivery(EVENT, payloads.event(ws, inner)))
        return web.json_response({"ok": True})

    @routes.post("/shortcuts")
    async def shortcut(request: web.Request) -> web.Response:
        """`{user, callback_id, channel?, ts?}`: a shortcut, on a message where one is named."""
        body = await request.json()
        user, name = _person(body), body["callback_id"]
        if "ts" in body:
            channel = _where(ws, user, body["channel"])
            payload = payloads.message_action(ws, user, name, channel, channel.message(body["ts"]))
        else:
            payload = payloads.shortcut(ws, user, name)
        deliveries.send(Delivery("interactive", payload))
        return web.json_response({"trigger_id": payload["trigger_id"]})

    return routes


def _closes(ws: Workspace, view: str) -> Callable[[], None]:
    def close() -> None:
        ws.views.pop(view, None)

    return close


def _shown(ws: Workspace, channel: Channel, user: str, ts: str) -> tuple[Json, bool]:
    for message in ws.ephemerals:
        if message["ts"] == ts and message["user"] == user:
            return message, True
    return channel.message(ts), False


def _button(message: Json, action_id: str, value: str | None) -> tuple[Json, Json]:
    """A button by its whole action id, or by the part before a colon together with its value."""
    there = list(buttons(message.get("blocks", [])))
    for block, button in there:
        same = action_id in (button["action_id"], button["action_id"].partition(":")[0])
        if same and value in (None, button.get("value")):
            return block, button
    raise ValueError(f"no such button; there are {[(b['action_id'], b.get('value')) for _, b in there]}")


def _grouping(ws: Workspace) -> web.RouteTableDef:
    routes = web.RouteTableDef()

    @routes.put("/groups/{id}")
    async def regroup(request: web.Request) -> web.Response:
        """Who is in a user group from now on, and whether it is disabled."""
        ws.groups[request.match_info["id"]] = Group(**await request.json())
        return web.json_response({})

    return routes


def _looking(ws: Workspace, deliveries: Deliveries) -> web.RouteTableDef:
    routes = web.RouteTableDef()

    @routes.get("/credentials")
    async def credentials(_: web.Request) -> web.Response:
        return web.json_response(
            {
                "SLACK_API_URL": f"{ws.world.base}/slack/api",
                "SLACK_BOT_TOKEN": BOT_TOKEN,
                "SLACK_APP_TOKEN": APP_TOKEN,
                "SLACK_SIGNING_SECRET": SIGNING_SECRET,
                "SLACK_CHANNEL": "C0CHAT",
            }
        )

    @routes.get("/messages")
    async def messages(request: web.Request) -> web.Response:
        channel = ws.channel(request.query["channel"])
        return web.json_response([_seen(message) for message in channel.messages])

    @routes.get("/ephemerals")
    async def ephemerals(request: web.Request) -> web.Response:
        user = request.query.get("user", "")
        return web.json_response([_seen(message) for message in ws.ephemerals if user in ("", message["user"])])

    @routes.get("/views")
    async def views(request: web.Request) -> web.Response:
        user = request.query.get("user", "")
        return web.json_response([view for id, view in ws.views.items() if user in ("", ws.view_owner[id])])

    @routes.get("/files")
    async def files(request: web.Request) -> web.Response:
        user = request.query.get("user", "")
        shared = [item for item in ws.shared if user in ("", ws.channels[item["channel"]].user)]
        return web.json_response(
            [item | {"name": ws.files[item["id"]].name, "content": ws.files[item["id"]].text} for item in shared]
        )

    @routes.get("/files/{id}")
    async def file(request: web.Request) -> web.Response:
        """A file's bytes, for showing a picture."""
        found = ws.files[request.match_info["id"]]
        return web.Response(body=found.content, content_type=found.mimetype or "application/octet-stream")

    @routes.get("/connections")
    async def connections(_: web.Request) -> web.Response:
        return web.json_response({"open": sum(not link.deaf for link in deliveries.links)})

    return routes


def _seen(message: Json) -> Json:
    """A message as Slack keeps it, with `visible`: its text as people read it."""
    fields = ("ts", "user", "channel", "text", "blocks", "thread_ts", "metadata", "files")
    return {"at": iso(message["ts"]), "visible": visible(message)} | {
        name: message.get(name, "") for name in fields if name in message or name == "thread_ts"
    }


def _connection(deliveries: Deliveries) -> web.RouteTableDef:
    routes = web.RouteTableDef()

    @routes.post("/redeliver")
    async def redeliver(request: web.Request) -> web.Response:
        """With `{wait: true}` the answer comes when the app has acknowledged it, or too late to do so."""
        retry = deliveries.redeliver()
        wait = request.can_read_body and (await request.json()).get("wait")
        return web.json_response({"ok": not (wait and await retry)})

    @routes.post("/disconnect")
    async def disconnect(request: web.Request) -> web.Response:
        await deliveries.disconnect(politely=(await request.json()).get("politely", True))
        return web.json_response({"ok": True})

    @routes.post("/deaf")
    async def deaf(_: web.Request) -> web.Response:
        deliveries.deafen()
        return web.json_response({"ok": True})

    @routes.put("/endpoint")
    async def endpoint(request: web.Request) -> web.Response:
        deliveries.use_endpoint((await request.json())["url"])
        return web.json_response({"ok": True})

    @routes.get("/endpoint")
    async def verified(_: web.Request) -> web.Response:
        return web.json_response({"url": deliveries.endpoint, "verified": deliveries.verified})

    return routes
