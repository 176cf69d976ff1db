"""Restoring a backup into an empty database, or in the place of what is there; all of it or nothing."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, update

from bot.adapters.db.alone import lock_beside
from bot.adapters.db.audit import append
from bot.adapters.db.backup import (
    Manifest,
    check_backup,
    copy_rows,
    file_address,
    keep_name,
    make_tables,
    refuse_to_overwrite,
    unwritable,
    write_backup,
)
from bot.adapters.db.engine import address_of
from bot.adapters.db.problems import DatabaseProblem, called
from bot.adapters.db.raw import Raw, SqliteRaw, alone_with, sqlite_file
from bot.adapters.db.tables import metadata, notes, outbox
from bot.adapters.db.wishes import Wishes, go_on_with, wishes_in
from bot.core.audit import COMMAND_LINE, AuditEntry
from bot.core.outbox import DOUBTED, MISSED_OR_SENT, PATIENCE, State
from bot.core.restore import OPEN, RESTORED, as_note
from bot.ports import Clock
from bot.unfinished import once_whole, unfinished

_LEAVING = 1.0
"""Seconds in which the server forgets the connection of a program that has just ended."""
_TABLES = {table.name: [column.name for column in table.c] for table in metadata.sorted_tables}


@dataclass(frozen=True, slots=True)
class Restored:
    """`doubted` posts may have been sent since the backup. `kept` is the backup of what was there before, if any."""

    manifest: Manifest
    doubted: int
    kept: Path | None = None


def restore(
    url: str,
    file: Path,
    clock: Clock,
    *,
    replace: bool = False,
    others: bool = False,
    quiet: timedelta = PATIENCE.quiet,
) -> Restored:
    """Bring a backup into a database whose tables are up to date. The bot must not run.

    What is there already is replaced only with `replace`, and backed up first; but who said stop stays stopped.
    `others`: other connections to a PostgreSQL database are not the bot's. Nothing is looked for on a platform within
    `quiet`: what an earlier life of the bot sent last may not be visible before. Raises DatabaseProblem, and then
    nothing has changed.
    """
    address = address_of(url)
    with (
        _staged(file, clock.now()) as (stage, manifest),
        _no_worker(address),
        alone_with(address, list(_TABLES)) as target,
    ):
        if not others:
            _refuse_others(target, address)
        now = target.time() or clock.now()
        wishes = wishes_in(target)
        with _made_empty(target, address, now, replace) as before:
            doubted = _prepare(stage, manifest, now, quiet, wishes)
            with sqlite_file(stage) as connection:
                copy_rows(SqliteRaw(connection, file_address(stage)), target, _TABLES)
            # Not until all is there, so that a restore that ends half way leaves no copy that nobody was told of.
            kept = _named(before, _beside(address, file)) if before else None
    return Restored(manifest, doubted, kept)


@contextmanager
def _staged(file: Path, now: datetime) -> Iterator[tuple[Path, Manifest]]:
    """A copy of the backup that can be worked on, checked and brought up to date."""
    with unfinished() as folder:
        stage = folder / file.name
        try:
            shutil.copyfile(file, stage)
        except OSError as error:
            raise DatabaseProblem(
                f"The backup {file} cannot be read ({error.strerror}). Check its name, and that there is room for a "
                "copy of it in the folder for temporary files."
            ) from error
        manifest = check_backup(stage, now)
        make_tables(stage)
        yield stage, manifest


@contextmanager
def _no_worker(address: URL) -> Iterator[None]:
    """On SQLite nobody else can become the worker meanwhile."""
    if address.get_backend_name() != "sqlite":
        yield
        return
    try:
        lock = lock_beside(address)
    except DatabaseProblem:
        raise DatabaseProblem(
            f"The bot is at work on {called(address, 'the')}. Nothing was changed. Stop it (`antiphon run`, `worker` "
            "and `web`), then restore."
        ) from None
    with closing(lock):
        yield


def _refuse_others(target: Raw, address: URL) -> None:
    give_up = time.monotonic() + _LEAVING
    while (number := target.others()) and time.monotonic() < give_up:
        time.sleep(0.05)
    if number:
        raise DatabaseProblem(
            f"{called(address)} is in use (other connections: {number}), and a bot that runs during a restore could "
            "send things twice. Nothing was changed. Stop every `antiphon run`, `worker` and `web`, on all machines. "
            "If only other programs are connected (psql, monitoring, a connection pool), say --yes."
        )


@contextmanager
def _made_empty(target: Raw, address: URL, now: datetime, replace: bool) -> Iterator[Path | None]:
    """Gives the backup of what was there, which has yet to be named. None: nothing was."""
    if not any(target.count(table) for table in _TABLES):
        yield None
        return
    if not replace:
        raise DatabaseProblem(
            f"{called(address)} is not empty. Nothing was changed. Restore into an empty database, or say --replace: "
            "then what is there is backed up first, and replaced."
        )
    # Where the next start looks for what was left, if this is killed.
    place = Path(address.database or "").parent if address.get_backend_name() == "sqlite" else None
    with unfinished(place) as folder:
        before = folder / f"antiphon-before-restore-{now:%Y%m%dT%H%M%SZ}.db"
        write_backup(target, called(address), before, now)
        target.clear(list(_TABLES))
        yield before


def _named(before: Path, folder: Path) -> Path:
    """Gives a backup its place for good. Raises DatabaseProblem."""
    kept = folder / before.name
    refuse_to_overwrite(kept)
    try:
        try:
            before.rename(kept)
        except OSError:  # it is on another file system
            _copy(before, kept)
        keep_name(folder)
    except OSError as error:
        raise unwritable(kept, error.strerror or str(error)) from error
    return kept


def _copy(before: Path, kept: Path) -> None:
    with once_whole(kept) as part:
        shutil.copyfile(before, part)
        with part.open("r+b") as written:
            os.fsync(written.fileno())


def _beside(address: URL, file: Path) -> Path:
    """Where the old content is kept: beside the database, or beside the backup if the database is elsewhere."""
    return Path(address.database or "").parent if address.get_backend_name() == "sqlite" else file.parent


def _prepare(stage: Path, manifest: Manifest, now: datetime, quiet: timedelta, wishes: Wishes) -> int:
    """Have the bot know that it was restored, and what people wished since. Returns how many posts are in doubt."""
    engine = create_engine(file_address(stage))
    try:
        with engine.begin() as connection:
            go_on_with(connection, wishes)
            _note(connection, manifest, stage.name, now)
            return _doubt(connection, now, quiet)
    finally:
        engine.dispose()


def _note(connection: Connection, manifest: Manifest, name: str, now: datetime) -> None:
    connection.execute(notes.delete().where(notes.c.name == RESTORED))
    connection.execute(notes.insert().values(name=RESTORED, value=as_note(now)))
    detail = f"the backup of {manifest.taken_at:%Y-%m-%d %H:%M} UTC"
    append(connection, AuditEntry(now, COMMAND_LINE, "restore", name, detail))


def _doubt(connection: Connection, now: datetime, quiet: timedelta) -> int:
    """What was open and is due by now may have been sent: it is looked for, or missed where its time has passed."""
    unknown = outbox.c.state.in_(OPEN) & (outbox.c.due < now)
    late = unknown & (outbox.c.cut_off < now)
    missed = update(outbox).where(late).values(state=State.MISSED, lease_until=None, reason=MISSED_OR_SENT)
    # After `missed`, what is still open is not late.
    doubted = (
        update(outbox)
        .where(unknown)
        .values(state=State.UNCONFIRMED, lease_until=None, try_at=now + quiet, reason=DOUBTED)
    )
    return sum(connection.execute(change).rowcount for change in (missed, doubted))
