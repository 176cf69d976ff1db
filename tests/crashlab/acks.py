"""Killed at the instant of the acknowledgement: what the bot has by then, and what an app on bare Bolt has."""

import asyncio
import http.client
import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.adapters.clock import SystemClock
from bot.adapters.db import open_database
from bot.adapters.slack import SlackAccount
from bot.adapters.slack.listener import SlackListener
from bot.adapters.slack.web import go_directly
from bot.adapters.teams import TeamsAccount
from bot.adapters.teams.app import TeamsApp
from bot.adapters.teams.listener import TeamsListener
from bot.context import Context
from bot.core.events import Event
from bot.ports import Transaction
from bot.routing import Router
from bot.runtime.dispatcher import Dispatcher
from bot.web.server import listen, serve
from tests.crashlab.crowd import Teams, question, signed, slack_event, teams
from tests.crashlab.fleet import BrokenLab, fork, say
from tests.emulators import Emulators

Routes = Callable[["Lab"], Sequence[BaseRoute]]
_DIES_WITHIN = 30.0
_OF_SLACK = ("API_URL", "BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET")
_OF_TEAMS = ("CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "SERVICE_URL", "LOGIN_URL", "OPENID_URL")


@dataclass(frozen=True)
class Lab:
    """`sock` is where the doors are; it is open all the time, whoever serves it."""

    emulators: Emulators
    slack: SlackAccount
    account: TeamsAccount
    teams: Teams
    sock: socket.socket
    folder: Path

    @property
    def ours(self) -> Path:
        return self.folder / "ours.db"

    @property
    def bare(self) -> Path:
        return self.folder / "bare.db"


def compare(emulators: Emulators, folder: Path, times: int) -> int:
    """So many kills of the bot, at its doors in turn, and as many of an app on bare Bolt. Prints what each has lost."""
    lab = _lab(emulators, folder)
    ours = (_slack_by_http, _slack_by_socket, _teams)
    bare = (_bare_by_http, _bare_by_socket)
    for number in range(times):
        ours[number % 3](lab, number)
        bare[number % 2](lab, number)
    lab.sock.close()
    lost = times - _kept(lab.ours, "SELECT event FROM inbox", times)
    bare_lost = times - _kept(lab.bare, "SELECT text FROM records", times)
    say(f"killed at the acknowledgement {times} times: bare Bolt lost {bare_lost}")
    say(f"killed at the acknowledgement {times} times: {lost} lost")
    return int(bool(lost))


def _kept(file: Path, query: str, times: int) -> int:
    with closing(sqlite3.connect(file)) as database:
        everything = "".join(text for (text,) in database.execute(query))
    return sum(question(number) in everything for number in range(times))


def _lab(emulators: Emulators, folder: Path) -> Lab:
    emulators.reset()
    slack, given = emulators.get("/slack/credentials"), emulators.get("/teams/credentials")
    account = SlackAccount(*(slack[f"SLACK_{name}"] for name in _OF_SLACK))
    microsoft = TeamsAccount(*(given[f"TEAMS_{name}"] for name in _OF_TEAMS))
    lab = Lab(emulators, account, microsoft, teams(emulators), listen("127.0.0.1", 0), folder)
    asyncio.run(_migrated(lab))
    with closing(sqlite3.connect(lab.bare)) as records:
        records.executescript("PRAGMA journal_mode = WAL; CREATE TABLE records (text TEXT)")
    return lab


async def _migrated(lab: Lab) -> None:
    database = open_database(f"sqlite:///{lab.ours}")
    await database.migrate()
    await database.close()


# The bot, with its own listeners, dispatcher and database


def _slack_by_http(lab: Lab, number: int) -> None:
    _knock(lab, *_said_in_slack(number), lambda lab: SlackListener(lab.slack, SystemClock()).routes(_receive(lab)))


def _slack_by_socket(lab: Lab, number: int) -> None:
    _tell(lab, number, lambda: SlackListener(lab.slack, SystemClock()).run(_receive(lab)))


def _teams(lab: Lab, number: int) -> None:
    token = lab.emulators.post("/teams/tokens", kind="good")["token"]
    body = json.dumps(lab.teams.activity(datetime.now(UTC), number))
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    _knock(lab, "/api/messages", body, headers, lambda lab: TeamsListener(TeamsApp(lab.account)).routes(_receive(lab)))


def _receive(lab: Lab) -> Callable[[Event], Awaitable[None]]:
    database = open_database(f"sqlite:///{lab.ours}")
    return Dispatcher(database, Router(), _nobody_asks, SystemClock(), handled=lambda: None).receive


def _nobody_asks(_: Transaction) -> Context:
    raise NotImplementedError("nothing is handled here")


# An app on bare Bolt that acknowledges, as Bolt does for events, and then keeps what it heard


def _bare_by_http(lab: Lab, number: int) -> None:
    _knock(lab, *_said_in_slack(number), _bare_routes)


def _bare_routes(lab: Lab) -> Sequence[BaseRoute]:
    return [Route("/slack/events", AsyncSlackRequestHandler(_bare(lab)).handle, methods=["POST"])]


def _bare_by_socket(lab: Lab, number: int) -> None:
    async def listens() -> None:
        handler = AsyncSocketModeHandler(_bare(lab), lab.slack.app_token)
        go_directly(handler.client, lab.slack.api_url)
        await handler.start_async()  # type: ignore[no-untyped-call]  # the SDK has no annotation here

    _tell(lab, number, listens)


def _bare(lab: Lab) -> AsyncApp:
    client = AsyncWebClient(lab.slack.bot_token, base_url=lab.slack.api_url)
    go_directly(client, lab.slack.api_url)
    app = AsyncApp(client=client, signing_secret=lab.slack.signing_secret)

    @app.event("message")
    async def keep(event: dict[str, Any]) -> None:
        await asyncio.to_thread(_record, lab.bare, event["text"])

    return app


def _record(file: Path, text: str) -> None:
    with closing(sqlite3.connect(file, timeout=30)) as records, records:
        records.execute("INSERT INTO records VALUES (?)", (text,))


# Deliveries and deaths


def _said_in_slack(number: int) -> tuple[str, str, Mapping[str, str]]:
    body = json.dumps(slack_event(datetime.now(UTC), number))
    return "/slack/events", body, signed(body)


def _knock(lab: Lab, path: str, body: str, headers: Mapping[str, str], routes: Routes) -> None:
    """Deliver by HTTP to a process that dies when its acknowledgement has left."""
    pid = fork(
        lambda: serve(_dying(Starlette(routes=list(routes(lab)))), lab.sock, asyncio.Event()), lab.folder / "log"
    )
    host, port = lab.sock.getsockname()
    connection = http.client.HTTPConnection(host, port, timeout=_DIES_WITHIN)
    connection.request("POST", path, body, dict(headers))
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        raise BrokenLab(f"not acknowledged: {status}\n{(lab.folder / 'log').read_text()[-4000:]}")
    _see_it_dead(lab, pid)


def _tell(lab: Lab, number: int, listens: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Deliver by Socket Mode to a process that dies when its acknowledgement has left."""

    async def dying() -> None:
        send = SocketModeClient.send_socket_mode_response

        async def last(*args: Any) -> None:
            await send(*args)
            os.kill(os.getpid(), signal.SIGKILL)

        SocketModeClient.send_socket_mode_response = last  # type: ignore[assignment,method-assign]
        await listens()

    pid = fork(dying, lab.folder / "log")
    lab.emulators.post("/slack/messages", user="U0MEMBER", channel="U0MEMBER", text=question(number))
    _see_it_dead(lab, pid)


def _see_it_dead(lab: Lab, pid: int) -> None:
    give_up = time.monotonic() + _DIES_WITHIN
    while (ended := os.waitpid(pid, os.WNOHANG)) == (0, 0):
        if time.monotonic() > give_up:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)
    if os.WTERMSIG(ended[1]) != signal.SIGKILL or time.monotonic() > give_up:
        raise BrokenLab(f"it did not acknowledge:\n{(lab.folder / 'log').read_text()[-4000:]}")


def _dying(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def last(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body":
                os.kill(os.getpid(), signal.SIGKILL)

        await app(scope, receive, last)

    return serve
