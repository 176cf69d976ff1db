"""`python -m benchmarks [NAME…] [--json]`: measure, and print each figure beside its baseline."""

import argparse
import json
import os
import platform
import signal
import sys
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from benchmarks.result import Result

NAMES = (
    "lateness",
    "claims",
    "inbound",
    "startup",
    "memory",
    "tick",
    "stalls",
    "recovery",
    "answers",
    "qn",
    "transcript",
    "hearing",
    "feedback",
    "pages",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 start.py bench", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"{', '.join(NAMES)}; without any, all of them")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rows", type=int, help="feedback, pages: among how many (1,000,000)")
    parser.add_argument("--posts", type=int, help="hearing: in the chat (100,000)")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # no server is left behind
    machine = _machine()
    more = {name: {"rows": chosen.rows} for name in ("feedback", "pages")} if chosen.rows else {}
    more |= {"hearing": {"posts": chosen.posts}} if chosen.posts else {}
    results = [_measured(name, told=not chosen.json, **more.get(name, {})) for name in chosen.names or NAMES]
    if chosen.json:
        print(json.dumps({"machine": machine, "benchmarks": [result.json() for result in results]}, indent=2))
    else:
        print(", ".join(f"{name} {value}" for name, value in machine.items()))


def _measured(name: str, told: bool, **more: int) -> Result:
    result: Result = import_module(f"benchmarks.{name}").run(**more)
    if told:
        print(result.words() + "\n", flush=True)
    return result


def _machine() -> dict[str, Any]:
    """Where and when: `load` is how many processes wanted a processor in the last minute, before we began."""
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load": load,
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
