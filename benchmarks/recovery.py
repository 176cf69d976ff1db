"""How soon a due post is out after the bot was killed: restarted on one machine, or carried on by another."""

import asyncio
import time
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from benchmarks import data
from benchmarks.apart import beside
from benchmarks.bots import SLACK, running
from benchmarks.result import Result, Row, Target
from bot.adapters.db import open_database
from bot.core.outbox import PATIENCE, Post, State

_AHEAD = timedelta(seconds=3)
"""How long before its instant a post is queued: less than the publisher's lead, so it is in hand when the bot dies."""
_GIVE_UP = 180.0


def run(rounds: int = 3, lease: timedelta = PATIENCE.lease) -> Result:
    with beside(slack) as pipe:
        platform = SLACK | {"SLACK_API_URL": f"http://127.0.0.1:{pipe.recv()}/api"}
        alone = min(_restarted(pipe, platform) for _ in range(rounds))
        several = _carried_on(pipe, platform, lease)
    return Result(
        name="recovery",
        about="a post that the bot had in hand when it was killed: until its first byte at a receiver on loopback",
        rows=[
            Row(
                name=f"one machine, SQLite: after the command that starts it again, the best of {rounds}",
                value=alone,
                unit="s",
                targets=(Target(at_most=3),),
            ),
            Row(
                name="two machines, PostgreSQL: after the lease of the one that died",
                value=several,
                unit="s",
                targets=(Target(at_most=1),),
            ),
        ],
        note=f"A lease lasts {lease.total_seconds():.0f} s from a post's instant. Nothing of the post had left: "
        "one that may have left is looked for first, after the platform's quiet window.",
    )


def slack(pipe: Connection) -> None:
    """Accepts everything, and tells for each call of chat.postMessage when it came (epoch seconds)."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            at = time.time()
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path.endswith("chat.postMessage"):
                pipe.send(at)
            answer = b'{"ok": true, "ts": "1.1", "channel": "C0", "user_id": "U0", "team_id": "T0", "bot_id": "B0"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        pipe.send(server.server_port)
        pipe.recv()
        server.shutdown()


def _restarted(pipe: Connection, platform: dict[str, str]) -> float:
    with data.sqlite() as url:
        with running(url, platform):
            _in_hand(url, due := data.now() + _AHEAD)
        time.sleep(max(due.timestamp() - time.time(), 0))
        began = time.time()
        with running(url, platform):
            return _arrival(pipe) - began


def _carried_on(pipe: Connection, platform: dict[str, str], lease: timedelta) -> float:
    with data.postgres() as url:
        with running(url, platform):
            _in_hand(url, due := data.now() + _AHEAD)
        with running(url, platform):
            return _arrival(pipe) - (due + lease).timestamp()


def _in_hand(url: str, due: datetime) -> None:
    """Queue a post, and wait until the bot has claimed it."""
    while asyncio.run(_state(url, data.post(f"recovery:{due}", due))) is not State.CLAIMED:
        time.sleep(0.05)


async def _state(url: str, post: Post) -> State:
    database = open_database(url)
    try:
        async with database.transaction() as tx:
            await tx.outbox.add(post)
            found = await tx.outbox.get(post.key)
    finally:
        await database.close()
    assert found is not None
    if found.state not in (State.QUEUED, State.CLAIMED):
        raise RuntimeError(f"the post was {found.state} before the bot could be killed: the machine is too busy")
    return found.state


def _arrival(pipe: Connection) -> float:
    if not pipe.poll(_GIVE_UP):
        raise TimeoutError("the post did not arrive")
    at: float = pipe.recv()
    return at
