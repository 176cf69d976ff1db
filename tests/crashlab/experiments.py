"""`python -m tests.crashlab.experiments`: one experiment for each line of JSON on standard input, one answer for each.

Everything is imported once; each experiment has a process of its own, so that a variant's patch dies with it.
"""

import json
import os
import sys
import traceback
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

from bot.core.events import Platform
from tests.crashlab.__main__ import quietly
from tests.crashlab.lab import Lab, Plan
from tests.crashlab.points import ALL, STOPPED
from tests.crashlab.site import preload
from tests.crashlab.variants import VARIANTS
from tests.emulators import Emulators


@dataclass(frozen=True)
class Experiment:
    """`variant` is empty for the real protocol."""

    platform: str
    database_url: str
    kills: int
    seed: int
    variant: str = ""


@dataclass(frozen=True)
class Result:
    """`error` is empty when there is a verdict."""

    verdict: str = ""
    kills: int = 0
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    table: tuple[str, ...] = ()
    error: str = ""


def perform(experiment: Experiment, emulators: Emulators) -> Result:
    known_bad = VARIANTS.get(experiment.variant)
    if known_bad:
        known_bad.apply()
    plan = Plan(
        Platform(experiment.platform),
        experiment.database_url,
        experiment.kills,
        experiment.seed,
        focus=known_bad.focus if known_bad else (),
        faults=known_bad.faults if known_bad else None,
        until_caught=bool(known_bad),
    )
    report = Lab(plan, emulators).run()
    table = tuple(report.table([*ALL, *STOPPED]))
    return Result(report.verdict(), report.kills.total(), tuple(report.lost), tuple(report.doubled), table)


def _in_a_process(order: Any, emulators: Emulators) -> None:
    pid = os.fork()
    if pid == 0:
        _perform_and_end(order, emulators)
    os.waitpid(pid, 0)


def _perform_and_end(order: Any, emulators: Emulators) -> NoReturn:
    try:
        result = perform(Experiment(**order), emulators)
    except BaseException:
        result = Result(error=traceback.format_exc())
    sys.stdout.write(json.dumps(asdict(result)) + "\n")
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    quietly()
    preload()
    with Emulators() as emulators:
        for line in sys.stdin:
            _in_a_process(json.loads(line), emulators)


if __name__ == "__main__":
    main()
