"""Everything about one person: told to them, or erased, in every table and every byte of the file.

Who was erased is kept as a pseudonym, in the table `erased` and in a file outside the database. A backup from before
an erasure has the person in it and not the erasure; the file is what survives the database being lost or replaced.
The file also has the key of the pseudonyms: without it they would fit nobody in a database that made a new one.
Each start and each command compares the two, and erases again whoever a restored database still knows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    ColumnElement,
    Connection,
    Table,
    Text,
    cast,
    create_engine,
    event,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from bot.adapters.db.audit import append, pseudonym_key
from bot.adapters.db.engine import address_of
from bot.adapters.db.erased_list import ErasedList, read_list, write_list
from bot.adapters.db.problems import explained
from bot.adapters.db.search import WORDS
from bot.adapters.db.tables import (
    Value,
    Words,
    audit,
    erased,
    feedback,
    feedback_authors,
    feedback_tags,
    heard,
    inbox,
    kept_forms,
    metadata,
    notes,
    outbox,
    people,
    plan,
    questions,
    sessions,
    sign_in_links,
)
from bot.core.audit import COMMAND_LINE, AuditEntry
from bot.core.events import EVENT_JSON, Event, Noted, Person, Platform
from bot.core.privacy import KEY_NOTE, LAST_NUMBER_NOTE, pseudonym
from bot.core.problems import Problem

_REF = re.compile(r"(x):()([^/\s]+)|(slack|teams):([^/\s]+)/([^/\s]+)")
_TELLING = 6
"""Ids shorter than this are not looked for inside of other texts: `12` is also half a date."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows were deleted, and in how many others the person's id gave way to a pseudonym.

    `busy`: another program kept the SQLite file open, so that what was erased may still be read in its log.
    """

    pseudonym: str
    deleted: int
    changed: int
    busy: bool = False


def person_of(ref: str) -> Person:
    """Raises Problem for what is no ref."""
    found = _REF.fullmatch(ref.strip())
    if found is None:
        raise Problem(
            f"{ref!r} names nobody. Write slack:WORKSPACE/USER, teams:TENANT/USER or x:USER, by id. "
            "`antiphon feedback show NUMBER --with-personal-data` shows the author's."
        )
    platform, workspace, id_ = (part for part in found.groups() if part is not None)
    return Person(Platform(platform), workspace, id_)


def erase(url: str, person: Person, now: datetime, file: Path) -> Erased:
    """Erase somebody, and see to it that nothing of them is left in the file. Raises DatabaseProblem."""
    address = address_of(url)
    with _begun(address) as connection:
        known = _known_list(connection, read_list(file))
        done = _erase(connection, person, now)
        _index_anew(connection)
        _note(connection, done.pseudonym, now)
        # The list before the commit: of the two, having erased somebody who is not on it would be worse.
        write_list(file, known.with_one(done.pseudonym, now))
    return Erased(done.pseudonym, done.deleted, done.changed, busy=not _wipe(address))


def erase_again(url: str, now: datetime, file: Path) -> int:
    """Erase whoever was erased and is here again, as after a restore. Returns how many people."""
    address = address_of(url)
    listed = read_list(file)
    with _begun(address, "BEGIN") as connection:
        # Nearly always there is nothing to do: then nobody who writes is kept waiting.
        here = set(connection.scalars(select(erased.c.pseudonym)))
    if here == listed.people.keys():
        return 0
    with _begun(address) as connection:
        known = _known_list(connection, listed)
        if known != listed:
            write_list(file, known)
        missing = known.people.keys() - here
        back = [person for person in _everybody(connection) if pseudonym(known.key, person.ref) in missing]
        for person in back:
            _erase(connection, person, now)
        if back:
            _index_anew(connection)
        for name in missing:
            _note(connection, name, known.people[name])
    if back:
        _wipe(address)
    return len(back)


def told(url: str, person: Person) -> Mapping[str, Any]:
    """Everything that is kept about somebody, by table. Where others only mention them, just where that is."""
    with _begun(address_of(url)) as connection:
        about: dict[str, Any] = {"person": person.ref}
        for table, rows in _owned(connection, person).items():
            about[table.name] = [_as_told(table, row) for row in rows]
        who = pseudonym(pseudonym_key(connection), person.ref)
        lines = connection.execute(select(audit).where(audit.c.who == who)).mappings()
        about["audit"] = [_as_told(audit, dict(row)) for row in lines]
        about["mentioned"] = [
            f"{table.name} {' '.join(str(row[column.name]) for column in table.primary_key)}"
            for table, rows in _mentions(connection, person).items()
            for row in rows
        ]
        return about


def note_access(url: str, person: Person, now: datetime, what: str) -> None:
    """For the audit: somebody's data were told."""
    with _begun(address_of(url)) as connection:
        who = pseudonym(pseudonym_key(connection), person.ref)
        append(connection, AuditEntry(now, COMMAND_LINE, what, who))


def _erase(connection: Connection, person: Person, now: datetime) -> Erased:
    _keep_last_number(connection)
    deleted = 0
    for table, rows in _owned(connection, person).items():
        keys = [tuple(row[column.name] for column in table.primary_key) for row in rows]
        for key in keys:
            connection.execute(table.delete().where(*_is(table, key)))
        deleted += len(keys)
    name = pseudonym(pseudonym_key(connection), person.ref)
    connection.execute(people.delete().where(people.c.ref == person.ref))
    changed = sum(
        _unname(connection, table, rows, person, name) for table, rows in _mentions(connection, person).items()
    )
    append(connection, AuditEntry(now, COMMAND_LINE, "privacy erase", name))
    return Erased(name, deleted, changed)


def _owned(connection: Connection, person: Person) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """The rows that are there because of this person, in full."""
    author = _by(feedback_authors, person) & (feedback_authors.c.workspace == person.workspace)
    numbers = list(connection.scalars(select(feedback_authors.c.number).where(author)))
    events = _events(connection, person)
    keys = [row["key"] for row in events]
    answers = [(outbox.c.key >= f"{key}:") & (outbox.c.key < f"{key};") for key in keys]
    quoted = [
        outbox.c.key.in_([f"feedback-told:{one}:{on}" for one in some for on in Platform]) for some in _few(numbers)
    ]
    to_them = outbox.c.private_to == person.id
    place = cast(outbox.c.place, Text)
    direct = place.contains(f'"channel": "{person.id}"', autoescape=True) & (outbox.c.platform == person.platform)
    # A moderator's file has everybody's words in it.
    files = cast(outbox.c.body, Text).contains('"kind": "file"', autoescape=True)
    found: dict[Table, Sequence[Mapping[str, Any]]] = {inbox: events}
    found[questions] = _rows(
        connection, questions, _by(questions, person) & (questions.c.workspace == person.workspace)
    )
    found[heard] = _rows(connection, heard, (heard.c.platform == person.platform) & (heard.c.author == person.id))
    for table in (sign_in_links, sessions, kept_forms):
        found[table] = _rows(connection, table, table.c.who == person.ref)
    for table in (feedback, feedback_tags, feedback_authors):
        found[table] = [row for some in _few(numbers) for row in _rows(connection, table, table.c.number.in_(some))]
    letters: dict[int, Mapping[str, Any]] = {}
    for condition in [to_them | direct | files, *answers, *quoted]:
        letters |= {row["id"]: row for row in _rows(connection, outbox, condition)}
    return found | {outbox: list(letters.values())}


def _by(table: Table, person: Person) -> ColumnElement[bool]:
    return (table.c.person == person.id) & (table.c.platform == person.platform)


def _events(connection: Connection, person: Person) -> Sequence[Mapping[str, Any]]:
    suspects = _rows(connection, inbox, cast(inbox.c.event, Text).contains(person.id, autoescape=True))
    return [row for row in suspects if person.ref in _whose(row["event"])]


def _whose(event: Event) -> set[str]:
    """Whoever has their words in an event: who marked a message, and who wrote it."""
    return {event.author.ref} | ({event.said_by.ref} if isinstance(event, Noted) else set())


def _rows(connection: Connection, table: Table, condition: Any) -> Sequence[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(select(table).where(condition)).mappings()]


def _few(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[at : at + 500] for at in range(0, len(numbers), 500))


def _mentions(connection: Connection, person: Person) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """Rows of others in which the id stands: their key, and what is text. Not the audit: it names nobody."""
    if len(person.id) < _TELLING:
        return {}
    found: dict[Table, Sequence[Mapping[str, Any]]] = {}
    for table in metadata.sorted_tables:
        columns = [column for column in table.c if _is_text(column)]
        if table is audit or table is erased or not columns:
            continue
        as_text = [cast(column, Text).label(column.name) for column in columns]
        keys = [column.label(f"key_{column.name}") for column in table.primary_key]
        query = select(*keys, *as_text).where(or_(*(_holds(connection, it, person.id) for it in as_text)))
        rows = [dict(row) for row in connection.execute(query).mappings()]
        found[table] = [
            {**row, **{column.name: row[f"key_{column.name}"] for column in table.primary_key}} for row in rows
        ]
    return {table: rows for table, rows in found.items() if rows}


def _holds(connection: Connection, column: Any, id_: str) -> Any:
    place = func.instr if connection.dialect.name == "sqlite" else func.strpos
    return place(column.element, id_) > 0


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, Text | Words | Value)


def _unname(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], person: Person, name: str) -> int:
    """Put the pseudonym in the place of the id, wherever it stands by itself."""
    whole = re.compile(rf"(?<![A-Za-z0-9]){re.escape(person.id)}(?![A-Za-z0-9])")
    for row in rows:
        changes = {
            column.name: whole.sub(name, row[column.name])
            for column in table.c
            if _is_text(column) and row[column.name] is not None and whole.search(row[column.name])
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


def _everybody(connection: Connection) -> Iterator[Person]:
    """Whoever the tables name. Who is only mentioned is found by nobody's pseudonym, and stays."""
    authors = feedback_authors.c
    by = select(authors.platform, authors.workspace, authors.person).where(authors.platform.is_not(None)).distinct()
    refs = {Person(*row).ref for row in connection.execute(by)}
    asked = select(questions.c.platform, questions.c.workspace, questions.c.person).distinct()
    refs |= {Person(*row).ref for row in connection.execute(asked)}
    refs = refs.union(*(_whose(event) for event in connection.scalars(select(inbox.c.event))))
    refs |= set(connection.scalars(select(people.c.ref)))
    refs |= {source for source in connection.scalars(select(plan.c.source).distinct()) if _REF.fullmatch(source)}
    return (person_of(ref) for ref in sorted(refs) if _REF.fullmatch(ref))


def _index_anew(connection: Connection) -> None:
    """Deleted words stay in SQLite's index until it is merged; made anew, it has none of them."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"INSERT INTO {WORDS}({WORDS}) VALUES ('rebuild')"))  # noqa: S608


def _keep_last_number(connection: Connection) -> None:
    """The number that the last feedback had is not given again."""
    last = connection.scalar(select(func.max(feedback.c.number))) or 0
    known = connection.scalar(select(notes.c.value).where(notes.c.name == LAST_NUMBER_NOTE)) or 0
    connection.execute(notes.delete().where(notes.c.name == LAST_NUMBER_NOTE))
    connection.execute(notes.insert().values(name=LAST_NUMBER_NOTE, value=str(max(last, int(known)))))


def _known_list(connection: Connection, listed: ErasedList) -> ErasedList:
    """All that the list and the table know, under the list's key, which becomes the database's."""
    if listed.key and listed.key != pseudonym_key(connection):
        connection.execute(notes.update().where(notes.c.name == KEY_NOTE).values(value=listed.key))
    here = {row.pseudonym: row.at for row in connection.execute(select(erased))}
    return ErasedList(listed.key or pseudonym_key(connection), {**here, **listed.people})


def _note(connection: Connection, name: str, at: datetime) -> None:
    connection.execute(erased.delete().where(erased.c.pseudonym == name))
    connection.execute(erased.insert().values(pseudonym=name, at=at))


def _as_told(table: Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        return value if isinstance(value, str | int | bool | None) else str(value)

    said = {name: plain(value) for name, value in row.items()}
    if table is inbox:
        said["event"] = EVENT_JSON.dump_python(row["event"], mode="json")
    return said


@contextmanager
def _begun(address: URL, begin: str = "BEGIN IMMEDIATE") -> Iterator[Connection]:
    """A transaction in which SQLite overwrites with zeros what is deleted. `begin` is how SQLite begins it."""
    sync = address.set(drivername="sqlite" if address.get_backend_name() == "sqlite" else "postgresql+psycopg")
    engine = create_engine(sync)
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
    for pragma in ("busy_timeout = 10000", "secure_delete = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


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
            connection.exec_driver_sql("PRAGMA busy_timeout = 10000")
            connection.exec_driver_sql("VACUUM")
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            return not busy
    except DBAPIError:
        return False  # what is deleted is overwritten already; only the log may still have it
    finally:
        engine.dispose()
