"""A pause as people live through it: real adapters, emulated platforms, whose ledgers are the judge."""

import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bot.adapters.db import open_database
from bot.adapters.yaml_content import load
from bot.core.chat import run_sheet
from bot.core.events import Platform
from bot.core.outbox import Post, State
from bot.core.pause import Backlog, Pause
from bot.core.plan import Entry
from bot.demo.session import Session, eventually, session
from bot.ports import Transaction
from bot.services.pausing import begin, end, held_back
from tests.emulators import Emulators
from tests.journeys.test_processes import QUESTION, STARTS, answers, antiphon, asks_in_slack, environment, free_port
from tests.waiting import until

__all__ = ["environment"]

ROOT = Path(__file__).parents[2]
CHAT = "2017-09-19"
MINUTE = timedelta(minutes=1)


async def elsewhere(here: Session, change: Callable[[Transaction, datetime], Awaitable[object]]) -> None:
    """What another process does with the same database."""
    other = open_database(here.settings.database_url.get_secret_value())
    try:
        async with other.transaction() as tx:
            await change(tx, here.clock.now())
    finally:
        await other.close()


async def states(here: Session, entry: Entry) -> dict[str, State]:
    async with here.bot.database.transaction() as tx:
        posts: list[Post | None] = [await tx.outbox.get(f"{entry.key}:{platform}") for platform in Platform]
    return {post.platform.value: post.state for post in posts if post}


async def reached(here: Session, entry: Entry) -> set[str]:
    """The platforms whose ledgers show an entry's words; not where its hosts are told that it did not go out."""
    words = {platform.value: body.text[:40] for platform, body in entry.bodies.items()}
    rows = [row for row in await here.world.ledger() if "did not go out" not in str(row)]
    return {row["platform"] for row in rows if words[row["platform"]] in str(row)}


async def happens(what: str, look: Callable[[], Awaitable[bool]]) -> None:
    async def seen() -> bool | None:
        return await look() or None

    await eventually(seen, what)


async def test_a_chat_is_paused_and_goes_on_with_what_is_not_too_late() -> None:
    content = load(ROOT / "content")
    sheet = {entry.key.rpartition(":")[2]: entry for entry in run_sheet(CHAT, content.chats[CHAT], content, Platform)}
    q2, q3, q4, q5 = (sheet[f"q{number}"] for number in (2, 3, 4, 5))
    found: list[Backlog] = []

    async def pause(tx: Transaction, now: datetime) -> None:
        await begin(tx, Pause(reason="incident", by="command line", at=now, since=now, exempt=("teams",)))

    async def resume(tx: Transaction, now: datetime) -> None:
        ended = await end(tx, "command line", now)
        assert ended is not None
        found.append(await held_back(tx, ended, now))

    async with session(content, ROOT / "content", q2.due - MINUTE, 10) as here:

        async def is_everywhere(entry: Entry) -> bool:
            return await reached(here, entry) == set(Platform)

        async def is_claimed() -> bool:
            return set((await states(here, q3)).values()) == {State.CLAIMED}

        async def is_answered() -> bool:
            return any("Source:" in str(row) and row["platform"] == "slack" for row in await here.world.ledger())

        async def is_queued_answer() -> bool:
            async with here.bot.database.transaction() as tx:
                return any(post.key.endswith(":reply") for post in await tx.outbox.list(states=[State.QUEUED]))

        await happens("Q2 is everywhere", lambda: is_everywhere(q2))
        await here.skip_to(q3.due - MINUTE)
        await happens("Q3 is in hand", is_claimed)
        await elsewhere(here, pause)
        await here.world.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text=f"<@U0ANTIPHON> {QUESTION}")
        await happens("the question is understood", is_queued_answer)
        for entry in (q3, q4):
            await here.skip_to(entry.due + MINUTE)
            await happens("what is exempt goes out", lambda entry=entry: _is(reached(here, entry), {"teams"}))  # type: ignore[misc]
        await here.skip_to(q4.due + 5 * MINUTE)
        assert not await is_answered()
        assert await states(here, q3) == {"x": State.QUEUED, "slack": State.QUEUED, "teams": State.SENT}
        await elsewhere(here, resume)
        await happens("Q4 is everywhere", lambda: is_everywhere(q4))
        await happens("the question is answered", is_answered)
        await here.skip_to(q5.due)
        await happens("Q5 is everywhere", lambda: is_everywhere(q5))
        assert await reached(here, q3) == {"teams"}
        assert await states(here, q3) == {"x": State.MISSED, "slack": State.MISSED, "teams": State.SENT}
    [backlog] = found
    assert {post.key for post in backlog.missed} == {f"{q3.key}:{on}" for on in ("x", "slack")}
    assert sorted(post.key.rpartition(":")[2] for post in backlog.go) == ["reply", "slack", "x"]


async def _is(looked: Awaitable[set[str]], expected: set[str]) -> bool:
    return await looked == expected


def command(environment: dict[str, str], folder: Path, *words: str) -> str:
    run = [sys.executable, "-m", "bot", *words]
    done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_a_pause_outlives_the_bot_and_ends_with_each_answer_given_once(
    environment: dict[str, str], emulators: Emulators, postgres_url: str, tmp_path: Path
) -> None:
    environment["DATABASE_URL"] = postgres_url

    def ask(text: str) -> None:
        emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text=f"<@U0ANTIPHON> {text}")

    def queued() -> int:
        with psycopg.connect(postgres_url) as server:
            row: Any = server.execute("SELECT count(*) FROM outbox WHERE state = 'queued'").fetchone()
            return int(row[0])

    with antiphon(environment, tmp_path, "run", "--port", str(free_port())) as bot:
        until(asks_in_slack(emulators), STARTS)
        assert "Paused since" in command(environment, tmp_path, "pause", "incident")
        ask(QUESTION)
        until(lambda: queued() == 1)
        bot.kill()
        bot.wait()
    with antiphon(environment, tmp_path, "run", "--port", str(free_port())):
        until(asks_in_slack(emulators), STARTS)
        ask("help")
        until(lambda: queued() == 2)
        assert answers(emulators, "slack") == []
        assert "going out at once: 2 answers" in command(environment, tmp_path, "resume")
        until(lambda: len(answers(emulators, "slack")) == 2)
        ask("hello")
        until(lambda: len(answers(emulators, "slack")) == 3)
    assert "Source:" in answers(emulators, "slack")[0]["text"]
