"""How the emulated Slack delivers to an app that is dying."""

import asyncio
from typing import Any, cast

from aiohttp import ClientConnectionResetError, web

from bot.emulators.slack import delivery
from bot.emulators.slack.delivery import EVENT, Deliveries, Delivery, Link
from bot.emulators.slack.workspace import Workspace
from bot.emulators.world import Json, World


class Socket:
    """A WebSocket whose other side is gone, which nobody has noticed yet, or that acknowledges all that it hears."""

    closed = False

    def __init__(self, deliveries: Deliveries, *, dying: bool) -> None:
        self._deliveries, self._dying = deliveries, dying
        self.heard: list[Json] = []

    async def send_json(self, message: Json) -> None:
        if self._dying:
            raise ClientConnectionResetError("Cannot write to closing transport")
        self.heard.append(message)
        self._deliveries._acknowledge(message["envelope_id"])


async def test_what_a_dying_app_was_sent_comes_again_to_the_next_one(monkeypatch: Any) -> None:
    monkeypatch.setattr(delivery, "ACK_SECONDS", 0.05)
    deliveries = Deliveries(Workspace(World()))
    dying, living = Socket(deliveries, dying=True), Socket(deliveries, dying=False)
    deliveries._open(Link(cast(web.WebSocketResponse, dying)))
    acknowledged = asyncio.Event()
    deliveries.send(Delivery(EVENT, {"event_id": "Ev1"}, acknowledged.set))
    await asyncio.sleep(0.01)
    deliveries._open(Link(cast(web.WebSocketResponse, living)))
    await asyncio.wait_for(acknowledged.wait(), 5)
    assert [(each["payload"]["event_id"], each["retry_attempt"]) for each in living.heard] == [("Ev1", 1)]
