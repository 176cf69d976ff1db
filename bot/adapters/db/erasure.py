"""Everything about one person: told to them, or erased, in every table and every byte of the file.

Who was erased is kept as a pseudonym, in the table `erased` and in a file outside the database. A backup from before
an erasure has the person in it and not the erasure; the file is what survives the database being lost or replaced.
The file also has the keys of the pseudonyms: without them they would fit nobody in a database that made a new one. That
database goes on with its own, under which stand the wishes of people, and learns the others to look by.
Each start and each command compares the two, and erases again whoever a restored database still knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Table, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from bot.adapters.db.audit import append, known_keys, learn_keys, pseudonym_key
from bot.adapters.db.composing_tables import approvals, journal
from bot.adapters.db.engine import address_of
from bot.adapters.db.erased_list import ErasedList, read_list, write_list
from bot.adapters.db.feedback import keep_last_number
from bot.adapters.db.problems import explained
from bot.adapters.db.rows import add_new_now, in_turn, row_of
from bot.adapters.db.search import WORDS
from bot.adapters.db.tables import (
    Value,
    audit,
    erased,
    feedback,
    feedback_authors,
    metadata,
    notes,
    outbox,
    people,
)
from bot.adapters.db.whose import (
    Guest,
    Who,
    addresses,
    everybody,
    files,
    has_others_words,
    is_public,
    is_text,
    mentions,
    owned,
    whole,
    wrote,
)
from bot.core.audit import COMMAND_LINE, PRIVACY_EXPORT, AuditEntry
from bot.core.events import Person
from bot.core.outbox import removal
from bot.core.privacy import pseudonym
from bot.core.problems import Problem

_NAMED = {journal: journal.c.who, approvals: approvals.c.by}
"""Where what somebody did stays, and what they were called does not."""
UNWIPED_NOTE = "erased but not wiped"
"""In the ledger from an erasure until the file was written anew: a program may be killed, or others be in its way."""
_WAIT = "busy_timeout = 10000"
_ROOM = "cache_size = -65536"
"""64 MB: with SQLite's usual 2 MB, the indexes of a million pieces of feedback would be read again and again."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows were deleted, and in how many others the person's id gave way to a pseudonym.

    `known`: whether there was anything of theirs; moderators' files go whosever words are in them.
    `taken_down`: how many posts in the campaign's rooms quote them, and are deleted there when the bot runs.
    `contacts` are the e-mail addresses that they had given: nobody has checked whose these are, so what was said under
    them elsewhere, as in the web form, stays. `busy`: another program kept the SQLite file open, so that what was
    erased may still be read in its log.
    """

    pseudonym: str
    deleted: int
    changed: int
    known: bool = True
    taken_down: int = 0
    contacts: frozenset[str] = frozenset()
    busy: bool = False


def erase(url: str, person: Who, now: datetime, file: Path, key: str = "") -> Erased:
    """Erase somebody, and see to it that nothing of them is left in the file. `key` is the setting PSEUDONYM_KEY: under
    it the bot remembers things of people. Raises DatabaseProblem."""
    address = address_of(url)
    with _begun(address) as connection:
        known = _known_list(connection, read_list(file))
        done = _erase(connection, person, now, key)
        _index_anew(connection)
        _note(connection, done.pseudonym, now)
        _note_unwiped(connection)
        # The list before the commit: of the two, having erased somebody who is not on it would be worse.
        write_list(file, known.with_one(done.pseudonym, now))
    return replace(done, busy=not _wiped(address))


def erase_again(url: str, now: datetime, file: Path, key: str = "") -> int:
    """Erase whoever was erased and is here again, as after a restore. Returns how many people."""
    address = address_of(url)
    listed = read_list(file)
    with _begun(address, "BEGIN") as connection:
        # Nearly always there is nothing to do: then nobody who writes is kept waiting.
        same = _noted(connection) == listed.people and listed.keys <= known_keys(connection)
        unwiped = _is_unwiped(connection)
    back = 0 if same else _erase_listed(address, listed, now, file, key)
    if back or unwiped:
        _wiped(address)
    return back


def _erase_listed(address: URL, listed: ErasedList, now: datetime, file: Path, key: str) -> int:
    with _begun(address) as connection:
        in_turn(connection, feedback, audit)  # of machines that start at once, the second finds all done
        here, known = _noted(connection), _known_list(connection, listed)
        if known != listed:
            write_list(file, known)
        learn_keys(connection, known.keys)
        # By its date as well: who came back and was erased a second time is in a backup from between.
        missing = {name for name, at in known.people.items() if name not in here or here[name] < at}
        back = [person for person in everybody(connection) if known.names(person.ref) & missing]
        for person in back:
            _erase(connection, person, now, key)
        if back:
            _index_anew(connection)
            _note_unwiped(connection)
        for name in missing:
            _note(connection, name, known.people[name])
    return len(back)


def told(url: str, person: Who, key: str = "") -> Mapping[str, Any]:
    """Everything that is kept about somebody, by table. Where others only mention them, just where that is."""
    with _begun(address_of(url)) as connection:
        about: dict[str, Any] = {"person": person.ref}
        for table, rows in (*owned(connection, person, key).items(), *wrote(connection, person, key).items()):
            about.setdefault(table.name, []).extend(_as_told(table, row) for row in rows)
        who = pseudonym(pseudonym_key(connection), person.ref)
        beside = connection.execute(select(people).where(people.c.pseudonym == who)).mappings()
        about["people"] = [dict(row) for row in beside]
        lines = connection.execute(select(audit).where((audit.c.who == who) | (audit.c.about == who))).mappings()
        about["audit"] = [_as_told(audit, dict(row)) for row in lines]
        about["mentioned"] = [
            f"{table.name} {' '.join(str(row[column.name]) for column in table.primary_key)}"
            for table, rows in mentions(connection, person).items()
            for row in rows
        ]
        return about


def note_access(url: str, person: Who, now: datetime, file: str) -> None:
    """For the audit: somebody's data were told, in a file unless it is empty."""
    with _begun(address_of(url)) as connection:
        who = pseudonym(pseudonym_key(connection), person.ref)
        append(connection, AuditEntry(now, COMMAND_LINE, PRIVACY_EXPORT, who, file))


def _erase(connection: Connection, person: Who, now: datetime, key: str) -> Erased:
    in_turn(connection, feedback, audit)
    keep_last_number(connection)
    theirs, deleted = owned(connection, person, key), 0
    public = [row for row in theirs[outbox] if is_public(row)]
    given = [row["contact"] for row in theirs[feedback_authors]] if isinstance(person, Person) else []
    for table, rows in (*theirs.items(), (outbox, files(connection))):
        rows_by = [tuple(row[column.name] for column in table.primary_key) for row in rows]
        for one in rows_by:
            connection.execute(table.delete().where(*_is(table, one)))
        deleted += len(rows_by)
    _take_down(connection, public, now)
    name = pseudonym(pseudonym_key(connection), person.ref)
    named = connection.execute(people.delete().where(people.c.ref == person.ref)).rowcount
    for table, by in _NAMED.items():
        connection.execute(table.update().where(by == person.ref).values(name=""))
    changed = sum(
        _unname(connection, table, rows, person, name) for table, rows in mentions(connection, person).items()
    )
    append(connection, AuditEntry(now, COMMAND_LINE, "privacy erase", name))
    contacts = frozenset[str]().union(*map(addresses, given))
    return Erased(name, deleted, changed, any(theirs.values()) or named + changed > 0, len(public), contacts)


def _take_down(connection: Connection, posts: Sequence[Mapping[str, Any]], now: datetime) -> None:
    for row in posts:
        post = removal(row["key"], row["place"], row["remote_id"], now)
        add_new_now(connection, outbox, row_of(post) | {"platform": post.platform})


def _unname(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], person: Who, name: str) -> int:
    """Put the pseudonym in the place of the id, wherever it stands by itself."""
    found = whole(person)
    name = f"web:{name}" if isinstance(person, Guest) else name  # where a ref has to stand, it still is one
    for row in rows:
        changes = {
            column.name: found.sub(name, row[column.name])
            for column in table.c
            if is_text(column) and row[column.name] is not None and found.search(row[column.name])
        }
        if changes:
            _write(connection, table, tuple(row[f"key_{column.name}"] for column in table.primary_key), changes)
    return len(rows)


def _write(connection: Connection, table: Table, key: Sequence[Any], changes: Mapping[str, str]) -> None:
    """Text as it is to stand there, also in columns of JSON."""
    json = connection.dialect.name == "postgresql"
    kinds = {name: "JSON" if json and isinstance(table.c[name].type, Value) else "TEXT" for name in changes}
    to = ", ".join(f'"{name}" = CAST(:new_{name} AS {kinds[name]})' for name in changes)
    where = " AND ".join(f'"{column.name}" = :old_{column.name}' for column in table.primary_key)
    values = {f"new_{name}": value for name, value in changes.items()}
    values |= {f"old_{column.name}": part for column, part in zip(table.primary_key, key, strict=True)}
    connection.execute(text(f'UPDATE "{table.name}" SET {to} WHERE {where}'), values)  # noqa: S608


def _is(table: Table, key: Sequence[Any]) -> Iterator[Any]:
    return (column == part for column, part in zip(table.primary_key, key, strict=True))


def _index_anew(connection: Connection) -> None:
    """Deleted words stay in SQLite's index until it is merged; made anew, it has none of them."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"INSERT INTO {WORDS}({WORDS}) VALUES ('rebuild')"))  # noqa: S608


def _known_list(connection: Connection, listed: ErasedList) -> ErasedList:
    """All that the list and the table know, with every key of either."""
    here = _noted(connection)
    later = {name: max(at, here.get(name, at)) for name, at in listed.people.items()}
    return ErasedList(listed.keys | known_keys(connection) | {pseudonym_key(connection)}, {**here, **later})


def _noted(connection: Connection) -> Mapping[str, datetime]:
    """Who was erased from this database, and when last."""
    return {row.pseudonym: row.at for row in connection.execute(select(erased))}


def _note(connection: Connection, name: str, at: datetime) -> None:
    connection.execute(erased.delete().where(erased.c.pseudonym == name))
    connection.execute(erased.insert().values(pseudonym=name, at=at))


def _note_unwiped(connection: Connection) -> None:
    add_new_now(connection, notes, {"name": UNWIPED_NOTE, "value": ""})


def _is_unwiped(connection: Connection) -> bool:
    return connection.scalar(select(notes.c.name).where(notes.c.name == UNWIPED_NOTE)) is not None


def _as_told(table: Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    told = {name: _plain(table.c[name].type, value) for name, value in row.items()}
    if table is outbox and has_others_words(row):
        return told | {"body": "left out: what others said"}
    return told


def _plain(kind: TypeEngine[Any], value: Any) -> Any:
    if isinstance(kind, Value):
        return kind.adapter.dump_python(value, mode="json")
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | bool | None) else str(value)


@contextmanager
def _begun(address: URL, begin: str = "BEGIN IMMEDIATE") -> Iterator[Connection]:
    """A transaction in which SQLite overwrites with zeros what is deleted. `begin` is how SQLite begins it."""
    sync = address.set(drivername="sqlite" if address.get_backend_name() == "sqlite" else "postgresql+psycopg")
    engine = create_engine(sync, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _careful)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise explained(error.orig, address) or error from error
    finally:
        engine.dispose()


def _careful(connection: Any, _: object) -> None:
    connection.isolation_level = None
    for pragma in (_WAIT, "secure_delete = ON", "synchronous = FULL", _ROOM):
        connection.execute(f"PRAGMA {pragma}")


def _wiped(address: URL) -> bool:
    """Whether no deleted byte is left. If not, the next start tries again."""
    if not _wipe(address):
        return False
    with suppress(Problem, DBAPIError), _begun(address) as connection:
        connection.execute(notes.delete().where(notes.c.name == UNWIPED_NOTE))
    return True


def _wipe(address: URL) -> bool:
    """Write the file anew and empty its log, so that no deleted byte is left. False when others kept it open."""
    sync = address.set(drivername="sqlite" if address.get_backend_name() == "sqlite" else "postgresql+psycopg")
    engine = create_engine(sync, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                for table in metadata.sorted_tables:
                    connection.exec_driver_sql(f'VACUUM (FULL) "{table.name}"')
                return True
            connection.exec_driver_sql(f"PRAGMA {_WAIT}")
            connection.exec_driver_sql(f"PRAGMA {_ROOM}")
            connection.exec_driver_sql("VACUUM")
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            return not busy
    except DBAPIError:
        return False  # what is deleted is overwritten already; only the log may still have it
    finally:
        engine.dispose()
