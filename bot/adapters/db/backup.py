"""Backups: the whole database at one instant, in one SQLite file that either kind of database can be restored from."""

import hashlib
import json
import os
import sqlite3
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import URL, create_engine
from sqlalchemy.exc import DBAPIError

from bot.adapters.db.engine import address_of
from bot.adapters.db.migrate import is_known, upgrade
from bot.adapters.db.problems import DatabaseProblem, called
from bot.adapters.db.raw import Raw, Row, SqliteRaw, snapshot, sqlite_file
from bot.unfinished import once_whole

_MARK = int.from_bytes(b"Anti")
"""SQLite's "application id" of our backups."""
_FORMAT = 1
_MANIFEST = "backup_manifest"


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: how many rows, and a digest of them in their order."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `taken_at` is in UTC, by the clock of the machine that took it."""

    taken_at: datetime
    tables: Mapping[str, Content]

    @property
    def rows(self) -> int:
        return sum(content.rows for content in self.tables.values())


_MANIFEST_JSON: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def back_up(url: str, file: Path, now: datetime, *, force: bool = False) -> Manifest:
    """Copy the database to `file`, also while the bot runs, and check the copy.

    Whatever happens, `file` is either not there (or as it was) or complete. Raises DatabaseProblem, also when there
    is a file of this name and not `force`.
    """
    address = address_of(url)
    refuse_to_overwrite(file, force)
    if address.get_backend_name() == "sqlite" and file.resolve() == Path(address.database or "").resolve():
        raise DatabaseProblem(f"{file} is the database itself. Choose another name for its backup.")
    with snapshot(address) as source:
        return write_backup(source, called(address), file, now, force=force)


def write_backup(source: Raw, name: str, file: Path, now: datetime, *, force: bool = False) -> Manifest:
    """The same from an open transaction; `name` is what messages call the database."""
    revision = source.revision()
    if revision is None or not is_known(revision):
        raise DatabaseProblem(
            f"{name} has no tables of the bot in it, or those of a newer version, so there is nothing that this "
            "version can back up. Check DATABASE_URL, or install the version that the bot last ran with."
        )
    with _published(file, force) as part:
        make_tables(part, revision)
        return _fill(part, source, now)


def file_address(file: Path) -> URL:
    return URL.create("sqlite", database=str(file))


def make_tables(file: Path, revision: str = "head") -> None:
    """Bring the tables of an SQLite file, which may be empty, up to a step of `migrations/`."""
    engine = create_engine(file_address(file))
    try:
        with engine.begin() as connection:
            upgrade(connection, revision)
    finally:
        engine.dispose()


def check_backup(file: Path, now: datetime) -> Manifest:
    """What a backup says of itself, once it is known to be whole. Raises DatabaseProblem for any other file."""
    _check_kind(file)
    try:
        with sqlite_file(file) as connection:
            manifest = _manifest(connection)
            _check_whole(file, connection, manifest)
            revision = SqliteRaw(connection, file_address(file)).revision()
    except (sqlite3.Error, ValidationError, TypeError) as error:
        raise _damaged(str(error)) from error
    if revision is None or not is_known(revision):
        raise _newer(f"step {revision}")
    if manifest.taken_at > now:
        raise DatabaseProblem(
            f"The backup was taken at {manifest.taken_at:%Y-%m-%d %H:%M} UTC, but this machine's clock shows "
            f"{now:%Y-%m-%d %H:%M} UTC. One of them is wrong. What was sent since could not be told, and might be "
            "sent twice: set the clock, then try again."
        )
    return manifest


def refuse_to_overwrite(file: Path, force: bool = False) -> None:
    if file.exists() and not force:
        raise DatabaseProblem(f"{file} is there already. Choose another name, or overwrite it with --force.")


@contextmanager
def _published(file: Path, force: bool) -> Iterator[Path]:
    """A file that gets its name, for good, when the block has ended well."""
    try:
        with once_whole(file) as part:
            yield part
            with part.open("r+b") as written:
                os.fsync(written.fileno())
            refuse_to_overwrite(file, force)
        keep_name(file.parent)
    except OSError as error:
        raise unwritable(file, error.strerror or str(error)) from error
    except (sqlite3.Error, DBAPIError) as error:
        raise unwritable(file, str(error.orig if isinstance(error, DBAPIError) else error)) from error


def unwritable(file: Path, reason: str) -> DatabaseProblem:
    return DatabaseProblem(f"The backup {file} cannot be written ({reason}). Choose a folder with room for it.")


def keep_name(folder: Path) -> None:
    """See to it that the names in a folder survive a power cut, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _fill(part: Path, source: Raw, now: datetime) -> Manifest:
    with sqlite_file(part) as connection:
        # If this fails the file is thrown away, so it needs no journal.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        copy = SqliteRaw(connection, file_address(part))
        manifest = Manifest(now.astimezone(UTC), copy_rows(source, copy, copy.tables()))
        _sign(connection, manifest)
        connection.execute("COMMIT")
        _check_whole(part, connection, manifest)
    return manifest


def copy_rows(source: Raw, target: Raw, tables: Mapping[str, list[str]]) -> dict[str, Content]:
    """Copy tables, each with its columns, and count what has arrived. Returns what the source held."""
    return {table: _copy(source, target, table, columns) for table, columns in tables.items()}


def _copy(source: Raw, target: Raw, table: str, columns: list[str]) -> Content:
    read = _Reading(source.rows(table, columns))
    target.write(table, columns, read)
    if (there := source.count(table)) != (written := target.count(table)):
        raise DatabaseProblem(
            f"Of {there} rows of the table {table}, {written} arrived. Nothing was changed. Try again."
        )
    return read.content


class _Reading:
    """Rows on their way, counted and digested. Numbers count as their digits: PostgreSQL sends text only."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._number = 0
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self._number += 1
            self._digest.update(json.dumps([None if value is None else str(value) for value in row]).encode())
            yield row

    @property
    def content(self) -> Content:
        return Content(self._number, self._digest.hexdigest())


def _sign(connection: sqlite3.Connection, manifest: Manifest) -> None:
    connection.execute(f"CREATE TABLE {_MANIFEST} (manifest TEXT NOT NULL)")
    connection.execute(f"INSERT INTO {_MANIFEST} VALUES (?)", [_MANIFEST_JSON.dump_json(manifest).decode()])  # noqa: S608
    connection.execute(f"PRAGMA application_id = {_MARK}")
    connection.execute(f"PRAGMA user_version = {_FORMAT}")


def _contents(raw: SqliteRaw) -> dict[str, Content]:
    return {name: _content(raw, name, columns) for name, columns in raw.tables().items() if name != _MANIFEST}


def _content(raw: SqliteRaw, table: str, columns: list[str]) -> Content:
    reading = _Reading(raw.rows(table, columns))
    deque(reading, maxlen=0)
    return reading.content


def _check_kind(file: Path) -> None:
    """Whether it is one of our backups, however damaged, and one that this version can read."""
    with file.open("rb") as opened:
        header = opened.read(72)
    mark, format_ = int.from_bytes(header[68:72]), int.from_bytes(header[60:64])
    if not header.startswith(b"SQLite format 3\0") or mark != _MARK:
        raise DatabaseProblem(
            f"{file.name} is not a backup: it was not made by `antiphon backup`. Nothing was changed. (The bot's own "
            "database file needs no restoring: name it in DATABASE_URL.)"
        )
    if format_ > _FORMAT:
        raise _newer(f"format {format_}")


def _manifest(connection: sqlite3.Connection) -> Manifest:
    (text,) = connection.execute(f"SELECT manifest FROM {_MANIFEST}").fetchone()  # noqa: S608
    return _MANIFEST_JSON.validate_json(text)


def _check_whole(file: Path, connection: sqlite3.Connection, manifest: Manifest) -> None:
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise _damaged(verdict)
    found = _contents(SqliteRaw(connection, file_address(file)))
    if wrong := sorted(name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name)):
        raise _damaged(f"not as it was written: {', '.join(wrong)}")


def _damaged(detail: str) -> DatabaseProblem:
    return DatabaseProblem(
        f"The backup is damaged ({detail}). Nothing was changed. Use another one, or fetch this one again from where "
        "it was copied."
    )


def _newer(what: str) -> DatabaseProblem:
    return DatabaseProblem(
        f"The backup was made by a newer version of the bot ({what}), which this version cannot read. Nothing was "
        "changed. Install that version, then restore."
    )
