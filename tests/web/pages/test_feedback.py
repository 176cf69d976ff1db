"""Feedback on the pages: found, read, tagged, answered and taken out, and every look at it noted."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.audit import AuditEntry
from bot.core.events import Person, Platform
from bot.core.feedback import Consent, Feedback, Source, Status
from bot.core.outbox import State
from tests.web.pages.reader import MORGAN, NOW, OLIVE, Reader, World

ANN = Person(Platform.SLACK, "T0CAMPAIGN", "UANN", "Ann Example")
PIECE = Feedback(key="1", at=NOW, source=Source.SLACK, author=ANN, text="=The hour was too short", region="Wales")
"""It begins as a formula does."""
OTHER = Feedback(
    key="2", at=NOW - timedelta(days=40), source=Source.WEB, author=None, text="I liked the cards",
    prompt="What helped?", consent=Consent.NAMED, status=Status.READ, tags=("cards",), contact="bob@example.org",
)  # fmt: skip


async def moderator(*pieces: Feedback) -> tuple[World, Reader]:
    world = World()
    async with world.database.transaction() as tx:
        for piece in pieces or (PIECE, OTHER):
            await tx.feedback.add(piece)
    return world, await world.signed_in(MORGAN)


async def noted(world: World) -> AuditEntry:
    async with world.database.transaction() as tx:
        return (await tx.audit.list())[0]


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ("", True, True),
        ("source=slack", True, False),
        ("region=Wales", True, False),
        ("prompt=What+helped%3F", False, True),
        ("tag=%23Cards", False, True),
        ("status=read", False, True),
        ("consent=named", False, True),
        ("text=hour", True, False),
        ("dates=this+month", True, False),
        ("status=nonsense", True, True),
        ("before=2", False, True),
    ],
)
async def test_feedback_is_found_by_its_filters(query: str, first: bool, second: bool) -> None:
    world, morgan = await moderator(OTHER, OTHER, PIECE) if query == "before=2" else await moderator()
    page = await morgan.open(f"/pages/feedback?{query}")
    assert ("too short" in page, "liked the cards" in page) == (first, second)
    assert ((await noted(world)).who, (await noted(world)).what) == (MORGAN, "feedback list")
    assert "Ann Example" not in page


async def test_the_audit_has_filters_and_no_words_of_a_search() -> None:
    world, morgan = await moderator()
    await morgan.open("/pages/feedback?text=Zoe+zoe%40example.org&prompt=Zoe&tag=zoe&region=Zoe&status=read")
    assert (await noted(world)).detail == "by region, by question, by tag, status read, by words"


async def test_a_date_that_nobody_can_read_is_said_to_be_one() -> None:
    _, morgan = await moderator()
    page = await morgan.open("/pages/feedback?dates=someday")
    assert (morgan.status, "I cannot read “someday” as a date." in page) == (400, True)


async def test_earlier_ones_are_a_page_further_under_the_same_filters() -> None:
    many = [replace(PIECE, key=str(n), at=NOW - timedelta(minutes=n), text=f"piece {n}.") for n in range(60)]
    _, morgan = await moderator(*many)
    page = await morgan.open("/pages/feedback?source=slack")
    assert ("piece 49." in page, "piece 50." in page) == (True, False)
    link = page.rpartition('">Earlier ones')[0].rpartition('href="')[2].replace("&amp;", "&")
    page = await morgan.open(link)
    assert ("piece 49." in page, "piece 50." in page, "Earlier ones" in page) == (False, True, False)
    assert "source=slack" in link


async def test_who_wrote_it_is_shown_when_asked_for_and_that_is_noted() -> None:
    world, morgan = await moderator()
    page = await morgan.open("/pages/feedback/1")
    assert ("Ann Example" in page, (await noted(world)).what) == (False, "feedback show")
    page = await morgan.open("/pages/feedback/1?personal=yes")
    assert ("Ann Example" in page, (await noted(world)).what) == (True, "feedback show with personal data")


async def test_a_piece_is_tagged_marked_and_answered() -> None:
    world, morgan = await moderator()
    await morgan.open("/pages/feedback/1")
    await morgan.press("Put on", add="#Timing first-chat")
    await morgan.press("Take off first-chat")
    await morgan.press("Set the status", status="actioned")
    assert "The status is set." in morgan.text
    await morgan.press("Send the answer", words="Thank you, Ann.")
    async with world.database.transaction() as tx:
        found = await tx.feedback.get(1)
        (post,) = await tx.outbox.list(states=[State.QUEUED])
    assert found
    assert (found.tags, found.status) == (("timing",), Status.ANSWERED)
    assert (post.place.channel, post.private_to) == ("UANN", "UANN")
    assert (await noted(world)).who == MORGAN


async def test_what_cannot_be_done_is_said_where_it_was_typed() -> None:
    _, morgan = await moderator()
    await morgan.open("/pages/feedback/1")
    await morgan.press("Send the answer", words=" ")
    assert (morgan.status, "The answer is empty." in morgan.text) == (400, True)
    assert "They left a contact" in await morgan.open("/pages/feedback/2")
    for number in ("0", "99", "x", "99999999999999999999"):
        await morgan.open(f"/pages/feedback/{number}")
        assert morgan.status == 404


@pytest.mark.parametrize("personal", [False, True])
async def test_a_file_has_what_the_filters_find_and_nobodys_name_unless_asked(personal: bool) -> None:
    world, morgan = await moderator()
    await morgan.open("/pages/feedback?source=slack")
    await morgan.press("Download", format="csv", **({"personal": "yes"} if personal else {}))
    assert morgan.text.count("\r\n") == 2
    assert "'=The hour was too short" in morgan.text
    assert ("Ann Example" in morgan.text) is personal
    assert ((await noted(world)).what == "feedback export with personal data") is personal
    assert ((await noted(world)).who, "source slack" in (await noted(world)).detail) == (MORGAN, True)


async def test_a_file_is_also_a_workbook_or_lines_for_programs() -> None:
    _, morgan = await moderator()
    await morgan.open("/pages/feedback")
    before = morgan.answer
    await morgan.press("Download", format="jsonl")
    assert morgan.text.count('"number"') == 2
    morgan.answer = before
    await morgan.press("Download", format="xlsx")
    assert io.BytesIO(morgan.answer.content).read(2) == b"PK"
    assert 'filename="feedback-2026-12-01.xlsx"' in morgan.answer.headers["content-disposition"]


async def test_organisers_who_are_no_moderators_read_no_feedback() -> None:
    world, _ = await moderator()
    olive = await world.signed_in(OLIVE)
    assert "too short" not in await olive.open("/pages/feedback/1")
    assert olive.status == 403
