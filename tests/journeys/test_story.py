"""The whole bot, as a visitor of the demo sees it: `antiphon demo --smoke` in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Every process writes down whom it contacts, were it for one packet.
WITNESS = """
import os, sys
def witness(event, args):
    address = None
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
    elif event == "socket.getaddrinfo":
        address = (args[0],)
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "localhost", "::1", b"127.0.0.1", b"localhost"):
        with open(os.environ["WITNESS_LOG"], "a") as log:
            print(event, address, file=log)
    elif isinstance(address, tuple):
        with open(os.environ["WITNESS_LOG"] + ".loopback", "a") as log:
            print(event, address, file=log)
sys.addaudithook(witness)
"""


def test_the_story_holds_and_nothing_but_this_machine_is_contacted(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITNESS)
    log = tmp_path / "contacts"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        "WITNESS_LOG": str(log),
    }
    told = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--smoke"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    steps = [line for line in told.stdout.splitlines() if line[:2].strip().isdigit()]
    assert len(steps) == 9
    assert "The story holds" in told.stdout
    assert Path(f"{log}.loopback").read_text()
    assert not log.exists(), log.read_text()
