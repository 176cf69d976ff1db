"""Feedback on the pages: found, read, tagged, answered and taken out, and every look at it noted."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.audit import AuditEntry
from bot.core.content import Content, Region
from bot.core.events import Person, Platform
from bot.core.feedback import Consent, Feedback, Source, Status
from bot.core.outbox import State
from tests.samples import sample_content
from tests.web.pages.reader import MORGAN, NOW, OLIVE, Reader, World

ANN = Person(Platform.SLACK, "T0CAMPAIGN", "UANN", "Ann Example")
PIECE = Feedback(key="1", at=NOW, source=Source.SLACK, author=ANN, text="=The hour was too short", region="Wales")
"""It begins as a formula does."""
OTHER = Feedback(
    key="2", at=NOW - timedelta(days=40), source=Source.WEB, author=None, text="I liked the cards",
    prompt="What helped?", consent=Consent.NAMED, status=Status.READ, tags=("cards",), contact="bob@example.org",
)  # fmt: skip


async def moderator(*pieces: Feedback, content: Content | None = None) -> tuple[World, Reader]:
    world = World(content=content or sample_content())
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


ALIKE = (
    PIECE,
    replace(PIECE, key="2", text="the hour was far too short", tags=("timing", "for:wales")),
    replace(PIECE, key="3", text="Captions please", region=""),
)


async def test_tags_are_suggested_by_what_is_like_it_and_a_press_confirms_one() -> None:
    world, morgan = await moderator(*ALIKE)
    page = await morgan.open("/pages/feedback/1")
    assert 'is said in <a href="/pages/feedback/2">number 2</a>.' in page
    await morgan.press("Put on timing")
    async with world.database.transaction() as tx:
        assert [found.tags for found in await tx.feedback.several([1])] == [("timing",)]
    assert "Put on timing" not in morgan.text
    assert "suggest" not in await morgan.open("/pages/feedback/3")


async def test_what_was_said_more_than_once_is_tagged_together() -> None:
    world, morgan = await moderator(*ALIKE)
    page = await morgan.open("/pages/feedback/alike")
    assert ("Of the latest 3 pieces" in page, "2 say much the same" in page, "Captions" in page) == (True, True, False)
    assert (await noted(world)).what == "feedback list"
    assert 'name="add-1" type="text" value="timing"' in page, "one of them is tagged so"
    await morgan.press("Put on", **{"add-1": "#Pace hour"})
    async with world.database.transaction() as tx:
        tags = [found.tags for found in await tx.feedback.several([1, 2, 3])]
    assert tags == [("hour", "pace"), ("for:wales", "hour", "pace", "timing"), ()]
    async with world.database.transaction() as tx:
        assert sum(entry.what == "feedback tag" for entry in await tx.audit.list()) == 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"add-1": " ", "piece.1": "yes"}, "write at least one tag"),
        ({"add-1": "pace"}, "Tick at least one piece"),
        ({"add-1": "pace,", "piece.1": "yes", "piece.9": "yes"}, "There is no feedback 9."),
        ({"add-1": "pa,ce", "piece.1": "yes"}, "is no tag"),
    ],
)
async def test_what_cannot_be_tagged_together_is_told_and_none_is(typed: dict[str, str], told: str) -> None:
    world, morgan = await moderator(*ALIKE)
    await morgan.open("/pages/feedback/alike")
    token = morgan.text.partition('name="token" value="')[2][:64]
    await morgan.post("/pages/feedback/alike", {"token": token, "do": "tag 1", **typed})
    assert (morgan.status, told in morgan.text, f'value="{typed["add-1"]}"' in morgan.text) == (400, True, True)
    async with world.database.transaction() as tx:
        assert [found.tags for found in await tx.feedback.several([1])] == [()]


async def test_what_had_no_tick_has_none_when_something_is_wrong() -> None:
    _, morgan = await moderator(*ALIKE)
    page = await morgan.open("/pages/feedback/alike")
    assert page.count(" checked>") == 2
    token = page.partition('name="token" value="')[2][:64]
    await morgan.post("/pages/feedback/alike", {"token": token, "do": "tag 1", "add-1": "pa,ce", "piece.2": "yes"})
    assert (morgan.status, morgan.text.count(" checked>")) == (400, 1)
    assert 'name="piece.2" type="checkbox" value="yes" checked>' in morgan.text


async def test_a_piece_is_given_to_a_regions_library_leads_who_can_read_it() -> None:
    wales = Region(id="wales", name="Wales", leads=(MORGAN,))
    world, morgan = await moderator(content=sample_content(regions=(wales, Region(id="north", name="North"))))
    page = await morgan.open("/pages/feedback/1")
    assert '<option value="wales" selected>' in page, "where its author is"
    await morgan.press("Give it to them", region="wales")
    assert "the library leads of Wales" in morgan.text
    async with world.database.transaction() as tx:
        (post,) = await tx.outbox.list(states=[State.QUEUED])
        assert (post.place.platform, post.place.channel, post.place.direct) == (Platform.TEAMS, "morgan", True)
    await morgan.press("Take it from Wales")
    assert ("nobody yet" in morgan.text, "Nobody looks after it any more." in morgan.text) == (True, True)
    await morgan.press("Give it to them", region="north")
    assert (morgan.status, "None of the library leads of North is a moderator" in morgan.text) == (400, True)
    assert '<option value="north" selected>' in morgan.text, "what was chosen"
    assert 'name="region" aria-describedby="region-error"' in morgan.text, "and beside it what is wrong"


async def test_a_button_that_is_pressed_twice_writes_to_people_once() -> None:
    wales = Region(id="wales", name="Wales", leads=(MORGAN,))
    world, morgan = await moderator(content=sample_content(regions=(wales,)))
    token = (await morgan.open("/pages/feedback/1")).partition('name="token" value="')[2][:64]
    for seconds in (0, 2, 118):
        world.clock.advance(timedelta(seconds=seconds))
        for wish in ({"do": "answer", "words": "Thank you, Ann."}, {"do": "assign", "region": "wales"}):
            await morgan.post("/pages/feedback/1", {"token": token, **wish})
    async with world.database.transaction() as tx:
        posts = await tx.outbox.list(states=[State.QUEUED])
    assert sorted(post.place.channel for post in posts) == ["UANN", "UANN", "morgan", "morgan"]


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
