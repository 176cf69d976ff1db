"""How many deliveries the bot takes in, each on disk before it is acknowledged."""

import asyncio
from collections.abc import Callable
from itertools import count
from multiprocessing.connection import Connection

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from benchmarks import data
from benchmarks.apart import apart, beside, settled_heap
from benchmarks.load import SECRET, Answers, hammer
from benchmarks.result import Result, Row, Target
from bot.adapters.clock import SystemClock
from bot.adapters.db import SqlDatabase, open_database
from bot.adapters.slack import SlackAccount
from bot.adapters.slack.listener import SlackListener
from bot.context import Context
from bot.ports import Transaction
from bot.routing import Router
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.watchdog import run_watched
from bot.web.server import listen, serve

Server = Callable[..., None]
_runs = count()


def run(requests: int = 2000, connections: int = 32, rounds: int = 3) -> Result:
    rates: dict[Server, float] = {}
    lost = 0
    for _ in range(rounds):
        for server in (ours, bare_bolt, bare_starlette):
            answers = _measured(server, requests, connections)
            lost += requests - answers.statuses[200]
            rates[server] = max(rates.get(server, 0.0), answers.rate)
    return Result(
        name="inbound",
        about=f"signed deliveries of Slack's stored on SQLite (FULL) and then acknowledged, {connections} connections "
        f"from another process; the best of {rounds} runs",
        rows=[
            Row(
                name="stored, then acknowledged",
                value=rates[ours],
                unit="req/s",
                against="bare Bolt",
                baseline=rates[bare_bolt],
                targets=(Target(at_least=500), Target(at_least=0.25, of_ratio=True)),
            ),
            Row(
                name="stored, then acknowledged",
                value=rates[ours],
                unit="req/s",
                against="bare Starlette",
                baseline=rates[bare_starlette],
            ),
            Row(name="not answered with 200", value=lost, targets=(Target(at_most=0),)),
        ],
        note="Bare Bolt checks the signature and acknowledges before an empty listener; bare Starlette reads the body. "
        "All on the same server.",
    )


def _measured(server: Server, requests: int, connections: int) -> Answers:
    with data.sqlite() as url, beside(server, url) as pipe:
        port = pipe.recv()
        apart(hammer, port, requests // 10, connections, f"w{next(_runs)}")
        return apart(hammer, port, requests, connections, f"r{next(_runs)}")


def ours(pipe: Connection, url: str) -> None:
    """Our door for Slack, and the inbox behind it."""
    asyncio.run(data.migrated(url))
    database = open_database(url)
    dispatcher = Dispatcher(database, Router(), _no_context, SystemClock(), handled=lambda: None)
    account = SlackAccount("http://127.0.0.1:9", "xoxb-benchmark", signing_secret=SECRET)
    routes = SlackListener(account, SystemClock()).routes(dispatcher.receive)
    _serve(pipe, Starlette(routes=routes), database)


def _no_context(_: Transaction) -> Context:
    raise NotImplementedError("nothing is handled here")


def bare_bolt(pipe: Connection, _url: str) -> None:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0", bot_user_id="UBOT", bot_token="xoxb-0")  # noqa: S106

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.event("message")
    async def nothing() -> None: ...

    handler = AsyncSlackRequestHandler(app)
    _serve(pipe, Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])]))


def bare_starlette(pipe: Connection, _url: str) -> None:
    async def read(request: Request) -> Response:
        await request.body()
        return Response()

    _serve(pipe, Starlette(routes=[Route("/slack/events", read, methods=["POST"])]))


def _serve(pipe: Connection, app: ASGIApp, database: SqlDatabase | None = None) -> None:
    run_watched(serve_until_told(pipe, app, database))


async def serve_until_told(pipe: Connection, app: ASGIApp, database: SqlDatabase | None = None) -> None:
    """Send the port, and serve until there is something in the pipe."""
    sock, stop = listen("127.0.0.1", 0), asyncio.Event()
    settled_heap()
    pipe.send(sock.getsockname()[1])
    serving = asyncio.create_task(serve(app, sock, stop))
    await asyncio.to_thread(pipe.recv)
    stop.set()
    await serving
    if database is not None:
        await database.close()
