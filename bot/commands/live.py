"""`antiphon chat show`, and everything that a host can do to a running chat."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.common import bot_now, tell, with_database

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.adapters.db import SqlDatabase
    from bot.core.content import Content

    Work = Callable[[SqlDatabase, Content, datetime], Awaitable[Sequence[str]]]

app = typer.Typer()

Chat = Annotated[str, typer.Argument(help="The id of the chat: the name of its file, for example 2026-12-15.")]
Which = Annotated[str, typer.Argument(help="Which one: q3, or just 3.")]
Words = Annotated[list[str], typer.Argument(help="The question, without its number and hashtag.")]


@app.command()
def show(chat: Annotated[str, typer.Argument(help="Its id; without it, the running or the next chat.")] = "") -> None:
    """What is said when, what is out, and who changed what."""
    from bot.runtime import operations_live

    _print(lambda database, content, now: operations_live.show(database, content, now, chat))


@app.command()
def watch(chat: Chat) -> None:
    """What was heard so far, as it comes in: posts, people, answers to each question. Ctrl+C ends it."""
    from bot.adapters.clock import SystemClock
    from bot.runtime.operations_live import watch as watched

    async def inside(database: "SqlDatabase", content: "Content") -> None:
        await watched(database, content, chat, SystemClock(), tell)

    with_database(inside)


@app.command("next")
def next_(chat: Chat, which: Which = "") -> None:
    """Put the next question now. The others keep their times."""
    _steer(chat, f"next {which}")


@app.command()
def hold(chat: Chat) -> None:
    """Let nothing more of the chat go out."""
    _steer(chat, "hold")


@app.command("go-on")
def go_on(chat: Chat) -> None:
    """Let a held chat go on: what is late goes out now, and the rest moves with it."""
    _steer(chat, "go-on")


@app.command()
def skip(chat: Chat, which: Which = "") -> None:
    """Leave out the next question, or a named one."""
    _steer(chat, f"skip {which}")


@app.command()
def repeat(chat: Chat, which: Which = "") -> None:
    """Put the running question again, or a named one."""
    _steer(chat, f"repeat {which}")


@app.command()
def extend(chat: Chat, minutes: Annotated[int, typer.Argument(help="How many minutes.")]) -> None:
    """Give the running question more minutes: everything that is left moves."""
    _steer(chat, f"extend {minutes}")


@app.command()
def insert(chat: Chat, words: Words) -> None:
    """Add a question, which comes next and has the next free number."""
    _steer(chat, f"insert {' '.join(words)}")


@app.command()
def edit(chat: Chat, which: Which, words: Words) -> None:
    """Reword a question that is not out yet."""
    _steer(chat, f"edit {which} {' '.join(words)}")


@app.command()
def hide(chat: Chat, which: Which) -> None:
    """Take a post down where it is out: on X, in Slack and in Teams."""
    _steer(chat, f"hide {which}")


@app.command()
def end(chat: Chat) -> None:
    """Put the wrap now, and nothing else."""
    _steer(chat, "end")


def _steer(chat: str, typed: str) -> None:
    from bot.core.live_words import read_press
    from bot.runtime import operations_live

    wanted = read_press(typed)
    assert wanted is not None
    _print(lambda database, content, now: operations_live.steer(database, content, now, chat, wanted))


def _print(work: "Work") -> None:
    async def inside(database: "SqlDatabase", content: "Content") -> "Sequence[str]":
        return await work(database, content, await bot_now(database))

    tell("\n".join(with_database(inside)))
