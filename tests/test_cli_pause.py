"""`antiphon pause`, `resume`, `outbox …`, `inbox …` and `audit` at the keyboard, on both kinds of database."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.db import open_database
from bot.core.bodies import Text
from bot.core.chat import run_sheet
from bot.core.dates import date_words, day_words
from bot.core.events import Place, Platform
from bot.core.outbox import Post, State, new_post
from bot.services.pausing import standing
from tests.keyboard import own_folder, said
from tests.samples import sample_content

ROOT = Path(__file__).parents[1]
TODAY = datetime.now(UTC)
LATER = TODAY.date() + timedelta(days=60)

Run = Callable[..., str]


@pytest.fixture
def antiphon(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command and returns what it says; its exit code first where it fails."""
    own_folder(tmp_path, monkeypatch, DATABASE_URL=database_url)
    return partial(said, monkeypatch, capsys)


def queue(database_url: str, *posts: Post) -> None:
    async def add() -> None:
        database = open_database(database_url)
        async with database.transaction() as tx:
            for post in posts:
                await tx.outbox.add(post)
        await database.close()

    asyncio.run(add())


def post(key: str, minutes: int = 0, keeps: int = 10, state: State = State.QUEUED) -> Post:
    due = datetime.now(UTC) + timedelta(minutes=minutes)
    made = new_post(key, Place(Platform.SLACK, channel="C1"), Text("Q1"), due, cut_off=due + timedelta(minutes=keeps))
    return replace(made, state=state)


def test_a_pause_is_set_shown_and_ended_with_what_goes_out_and_what_was_missed(
    antiphon: Run, database_url: str
) -> None:
    assert antiphon("pause") == "Nothing is paused.\n"
    told = antiphon("pause", "a", "wrong", "date", "--until", f"{LATER}", "--except", "reply", "--except", "slack")
    assert f"until the end of {day_words(LATER)}. Reason: a wrong date." in told
    assert "These go out all the same: reply, slack." in told
    assert antiphon("pause", "election").startswith("1 Nothing was changed. Paused since ")
    assert "It took the place of another" in antiphon("pause", "election", "--replace")
    queue(database_url, post("chat:a:q1:slack", -20), post("chat:a:q2:slack", -5), post("slack:T:1:reply", -300, 1440))
    queue(database_url, post("chat:a:q3:slack", 5))
    now = (
        "going out at once: 1 chat post, 1 answer; missed, too late by now: 1 chat post; waiting for their time: 1 chat"
    )
    rehearsed = antiphon("resume", "--dry-run")
    assert f"If it ended now: {now}" in rehearsed
    resumed = antiphon("resume")
    assert f"is over (election). Now {now}" in resumed
    assert "Missed: chat:a:q1:slack, " in resumed
    assert antiphon("resume") == "1 Nothing is paused, so there is nothing to resume.\n"
    assert [line.split(": ", 1)[1].split(" (")[0] for line in antiphon("audit").splitlines()] == [
        "resume", "pause", "pause",
    ]  # fmt: skip


def test_a_pause_can_be_planned_and_called_off(antiphon: Run) -> None:
    told = antiphon("pause", "election", "--from", f"{LATER}", "--until", f"{LATER + timedelta(days=40)} 5pm")
    assert told.startswith(f"A pause is planned from the beginning of {day_words(LATER)} until ")
    assert "is called off (election)" in antiphon("resume")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--until", "yesterday"), "“yesterday” is not a date that I can read"),
        (("--until", date_words(TODAY.date() - timedelta(days=9)).rpartition(" ")[0]), "has no year"),
        (("--from", f"{LATER}", "--until", f"{TODAY.date() + timedelta(days=1)}"), "It would end before it begins."),
        (("--except", "tweets"), "these name nothing that the bot sends: tweets. You can name:\n  x "),
        (("--except", "chat:2026-12-16"), "chat:2026-12-16"),
    ],
)
def test_what_cannot_be_understood_pauses_nothing(antiphon: Run, words: tuple[str, ...], told: str) -> None:
    refused = antiphon("pause", "election", *words)
    assert refused.startswith("1 Nothing was paused")
    assert told in refused
    assert antiphon("pause") == "Nothing is paused.\n"


def test_a_pause_without_a_reason_is_refused(antiphon: Run) -> None:
    assert antiphon("pause", "--until", f"{LATER}").startswith("1 Nothing was paused. Say why")


def test_what_is_planned_can_be_exempt_by_the_beginning_of_its_key(antiphon: Run, database_url: str) -> None:
    async def plan() -> None:
        database = open_database(database_url)
        await database.migrate()
        content = sample_content()
        async with database.transaction() as tx:
            for entry in run_sheet("2026-12-15", content.chats["2026-12-15"], content, [Platform.SLACK]):
                due = entry.due + timedelta(days=36500)  # whenever this is run, it is still to come
                await tx.plan.put(replace(entry, due=due, cut_off=due))
        await database.close()

    asyncio.run(plan())
    assert "all the same: chat:2026-12-15." in antiphon("pause", "election", "--except", "chat:2026-12-15")


def test_in_an_emergency_broken_content_does_not_keep_the_bot_talking(
    antiphon: Run, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "content/faq.yaml").write_text("- id: [\n")
    assert "Paused since" in antiphon("pause", "incident")

    async def found() -> str:
        database = open_database(database_url)
        async with database.transaction() as tx:
            pause = await standing(tx, datetime.now(UTC))
        await database.close()
        return pause.reason if pause else ""

    assert asyncio.run(found()) == "incident"


def test_posts_are_looked_at_and_decided_about(antiphon: Run, database_url: str) -> None:
    assert antiphon("outbox") == antiphon("outbox", "list") == "Every post is sent or waits for its time.\n"
    queue(database_url, post("chat:a:q1:slack", state=State.HELD), post("chat:a:q2:slack", state=State.DEAD))
    assert len(antiphon("outbox", "list").splitlines()) == 2
    assert antiphon("outbox", "list", "--state", "held").startswith("Look whether it is there: chat:a:q1:slack")
    assert "Where: Slack, channel C1\n" in antiphon("outbox", "show", "q1:slack")
    assert antiphon("outbox", "resolve", "q1:slack").startswith("1 Add --there")
    assert antiphon("outbox", "retry", "q1:slack").startswith("1 chat:a:q1:slack may be public already")
    assert antiphon("outbox", "resolve", "q1:slack", "--there", "--id", "17.1") == "chat:a:q1:slack counts as sent.\n"
    assert antiphon("outbox", "retry", "q2:slack").startswith("chat:a:q2:slack is queued. It goes out on ")
    assert antiphon("outbox", "cancel", "q2:slack") == "chat:a:q2:slack is cancelled: it will not be sent.\n"
    assert len(antiphon("audit", "--limit", "2").splitlines()) == 2


def test_events_set_aside_are_looked_at(antiphon: Run) -> None:
    assert antiphon("inbox", "list") == "No event is set aside.\n"
    assert antiphon("inbox", "retry", "Ev1").startswith("1 There is no key 'Ev1'")
    assert antiphon("audit") == "Nobody has done anything yet that is noted here.\n"
