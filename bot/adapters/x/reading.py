"""Asks X for something, and says in one way what kept it from answering."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import requests
import tweepy

from bot.adapters.x import XAccount, api
from bot.adapters.x.outcomes import retry_at, trouble
from bot.ports import Clock


class Trouble(Exception):
    """X could not be read. `until` is when it may be asked again, where X said so; `stale`: it wants no such old id."""

    def __init__(self, reason: str, until: datetime | None = None, *, stale: bool = False) -> None:
        super().__init__(reason)
        self.until = until
        self.stale = stale


class Reader:
    def __init__(self, account: XAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock

    async def ask(self, path: str, params: Mapping[str, str]) -> api.Json:
        """Raises Trouble."""
        return await asyncio.to_thread(self._get, path, params)

    def _get(self, path: str, params: Mapping[str, str]) -> api.Json:
        try:
            with api.connected(self._account) as client:
                return api.get(client, path, params)
        except tweepy.TooManyRequests as error:
            raise Trouble(trouble(error), retry_at(error, self._clock.now())) from error
        except (tweepy.TweepyException, requests.RequestException, ValueError) as error:
            raise Trouble(trouble(error), stale="'since_id' must be" in str(error)) from error
