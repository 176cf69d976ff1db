"""`python -m tests.crashlab --kills N --platform x --database sqlite --seed S`: kill the bot and count its posts."""

import argparse
import importlib
import logging
import sys
import time

import structlog

from bot.core.events import Platform
from tests.crashlab import points
from tests.crashlab.lab import Lab, Plan
from tests.crashlab.machine import databases, stress
from tests.crashlab.report import Report
from tests.crashlab.variants import VARIANTS
from tests.emulators import Emulators

_ROUND = 500
"""Kills between two verdicts, each on an empty database: what has to be looked through stays small."""
_SLOWNESS_UNDER_STRESS = 3.0


def quietly() -> None:
    """The bot's own log has much to say about all this; only what it calls an error is of interest here."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    logging.disable(logging.CRITICAL)


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - it is what this program is for


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="crashlab", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--platform", choices=[str(platform) for platform in Platform], default="slack")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stress", action="store_true", help="keep processor and disk busy meanwhile")
    parser.add_argument("--variant", choices=sorted(VARIANTS), help="a known-bad protocol, to see it caught")
    return parser.parse_args()


def rounds(kills: int, seed: int) -> list[tuple[int, int]]:
    """How many kills each round has, and its seed."""
    sizes = [_ROUND] * (kills // _ROUND) + [kills % _ROUND] * (kills % _ROUND > 0)
    return [(size, seed * 1000 + number) for number, size in enumerate(sizes)]


def run(options: argparse.Namespace) -> Report:
    whole, began = Report(), time.monotonic()
    bad = VARIANTS.get(options.variant)
    if bad:
        bad.apply()
    focus, faults = (bad.focus, bad.faults) if bad else ((), None)
    slowness = _SLOWNESS_UNDER_STRESS if options.stress else 1.0
    with Emulators() as emulators, databases(options.database) as empty, stress(options.stress):
        for kills, seed in rounds(options.kills, options.seed):
            plan = Plan(Platform(options.platform), next(empty), kills, seed, slowness, focus, faults)
            found = Lab(plan, emulators).run()
            whole.add(found)
            say(f"seed {seed}: {found.verdict()} ({time.monotonic() - began:.0f} s)", *found.lost, *found.doubled)
    return whole


def main() -> int:
    if sys.argv[1:2] in (["several"], ["inbound"]):
        # Laboratories of their own: several machines; what comes in.
        return int(importlib.import_module(f"tests.crashlab.{sys.argv[1]}").main(sys.argv[2:]))
    quietly()
    report = run(arguments())
    say("\n".join(report.table([*points.ALL, *points.STOPPED])))
    say(report.verdict())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
