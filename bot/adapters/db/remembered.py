"""What the ledger remembers of somebody: notes and slots whose names begin with a pseudonym of theirs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, or_

from bot.adapters.db.audit import known_keys
from bot.adapters.db.rows import rows_of
from bot.adapters.db.tables import notes, slots
from bot.core.access import CALENDAR, CALENDAR_OF
from bot.core.events import Person
from bot.core.picks import PICKED_BY, Pick
from bot.core.privacy import LEDGER_KEPT, STOPPED
from bot.core.pseudonyms import Pseudonyms

Rows = Sequence[Mapping[str, Any]]


def remembered(connection: Connection, person: Person, given: str) -> Mapping[Table, Rows]:
    """What may be forgotten. `given` is the key of the settings, under which the bot itself has its pseudonyms."""
    names = _names(connection, person, given, [*LEDGER_KEPT])
    return {
        notes: rows_of(connection, notes, _begins(notes.c.name, names)),
        slots: rows_of(connection, slots, _begins(slots.c.slot, names)),
    }


def wished(connection: Connection, person: Person, given: str) -> Rows:
    """That somebody wants to hear no more of the bot: nobody could keep to it, had it been forgotten."""
    return rows_of(connection, notes, notes.c.name.in_(_names(connection, person, given, [STOPPED])))


def calendar_of(connection: Connection, ref: str) -> Rows:
    """The address behind which somebody reads the plan in their own calendar."""
    own = (notes.c.name == f"{CALENDAR_OF}{ref}") | (notes.c.name.startswith(CALENDAR) & (notes.c.value == ref))
    return rows_of(connection, notes, own)


def agreed(rows: Rows, person: Person) -> Iterator[Pick]:
    """What somebody let a host carry into other rooms, among what is remembered of them."""
    for row in rows:
        if row["name"].startswith(f"{PICKED_BY}:"):
            lines = (line.partition(" ") for line in row["value"].splitlines())
            yield from (Pick(chat, person.platform, post) for chat, _, post in lines)


def _names(connection: Connection, person: Person, given: str, heads: Sequence[str]) -> Sequence[str]:
    makers = [Pseudonyms(key.encode()) for key in sorted(known_keys(connection) | {given})]
    return [maker.note(head, person) for maker in makers for head in heads]


def _begins(column: Column[str], names: Sequence[str]) -> ColumnElement[bool]:
    return or_(column.in_(names), *(column.startswith(f"{name}:", autoescape=True) for name in names))
