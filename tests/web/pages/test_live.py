"""The live desk: who has which chat in front of them, and what its buttons do."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.chat import run_sheet
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.live import Sheet
from bot.core.plan import Standing
from bot.services.hosting import find_sheet
from tests.web.pages.reader import GUEST, MORGAN, OLIVE, Reader, World

CHAT = "2026-12-15"
DESK = f"/pages/live/{CHAT}"
EVENING = datetime(2026, 12, 15, 20, 15, tzinfo=UTC)
"""Q1 is out since 8.10, and the next question is to come."""


async def evening(world: World | None = None) -> World:
    """A chat in its hour: what was due before then is out."""
    world = world or World()
    world.later(EVENING - world.clock.now())
    async with world.database.transaction() as tx:
        for entry in run_sheet(CHAT, world.content.chats[CHAT], world.content, Platform):
            out = entry.due <= EVENING
            await tx.plan.put(replace(entry, standing=Standing.RELEASED if out else Standing.PLANNED))
    return world


async def at_the_desk(who: str = OLIVE) -> tuple[World, Reader]:
    world = await evening()
    reader = await world.signed_in(who)
    await reader.open(DESK)
    return world, reader


async def sheet_of(world: World) -> Sheet:
    async with world.database.transaction() as tx:
        return await find_sheet(tx, world.clock.now(), CHAT)


def standing(sheet: Sheet, tail: str) -> Standing:
    found = sheet.find(tail)
    assert found
    return found.standing


async def test_the_menu_leads_to_the_chat_that_is_on() -> None:
    world = await evening()
    olive = await world.signed_in()
    await olive.open("/pages/live")
    assert olive.path == DESK
    assert "</strong> is running since 8:" in olive.text


@pytest.mark.parametrize(
    ("button", "said", "tail", "became"),
    [
        ("Q2 now", "Q2 goes out now.", "q2", Standing.PLANNED),
        ("Hold", "Held. Nothing more goes out", "q2", Standing.HELD),
        ("Skip Q2", "Q2 is skipped.", "q2", Standing.CANCELLED),
        ("10 more minutes", "10 minutes more.", "q2", Standing.PLANNED),
        ("Q1 again", "Q1 goes out again, now.", "q1-again-1", Standing.PLANNED),
    ],
)
async def test_a_big_button_does_what_it_says(button: str, said: str, tail: str, became: Standing) -> None:
    world, olive = await at_the_desk()
    await olive.press(button)
    assert said in olive.text
    assert "UOLIVE: " in olive.text
    assert standing(await sheet_of(world), tail) is became


async def test_a_button_that_goes_leaves_its_place_empty_and_moves_no_other() -> None:
    _, olive = await at_the_desk()
    before = _places(olive)
    for number in (2, 3, 4):
        await olive.press(f"Skip Q{number}")
    after = _places(olive)
    assert (before["3"], after["3"]) == ("Skip Q2", "")
    assert {place: label for place, label in after.items() if place not in "13"} == {
        place: label for place, label in before.items() if place not in "13"
    }


def _places(reader: Reader) -> dict[str, str]:
    return dict(re.findall(r'id="press-(\d)"[^>]*>([^<]*)', reader.text))


async def test_a_held_chat_goes_on() -> None:
    world, olive = await at_the_desk()
    await olive.press("Hold")
    assert "The chat is held" in olive.text
    await olive.press("Go on")
    assert (await sheet_of(world)).held is False


async def test_a_chat_is_ended_after_a_second_look() -> None:
    world, olive = await at_the_desk()
    await olive.press("End …")
    assert "3 questions will not be put" in olive.text
    assert standing(await sheet_of(world), "q4") is Standing.PLANNED
    await olive.press("End it now")
    assert standing(await sheet_of(world), "q4") is Standing.CANCELLED


async def test_an_old_button_changes_nothing_and_shows_the_new_timetable() -> None:
    world, olive = await at_the_desk()
    morgan = await world.signed_in(MORGAN)
    await morgan.open(DESK)
    await olive.press("5 more minutes")
    end = (await sheet_of(world)).end
    await morgan.press("5 more minutes")
    assert (morgan.status, "The timetable has changed since this was shown." in morgan.text) == (409, True)
    assert (await sheet_of(world)).end == end


async def test_a_question_is_added_and_another_one_reworded() -> None:
    world, olive = await at_the_desk()
    await olive.open(f"{DESK}/words")
    await olive.press("Save", text="  What did\nwe miss? ")
    await olive.open(f"{DESK}/words?target=q3")
    assert "How do you use the law" in olive.text
    await olive.press("Save", text="What law helps you?")
    sheet = await sheet_of(world)
    added, changed = sheet.find("q5"), sheet.find("q3")
    assert added
    assert changed
    assert (added.title, changed.title) == ("Q5. What did we miss?", "Q3. What law helps you?")
    await olive.open(f"{DESK}/words?target=q1")
    await olive.press("Save", text="Too late?")
    assert (olive.status, "it can no longer be changed" in olive.text, "Too late?" in olive.text) == (409, True, True)


async def test_a_row_is_taken_down_by_its_own_button() -> None:
    world, olive = await at_the_desk()
    await olive.press("Take it down: Q1")
    async with world.database.transaction() as tx:
        assert (await tx.audit.list())[0].what == "chat hide"


async def test_what_comes_in_stands_under_its_question_the_latest_first() -> None:
    world = await evening()
    said = [("1", "A1 by post #ukmedlibs"), ("2", "Q1 with a poster #ukmedlibs"), ("3", "Hello all #ukmedlibs")]
    posts = [
        HeardPost(Platform.X, id_, EVENING - timedelta(minutes=4 - int(id_)), f"u{id_}", text, name=f"@ann{id_}")
        for id_, text in said
    ]
    advert = "Our new masterclass: book your early bird tickets now! £99 only, use code SAVE10 https://example.org"
    posts += [replace(posts[0], id="4", text=advert), replace(posts[0], id="5", is_repost=True)]
    async with world.database.transaction() as tx:
        await tx.heard.add(CHAT, posts)
    olive = await world.signed_in()
    page = await olive.open(DESK)
    first = page.partition('id="heard-1"')[2].partition("</section>")[0]
    assert "2 posts, 2 people" in first
    assert "1 more looks like an advert" in page
    assert first.index("with a poster") < first.index("by post")
    assert "Hello all" in page.partition('id="heard-0"')[2]


async def test_the_page_reloads_by_itself_only_for_those_who_want_it() -> None:
    _, olive = await at_the_desk()
    assert "refresh" not in olive.answer.headers
    await olive.open(f"{DESK}?reload=yes")
    assert olive.answer.headers["refresh"].startswith("20;")
    await olive.press("Hold")
    assert "reload=yes" in str(olive.answer.url)


async def test_a_guest_lead_sees_their_own_chat_and_nothing_else() -> None:
    world = await evening()
    guest = await world.signed_in(GUEST)
    assert guest.path == DESK
    await guest.press("Hold")
    assert (await sheet_of(world)).held
    for address, status in (("live/2027-01-12", 404), ("month", 403), ("pause", 403)):
        await guest.open(f"/pages/{address}")
        assert guest.status == status, address
    world.later(timedelta(days=17))
    await guest.sign_in(GUEST)
    assert guest.status == 403


@pytest.mark.parametrize("pressed", ["", "next", "burn 2026-12-15 0", "extend 2026-12-15 0 x", "hide 2026-12-15 0 q9"])
async def test_a_button_of_nobodys_making_changes_nothing(pressed: str) -> None:
    world, olive = await at_the_desk()
    before = await sheet_of(world)
    await olive.press("Hold", press=pressed)
    await olive.post(DESK, {"token": _token(olive), "press": pressed})
    assert olive.status < 500
    assert (await sheet_of(world)).upcoming[0].tail == before.upcoming[0].tail


def _token(reader: Reader) -> str:
    return reader.text.partition('name="token" value="')[2][:64]
