"""Reads messages back by Microsoft Graph, where the people of a conversation let the bot.

They let it with resource-specific consent, which an owner gives for one team or chat: ChannelMessage.Read.Group,
ChatMessage.Read.Chat. Neither covers the one-to-one chat with a bot (OfficeDev/Microsoft-Teams-Samples#959).
"""

import asyncio
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from bot.adapters.teams import TeamsAccount
from bot.adapters.teams.door import SignInRefusedError, Tokens
from bot.adapters.teams.shown import created, touched
from bot.core.events import Place
from bot.core.outbox import CannotLook, Unavailable

Json = dict[str, Any]

LOOK = "Please look there: is the message visible?"
ONE_PERSON = f"Teams lets no bot read its chats with one person. {LOOK}"
_SCOPE = "https://graph.microsoft.com/.default"
_PAGE = 50
"""The most that Graph gives at once."""
_MOST_PAGES = 20
_PATIENCE = 30.0
"""Seconds for all pages: less than a publisher waits for a look."""
_DEFAULT_WAIT = 30.0
_UNREACHABLE = "Microsoft Graph, by which the bot looks for this message, gives no answer. The bot keeps trying."
_BUSY = "Microsoft Graph, by which the bot looks for this message, asks it to wait. The bot keeps trying."


@dataclass(frozen=True, slots=True)
class Seen:
    """Messages of a conversation, in no order. `all_of_them` is False where there were more than the bot reads."""

    messages: list[Json]
    all_of_them: bool


@dataclass(frozen=True, slots=True)
class _Collection:
    path: str
    permission: str


class Graph:
    def __init__(self, account: TeamsAccount, http: httpx.AsyncClient) -> None:
        self._account = account
        self._http = http
        self._tokens = Tokens(account, http)
        self._root = account.graph_url.rstrip("/")
        self._welcome_at = -math.inf

    async def read(self, place: Place, since: datetime) -> Seen | CannotLook | Unavailable:
        """What was written in a conversation since `since`, deleted messages included. Does not raise."""
        collection = _collection(place, self._account.team_id)
        if isinstance(collection, CannotLook):
            return collection
        if asyncio.get_running_loop().time() < self._welcome_at:
            return Unavailable(_BUSY)
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._pages(f"{self._root}/v1.0/{collection.path}", since)
        except SignInRefusedError as error:
            return Unavailable(str(error))
        except httpx.HTTPStatusError as error:
            return self._refused(error.response, collection.permission)
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError, TypeError):
            return Unavailable(_UNREACHABLE)

    async def _pages(self, address: str, since: datetime) -> Seen:
        """Newest first, by their last change as far as Graph says: old is only a page on which nothing is new."""
        messages: list[Json] = []
        for _ in range(_MOST_PAGES):
            answer = await self._get(address)
            page: list[Json] = answer["value"]
            messages += [message for message in page if created(message) >= since]
            address = answer.get("@odata.nextLink") or ""
            if not address or (page and all(touched(message) < since for message in page)):
                return Seen(messages, all_of_them=True)
        return Seen(messages, all_of_them=False)

    async def _get(self, address: str) -> Json:
        """Raises httpx.HTTPError, SignInRefusedError, or ValueError for what is not Graph's JSON."""
        if not address.startswith(f"{self._root}/"):
            raise ValueError("the next page is not Graph's: it must not see the token")
        token = await self._tokens.provide(_SCOPE, self._account.tenant_id)
        response = await self._http.get(address, headers={"Authorization": f"Bearer {token}"})
        answer: Json = response.raise_for_status().json()
        return answer

    def _refused(self, response: httpx.Response, permission: str) -> CannotLook | Unavailable:
        match response.status_code:
            case 403:
                return CannotLook(f"The bot may not read this conversation: it lacks {permission}. {LOOK}")
            case 400 | 404 | 410:
                return CannotLook(
                    f"Microsoft Graph does not find this conversation. Check TEAMS_TEAM_ID and TEAMS_CHANNEL. {LOOK}"
                )
            case 401:
                self._tokens.forget()
                return Unavailable("Microsoft Graph does not accept the bot's sign-in. The bot keeps trying.")
            case 429:
                self._wait(response.headers.get("Retry-After", ""))
                return Unavailable(_BUSY)
            case _:
                return Unavailable(_UNREACHABLE)

    def _wait(self, retry_after: str) -> None:
        seconds = float(retry_after) if retry_after.isdecimal() else _DEFAULT_WAIT
        self._welcome_at = asyncio.get_running_loop().time() + seconds


def _collection(place: Place, team: str) -> _Collection | CannotLook:
    """Where Graph has the messages among which a post to this place is."""
    conversation, _, root = place.channel.partition(";messageid=")
    if not conversation.startswith("19:"):
        return CannotLook(ONE_PERSON)
    if conversation.endswith(("@thread.v2", "@unq.gbl.spaces")):
        path = f"chats/{_part(conversation)}/messages?$top={_PAGE}&$orderby=createdDateTime desc"
        return _Collection(path, "ChatMessage.Read.Chat")
    if not team:
        return CannotLook(f"The bot cannot read this channel, because TEAMS_TEAM_ID is not set. {LOOK}")
    path = f"teams/{_part(team)}/channels/{_part(conversation)}/messages"
    if root := root or place.thread:
        path += f"/{_part(root)}/replies"
    return _Collection(f"{path}?$top={_PAGE}", "ChannelMessage.Read.Group")


def _part(of_path: str) -> str:
    return quote(of_path, safe=":@")
