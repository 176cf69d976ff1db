"""A long run of one sign, which anybody can send, holds up nobody: a pattern at work stops the whole bot."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.adapters.db.whose import addresses
from bot.core.answers.splitting import questions, the_question
from bot.core.asked import impersonal
from bot.core.events import Platform
from bot.core.feedback import Consent
from bot.core.heard import HeardPost
from bot.core.outbox import Lost
from bot.core.personal import held_in
from bot.core.record.names import Names
from bot.core.words import words
from bot.runtime.health import Health
from bot.services.said_done import tell_everybody
from tests.contracts.values import feedback
from tests.fakes import FakeClock, FakeDatabase
from tests.handlers.desk import ROOMS
from tests.runtime.support import NOW, post
from tests.samples import sample_content

CONTENT = sample_content()
LONGEST = 40_000
"""Characters that Slack takes in one message."""
QUICK = 0.25
"""Seconds of the processor's, ten times what each takes."""


def redacted(text: str) -> str:
    post = HeardPost(Platform.SLACK, "1", NOW, "U1", text, name="Uma Ode")
    return Names([post]).text(post)


@pytest.mark.parametrize("sign", ["!", "a", "1", ".", "-", "@", "#", " ", "\t", "\n", "a@", "a.", "1 ", " ,", "é"])
@pytest.mark.parametrize(
    "read",
    [
        CONTENT.command,
        words,
        impersonal,
        the_question,
        lambda text: questions(text, lambda *_: True),
        lambda text: held_in({"text": text}, date(2026, 12, 1)),
        redacted,
        addresses,
    ],
    ids=["command", "words", "impersonal", "the question", "questions", "personal", "redacted", "addresses"],
)
def test_what_people_write_is_read_quickly(read: Callable[[str], object], sign: str) -> None:
    read("Once before: some patterns are made when they are first used")
    begun = time.process_time()
    read(f"{sign * (LONGEST // len(sign))}x")
    assert time.process_time() - begun < QUICK


async def test_what_is_quoted_is_read_quickly() -> None:
    said = replace(feedback(1, text="@" * LONGEST), consent=Consent.UNNAMED)
    begun = time.process_time()
    async with FakeDatabase().transaction() as tx:
        assert await tell_everybody(
            tx, said, "We slowed down.", CONTENT, ROOMS, [Platform.SLACK], "slack:T1/U1", NOW + timedelta(days=1)
        )
    assert time.process_time() - begun < QUICK


def test_what_a_platform_answers_is_read_quickly() -> None:
    health, begun = Health(FakeClock(NOW)), time.process_time()
    for _ in range(3):
        health.delivered(post(), Lost("a" * LONGEST), NOW)
    assert health.troubles()["slack deliveries"]
    assert time.process_time() - begun < QUICK
