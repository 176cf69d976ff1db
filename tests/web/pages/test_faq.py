"""The FAQ desk: questions that had no answer become phrasings, entries, or none of ours."""

import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.adapters.yaml_content import load
from bot.adapters.yaml_content.library import ContentFolder
from bot.core.asked import Asked, Outcome
from bot.core.content import FaqEntry
from bot.core.events import Person, Place, Platform
from bot.core.questions import Question, Stage
from tests.web.pages.reader import NOW, OLIVE, Reader, World

LOGO = "Where would somebody in a clinic get hold of your emblem?"
_FEW = ("what-is-it", "get-involved", "logo", "case-studies")
ODD = "Do you sell marmalade?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content of its own, whose FAQ is quick to match."""
    copy = Path(shutil.copytree("content", tmp_path / "content"))
    shutil.rmtree(copy / "schemas")
    faq, others = copy / "faq.yaml", copy / "not-for-us.yaml"
    head, *entries = faq.read_text("utf-8").split("\n- id: ")
    kept = [entry for entry in entries if entry.startswith(_FEW) or "\n  offers:" in entry]
    faq.write_text("\n- id: ".join([head, *kept]), "utf-8")
    others.write_text("".join(others.read_text("utf-8").splitlines(keepends=True)[:8]), "utf-8")
    return copy


async def desk(folder: Path, *asked: str) -> tuple[World, Reader]:
    world = World(content=load(folder), library=ContentFolder(folder))
    async with world.database.transaction() as tx:
        for text in asked:
            await tx.asked.add(Asked(NOW, text, Outcome.UNKNOWN))
    olive = await world.signed_in()
    await olive.open("/pages/faq")
    return world, olive


def entry(folder: Path, id_: str) -> FaqEntry:
    return next(one for one in load(folder).faq if one.id == id_)


async def left(world: World) -> Sequence[str]:
    async with world.database.transaction() as tx:
        return [one.text for one in await tx.asked.list()]


async def audited(world: World) -> tuple[str, str, str]:
    async with world.database.transaction() as tx:
        last = (await tx.audit.list())[0]
    return last.who, last.what, last.about


async def test_a_question_becomes_a_phrasing_by_one_press_where_nothing_else_changes(folder: Path) -> None:
    world, olive = await desk(folder, LOGO)
    near = olive.text.partition('value="phrasing ')[2].partition('"')[0]
    button = olive.text.partition(f'value="phrasing {near}">')[2].partition("<")[0]
    await olive.press(button.replace("&#39;", "'"))
    assert "in use within a minute" in olive.text
    assert LOGO in entry(folder, near).phrasings
    assert (await left(world), await audited(world)) == ([], (OLIVE, "faq phrasing", near))


async def test_what_is_not_for_us_is_kept_as_such(folder: Path) -> None:
    world, olive = await desk(folder, ODD, LOGO)
    await olive.post("/pages/faq", fields(olive, ODD, "not-for-us"))
    assert ODD in load(folder).not_for_us
    assert await left(world) == [LOGO]


async def test_what_else_would_change_is_shown_before_it_does(folder: Path) -> None:
    again = "Do you sell marmalade at the fair?"
    world, olive = await desk(folder, ODD, again)
    await olive.post("/pages/faq", fields(olive, ODD, "phrasing what-is-it"))
    assert "Nothing is changed yet." in olive.text
    assert again in olive.text
    assert ODD not in entry(folder, "what-is-it").phrasings
    await olive.press("Change it")
    assert ODD in entry(folder, "what-is-it").phrasings
    assert await left(world) == [again]


def fields(reader: Reader, text: str, wish: str) -> dict[str, str]:
    token = reader.text.partition('name="token" value="')[2][:64]
    return {"token": token, "text.0": text, "on.0": "yes", "do": wish}


async def test_a_new_entry_is_checked_field_by_field_and_then_written(folder: Path) -> None:
    world, olive = await desk(folder, ODD)
    await olive.open("/pages/faq/new?text=Do+you+sell+marmalade%3F")
    await olive.press("See what else would change", phrasings="One?\nTwo?", link="www", review_by="someday")
    for words in ("There are 2 other ways", "The answer is missing", "begins with https://", "“someday” is not a date"):
        assert words in olive.text
    filled = {
        "phrasings": "May I buy marmalade from you?\nIs there marmalade to buy?\nWho sells the marmalade?",
        "answer": "No, but the fair does.",
        "short": "No: ask at the fair.",
        "source": "The fair's programme",
        "link": "",
        "review_by": "1 December 2027",
    }
    await olive.press("See what else would change", **filled)
    assert "Nothing is changed yet." in olive.text
    await olive.press("Change it")
    new = entry(folder, "sell-marmalade")
    assert (new.question, len(new.phrasings), new.review_by) == (ODD, 3, date(2027, 12, 1))
    assert (await left(world), await audited(world)) == ([], (OLIVE, "faq entry", "sell-marmalade"))


async def test_what_the_content_will_not_take_changes_nothing(folder: Path) -> None:
    world, olive = await desk(folder, LOGO)
    known = entry(folder, "what-is-it").question
    await olive.post("/pages/faq", fields(olive, known, "phrasing what-is-it"))
    assert (olive.status, "Nothing was changed" in olive.text) == (409, True)
    await olive.post("/pages/faq", fields(olive, LOGO, "phrasing nothing-such"))
    assert (olive.status, "There is no entry" in olive.text) == (409, True)
    await olive.post("/pages/faq", fields(olive, " ", "not-for-us"))
    assert "No question is ticked" in olive.text
    assert await left(world) == [LOGO]


async def test_an_entry_whose_review_is_due_comes_first_and_is_put_off_by_a_year(folder: Path) -> None:
    world, olive = await desk(folder)
    due = min((one for one in load(folder).faq if one.review_by), key=lambda one: (one.review_by, one.id))
    world.later((due.review_by or date.max) - NOW.date() - timedelta(days=9))
    await olive.sign_in(OLIVE)
    await olive.open("/pages/faq")
    table = olive.text.partition('id="entries"')[2]
    assert table.index(due.id) < table.index("what-is-it")
    await olive.press(f"Still true: {due.question}")
    assert entry(folder, due.id).review_by == world.clock.now().date() + timedelta(days=365)


async def test_the_gaps_are_a_picture_a_table_and_a_sentence(folder: Path) -> None:
    world, olive = await desk(folder, ODD, LOGO)
    async with world.database.transaction() as tx:
        await tx.asked.rate("what-is-it", useful=True)
    page = await olive.open("/pages/faq")
    assert "2 of 2 questions have no sure answer" in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "Gaps by the closest entry, as a table" in page
    assert 'what-is-it</span></td><td class="nhsuk-table__cell">1</td>' in page


async def test_an_answer_of_a_person_is_where_an_entry_begins(folder: Path) -> None:
    world, _ = await desk(folder)
    async with world.database.transaction() as tx:
        place = Place(Platform.SLACK, "T1", "UANN", direct=True)
        asked = Question(
            key="1", at=NOW, asker=Person(Platform.SLACK, "T1", "UANN"), place=place, text=ODD, region="wales",
            next_at=None, stage=Stage.ANSWERED, answer="No, but the fair does.",
        )  # fmt: skip
        number = await tx.questions.add(asked)
    olive = await world.signed_in()
    page = await olive.open(f"/pages/faq/new?answered={number}")
    assert (ODD in page, "No, but the fair does." in page) == (True, True)
