"""One thing of the plan: moved without dragging, told apart from what is close to it, undone; and in a calendar."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.core.journal import UNDO_WITHIN
from bot.core.outbox import State
from bot.core.plan import Entry, Kind, Standing, moved, release
from bot.core.policy import Roles
from tests.samples import an_entry
from tests.web.pages.reader import MARIA, MORGAN, NOW, OLIVE, ROLES, ROOMS, Reader, World

KEY = "action:tell"


async def planned(*others: Entry) -> tuple[World, Reader]:
    world = World()
    async with world.database.transaction() as tx:
        for entry in (an_entry(), *others):
            await tx.plan.put(entry)
    return world, await world.signed_in()


async def stored(world: World) -> Entry:
    async with world.database.transaction() as tx:
        entry = await tx.plan.get(KEY)
    assert entry
    return entry


@pytest.mark.parametrize(("button", "days"), [("A day earlier", -1), ("A day later", 1), ("A week later", 7)])
async def test_a_thing_is_moved_in_one_press_and_the_move_undone(button: str, days: int) -> None:
    world, olive = await planned()
    await olive.open(f"/pages/plan/{KEY}/move")
    await olive.press(button)
    after = await stored(world)
    assert (after.due, after.cut_off - after.due) == (
        an_entry().due + timedelta(days=days),
        an_entry().cut_off - an_entry().due,
    )
    assert "moved it" in olive.text
    await olive.open("/pages/changes")
    await olive.press("Undo this")
    assert "It is as it was before." in olive.text
    assert (await stored(world)).due == an_entry().due


async def test_an_odd_time_is_asked_about_once() -> None:
    world, olive = await planned()
    await olive.open(f"/pages/plan/{KEY}/move")
    await olive.press("Move it", date="25/12/2026", time="11pm")
    for said in ("It is a bank holiday: Christmas Day.", "It is within quiet hours", "Nothing was moved yet."):
        assert said in olive.text
    assert (await stored(world)).due == an_entry().due
    await olive.press("Move it all the same")
    assert (await stored(world)).wall == "2026-12-25T23:00"


async def test_two_who_move_the_same_thing_do_not_undo_each_other_unseen() -> None:
    world, olive = await planned()
    maria = await world.signed_in(MARIA)
    for reader in (olive, maria):
        await reader.open(f"/pages/plan/{KEY}/move")
    await olive.press("A day later")
    await maria.press("Move it", date="first Tuesday of January 2027", time="9am")
    assert (maria.status, "Tuesday 8 December 2026 at 9am" in maria.text) == (409, True)
    assert 'value="first Tuesday of January 2027"' in maria.text
    await maria.press("Move it")
    assert (await stored(world)).wall == "2027-01-05T09:00"


async def test_a_move_that_cannot_be_is_said() -> None:
    world, olive = await planned()
    await olive.open(f"/pages/plan/{KEY}/move")
    await olive.press("Move it", date="1/11/2026")
    assert (olive.status, "has passed" in olive.text) == (400, True)
    world.later(timedelta(days=7))
    await olive.sign_in(OLIVE)
    await olive.open(f"/pages/plan/{KEY}/move")
    assert (olive.status, "It cannot be moved any more." in olive.text) == (409, True)


async def test_what_was_changed_since_is_not_undone() -> None:
    world, olive = await planned()
    for button in ("A day later", "A week later"):
        await olive.open(f"/pages/plan/{KEY}/move")
        await olive.press(button)
    first = olive.text.rpartition('name="number" value="')[2].partition('"')[0]
    token = olive.text.partition('name="token" value="')[2][:64]
    await olive.post(f"/pages/plan/{KEY}", {"token": token, "do": "undo", "number": first})
    assert (olive.status, "Undo the later change first." in olive.text) == (409, True)
    world.later(UNDO_WITHIN + timedelta(days=1))
    olive = await world.signed_in()
    assert "Undo this" not in await olive.open(f"/pages/plan/{KEY}")


async def test_what_has_left_on_one_platform_is_stopped_on_the_others_and_said_so() -> None:
    world, _ = await planned()
    async with world.database.transaction() as tx:
        entry = replace(await stored_in(tx), standing=Standing.RELEASED)
        await tx.plan.change(entry)
        x, *rest = release(entry, ROOMS, NOW)
        for post in (replace(x, state=State.SENT), *rest):
            await tx.outbox.add(post)
    olive = await world.signed_in()
    await olive.open(f"/pages/plan/{KEY}")
    await olive.press("Unschedule: nothing will be sent")
    assert "It has left for X, so it cannot be stopped there any more." in olive.text
    assert [post.state for post in world.posts()] == [State.SENT, State.CANCELLED, State.CANCELLED]


async def stored_in(tx: object) -> Entry:
    entry = await tx.plan.get(KEY)  # type: ignore[attr-defined]
    assert isinstance(entry, Entry)
    return entry


async def test_the_month_tells_clashes_quiet_hours_bank_holidays_and_what_waits() -> None:
    close = an_entry(key="card:close", kind=Kind.CARD, title="A card", due=an_entry().due + timedelta(minutes=5))
    late = moved(an_entry(key="card:late", kind=Kind.CARD), an_entry().due.replace(day=25, hour=22))
    world, _ = await planned(close, late)
    world = World(world.database, world.clock, approve=frozenset({Kind.CARD}))
    olive = await world.signed_in()
    page = await olive.open("/pages/month")
    assert "close to A card" in page
    assert "close to Tell a manager" in page
    assert "in quiet hours" in page
    assert "Bank holiday: Christmas Day" in page
    assert "waits for approval" in page


@pytest.mark.parametrize("who", [OLIVE, MORGAN])
async def test_the_plan_is_in_a_calendar_behind_an_address_that_its_owner_can_end(who: str) -> None:
    world, _ = await planned()
    reader = await world.signed_in(who)
    await reader.open("/pages/calendar")
    await reader.press("Make an address")
    address = reader.text.partition("<code>")[2].partition("</code>")[0]
    nobody = world.reader()
    event: Any = Calendar.from_ical(await nobody.open(address)).walk("VEVENT")[0]
    assert (event["summary"], event["dtstart"].dt) == ("Tell a manager", an_entry().due)
    assert "#AMillionDecisions" in event["description"]
    without = World(world.database, world.clock, roles=Roles(admins=frozenset({"web:else"})))
    await without.reader().open(address)
    other = without.reader()
    await other.open(address)
    assert other.status == 404, "somebody who is no organiser any more"
    await reader.open("/pages/calendar")
    assert address not in reader.text
    await reader.press("Make a new address")
    await nobody.open(address)
    assert (nobody.status, ROLES.held(who) != frozenset()) == (404, True)
