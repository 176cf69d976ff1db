"""The SDK's clients, set up so that a call is made once and ends in time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from aiohttp.connector import Connection
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.adapters.slack import SlackAccount
from bot.ports import InTime, ItsTime

TIMEOUT = 15
"""Seconds for one call, connecting included; where it is held, for each of connecting and answering."""


T = TypeVar("T")


class _Proxied(Protocol):
    proxy: str | None


class _Held(aiohttp.TCPConnector):
    """Connects at once, and hands a connection out to be written to when it is time."""

    def __init__(self, its_time: ItsTime) -> None:
        # A kept connection could be cut while we send, and we would not know whether the post arrived.
        super().__init__(force_close=True)
        self._its_time = its_time
        self._in_time: InTime | None = None

    async def connect(self, *args: Any, **options: Any) -> Connection:
        connection = await super().connect(*args, **options)
        try:
            self._in_time = await self._its_time()
        except BaseException:
            connection.close()
            raise
        return connection

    async def in_time(self, *_: object) -> None:
        """For aiohttp, which calls this directly before it writes."""
        if self._in_time is not None:
            self._in_time()


@asynccontextmanager
async def held(account: SlackAccount, its_time: ItsTime) -> AsyncIterator[AsyncWebClient]:
    """A client whose calls are held, built and connected, until it is time."""
    timeout = aiohttp.ClientTimeout(sock_connect=TIMEOUT, sock_read=TIMEOUT)  # `total` would run while it is held
    connector, writes = _Held(its_time), aiohttp.TraceConfig()
    writes.on_request_headers_sent.append(connector.in_time)
    writes.on_request_chunk_sent.append(connector.in_time)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, trace_configs=[writes]) as session:
        yield web_client(account, session)


def web_client(account: SlackAccount, session: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    # The SDK would send again after a lost connection: a message that Slack took before that would appear twice.
    client = AsyncWebClient(
        account.bot_token, base_url=account.api_url, timeout=TIMEOUT, session=session, retry_handlers=[]
    )
    go_directly(client, account.api_url)
    return client


def webhook_client(url: str, session: aiohttp.ClientSession | None) -> AsyncWebhookClient:
    client = AsyncWebhookClient(url, timeout=TIMEOUT, session=session, retry_handlers=[])
    go_directly(client, url)
    return client


def go_directly(client: _Proxied, url: str) -> None:
    """Take the environment's proxy away where it does not apply: the SDK knows no NO_PROXY and no loopback."""
    host = urlsplit(url).hostname or ""
    if _loopback(host) or proxy_bypass(host):
        client.proxy = None


def told(answer: AsyncSlackResponse, name: str, kind: type[T]) -> T:
    """What an answer says. Raises ValueError where it does not: then we do not know what happened."""
    value = answer.get(name)
    if not isinstance(value, kind):
        raise ValueError(f"Slack's answer has no {name}")  # noqa: TRY004 - it is the answer that is wrong, not our call
    return value


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
