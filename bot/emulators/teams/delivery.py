"""Carries activities to the bot's endpoint, signed, and again when it does not say 2xx in time."""

import asyncio
import html
import uuid
from dataclasses import asdict, dataclass

import aiohttp

from bot.emulators.teams.state import BOT_ID, BOT_NAME, TENANT, Conversation, Message, State, User, find_user, root_of
from bot.emulators.teams.tokens import Keys
from bot.emulators.world import Json

PATIENCE = 15.0
"""Seconds of the wall clock that Teams waits for a bot."""
PAUSES = (0.5, 1.0, 2.0)
"""Seconds between deliveries that failed; after the last one it gives up."""
_MENTION = f"<at>{BOT_NAME}</at>"


@dataclass
class Delivery:
    """One attempt. `status` 0 is no answer."""

    id: str
    attempt: int
    status: int


class Courier:
    def __init__(self, state: State, keys: Keys) -> None:
        self.state = state
        self.keys = keys
        self.deliveries: list[Delivery] = []
        self.last: Json | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def service_url(self) -> str:
        return f"{self.state.world.base}/teams/"

    def send(self, activity: Json) -> None:
        """Deliver in the background. Without an endpoint nothing is sent."""
        self.last = activity
        if self.state.endpoint:
            task = asyncio.create_task(self._carry(activity, self.state.endpoint))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def redeliver(self, new_id: bool) -> str | None:
        """Send the last activity again: as it was, or with the new id and time that Teams' outer retry gives it."""
        if self.last is None:
            return None
        fresh = {"id": self.state.message_id(), "timestamp": self.state.timestamp()} if new_id else {}
        self.send(self.last | fresh)
        return str(self.last["id"])

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    def attempts(self) -> list[Json]:
        return [asdict(delivery) for delivery in self.deliveries]

    async def _carry(self, activity: Json, endpoint: str) -> None:
        for attempt, pause in enumerate((*PAUSES, 0.0), start=1):
            status = await self._attempt(activity, endpoint)
            self.deliveries.append(Delivery(activity["id"], attempt, status))
            if 200 <= status < 300:
                return
            await asyncio.sleep(pause)

    async def _attempt(self, activity: Json, endpoint: str) -> int:
        headers = {"Authorization": f"Bearer {self.keys.for_delivery(activity['serviceUrl'])}"}
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(endpoint, json=activity, headers=headers) as response,
            ):
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def message(self, user: User, conversation: Conversation, address: str, id: str, text: str) -> Json:
        """What somebody wrote. As Teams does: markup escaped, our mention kept, a hard space behind it."""
        said = html.escape(text, quote=False).replace(html.escape(_MENTION, quote=False), _MENTION)
        said = said.replace(f"{_MENTION} ", f"{_MENTION}&nbsp;")
        activity = self._activity("message", user, conversation, address, id)
        activity |= {"text": said, "textFormat": "plain"}
        activity["attachments"] = [{"contentType": "text/html", "content": f"<p>{said}</p>"}]
        if _MENTION in said:
            mention = {"type": "mention", "mentioned": {"id": f"28:{BOT_ID}", "name": BOT_NAME}, "text": _MENTION}
            activity["entities"].append(mention)
        return activity

    def submit(self, user: User, conversation: Conversation, address: str, card_id: str, value: Json) -> Json:
        """A press of Action.Submit: a message without text whose `value` holds the action's data and the inputs."""
        activity = self._activity("message", user, conversation, address, self.state.message_id())
        return activity | {
            "value": value,
            "replyToId": card_id,
            "channelData": activity["channelData"] | {"source": {"name": "message"}, "legacy": {"replyToId": card_id}},
        }

    def command(self, user: User, conversation: Conversation, address: str, message: Message, command: str) -> Json:
        """A message extension's command on a message, in the shape of Microsoft's own example of `fetchTask`."""
        author = find_user(message.author)
        said = message.activity.get("text") or ""
        payload: Json = {
            "id": message.id,
            "messageType": "message",
            "createdDateTime": message.at,
            "from": {"user": author and {"userIdentityType": "aadUser", "id": author.object_id,
                                         "displayName": author.name}},
            "body": {"contentType": "html", "content": f"<p>{said}</p>"},
        }  # fmt: skip
        value = {"commandId": command, "commandContext": "message", "messagePayload": payload}
        activity = self._activity("invoke", user, conversation, address, f"f:{uuid.uuid4()}")
        return activity | {"name": "composeExtension/fetchTask", "value": value}

    async def ask(self, activity: Json) -> tuple[int, Json | None]:
        """Deliver what wants an answer, once. Its status and the answer."""
        headers = {"Authorization": f"Bearer {self.keys.for_delivery(activity['serviceUrl'])}"}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session,
            session.post(self.state.endpoint, json=activity, headers=headers) as response,
        ):
            return response.status, await response.json() if response.status == 200 else None

    def joined(self, user: User, conversation: Conversation) -> Json:
        """The bot was added to a conversation."""
        activity = self._activity("conversationUpdate", user, conversation, conversation.id, f"f:{uuid.uuid4()}")
        activity["channelData"]["eventType"] = "teamMemberAdded"
        return activity | {"membersAdded": [{"id": f"28:{BOT_ID}"}]}

    def _activity(self, kind: str, user: User, conversation: Conversation, address: str, id: str) -> Json:
        channel = conversation.kind == "channel"
        about: Json = {"tenant": {"id": TENANT}}
        if channel:
            about |= {"teamsChannelId": conversation.id, "channel": {"id": conversation.id}}
            about |= {"teamsTeamId": conversation.id, "team": {"id": conversation.id, "name": "Campaign"}}
        if channel and kind == "message" and not root_of(address):
            address = f"{conversation.id};messageid={id}"
        return {
            "type": kind,
            "id": id,
            "timestamp": self.state.timestamp(),
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": user.account(),
            "conversation": {
                "id": address,
                "conversationType": conversation.kind,
                "tenantId": TENANT,
                **({"isGroup": True} if channel else {}),
            },
            "recipient": {"id": f"28:{BOT_ID}", "name": BOT_NAME},
            "entities": [{"locale": "en-GB", "country": "GB", "platform": "Web", "type": "clientInfo"}],
            "channelData": about,
            "locale": "en-GB",
        }
