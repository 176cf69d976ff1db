"""A small project round the real start.py: a bot and tools that say how they were called, a package, a lock."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MACHINES_PYTHON = os.path.realpath(sys.executable)
BOT = """
import json, sys
print(json.dumps({"package": __spec__.parent, "arguments": sys.argv[1:], "prefix": sys.prefix}))
sys.exit(7 if "--fail" in sys.argv else 0)
"""
FAKE_UV = """
import json, os, pathlib, sys, time
here = pathlib.Path({folder!r})
with open(here / "calls", "a") as calls:
    calls.write(json.dumps({{"lock": pathlib.Path(sys.argv[-1]).name, "environment": dict(os.environ)}}) + "\\n")
while (here / "wait").exists():
    time.sleep(0.02)
said = here / "failure"
sys.exit(said.read_text() if said.exists() else 0)
"""


class Project:
    """`fake_uv` puts a uv on the PATH that installs nothing, notes its calls and fails or waits when told to."""

    def __init__(self, folder: Path, *, fake_uv: bool) -> None:
        self.root = folder / "a próject"
        self.tools = folder / "tools"
        self.wheels = folder / "wheels"
        packages = [self.root / "bot", self.root / "benchmarks", self.root / "tests" / "crashlab"]
        for made in (*packages, self.root / "requirements", self.tools, self.wheels, folder / "home"):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "start.py", self.root)
        for package in packages:
            (package / "__main__.py").write_text(BOT)
        self.lock("run", "one")
        self.lock("dev", "one", "two")
        self.lock("uv")
        if fake_uv:
            (self.tools / "uv.py").write_text(FAKE_UV.format(folder=str(self.tools)))
            uv = self.tools / "uv"
            uv.write_text(f'#!/bin/sh\nexec "{MACHINES_PYTHON}" "{uv}.py" "$@"\n')
            uv.chmod(0o755)
        self.environment = {
            "HOME": str(folder / "home"),
            "PATH": f"{self.tools}:/usr/bin:/bin" if fake_uv else str(self.tools),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
        }

    def lock(self, name: str, *packages: str) -> None:
        lines = [f"{package}==1.0 --hash=sha256:{self._wheel(package)}\n" for package in packages]
        # Not on any index, so that the only installers are the fake uv and pip.
        uv = f"antiphon-has-no-such-uv==1.0 --hash=sha256:{'0' * 64}\n"
        (self.root / "requirements" / f"{name}.txt").write_text("".join(lines) or uv)

    def _wheel(self, package: str) -> str:
        path = self.wheels / f"{package}-1.0-py3-none-any.whl"
        about = f"{package}-1.0.dist-info"
        if not path.exists():
            with zipfile.ZipFile(path, "w") as wheel:
                wheel.writestr(f"{package}.py", "")
                wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
                wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
                wheel.writestr(f"{about}/RECORD", "")
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [MACHINES_PYTHON, "start.py", *arguments],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start_apart(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code, and what was said on standard output and on standard error."""
        command = [MACHINES_PYTHON, "start.py", *arguments]
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )
        return done.returncode, done.stdout, done.stderr

    def start(self, *arguments: str) -> tuple[int, str]:
        """The exit code and everything that was said."""
        process = self.begin(*arguments)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def fail_with(self, words: str) -> None:
        (self.tools / "failure").write_text(words)

    def succeed(self) -> None:
        (self.tools / "failure").unlink()

    def hold(self) -> None:
        """Let the fake uv wait from now on."""
        (self.tools / "wait").touch()

    def let_go(self) -> None:
        (self.tools / "wait").unlink()

    def calls(self) -> list[dict[str, Any]]:
        calls = self.tools / "calls"
        return [json.loads(line) for line in calls.read_text().splitlines()] if calls.exists() else []

    def locks_installed(self) -> list[str]:
        return [call["lock"] for call in self.calls()]


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)
