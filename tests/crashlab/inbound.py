"""`python -m tests.crashlab.inbound --deliveries N --kills K --seed S`: everything is delivered five times, to
processes that are killed meanwhile. Each question is answered once.

A web process takes what Slack and Teams send by HTTP, a worker what comes by Socket Mode and what it finds on X, and
both handle it. With `--acknowledgements N` processes are killed at the instant of their acknowledgement instead.
"""

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from bot.bootstrap import Process
from bot.context import Context
from bot.core.bodies import Text
from bot.core.content import Content
from bot.core.events import Mention
from bot.core.outbox import Post
from bot.routing import Route
from bot.web.server import listen
from handlers import ROUTERS
from tests.crashlab.crowd import TIMES, Crowd, door_of, teams
from tests.crashlab.fleet import LAG, BrokenLab, Machine, fleet, fork, person, say
from tests.crashlab.server import Server, postgres
from tests.emulators import Emulators

ROUND = 10_000
"""Deliveries between two verdicts, each on a new database."""
POISON = 97
"""One question in so many makes its handler fail, however often it is tried."""
DRAIN = 180.0
_ASKED = re.compile(r"What is the answer to question (\d{6})\?")
_ANSWERED = re.compile(r"Here is the answer to question (\d{6})\.")
_BEGINNING = "UPDATE notes SET value = '1' WHERE name = 'x:mentions'"
_LISTENS = "SELECT count(*) FROM notes WHERE name = 'x:mentions'"
_UNHANDLED = (
    "SELECT (SELECT count(*) FROM inbox WHERE receipt = 'waiting')"
    " + (SELECT count(*) FROM outbox WHERE state <> 'sent')"
)
_HEARD = "SELECT event ->> 'text', receipt FROM inbox"
_SAID = "SELECT body ->> 'text' FROM outbox"


@dataclass(frozen=True)
class Plan:
    deliveries: int
    kills: int
    seed: int
    slowness: float = 1.0

    @property
    def questions(self) -> int:
        return self.deliveries // TIMES


@dataclass
class Report:
    """Numbers of questions. `lost`: never answered; `doubled`: answered more than once, or two answers were queued."""

    questions: int = 0
    aside: int = 0
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Report") -> None:
        self.questions += other.questions
        self.aside += other.aside
        self.lost += other.lost
        self.doubled += other.doubled
        self.done += other.done

    def verdict(self) -> str:
        counts = f"{len(self.lost)} not answered, {len(self.doubled)} answered twice, {self.aside} set aside on purpose"
        return f"{self.questions * TIMES} deliveries of {self.questions} questions: {counts}"


class Inbound:
    """One round on an empty database."""

    def __init__(self, plan: Plan, emulators: Emulators, server: Server, name: str, folder: Path) -> None:
        self._plan = plan
        self._emulators = emulators
        self._dice = random.Random(f"{plan.seed}:{name}")
        self._report = Report(plan.questions)
        address = server.new_database(name)
        log = folder / f"{name}.log"
        self._common = common = fleet(emulators, address, datetime.now(UTC), log, plan.slowness)
        self._sock = listen("127.0.0.1", 0)
        # Without an app token Slack's events come in by HTTP.
        by_http = replace(common, settings=common.settings.model_copy(update={"slack_app_token": SecretStr("")}))
        self._machines = [Machine(common), Machine(by_http, Process.WEB, sock=self._sock)]
        self._answered: Counter[int] = Counter()
        self._judged = 0

    def run(self) -> Report:
        port = self._sock.getsockname()[1]
        start = self._common.start
        control = f"{self._emulators.base}/_control"
        crowd = Crowd(f"http://127.0.0.1:{port}", control, teams(self._emulators), start, self._plan.seed)
        try:
            for machine in self._machines:
                machine.start()
            self._until(self._worker_listens, "the worker does not listen")
            asking = fork(lambda: crowd.ask(1, self._plan.questions), self._common.log)
            self._kill_while(asking)
            self._finish()
        finally:
            for machine in self._machines:
                machine.kill()
            self._sock.close()
        self._verdict()
        return self._report

    def _worker_listens(self) -> bool:
        connected = self._emulators.get("/slack/connections")["open"]
        return bool(connected and self._common.rows(_LISTENS)[0][0])

    def _kill_while(self, asking: int) -> None:
        """Kill one of the two now and then until the crowd has come to its end, and the kills have been done."""
        pause = self._plan.slowness
        next_at = time.time() + pause
        crowd_done = False
        while not crowd_done or self._report.done["kills"] < self._plan.kills:
            crowd_done = crowd_done or _ended(asking)
            self._revive()
            if time.time() > next_at and self._report.done["kills"] < self._plan.kills:
                machine = self._dice.choice(self._machines)
                machine.kill()
                machine.start()
                self._report.done["kills"] += 1
                next_at = time.time() + self._dice.uniform(0.3, 2.5) * pause
            time.sleep(0.01)

    def _revive(self) -> None:
        for machine in self._machines:
            machine.revived()

    def _finish(self) -> None:
        """X's cursor goes back to the beginning: each mention is read as often as everything else is delivered."""
        for _ in range(TIMES - 1):
            self._common.rows(f"{_BEGINNING} RETURNING name")
            self._until(lambda: self._common.rows(f"{_LISTENS} AND value <> '1'")[0][0], "X is not read again")
        self._until(self._all_answered, "not everything was answered")
        time.sleep(LAG)

    def _all_answered(self) -> bool:
        self._look()
        person(self._common, lambda post: self._is_there(post))
        heard = len({text for text, _ in self._common.rows(_HEARD) if _ASKED.search(text or "")})
        return heard == self._plan.questions and not self._common.rows(_UNHANDLED)[0][0]

    def _is_there(self, post: Post) -> bool:
        found = isinstance(post.body, Text) and _ANSWERED.search(post.body.text)
        return not found or int(found[1]) in self._answered

    def _until(self, happened: Callable[[], object], otherwise: str) -> None:
        give_up = time.time() + DRAIN * self._plan.slowness
        while not happened():
            if time.time() > give_up:
                raise BrokenLab(f"{otherwise}: {self._common.states()}; never heard: {self._unheard()}")
            self._revive()
            time.sleep(0.1)

    def _unheard(self) -> Sequence[str]:
        heard = set(_numbers([text for text, _ in self._common.rows(_HEARD)], _ASKED))
        asked = range(1, self._plan.questions + 1)
        return [f"{number} by {door_of(number)}" for number in asked if number not in heard]

    def _look(self) -> None:
        rows = self._emulators.get("/ledger", after=self._judged)
        self._judged += len(rows)
        self._answered.update(_numbers([row["text"] for row in rows], _ANSWERED))

    def _verdict(self) -> None:
        self._look()
        queued = Counter(_numbers([text for (text,) in self._common.rows(_SAID)], _ANSWERED))
        aside = {text for text, receipt in self._common.rows(_HEARD) if receipt == "aside"}
        poison = set(_numbers(list(aside), _ASKED))
        for number in range(1, self._plan.questions + 1):
            wanted = number % POISON != 0
            self._report.aside += number in poison
            if self._answered[number] + queued[number] > 2 * wanted:
                self._report.doubled.append(number)
            elif not self._answered[number] and (wanted or number not in poison):
                self._report.lost.append(number)


def _ended(pid: int) -> bool:
    ended, status = os.waitpid(pid, os.WNOHANG)
    if status:
        raise BrokenLab(f"the crowd ended with status {status}")
    return bool(ended)


def _numbers(texts: Sequence[str | None], pattern: "re.Pattern[str]") -> list[int]:
    return [int(found[1]) for text in texts if (found := pattern.search(text or ""))]


def _is_asked(event: Mention, _: Content) -> bool:
    return _ASKED.search(event.text) is not None


async def _answer(event: Mention, ctx: Context) -> None:
    number = _numbers([event.text], _ASKED)[0]
    if number % POISON == 0:
        raise RuntimeError("this question cannot be answered")
    await ctx.reply(event, f"Here is the answer to question {number:06d}.")


def main(words: Sequence[str] | None = None) -> int:
    from tests.crashlab import acks

    parser = argparse.ArgumentParser(prog="crashlab inbound", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--acknowledgements", type=int, default=0, help="kill so often at an acknowledgement instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slowness", type=float, default=1.0, help="how much more patient than usual")
    parser.add_argument("--logs", type=Path, help="a folder in which the processes' logs are kept")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder, Emulators() as emulators:
        if given.acknowledgements:
            return acks.compare(emulators, Path(folder), given.acknowledgements)
        return _rounds(given, emulators, given.logs or Path(folder))


def _rounds(given: argparse.Namespace, emulators: Emulators, folder: Path) -> int:
    # Before all others: the bot's own handlers would answer from the FAQ, in words that tell no number.
    ROUTERS[0].routes.insert(0, Route(Mention, (_is_asked,), _answer))
    whole, left, began = Report(), given.deliveries, time.monotonic()
    with postgres() as server:
        while left:
            size = min(left, ROUND)
            kills = round(given.kills * size / given.deliveries)
            plan = Plan(size, kills, given.seed, given.slowness)
            whole.add(Inbound(plan, emulators, server, f"round{left}", folder).run())
            left -= size
            say(f"so far, after {time.monotonic() - began:.0f} s: {whole.verdict()}")
    doors = Counter(door_of(number) for number in range(1, whole.questions + 1))
    say(", ".join(f"{number} questions by {door}" for door, number in doors.items()))
    say("not answered:", *whole.lost, "; answered twice:", *whole.doubled)
    say(f"{whole.done['kills']} kills, {whole.verdict()}")
    return int(bool(whole.lost or whole.doubled))


if __name__ == "__main__":
    sys.exit(main())
