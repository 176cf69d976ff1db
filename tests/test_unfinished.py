"""What is not finished is nobody else's, and does not stay."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest

from bot.unfinished import clear, unfinished

AT_WORK = """
import sys, time; from pathlib import Path; from bot.unfinished import unfinished
with unfinished(Path(sys.argv[1])) as folder:
    (folder / "export.csv").write_text("words", encoding="utf-8")
    print(folder, flush=True)
    time.sleep(600)
"""


def test_a_folder_is_for_its_owner_alone_and_gone_afterwards_however_it_ends(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), unfinished(tmp_path) as folder:
        (folder / "export.csv").write_text("words", encoding="utf-8")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_what_a_program_is_at_work_on_stays_until_it_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", AT_WORK, tmp_path], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        folder = Path(program.stdout.readline().strip())
        os.utime(folder, (0, 0))
        with unfinished(tmp_path):
            assert (folder / "export.csv").exists()
        program.send_signal(signal.SIGKILL)
    with unfinished(tmp_path):
        assert not folder.exists()


@pytest.mark.parametrize(("age", "stays"), [(3600, True), (90_000, False)])
def test_a_day_tells_where_there_is_no_lock(tmp_path: Path, age: float, stays: bool) -> None:
    folder, other = (tmp_path / f".antiphon-{name}" for name in ("unfinished-here", "other"))
    for made in (folder, other):
        made.mkdir()
        os.utime(made, (0, time.time() - age))
    clear(tmp_path)
    assert (folder.exists(), other.exists()) == (stays, True)


def test_a_file_system_without_locks_does_for_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_lock(_: Path) -> NoReturn:
        raise sqlite3.OperationalError("locking protocol")

    monkeypatch.setattr("bot.unfinished.hold", no_lock)
    with unfinished(tmp_path) as folder:
        os.utime(folder, (0, time.time() - 3600))
        clear(tmp_path)
        assert folder.exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    (target / "kept").mkdir(parents=True)
    (target / ".at-work").touch()
    link = tmp_path / ".antiphon-unfinished-link"
    link.symlink_to(target)
    os.utime(link, (0, 0), follow_symlinks=False)
    clear(tmp_path)
    assert (target / "kept").exists()
