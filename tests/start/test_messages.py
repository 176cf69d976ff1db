"""What start.py makes of its surroundings, piece by piece."""

import ast
import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import start

SOURCE = Path(start.__file__)


def test_a_python_of_long_ago_can_read_the_file() -> None:
    ast.parse(SOURCE.read_text(), feature_version=(3, 6))


def as_python(version: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    pretend = f"import sys, runpy; sys.version_info = {version}; runpy.run_path({str(SOURCE)!r}, run_name='__main__')"
    command = [sys.executable, "-c", pretend]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=30)


def test_an_old_python_is_told_which_one_to_get(tmp_path: Path) -> None:
    result = as_python("(3, 8, 10)", {"PATH": str(tmp_path)})
    assert result.returncode == 1
    assert "this is Python 3.8, and Antiphon needs 3.11 or newer" in result.stderr
    assert "What to do:" in result.stderr


def test_an_old_python_hands_over_to_a_newer_one_beside_it(tmp_path: Path) -> None:
    newer = tmp_path / "python3.12"
    newer.write_text('#!/bin/sh\necho "went on with $1"\n')
    newer.chmod(0o755)
    result = as_python("(3, 8, 10)", {"PATH": str(tmp_path)})
    assert result.stdout.startswith("went on with ")


@pytest.mark.parametrize(
    ("platform", "release", "command"),
    [
        ("linux", 'id=ubuntu\nid_like="debian"', "sudo apt install python3.11 python3.11-venv"),
        ("linux", "id=debian", "sudo apt install python3.11 python3.11-venv"),
        ("linux", "id=fedora", "sudo dnf install python3.11"),
        ("linux", "", "install Python 3.11"),
        ("darwin", "", "brew install python@3.13"),
        ("win32", "", "winget install Python.Python.3.13"),
    ],
)
def test_how_to_get_python_is_said_for_the_machine(platform: str, release: str, command: str) -> None:
    assert start.python_advice(platform, release).startswith(command)


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (
            "error: dns error\n  cause: failed to lookup address information: Name or service not known",
            "name could not",
        ),
        ("[Errno -3] Temporary failure in name resolution\nERROR: No matching distribution found", "name could not"),
        ("  cause: invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))", "certificate is not trusted"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate in certificate chain", "certificate is not trusted"),
        ("  cause: tunnel error: unsuccessful\n  cause: Connection refused", "the proxy"),
        ("('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy'))", "the proxy"),
        ("connection broken by 'ConnectTimeoutError(... timed out'", "did not answer"),
        ("  cause: Connection refused (os error 111)", "did not answer"),
        ("hint: An index (https://mirror.example/simple) returned a 403 Forbidden error.", "refused to hand out"),
        ("401 Client Error: Unauthorized for url: https://mirror.example/simple/one/", "refused to hand out"),
        ("  cause: Because one was not found in the package registry and you require one", "does not have one"),
        ("ERROR: No matching distribution found for one==1.0", "does not have one"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "hash differs"),
        ("  cause: Hash mismatch for `one==1.0`", "hash differs"),
        ("Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("failed to write: No space left on device (os error 28)", "disk is full"),
        ("error: failed to create directory: Permission denied (os error 13)", "may not be written"),
    ],
)
def test_the_cause_of_a_failed_download_is_found(said: str, cause: str) -> None:
    problem = start.diagnose("Looking in indexes: https://pypi.example/simple\n" + said)
    assert cause in problem.cause
    assert problem.fix
    assert problem.output in said


def test_what_an_installer_said_is_shown_where_the_cause_is_not_known() -> None:
    problem = start.diagnose("one\ntwo")
    assert problem.output == "one\ntwo"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.EROFS, "Read-only file system", "/srv/antiphon/.venv"), "/srv/antiphon/.venv may not be"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/antiphon/var"), "/srv/antiphon/var may not be"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
def test_trouble_with_files_is_put_in_words(error: OSError, cause: str) -> None:
    assert cause in start.file_problem(error).cause


def test_without_pip_and_uv_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "find_uv", lambda: None)
    monkeypatch.setattr(start, "find_pip", lambda: None)
    monkeypatch.setattr(start, "os_release", lambda: "id=debian")
    with pytest.raises(start.Problem) as problem:
        start.install("run")
    assert "no pip" in problem.value.cause
    assert problem.value.fix.startswith(f"sudo apt install python3.{sys.version_info[1]}-venv")


@pytest.mark.parametrize(
    ("there", "command"),
    [
        ("--python", [sys.executable, "-m", "pip", "--python", start.PYTHON]),
        ("ensurepip", [start.PYTHON, "-m", "pip"]),
        ("nothing", None),
    ],
)
def test_pip_is_the_machines_or_put_in_by_ensurepip(
    monkeypatch: pytest.MonkeyPatch, there: str, command: list[str] | None
) -> None:
    monkeypatch.setattr(start, "run_installer", lambda tried, _: None if there in tried else "No module named pip")
    assert start.find_pip() == command


def test_a_later_file_of_pips_overrides_an_earlier_one_and_the_environment_both(tmp_path: Path) -> None:
    (tmp_path / "machine" / "pip").mkdir(parents=True)
    (tmp_path / "own" / "pip").mkdir(parents=True)
    (tmp_path / "machine" / "pip" / "pip.conf").write_text(  # pip reads both ways of writing
        "[global]\ndefault-timeout = 5\nfind_links =\n    wheels/b\n    wheels/c\n"
    )
    (tmp_path / "own" / "pip" / "pip.conf").write_text("[install]\ndefault-timeout = 7\n")
    environ = {
        "XDG_CONFIG_DIRS": str(tmp_path / "machine"),
        "XDG_CONFIG_HOME": str(tmp_path / "own"),
        "PIP_CONFIG_FILE": "",
    }
    settings = start.pip_settings(environ)
    assert settings["PIP_DEFAULT_TIMEOUT"] == "7"
    assert settings["PIP_FIND_LINKS"].split() == ["wheels/b", "wheels/c"]
    assert start.pip_settings({**environ, "PIP_DEFAULT_TIMEOUT": "9"})["PIP_DEFAULT_TIMEOUT"] == "9"


def test_pips_files_are_left_alone_when_pip_is_told_so() -> None:
    assert start.pip_files({"PIP_CONFIG_FILE": os.devnull}) == []


def test_what_the_user_set_for_uv_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TIMEOUT", "5")
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "7")
    assert start.uv_environment()["UV_HTTP_TIMEOUT"] == "7"


def test_a_check_that_fails_shows_what_it_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "PYTHON", sys.executable)
    with pytest.raises(start.Problem, match="types"):
        start.passed_or_problem("1/1", "types", ["-c", "print('line 3: wrong'); raise SystemExit(1)"])
    said = capsys.readouterr()
    assert "1/1 types: failed" in said.out
    assert "line 3: wrong" in said.err


def test_a_long_step_on_a_terminal_shows_that_it_is_alive(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(start, "TICK", 0.01)
    with start.Step("3/4", "packages") as step:
        while "packages ... 0 s" not in (said := capsys.readouterr().out):
            pass
        step.note = "by uv"
    assert said.startswith("\r")
    assert re.search(r"3/4 packages: by uv \(\d+\.\d s\)\n\Z", capsys.readouterr().out)
