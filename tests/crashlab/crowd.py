"""The platforms' side of the inbound laboratory: questions, each delivered five times, at four doors."""

import asyncio
import hashlib
import hmac
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import aiohttp

from tests.crashlab.clocks import campaign
from tests.emulators import Emulators

TIMES = 5
_WINDOW = 40
"""Questions that are asked at the same time, their deliveries in any order."""
_AT_ONCE = 8
_PEOPLE = ("member", "student", "moderator", "organiser")
_X_EVERY = 40
"""X lets few answers through, so one question in so many is asked there."""
_TOKEN_LASTS = 60.0
Json = dict[str, Any]
Deliver = Callable[[], Awaitable[object]]


class Door(StrEnum):
    SLACK_HTTP = "Slack by HTTP"
    SLACK_SOCKET = "Slack by Socket Mode"
    TEAMS = "Teams"
    X = "X"


def door_of(number: int) -> Door:
    if number % _X_EVERY == 0:
        return Door.X
    return (Door.SLACK_HTTP, Door.TEAMS, Door.SLACK_HTTP, Door.TEAMS, Door.SLACK_SOCKET)[number % 5]


@dataclass
class Crowd:
    """`bot` is where the bot's doors are, `control` the emulators' control routes; `start` is the laboratory's."""

    bot: str
    control: str
    teams: "Teams"
    start: datetime
    seed: int
    _token: tuple[str, float] = ("", 0.0)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, first: int, last: int) -> None:
        """Deliver the questions of these numbers until each delivery has been acknowledged."""
        dice = random.Random(f"{self.seed}:{first}")
        async with aiohttp.ClientSession() as session:
            self._session = session
            for begin in range(first, last + 1, _WINDOW):
                deliveries = [one for n in range(begin, min(begin + _WINDOW, last + 1)) for one in self._deliveries(n)]
                dice.shuffle(deliveries)
                await self._all(iter(deliveries))

    async def _all(self, deliveries: Iterator[Deliver]) -> None:
        async def some() -> None:
            for deliver in deliveries:
                await deliver()

        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(some())

    def _deliveries(self, number: int) -> Sequence[Deliver]:
        match door_of(number):
            case Door.SLACK_HTTP:
                body = json.dumps(slack_event(self._now(), number))
                return [lambda: self._slack(body)] * TIMES
            case Door.TEAMS:
                said = self.teams.activity(self._now(), number)
                # After some time Teams delivers anew, as if it had been said later.
                late = timedelta(seconds=30)
                again = said | {"id": f"{said['id']}9", "timestamp": stamp(self._now() + late)}
                return [lambda: self._teams(said)] * 3 + [lambda: self._teams(again)] * (TIMES - 3)
            case Door.SLACK_SOCKET:
                return [lambda: self._socket(number)]
            case Door.X:
                return [lambda: self._told("/x/posts", by="LibrarianLena", text=f"@AntiphonBot {question(number)}")]

    def _now(self) -> datetime:
        return campaign(self.start, datetime.now(UTC))

    async def _slack(self, body: str) -> None:
        await self._until_taken("/slack/events", lambda: (body, signed(body)))

    async def _teams(self, activity: Json) -> None:
        await self._fresh_token()
        body = json.dumps(activity)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token[0]}"}
        await self._until_taken("/api/messages", lambda: (body, headers))

    async def _socket(self, number: int) -> None:
        async with self._one_at_a_time:  # the emulator delivers again what it delivered last
            person = f"U0{_PEOPLE[number % 4].upper()}"
            await self._told("/slack/messages", user=person, channel=person, text=question(number))
            for _ in range(TIMES - 2):
                await self._told("/slack/redeliver")
            # Slack tries for six minutes. Those are over in four seconds here, in which processes cannot be born
            # a hundred times as fast, so the last delivery is made until it is acknowledged, as by HTTP.
            while not (await self._told("/slack/redeliver", wait=True))["ok"]:
                pass

    async def _told(self, path: str, **body: Any) -> Json:
        async with self._session.post(f"{self.control}{path}", json=body) as response:
            response.raise_for_status()
            said: Json = await response.json()
            return said

    async def _fresh_token(self) -> None:
        if time.monotonic() > self._token[1]:
            said = await self._told("/teams/tokens", kind="good")
            self._token = said["token"], time.monotonic() + _TOKEN_LASTS

    async def _until_taken(self, path: str, made: Callable[[], tuple[str, Mapping[str, str]]]) -> None:
        """As the platforms do, only for longer: again until it is acknowledged."""
        while True:
            body, headers = made()
            try:
                async with self._session.post(f"{self.bot}{path}", data=body, headers=headers) as response:
                    await response.read()
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                """Nobody is there, or whoever was there has just died."""
            await asyncio.sleep(0.05)


def question(number: int) -> str:
    return f"What is the answer to question {number:06d}?"


def slack_event(now: datetime, number: int) -> Json:
    """A direct message to the bot, as Slack tells it."""
    person, ts = _PEOPLE[number % 4].upper(), f"{now.timestamp():.6f}"
    message = {"type": "message", "channel_type": "im", "channel": f"D0{person}", "user": f"U0{person}"}
    return {
        "type": "event_callback",
        "team_id": "T0CAMPAIGN",
        "api_app_id": "A0ANTIPHON",
        "event_id": f"Ev0HTTP{number:06d}",
        "event_time": int(now.timestamp()),
        "event": message | {"text": question(number), "ts": ts, "event_ts": ts},
        "authorizations": [{"team_id": "T0CAMPAIGN", "user_id": "U0ANTIPHON", "is_bot": True}],
    }


def signed(body: str, secret: str = "emulated-signing-secret") -> Mapping[str, str]:
    moment = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={digest}",
    }


@dataclass(frozen=True)
class Teams:
    """The emulated Teams. `people` are the four persons' accounts and chats with the bot."""

    service_url: str
    tenant: str
    bot: str
    people: Sequence[tuple[Json, str]]

    def activity(self, now: datetime, number: int) -> Json:
        """Something that a person says to the bot in their chat, as Teams tells it."""
        account, chat = self.people[number % 4]
        return {
            "type": "message",
            "id": f"{int(now.timestamp() * 1000)}{number:06d}",
            "timestamp": stamp(now),
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": account,
            "conversation": {"id": chat, "conversationType": "personal", "tenantId": self.tenant},
            "recipient": {"id": f"28:{self.bot}", "name": "Antiphon"},
            "text": question(number),
            "textFormat": "plain",
            "channelData": {"tenant": {"id": self.tenant}},
        }


def teams(emulators: Emulators) -> Teams:
    """Has each person say hello, which tells where their chat is; nobody listens yet."""
    accounts = emulators.get("/teams/users")
    for name in _PEOPLE:
        emulators.post("/teams/messages", user=name, conversation="personal", text="Hello.")
    chats = {row["author"]: row["channel"] for row in emulators.ledger("teams")}
    given = emulators.get("/teams/credentials")
    people = [(accounts[name], chats[name]) for name in _PEOPLE]
    return Teams(given["TEAMS_SERVICE_URL"], given["TEAMS_TENANT_ID"], given["TEAMS_CLIENT_ID"], people)


def stamp(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
