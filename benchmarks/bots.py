"""The bot as operators run it: a process of its own, with settings from its environment."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.load import SECRET
from bot.config import Settings

ROOT = Path(__file__).parents[1]
_STARTS_WITHIN = 60.0
_NOBODY = "http://127.0.0.1:9"
"""Where nothing listens: an idle bot has nothing to say to the platforms."""

SLACK = {
    "SLACK_API_URL": f"{_NOBODY}/api",
    "SLACK_BOT_TOKEN": "xoxb-benchmark",
    "SLACK_SIGNING_SECRET": SECRET,
    "SLACK_CHANNEL": "C0",
}
TEAMS = {
    "TEAMS_CLIENT_ID": "00000000-0000-0000-0000-000000000001",
    "TEAMS_CLIENT_SECRET": "benchmark",
    "TEAMS_TENANT_ID": "00000000-0000-0000-0000-000000000002",
    "TEAMS_CHANNEL": "19:benchmark@thread.tacv2",
    "TEAMS_SERVICE_URL": f"{_NOBODY}/teams",
    "TEAMS_LOGIN_URL": _NOBODY,
    "TEAMS_OPENID_URL": f"{_NOBODY}/openid",
}


@dataclass(frozen=True, slots=True)
class Running:
    """`seconds` from the command until its heart beat."""

    pid: int
    port: int
    seconds: float


def settings(url: str, platforms: Mapping[str, str]) -> Settings:
    """For a bot in this process: these and no others, whatever the environment says."""
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    given: dict[str, Any] = {name.lower(): value for name, value in platforms.items()}
    return Settings(_env_file=None, database_url=url, content_dir=ROOT / "content", **given)


@contextmanager
def running(url: str, platforms: Mapping[str, str]) -> Iterator[Running]:
    """`antiphon run` on a database, from when it works; killed at the end."""
    port = _free_port()
    ours = {name.upper() for name in Settings.model_fields}
    machine = {name: value for name, value in os.environ.items() if name not in ours}
    settings = {"DATABASE_URL": url, "CONTENT_DIR": str(ROOT / "content"), "PYTHONPATH": str(ROOT), **platforms}
    with TemporaryDirectory(prefix="antiphon-bench-") as nowhere:  # no .env there
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "bot", "run", "--port", str(port)],
            cwd=nowhere,
            env={**machine, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _until_it_works(process, port)
            yield Running(process.pid, port, time.perf_counter() - began)
        finally:
            process.kill()
            process.wait()


def _until_it_works(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Its heart beats once everything that is done at a start is done."""
    give_up = time.monotonic() + _STARTS_WITHIN
    while process.poll() is None and time.monotonic() < give_up:
        if _checks(port).get("heartbeat") == "ok":
            return
        time.sleep(0.01)
    raise RuntimeError("the bot did not start; `antiphon check` may say why")


def _checks(port: int) -> dict[str, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            words = answer.read()
    except urllib.error.HTTPError as error:
        words = error.read()  # not ready for everything: the platforms are not there
    except OSError:
        return {}
    checks: dict[str, str] = json.loads(words)
    return checks


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])
