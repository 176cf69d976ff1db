"""What a laboratory needs around it: a PostgreSQL server, empty databases, and a machine that is busy."""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.crashlab.server import postgres

_CHUNK = b"x" * 2**20


@contextmanager
def databases(kind: str) -> Iterator[Iterator[str]]:
    """Addresses of empty databases, as many as are asked for: files, or on a server of our own."""
    if kind == "postgres":
        with postgres() as server:
            yield (server.new_database(f"lab{number}") for number in count(1))
    else:
        with tempfile.TemporaryDirectory(prefix="antiphon-lab-") as folder:
            yield (f"sqlite:///{folder}/{number}.db" for number in count(1))


@contextmanager
def stress(wanted: bool) -> Iterator[None]:
    """Two processes that burn the processor, and one that has the disk write all the time."""
    with tempfile.TemporaryDirectory(prefix="antiphon-lab-") as folder:
        busy = [_busy(_burn), _busy(_burn), _busy(lambda: _write(Path(folder) / "storm"))] if wanted else []
        try:
            yield
        finally:
            for pid in busy:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _busy(step: Callable[[], object]) -> int:
    ours = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    while os.getppid() == ours:
        step()
    os._exit(0)


def _burn() -> int:
    return sum(number * number for number in range(100_000))


def _write(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(8):
            file.write(_CHUNK)
            file.flush()
            os.fsync(file.fileno())
