"""Pages of transcripts in a real browser, where there is one, looked at by axe-core."""

import html
import importlib.util
import json
import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.pages.archive import archive_files
from bot.adapters.pages.folder import replace_folder
from bot.core.record.figures import Figures, figures
from bot.core.record.transcript import transcript
from bot.core.record.values import Listed, Transcript
from tests.core.record.made import ABOUT, said, sifted

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = importlib.util.find_spec("axe_playwright_python")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """
axe.run(document, {runOnly: {type: "tag", values: RULES}}).then(found => {
  const told = document.createElement("pre");
  told.id = "axe";
  told.textContent = JSON.stringify({
    violations: found.violations.map(one => [one.id, one.nodes.map(node => node.html)]),
    passes: found.passes.length,
  });
  document.body.append(told);
});
"""


class Recorded:
    """A chat with threads, links and figures."""

    def __init__(self) -> None:
        kept = sifted(
            said("1", 1, "ann", "Hello", followers=3),
            said("2", 6, "bob", "See https://a.example/b", 1, followers=3),
            said("3", 7, "cat", "Thanks!", 1, in_reply_to="2"),
        )
        self.transcript: Transcript = transcript(ABOUT, kept)
        self.figures: Figures = figures(ABOUT, kept, set())
        self.compared = "More than usual."


def looked_at(page: Path, home: Path) -> dict[str, object]:
    """What axe says of a page. It is put into a copy, and the page's own rule against scripts is taken out."""
    assert AXE is not None
    assert AXE.origin is not None
    script = (Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    text = re.sub(r"<meta http-equiv=.Content-Security-Policy.[^>]*>", "", page.read_text(encoding="utf-8"))
    look = LOOK.replace("RULES", json.dumps(RULES))
    copy = page.with_name("looked-at.html")
    copy.write_text(text.replace("</body>", f"<script>{script}</script><script>{look}</script></body>"), "utf-8")
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={home}", "--virtual-time-budget=10000", "--dump-dom"]
    run = subprocess.run(
        [*command, copy.as_uri()], capture_output=True, text=True, timeout=90, env={**os.environ, "HOME": str(home)}
    )
    found = re.search(r'<pre id="axe">(.*?)</pre>', run.stdout, re.DOTALL)
    assert found, run.stderr[-2000:]
    told: dict[str, object] = json.loads(html.unescape(found[1]))
    return told


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
@pytest.mark.skipif(AXE is None, reason="axe-playwright-python, which brings axe-core, is not installed")
@pytest.mark.parametrize("page", ["index.html", "2017-09-19/index.html"])
def test_axe_finds_nothing_wrong(tmp_path: Path, page: str) -> None:
    listed = [Listed(f"2017-0{n}-19", date(2017, n, 19), "A topic", "Ann", "https://a.example/", n) for n in (8, 9)]
    replace_folder(tmp_path / "archive", archive_files("#ukmedlibs", listed, [Recorded()], ""))
    found = looked_at(tmp_path / "archive" / page, tmp_path)
    assert found["violations"] == []
    assert int(str(found["passes"])) > 20
