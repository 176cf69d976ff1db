"""The tables for the organisers' pages: links, sessions, passkeys, and forms whose session ended."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from bot.adapters.db.tables import FIELDS_JSON, Instant, Value, Words, metadata

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("ends", Instant, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("device", Words, nullable=False),
    Column("began", Instant, nullable=False),
    Column("used", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
)
Index(None, sessions.c.who)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("way", Text, nullable=False),
    Column("ends", Instant, nullable=False),
)
Index(None, sign_in_attempts.c.ends)  # anybody can begin one, and each forgets those that have ended

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("device", Words, nullable=False),
    Column("key", Text, nullable=False),
    Column("uses", BigInteger, nullable=False),
    Column("added", Instant, nullable=False),
    Column("used", Instant, nullable=False),
)
Index(None, passkeys.c.who)

kept_forms = Table(
    "kept_forms",
    metadata,
    Column("who", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("values", Value(FIELDS_JSON), nullable=False),
    Column("at", Instant, nullable=False),
)
