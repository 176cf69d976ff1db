"""Chats that were, and the campaign by month: their figures, each with a picture, a table and a sentence."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.core.bodies import Text
from bot.core.content import Chat
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.outbox import State, new_post
from tests.web.pages.reader import MORGAN, NOW, ROOMS, Reader, World

CHAT, START = "2017-09-19", datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
ANN = HeardPost(Platform.X, "1", START + timedelta(minutes=12), "a", "A1 Our cards helped", name="@ann", followers=100)
ADVERT = "Our new masterclass: book your early bird tickets now! £99 only, use code SAVE10 https://example.org/shop"


async def after_a_chat(*more: HeardPost) -> tuple[World, Reader]:
    world = World()
    bob = replace(ANN, id="2", author="b", name="@bob", text="A1 A poster", at=ANN.at + timedelta(minutes=1))
    async with world.database.transaction() as tx:
        await tx.heard.add(CHAT, [ANN, bob, *more])
    return world, await world.signed_in(MORGAN)


async def test_a_chat_is_listed_with_what_is_known_of_it() -> None:
    _, morgan = await after_a_chat()
    page = await morgan.open("/pages/chats")
    row = page.partition(f'href="/pages/chats/{CHAT}"')[2].partition("</tr>")[0]
    assert "A million decisions" in row


async def test_a_long_list_of_chats_goes_on_on_another_page() -> None:
    world = World()
    days = [date(2020, 1, 1) + timedelta(days=7 * n) for n in range(130)]
    chats = {str(day): Chat(date=day, topic=f"About {n}.") for n, day in enumerate(days)}
    world.content = replace(world.content, chats=chats)
    morgan = await world.signed_in(MORGAN)
    first = await morgan.open("/pages/chats")
    earlier = re.search(r'href="(/pages/chats[?]before=[^"]+)"', first)
    assert earlier
    rest = await morgan.open(earlier[1])
    assert [f"About {n}." in first for n in (129, 30, 29)] == [True, True, False]
    assert "About 29." in rest
    assert "About 30." not in rest


async def test_a_chats_figures_have_a_picture_a_table_and_a_sentence() -> None:
    _, morgan = await after_a_chat()
    page = await morgan.open(f"/pages/chats/{CHAT}")
    assert "2 people wrote 2 posts." in page
    assert "Q1 had most answers: 2 posts by 2 people." in page
    assert page.count("<svg") == 2
    assert "Posts by question, as a table" in page
    assert "Our cards helped" in page.partition('id="transcript"')[2]


async def test_a_transcript_is_a_file_as_well() -> None:
    _, morgan = await after_a_chat()
    await morgan.open(f"/pages/chats/{CHAT}.csv")
    assert "Our cards helped" in morgan.text
    await morgan.open(f"/pages/chats/{CHAT}.json")
    assert morgan.answer.json()["figures"]["participants"] == 2
    for address in (f"{CHAT}.exe", "2026-12-15.csv", "1999-01-01", "x.csv"):
        await morgan.open(f"/pages/chats/{address}")
        assert morgan.status == 404, address


async def test_a_post_that_looks_like_an_advert_is_taken_in() -> None:
    world, morgan = await after_a_chat(replace(ANN, id="3", author="c", name="@shop", text=ADVERT))
    page = await morgan.open(f"/pages/chats/{CHAT}")
    assert "masterclass" not in page.partition('id="transcript"')[2]
    await morgan.press("It belongs to the chat")
    assert "masterclass" in morgan.text.partition('id="transcript"')[2]
    async with world.database.transaction() as tx:
        assert (await tx.audit.list())[0].who == MORGAN


async def test_a_chat_in_which_nothing_was_heard_says_so() -> None:
    morgan = await World().signed_in(MORGAN)
    assert "Nothing was heard in this chat" in await morgan.open(f"/pages/chats/{CHAT}")


async def test_the_campaign_by_month_counts_a_month_that_is_over_once() -> None:
    world = World()
    november = NOW - timedelta(days=20)
    await send(world, "a", november)
    world.later(timedelta(days=8))
    morgan = await world.signed_in(MORGAN)
    assert "Posts: 1 in all, most of them in November 2026, 1." in await morgan.open("/pages/ledger")
    async with world.database.transaction() as tx:
        await tx.outbox.forget("a", NOW)
    await send(world, "b", NOW)
    page = await morgan.open("/pages/ledger")
    assert "Posts: 2 in all" in page  # what was counted once stays counted
    assert page.count("<svg") == 4
    await morgan.open("/pages/ledger?until=2025-12")
    assert ("December 2025" in morgan.text, "Later →" in morgan.text) == (True, True)


async def send(world: World, key: str, at: datetime) -> None:
    async with world.database.transaction() as tx:
        post = new_post(key, ROOMS[Platform.X], Text("x"), at)
        await tx.outbox.add(replace(post, state=State.SENT, sent_at=at))
