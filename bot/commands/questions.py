"""`antiphon questions …`: what waits for a person."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.common import LARGEST, clock_now, tell, with_database
from bot.core.problems import Problem

if TYPE_CHECKING:
    from bot.adapters.db import SqlDatabase
    from bot.core.content import Content
    from bot.ports import Database

app = typer.Typer(no_args_is_help=True, help="Questions that wait for a person.")


@app.callback()
def questions() -> None:
    """Questions that wait for a person."""


@app.command("list")
def questions_list(
    answered: Annotated[bool, typer.Option("--answered", help="Those with an answer, each with its answer.")] = False,
) -> None:
    """Questions without an answer, oldest first: how old, whose region, and how far the bot has gone."""
    lines = with_database(lambda database, content: _lines(database, content, clock_now(), answered=answered))
    tell("\n".join(lines) or "There is none.")


@app.command("drop")
def questions_drop(
    number: Annotated[int, typer.Argument(min=1, max=LARGEST, help="As `questions list` shows it.")],
) -> None:
    """Delete a question and its answer for good, for example because the asker wishes it.

    What waited to be sent about it is not sent. What was sent stays where people have it.
    """
    from bot.core.audit import COMMAND_LINE
    from bot.services.asking import forget

    async def drop(database: "SqlDatabase", _: "Content") -> None:
        async with database.transaction() as tx:
            if not await forget(tx, number, clock_now()):
                raise Problem(f"There is no question {number}. `antiphon questions list` shows those that wait.")
            await tx.audit.add(clock_now(), COMMAND_LINE, "question drop", f"question:{number}")

    with_database(drop)
    tell(f"Question {number} is deleted.")


async def _lines(database: "Database", content: "Content", now: datetime, *, answered: bool) -> list[str]:
    from bot.core.question_words import line
    from bot.services.asking import is_undelivered

    async with database.transaction() as tx:
        if not answered:
            return [line(one, content, now) for one in await tx.questions.waiting()]
        found = [(one, await is_undelivered(tx, one.number)) for one in await tx.questions.answered()]
    return [f"{line(one, content, now, undelivered=dead)}\n    {one.answer}" for one, dead in found]
