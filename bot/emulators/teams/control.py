"""For tests and the demo: act as one of the people, and see what they see."""

from typing import Any

from aiohttp import web

from bot.emulators.teams.delivery import Courier
from bot.emulators.teams.state import (
    BOT_ID,
    BOT_NAME,
    BOT_SECRET,
    CHANNEL,
    TEAM,
    TENANT,
    USERS,
    Conversation,
    Message,
    State,
    User,
    find_user,
    root_of,
)
from bot.emulators.teams.tokens import KINDS, Keys
from bot.emulators.world import Json, World


class Control:
    def __init__(self, world: World, state: State, keys: Keys, courier: Courier) -> None:
        self.world = world
        self.state = state
        self.keys = keys
        self.courier = courier

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/credentials", self.credentials),
            web.get("/users", self.users),
            web.put("/endpoint", self.endpoint),
            web.post("/messages", self.say),
            web.get("/messages", self.read),
            web.post("/submits", self.submit),
            web.post("/extensions", self.extension),
            web.post("/redeliver", self.redeliver),
            web.get("/deliveries", self.deliveries),
            web.post("/install", self.install),
            web.post("/removals", self.remove),
            web.put("/consent", self.consent),
            web.post("/tokens", self.token),
        ]

    async def credentials(self, _: web.Request) -> web.Response:
        base = self.world.base
        return web.json_response(
            {
                "TEAMS_CLIENT_ID": BOT_ID,
                "TEAMS_CLIENT_SECRET": BOT_SECRET,
                "TEAMS_TENANT_ID": TENANT,
                "TEAMS_SERVICE_URL": f"{base}/teams/",
                "TEAMS_LOGIN_URL": f"{base}/teams/login",
                "TEAMS_OPENID_URL": f"{base}/teams/v1/.well-known/openidconfiguration",
                "TEAMS_CHANNEL": CHANNEL,
                "TEAMS_GRAPH_URL": f"{base}/teams/graph",
                "TEAMS_TEAM_ID": TEAM,
            }
        )

    async def users(self, _: web.Request) -> web.Response:
        return web.json_response({short: user.account() for short, user in USERS.items()})

    async def endpoint(self, request: web.Request) -> web.Response:
        """`{url}`: where the bot takes activities."""
        self.state.endpoint = (await request.json())["url"]
        return web.json_response({"ok": True})

    async def say(self, request: web.Request) -> web.Response:
        """`{user, conversation, text}`. In a channel the bot hears it only with `<at>Antiphon</at>`.

        `conversation` is `personal`, a channel's id, or that with `;messageid=` to answer in a thread.
        """
        body = await request.json()
        user, conversation = self._where(body)
        id = self.state.message_id()
        activity = self.courier.message(user, conversation, _address(body, conversation), id, body["text"])
        message = Message(id, self.world.clock.iso(), user.short, activity, root_of(body["conversation"]))
        conversation.messages[id] = message
        self.world.accept(
            "teams",
            "reply" if message.reply_to else "message",
            id,
            user.short,
            channel=conversation.id,
            text=body["text"],
            reply_to=message.reply_to,
        )
        if conversation.kind == "personal" or _mentions_bot(activity):
            self.courier.send(activity)
        return web.json_response({"id": id})

    async def read(self, request: web.Request) -> web.Response:
        """`?conversation=` (an id, or `personal` with `&user=`): its messages, oldest first."""
        user = find_user(request.query.get("user", ""))
        conversation = self.state.conversation(request.query["conversation"], user)
        messages = conversation.messages.values() if conversation else []
        return web.json_response([message.shown() for message in messages])

    async def submit(self, request: web.Request) -> web.Response:
        """`{user, conversation, activity_id, data, action?}`: press Action.Submit on a card.

        As the Teams client does, the action's own data is put together with the inputs' values in `data`.
        `action` is the title of the button; it may be left out where the card has one button only.
        """
        body = await request.json()
        user, conversation = self._where(body)
        message = conversation.messages.get(body["activity_id"])
        if message is None or message.card is None:
            raise web.HTTPNotFound(text="There is no card with this id in the conversation.")
        action = _action(message.card, body.get("action", ""))
        if missing := _missing(message.card, body["data"]):
            raise web.HTTPBadRequest(text=missing)
        address = _address(body, conversation)
        if conversation.kind == "channel" and not root_of(address):
            address = f"{conversation.id};messageid={message.reply_to or message.id}"
        value = {**action.get("data", {}), **body["data"]}
        activity = self.courier.submit(user, conversation, address, message.id, value)
        self.courier.send(activity)
        return web.json_response({"id": activity["id"]})

    async def extension(self, request: web.Request) -> web.Response:
        """`{user, conversation, activity_id, command}`: the app's command on a message; the bot's answer."""
        body = await request.json()
        user, conversation = self._where(body)
        message = conversation.messages.get(body["activity_id"])
        if message is None:
            raise web.HTTPNotFound(text="There is no message with this id in the conversation.")
        activity = self.courier.command(user, conversation, _address(body, conversation), message, body["command"])
        status, answer = await self.courier.ask(activity)
        return web.json_response({"status": status, "answer": answer})

    async def redeliver(self, request: web.Request) -> web.Response:
        """`{new_id}`: deliver the last activity again."""
        body = await request.json()
        return web.json_response({"id": self.courier.redeliver(bool(body.get("new_id")))})

    async def deliveries(self, _: web.Request) -> web.Response:
        """Every attempt to deliver, with the bot's answer: `[{id, attempt, status}]`."""
        return web.json_response(self.courier.attempts())

    async def install(self, request: web.Request) -> web.Response:
        """`{conversation, user?}`: add the bot to a channel, or to a person's chats."""
        body = await request.json()
        user, conversation = self._where({"user": "organiser", **body})
        conversation.installed = True
        activity = self.courier.joined(user, conversation)
        self.courier.send(activity)
        return web.json_response({"id": activity["id"]})

    async def remove(self, request: web.Request) -> web.Response:
        """`{conversation, id}`: an owner of the team deletes a message, whoever wrote it."""
        body = await request.json()
        _, conversation = self._where({"user": "organiser", **body})
        if body["id"] not in conversation.messages:
            raise web.HTTPNotFound(text="There is no such message.")
        conversation.remove(conversation.messages[body["id"]], self.world.clock.iso())
        return web.json_response({"ok": True})

    async def consent(self, request: web.Request) -> web.Response:
        """`{permissions}`: what the owners let the bot read by Graph; nothing at first."""
        self.state.consent = frozenset((await request.json())["permissions"])
        return web.json_response({"ok": True})

    async def token(self, request: web.Request) -> web.Response:
        """`{kind, service_url?}`: a token as a delivery carries it, good or bad in one way."""
        body = await request.json()
        if body["kind"] not in KINDS:
            raise web.HTTPBadRequest(text=f"kind is one of {', '.join(KINDS)}")
        service_url = body.get("service_url", self.courier.service_url)
        return web.json_response({"token": self.keys.for_delivery(service_url, body["kind"])})

    def _where(self, body: Json) -> tuple[User, Conversation]:
        user = find_user(body["user"])
        conversation = self.state.conversation(body["conversation"], user)
        if user is None or conversation is None:
            raise web.HTTPNotFound(text="There is no such user or conversation.")
        return user, conversation


def _address(body: Json, conversation: Conversation) -> str:
    return conversation.id if body["conversation"] == "personal" else str(body["conversation"])


def _mentions_bot(activity: Json) -> bool:
    return any(entity.get("mentioned", {}).get("name") == BOT_NAME for entity in activity["entities"])


def _action(card: Json, title: str) -> Json:
    submits = [action for action in card.get("actions") or [] if action.get("type") == "Action.Submit"]
    if title:
        submits = [action for action in submits if action.get("title") == title]
        if not submits:
            raise web.HTTPNotFound(text=f"The card has no button {title!r}.")
    return dict(submits[0]) if len(submits) == 1 else {}


def _missing(card: Json, data: dict[str, Any]) -> str:
    """The message of the first required input left empty: the Teams client sends no such form."""
    for element in card.get("body") or []:
        if element.get("isRequired") and not data.get(element["id"]):
            return str(element.get("errorMessage") or f"{element['id']} is required")
    return ""
