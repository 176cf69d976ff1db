"""What comes in, through the real doors, while those who take it in are killed."""

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.db import open_database
from bot.adapters.teams.wire import parse_activity
from tests.adapters.teams.test_wire import activity

ROOT = Path(__file__).parents[2]


def lab(*words: str) -> list[str]:
    command = [sys.executable, "-m", "tests.crashlab.inbound", *words]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout.splitlines()


@pytest.mark.soak
def test_each_question_is_answered_once_though_delivered_five_times_to_processes_that_die() -> None:
    *_, verdict = lab("--deliveries", "500", "--kills", "6")
    assert verdict == (
        "6 kills, 500 deliveries of 100 questions: 0 not answered, 0 answered twice, 1 set aside on purpose"
    )


def test_what_was_acknowledged_is_not_lost_and_bare_bolt_loses_it() -> None:
    bare, ours = lab("--acknowledgements", "12")
    assert ours == "killed at the acknowledgement 12 times: 0 lost"
    assert re.fullmatch(r"killed at the acknowledgement 12 times: bare Bolt lost [1-9]\d*", bare)


async def test_an_echo_under_a_new_id_is_known_to_every_process_and_after_a_restart(database_url: str) -> None:
    """Teams delivers anew after 30 seconds, under a new id and with a new time: here across the end of a minute."""
    said = parse_activity(activity(id="1", timestamp="2017-09-19T19:00:50Z"))
    echo = parse_activity(activity(id="2", timestamp="2017-09-19T19:01:20Z"))
    later = parse_activity(activity(id="3", timestamp="2017-09-19T19:03:20Z"))
    assert said is not None
    assert echo is not None
    assert later is not None
    assert echo.at - said.at == timedelta(seconds=30)
    for event, new in ((said, True), (echo, False), (later, True)):
        database = open_database(database_url)
        await database.migrate()
        async with database.transaction() as tx:
            assert await tx.inbox.add(event) is new
        await database.close()
