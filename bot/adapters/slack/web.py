"""The SDK's clients, set up so that a call is made once and ends in time."""

from ipaddress import ip_address
from typing import Protocol, TypeVar
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.adapters.slack import SlackAccount

TIMEOUT = 15
"""Seconds for one call, connecting included."""


T = TypeVar("T")


class _Proxied(Protocol):
    proxy: str | None


def web_client(account: SlackAccount) -> AsyncWebClient:
    # The SDK would send again after a lost connection: a message that Slack took before that would appear twice.
    client = AsyncWebClient(account.bot_token, base_url=account.api_url, timeout=TIMEOUT, retry_handlers=[])
    go_directly(client, account.api_url)
    return client


def webhook_client(url: str) -> AsyncWebhookClient:
    client = AsyncWebhookClient(url, timeout=TIMEOUT, retry_handlers=[])
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
