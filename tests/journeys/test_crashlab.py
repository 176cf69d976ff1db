"""No post is lost or doubled however the bot dies; and the laboratory that says so catches what would do either."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.core.events import Platform
from bot.ports import Outbox, PlatformClient
from tests.crashlab.points import CALLS, CHANGES, READS, SUDDEN
from tests.crashlab.variants import VARIANTS

pytestmark = pytest.mark.crashlab
ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "bot" / "runtime"
KILLS = 167
"""A thousand over the platforms and databases. `python -m tests.crashlab` does as many as are asked for."""


@dataclass(frozen=True)
class Laboratory:
    process: "subprocess.Popen[str]"

    def perform(self, **experiment: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(experiment) + "\n")
        self.process.stdin.flush()
        result: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert not result["error"], result["error"]
        return result


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crashlab.experiments"],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    with process:
        yield Laboratory(process)
        process.stdin.close()


@pytest.mark.parametrize("platform", list(Platform))
def test_no_post_is_lost_or_doubled_however_the_bot_dies(
    laboratory: Laboratory, platform: Platform, database_url: str
) -> None:
    result = laboratory.perform(platform=platform, database_url=database_url, kills=KILLS, seed=1)
    assert (result["lost"], result["doubled"]) == ([], []), "\n".join(result["table"])
    assert result["kills"] >= KILLS


SLOWLY_CAUGHT = frozenset(
    {
        "blind-retry",
        "duplicate-is-success",
        "no-fence-in-begin",
        "no-lease-at-the-gate",
        "no-lease-at-the-write",
        "no-quiet",
        "no-wait-for-the-lease",
        "quiet-from-the-intent",
        "save-without-fence",
        "silence-is-success",
        "trouble-is-absence",
    }
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.soak] * (name in SLOWLY_CAUGHT)) for name in VARIANTS]
)
def test_a_protocol_that_loses_or_doubles_is_caught(
    laboratory: Laboratory, name: str, request: pytest.FixtureRequest
) -> None:
    wrong = VARIANTS[name]
    url = request.getfixturevalue(f"{wrong.database}_url")
    result = laboratory.perform(platform=wrong.on, database_url=url, kills=wrong.kills, seed=1, variant=name)
    assert result["lost"] or result["doubled"], result["verdict"]


def calls(path: Path) -> set[tuple[str, str]]:
    """(receiver, method) of every call in a module: `tx.outbox.save(…)` is ("outbox", "save")."""
    called = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver = node.func.value
            name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
            called.add((name.removeprefix("_"), node.func.attr))
    return called


def changes(path: Path) -> set[str]:
    return {method for receiver, method in calls(path) if receiver == "outbox"} - READS


def test_every_change_of_the_outbox_has_a_commit_to_die_at() -> None:
    found = {path.name: changes(path) for path in RUNTIME.glob("*.py") if changes(path)}
    assert found.pop("publisher.py") | found.pop("scheduler.py") == set(CHANGES)
    # What people order is one commit each, and calls no platform.
    assert all(name.startswith("operations") for name in found), found


def test_every_commit_of_the_publisher_is_of_a_turn_or_of_its_end() -> None:
    tree = ast.parse((RUNTIME / "publisher.py").read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
    committing = {function.name for function in functions if ".transaction()" in ast.unparse(function)}
    assert committing == {"turn", "finish"}


def test_the_outbox_has_no_method_that_is_neither_a_change_nor_a_read() -> None:
    # By people; what is over, each night; and when somebody deletes what they said.
    besides = {"cancel", "forget", "forget_read"}
    methods = {name for name in vars(Outbox) if not name.startswith("_")}
    assert methods == set(CHANGES) | READS | besides


def test_every_call_to_a_platform_has_two_points_to_die_at() -> None:
    called = {method for path in RUNTIME.glob("*.py") for receiver, method in calls(path) if receiver == "client"}
    assert called - {"close"} == set(CALLS)
    methods = {name for name, value in vars(PlatformClient).items() if callable(value) and not name.startswith("_")}
    assert methods - {"close"} == set(CALLS)


def test_only_the_publisher_speaks_to_platforms() -> None:
    speaking = {path.name for path in RUNTIME.glob("*.py") if ".deliver(" in path.read_text(encoding="utf-8")}
    assert speaking == {"publisher.py"}


def test_every_point_is_named_once() -> None:
    assert len(set(SUDDEN)) == len(SUDDEN) == 2 * len(CHANGES) + 2 + 2 * len(CALLS) + 3
