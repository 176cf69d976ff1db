"""What the person at the keyboard sees of questions for people."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.db import open_database
from bot.core.bodies import Text
from bot.core.events import Person, Place, Platform
from bot.core.outbox import Post, State, new_post
from bot.core.questions import Question, Stage
from tests.keyboard import Told
from tests.test_cli import antiphon, folder

__all__ = ["antiphon", "folder"]

ASKED = Question(
    key="1",
    at=datetime(2026, 1, 1, tzinfo=UTC),
    asker=Person(Platform.SLACK, "T1", "U1", "Zoë"),
    place=Place(Platform.SLACK, "T1", "C1"),
    text="Why is the sky blue?",
    region="london",
    next_at=None,
)


async def add(folder: Path, *questions: Question, posts: Sequence[Post] = ()) -> None:
    database = open_database(f"sqlite:///{folder}/var/antiphon.db")
    await database.migrate()
    async with database.transaction() as tx:
        for question in questions:
            await tx.questions.add(question)
        for post in posts:
            await tx.outbox.add(post)
    await database.close()


def test_questions_are_listed_without_who_asked(folder: Path, antiphon: Callable[..., Told]) -> None:
    assert antiphon("questions", "list") == (0, "There is none.\n", "")
    done = replace(ASKED, key="2", text="And the sea?", stage=Stage.ANSWERED, answer="It mirrors the sky.")
    asyncio.run(add(folder, ASKED, done))
    code, waiting, _ = antiphon("questions", "list")
    assert code == 0
    assert waiting.startswith("1. ")
    assert waiting.endswith("days old, London: Why is the sky blue? (the lead was asked)\n")
    assert "U1" not in waiting
    assert "It mirrors the sky." in antiphon("questions", "list", "--answered")[1]


def test_an_answer_that_could_not_be_brought_back_is_told(folder: Path, antiphon: Callable[..., Told]) -> None:
    there, direct = ASKED.place, Place(Platform.SLACK, "T1", "U1", direct=True)
    done = [replace(ASKED, key=key, stage=Stage.ANSWERED, answer="It mirrors the sky.") for key in "123"]
    refused = [
        replace(new_post(f"question:{key}", place, Text("It mirrors the sky."), ASKED.at), state=State.DEAD)
        for key, place in (("1:answer", there), ("1:answer-direct", direct), ("2:answer", there))
    ]
    brought = new_post("question:2:answer-direct", direct, Text("It mirrors the sky."), ASKED.at)
    asyncio.run(add(folder, *done, posts=[*refused, brought]))
    lines = antiphon("questions", "list", "--answered")[1].splitlines()
    told = "(answered, but the platform refused to bring it to the asker)"
    assert [line.endswith(told) for line in lines if not line.startswith(" ")] == [True, False, False]


def test_a_question_is_deleted_on_request(folder: Path, antiphon: Callable[..., Told]) -> None:
    asyncio.run(add(folder, ASKED))
    assert antiphon("questions", "drop", "1")[:2] == (0, "Question 1 is deleted.\n")
    assert antiphon("questions", "list")[1] == "There is none.\n"
    code, _, told = antiphon("questions", "drop", "1")
    assert (code, told.startswith("There is no question 1.")) == (1, True)
    assert "question drop" in antiphon("audit")[1]


def test_with_a_question_goes_what_was_to_be_sent_about_it(folder: Path, antiphon: Callable[..., Told]) -> None:
    lead = Place(Platform.SLACK, "T1", "U2", direct=True)
    sent, queued, other = (
        new_post(f"question:{key}:asked:0:lead", lead, Text(ASKED.text), ASKED.at) for key in ("1", "1:again", "11")
    )
    asyncio.run(add(folder, ASKED, posts=(replace(sent, state=State.SENT), queued, other)))
    assert antiphon("questions", "drop", "1")[0] == 0
    assert asyncio.run(queue(folder)) == {other.key}


async def queue(folder: Path) -> set[str]:
    database = open_database(f"sqlite:///{folder}/var/antiphon.db")
    async with database.transaction() as tx:
        found = {post.key for post in await tx.outbox.list()}
    await database.close()
    return found
