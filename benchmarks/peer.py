"""The same posts as jobs of APScheduler's, kept by its own job store."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, event

from benchmarks import data
from benchmarks.apart import settled_heap

_PATIENCE = 120.0
"""Seconds after the last due instant at which we stop waiting."""

_peer_socket: socket.socket


async def fire(key: str) -> None:
    """APScheduler keeps the name of its job's function, so it stands here."""
    _peer_socket.sendall(f"{key}\n".encode())


def schedule(url: str, port: int, after: Sequence[float], grace: int | None, starts: float) -> Mapping[str, float]:
    """Have APScheduler run a job for each of `after` (seconds after the first). Returns when each was due (epoch).

    It drops a job that is more than `grace` seconds late; None for never. `starts`: seconds that it has to start.
    """
    global _peer_socket
    with socket.create_connection(("127.0.0.1", port)) as _peer_socket:
        return asyncio.run(_schedule(url, after, grace, starts))


async def _schedule(url: str, after: Sequence[float], grace: int | None, starts: float) -> Mapping[str, float]:
    from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    over, left = asyncio.Event(), len(after)

    def settled(_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            over.set()

    start = data.now() + timedelta(seconds=starts + len(after) / 200)
    due = {f"p{number}": start + timedelta(seconds=later) for number, later in enumerate(after)}
    _fill_job_store(url, due, grace)
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_jobstore("sqlalchemy", url=url)
    scheduler.add_listener(settled, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED | EVENT_JOB_ERROR)
    settled_heap()
    scheduler.start()
    if data.now() > start:
        raise TimeoutError("the machine is too busy to fill APScheduler's job store in time")
    async with asyncio.timeout((max(due.values()) - data.now()).total_seconds() + _PATIENCE):
        await over.wait()
    scheduler.shutdown()
    return {key: at.timestamp() for key, at in due.items()}


def _fill_job_store(url: str, due: Mapping[str, datetime], grace: int | None) -> None:
    """Add the jobs without waiting for the disk: APScheduler commits each by itself."""
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    engine = create_engine(url)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    scheduler = BackgroundScheduler(timezone=UTC, jobstores={"default": SQLAlchemyJobStore(engine=engine)})
    for key, at in due.items():
        scheduler.add_job(fire, "date", args=[key], run_date=at, misfire_grace_time=grace)
    scheduler.start(paused=True)
    scheduler.shutdown()
    engine.dispose()
