"""Several processes at work on one database: machines that fail, and `antiphon web` beside `antiphon worker`."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.clock import SharedClock, SystemClock
from bot.adapters.db import SqlDatabase, engine, open_database
from bot.adapters.db.problems import DatabaseProblem
from bot.adapters.yaml_content import load
from bot.context import Context
from bot.core.bodies import Text
from bot.core.events import Event, Mention, Person, Place, Platform
from bot.core.outbox import Post, State, new_post
from bot.core.policy import Roles
from bot.ports import Transaction
from bot.routing import Router
from bot.runtime.dispatcher import Dispatcher
from tests.emulators import Emulators
from tests.journeys.test_processes import (
    QUESTION,
    ROOT,
    STARTS,
    answers,
    antiphon,
    environment,
    free_port,
    listens,
)
from tests.waiting import until

__all__ = ["environment"]

LEASE = timedelta(minutes=1)
SLACK = Place(Platform.SLACK, "T1", "C1")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CONTENT = load(ROOT / "content")
DIES_IN_ITS_HANDLER = """
import asyncio, sys
from tests.journeys.test_several import dispatcher, router_with, open_database

async def main():
    async def stands_still(*_):
        print("in the handler", flush=True)
        await asyncio.sleep(3600)

    await dispatcher(open_database(sys.argv[1]), router_with(stands_still)).drain()

asyncio.run(main())
"""


def mention(key: str = "slack:T1:Ev1") -> Mention:
    author = Person(Platform.SLACK, "T1", "U1")
    return Mention(key=key, at=NOW, author=author, place=SLACK, text=QUESTION, message_id="1.0")


async def answer(event: Event, ctx: Context) -> None:
    await ctx.reply(event, "Here you are.")


def router_with(handler: object) -> Router:
    router = Router()
    router.on(Mention)(handler)  # type: ignore[arg-type]
    return router


def dispatcher(database: SqlDatabase, router: Router) -> Dispatcher:
    def context(tx: Transaction) -> Context:
        return Context(SystemClock().now(), CONTENT, {}, Roles(), tx)

    return Dispatcher(database, router, context, SystemClock(), handled=lambda: None)


@asynccontextmanager
async def databases(url: str, number: int) -> AsyncIterator[list[SqlDatabase]]:
    """As each of so many processes has it."""
    opened = [open_database(url) for _ in range(number)]
    await opened[0].migrate()
    yield opened
    for database in opened:
        await database.close()


async def replies(database: SqlDatabase) -> int:
    async with database.transaction() as tx:
        return len(await tx.outbox.list(states=[State.QUEUED]))


async def test_an_event_in_one_workers_hands_is_left_alone_by_the_others(postgres_url: str) -> None:
    async with databases(postgres_url, 2) as (one, other):
        inside, go_on = asyncio.Event(), asyncio.Event()

        async def slow(event: Event, ctx: Context) -> None:
            inside.set()
            await go_on.wait()
            await answer(event, ctx)

        first = dispatcher(one, router_with(slow))
        await first.receive(mention())
        handling = asyncio.create_task(first.drain())
        await inside.wait()
        await dispatcher(other, router_with(answer)).drain()
        assert await replies(other) == 0
        go_on.set()
        await handling
        await dispatcher(other, router_with(answer)).drain()
        assert await replies(other) == 1


async def test_an_event_whose_worker_was_killed_in_its_handler_is_answered_by_another(postgres_url: str) -> None:
    async with databases(postgres_url, 1) as (ours,):
        survivor = dispatcher(ours, router_with(answer))
        await survivor.receive(mention())
        command = [sys.executable, "-c", DIES_IN_ITS_HANDLER, postgres_url]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220
            assert process.stdout is not None
            assert process.stdout.readline() == "in the handler\n"
            await survivor.drain()
            assert await replies(ours) == 0
            process.kill()
        while not await replies(ours):
            await survivor.drain()
        assert await replies(ours) == 1


async def test_news_of_another_process_needs_no_beat(postgres_url: str) -> None:
    async with databases(postgres_url, 2) as (web, worker):
        works = dispatcher(worker, router_with(answer))
        listening = asyncio.Event()

        def news() -> None:
            listening.set()
            works.wake()

        async with asyncio.timeout(20):
            running = [asyncio.create_task(works.run()), asyncio.create_task(worker.listen(news))]
            await listening.wait()
            await dispatcher(web, Router()).receive(mention())
            while not await replies(web):  # noqa: ASYNC110 - it is told by nothing but the database
                await asyncio.sleep(0.01)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def test_what_a_machine_has_begun_when_it_stands_still_holds_up_the_others_for_a_moment_only(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_IDLE", "1s")
    async with databases(postgres_url, 2) as (stopped, other), asyncio.timeout(20):
        with pytest.raises(DatabaseProblem, match="it ended the connection"):
            async with stopped.transaction() as tx:
                await tx.inbox.add(mention())
                # The other would wait for this transaction to end: they have the same key.
                await dispatcher(other, Router()).receive(mention())
        async with other.transaction() as tx:
            assert await tx.inbox.counts() == (1, 0)


async def test_two_publishers_that_take_over_from_each_other_do_not_wait_for_each_other(postgres_url: str) -> None:
    async with databases(postgres_url, 2) as both:
        async with both[0].transaction() as tx:
            for key in ("first", "second"):
                await tx.outbox.add(new_post(key, SLACK, Text("Hello."), NOW))
            posts = await tx.outbox.claim(Platform.SLACK, until=NOW, now=NOW, lease=LEASE, limit=2)
        have_taken = asyncio.Barrier(2)

        async def turn(database: SqlDatabase, ours: Post) -> Sequence[Post]:
            async with database.transaction() as tx:
                late = NOW + 2 * LEASE
                await tx.outbox.take_over(Platform.SLACK, expired_by=late, limit=9, ours=[ours.key])
                await have_taken.wait()
                return await tx.outbox.begin([ours], now=late, lease=LEASE)

        begun = await asyncio.gather(*(turn(*one) for one in zip(both, posts, strict=True)))
        assert begun == [[], []]


async def test_an_answer_during_which_the_process_stood_still_does_not_set_the_shared_clock() -> None:
    elapsed, stops = 0.0, iter([30.0, 0.01])

    async def ask() -> datetime:
        nonlocal elapsed
        shown = NOW + timedelta(seconds=elapsed)
        elapsed += next(stops)
        return shown

    clock = SharedClock(ask, lambda: elapsed)
    await clock.set()
    assert abs(clock.now() - NOW - timedelta(seconds=elapsed)) < timedelta(seconds=0.01)


def test_on_sqlite_the_worker_answers_what_web_hears_and_there_is_no_second_worker(
    environment: dict[str, str], emulators: Emulators, tmp_path: Path
) -> None:
    """There is no NOTIFY on SQLite: the worker finds it at its beat."""
    port = free_port()
    # Slack alone, so that the processes start quickly.
    others = ("X_", "TEAMS_", "SLACK_APP_TOKEN")
    by_http = {name: value for name, value in environment.items() if not name.startswith(others)}
    with antiphon(by_http, tmp_path, "worker"), antiphon(by_http, tmp_path, "web", "--port", str(port)):
        until(lambda: listens(port), STARTS)
        emulators.put("/slack/endpoint", {"url": f"http://127.0.0.1:{port}/slack/events"})
        until(lambda: emulators.get("/slack/endpoint")["verified"])
        emulators.post("/slack/messages", user="U0MEMBER", channel="U0MEMBER", text=QUESTION)
        until(lambda: answers(emulators, "slack"), STARTS)
        second = subprocess.run(
            [sys.executable, "-m", "bot", "worker"],
            cwd=tmp_path, env=by_http, capture_output=True, text=True, timeout=STARTS, check=False,
        )  # fmt: skip
    assert second.returncode == 1
    assert "Another `antiphon run` or `antiphon worker` is at work on" in second.stderr
    assert "Traceback" not in second.stderr
    assert len(answers(emulators, "slack")) == 1


@pytest.mark.soak
def test_machines_that_die_stand_still_and_lose_their_database_lose_and_double_no_post() -> None:
    command = [sys.executable, "-m", "tests.crashlab.several", "--posts", "200", "--rate", "30"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    *_, disturbances, verdict = said.stdout.splitlines()
    assert verdict == "201 posts: 0 lost, 0 doubled"
    assert all(word in disturbances for word in ("kills", "stops past the lease", "crashes of the database"))
