"""Backups and restoring, between every two kinds of database."""

import asyncio
import errno
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot import cli
from bot.adapters.db import DatabaseProblem, SqlDatabase, open_database
from bot.adapters.db.alone import lock_beside
from bot.adapters.db.backup import back_up, make_tables
from bot.adapters.db.engine import address_of
from bot.adapters.db.erasure import erase
from bot.adapters.db.raw import snapshot
from bot.adapters.db.restore import Restored, restore
from bot.adapters.db.tables import metadata
from bot.adapters.db.whose import person_of
from bot.core.access import Attempt, KeptForm, Link, Passkey, Session
from bot.core.approval import Approval, SignOff, Verdict
from bot.core.asked import Asked, Outcome, day_of
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.journal import Change, Deed
from bot.core.outbox import DOUBTED, MISSED_OR_SENT, Post, State
from bot.core.pieces import Picture, Piece
from bot.core.plan import Kind
from bot.core.restore import RESTORED, restored_at
from bot.core.rounds import Asked as AskedPrompt
from bot.core.rounds import Round
from bot.ports import Transaction
from tests.contracts.test_questions import question
from tests.contracts.values import MINUTE, NOW, entry, event, feedback, post
from tests.databases import put_sqlite
from tests.fakes import FakeClock

TABLES = {table.name: [column.name for column in table.c] for table in metadata.sorted_tables}
LATER = NOW + timedelta(hours=1)
FAR = NOW.replace(year=2100)
"""Not due at a restore, which on PostgreSQL goes by the server's clock."""
Work = Callable[[Transaction], Awaitable[Any]]


def on(url: str, *works: Work) -> list[Any]:
    """Do things to a database, each in a transaction of its own, its tables made first."""

    if url.startswith("sqlite:") and not (file := Path(url.removeprefix("sqlite:///"))).exists():
        put_sqlite(file)

    async def inside() -> list[Any]:
        database = open_database(url)
        await database.migrate()
        try:
            return [await _in_transaction(database, work) for work in works]
        finally:
            await database.close()

    return asyncio.run(inside())


async def _in_transaction(database: SqlDatabase, work: Work) -> Any:
    async with database.transaction() as tx:
        return await work(tx)


async def something_in_every_table(tx: Transaction) -> None:
    for number in range(1, 4):
        await tx.inbox.add(event(number, "NUL \0 and half a \ud83d pair, \u2028 and 🙂"))
        await tx.outbox.add(post(f"post {number}", due=FAR + number * MINUTE, cut_off=FAR + timedelta(days=1)))
    await tx.inbox.done([event(2).key], NOW)
    await tx.plan.put(entry())
    await tx.feedback.add(feedback(7))
    await tx.heard.add("2017-09-19", [HeardPost(Platform.X, "1", NOW, "7", "Très bien", followers=5_000_000_000)])
    await tx.heard.remove(Platform.X, ["2"], NOW)
    await tx.questions.add(question())
    await tx.asked.add(Asked(day_of(NOW), "wot can i do", Outcome.UNKNOWN))
    await tx.asked.rate("get-involved", useful=True)
    await tx.audit.add(NOW, "command line", "pause", "everything", "tab\tnewline\nbackslash \\N")
    await tx.audit.add(NOW, "slack:T1/U1", "resume")
    await tx.access.add_link(Link(fingerprint="1", who="web:maria", name="Maria", ends=FAR))
    await tx.access.begin(
        Session(fingerprint="2", who="web:maria", name="Maria", device="", began=NOW, used=NOW, ends=FAR)
    )
    await tx.access.add_attempt(Attempt(fingerprint="3", way="slack", ends=FAR), NOW)
    await tx.access.add_passkey(
        Passkey(id="4", who="web:maria", name="Maria", device="", key="cG0", uses=2**32 - 1, added=NOW, used=NOW)
    )
    await tx.access.keep(KeptForm(who="web:maria", path="/pages/pause", values={"reason": "tab\t\0 \\N 🙂"}, at=NOW))
    round_ = await tx.rounds.add(
        Round(key="notes", title="A café", prompts=("What helps?",), platforms=(), opened=NOW, closes=FAR)
    )
    await tx.rounds.answer(7, AskedPrompt(round_, 1))
    await something_written(tx)
    await tx.ledger.first("cards:2017-09-19", NOW)
    await tx.ledger.remember("x:mentions", "910")


async def something_written(tx: Transaction) -> None:
    """On the organisers' pages."""
    await tx.pieces.put(Piece(key="1", kind=Kind.CARD, who="web:maria", values={"text": "tab\t\0 \\N 🙂"}, at=NOW))
    await tx.pieces.keep_picture(Picture(path="cards/uploaded/1.png", data=bytes(range(256)), at=NOW))
    await tx.approvals.put(
        Approval(about="1", print="2", verdict=Verdict.NO, by="web:maria", name="Maria", at=NOW, words="Not yet")
    )
    await tx.approvals.add_link(SignOff(fingerprint="1", about="1", print="2", name="Zoë", by="web:maria", ends=FAR))
    await tx.journal.add(Change(at=NOW, who="web:maria", name="Maria", what=Deed.ADD, about="1", after=entry()))


def rows(url: str) -> dict[str, list[Any]]:
    """Everything in a database, in the notation of the backup."""
    with snapshot(address_of(url)) as raw:
        return {table: [tuple(map(_text, row)) for row in raw.rows(table, names)] for table, names in TABLES.items()}


def _text(value: object) -> object:
    """PostgreSQL's rows are all text."""
    return str(value) if isinstance(value, int) else value


def restored(url: str, file: Path, now: datetime = LATER, **options: Any) -> Restored:
    on(url)
    return restore(url, file, FakeClock(now), **options)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup with something in every table."""
    url, file = f"sqlite:///{tmp_path}/source.db", tmp_path / "backup.db"
    on(url, something_in_every_table)
    back_up(url, file, NOW)
    return file


def test_everything_arrives_in_either_kind_of_database_and_comes_back(database_url: str, tmp_path: Path) -> None:
    here, back = f"sqlite:///{tmp_path}/here.db", f"sqlite:///{tmp_path}/back.db"
    on(here, something_in_every_table)
    erase(here, person_of("x:1234567"), NOW, tmp_path / "erased.txt")
    first = back_up(here, tmp_path / "1.db", NOW)
    restored(database_url, tmp_path / "1.db")
    second = back_up(database_url, tmp_path / "2.db", NOW)
    restored(back, tmp_path / "2.db")
    before = rows(here)
    assert all(before.values())
    for url in (database_url, back):
        after = rows(url)
        assert set(after.pop("notes")) > set(before["notes"])
        assert set(after.pop("audit")) > set(before["audit"])
        assert after == {name: before[name] for name in after}
    changed = {"notes", "audit"}
    assert {n: c for n, c in second.tables.items() if n not in changed} == {
        n: c for n, c in first.tables.items() if n not in changed
    }


def test_what_is_added_after_a_restore_is_counted_on(database_url: str, backup: Path) -> None:
    restored(database_url, backup)
    assert on(database_url, lambda tx: tx.outbox.add(post("next")), lambda tx: tx.inbox.add(event(9))) == [True, True]


def test_a_backup_is_one_instant_while_the_bot_goes_on_writing(database_url: str, tmp_path: Path) -> None:
    async def pair(number: int, tx: Transaction) -> None:
        await tx.plan.put(entry(f"chat:{number}"))
        await tx.ledger.first(f"slot:{number}", NOW)

    on(database_url)
    stop = threading.Event()

    async def write() -> None:
        database, number = open_database(database_url), 0
        while not stop.is_set():
            number += 1
            await _in_transaction(database, partial(pair, number))
        await database.close()

    writer = threading.Thread(target=lambda: asyncio.run(write()))
    writer.start()
    try:
        taken = [back_up(database_url, tmp_path / f"{n}.db", NOW).tables for n in range(4)]
    finally:
        stop.set()
        writer.join()
    assert all(tables["plan"].rows == tables["slots"].rows for tables in taken)
    assert taken[-1]["plan"].rows > taken[0]["plan"].rows


def test_a_backup_is_for_its_owner_alone_and_overwrites_nothing_unasked(backup: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = backup.read_bytes()
    url = f"sqlite:///{tmp_path}/source.db"
    with pytest.raises(DatabaseProblem, match="there already"):
        back_up(url, backup, LATER)
    assert backup.read_bytes() == before
    back_up(url, backup, LATER, force=True)
    assert backup.read_bytes() != before
    assert not list(tmp_path.glob(".antiphon*"))


def test_the_database_itself_is_never_overwritten(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="the database itself"):
        back_up(f"sqlite:///{tmp_path}/source.db", tmp_path / "source.db", NOW, force=True)


def test_a_folder_that_is_not_there_is_named(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match=r"nowhere/b\.db cannot be written .No such file"):
        back_up(f"sqlite:///{tmp_path}/source.db", tmp_path / "nowhere/b.db", NOW)


@pytest.mark.skipif(os.name != "posix", reason="the system sets no limit")
def test_a_disk_without_room_for_the_backup_is_told_and_nothing_is_left_there(sqlite_url: str, tmp_path: Path) -> None:
    import resource

    on(sqlite_url, something_written)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / "backups").mkdir()
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))  # what is longer cannot be written
    try:
        with pytest.raises(DatabaseProblem, match=r"b\.db cannot be written .*Choose a folder with room for it"):
            back_up(sqlite_url, tmp_path / "backups" / "b.db", LATER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_database_that_is_not_the_bots_is_not_backed_up(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(DatabaseProblem, match="no tables of the bot"):
        back_up(f"sqlite:///{tmp_path}/other.db", tmp_path / "b.db", NOW)
    with pytest.raises(DatabaseProblem, match="cannot be opened"):
        back_up(f"sqlite:///{tmp_path}/missing.db", tmp_path / "b.db", NOW)
    assert not (tmp_path / "missing.db").exists()
    assert not (tmp_path / "b.db").exists()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.adapters.clock import SystemClock
from bot.adapters.db import backup, restore
write = backup.SqliteRaw.write
def killed(self, table, columns, rows):
    write(self, table, columns, rows)
    if table == "outbox":
        os.kill(os.getpid(), signal.SIGKILL)
backup.SqliteRaw.write = killed
"""


KILLED_LATER = """
from bot.adapters.db import raw
numbers = []
def killed_later(self, table, columns, rows, write=None):
    write(self, table, columns, rows)
    numbers.append(table)
    if numbers.count("outbox") == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
from functools import partialmethod
for kind in (raw.SqliteRaw, raw.PostgresRaw):
    before = write if kind is raw.SqliteRaw else kind.write
    kind.write = partialmethod(killed_later, write=before)
restore.restore(sys.argv[1], Path(sys.argv[2]), SystemClock(), replace=True, others=True)
"""


def _killed(code: str, *words: str) -> None:
    """Run code in a process that dies once it has written the outbox."""
    script = KILLED + textwrap.dedent(code)
    ended = subprocess.run([sys.executable, "-c", script, *words], cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == -9


def test_a_killed_backup_leaves_what_was_there(backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    code = "backup.back_up(sys.argv[1], Path(sys.argv[2]), datetime.now(UTC), force=True)"
    for file in (backup, tmp_path / "new.db"):
        _killed(code, f"sqlite:///{tmp_path}/source.db", str(file))
    assert backup.read_bytes() == before
    assert not (tmp_path / "new.db").exists()


def test_what_a_killed_backup_or_restore_left_goes_with_the_next(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, place = f"sqlite:///{tmp_path}/used.db", tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    source, new = f"sqlite:///{tmp_path}/source.db", tmp_path / "new.db"
    on(url)
    _killed("backup.back_up(sys.argv[1], Path(sys.argv[2]), datetime.now(UTC))", source, str(new))
    _killed("restore.restore(sys.argv[1], Path(sys.argv[2]), SystemClock())", url, str(backup))
    left = [*tmp_path.glob(".antiphon*"), *place.glob(".antiphon*")]
    assert len(left) == 2
    for folder in left:
        os.utime(folder, (0, 0))
    back_up(source, new, LATER, force=True)
    restored(url, backup)
    assert not any(folder.exists() for folder in left)


@pytest.mark.parametrize("which", [1, 2], ids=["while it keeps what was there", "while it writes"])
def test_what_a_killed_restore_left_goes_with_the_next_command(
    which: int, database_url: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    on(database_url, lambda tx: tx.ledger.remember("mine", "1"))
    before = rows(database_url)
    _killed(KILLED_LATER, database_url, str(backup), str(which))
    assert rows(database_url) == before
    left = [*tmp_path.rglob(".antiphon*")]
    assert len(left) >= 2
    for folder in left:
        os.utime(folder, (0, 0))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setattr(sys, "argv", ["antiphon", "outbox"])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        cli.main()
    assert [*tmp_path.rglob(".antiphon*")] == [*tmp_path.rglob("antiphon-before-restore*")] == []


def test_a_killed_restore_leaves_what_was_there(backup: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/used.db"
    on(url, lambda tx: tx.ledger.remember("mine", "1"))
    before = rows(url)
    _killed("restore.restore(sys.argv[1], Path(sys.argv[2]), SystemClock(), replace=True)", url, str(backup))
    assert rows(url) == before
    restored(url, backup, replace=True)


def truncated(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 4096)


def overwritten(file: Path) -> None:
    """One word within the text of a row, which SQLite's own check does not see."""
    file.write_bytes(file.read_bytes().replace("très bien".encode(), b"trop  bien"))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def picture(file: Path) -> None:
    file.write_bytes(b"\x89PNG" * 1000)


def another_database(file: Path) -> None:
    file.unlink()
    make_tables(file)


def newer_format(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 2")


def newer_tables(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (truncated, "is damaged"),
        (overwritten, "is damaged .not as it was written: feedback"),
        (empty, "is not a backup"),
        (picture, "is not a backup"),
        (another_database, "is not a backup"),
        (newer_format, "newer version of the bot .format 2"),
        (newer_tables, "newer version of the bot .step 9999"),
    ],
)
def test_what_cannot_be_restored_is_refused_and_nothing_changed(
    spoil: Callable[[Path], None], said: str, backup: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    spoil(backup)
    with pytest.raises(DatabaseProblem, match=said):
        restored(url, backup)
    assert not any(rows(url).values())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match=r"no\.db cannot be read .No such file"):
        restored(f"sqlite:///{tmp_path}/new.db", tmp_path / "no.db")


def test_a_clock_that_is_behind_the_backup_is_noticed(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="set the clock"):
        restored(f"sqlite:///{tmp_path}/new.db", backup, now=NOW - MINUTE)


def test_a_backup_of_older_tables_is_brought_up_to_date(tmp_path: Path) -> None:
    old, url = tmp_path / "old.db", f"sqlite:///{tmp_path}/new.db"
    make_tables(old, "0001")
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("INSERT INTO notes VALUES ('x:mentions', '910')")
    manifest = back_up(f"sqlite:///{old}", tmp_path / "backup.db", NOW)
    assert "audit" not in manifest.tables
    restored(url, tmp_path / "backup.db")
    assert on(url, lambda tx: tx.ledger.recall("x:mentions")) == ["910"]


def test_a_database_in_use_is_replaced_only_when_asked_and_kept(
    database_url: str, backup: Path, tmp_path: Path
) -> None:
    on(database_url, lambda tx: tx.outbox.add(post("mine")))
    before = rows(database_url)
    with pytest.raises(DatabaseProblem, match="not empty"):
        restored(database_url, backup)
    assert rows(database_url) == before
    kept = restored(database_url, backup, replace=True).kept
    assert kept is not None
    assert on(database_url, lambda tx: tx.outbox.get("mine")) == [None]
    restored(f"sqlite:///{tmp_path}/old.db", kept, now=datetime.now(NOW.tzinfo))
    assert on(f"sqlite:///{tmp_path}/old.db", lambda tx: tx.outbox.get("mine"))[0] is not None


def test_what_was_there_is_kept_on_another_file_system_too(
    sqlite_url: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(sqlite_url, lambda tx: tx.ledger.remember("mine", "1"))

    def elsewhere(_: Path, __: Path) -> Path:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(Path, "rename", elsewhere)
    kept = restored(sqlite_url, backup, replace=True).kept
    assert kept is not None
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with pytest.raises(DatabaseProblem, match="is there already"):
        restored(sqlite_url, backup, replace=True)
    restored(f"sqlite:///{tmp_path}/old.db", kept)
    assert on(f"sqlite:///{tmp_path}/old.db", lambda tx: tx.ledger.recall("mine")) == ["1"]


def test_nothing_is_restored_under_a_worker(sqlite_url: str, backup: Path) -> None:
    on(sqlite_url)
    with closing(lock_beside(address_of(sqlite_url))), pytest.raises(DatabaseProblem, match="at work on the database"):
        restored(sqlite_url, backup)
    assert not any(rows(sqlite_url).values())
    restored(sqlite_url, backup)


def test_nothing_is_restored_under_other_connections_unless_they_are_known(postgres_url: str, backup: Path) -> None:
    on(postgres_url)
    with psycopg.connect(postgres_url):
        with pytest.raises(DatabaseProblem, match="other connections: 1"):
            restored(postgres_url, backup)
        restored(postgres_url, backup, others=True)


DAY = timedelta(days=1)
OPEN_POSTS = [
    pytest.param(post(due=NOW), State.UNCONFIRMED, DOUBTED, id="queued"),
    pytest.param(replace(post(due=NOW), fence=2, try_at=LATER + DAY), State.UNCONFIRMED, DOUBTED, id="tried before"),
    pytest.param(replace(post(due=NOW), state=State.CLAIMED, fence=1), State.UNCONFIRMED, DOUBTED, id="in hand"),
    pytest.param(replace(post(due=NOW), state=State.SENDING, fence=1), State.UNCONFIRMED, DOUBTED, id="on its way"),
    pytest.param(replace(post(due=NOW), state=State.UNCONFIRMED), State.UNCONFIRMED, DOUBTED, id="in doubt"),
    pytest.param(post(due=NOW, cut_off=NOW + MINUTE), State.MISSED, MISSED_OR_SENT, id="too late by now"),
    pytest.param(post(due=LATER), State.QUEUED, "", id="not yet due"),
    pytest.param(replace(post(due=NOW), state=State.SENT), State.SENT, "", id="sent"),
    pytest.param(replace(post(due=NOW), state=State.HELD, reason="Look."), State.HELD, "Look.", id="held"),
]


@pytest.mark.parametrize(("stored", "state", "reason"), OPEN_POSTS)
def test_what_may_have_been_sent_since_the_backup_is_in_doubt(
    stored: Post, state: State, reason: str, tmp_path: Path
) -> None:
    url, new, file = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db", tmp_path / "backup.db"

    async def keep(tx: Transaction) -> None:
        await tx.outbox.add(stored)

    on(url, keep)
    back_up(url, file, NOW)
    told = restored(new, file)
    found, note = on(new, lambda tx: tx.outbox.get(stored.key), lambda tx: tx.ledger.recall(RESTORED))
    assert (found.state, found.reason) == (state, reason)
    assert told.doubted == (reason in (DOUBTED, MISSED_OR_SENT))
    assert restored_at(note) == LATER
    if state is State.UNCONFIRMED:
        assert found.try_at == LATER + MINUTE
        assert found.lease_until is None


def test_who_restored_what_is_noted(backup: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    restored(url, backup)
    (entries,) = on(url, lambda tx: tx.audit.list(limit=1))
    assert (entries[0].at, entries[0].what, entries[0].about) == (LATER, "restore", "backup.db")
    assert "2017-09-19 19:00 UTC" in entries[0].detail


def test_the_commands_say_what_was_done_and_what_is_left_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def antiphon(*words: str, database: str) -> str:
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/{database}")
        monkeypatch.setattr(sys, "argv", ["antiphon", *words])
        with pytest.raises(SystemExit):
            cli.main()
        told = capsys.readouterr()
        return told.out + told.err

    monkeypatch.chdir(tmp_path)
    on(f"sqlite:///{tmp_path}/old.db", lambda tx: tx.outbox.add(post(cut_off=FAR)))
    assert antiphon("backup", "b.db", database="old.db") == "1 row is in b.db, read back and found right.\n"
    told = antiphon("restore", "b.db", database="new.db")
    assert "1 row is restored" in told
    assert "may have been sent since: 1" in told
    assert "antiphon actions list" in told
    assert "not empty" in antiphon("restore", "b.db", database="new.db")
    assert "antiphon-before-restore-" in antiphon("restore", "b.db", "--replace", database="new.db")
