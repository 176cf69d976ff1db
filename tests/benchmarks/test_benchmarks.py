"""Each benchmark runs, small, and finds what it is to find. How quick anything is, is not for tests to say."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import pytest

from benchmarks import __main__ as command
from benchmarks import claims, data, feedback, inbound, lateness, memory, pages, peer, recovery, stalls, startup, tick
from benchmarks.apart import apart, apart_together
from benchmarks.result import Result
from bot.adapters.db import open_database
from bot.core.outbox import State


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting a process takes longer than what is measured in it here."""

    def call(function: Callable[..., object], *args: object) -> object:
        return function(*args)

    def call_each(function: Callable[..., object], calls: Sequence[Sequence[object]]) -> Sequence[object]:
        return [function(*args) for args in calls]

    for module in (lateness, inbound, tick, stalls):
        monkeypatch.setattr(module, "apart", call)
    monkeypatch.setattr(claims, "apart_together", call_each)
    for module in (lateness, peer, claims, tick):
        monkeypatch.setattr(module, "settled_heap", lambda: None)


def values(result: Result) -> dict[str, float]:
    return {f"{row.name} / {row.against}": row.value for row in result.rows}


@pytest.mark.usefixtures("here")
def test_lateness_counts_every_post(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lateness, "_STARTS", 1.5)
    result = lateness.run(posts=10, many=20, rounds=1)
    assert [row.value for row in result.rows if row.name.endswith(("dropped", "doubled"))] == [0] * 6
    assert [row.against for row in result.rows if row.name.endswith("p50")] == ["APScheduler", "APScheduler", ""]


@pytest.mark.usefixtures("here")
def test_claims_measures_ours_and_the_floor(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_STARTS", 0.1)
    monkeypatch.setattr(data, "postgres", lambda: nullcontext(postgres_url))
    result = claims.run(posts=150, rounds=1)
    assert [row.name for row in result.rows] == ["workers: 1", "workers: 4"]
    assert all(row.value > 0 and row.ratio for row in result.rows)


@pytest.mark.soak
@pytest.mark.usefixtures("here")
def test_inbound_answers_every_request() -> None:
    result = inbound.run(requests=20, connections=4, rounds=1)
    assert values(result)["not answered with 200 / "] == 0
    assert [row.against for row in result.rows] == ["bare Bolt", "bare Starlette", ""]


@pytest.mark.soak
def test_startup_compares_a_full_database_with_an_empty_one() -> None:
    (row,) = startup.run(planned=20, rounds=1).rows
    assert row.ratio


@pytest.mark.soak
def test_recovery_kills_the_bot_with_a_post_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "_carried_on", lambda *_: 0.0)  # it takes a lease
    alone, _ = recovery.run(rounds=1).rows
    assert alone.value > 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory a process has to itself")
@pytest.mark.soak
def test_memory_compares_the_bot_with_bare_python() -> None:
    slack, both, _ = memory.run(idle=0).rows
    assert slack.ratio
    assert both.value > slack.value


@pytest.mark.usefixtures("here")
def test_tick_compares_a_long_history_with_a_short_one() -> None:
    idle, busy = tick.run(short=5, long=50, ticks=12).rows
    assert idle.ratio
    assert busy.value > idle.value > 0


@pytest.mark.soak
@pytest.mark.usefixtures("here")
def test_stalls_loads_the_whole_bot() -> None:
    found = values(stalls.run(a_second=20, seconds=1, posts=3, tokens=4, slow=0.1))
    assert found["stored events / sent"] == 20
    assert found["bogus tokens turned away / sent"] == 4
    assert found["longest turn / idle"] > 0


def test_feedback_is_kept_found_and_exported() -> None:
    kept, same, export, processor, memory, *looks = feedback.run(rows=300, inserts=5, looks=6).rows
    assert all(row.ratio for row in (kept, same, export, processor, memory))
    assert all(row.value > 0 for row in looks)


async def test_a_history_is_as_long_as_it_is_said_to_be() -> None:
    with data.sqlite() as url:
        await asyncio.to_thread(tick.remember, url, 30)
        database = open_database(url)
        async with database.transaction() as tx:
            posts = await tx.outbox.list(limit=100)
        await database.close()
    assert len({post.key for post in posts}) == 30
    assert {post.state for post in posts} == {State.SENT}
    assert (posts[0].due - posts[-1].due).total_seconds() == 29 * 60


def fake(name: str) -> Callable[[], Result]:
    return lambda: Result(name=name, about="nothing", rows=[])


def test_the_command_prints_json_for_the_benchmarks_that_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tick, "run", fake("tick"))
    monkeypatch.setattr(memory, "run", fake("memory"))
    monkeypatch.setattr(sys, "argv", ["bench", "memory", "tick", "--json"])
    command.main()
    told = json.loads(capsys.readouterr().out)
    assert [result["name"] for result in told["benchmarks"]] == ["memory", "tick"]
    assert told["machine"]["processors"]


def test_a_mistyped_name_measures_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "lateness", "tock"])
    with pytest.raises(SystemExit):
        command.main()
    assert "there is no benchmark tock; there are lateness" in capsys.readouterr().err


def test_a_part_runs_in_a_process_of_its_own_and_its_failure_is_told() -> None:
    assert apart(os.getpid) != os.getpid()
    assert list(apart_together(abs, [(-1,), (-2,)])) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        apart(divmod, 1, 0)


@pytest.mark.soak
def test_pages_looks_at_every_page_of_both() -> None:
    result = pages.run(rows=20, posts=20, chats=2, looks=1)
    assert len(result.rows) > 25
    assert all(row.value > 0 and row.ratio for row in result.rows)
