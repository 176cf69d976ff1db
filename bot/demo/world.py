"""The emulated platforms, in a process of their own, and the hands of the people on them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.adapters.clock import CampaignClock
from bot.config import Settings
from bot.demo.process import Process

Json = dict[str, Any]
SLACK_TEAM = "slack:T0CAMPAIGN"


@dataclass(frozen=True)
class World:
    """What the emulators' control routes offer. Speaks only to loopback."""

    base: str
    session: aiohttp.ClientSession

    async def get(self, path: str, **query: str | int) -> Any:
        async with self.session.get(f"{self.base}/_control{path}", params=query) as response:
            response.raise_for_status()
            return await response.json()

    async def post(self, path: str, **body: Any) -> Any:
        return await self._send("POST", path, body)

    async def put(self, path: str, body: Any) -> Any:
        return await self._send("PUT", path, body)

    async def _send(self, method: str, path: str, body: Any) -> Any:
        async with self.session.request(method, f"{self.base}/_control{path}", json=body) as response:
            response.raise_for_status()
            return await response.json()

    async def ledger(self, after: int = 0) -> list[Json]:
        """What the platforms have accepted, in order."""
        rows: list[Json] = await self.get("/ledger", after=after)
        return rows

    async def follow(self, clock: CampaignClock) -> None:
        """Set the emulators' campaign time to the bot's. Call after every change of the clock."""
        await self.put("/clock", clock.spec())

    async def settings(self, folder: Path, port: int, **more: Any) -> Settings:
        """Settings of a bot for this world: the emulators' credentials, a database in `folder`."""
        values: Json = {"database_url": f"sqlite:///{folder / 'demo.db'}", "host": "127.0.0.1", "port": port}
        values["web_url"] = f"http://127.0.0.1:{port}"
        for platform in ("x", "slack", "teams"):
            credentials: Mapping[str, str] = await self.get(f"/{platform}/credentials")
            values |= {name.lower(): value for name, value in credentials.items()}
        for platform in ("slack", "teams"):
            registration: Mapping[str, str] = await self.get(f"/{platform}/sign-in")
            values |= {name.lower(): value for name, value in registration.items()}
        people = await self.get("/teams/users")
        for role in ("organiser", "moderator"):
            in_teams = f"teams:{values['teams_tenant_id']}/{people[role]['aadObjectId']}"
            values[f"{role}s"] = f"{SLACK_TEAM}/U0{role.upper()} {in_teams}"
        return Settings(_env_file=None, **(values | more))


@asynccontextmanager
async def emulated_world(emulators: Process) -> AsyncIterator[World]:
    """The world of emulators that were started; they are stopped at the end."""
    assert emulators.stdout is not None
    try:
        base = json.loads(await asyncio.to_thread(emulators.stdout.readline))["base"]
        async with aiohttp.ClientSession() as session:
            yield World(base, session)
    finally:
        emulators.kill()  # they keep nothing, so they need no time to say goodbye
        await asyncio.to_thread(emulators.wait)
