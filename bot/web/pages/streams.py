"""Event streams (SSE): an open page is told *that* something of it has changed, and then fetches itself.

Nothing about anybody is in a stream. It ends after a while, so that the browser comes back and is asked for its rights.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

Look = Callable[[], Awaitable[str | None]]
"""A short print of what a page shows; None where it is there no more. What stands after a full stop is less urgent."""

_KIND = "text/event-stream"
_BEGIN = b"retry: 2000\n\n"
_BEAT = b": still here\n\n"
"""Says nothing: without it, proxies and phones drop a connection that is silent."""


@dataclass
class Streams:
    """Those that are open, and how many there may be: each looks at the database again and again.

    A browser has six connections to one address, of which its pages' streams must not take all.
    """

    most: int = 40
    each: int = 4
    """Of one person."""
    pace: float = 2.0
    """Wall seconds between two looks, however fast the bot's clock runs."""
    beat: int = 7
    """Looks without news after which a sign of life is sent."""
    calm: int = 5
    """Looks between two signs of what is less urgent: in a lively chat, no page is to be made anew all the time."""
    looks: int = 150
    """After which a stream ends."""
    open: Counter[str] = field(default_factory=Counter)
    """By person."""

    def answer(self, request: Request, who: str, look: Look, seen: str) -> Response:
        """Tell of every print but `seen`, which the page has. What does not ask for a stream is told once."""
        if request.method == "POST":
            return PlainTextResponse("There is nothing to send here.\n", 405, {"allow": "GET"})
        if self.open[who] >= self.each or self.open.total() >= self.most:
            return PlainTextResponse("Too many pages are kept up to date already. Reload this one.\n", 503)
        streams = request.method == "GET" and _KIND in request.headers.get("accept", "")
        stopping = getattr(request.state, "stopping", None) or asyncio.Event()
        return _Stream(self, who, look, request.headers.get("last-event-id", seen), stopping, endless=streams)


class _Stream(StreamingResponse):
    media_type = _KIND

    def __init__(
        self, streams: Streams, who: str, look: Look, seen: str, stopping: asyncio.Event, *, endless: bool
    ) -> None:
        super().__init__(self._told(), headers={"x-accel-buffering": "no"})
        self._streams, self._who = streams, who
        self._look, self._seen, self._looks = look, seen, streams.looks if endless else 1
        self._stopping = stopping

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Not as the others: they are cancelled when their reader goes, perhaps amidst a look at the database."""
        self._ends = [asyncio.create_task(_gone(receive)), asyncio.create_task(self._stopping.wait())]
        self._streams.open[self._who] += 1
        try:
            await self.stream_response(send)
        finally:
            self._streams.open[self._who] -= 1
            for end in self._ends:
                end.cancel()

    async def _told(self) -> AsyncIterator[bytes]:
        yield _BEGIN
        told = -self._streams.calm
        for number in range(self._looks):
            if number and await self._over():
                return
            found = await self._look()
            if found is None:
                return
            urgent = found.partition(".")[0] != self._seen.partition(".")[0]
            if urgent or (found != self._seen and number - told >= self._streams.calm):
                self._seen, told = found, number
                yield f"event: changed\nid: {found}\ndata: changed\n\n".encode()
            elif number % self._streams.beat == self._streams.beat - 1:
                yield _BEAT

    async def _over(self) -> bool:
        """Whether the reader went away, or the server stops, before it is time to look again."""
        ended, _ = await asyncio.wait(self._ends, timeout=self._streams.pace, return_when=asyncio.FIRST_COMPLETED)
        return bool(ended)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
