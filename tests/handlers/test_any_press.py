"""What comes back in a button or a form is whatever somebody's device sends: no value of it does harm."""

import json
from collections.abc import Iterator
from itertools import product

import pytest

from bot.adapters.db.engine import open_database
from bot.core.events import ButtonPressed, FormSubmitted
from bot.routing import joined
from handlers import ROUTERS
from tests.contracts.values import feedback
from tests.handlers.desk import Desk

BUTTONS = (
    "action-form", "approve", "ask-person", "chat", "chat-late", "faq", "feedback", "feedback-assign",
    "feedback-delete", "feedback-earlier", "feedback-keep", "feedback-show", "feedback-tag", "feedback-tell",
    "feedback-write", "gone", "noted", "noted-nobody", "pause-instead", "pick", "question-answer", "question-take",
    "round-answer", "round-form", "signature", "useful", "useless",
)  # fmt: skip
FORMS = (
    "action-change", "approval-decline", "ask-person", "chat-words", "feedback-assign", "feedback-write",
    "question-answer", "round-answer",
)  # fmt: skip
ODD = ("", " ", "9" * 19, "9" * 400, "9" * 5000, "1e400", "-1", "²", "٣", "NaN", "Infinity", "null", "[]", "{}", "💥")


def values() -> Iterator[str]:
    yield "[" * 100_000
    for odd in ODD:
        yield from (odd, f"{odd} get-involved", f"get-involved {odd}", f"{odd}.1", f"1.{odd}", f"{odd}:{odd}")
        yield from (f"[{odd}, {odd}]", f'[{odd}, "done"]', f"yes {odd} {odd}", f"send chat:{odd}:q1")
        yield from (f"hold 2026-12-15 {odd} q1", f"edit 2026-12-15 {odd} q1", f"agree 2026-12-15 slack {odd}")
        yield json.dumps({"text": odd, "once": odd, "answers": f"{odd}.1", "may_quote": odd})


def events(desk: Desk, who: str) -> Iterator[ButtonPressed | FormSubmitted]:
    names = ("text", "answer", "question", "region", "words", "date", "time")
    for value, action in product(values(), BUTTONS):
        yield ButtonPressed(**desk.new(who, trigger=True), action=action, value=value)  # type: ignore[arg-type]
    for value, form in product(values(), FORMS):
        typed = dict.fromkeys(names, value)
        yield FormSubmitted(**desk.new(who), form=f"{form}:{value}", values=typed)  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["organiser", "moderator", "member"])
async def test_no_press_and_no_form_does_harm(who: str, sqlite_url: str) -> None:
    desk, database = Desk(), open_database(sqlite_url)
    try:
        async with database.transaction() as tx:
            await tx.feedback.add(feedback(1))
            for event in events(desk, who):
                handler = joined(ROUTERS).route(event, desk.content)
                if handler is not None:
                    await handler(event, desk.context(tx))
    finally:
        await database.close()
