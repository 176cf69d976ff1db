"""What of the database is whose: the rows that are there because of somebody, and those that only mention them."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, Text, and_, cast, false, func, or_, select

from bot.adapters.db.access_tables import kept_forms, passkeys, sessions, sign_in_links
from bot.adapters.db.composing_tables import approvals, journal, pieces, sign_offs
from bot.adapters.db.outbox import IS_READ
from bot.adapters.db.remembered import agreed, calendar_of, remembered, wished
from bot.adapters.db.rows import in_parts, rows_of
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
    metadata,
    notes,
    outbox,
    people,
    plan,
    questions,
    slots,
    unheard,
)
from bot.core.bodies import PLACE_JSON
from bot.core.events import Event, Noted, Person, Platform
from bot.core.feedback import READ, TOLD, told_key
from bot.core.outbox import State
from bot.core.picks import ACTION as PICK
from bot.core.picks import PICKED, Pick
from bot.core.problems import Problem
from bot.core.questions import asked_key
from bot.core.record.values import known_as

Rows = Mapping[Table, Sequence[Mapping[str, Any]]]

_REF = re.compile(r"(x):()([^/\s]+)|(slack|teams):([^/\s]+)/([^/\s]+)")
_GUEST = re.compile(r"web:[a-z0-9.-]{1,40}")
_MAIL = re.compile(r"[\w.%+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PAGES = {table: table.c.who for table in (sign_in_links, sessions, passkeys, kept_forms)}
"""Of whoever signs in to the pages."""
_DEEDS = {approvals: approvals.c.by, journal: journal.c.who, pieces: pieces.c.who, sign_offs: sign_offs.c.by}
"""Of whoever did or wrote something for the campaign."""
_REFS = (people.c.ref, plan.c.source, questions.c.taken_by, *_PAGES.values(), *_DEEDS.values())
_NAMING = re.compile("|".join([_REF.pattern, _GUEST.pattern, f"mailto:{_MAIL.pattern}"]))
_TELLING = 6
"""Ids shorter than this are not looked for inside of other texts: `12` is also half a date."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of whom nothing but an e-mail address is known, as from the web form. `id` is in small letters.

    Whoever acts on it has to know that the address is theirs: a form takes whatever is typed.
    """

    id: str

    @property
    def ref(self) -> str:
        return f"mailto:{self.id}"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is on no platform, and only signs in to the pages. `id` is the whole ref: the name alone may be
    anybody's in what others say."""

    id: str

    @property
    def ref(self) -> str:
        return self.id


Who = Person | Contact | Guest


def person_of(ref: str) -> Who:
    """Raises Problem for what is no ref and no e-mail address."""
    said = ref.strip()
    if _MAIL.fullmatch(said.removeprefix("mailto:")):
        return Contact(said.removeprefix("mailto:").casefold())
    if _GUEST.fullmatch(said):
        return Guest(said)
    person = _person(said)
    if person is None:
        raise Problem(
            f"{ref!r} names nobody. Write slack:WORKSPACE/USER, teams:TENANT/USER or x:USER, by id, web:NAME, or the "
            "e-mail address that they gave. `antiphon feedback show NUMBER --with-personal-data` shows the author's."
        )
    return person


def _person(ref: str) -> Person | None:
    found = _REF.fullmatch(ref)
    if found is None:
        return None
    platform, workspace, id_ = (part for part in found.groups() if part is not None)
    return Person(Platform(platform), workspace, id_)


def addresses(text: str) -> frozenset[str]:
    return frozenset(address.casefold() for address in _MAIL.findall(text))


def whole(who: Who) -> re.Pattern[str]:
    """Finds an id where it stands by itself, and is no part of a longer one."""
    if isinstance(who, Contact):
        return re.compile(rf"(?<![\w.%+'-]){re.escape(who.id)}(?![\w-]|\.\w)", re.IGNORECASE)
    if isinstance(who, Guest):
        return re.compile(rf"(?<![\w.-]){re.escape(who.id)}(?![\w-]|\.\w)")
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(who.id)}(?![A-Za-z0-9])")


def owned(connection: Connection, who: Who, given: str = "") -> Rows:
    """The rows that are there because of this person, in full. `given` is the key of the settings, if they have one."""
    numbers = _numbers(connection, who)
    said = [row for some in in_parts(numbers) for row in rows_of(connection, feedback, feedback.c.number.in_(some))]
    events = _events(connection, who, frozenset(row["key"] for row in said))
    found: dict[Table, Sequence[Mapping[str, Any]]] = {inbox: events, feedback: said}
    for table in (feedback_tags, feedback_authors):
        found[table] = [
            row for some in in_parts(numbers) for row in rows_of(connection, table, table.c.number.in_(some))
        ]
    if isinstance(who, Person):
        found |= _of_person(connection, who, _names(connection, who, events))
    if not isinstance(who, Contact):
        found |= _of_the_pages(connection, who)
    kept = remembered(connection, who, given) if isinstance(who, Person) else {notes: [], slots: []}
    picks = [Pick(row["chat"], row["platform"], row["post"]) for row in found.get(heard, ())]
    picks += agreed(kept[notes], who) if isinstance(who, Person) else []
    theirs = [*kept[notes], *_of_picks(connection, picks), *calendar_of(connection, who.ref)]
    found |= {slots: kept[slots], notes: [*{row["name"]: row for row in theirs}.values()]}
    # Events are gone after days; what answers them is not, and is known by what came of them.
    keys = {row["key"] for row in (*events, *said)} | {asked_key(row["number"]) for row in found.get(questions, ())}
    quoted = [pick.key(room) for pick in picks for room in Platform]
    quoted += [told_key(number, platform) for number in numbers for platform in Platform]
    return found | {outbox: _letters(connection, who, sorted(keys), quoted)}


def wrote(connection: Connection, who: Who, given: str = "") -> Rows:
    """What the campaign needs of what somebody did, wrote and wished: told with the rest, and not deleted."""
    found = {table: rows_of(connection, table, by == who.ref) for table, by in _DEEDS.items()}
    wishes = wished(connection, who, given) if isinstance(who, Person) else []
    return {**found, unheard: rows_of(connection, unheard, _by_author(unheard, who)), notes: wishes}


def is_public(row: Mapping[str, Any]) -> bool:
    """Whether what was sent to or about somebody stands in a room of the campaign's."""
    quotes = row["key"].startswith((f"{TOLD}:", f"{PICK}:"))
    return bool(quotes and row["state"] is State.SENT and row["remote_id"])


def files(connection: Connection) -> Sequence[Mapping[str, Any]]:
    """What moderators read, in the outbox, files or not: it has everybody's words in it."""
    return rows_of(connection, outbox, IS_READ)


def has_others_words(row: Mapping[str, Any]) -> bool:
    """Whether a post is what a moderator reads of what others said."""
    return bool(row["key"].endswith(f":{READ}") or row["body"].kind == "file")


def mentions(connection: Connection, who: Who) -> Rows:
    """Rows of others in which the id stands: their key, and what is text. Not the audit, whose chain stays whole, and
    not the wishes not to be heard, which nobody could keep without the id."""
    if isinstance(who, Person) and len(who.id) < _TELLING:
        return {}
    itself = whole(who)
    found: dict[Table, Sequence[Mapping[str, Any]]] = {}
    for table in metadata.sorted_tables:
        columns = [column for column in table.c if is_text(column)]
        if table in (audit, people, erased, unheard) or not columns:
            continue
        as_text = [cast(column, Text).label(column.name) for column in columns]
        keys = [column.label(f"key_{column.name}") for column in table.primary_key]
        query = select(*keys, *as_text).where(or_(*(_holds(connection, it.element, who) for it in as_text)))
        texts = [column.name for column in columns]
        near = [dict(row) for row in connection.execute(query).mappings()]
        rows = [row for row in near if any(itself.search(row[name] or "") for name in texts)]
        found[table] = [
            {**row, **{column.name: row[f"key_{column.name}"] for column in table.primary_key}} for row in rows
        ]
    return {table: rows for table, rows in found.items() if rows}


def everybody(connection: Connection) -> Iterator[Who]:
    """Whoever the tables name. Who is only mentioned is found by nobody's pseudonym, and stays."""
    refs = {*_by_ref(connection), *_authors(connection), *_readers(connection)}
    refs = refs.union(*(_whose(event) for event in connection.scalars(select(inbox.c.event))))
    refs |= {*_speakers(connection, refs)}
    contacts = feedback_authors.c.contact
    given = connection.scalars(select(contacts).where(contacts != "").distinct())
    refs |= {Contact(address).ref for contact in given for address in addresses(contact)}
    return (person_of(ref) for ref in sorted(refs) if _NAMING.fullmatch(ref))


def is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, Text | Words | Value)


def _by_ref(connection: Connection) -> Iterator[str]:
    for column in _REFS:
        yield from connection.scalars(select(column).distinct())


def _authors(connection: Connection) -> Iterator[str]:
    for one in (feedback_authors.c, questions.c):
        by = select(one.platform, one.workspace, one.person).where(one.platform.is_not(None)).distinct()
        yield from (Person(*row).ref for row in connection.execute(by))


def _readers(connection: Connection) -> Iterator[str]:
    """Whom a post was for alone. The rooms of the others come along: they are nobody's pseudonym."""
    sent = select(cast(outbox.c.place, Text), outbox.c.private_to).distinct()
    for held, reader in connection.execute(sent):
        place = PLACE_JSON.validate_json(held)
        yield Person(place.platform, place.workspace, reader or place.channel).ref


def _speakers(connection: Connection, refs: Iterable[str]) -> Iterator[str]:
    """A chat's record has no workspaces: its people are looked for in each that the other tables know."""
    known = {(Platform.X, ""), *((one.platform, one.workspace) for one in map(_person, refs) if one)}
    for platform, author in connection.execute(select(heard.c.platform, heard.c.author).distinct()):
        yield from (Person(platform, workspace, author).ref for where, workspace in known if where is platform)


def _numbers(connection: Connection, who: Who) -> Sequence[int]:
    """Of the feedback that somebody gave, or that has their address as its contact."""
    authors = feedback_authors.c
    if isinstance(who, Person):
        author = _by(feedback_authors, who) & (authors.workspace == who.workspace)
        return list(connection.scalars(select(authors.number).where(author)))
    if isinstance(who, Guest):
        return []
    near = select(authors.number, authors.contact).where(func.lower(authors.contact).contains(who.id, autoescape=True))
    return [number for number, contact in connection.execute(near) if who.id in addresses(contact)]


def _of_person(connection: Connection, person: Person, names: Collection[str]) -> Rows:
    asked = _by(questions, person) & (questions.c.workspace == person.workspace)
    return {questions: rows_of(connection, questions, asked), heard: rows_of(connection, heard, _spoken(person, names))}


def _of_the_pages(connection: Connection, who: Who) -> Rows:
    return {table: rows_of(connection, table, by == who.ref) for table, by in _PAGES.items()}


def _spoken(person: Person, names: Collection[str]) -> ColumnElement[bool]:
    """By the id, and on X by what the account was called: a chat that was imported may have no more."""
    known = {author for name in names for _, author in known_as(replace(person, name=name))} - {person.id}
    theirs = (heard.c.author == person.id) | func.lower(heard.c.author).in_(sorted(known))
    nameless = (heard.c.author == "") & func.lower(heard.c.name).in_(sorted(name.lstrip("@") for name in known))
    return (heard.c.platform == person.platform) & (theirs | nameless)


def _names(connection: Connection, person: Person, events: Sequence[Mapping[str, Any]]) -> Collection[str]:
    """All that somebody was called where their id stands."""
    author = _by(feedback_authors, person) & (feedback_authors.c.workspace == person.workspace)
    names = {one.name for row in events for one in _people_of(row["event"]) if one.ref == person.ref}
    names |= {*connection.scalars(select(feedback_authors.c.name).where(author).distinct())}
    names |= {*connection.scalars(select(heard.c.name).where(_by_author(heard, person)).distinct())}
    return names | {*connection.scalars(select(people.c.name).where(people.c.ref == person.ref))}


def _by_author(table: Table, who: Who) -> ColumnElement[bool]:
    if not isinstance(who, Person):
        return false()
    return (table.c.platform == who.platform) & (table.c.author == who.id)


def _of_picks(connection: Connection, picks: Sequence[Pick]) -> Sequence[Mapping[str, Any]]:
    """The notes of what they let a host carry into other rooms."""
    theirs = {pick.note for pick in picks} | {pick.line for pick in picks}
    known = rows_of(connection, notes, notes.c.name.startswith(PICKED)) if picks else []
    return [row for row in known if not theirs.isdisjoint([row["name"], *row["value"].splitlines()])]


def _letters(
    connection: Connection, who: Who, keys: Sequence[str], quoted: Sequence[str]
) -> Sequence[Mapping[str, Any]]:
    """What was sent to them alone, in answer to these events, and what quotes them."""
    answers = [or_(*(_follows(connection, key) for key in some)) for some in in_parts(keys)]
    answers += [outbox.c.key.in_(some) for some in in_parts(quoted)]
    letters: dict[int, Mapping[str, Any]] = {}
    for condition in [_addressed(who), *answers]:
        letters |= {row["id"]: row for row in rows_of(connection, outbox, condition)}
    return list(letters.values())


def _follows(connection: Connection, key: str) -> ColumnElement[bool]:
    """In the order of bytes, in which the semicolon comes after the colon: in that of many languages it does not."""
    held = outbox.c.key if connection.dialect.name == "sqlite" else outbox.c.key.collate("C")
    return (held >= f"{key}:") & (held < f"{key};")


def _addressed(who: Who) -> ColumnElement[bool]:
    if not isinstance(who, Person):
        return false()
    place = cast(outbox.c.place, Text)
    direct = place.contains(f'"channel": "{who.id}"', autoescape=True) & (outbox.c.platform == who.platform)
    return (outbox.c.private_to == who.id) | direct


def _by(table: Table, person: Person) -> ColumnElement[bool]:
    return and_(table.c.person == person.id, table.c.platform == person.platform)


def _events(connection: Connection, who: Who, keys: frozenset[str]) -> Sequence[Mapping[str, Any]]:
    """By their author; by an address, those of its feedback, and forms and buttons in which it stands."""
    held = cast(inbox.c.event, Text)
    if isinstance(who, Person):
        suspects = rows_of(connection, inbox, held.contains(who.id, autoescape=True))
        return [row for row in suspects if who.ref in _whose(row["event"])]
    if isinstance(who, Guest):
        return []
    suspects = rows_of(connection, inbox, func.lower(held).contains(who.id, autoescape=True))
    suspects += [row for some in in_parts(sorted(keys)) for row in rows_of(connection, inbox, inbox.c.key.in_(some))]
    theirs = {row["id"]: row for row in suspects if row["key"] in keys or _gives(row["event"], who)}
    return list(theirs.values())


def _gives(event: Event, contact: Contact) -> bool:
    """Whether somebody filled the address in, or sent what they had filled in."""
    values: Mapping[str, str] = getattr(event, "values", {})
    filled_in = [*values.values(), str(getattr(event, "value", ""))]
    return any(contact.id in addresses(text) for text in filled_in)


def _whose(event: Event) -> set[str]:
    return {person.ref for person in _people_of(event)}


def _people_of(event: Event) -> Sequence[Person]:
    """Whoever has their words in an event: who marked a message, and who wrote it."""
    return [event.author, event.said_by] if isinstance(event, Noted) else [event.author]


def _holds(connection: Connection, column: Any, who: Who) -> Any:
    place = func.instr if connection.dialect.name == "sqlite" else func.strpos
    return place(func.lower(column) if isinstance(who, Contact) else column, who.id) > 0
