"""The workshop on what people asked the bot: from a question without an answer to the FAQ that has one."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.db import open_database
from bot.adapters.yaml_content import load
from bot.core.asked import Asked, Outcome
from bot.core.questions import Stage
from tests.keyboard import Told
from tests.test_cli import antiphon, folder
from tests.test_cli_questions import ASKED, add

__all__ = ["antiphon", "folder"]

Antiphon = Callable[..., Told]
DAY = datetime(2026, 12, 1, tzinfo=UTC)
SWALLOW, INVOLVED = "what is the airspeed of a swallow", "how can I get involved"


async def keep(folder: Path, *texts: str) -> None:
    database = open_database(f"sqlite:///{folder}/var/antiphon.db")
    await database.migrate()
    async with database.transaction() as tx:
        for text in texts:
            await tx.asked.add(Asked(DAY, text, Outcome.UNKNOWN))
        await tx.asked.rate("get-involved", useful=True)
        await tx.asked.rate("key-message", useful=False)
    await database.close()


@pytest.fixture
def asked(folder: Path) -> Path:
    asyncio.run(keep(folder, SWALLOW, SWALLOW, INVOLVED))
    return folder


def test_what_people_asked_in_vain_is_listed_and_accepted(asked: Path, antiphon: Antiphon) -> None:
    told = antiphon("faq", "unanswered", "--tier", "core")[1]
    assert SWALLOW in told
    assert INVOLVED not in told
    code, told, _ = antiphon("faq", "accept", SWALLOW, "--not-for-us")
    assert (code, told) == (0, "Done. A bot that is running takes it up by itself.\n")
    assert SWALLOW in load(asked / "content").not_for_us
    assert antiphon("faq", "unanswered", "--tier", "core")[1] == "No question is without an answer.\n"


def test_one_can_go_through_them_and_decide(asked: Path, antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(keep(asked, "which wine goes with fish", "do you like jazz on Sundays"))
    monkeypatch.setattr("sys.stdin", io.StringIO("1\nn\nq\n"))
    told = antiphon("faq", "unanswered", "--decide", "--tier", "core")[1]
    assert "they are phrasings of" in told
    content = load(asked / "content")
    texts = {SWALLOW, "which wine goes with fish", "do you like jazz on Sundays"}
    phrasings = {text for entry in content.faq for text in entry.phrasings}
    assert (len(texts & phrasings), len(texts & set(content.not_for_us))) == (1, 1)


def test_a_question_becomes_a_phrasing(asked: Path, antiphon: Antiphon) -> None:
    assert antiphon("faq", "accept", SWALLOW, "--as", "key-message")[0] == 0
    entry = next(entry for entry in load(asked / "content").faq if entry.id == "key-message")
    assert SWALLOW in entry.phrasings
    assert "command line: faq phrasing key-message" in antiphon("audit")[1]


def test_a_question_becomes_an_entry(asked: Path, antiphon: Antiphon) -> None:
    asking = [word for n in range(3) for word in ("--phrasing", f"how fast does bird number {n} fly")]
    rest = ["--answer", "Eleven metres a second.", "--short", "Eleven.", "--source", "Monty"]
    assert antiphon("faq", "accept", SWALLOW, "--new", "swallow", *asking, *rest)[0] == 0
    assert load(asked / "content").faq[-1].question == SWALLOW


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Say what the question is"),
        (["--not-for-us", "--as", "logo"], "Say what the question is"),
        (["--as", "no-such-entry"], "There is no entry 'no-such-entry'"),
        (["--new", "swallow"], "'phrasings'"),
    ],
)
def test_what_cannot_be_accepted_stays_as_it_was(
    asked: Path, antiphon: Antiphon, options: list[str], said: str
) -> None:
    code, _, told = antiphon("faq", "accept", SWALLOW, *options)
    assert code == 1
    assert said in told
    assert "Nothing was changed" in told or "nothing was changed" in told
    old = Path(__file__).parents[1] / "content"
    for name in ("faq.yaml", "not-for-us.yaml"):
        assert (asked / "content" / name).read_bytes() == (old / name).read_bytes()


def test_an_edit_is_tried_on_what_people_asked(asked: Path, antiphon: Antiphon, tmp_path: Path) -> None:
    before = tmp_path / "content"
    told = antiphon("faq", "diff", str(before), "--tier", "core")[1]
    assert told == "0 of 3 questions would be answered differently.\n"


def test_what_a_person_answered_is_shown_as_a_draft(asked: Path, antiphon: Antiphon) -> None:
    done = replace(ASKED, text="And the sea?", stage=Stage.ANSWERED, answer="It mirrors the sky.")
    asyncio.run(add(asked, done))
    told = antiphon("faq", "unanswered", "--tier", "core")[1]
    assert "A person answered question 1: And the sea?\n    It mirrors the sky.\n" in told
    assert "`antiphon faq accept --answered NUMBER`" in told


def test_what_a_person_answered_becomes_an_entry(asked: Path, antiphon: Antiphon) -> None:
    done = replace(ASKED, text="And the sea?", stage=Stage.ANSWERED, answer="It mirrors the sky.")
    asyncio.run(add(asked, done))
    asking = [word for n in range(3) for word in ("--phrasing", f"why is the sea number {n} blue")]
    rest = ["--new", "the-sea", "--short", "It mirrors.", "--source", "A library lead", *asking]
    assert antiphon("faq", "accept", "--answered", "1", *rest)[0] == 0
    entry = load(asked / "content").faq[-1]
    assert (entry.id, entry.question, entry.answer) == ("the-sea", "And the sea?", "It mirrors the sky.")
    assert "And the sea?" not in antiphon("faq", "unanswered", "--tier", "core")[1], "it is no draft any more"
    code, _, told = antiphon("faq", "accept", "--answered", "7", *rest)
    assert (code, told.startswith("Nobody has answered a question 7.")) == (1, True)


def test_opinions_are_shown_the_worst_first(asked: Path, antiphon: Antiphon) -> None:
    assert antiphon("faq", "ratings")[1] == "key-message: useful to 0 of 1\nget-involved: useful to 1 of 1\n"


def test_without_opinions_it_says_so(folder: Path, antiphon: Antiphon) -> None:
    assert antiphon("faq", "ratings")[1] == "Nobody has said yet whether an answer was useful.\n"
