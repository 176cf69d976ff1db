"""The page in a real browser, where there is one."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.demo.conftest import Visitor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_a_browser_shows_the_page_and_reports_no_error(sam: Visitor, tmp_path: Path) -> None:
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={tmp_path}", "--enable-logging=stderr", "--timeout=2500"]
    run = subprocess.run(
        [*command, "--dump-dom", f"{sam.base}/"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert 'aria-label="Teams, newest first"' in run.stdout
    assert "The demo does not answer" not in run.stdout
    assert not [line for line in run.stderr.splitlines() if "CONSOLE" in line]
