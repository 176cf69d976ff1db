"""Several machines: each a whole process as `antiphon web` or `antiphon worker` joins it, forked and killed."""

import asyncio
import importlib
import os
import signal
import socket
import sys
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import psycopg

from bot.adapters.db import open_database
from bot.adapters.db.problems import DatabaseProblem
from bot.adapters.yaml_content import load
from bot.bootstrap import Bot, Process, build
from bot.config import Settings
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.outbox import Patience, Post, State, confirm, send_again
from bot.runtime import logs
from bot.runtime.publisher import Pace
from bot.runtime.watchdog import run_watched
from tests.crashlab.clocks import SPEED, LabClock, set_wrong
from tests.emulators import Emulators

ROOT = Path(__file__).parents[2]
LAG = 0.5
"""Wall seconds until the platforms show what they have accepted to who reads."""
FAR = timedelta(days=300)
_NO_DATABASE = 7
_PACE = Pace(lead=timedelta(seconds=0.15) * SPEED, head_start=timedelta(seconds=0.05) * SPEED)
_POLL = timedelta(seconds=3) * SPEED
_WAITING = (State.HELD, State.MISSED, State.DEAD)
_STATES = "SELECT platform, state, reason, min(fence), max(fence), count(*) FROM outbox GROUP BY 1, 2, 3"


class BrokenLab(Exception):
    """A machine ended by itself, or the work came to no end."""


@dataclass(frozen=True)
class Fleet:
    """What its machines have in common. `start` is when the laboratory's time began, by the real clock."""

    settings: Settings
    content: Content
    start: datetime
    log: Path
    slowness: float = 1.0
    """How much more patient the bot is than usual: for machines under stress."""

    @property
    def address(self) -> str:
        return self.settings.database_url.get_secret_value()

    @property
    def patience(self) -> Patience:
        wall = timedelta(seconds=self.slowness) * SPEED
        return Patience(quiet=1.3 * wall, backoff=0.03 * wall, backoff_limit=0.5 * wall, lease=2.5 * wall)

    @property
    def lease(self) -> float:
        """Wall seconds after which others take over."""
        return self.patience.lease.total_seconds() / SPEED

    def clock(self, ask: Callable[[], Awaitable[datetime]]) -> LabClock:
        return LabClock(ask, self.start)

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.address) as connection:
            return connection.execute(query.encode()).fetchall()

    def states(self) -> str:
        """For whoever has to find out why the work comes to no end."""
        return f"{self.rows(_STATES)}\n{self.log.read_text()[-4000:]}"


def fleet(emulators: Emulators, address: str, start: datetime, log: Path, slowness: float = 1.0) -> Fleet:
    """Set the emulators up anew, and load the content with nothing planned in it: what is posted is the laboratory's.

    What takes long is imported here, once: machines are forked, and so are born in no time.
    """
    with warnings.catch_warnings(action="ignore"):  # the SDK warns of previews in itself
        for name in ("app", "client", "listener"):
            importlib.import_module(f"bot.adapters.teams.{name}")
    emulators.reset()
    began = start.timestamp()
    emulators.put("/clock", {"campaign": began, "wall": began, "speed": SPEED})
    given: dict[str, Any] = {"database_url": address, "content_dir": ROOT / "content"}
    for platform in Platform:
        credentials = emulators.get(f"/{platform}/credentials")
        given |= {name.lower(): value for name, value in credentials.items()}
        emulators.put(f"/lags/{platform}", {"seconds": LAG * SPEED})
    settings = Settings(_env_file=None, **given)
    content = replace(load(settings.content_dir), chats={}, actions=(), cards=())
    return Fleet(settings, content, start, log, slowness)


@dataclass
class Machine:
    """A process that is born again after each kill. `wrong_by`: seconds by which its own wall clock is wrong."""

    common: Fleet
    process: Process = Process.WORKER
    wrong_by: float = 0.0
    sock: socket.socket | None = None
    pid: int = 0

    def start(self) -> None:
        self.pid = fork(lambda: self._work(), self.common.log)

    def kill(self) -> None:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def revived(self) -> bool:
        """Start it again if it ended because it was started without a database; it may end for no other reason."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return False
        if os.waitstatus_to_exitcode(status) != _NO_DATABASE:
            raise BrokenLab(f"a machine ended by itself with status {status}:\n{self.common.log.read_text()[-4000:]}")
        self.start()
        return True

    async def _work(self) -> None:
        set_wrong(self.wrong_by)
        try:
            await (await self._joined()).run(asyncio.Event(), self.sock)
        except* DatabaseProblem:
            # A worker that runs survives this; one that is being started ends, as it does in production.
            sys.exit(_NO_DATABASE)

    async def _joined(self) -> Bot:
        common = self.common
        clock = common.clock(open_database(common.address).time)
        await clock.set()
        return await build(
            common.settings,
            common.content,
            self.process,
            clock=clock,
            patience=common.patience,
            pace=_PACE,
            x_poll=_POLL,
        )


def fork(work: Callable[[], Coroutine[Any, Any, None]], log: Path) -> int:
    """Do something in a process of its own, which writes to `log`. Returns its id."""
    pid = os.fork()
    if pid == 0:
        _in_child(work, log)
    return pid


def _in_child(work: Callable[[], Coroutine[Any, Any, None]], log: Path) -> NoReturn:
    status = 1
    try:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        logs.configure("info", ())
        run_watched(work())
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)  # noqa: T201 - to the log
    finally:
        os._exit(status)


def person(common: Fleet, is_there: Callable[[Post], bool]) -> None:
    """Somebody answers what waits for a person, having looked whether it is there."""
    os.waitpid(fork(lambda: _answer(common, is_there), common.log), 0)


async def _answer(common: Fleet, is_there: Callable[[Post], bool]) -> None:
    database = open_database(common.address)
    clock = common.clock(database.time)
    await clock.set()
    async with database.transaction() as tx:
        for state in _WAITING:
            for post in await tx.outbox.list(states=[state], limit=1000):
                said = confirm(post, clock.now()) if is_there(post) else send_again(post, clock.now(), FAR)
                assert said is not None
                await tx.outbox.save([said])
    await database.close()


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - it is what these programs are for
