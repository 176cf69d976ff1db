"""The tables for what is written on the pages: drafts, pictures, approvals, and the journal of the plan."""

from pydantic import TypeAdapter
from sqlalchemy import Column, Index, Integer, Table, Text

from bot.adapters.db.tables import FIELDS_JSON, Instant, Value, Words, _id, _one_of, metadata
from bot.core.approval import Verdict
from bot.core.journal import Deed
from bot.core.plan import Entry, Kind

ENTRY_JSON: TypeAdapter[Entry | None] = TypeAdapter(Entry | None)

pieces = Table(
    "pieces",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", _one_of(Kind), nullable=False),
    Column("who", Text, nullable=False),
    Column("values", Value(FIELDS_JSON), nullable=False),
    Column("at", Instant, nullable=False),
    Column("about", Text, nullable=False),
    Column("version", Integer, nullable=False),
)
Index(None, pieces.c.at)

# In base64: backups and copies between databases take every value as text.
pictures = Table(
    "pictures",
    metadata,
    Column("path", Text, primary_key=True),
    Column("data", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("about", Text, primary_key=True),
    Column("print", Text, nullable=False),
    Column("verdict", _one_of(Verdict), nullable=False),
    Column("by", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("words", Words, nullable=False),
)

sign_offs = Table(
    "sign_offs",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("about", Text, nullable=False),
    Column("print", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("by", Text, nullable=False),
    Column("ends", Instant, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    _id("number"),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("what", _one_of(Deed), nullable=False),
    Column("about", Text, nullable=False),
    Column("words", Words, nullable=False),
    Column("before", Value(ENTRY_JSON), nullable=False),
    Column("after", Value(ENTRY_JSON), nullable=False),
)
Index(None, journal.c.about, journal.c.number)
Index(None, journal.c.at)
Index(None, journal.c.who, journal.c.name, journal.c.at)  # what somebody was called last, without a look at the rows
