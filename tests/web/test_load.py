"""The bot as it is run, with hundreds of strangers at its door at once."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import jwt
import pytest
import requests

from bot.config import Settings
from tests.emulators import Emulators
from tests.waiting import until

ROOT = Path(__file__).parents[2]
STRANGERS = 500
SLOW_KEYS = 4.0
"""Seconds that Microsoft's key server takes here."""
ROUNDS = 4
WORK = 'antiphon_loop_stall_seconds_count{cause="work"}'


class Bot:
    """A process on the emulated Teams, seen through its web side."""

    def __init__(self, port: int, account: dict[str, str]) -> None:
        self.port, self.account = port, account

    def ready(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=10).ok
        return False

    def figure(self, name: str) -> float:
        lines = requests.get(f"http://127.0.0.1:{self.port}/metrics", timeout=10).text.splitlines()
        return float(next((line.split()[1] for line in lines if line.startswith(f"{name} ")), "0"))

    def bogus(self) -> str:
        """A token that names a key which nobody has."""
        claims = {"iss": "https://api.botframework.com", "aud": self.account["TEAMS_CLIENT_ID"]}
        return jwt.encode(claims, "x" * 32, "HS256", {"kid": str(uuid.uuid4())})

    def delivery(self, token: str) -> bytes:
        body = json.dumps({"type": "message", "serviceUrl": self.account["TEAMS_SERVICE_URL"]}).encode()
        head = ("POST /api/messages HTTP/1.1", "Host: bot", "Connection: close", "Content-Type: application/json",
                f"Authorization: Bearer {token}", f"Content-Length: {len(body)}", "", "")  # fmt: skip
        return "\r\n".join(head).encode() + body

    async def knocked(self, requests: Sequence[bytes]) -> set[bytes]:
        """Statuses of requests which all arrive at the same moment."""
        links = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", self.port) for _ in requests))
        for (_, writer), request in zip(links, requests, strict=True):
            writer.write(request)
        answers = await asyncio.gather(*(reader.read() for reader, _ in links))
        for _, writer in links:
            writer.close()
        return {answer.split(b" ")[1] for answer in answers}


@pytest.fixture
def bot(emulators: Emulators, tmp_path: Path) -> Iterator[Bot]:
    ours = {name.upper() for name in Settings.model_fields}
    account = emulators.get("/teams/credentials")
    environment = {name: value for name, value in os.environ.items() if name not in ours} | account
    environment |= {
        "ANSWERS": "core",  # others take seconds of a processor to start
        "DATABASE_URL": f"sqlite:///{tmp_path / 'antiphon.db'}",
        "CONTENT_DIR": str(ROOT / "content"),
        "PYTHONPATH": str(ROOT),
    }
    log = tmp_path / "bot.log"
    command = [sys.executable, "-m", "bot", "run", "--port", "0"]
    with log.open("w") as out, subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=out) as process:
        try:
            until(lambda: "address=127.0.0.1:" in log.read_text() or process.poll() is not None, 60)
            assert process.poll() is None, log.read_text()
            bot = Bot(int(log.read_text().partition("address=127.0.0.1:")[2].split()[0]), account)
            until(bot.ready, 60)
            yield bot
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()


def keys_asked(emulators: Emulators) -> int:
    """How often Microsoft's key server has given its keys."""
    return sum(exchange["path"].endswith("/keys") for exchange in emulators.exchanges())


def test_strangers_by_the_hundred_do_not_hold_the_bot_up(bot: Bot, emulators: Emulators) -> None:
    """What the loop's own work takes is counted apart, so that a busy machine makes no stalls here."""
    emulators.faults("teams", {"on": "GET /v1/.well-known/keys", "kind": "delay", "seconds": SLOW_KEYS})
    forged: str = emulators.post("/teams/tokens", kind="forged")["token"]
    stalls, answered = [], 0
    for _ in range(ROUNDS):
        before = bot.figure(WORK)
        requests = [bot.delivery(token) for _ in range(STRANGERS // 2) for token in (bot.bogus(), forged)]
        with ThreadPoolExecutor(1) as door:
            knocked = door.submit(asyncio.run, bot.knocked(requests))
            while not keys_asked(emulators):
                bot.figure(WORK)
                answered += 1
            assert knocked.result() == {b"401"}
        stalls.append(bot.figure(WORK) - before)
        if stalls[-1] == 0 and len(stalls) > 1:
            break
    assert 0 in stalls[1:]
    assert keys_asked(emulators) == 1
    assert answered > 5, "whoever waited for the keys on the event loop would have answered nobody meanwhile"
