"""Feedback's tables: keeping it, finding it, and letting it go."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from bot.adapters.db.driver import BY_KEY, LONG
from bot.adapters.db.rows import add_new, add_new_now, in_parts, in_turn, insert_of, within
from bot.adapters.db.search import WORDS, searched
from bot.adapters.db.tables import feedback as log
from bot.adapters.db.tables import feedback_authors as authors
from bot.adapters.db.tables import feedback_tags as tags
from bot.adapters.db.tables import notes
from bot.core.events import Person, Platform
from bot.core.feedback import EVERYTHING, IMPORTED, UNNAMED, Feedback, Row, Source, Status, Wanted
from bot.core.privacy import LAST_NUMBER_NOTE

_AS_TEXT = 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'
_STORED = ("key", "at", "source", "text", "prompt", "region", "role", "consent", "status")


def keep_last_number(connection: Connection, given: int = 0) -> None:
    """Before a deletion: the number that the last feedback had, here or elsewhere (`given`), is not given again."""
    last, known = connection.scalar(select(func.max(log.c.number))), connection.scalar(_DELETED)
    value = {"value": str(max(last or 0, given, int(known or 0)))}
    if not add_new_now(connection, notes, {"name": LAST_NUMBER_NOTE, **value}):
        connection.execute(update(notes).where(notes.c.name == LAST_NUMBER_NOTE).values(value))


class SqlFeedbackLog:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    async def add(self, feedback: Feedback) -> int:
        await self._in_turn()
        number: int | None = await self._connection.scalar(_insert(self._dialect), _row(feedback))
        if number is None:
            return await self.number_of(feedback.key)
        if feedback.author or feedback.contact:
            await self._connection.execute(_INSERT_AUTHOR, _author_row(feedback, number))
        if feedback.tags:
            await self.tag(number, add=feedback.tags)
        return number

    async def number_of(self, key: str) -> int:
        return int(await self._connection.scalar(_KNOWN, {"known": key}) or 0)

    async def add_all(self, found: Sequence[Feedback]) -> int:
        await self._in_turn()
        by_key: dict[str, Feedback] = {}
        for one in found:
            by_key.setdefault(one.key, one)
        for keys in in_parts([*by_key]):
            for known in await self._connection.scalars(select(log.c.key).where(log.c.key.in_(keys))):
                del by_key[known]
        first = int(await self._connection.scalar(select(_NEXT)) or 1)
        new = list(enumerate(by_key.values(), first))
        for some in in_parts(new):
            await self._insert_all(log, [{"number": number, **_row(one)} for number, one in some])
            known_by = [_author_row(one, number) for number, one in some if one.author or one.contact]
            await self._insert_all(authors, known_by)
            tagged = [{"number": number, "tag": tag, "at": one.at} for number, one in some for tag in {*one.tags}]
            await self._insert_all(tags, tagged)
        return len(new)

    async def _in_turn(self) -> None:
        if self._dialect == "postgresql":
            await self._connection.run_sync(in_turn, log)  # numbers have no gaps and no doubles

    async def _insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await self._connection.execute(table.insert(), rows)

    async def get(self, number: int) -> Feedback | None:
        found = await self.several([number])
        return found[0] if found else None

    async def several(self, numbers: Sequence[int]) -> Sequence[Feedback]:
        query = select(log, *_AUTHOR).select_from(_WITH_AUTHOR)
        pages = [await self._feedback(query.where(log.c.number.in_(some))) for some in in_parts(numbers)]
        return [*chain(*pages)]

    async def list(
        self, wanted: Wanted = EVERYTHING, *, before: Feedback | None = None, limit: int = 50
    ) -> Sequence[Feedback]:
        source, conditions, order = self._found(wanted)
        if before is not None:
            conditions = [*conditions, _compared(order, (before.at, before.number), latest_first=True)]
        # The page first: joined before, all would be.
        page = select(log.c.number).select_from(source).where(*conditions)
        numbers = page.order_by(*(column.desc() for column in order)).limit(limit).scalar_subquery()
        query = select(log, *_AUTHOR).select_from(_WITH_AUTHOR).where(log.c.number.in_(numbers))
        by_time = () if wanted.text else (log.c.at.desc(),)
        return await self._feedback(query.order_by(*by_time, log.c.number.desc()))

    async def rows(
        self, wanted: Wanted = EVERYTHING, *, after: Row | None = None, limit: int, personal: bool = False
    ) -> Sequence[Row]:
        source, conditions, order = self._found(wanted)
        if after is not None:
            mark = (datetime.fromisoformat(after.at), after.number)
            conditions = [*conditions, _compared(order, mark, latest_first=False)]
        columns = self._flat(personal)
        source = source.outerjoin(authors, authors.c.number == log.c.number) if personal else source
        query = select(*columns).select_from(source).where(*conditions).order_by(*order).limit(limit)
        return list(map(Row._make, (await self._connection.execute(query)).all()))

    async def count(self, wanted: Wanted = EVERYTHING) -> int:
        source, conditions, _ = self._found(wanted)
        query = select(func.count()).select_from(source).where(*conditions)
        return int(await self._connection.scalar(query) or 0)

    async def tag(self, number: int, *, add: Collection[str] = (), remove: Collection[str] = ()) -> bool:
        at = await self._connection.scalar(select(log.c.at).where(log.c.number == number))
        if at is None:
            return False
        for tag in add:
            await add_new(self._connection, tags, {"number": number, "tag": tag, "at": at})
        if remove:
            off = (tags.c.number == number) & tags.c.tag.in_(remove)
            await self._connection.execute(delete(tags).where(off))
        return True

    async def mark(self, number: int, status: Status) -> bool:
        change = update(log).where(log.c.number == number).values(status=status)
        return (await self._connection.execute(change)).rowcount == 1

    async def unname(self, received_before: datetime) -> int:
        old = select(log.c.number).where(log.c.at < received_before)
        telling = [~log.c.key.startswith(kind) for kind in (IMPORTED, UNNAMED)]
        telling += [log.c.at < received_before, log.c.source.in_([Source(platform) for platform in Platform])]
        keys = update(log).where(*telling).values(key=literal(UNNAMED) + cast(log.c.number, Text))
        await self._connection.execute(keys)
        return (await self._connection.execute(delete(authors).where(authors.c.number.in_(old)))).rowcount

    async def forget(self, received_before: datetime) -> int:
        gone = await self._delete(log.c.at < received_before)
        if self._dialect == "sqlite":
            # Words of what was deleted, whenever that was, stay in the index until all of it is merged.
            await self._connection.execute(text(f"{LONG} INSERT INTO {WORDS}({WORDS}) VALUES ('optimize')"))  # noqa: S608
        return gone

    async def take_back(self, number: int, who: str) -> bool:
        feedback = await self.get(number)
        if feedback is None or who != (feedback.author.ref if feedback.author else feedback.key):
            return False
        return await self._delete(log.c.number == number) == 1

    async def _delete(self, which: ColumnElement[bool]) -> int:
        await self._connection.run_sync(keep_last_number)
        old = select(log.c.number).where(which)
        for beside in (authors, tags):
            await self._connection.execute(delete(beside).where(beside.c.number.in_(old)))
        return (await self._connection.execute(delete(log).where(which))).rowcount

    def _found(self, wanted: Wanted) -> tuple[FromClause, Sequence[ColumnElement[bool]], Sequence[ColumnElement[Any]]]:
        """Where to look, on what conditions, and by what columns it is found in order without sorting."""
        source: FromClause = log
        order: Sequence[ColumnElement[Any]] = [log.c.at, log.c.number]
        conditions = within(log.c.at, wanted.since, wanted.until)
        if wanted.text:
            source, matches, number = searched(log, wanted.text, self._dialect)
            conditions, order = [matches, *conditions], [number]
        if wanted.tag:
            tagged = (tags.c.number == log.c.number) & (tags.c.tag == wanted.tag)
            source = source.join(tags, tagged)
            order = order if wanted.text else [tags.c.at, tags.c.number]
        chosen = {"source": wanted.source, "status": wanted.status, "consent": wanted.consent}
        typed = {"region": wanted.region, "prompt": wanted.prompt}
        conditions += [log.c[name] == value for name, value in chosen.items() if value]
        conditions += [func.lower(log.c[name]) == func.lower(value) for name, value in typed.items() if value]
        return source, conditions, order

    def _flat(self, personal: bool) -> Sequence[ColumnElement[Any]]:
        """A row's columns as they are stored: a million of them are not each made into something."""
        at = func.to_char(func.timezone("UTC", log.c.at), _AS_TEXT) if self._dialect == "postgresql" else log.c.at
        plain = (log.c.source, log.c.prompt, log.c.region, log.c.role, log.c.consent, log.c.status)
        texts = [type_coerce(it, String) for it in (at, *plain, _tags_of(self._dialect), log.c.text)]
        columns = [log.c.number, *texts]
        return [*columns, *(_PERSONAL if personal else _UNNAMED)]

    async def _tags(self, numbers: Sequence[int]) -> Mapping[int, Sequence[str]]:
        if not numbers:
            return {}
        first, last = min(numbers), max(numbers)
        # Nearly all that lie between: a list of thousands takes longer to put into a statement than to look up.
        close = last - first < 2 * len(numbers)
        which = tags.c.number.between(first, last) if close else tags.c.number.in_(numbers)
        query = select(tags.c.number, tags.c.tag).where(which).order_by(tags.c.number, tags.c.tag)
        found: dict[int, list[str]] = defaultdict(list)
        for number, tag in await self._connection.execute(query):
            found[number].append(tag)
        return found

    async def _feedback(self, query: Select[Any]) -> Sequence[Feedback]:
        rows = (await self._connection.execute(query)).mappings().all()
        tagged = await self._tags([row["number"] for row in rows])
        return [_feedback(row, tuple(tagged.get(row["number"], ()))) for row in rows]


_DELETED = select(notes.c.value).where(notes.c.name == LAST_NUMBER_NOTE)
_LAST = func.coalesce(select(func.max(log.c.number)).scalar_subquery(), 0)
_LAST_DELETED = func.coalesce(cast(_DELETED.scalar_subquery(), Integer), 0)
_NEXT = case((_LAST > _LAST_DELETED, _LAST), else_=_LAST_DELETED) + 1
_KNOWN = select(log.c.number).prefix_with(BY_KEY).where(log.c.key == bindparam("known"))
_INSERT_AUTHOR = authors.insert()
_WITH_AUTHOR = log.outerjoin(authors, authors.c.number == log.c.number)
_AUTHOR = (authors.c.platform, authors.c.workspace, authors.c.person, authors.c.name, authors.c.contact)
_REF = func.replace(cast(authors.c.platform, Text) + ":" + authors.c.workspace + "/" + authors.c.person, ":/", ":")
"""A person's ref: without a workspace there is no stroke either."""
_PERSONAL = tuple(func.coalesce(value, literal("")) for value in (authors.c.name, _REF, authors.c.contact))
_UNNAMED: tuple[ColumnElement[str], ...] = tuple(
    literal_column("''", String).label(name) for name in ("name", "ref", "contact")
)


def _compared(
    order: Sequence[ColumnElement[Any]], mark: tuple[datetime, int], *, latest_first: bool
) -> ColumnElement[bool]:
    """What comes after the mark in this order."""
    columns, values = tuple_(*order), tuple_(*mark[-len(order) :], types=[column.type for column in order])
    return and_(columns < values if latest_first else columns > values)


@cache
def _tags_of(dialect: str) -> ColumnElement[str]:
    """A row's tags in order, with spaces between."""
    tagged = select(tags.c.tag).where(tags.c.number == log.c.number).correlate(log).order_by(tags.c.tag).subquery()
    together = func.string_agg if dialect == "postgresql" else func.group_concat
    return func.coalesce(select(together(tagged.c.tag, " ")).scalar_subquery(), "")


@cache
def _insert(dialect: str) -> ReturningInsert[Any]:
    """Under the next number, unless its key is there already. Made once, as in `bot.adapters.db.rows`."""
    values = {"number": _NEXT, **{name: bindparam(name, type_=log.c[name].type) for name in _STORED}}
    new = insert_of(dialect, log).values(values).on_conflict_do_nothing(index_elements=[log.c.key])
    return new.returning(log.c.number)


def _row(feedback: Feedback) -> Mapping[str, Any]:
    return {name: getattr(feedback, name) for name in _STORED}


def _author_row(feedback: Feedback, number: int) -> Mapping[str, Any]:
    author = feedback.author
    return {
        "number": number,
        "platform": author.platform if author else None,
        "workspace": author.workspace if author else "",
        "person": author.id if author else "",
        "name": author.name if author else "",
        "contact": feedback.contact,
    }


def _feedback(row: Mapping[str, Any], tagged: tuple[str, ...]) -> Feedback:
    author = Person(row["platform"], row["workspace"], row["person"], row["name"]) if row["platform"] else None
    names = ("number", "key", "at", "source", "text", "prompt", "region", "role", "consent", "status")
    return Feedback(author=author, contact=row["contact"] or "", tags=tagged, **{name: row[name] for name in names})
