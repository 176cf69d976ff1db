"""Microsoft Graph, as far as an app with resource-specific consent may read messages."""

import html
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from aiohttp import web

from bot.emulators.teams.state import BOT_ID, BOT_NAME, CARD, TEAM, USERS, Conversation, Message, State, cards
from bot.emulators.world import Json, World

CHANNELS, CHATS = "ChannelMessage.Read.Group", "ChatMessage.Read.Chat"
PAGE, LARGEST_PAGE = 20, 50
_LINK = re.compile(r"https?://[^\s<]+")
_EMOJI = re.compile("[\U0001f300-\U0001faff]")
_NEEDS_MARKUP = re.compile(rf"[\n&<>]|{_LINK.pattern}|{_EMOJI.pattern}")


class Graph:
    def __init__(self, world: World, state: State) -> None:
        self.world = world
        self.state = state

    def routes(self) -> list[web.AbstractRouteDef]:
        channel = "/graph/v1.0/teams/{team}/channels/{conversation}/messages"
        return [
            web.get(channel, self.channel_messages),
            web.get(f"{channel}/{{message}}/replies", self.replies),
            web.get("/graph/v1.0/chats/{conversation}/messages", self.chat_messages),
        ]

    async def channel_messages(self, request: web.Request) -> web.Response:
        """What stands in the channel itself, whatever was touched last first."""
        return self._answer(request, "channel", lambda message: not message.reply_to)

    async def replies(self, request: web.Request) -> web.Response:
        root = request.match_info["message"]
        return self._answer(request, "channel", lambda message: message.reply_to == root)

    async def chat_messages(self, request: web.Request) -> web.Response:
        return self._answer(request, "groupChat", lambda _: True)

    def _answer(self, request: web.Request, kind: str, wanted: Callable[[Message], bool]) -> web.Response:
        conversation = self.state.conversation(request.match_info["conversation"])
        permission = CHANNELS if kind == "channel" else CHATS
        if request.match_info.get("team", TEAM) != TEAM:
            return failure(404, "NotFound", "No team found with Group Id.")
        if permission not in self.state.consent or (conversation and not conversation.installed):
            return failure(
                403, "Forbidden", f"Missing role permissions on the request. API requires one of '{permission}'."
            )
        root = request.match_info.get("message")
        if conversation is None or conversation.kind != kind or root not in (None, *conversation.everything):
            return failure(404, "NotFound", "NotFound")
        if int(request.query.get("$top", PAGE)) > LARGEST_PAGE:
            return failure(400, "BadRequest", f"The limit of '{LARGEST_PAGE}' for Top query has been exceeded.")
        found = [message for message in self._visible(conversation) if wanted(message)]
        return self._page(request, conversation, found)

    def _visible(self, conversation: Conversation) -> Iterable[Message]:
        until = self.world.shown_until("teams")
        everything = conversation.everything.values()
        shown = [message for message in everything if datetime.fromisoformat(message.at).timestamp() <= until]
        return sorted(shown, key=lambda message: (message.changed or message.at, message.id), reverse=True)

    def _page(self, request: web.Request, conversation: Conversation, found: list[Message]) -> web.Response:
        top, start = int(request.query.get("$top", PAGE)), int(request.query.get("$skiptoken", 0))
        page = found[start : start + top]
        answer: Json = {
            "@odata.context": f"{self.world.base}/teams/graph/v1.0/$metadata#messages",
            "@odata.count": len(page),
            "value": [shown(conversation, message) for message in page],
        }
        if start + top < len(found):
            rest = request.rel_url.update_query({"$top": str(top), "$skiptoken": str(start + top)})
            answer["@odata.nextLink"] = f"{self.world.base}{rest}"
        return web.json_response(answer)


def failure(status: int, code: str, message: str) -> web.Response:
    """An error in Graph's shape."""
    return web.json_response({"error": {"code": code, "message": message, "innerError": {}}}, status=status)


def shown(conversation: Conversation, message: Message) -> Json:
    """A message as Graph's `chatMessage`. Of a deleted one the words and cards are gone."""
    deleted = message.deleted
    found = [] if deleted else cards(message.activity)
    channel = conversation.kind == "channel"
    return {
        "id": message.id,
        "replyToId": message.reply_to if channel and message.reply_to else None,
        "etag": message.id,
        "messageType": "message",
        "createdDateTime": _instant(message.at),
        "lastModifiedDateTime": _instant(message.changed or message.at),
        "lastEditedDateTime": None,
        "deletedDateTime": _instant(deleted) if deleted else None,
        "subject": None,
        "summary": None,
        "chatId": None if channel else conversation.id,
        "importance": "normal",
        "locale": "en-us",
        "from": _sender(message),
        "body": {"contentType": "html", "content": ""} if deleted else _body(message, len(found)),
        "channelIdentity": {"teamId": TEAM, "channelId": conversation.id} if channel else None,
        "attachments": [_attachment(number, card) for number, card in enumerate(found)],
        "mentions": [],
        "reactions": [],
    }


def _sender(message: Message) -> Json:
    if message.author == BOT_NAME:
        application = {"id": BOT_ID, "displayName": BOT_NAME, "applicationIdentityType": "bot"}
        return {"application": application, "device": None, "user": None}
    user = USERS[message.author]
    return {
        "application": None,
        "device": None,
        "user": {"id": user.object_id, "displayName": user.name, "userIdentityType": "aadUser"},
    }


def _body(message: Message, attached: int) -> Json:
    """Plain words stay plain until something in them needs markup: a line's end, a sign, a link, an emoji."""
    text = str(message.activity.get("text") or "")
    ours = message.author == BOT_NAME
    if ours and not attached and message.activity.get("textFormat") == "plain":
        if not _NEEDS_MARKUP.search(text):
            return {"contentType": "text", "content": text}
        text = f"<p>{_markup(text)}</p>"
    marks = "".join(f'<attachment id="{number}"></attachment>' for number in range(attached))
    return {"contentType": "html", "content": text + marks}


def _markup(text: str) -> str:
    escaped = html.escape(text, quote=False).replace("  ", "&nbsp; ").replace("\n", "<br>\n")
    linked = _LINK.sub(lambda link: f'<a href="{link[0]}" title="{link[0]}">{link[0]}</a>', escaped)
    return _EMOJI.sub(lambda found: f'<emoji id="emoji" alt="{found[0]}" title="Emoji"></emoji>', linked)


def _attachment(number: int, card: Json) -> Json:
    """The card as text, with what Teams adds to it; a picture inside it is now one of Teams' own."""
    return {
        "id": str(number),
        "contentType": CARD,
        "contentUrl": None,
        "content": json.dumps(_rehosted(card), indent=2),
        "name": None,
        "thumbnailUrl": None,
        "teamsAppId": None,
    }


def _rehosted(card: Json) -> Json:
    body = [
        {**element, "url": "https://graph.example/hostedContents/1/$value"}
        if element.get("type") == "Image"
        else element
        for element in card.get("body") or []
    ]
    return {**card, "body": body}


def _instant(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
