"""Rounds of feedback, and which feedback answers them: the tables, and what is done with them."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db.rows import add_new, row_of
from bot.adapters.db.tables import Instant, Value, Words, feedback, metadata
from bot.core.events import Platform
from bot.core.feedback import Feedback
from bot.core.rounds import Asked, Round

PROMPTS_JSON: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])
PLATFORMS_JSON: TypeAdapter[tuple[Platform, ...]] = TypeAdapter(tuple[Platform, ...])

rounds = Table(
    "rounds",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("title", Words, nullable=False),
    Column("prompts", Value(PROMPTS_JSON), nullable=False),
    Column("platforms", Value(PLATFORMS_JSON), nullable=False),
    Column("opened", Instant, nullable=False),
    Column("closes", Instant, nullable=False),
)
Index(None, rounds.c.closes)

# No name is here, and none of the words.
round_answers = Table(
    "round_answers",
    metadata,
    Column("feedback", Integer, primary_key=True, autoincrement=False),
    Column("round", Integer, nullable=False),
    Column("prompt", Integer, nullable=False),
)
Index(None, round_answers.c.round, round_answers.c.feedback)


class SqlRounds:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, round: Round) -> int:
        row = row_of(round)
        del row["number"]
        await add_new(self._connection, rounds, row)
        return int(await self._connection.scalar(select(rounds.c.number).where(rounds.c.key == round.key)) or 0)

    async def get(self, number: int) -> Round | None:
        row = (await self._connection.execute(select(rounds).where(rounds.c.number == number))).mappings().first()
        return Round(**row) if row else None

    async def list(self, *, open_at: datetime | None = None) -> Sequence[Round]:
        query = select(rounds).order_by(rounds.c.number.desc())
        if open_at is not None:
            query = query.where(rounds.c.opened <= open_at, rounds.c.closes > open_at)
        return [Round(**row) for row in (await self._connection.execute(query)).mappings()]

    async def close(self, number: int, at: datetime) -> bool:
        open_ = (rounds.c.number == number) & (rounds.c.closes > at)
        return (await self._connection.execute(update(rounds).where(open_).values(closes=at))).rowcount == 1

    async def answer(self, feedback: int, asked: Asked) -> None:
        row = {"feedback": feedback, "round": asked.round, "prompt": asked.prompt}
        await add_new(self._connection, round_answers, row)

    async def answers(self, number: int) -> Sequence[tuple[int, Feedback]]:
        names = ("number", "key", "at", "source", "text", "prompt", "region", "role", "consent", "status")
        said = [feedback.c[name] for name in names]
        query = (
            select(round_answers.c.prompt.label("asked"), *said)
            .join(feedback, feedback.c.number == round_answers.c.feedback)
            .where(round_answers.c.round == number)
            .order_by(round_answers.c.feedback)
        )
        rows = (await self._connection.execute(query)).mappings()
        return [(row["asked"], Feedback(author=None, **{name: row[name] for name in names})) for row in rows]

    async def forget(self, closed_before: datetime) -> int:
        left = select(feedback.c.number).where(feedback.c.number == round_answers.c.feedback)
        await self._connection.execute(delete(round_answers).where(~left.exists()))
        answered = select(round_answers.c.round).where(round_answers.c.round == rounds.c.number)
        # The last one stays: SQLite would give its number to the next, whose questions seem to be posted already.
        last = select(func.max(rounds.alias().c.number)).scalar_subquery()
        old = (rounds.c.closes < closed_before) & (rounds.c.number < last) & ~answered.exists()
        return (await self._connection.execute(delete(rounds).where(old))).rowcount
