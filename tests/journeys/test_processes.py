"""The bot as it is run: processes of their own, real signals, emulated platforms."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.config import Settings
from tests.emulators import Emulators
from tests.waiting import until

ROOT = Path(__file__).parents[2]
STARTS = 60.0
"""Seconds that a process may take to start on a busy machine."""
QUESTION = "how can I get involved?"


@pytest.fixture
def environment(emulators: Emulators, tmp_path: Path) -> dict[str, str]:
    """What a bot on the emulated platforms needs, and nothing else of ours."""
    ours = {name.upper() for name in Settings.model_fields}
    machine = {name: value for name, value in os.environ.items() if name not in ours}
    credentials = {
        name: value
        for platform in ("x", "slack", "teams")
        for name, value in emulators.get(f"/{platform}/credentials").items()
    }
    return {
        **machine, **credentials,
        "ANSWERS": "core",  # others take seconds of a processor to start
        "DATABASE_URL": f"sqlite:///{tmp_path / 'antiphon.db'}",
        "CONTENT_DIR": str(ROOT / "content"),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


@contextmanager
def antiphon(environment: dict[str, str], folder: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    log = (folder / f"{words[0]}.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *words], cwd=folder, env=environment, stderr=log, stdout=log, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        log.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def listens(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).ok
    except requests.RequestException:
        return False


def answers(emulators: Emulators, platform: str) -> Sequence[dict[str, Any]]:
    """What the bot said there."""
    return [row for row in emulators.ledger(platform) if row["author"] in ("U0ANTIPHON", "Antiphon", "AntiphonBot")]


def asks_in_slack(emulators: Emulators) -> Callable[[], bool]:
    def connected() -> bool:
        return bool(emulators.get("/slack/connections")["open"])

    return connected


def test_one_process_answers_and_ends_gracefully(
    environment: dict[str, str], emulators: Emulators, tmp_path: Path
) -> None:
    port = free_port()
    del environment["ANSWERS"]
    with antiphon(environment, tmp_path, "run", "--port", str(port)) as bot:
        until(lambda: listens(port), STARTS)
        until(asks_in_slack(emulators), STARTS)
        emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text=f"<@U0ANTIPHON> {QUESTION}")
        until(lambda: answers(emulators, "slack"), STARTS)  # sentence encoders load meanwhile
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(20) == 0
    assert not listens(port)
    assert len(answers(emulators, "slack")) == 1


def test_what_was_not_yet_sent_at_a_kill_is_sent_once_after_the_restart(
    environment: dict[str, str], emulators: Emulators, tmp_path: Path
) -> None:
    busy = {"on": "POST /api/chat.postMessage", "status": 429, "headers": {"Retry-After": "8"}, "times": 1}
    emulators.faults("slack", busy)
    with antiphon(environment, tmp_path, "run", "--port", str(free_port())) as bot:
        until(asks_in_slack(emulators), STARTS)
        emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text=f"<@U0ANTIPHON> {QUESTION}")
        until(lambda: any(exchange["status"] == 429 for exchange in emulators.exchanges()))
        until(lambda: posts(tmp_path) == [("queued", 1)])
        bot.kill()
        bot.wait()
    assert not answers(emulators, "slack")
    with antiphon(environment, tmp_path, "run", "--port", str(free_port())):
        until(asks_in_slack(emulators), STARTS)
        emulators.post("/slack/redeliver")
        until(lambda: answers(emulators, "slack"))
        emulators.post("/slack/messages", user="U0STUDENT", channel="C0CHAT", text="<@U0ANTIPHON> help")
        until(lambda: len(answers(emulators, "slack")) > 1)
    first, second = answers(emulators, "slack")
    assert "Source:" in first["text"]
    assert "Here is what I can do" in second["text"]


def posts(folder: Path) -> list[tuple[str, int]]:
    """State and attempts of every post in the database."""
    with contextlib.closing(sqlite3.connect(folder / "antiphon.db")) as connection:
        return connection.execute("select state, attempts from outbox").fetchall()


def test_web_and_worker_apart_share_the_work_on_postgresql(
    environment: dict[str, str], emulators: Emulators, postgres_url: str, tmp_path: Path
) -> None:
    port = free_port()
    environment["DATABASE_URL"] = postgres_url
    emulators.put("/teams/endpoint", {"url": f"http://127.0.0.1:{port}/api/messages"})
    with (
        antiphon(environment, tmp_path, "web", "--port", str(port)),
        antiphon(environment, tmp_path, "worker") as worker,
    ):
        until(lambda: listens(port), STARTS)
        until(asks_in_slack(emulators), STARTS)
        emulators.post("/teams/messages", user="member", conversation="personal", text=QUESTION)
        until(lambda: answers(emulators, "teams"), STARTS)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert len(answers(emulators, "teams")) == 1
