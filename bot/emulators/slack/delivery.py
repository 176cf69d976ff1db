"""How Slack hands events to an app: over its WebSocket (Socket Mode) or as signed requests to its URL.

Each wants an acknowledgement within three seconds. An event without one comes again, with the same `event_id`:
at once, after a minute and after five minutes of campaign time. Commands, buttons and forms come once: the person
sees an error instead.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from bot.emulators.slack.workspace import APP, SIGNING_SECRET, Workspace
from bot.emulators.world import Json

ACK_SECONDS = 3.0
PAUSES = (0.0, 0.0, 60.0, 300.0)
"""Campaign seconds before each attempt."""
EVENT = "events_api"
T = TypeVar("T")


@dataclass
class Delivery:
    """`kind` is Socket Mode's: events_api, slash_commands or interactive. `acknowledged` runs at the first ack."""

    kind: str
    payload: Json
    acknowledged: Callable[[], None] = lambda: None


@dataclass
class Link:
    """One open WebSocket. A deaf one stays open and says nothing more, not even a pong."""

    socket: web.WebSocketResponse
    deaf: bool = False

    async def send(self, message: Json) -> None:
        """Whether it arrives nobody knows: the app may have died at this moment."""
        if not self.deaf and not self.socket.closed:
            with suppress(ConnectionError):
                await self.socket.send_json(message)

    async def pong(self, data: bytes) -> None:
        if not self.deaf:
            with suppress(ConnectionError):
                await self.socket.pong(data)


@dataclass
class Deliveries:
    ws: Workspace
    links: list[Link] = field(default_factory=list)
    endpoint: str = ""
    """Where signed requests go; empty means Socket Mode."""
    verified: bool = False
    last: Delivery | None = None

    def __post_init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._linked = asyncio.Event()

    def reset(self) -> None:
        """Forget everything but the connections: whoever is connected stays so."""
        for task in self._tasks:
            task.cancel()
        self.endpoint, self.verified, self.last = "", False, None

    def send(self, delivery: Delivery) -> None:
        self.last = delivery
        self._start(self._deliver(delivery))

    def redeliver(self) -> asyncio.Task[str]:
        """Slack's retry of what it delivered last, whether or not it was acknowledged. Gives why this one was not."""
        if self.last is None:
            raise ValueError("nothing was delivered yet")
        return self._start(self._attempt(self.last, 1, "timeout"))

    def use_endpoint(self, url: str) -> None:
        """Deliver to a URL from now on, once it has answered Slack's challenge; to the socket when empty."""
        self.endpoint, self.verified = url, False
        if url:
            self._start(self._verify())

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _deliver(self, delivery: Delivery) -> None:
        reason = ""
        for attempt, pause in enumerate(PAUSES):
            await self._pass(pause)
            reason = await self._attempt(delivery, attempt, reason)
            if not reason:
                delivery.acknowledged()
            if not reason or delivery.kind != EVENT:
                return

    async def _pass(self, seconds: float) -> None:
        """Let campaign time pass, at whatever speed it goes."""
        until = self.ws.world.clock.now() + seconds
        # The clock can be moved or sped up meanwhile, so no sleep can be worked out beforehand.
        while self.ws.world.clock.now() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    async def _attempt(self, delivery: Delivery, number: int, last_reason: str) -> str:
        """Why there was no acknowledgement; empty when there was one."""
        try:
            async with asyncio.timeout(ACK_SECONDS):
                if self.endpoint:
                    return await self._by_request(delivery, number, last_reason)
                return await self._by_socket(delivery, number, last_reason)
        except TimeoutError:
            return "timeout"

    async def _by_socket(self, delivery: Delivery, number: int, last_reason: str) -> str:
        await self._linked.wait()
        id = self.ws.id("envelope-")
        envelope: Json = {"envelope_id": id, "type": delivery.kind, "payload": delivery.payload}
        envelope["accepts_response_payload"] = delivery.kind != EVENT
        if delivery.kind == EVENT:
            envelope |= {"retry_attempt": number, "retry_reason": last_reason}
        self._waiting[id] = asyncio.get_running_loop().create_future()
        try:
            await self.links[-1].send(envelope)
            await self._waiting[id]
        finally:
            del self._waiting[id]
        return ""

    async def _by_request(self, delivery: Delivery, number: int, last_reason: str) -> str:
        retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": last_reason} if number else {}
        try:
            status, _ = await self._post(*_encoded(delivery), retry)
        except aiohttp.ClientError:
            return "connection_failed"
        return "" if status == 200 else "http_error"

    async def _post(self, body: str, content_type: str, headers: dict[str, str]) -> tuple[int, str]:
        signed = {"Content-Type": content_type} | signature(body) | headers
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.endpoint, data=body.encode(), headers=signed) as response,
        ):
            return response.status, await response.text()

    async def _verify(self) -> None:
        challenge = self.ws.id("challenge")
        body = json.dumps({"type": "url_verification", "token": "", "challenge": challenge})
        try:
            status, text = await self._post(body, "application/json", {})
        except aiohttp.ClientError:
            return
        self.verified = status == 200 and challenge in text

    async def link(self, request: web.Request) -> web.StreamResponse:
        """`/link`: one WebSocket, opened with a ticket of `apps.connections.open` that is good once."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.ws.tickets:
            return web.Response(status=404)
        self.ws.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        link = Link(socket)
        self._open(link)
        try:
            await link.send(self._hello())
            await self._listen(link)
        finally:
            self._close(link)
        return socket

    def _open(self, link: Link) -> None:
        self.links.append(link)
        self._linked.set()

    def _close(self, link: Link) -> None:
        self.links.remove(link)
        if not self.links:
            self._linked.clear()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.links),
            "connection_info": {"app_id": APP},
            "debug_info": {"host": "emulator", "approximate_connection_time": 18060},
        }

    async def _listen(self, link: Link) -> None:
        async for message in link.socket:
            if message.type == WSMsgType.PING:
                await link.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._acknowledge(json.loads(message.data).get("envelope_id", ""))

    def _acknowledge(self, envelope: str) -> None:
        waiting = self._waiting.get(envelope)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def disconnect(self, *, politely: bool = True) -> None:
        """Hang up on every connection; politely, as Slack does every few hours, after asking it to come again."""
        for link in list(self.links):
            if politely:
                await link.send({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            await link.socket.close()

    def deafen(self) -> None:
        for link in self.links:
            link.deaf = True


def _encoded(delivery: Delivery) -> tuple[str, str]:
    if delivery.kind == EVENT:
        return json.dumps(delivery.payload), "application/json"
    form = delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def signature(body: str) -> dict[str, str]:
    """Slack's v0 signature over the raw body."""
    stamp = str(int(time.time()))
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
