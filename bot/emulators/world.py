"""What the emulated platforms have in common: a clock, a ledger of what was accepted, faults to order."""

import itertools
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.emulators.faults import Fault, Storm, after, before

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_LONGEST_RECORDED_BODY = 20_000


@dataclass
class CampaignClock:
    """Campaign time: the wall's, moved and sped up. Security time stamps always use the wall's."""

    campaign: float = 0.0
    wall: float = 0.0
    speed: float = 1.0

    def now(self) -> float:
        """Campaign time in seconds since the epoch."""
        return self.campaign + (time.time() - self.wall) * self.speed

    def iso(self) -> str:
        return datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Accepted:
    """One thing a platform took and made visible. `at` is campaign time, ISO 8601 in UTC."""

    number: int
    at: str
    platform: str
    action: str
    id: str
    author: str
    channel: str = ""
    text: str = ""
    more: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Exchange:
    """One request of the bot's and what it was answered."""

    number: int
    at: str
    platform: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str
    status: int
    answer: str
    milliseconds: float


class World:
    """State shared by the platforms of one emulator process. Everything runs on one event loop."""

    def __init__(self) -> None:
        self.base = ""
        """Set once the server listens: `http://127.0.0.1:PORT`."""
        self.reset()

    def reset(self) -> None:
        self.clock = CampaignClock()
        self.ledger: list[Accepted] = []
        self.exchanges: list[Exchange] = []
        self.faults: dict[str, list[Fault]] = {}
        self.storms: dict[str, Storm] = {}
        self.lags: dict[str, float] = {}
        self._ids = itertools.count(1)

    def accept(self, platform: str, action: str, id: str, author: str, **facts: Any) -> Accepted:
        """Write to the ledger. `facts` are `channel`, `text` and anything else, which goes to `more`."""
        more = {name: value for name, value in facts.items() if name not in ("channel", "text")}
        entry = Accepted(
            len(self.ledger) + 1,
            self.clock.iso(),
            platform,
            action,
            id,
            author,
            facts.get("channel", ""),
            facts.get("text", ""),
            more,
        )
        self.ledger.append(entry)
        return entry

    def next_id(self) -> int:
        return next(self._ids)

    def take_fault(self, platform: str, request: str, when: str) -> Fault | None:
        for fault in self.faults.get(platform, []):
            if fault.times > 0 and fault.when == when and fault.strikes(request):
                fault.times -= 1
                return fault
        return None

    def strike(self, platform: str, request: str) -> Fault | None:
        """What the platform's storm does to a request."""
        storm = self.storms.get(platform)
        return storm.strike(request) if storm else None

    def shown_until(self, platform: str) -> float:
        """What was accepted later than this instant of campaign time is not yet shown to who reads."""
        lag = self.lags.get(platform, 0.0)
        return self.clock.now() - lag if lag else math.inf


def watched(world: World, platform: str, prefix: str) -> Any:
    """Middleware for a platform's public routes: records each exchange and plays the ordered faults."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        started, asked = time.perf_counter(), world.exchanges
        path = request.path.removeprefix(prefix)
        name = f"{request.method} {path}"
        try:
            body = await request.read()
        except ConnectionResetError:  # the bot died half-way: nothing was asked
            return web.Response(status=499)
        struck = world.strike(platform, name)
        response = await before(world.take_fault(platform, name, "before") or struck, request)
        if response is None:
            if asked is not world.exchanges:  # the world is a new one: nothing of the old reaches it
                return web.Response(status=499)
            response = await _answer(handler, request)
            response = await after(world.take_fault(platform, name, "after") or struck, request, response)
        answer = response.body if isinstance(response, web.Response) else b""
        asked.append(
            Exchange(
                len(asked) + 1,
                world.clock.iso(),
                platform,
                request.method,
                path,
                request.query_string,
                dict(request.headers),
                body[:_LONGEST_RECORDED_BODY].decode(errors="replace"),
                response.status,
                bytes(answer)[:_LONGEST_RECORDED_BODY].decode(errors="replace") if isinstance(answer, bytes) else "",
                round((time.perf_counter() - started) * 1000, 2),
            )
        )
        return response

    return middleware


async def _answer(handler: Handler, request: web.Request) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.Response(status=error.status, text=error.text, headers=error.headers)


def control_routes(world: World, on_reset: list[Callable[[], None]]) -> web.RouteTableDef:
    """Control of the whole world, for tests and the demo. The platforms add their own "act as" routes."""
    routes = web.RouteTableDef()

    @routes.get("/health")
    async def health(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "campaign_time": world.clock.iso()})

    @routes.post("/reset")
    async def reset(_: web.Request) -> web.Response:
        world.reset()
        for forget in on_reset:
            forget()
        return web.json_response({"ok": True})

    @routes.put("/clock")
    async def clock(request: web.Request) -> web.Response:
        world.clock = CampaignClock(**await request.json())
        return web.json_response({"campaign_time": world.clock.iso()})

    @routes.get("/ledger")
    async def ledger(request: web.Request) -> web.Response:
        after = int(request.query.get("after", "0"))
        platform = request.query.get("platform", "")
        rows = [asdict(entry) for entry in world.ledger[after:] if platform in ("", entry.platform)]
        return web.json_response(rows)

    @routes.get("/exchanges")
    async def exchanges(request: web.Request) -> web.Response:
        after = int(request.query.get("after", "0"))
        return web.json_response([asdict(exchange) for exchange in world.exchanges[after:]])

    @routes.put("/faults/{platform}")
    async def faults(request: web.Request) -> web.Response:
        world.faults[request.match_info["platform"]] = [Fault(**fault) for fault in await request.json()]
        return web.json_response({"ok": True})

    @routes.put("/storms/{platform}")
    async def storms(request: web.Request) -> web.Response:
        """`{chance, seed, faults}`; a chance of 0 ends it."""
        order = await request.json()
        faults = [Fault(**fault) for fault in order["faults"]]
        world.storms[request.match_info["platform"]] = Storm(order["chance"], faults, order["seed"])
        return web.json_response({"ok": True})

    @routes.put("/lags/{platform}")
    async def lags(request: web.Request) -> web.Response:
        """`{seconds}` of campaign time that pass until what was accepted is shown to who reads."""
        world.lags[request.match_info["platform"]] = float((await request.json())["seconds"])
        return web.json_response({"ok": True})

    return routes
