"""The tables, and how our values are kept in their columns.

A change here needs a migration in `migrations/versions/`: a test compares both, on SQLite and on PostgreSQL.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    TIMESTAMP,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Enum,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.adapters.db.search import make_searchable
from bot.core import bodies
from bot.core.asked import Outcome
from bot.core.bodies import BODY_JSON, PLACE_JSON
from bot.core.events import EVENT_JSON, Platform
from bot.core.feedback import Consent, Source, Status
from bot.core.outbox import State
from bot.core.plan import Kind, Standing
from bot.core.questions import Stage, Step

BODIES_JSON: TypeAdapter[Mapping[Platform, bodies.Text]] = TypeAdapter(Mapping[Platform, bodies.Text])
FIELDS_JSON: TypeAdapter[Mapping[str, str]] = TypeAdapter(Mapping[str, str])


class Receipt(StrEnum):
    """How far the handling of an event has come."""

    WAITING = "waiting"
    DONE = "done"
    ASIDE = "aside"


def sortable(instant: datetime) -> str:
    """An instant in UTC as text that sorts by time, which both databases understand. Raises ValueError for a naive
    one."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone: only aware instants are kept")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def clean(words: str) -> str:
    """What a database cannot hold (NUL, half a surrogate pair) becomes U+FFFD."""
    if words.isprintable():
        return words
    return words.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC: `timestamptz` on PostgreSQL, text that sorts by time on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(
            TIMESTAMP(timezone=True) if dialect.name == "postgresql" else String(32),
        )

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = sortable(value)
        return value if dialect.name == "postgresql" else text

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return instant.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text as people send it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class Value(TypeDecorator[Any]):
    """One of the core's values, as JSON."""

    impl = JSON
    cache_ok = True

    def __init__(self, adapter: TypeAdapter[Any]) -> None:
        super().__init__()
        self.adapter = adapter

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        return self.adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        return self.adapter.validate_python(value)


def _one_of(kind: type[StrEnum]) -> Enum:
    """Text, with a check that it is one of the values."""
    return Enum(
        kind,
        name=kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def _id(name: str = "id") -> Column[int]:
    """Counts up: what was added first has the lowest."""
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("event", Value(EVENT_JSON), nullable=False),
    Column("receipt", _one_of(Receipt), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reason", Words, nullable=False),
    Column("done_at", Instant),
)
Index(None, inbox.c.receipt, inbox.c.id)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("platform", _one_of(Platform), nullable=False),
    Column("place", Value(PLACE_JSON), nullable=False),
    Column("body", Value(BODY_JSON), nullable=False),
    Column("due", Instant, nullable=False),
    Column("try_at", Instant, nullable=False),
    Column("cut_off", Instant),
    Column("private_to", Text, nullable=False),
    Column("state", _one_of(State), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("remote_id", Text, nullable=False),
    Column("sent_at", Instant),
    Column("reason", Words, nullable=False),
)
# Open posts are few, however long the history is: a tick finds them by state.
Index(None, outbox.c.state, outbox.c.platform, outbox.c.try_at)
Index(None, outbox.c.state, outbox.c.due)
Index(None, outbox.c.due)

plan = Table(
    "plan",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("group", Text, nullable=False),
    Column("kind", _one_of(Kind), nullable=False),
    Column("title", Words, nullable=False),
    Column("due", Instant, nullable=False),
    Column("wall", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("cut_off", Instant, nullable=False),
    Column("bodies", Value(BODIES_JSON), nullable=False),
    Column("standing", _one_of(Standing), nullable=False),
    Column("source", Text, nullable=False),
    Column("edited", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)
Index(None, plan.c.standing, plan.c.due)
Index(None, plan.c.due)

feedback = Table(
    "feedback",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("source", _one_of(Source), nullable=False),
    Column("text", Words, nullable=False),
    Column("prompt", Words, nullable=False),
    Column("region", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("consent", _one_of(Consent), nullable=False),
    Column("status", _one_of(Status), nullable=False),
)
# A page of the latest is found in order, whatever it is filtered by.
Index(None, feedback.c.at, feedback.c.number)
for _typed in (feedback.c.prompt, feedback.c.region):
    Index(f"ix_feedback_{_typed.name}_lower", func.lower(_typed), feedback.c.at, feedback.c.number)
Index(None, feedback.c.status, feedback.c.at, feedback.c.number)
make_searchable(feedback)

# Apart from what was said: without this row it is anonymous. From the web form there is a contact at most.
feedback_authors = Table(
    "feedback_authors",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("platform", _one_of(Platform)),
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("contact", Words, nullable=False),
)
Index(None, feedback_authors.c.person, feedback_authors.c.workspace, feedback_authors.c.platform)

# With the feedback's instant, so that what has a tag is found in order.
feedback_tags = Table(
    "feedback_tags",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tag", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)
Index(None, feedback_tags.c.tag, feedback_tags.c.at, feedback_tags.c.number)

questions = Table(
    "questions",
    metadata,
    _id("number"),
    Column("key", Text, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("platform", _one_of(Platform), nullable=False),
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("place", Value(PLACE_JSON), nullable=False),
    Column("text", Words, nullable=False),
    Column("region", Text, nullable=False),
    Column("stage", _one_of(Stage), nullable=False),
    Column("step", _one_of(Step), nullable=False),
    Column("next_at", Instant),
    Column("taken_by", Text, nullable=False),
    Column("answer", Words, nullable=False),
    Column("answered_at", Instant),
    Column("version", Integer, nullable=False),
)
Index(None, questions.c.next_at)
Index(None, questions.c.at)

asked = Table(
    "asked",
    metadata,
    _id("number"),
    Column("on", Instant, nullable=False),
    Column("text", Words, nullable=False),
    Column("outcome", _one_of(Outcome), nullable=False),
    Column("entry", Text, nullable=False),
)
Index(None, asked.c.on)

ratings = Table(
    "ratings",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("useful", Integer, nullable=False),
    Column("useless", Integer, nullable=False),
)

heard = Table(
    "heard",
    metadata,
    _id(),
    Column("chat", Text, nullable=False),
    Column("platform", _one_of(Platform), nullable=False),
    Column("post", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("in_reply_to", Text),
    Column("is_repost", Boolean, nullable=False),
    Column("is_quote", Boolean, nullable=False),
    Column("followers", BigInteger),
    Column("link", Text, nullable=False),
    Column("hidden", Boolean),
    UniqueConstraint("platform", "post", "chat"),
)
Index(None, heard.c.chat, heard.c.at)
Index(None, heard.c.platform, heard.c.author)
Index(None, heard.c.at)

# What must not be kept (again): everything of an author, or one post. The other of the two is empty.
unheard = Table(
    "unheard",
    metadata,
    Column("platform", _one_of(Platform), primary_key=True),
    Column("author", Text, primary_key=True),
    Column("post", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("detail", Words, nullable=False),
    Column("hash", Text, nullable=False),
)

# Whose the pseudonyms in the audit are, until they are erased.
people = Table(
    "people",
    metadata,
    Column("pseudonym", Text, primary_key=True),
    Column("ref", Text, nullable=False),
    Column("name", Words, nullable=False, server_default=""),
)

erased = Table(
    "erased",
    metadata,
    Column("pseudonym", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

slots = Table(
    "slots",
    metadata,
    Column("slot", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Words, nullable=False),
)
