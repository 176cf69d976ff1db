"""start.py as a person meets it, in a small project with packages from a folder."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.start.project import Project, kill
from tests.waiting import until

NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, fake_uv=True)


def test_pip_alone_sets_up_from_nothing_and_a_second_start_does_no_work(tmp_path: Path) -> None:
    project = Project(tmp_path, fake_uv=False)
    before = {path.name for path in project.root.iterdir()}

    code, said = project.start("--port", "8090")

    assert code == 0
    steps = [line[:3] for line in said.splitlines() if not line.startswith(" ")]  # slow ones give signs of life
    assert steps[:4] == ["1/4", "2/4", "3/4", "4/4"]
    assert "3/4 packages of requirements/run.txt: by pip" in said
    assert '"arguments": ["demo", "--port", "8090"]' in said
    assert list(project.root.glob(".venv/lib/python*/site-packages/one.py"))
    assert {path.name for path in project.root.iterdir()} - before == {".venv", "var"}
    assert list(Path(project.environment["HOME"]).iterdir()) == []

    shutil.rmtree(project.wheels)  # whatever it tried to install now would fail
    code, said = project.start()
    assert code == 0
    assert "3/4 packages: ready" in said


def test_the_exit_code_is_the_bots(project: Project) -> None:
    code, _ = project.start("demo", "--fail")
    assert code == 7


@pytest.mark.parametrize(("command", "package"), [("bench", "benchmarks"), ("crashlab", "tests.crashlab")])
def test_a_tool_is_set_up_as_the_tests_are_and_gets_its_arguments(project: Project, command: str, package: str) -> None:
    code, said = project.start(command, "--kills", "3", "--fail")
    assert code == 7
    assert f"4/4 {command}\n" in said
    assert f'"package": "{package}", "arguments": ["--kills", "3", "--fail"]' in said
    assert project.locks_installed() == ["dev.txt"]


def test_asked_for_json_standard_output_holds_nothing_else(project: Project) -> None:
    code, said, aside = project.start_apart("bench", "lateness", "--json")
    assert code == 0
    assert json.loads(said)["arguments"] == ["lateness", "--json"]
    assert "3/4 packages" in aside


def test_the_demo_is_satisfied_by_what_the_tests_installed(project: Project) -> None:
    project.start("test", "--version")
    _, said = project.start()
    assert project.locks_installed() == ["dev.txt"]
    assert "3/4 packages: ready" in said


def test_the_tests_only_add_to_what_the_demo_installed(project: Project) -> None:
    project.start()
    _, said = project.start("test", "--version")
    assert project.locks_installed() == ["run.txt", "dev.txt"]
    assert "2/4 environment .venv: kept" in said


def test_a_changed_lock_is_installed(project: Project) -> None:
    project.start()
    project.lock("run", "one", "three")
    project.start()
    assert project.locks_installed() == ["run.txt", "run.txt"]


def test_a_set_up_that_was_killed_is_made_again(project: Project) -> None:
    project.hold()
    process = project.begin()
    until(project.calls)
    kill(process)
    project.let_go()

    code, said = project.start()

    assert code == 0
    assert "2/4 environment .venv: made again" in said


def test_half_an_environment_is_made_again(project: Project) -> None:
    """As a kill leaves it before the first note is written."""
    (project.root / ".venv" / "bin").mkdir(parents=True)
    (project.root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    _, said = project.start()
    assert "2/4 environment .venv: made again" in said


def test_an_environment_whose_python_is_gone_is_made_again(project: Project) -> None:
    project.start()
    (project.root / ".venv" / "bin" / "python").unlink()
    code, said = project.start()
    assert code == 0
    assert "2/4 environment .venv: made again" in said


def test_of_two_starts_at_once_one_sets_up(project: Project) -> None:
    project.hold()
    first = project.begin()
    until(project.calls)
    second = project.begin()
    assert second.stdout is not None
    until(lambda: "another start is setting up" in second.stdout.readline())  # type: ignore[union-attr]
    project.let_go()

    assert "packages: ready" in second.communicate(timeout=60)[0]
    first.communicate(timeout=60)
    assert first.returncode == second.returncode == 0
    assert project.locks_installed() == ["run.txt"]


def test_an_installer_that_outlives_its_start_keeps_the_next_one_waiting(project: Project) -> None:
    project.hold()
    process = project.begin()
    until(project.calls)
    kill(process)
    second = project.begin()
    assert second.stdout is not None
    until(lambda: "another start is setting up" in second.stdout.readline())  # type: ignore[union-attr]
    project.let_go()
    second.communicate(timeout=60)
    assert second.returncode == 0


def test_the_launcher_finds_the_project_from_anywhere(project: Project, tmp_path: Path) -> None:
    project.start()
    launcher = project.root / ".venv" / "bin" / "antiphon"
    assert '"arguments": ["check"]' in os.popen(f"cd '{tmp_path}' && '{launcher}' check").read()


def test_uv_gets_pips_settings(project: Project) -> None:
    project.environment["PIP_INDEX_URL"] = project.wheels.as_uri()
    project.environment["PIP_CERT"] = "/etc/campaign.pem"
    project.start()
    environment = project.calls()[0]["environment"]
    assert environment["UV_DEFAULT_INDEX"] == project.wheels.as_uri()
    assert environment["SSL_CERT_FILE"] == "/etc/campaign.pem"
    assert environment["UV_FIND_LINKS"] == str(project.wheels)


def test_pip_has_the_last_word_where_uv_does_not_get_through(project: Project) -> None:
    project.fail_with("error: it speaks no such protocol")
    code, said = project.start()
    assert code == 0
    assert "by pip" in said


def test_an_index_that_does_not_answer_is_named(tmp_path: Path) -> None:
    project = Project(tmp_path, fake_uv=False)
    project.environment["PIP_INDEX_URL"] = NOBODY_LISTENS
    del project.environment["PIP_NO_INDEX"]

    code, said = project.start()

    assert code == 1
    assert "What happened: the package index did not answer." in said
    assert "What to do:    Check the network, and PIP_INDEX_URL" in said
    assert "Traceback" not in said


def test_a_package_with_another_hash_is_refused(tmp_path: Path) -> None:
    project = Project(tmp_path, fake_uv=False)
    with (project.wheels / "one-1.0-py3-none-any.whl").open("ab") as wheel:
        wheel.write(b"tampered")
    code, said = project.start()
    assert code == 1
    assert "its hash differs" in said
    assert not list(project.root.glob(".venv/lib/python*/site-packages/one.py"))


@pytest.mark.parametrize("name", [".venv", "var"])
def test_a_file_in_the_place_of_a_folder_is_named(project: Project, name: str) -> None:
    (project.root / name).write_text("")
    code, said = project.start()
    assert code == 1
    assert f"{name} is not a folder." in said
    assert "What to do:    Move it away" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_named(project: Project) -> None:
    project.root.chmod(0o555)
    code, said = project.start()
    project.root.chmod(0o755)
    assert code == 1
    assert "may not be written to" in said
    assert "Copy the project to a folder of your own" in said


def test_a_missing_lock_is_named(project: Project) -> None:
    (project.root / "requirements" / "run.txt").unlink()
    code, said = project.start()
    assert code == 1
    assert "requirements/run.txt is missing" in said


def test_a_mistyped_command_sets_nothing_up(project: Project) -> None:
    code, said = project.start("tset")
    assert code == 1
    assert '"tset" is not a command' in said
    assert not (project.root / ".venv").exists()


def test_help_names_every_command(project: Project) -> None:
    code, said = project.start("--help")
    assert code == 0
    for command in ("test", "bench", "crashlab"):
        assert f"python3 start.py {command}" in said
    assert not (project.root / ".venv").exists()
