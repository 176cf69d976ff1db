"""What goes wrong on purpose: faults ordered one by one, and storms that choose for themselves."""

import asyncio
import contextlib
import fnmatch
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Fault:
    """What to do to the next `times` requests whose "METHOD /path" matches `on` (shell pattern).

    `kind`: `status` (answer `status` with `body` and `headers`), `reset` (cut the connection), `delay` (wait
    `seconds`, then go on), `half` (cut the connection in the middle of the platform's own answer: only `after`).
    `when`: `before` the platform accepts the request, or `after`.
    """

    on: str = "*"
    kind: str = "status"
    when: str = "before"
    times: int = 1
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0

    def strikes(self, request: str) -> bool:
        return fnmatch.fnmatch(request, self.on)


class Storm:
    """Strikes a share of all requests, each with one of the faults that fit it. The same seed, the same choices.

    `times` of the faults means nothing here: a storm goes on until another, or none, takes its place.
    """

    def __init__(self, chance: float, faults: Sequence[Fault], seed: int) -> None:
        self._chance = chance
        self._faults = faults
        self._random = random.Random(seed)  # noqa: S311 - dice, not secrets

    def strike(self, request: str) -> Fault | None:
        fitting = [fault for fault in self._faults if fault.strikes(request)]
        if not fitting or self._random.random() >= self._chance:
            return None
        return self._random.choice(fitting)


async def before(fault: Fault | None, request: web.Request) -> web.StreamResponse | None:
    """Play a fault before the platform has seen the request. None: let the platform answer."""
    if fault is None or fault.when != "before":
        return None
    return await _play(fault, request)


async def after(fault: Fault | None, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Play a fault when the platform has answered: what the bot gets to see of that."""
    if fault is None or fault.when != "after":
        return response
    if fault.kind == "half" and isinstance(response, web.Response):
        return await _half(request, response)
    return await _play(fault, request) or response


async def _play(fault: Fault, request: web.Request) -> web.StreamResponse | None:
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
        return None
    if fault.kind == "reset":
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=499)
    return web.Response(status=fault.status, body=fault.body.encode(), headers=fault.headers)


async def _half(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Announce the whole answer, write half of it and hang up."""
    whole = response.body if isinstance(response.body, bytes) else b""
    cut = web.StreamResponse(status=response.status, headers={**response.headers, "Content-Length": str(len(whole))})
    with contextlib.suppress(ConnectionResetError):  # whom it is for may have gone
        await cut.prepare(request)
        await cut.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return cut
