"""Each import contract catches what it is there for."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Contract id, where the violation is planted, what it imports, what lint-imports has to say.
VIOLATIONS = {
    "layers": ("bot/core/planted.py", "bot.ports", "bot.core.planted -> bot.ports"),
    "campaign": ("bot/web/planted.py", "handlers", "bot.web.planted -> handlers"),
    "handlers": ("handlers/planted.py", "bot.runtime", "handlers.planted -> bot.runtime"),
    "adapters": ("bot/adapters/db/planted.py", "bot.context", "bot.adapters.db.planted -> bot.context"),
    "siblings": ("bot/adapters/x/planted.py", "bot.adapters.db", "bot.adapters.x.planted -> bot.adapters.db"),
    "inside": ("schedules/planted.py", "sqlalchemy", "schedules.planted -> sqlalchemy"),
    "twins": ("bot/emulators/planted.py", "bot.core.policy", "bot.emulators.planted -> bot.core.policy"),
    "process": ("bot/demo/planted.py", "bot.emulators.world", "bot.demo.planted -> bot.emulators.world"),
}
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as check; check()"


def lint(folder: Path, planted: Mapping[str, str]) -> str:
    """What lint-imports says of a copy of the tree with files added to it."""
    for package in ("bot", "handlers", "schedules"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, text in planted.items():
        (folder / name).write_text(text)
    command = [sys.executable, "-c", LINT_IMPORTS, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60).stdout


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    planted = {place: f"import {module}\n" for place, module, _ in VIOLATIONS.values()}
    return lint(tmp_path_factory.mktemp("tree"), {**planted, "bot/planted.py": ""})


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_contract_names_the_import_that_breaks_it(said: str, contract: str) -> None:
    assert VIOLATIONS[contract][2] in said


def test_a_module_without_a_layer_is_named(said: str) -> None:
    assert "- bot.planted\n" in said


def test_every_contract_is_broken_by_its_violation(said: str) -> None:
    assert "0 kept" in said


def test_every_contract_has_a_violation_here() -> None:
    config = (ROOT / "pyproject.toml").read_text()
    assert config.count("[[tool.importlinter.contracts]]") == len(VIOLATIONS)


def test_commands_print_in_one_way_which_shows_what_would_steer_a_terminal() -> None:
    commands = sorted((ROOT / "bot/commands").glob("*.py"))
    found = [path.name for path in commands if re.search(r"(?<![\w.])print\(", path.read_text(encoding="utf-8"))]
    assert found == ["common.py"]
