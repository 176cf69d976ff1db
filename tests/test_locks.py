"""The lock files agree with pyproject.toml and with each other. No network: uv is not asked."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)
HOW = "Run requirements/lock.sh and commit what it writes."


def pins(name: str) -> dict[str, str]:
    return dict(PINNED.findall(text(name)))


def text(name: str) -> str:
    return (ROOT / "requirements" / name).read_text()


def wanted(group: str) -> list[str]:
    """The requirements of a dependency group, those of the groups that it includes among them."""
    found: list[str] = []
    for item in PROJECT["dependency-groups"][group]:
        found += [item] if isinstance(item, str) else wanted(item["include-group"])
    return found


def unmet(lock: str, requirements: list[str]) -> list[str]:
    held = pins(lock)
    return [wish for wish in requirements if not meets(Requirement(wish), held)]


def meets(wish: Requirement, held: dict[str, str]) -> bool:
    version = held.get(canonicalize_name(wish.name))
    return version is not None and wish.specifier.contains(version)


def test_what_the_bot_needs_stands_in_its_lock() -> None:
    assert unmet("run.txt", PROJECT["project"]["dependencies"]) == [], HOW


def test_what_the_tests_need_stands_in_theirs() -> None:
    assert unmet("dev.txt", PROJECT["project"]["dependencies"] + wanted("dev")) == [], HOW


def test_nothing_is_locked_that_nobody_asks_for_any_more() -> None:
    direct = re.compile(r"^ +# +(?:via )?antiphon \(pyproject\.toml\)$", re.MULTILINE)
    assert len(direct.findall(text("run.txt"))) == len(PROJECT["project"]["dependencies"]), HOW


def test_the_tests_run_on_the_versions_that_the_bot_runs_on() -> None:
    assert pins("run.txt").items() <= pins("dev.txt").items(), HOW


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "uv.txt"])
def test_every_package_has_hashes_and_no_lock_names_a_place(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", text(name))[1:]
    assert [block.split("=")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"://|--index|--find-links|--extra|file:|(?:^|\s)/\S+", text(name)) == []


def test_an_outdated_lock_is_noticed() -> None:
    assert unmet("run.txt", ["starlette>=999", "no-such-package"]) == ["starlette>=999", "no-such-package"]
