"""What the start of the demo does without, because it takes long."""

import asyncio
import gc
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.responses import PlainTextResponse

from bot import cli
from bot.adapters.clock import SystemClock
from bot.adapters.db import open_database
from bot.bootstrap import Bot
from bot.demo.process import start_emulators
from bot.demo.world import emulated_world
from bot.runtime.health import Health
from bot.runtime.supervisor import Parts, Supervisor

ROOT = Path(__file__).parents[2]
LATER = ("alembic", "microsoft_teams", "twitter_text")
"""Loaded where they have something to do: alembic in an old database, the others when Teams or an odd text come."""


def test_the_bot_and_its_content_are_loaded_without_what_is_needed_later() -> None:
    program = (
        "import sys; from pathlib import Path; from bot.demo import story; story.load(Path('content'))\n"
        f"print(sorted(sys.modules.keys() & {set(LATER)}))"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert told.stdout == "[]\n", told.stderr


def test_the_models_of_the_teams_sdk_are_built_when_they_are_used() -> None:
    program = (
        "from bot import platforms\n"
        "with platforms._models_built_when_used():\n"
        "    from microsoft_teams.api.activities.message import MessageActivityInput as Message\n"
        "from pydantic import BaseModel\n"
        "built = Message.__pydantic_complete__\n"
        "text = Message.model_validate({'type': 'message', 'text': 'hi'}).text\n"
        "print(built, text, Message.__pydantic_complete__, 'defer_build' in BaseModel.model_config)"
    )
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert told.stdout == "False hi True False\n", told.stderr


async def test_the_emulators_are_gone_when_their_world_ends() -> None:
    process = start_emulators()
    async with emulated_world(process) as world:
        assert await world.ledger() == []
    assert process.poll() is not None


class Onlooker(Supervisor):
    """In place of the bot's loops: sees whether garbage is looked for while they run."""

    looked_for = False

    async def run(self, stop: asyncio.Event) -> None:
        self.looked_for = gc.isenabled()


async def test_garbage_is_looked_for_while_the_bot_runs(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    onlooker = Onlooker(Parts(cast(Any, None), cast(Any, None)))
    bot = Bot(onlooker, database, Health(SystemClock(), listens=False), PlainTextResponse())
    gc.disable()  # as `antiphon` does
    await bot.run(asyncio.Event())
    assert onlooker.looked_for


def test_garbage_is_looked_for_when_a_command_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["antiphon", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    assert gc.isenabled()
