"""What people asked: questions that wait for a person, and all questions without who asked them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.db import tables
from bot.adapters.db.rows import add_new, row_of
from bot.core.asked import Asked, Outcome
from bot.core.events import Person
from bot.core.questions import Question, Stage


class SqlQuestions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, question: Question) -> int:
        questions = tables.questions
        await add_new(self._connection, questions, _row(question))
        found = select(questions.c.number).where(questions.c.key == question.key)
        return int((await self._connection.execute(found)).scalar_one())

    async def get(self, number: int) -> Question | None:
        found = await self._select(tables.questions.c.number == number)
        return found[0] if found else None

    async def change(self, question: Question) -> bool:
        questions = tables.questions
        ours = (questions.c.number == question.number) & (questions.c.version == question.version)
        values = {**_row(question), "version": question.version + 1}
        return (await self._connection.execute(update(questions).where(ours).values(values))).rowcount == 1

    async def waiting(self) -> Sequence[Question]:
        return await self._select(tables.questions.c.stage != Stage.ANSWERED)

    async def answered(self) -> Sequence[Question]:
        return await self._select(tables.questions.c.stage == Stage.ANSWERED)

    async def due(self, now: datetime) -> Sequence[Question]:
        return await self._select(tables.questions.c.next_at <= now)

    async def drop(self, number: int) -> bool:
        gone = delete(tables.questions).where(tables.questions.c.number == number)
        return (await self._connection.execute(gone)).rowcount == 1

    async def forget(self, before: datetime) -> int:
        old = delete(tables.questions).where(tables.questions.c.at < before)
        return (await self._connection.execute(old)).rowcount

    async def _select(self, wanted: ColumnElement[bool]) -> Sequence[Question]:
        query = select(tables.questions).where(wanted).order_by(tables.questions.c.number)
        return [_question(row) for row in await self._connection.execute(query)]


class SqlAskedLog:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, asked: Asked) -> int:
        row = {name: value for name, value in row_of(asked).items() if name != "number"}
        added = tables.asked.insert().values(row).returning(tables.asked.c.number)
        return int((await self._connection.execute(added)).scalar_one())

    async def get(self, number: int) -> Asked | None:
        query = select(tables.asked).where(tables.asked.c.number == number)
        row = (await self._connection.execute(query)).mappings().first()
        return None if row is None else Asked(**row)

    async def list(self) -> Sequence[Asked]:
        query = select(tables.asked).order_by(tables.asked.c.number)
        return [Asked(**row) for row in (await self._connection.execute(query)).mappings()]

    async def unanswered(self) -> int:
        query = select(func.count()).select_from(tables.asked).where(tables.asked.c.outcome == Outcome.UNKNOWN)
        return (await self._connection.scalar(query)) or 0

    async def drop(self, texts: Collection[str]) -> int:
        gone = delete(tables.asked).where(tables.asked.c.text.in_(list(texts)))
        return (await self._connection.execute(gone)).rowcount

    async def forget(self, before: datetime) -> int:
        return (await self._connection.execute(delete(tables.asked).where(tables.asked.c.on < before))).rowcount

    async def rate(self, entry: str, *, useful: bool, by: int = 1) -> None:
        ratings = tables.ratings
        await add_new(self._connection, ratings, {"entry": entry, "useful": 0, "useless": 0})
        counted = ratings.c.useful if useful else ratings.c.useless
        change = update(ratings).where(ratings.c.entry == entry).values({counted: counted + by})
        await self._connection.execute(change)

    async def ratings(self) -> Mapping[str, tuple[int, int]]:
        rows = await self._connection.execute(select(tables.ratings).order_by(tables.ratings.c.entry))
        return {row.entry: (row.useful, row.useless) for row in rows}


def _row(question: Question) -> dict[str, Any]:
    row = {name: value for name, value in row_of(question).items() if name not in ("number", "asker")}
    asker = question.asker
    return {**row, "platform": asker.platform, "workspace": asker.workspace, "person": asker.id}


def _question(row: Row[Any]) -> Question:
    kept = dict(row._mapping)
    asker = Person(*(kept.pop(name) for name in ("platform", "workspace", "person")))
    return Question(asker=asker, **kept)
