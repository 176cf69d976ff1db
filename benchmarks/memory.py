"""How much memory the bot holds when nothing happens."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks import data
from benchmarks.bots import SLACK, TEAMS, running
from benchmarks.result import Result, Row

_MB = 1024.0


def run(idle: float = 3.0) -> Result:
    """`idle`: seconds for which a process has been doing nothing when it is looked at."""
    if not Path("/proc/self/smaps_rollup").exists():
        return Result(
            name="memory", about="memory of the idle bot", rows=[], note="Only Linux tells: nothing measured."
        )
    with _bare_python() as pid:
        bare = _settled(pid, idle)
    slack, both = (_of_bot(platforms, idle) for platforms in (SLACK, SLACK | TEAMS))
    return Result(
        name="memory",
        about=f"memory that the bot has to itself (unique set size) on SQLite, {idle:g} s after its start",
        rows=[
            Row(name="with Slack", value=slack, unit="MB", against="bare Python", baseline=bare),
            Row(name="with Slack and Teams", value=both, unit="MB", against="bare Python", baseline=bare),
            Row(name="with Slack and Teams", value=both, unit="MB", against="with Slack", baseline=slack),
        ],
        note="Teams' SDK is imported only where Teams is set up.",
    )


def _of_bot(platforms: Mapping[str, str], idle: float) -> float:
    with data.sqlite() as url, running(url, platforms) as bot:
        return _settled(bot.pid, idle)


@contextmanager
def _bare_python() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def _settled(pid: int, idle: float) -> float:
    time.sleep(idle)
    return unique(Path(f"/proc/{pid}/smaps_rollup").read_text())


def unique(rollup: str) -> float:
    """Megabytes that would be free if the process ended, from Linux's account of its memory (in kB)."""
    lines = (line.split() for line in rollup.splitlines()[1:])
    return sum(int(size) for name, size, *_ in lines if name in ("Private_Clean:", "Private_Dirty:")) / _MB
