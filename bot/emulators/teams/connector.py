"""The Bot Connector, version 3, as a bot in Teams meets it."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.emulators.teams.state import (
    BOT_NAME,
    TENANT,
    USERS,
    Conversation,
    Message,
    State,
    cards,
    find_user,
    root_of,
)
from bot.emulators.teams.tokens import GRAPH, ISSUER, Keys
from bot.emulators.world import Json, World

LARGEST_ACTIVITY = 28 * 1024
"""Octets of JSON. Teams' own limits differ by kind of message (28 KB for a card): the strictest is played."""
MOST_ACTIONS = 6


def failure(status: int, code: str, message: str, **headers: str) -> web.Response:
    """An error in the connector's shape."""
    return web.json_response({"error": {"code": code, "message": message}}, status=status, headers=headers)


def guarded(keys: Keys) -> Middleware:
    """Middleware: what is below /v3/ and /graph/ is only for who has a token for it."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if "/graph/" in request.path and not keys.admits(request, GRAPH):
            return failure(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.")
        if "/v3/" in request.path and not keys.admits(request, ISSUER):
            return web.json_response({"message": "Authorization has been denied for this request."}, status=401)
        return await handler(request)

    return middleware


class Connector:
    def __init__(self, world: World, state: State) -> None:
        self.world = world
        self.state = state

    def routes(self) -> list[web.AbstractRouteDef]:
        one = "/v3/conversations/{conversation}"
        return [
            web.post("/v3/conversations", self.create_conversation),
            web.post(f"{one}/activities", self.send),
            web.post(f"{one}/activities/{{activity}}", self.send),
            web.put(f"{one}/activities/{{activity}}", self.update),
            web.delete(f"{one}/activities/{{activity}}", self.delete),
            web.get(f"{one}/members", self.members),
            web.get(f"{one}/members/{{member}}", self.member),
        ]

    async def create_conversation(self, request: web.Request) -> web.Response:
        """Only chats with one person: channels and teams are made by people."""
        body = await request.json()
        members = body.get("members") or []
        user = find_user(str(members[0].get("id"))) if len(members) == 1 else None
        if user is None or body.get("isGroup"):
            return failure(400, "BadSyntax", "Bad format of conversation ID or member")
        if body.get("tenantId") not in (None, TENANT):
            return failure(403, "BotNotInConversationRoster", "The bot is not part of the tenant.")
        before = len(self.state.conversations)
        conversation = self.state.personal(user)
        if len(self.state.conversations) > before:
            self.world.accept("teams", "conversation", conversation.id, BOT_NAME, channel=conversation.id)
        return web.json_response({"id": conversation.id}, status=201)

    async def send(self, request: web.Request) -> web.Response:
        conversation = self._conversation(request)
        problem = self._closed(conversation)
        activity = await request.json()
        problem = problem or refusal_of(activity, len(await request.read()))
        if problem is None and conversation and conversation.throttled(self.world.clock.now()):
            problem = failure(429, "Throttled", "Too many requests for this conversation.", **{"Retry-After": "1"})
        if problem or conversation is None:
            return problem or web.Response(status=404)
        if activity.get("type") != "message":
            return web.json_response({}, status=202)
        reply_to = (
            request.match_info.get("activity")
            or activity.get("replyToId")
            or root_of(request.match_info["conversation"])
        )
        message = Message(self.state.message_id(), self.world.clock.iso(), BOT_NAME, activity, reply_to)
        conversation.messages[message.id] = message
        self._accept("card" if message.card else "reply" if reply_to else "message", conversation, message)
        return web.json_response({"id": message.id}, status=201)

    async def update(self, request: web.Request) -> web.Response:
        conversation, message = self._own(request)
        if conversation is None or message is None:
            return failure(404, "ActivityNotFoundInConversation", "The activity was not found.")
        activity = await request.json()
        if problem := refusal_of(activity, len(await request.read())):
            return problem
        message.activity, message.changed = activity, self.world.clock.iso()
        self._accept("update", conversation, message)
        return web.json_response({"id": message.id})

    async def delete(self, request: web.Request) -> web.Response:
        conversation, message = self._own(request)
        if conversation is None or message is None:
            return failure(404, "ActivityNotFoundInConversation", "The activity was not found.")
        conversation.remove(message, self.world.clock.iso())
        self._accept("delete", conversation, message)
        return web.Response(status=200)

    async def members(self, request: web.Request) -> web.Response:
        conversation = self._conversation(request)
        if (problem := self._closed(conversation)) or conversation is None:
            return problem or web.Response(status=404)
        return web.json_response([_member(short) for short in conversation.members])

    async def member(self, request: web.Request) -> web.Response:
        conversation = self._conversation(request)
        if (problem := self._closed(conversation)) or conversation is None:
            return problem or web.Response(status=404)
        user = find_user(request.match_info["member"])
        if user is None or user.short not in conversation.members:
            return failure(404, "MemberNotFoundInConversation", "Member not found.")
        return web.json_response(_member(user.short))

    def _conversation(self, request: web.Request) -> Conversation | None:
        return self.state.conversation(request.match_info["conversation"])

    def _own(self, request: web.Request) -> tuple[Conversation | None, Message | None]:
        conversation = self._conversation(request)
        message = conversation.messages.get(request.match_info["activity"]) if conversation else None
        return conversation, message if message and message.author == BOT_NAME else None

    def _closed(self, conversation: Conversation | None) -> web.Response | None:
        if conversation is None:
            return failure(404, "ConversationNotFound", "Conversation not found.")
        if not conversation.installed:
            return failure(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return None

    def _accept(self, action: str, conversation: Conversation, message: Message) -> None:
        self.world.accept(
            "teams",
            action,
            message.id,
            BOT_NAME,
            channel=conversation.id,
            text=message.text,
            card=message.card,
            reply_to=message.reply_to,
        )


def refusal_of(activity: Json, size: int) -> web.Response | None:
    """Why Teams takes no such activity."""
    if size > LARGEST_ACTIVITY:
        return failure(413, "MessageSizeTooBig", "Message size too large.")
    if activity.get("type") == "message" and not (activity.get("text") or activity.get("attachments")):
        return failure(400, "BadSyntax", "The message has neither text nor attachments.")
    for card in cards(activity):
        if card.get("type") != "AdaptiveCard" or not card.get("version"):
            return failure(400, "BadArgument", "The Adaptive Card has no version.")
        if len(card.get("actions") or []) > MOST_ACTIONS:
            return failure(400, "BadArgument", f"An Adaptive Card has at most {MOST_ACTIONS} actions.")
    return None


def _member(short: str) -> Json:
    user = USERS[short]
    return {**user.account(), "objectId": user.object_id, "userRole": "user", "tenantId": TENANT}
