"""What feedback costs: keeping it, finding it among a million, and writing it to a file."""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from benchmarks import data
from benchmarks.result import Result, Row, Target, percentile
from bot.adapters.clock import SystemClock
from bot.adapters.db import SqlDatabase, open_database
from bot.adapters.db.erasure import erase
from bot.adapters.yaml_content import load
from bot.context import Context
from bot.core.events import Command, Person, Place, Platform
from bot.core.feedback import Consent, Source, Status, Wanted
from bot.core.policy import Roles
from bot.ports import Transaction
from bot.routing import joined
from bot.runtime import logs
from bot.runtime.dispatcher import Dispatcher
from handlers import ROUTERS

ROOT = Path(__file__).parents[1]
_CONTENT = ROOT / "content"
_PLACE = Place(Platform.SLACK, "T0", "C0", response_url="")
_REGIONS = ("Wales", "Scotland", "Northern Ireland", "North West", "London", "South East", "Midlands")
_FIRST = ("chat", "card", "question", "library", "evidence", "reminder", "campaign", "training", "search", "poster")
_SECOND = ("slow", "helpful", "late", "wonderful", "hard", "short", "clear", "crowded", "quiet", "early", "new")
_TEXT = (
    "'The ' || {first} || ' was ' || {second} || ' for me, and the organisers made it word' || (n % 5003) || '.'"
    " || ' I would like more time for each of the questions next month.'"
)
_RAW_COLUMNS = "number, at, source, text, consent, prompt, region, role, status"


def run(rows: int = 1_000_000, inserts: int = 1000, looks: int = 200) -> Result:
    with data.sqlite() as url, data.sqlite() as other:
        kept = asyncio.run(_kept(url, other, inserts))
    with data.sqlite() as url:
        fill(url, rows)
        lists, searches = asyncio.run(_looked(url, looks))
        plain, guarded = _exported_raw(url), _exported(url)
        erased = _erased(url)
    return Result(
        name="feedback",
        about=f"feedback on SQLite (FULL): kept one after the other, and found and exported among {rows:,}",
        rows=[
            Row(
                name="kept: event, handler, receipt",
                value=kept.ours,
                unit="a second",
                against="raw sqlite3, one row and one commit",
                baseline=kept.one_row,
                targets=(Target(at_least=0.4, of_ratio=True),),
            ),
            Row(
                name="the same, beside the same rows",
                value=kept.ours,
                unit="a second",
                against="raw sqlite3, the same rows",
                baseline=kept.same_rows,
                targets=(Target(at_least=0.4, of_ratio=True),),
            ),
            Row(
                name="export as CSV, guarded",
                value=guarded.seconds,
                unit="s",
                against="raw sqlite3 to csv",
                baseline=plain.seconds,
                targets=(Target(at_most=2, of_ratio=True),),
            ),
            Row(
                name="the same, of a processor",
                value=guarded.processor,
                unit="s",
                against="raw sqlite3 to csv",
                baseline=plain.processor,
                targets=(Target(at_most=2, of_ratio=True),),
            ),
            Row(
                name="export, most memory",
                value=guarded.megabytes,
                unit="MB",
                against="raw sqlite3 to csv",
                baseline=plain.megabytes,
                targets=(Target(at_most=80),),
            ),
            Row(name="list of 50, filtered, p50", value=percentile(lists, 0.5), unit="ms"),
            Row(
                name="list of 50, filtered, p99",
                value=percentile(lists, 0.99),
                unit="ms",
                targets=(Target(at_most=50),),
            ),
            Row(name="search for words, p50", value=percentile(searches, 0.5), unit="ms"),
            Row(
                name="search for words, p99",
                value=percentile(searches, 0.99),
                unit="ms",
                targets=(Target(at_most=200),),
            ),
            Row(
                name="erasing one person, to the last byte",
                value=erased[0],
                unit="s",
                targets=(Target(at_most=60),),
            ),
            Row(name="the same, of a processor", value=erased[1], unit="s"),
        ],
        note=f"A commit of one row took {1000 / kept.one_row:.1f} ms. Exports are whole processes, with their start. "
        "Memory is the most that was resident. Looks are those after a first one of each kind.",
    )


_TOGETHER = 50
"""Events that come at once. After so many the baselines have their turn: what else the machine does meets all three."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Pieces of feedback a second. `same_rows`: the event in one commit, and in another what became of it: feedback,
    author, receipt, the event done; in tables with the bot's indexes and its full-text search."""

    ours: float
    one_row: float
    same_rows: float


async def _kept(url: str, other: str, number: int) -> Kept:
    """Events in, each on disk before it counts as received; feedback and receipt on disk."""
    database = open_database(url)
    await database.migrate()
    await data.migrated(other)
    dispatcher = _dispatcher(database)
    ours = one_row = same_rows = 0.0
    with _raw(url) as from_, _raw(other) as into:
        into.execute("CREATE TABLE raw (number INTEGER PRIMARY KEY, at TEXT, author TEXT, text TEXT)")
        for first in range(0, number, _TOGETHER):
            numbers = range(first, min(first + _TOGETHER, number))
            begun = time.perf_counter()
            await asyncio.gather(*(dispatcher.receive(_said(n)) for n in numbers))
            await dispatcher.drain()
            ours += time.perf_counter() - begun
            one_row += _one_row(into, numbers)
            same_rows += _same_rows(from_, into, numbers)
        assert from_.execute("SELECT count(*) FROM feedback").fetchone() == (number,)
    await database.close()
    return Kept(number / ours, number / one_row, number / same_rows)


def _dispatcher(database: SqlDatabase) -> Dispatcher:
    content, clock = load(_CONTENT), SystemClock()
    logs.configure("warning", ())

    def context(tx: Transaction) -> Context:
        return Context(clock.now(), content, {}, Roles(), tx)

    return Dispatcher(database, joined(ROUTERS), context, clock, lambda: None)


def _said(number: int) -> Command:
    author = Person(Platform.SLACK, "T0", f"U{number}", "Somebody")
    text = "feedback The chat was a bit fast for me, and I would like more time for each question."
    return Command(key=f"slack:T0:Ev{number}", at=data.now(), author=author, place=_PLACE, text=text)


@contextmanager
def _raw(url: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(_file(url), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        yield connection


def _one_row(into: sqlite3.Connection, numbers: range) -> float:
    begun = time.perf_counter()
    for n in numbers:
        row = (n, data.now().isoformat(), f"U{n}", "The chat was a bit fast for me, and I would like more time.")
        into.execute("INSERT INTO raw VALUES (?, ?, ?, ?)", row)
    return time.perf_counter() - begun


def _same_rows(from_: sqlite3.Connection, into: sqlite3.Connection, numbers: range) -> float:
    """The ids count from 1."""
    ids = [n + 1 for n in numbers]
    tables = ("inbox", "feedback", "feedback_authors", "outbox")
    rows = {table: [_row_of(from_, table, id_) for id_ in ids] for table in tables}
    inserts = {table: f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[table][0]))})" for table in tables}  # noqa: S608
    begun = time.perf_counter()
    for turn, id_ in enumerate(ids):
        into.execute(inserts["inbox"], rows["inbox"][turn])
        into.execute("BEGIN IMMEDIATE")
        for table in tables[1:]:
            into.execute(inserts[table], rows[table][turn])
        into.execute("UPDATE inbox SET receipt = 'done', done_at = ? WHERE id = ?", (data.now().isoformat(), id_))
        into.execute("COMMIT")
    return time.perf_counter() - begun


def _row_of(from_: sqlite3.Connection, table: str, id_: int) -> Sequence[object]:
    row: Sequence[object] = from_.execute(f"SELECT * FROM {table} WHERE rowid = ?", (id_,)).fetchone()  # noqa: S608
    return row


def fill(url: str, rows: int) -> None:
    """So many pieces of feedback over three years, as the bot would have kept them."""
    asyncio.run(data.migrated(url))
    numbers = f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})"  # noqa: S608
    at = f"strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', '2023-12-01', '+' || (n * 94608000 / {rows}) || ' seconds')"
    said = _TEXT.format(first=_pick(_FIRST), second=_pick(_SECOND))
    sources, consents, statuses = (_pick([one.value for one in kind]) for kind in (Source, Consent, Status))
    with closing(sqlite3.connect(_file(url))) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(
            f"{numbers} INSERT INTO feedback SELECT n, 'slack:T0:Ev' || n, {at}, {sources}, {said}, "  # noqa: S608
            f"'Question ' || (n % 40), {_pick(_REGIONS)}, 'Librarian', {consents}, {statuses} FROM numbers"
        )
        connection.execute(
            f"{numbers} INSERT INTO feedback_authors "  # noqa: S608
            "SELECT n, 'slack', 'T0', printf('U%07d', n % 200000), 'Somebody', '' FROM numbers"
        )
        connection.execute(
            "INSERT INTO feedback_tags SELECT number, 'tag' || (number % 30), at FROM feedback WHERE number % 10 < 3"
        )
        connection.commit()


def _pick(words: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {number} THEN '{word}'" for number, word in enumerate(words))
    # Scattered, and differently for each: what is asked for together is to be found together, now and then.
    return f"CASE (n * {7919 + len(words) ** 3} / 1009) % {len(words)} {cases} END"


async def _looked(url: str, looks: int) -> tuple[list[float], list[float]]:
    database = open_database(url)
    filters = [_filter(n) for n in range(looks)]
    words = [Wanted(text=_words(n)) for n in range(looks)]
    for wanted in (*filters[:_KINDS], *words[:_KINDS]):
        await _timed(database, wanted)  # the first of each kind opens, reads and compiles what the others share
    lists = [await _timed(database, wanted) for wanted in filters]
    searches = [await _timed(database, wanted) for wanted in words]
    await database.close()
    return lists, searches


_KINDS = 6


def _filter(number: int) -> Wanted:
    kinds = (
        Wanted(region=_REGIONS[number % 7]),
        Wanted(status=list(Status)[number % 4], region=_REGIONS[number % 7]),
        Wanted(tag=f"tag{number % 30}"),
        Wanted(prompt=f"Question {number % 40}", consent=Consent.NAMED),
        Wanted(source=Source.WEB, since=data.now().replace(year=2024 + number % 2, month=1 + number % 12, day=1)),
        Wanted(tag=f"tag{number % 30}", status=Status.NEW),
    )
    return kinds[number % len(kinds)]


def _words(number: int) -> str:
    common, other, rare = _FIRST[number % 10], _SECOND[number % 11], f"word{number * 37 % 5003}"
    return (common, f"{common} {other}", rare, f"{rare} {other}", "questions organisers month")[number % 5]


async def _timed(database: SqlDatabase, wanted: Wanted) -> float:
    """Milliseconds for a page of 50, in a transaction of its own."""
    begun = time.perf_counter()
    async with database.transaction() as tx:
        await tx.feedback.list(wanted, limit=50)
    return (time.perf_counter() - begun) * 1000


@dataclass(frozen=True, slots=True)
class Export:
    """`processor`: seconds of it, which other programs disturb least."""

    seconds: float
    processor: float
    megabytes: float


_PEAK = (
    "import atexit, os, re, sys\n"
    "def peak():\n"
    "    status = open('/proc/self/status').read()\n"
    "    open(os.environ['PEAK'], 'w').write(re.search(r'VmHWM:\\s+(\\d+)', status)[1])\n"
    "if os.path.exists('/proc/self/status'): atexit.register(peak)\n"
)
"""Writes down how much memory the process had at most, in kB, as Linux counts it."""
_RAW = (
    "import csv, sqlite3, sys\n"
    "rows = sqlite3.connect(sys.argv[1]).execute('SELECT {} FROM feedback ORDER BY at, number')\n"
    "csv.writer(open(sys.argv[2], 'w', newline='')).writerows(rows)"
)
_OURS = _PEAK + "from bot.cli import main; main()"


def _exported_raw(url: str) -> Export:
    file = _file(url)
    return _run([_PEAK + _RAW.format(_RAW_COLUMNS), str(file), str(file.with_name("raw.csv"))], url)


def _exported(url: str) -> Export:
    return _run([_OURS, "feedback", "export", "--out", str(_file(url).with_name("feedback.csv"))], url)


_WHO = Person(Platform.SLACK, "T0", "U0000007")


def _erased(url: str) -> tuple[float, float]:
    """Seconds on the clock, and of a processor. Raises where their id is still found in a file of the database."""
    begun, used = time.perf_counter(), time.process_time()
    erase(url, _WHO, data.now(), _file(url).with_name("erased.txt"))
    seconds = time.perf_counter() - begun, time.process_time() - used
    for file in _file(url).parent.glob(f"{_file(url).name}*"):
        if not file.stat().st_size:
            continue
        with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as held:
            # An id that is a part of a longer one is somebody else's.
            if re.search(rb"(?<![A-Za-z0-9])%b(?![A-Za-z0-9])" % _WHO.id.encode(), held):
                raise AssertionError(f"{file} still has somebody who was erased")
    return seconds


def _run(program: Sequence[str], url: str) -> Export:
    peak = _file(url).with_name("peak")
    of_ours = {"DATABASE_URL": url, "ERASED_LIST": str(peak.with_name("erased.txt")), "PEAK": str(peak)}
    begun, used = time.perf_counter(), _used()
    command = [sys.executable, "-c", *program]
    subprocess.run(command, cwd=ROOT, env=os.environ | of_ours, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    seconds = time.perf_counter() - begun
    return Export(seconds, _used() - used, int(peak.read_text()) / 1024 if peak.exists() else 0)


def _used() -> float:
    """Processor time of the processes that have ended, in seconds."""
    times = os.times()
    return times.children_user + times.children_system


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
