"""How long the event loop keeps everybody waiting, under load and at rest."""

import asyncio
import json
import selectors
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks import data
from benchmarks.apart import apart, beside
from benchmarks.bots import SLACK, TEAMS, settings
from benchmarks.inbound import serve_until_told
from benchmarks.load import call, request, slack_events
from benchmarks.result import Result, Row, Target, percentile
from bot.adapters import yaml_content
from bot.bootstrap import build
from bot.web.server import listen

_ISSUER = "https://api.botframework.com"
_ASKING = 10
"""Every so many of the things said ask the bot something, and are answered."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the event loop: seconds on the clock, and seconds of the processor that it used itself."""

    wall: float
    cpu: float


def run(a_second: int = 200, seconds: int = 10, posts: int = 300, tokens: int = 500, slow: float = 2.0) -> Result:
    """`slow`: seconds that the server of Microsoft's keys takes for each answer."""
    with data.sqlite() as url, beside(platforms, slow) as world:
        asyncio.run(data.migrated(url))
        with beside(bot, url, f"http://127.0.0.1:{world.recv()}") as pipe:
            port = pipe.recv()
            time.sleep(1)
            idle = _turns(pipe, lambda: time.sleep(seconds))
            due = data.now() + timedelta(seconds=2)
            spread = timedelta(seconds=max(seconds - 2, 1) / posts)
            data.fill_outbox(url, (data.post(f"p{number}", due + spread * number) for number in range(posts)))
            statuses: Counter[int] = Counter()
            busy = _turns(pipe, lambda: statuses.update(apart(load, port, a_second, seconds, tokens)))
    return Result(
        name="stalls",
        about=f"turns of the event loop of the whole bot, SQLite (FULL): {a_second} events a second from Slack for "
        f"{seconds} s, one in {_ASKING} a question, with {posts} posts, and {tokens} tokens with unknown keys for "
        f"Teams, while a server takes {slow:g} s for each answer about keys",
        rows=[
            Row(
                name="longest turn",
                value=max((turn.wall for turn in busy), default=0) * 1000,
                unit="ms",
                against="idle",
                baseline=max((turn.wall for turn in idle), default=0) * 1000,
                targets=(Target(at_most=50),),
            ),
            Row(
                name="99.9 % of turns are shorter than",
                value=percentile([turn.wall for turn in busy], 0.999) * 1000,
                unit="ms",
                against="idle",
                baseline=percentile([turn.wall for turn in idle], 0.999) * 1000,
            ),
            Row(
                name="longest turn, its own processor time",
                value=max((turn.cpu for turn in busy), default=0) * 1000,
                unit="ms",
                against="idle",
                baseline=max((turn.cpu for turn in idle), default=0) * 1000,
            ),
            Row(name="stored events", value=statuses[200], against="sent", baseline=a_second * seconds),
            Row(name="bogus tokens turned away", value=statuses[401], against="sent", baseline=tokens),
        ],
        note="A turn on the clock also holds what other processes took of the processors; its own time does not.",
    )


def _turns(pipe: Connection, meanwhile: Callable[[], None]) -> Sequence[Turn]:
    pipe.send("begin")
    meanwhile()
    pipe.send("report")
    turns: Sequence[Turn] = [Turn(*measured) for measured in pipe.recv()]
    return turns


class Recorder(selectors.DefaultSelector):
    """A loop's selector that notes each turn: what happens between two of its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[tuple[float, float]] = []
        self._since = (time.perf_counter(), time.thread_time())

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        wall, cpu = self._since
        self.turns.append((time.perf_counter() - wall, time.thread_time() - cpu))
        try:
            return super().select(timeout)
        finally:
            self._since = (time.perf_counter(), time.thread_time())


def bot(pipe: Connection, url: str, world: str) -> None:
    recorder = Recorder()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(recorder)) as runner:
        runner.run(_bot(pipe, recorder, url, world))


async def _bot(pipe: Connection, recorder: Recorder, url: str, world: str) -> None:
    there = {"SLACK_API_URL": f"{world}/api", "TEAMS_LOGIN_URL": world, "TEAMS_OPENID_URL": f"{world}/openid"}
    chosen = settings(url, SLACK | TEAMS | there)
    ready = await build(chosen, yaml_content.load(chosen.content_dir))
    sock, stop = listen("127.0.0.1", 0), asyncio.Event()
    running = asyncio.create_task(ready.run(stop, sock))
    pipe.send(sock.getsockname()[1])
    while (asked := await asyncio.to_thread(pipe.recv)) is not None:
        if asked == "begin":
            recorder.turns.clear()
        else:
            pipe.send(recorder.turns.copy())
    stop.set()
    await running


def platforms(pipe: Connection, slow: float) -> None:
    """What the bot speaks to: Slack takes every message; Microsoft signs the bot in, and is slow about its keys."""
    key = RSAAlgorithm.to_jwk(rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key(), as_dict=True)

    async def message(_: Request) -> Response:
        return JSONResponse({"ok": True, "ts": f"{time.time():.6f}", "channel": "C0"})

    async def openid(request: Request) -> Response:
        await asyncio.sleep(slow)
        return JSONResponse({"issuer": _ISSUER, "jwks_uri": str(request.url_for("keys"))})

    async def keys(_: Request) -> Response:
        await asyncio.sleep(slow)
        return JSONResponse({"keys": [key | {"kid": "ours", "use": "sig"}]})

    async def token(_: Request) -> Response:
        return JSONResponse({"access_token": "benchmark", "expires_in": 3600, "token_type": "Bearer"})

    routes = [
        Route("/api/chat.postMessage", message, methods=["POST"]),
        Route("/openid", openid),
        Route("/keys", keys),
        Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
    ]
    asyncio.run(serve_until_told(pipe, Starlette(routes=routes)))


def load(port: int, a_second: int, seconds: int, tokens: int) -> Counter[int]:
    """What Slack says at its pace, and somebody who knocks at the door of Teams. Returns the statuses answered."""
    return asyncio.run(
        _load(port, list(slack_events(a_second * seconds, "s", _ASKING)), a_second, list(_bogus(tokens)))
    )


async def _load(port: int, events: Sequence[bytes], a_second: int, bogus: Sequence[bytes]) -> Counter[int]:
    said, knocked = await asyncio.gather(call(port, events, 64, a_second), call(port, bogus, 64))
    return said.statuses + knocked.statuses


def _bogus(count: int) -> Iterator[bytes]:
    """Activities with tokens that look good, but are signed with a key that nobody knows."""
    key, now = rsa.generate_private_key(public_exponent=65537, key_size=2048), int(time.time())
    service = TEAMS["TEAMS_SERVICE_URL"]
    claims = {"iss": _ISSUER, "aud": TEAMS["TEAMS_CLIENT_ID"], "serviceurl": service, "nbf": now - 9, "exp": now + 600}
    body = json.dumps({"type": "message", "id": "1", "serviceUrl": service, "text": "let me in"}).encode()
    for _ in range(count):
        token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": uuid.uuid4().hex})
        yield request("/api/messages", body, {"Authorization": f"Bearer {token}"})
