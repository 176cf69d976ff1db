"""Adding, changing, moving and cancelling key actions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.actions import month_plan
from bot.core.events import Platform
from bot.core.pause import Pause
from bot.core.plan import Entry, Standing
from bot.services.pausing import begin
from tests.web.pages.reader import MARIA, NOW, OLIVE, Reader, World

SEE, QUEUE, STOP = "See it as it will appear", "Queue it", "Unschedule: nothing will be sent"
KEY = "action:2026-12:post-a-card"  # 16 December, 2:30pm


async def actions(world: World) -> list[Entry]:
    async with world.database.transaction() as tx:
        return list(await tx.plan.list())


async def december(who: str = OLIVE) -> tuple[World, Reader]:
    world = World()
    async with world.database.transaction() as tx:
        for entry in month_plan(world.content.actions[0], world.content, Platform):
            await tx.plan.put(entry)
    return world, await world.signed_in(who)


async def written(olive: Reader, **typed: str) -> str:
    await olive.open("/pages/actions/new")
    return await olive.press(SEE, **{"text": "Tell a manager", "date": "3/12/2026", "time": "9am"} | typed)


async def test_an_action_is_seen_as_it_will_appear_before_it_is_queued() -> None:
    world = World()
    olive = await world.signed_in()
    page = await written(olive, text="See https://example.org", longer="More to read")
    assert "Thursday 3 December 2026 at 9am" in page
    assert "See https://example.org #AMillionDecisions</blockquote>" in page
    assert page.count("More to read #AMillionDecisions</blockquote>") == 2
    assert "It fits: 46 of 280 characters." in page
    assert "$0.200 because of its link; without one, $0.015." in page
    assert await actions(world) == []
    await olive.press(QUEUE)
    assert (olive.path, "Queued." in olive.text) == (f"/pages/plan/{(await actions(world))[0].key}", True)
    (entry,) = await actions(world)
    assert (entry.source, entry.due) == (OLIVE, NOW.replace(day=3, hour=9))
    async with world.database.transaction() as tx:
        (noted,) = [it for it in await tx.audit.list() if it.what == "action add"]
    assert (noted.who, noted.about) == (OLIVE, entry.key)


async def test_pressing_twice_queues_once() -> None:
    world = World()
    olive = await world.signed_in()
    await written(olive)
    checked = olive.answer
    await olive.press(QUEUE)
    olive.answer = checked
    await olive.press(QUEUE)
    assert olive.path == f"/pages/plan/{(await actions(world))[0].key}"
    assert len(await actions(world)) == 1


async def test_going_back_loses_nothing() -> None:
    olive = await World().signed_in()
    await written(olive, longer="Longer words")
    await olive.open(olive.path.removesuffix("/check"))
    for typed in ("Tell a manager", "Longer words", "3/12/2026", "9am"):
        assert typed in olive.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "The text is empty."),
        ({"date": "31/2/2027"}, "There is no day “31/2/2027”."),
        ({"date": "1/12/2025"}, "has passed"),
        ({"time": "9"}, "is not a time that I can read"),
        ({"text": "x" * 300}, "characters too long for X"),
    ],
)
async def test_what_is_wrong_is_said_and_typing_is_kept(typed: dict[str, str], said: str) -> None:
    world = World()
    olive = await world.signed_in()
    page = await written(olive, **typed, longer="Longer words")
    assert (olive.status, said in page) == (400, True)
    assert "Longer words" in page
    assert "<title>Error: " in page
    assert await actions(world) == []


async def test_an_action_for_one_platform_goes_to_no_other() -> None:
    world = World()
    olive = await world.signed_in()
    await olive.open("/pages/actions/new")
    token, version = (olive.text.partition(f'name="{it}" value="')[2].partition('"')[0] for it in ("token", "version"))
    form = {"token": token, "version": version, "text": "Tell", "date": "3/12/2026", "time": "9am", "do": "check"}
    await olive.post(olive.path.replace("new", "0123456789abcdef"), form)
    assert (olive.status, "Tick at least one platform" in olive.text) == (400, True)
    await olive.press(SEE, on__slack="yes")
    await olive.press(QUEUE)
    (entry,) = await actions(world)
    assert list(entry.bodies) == [Platform.SLACK]


async def test_an_action_is_moved_and_keeps_its_words() -> None:
    world, olive = await december()
    before = next(entry for entry in await actions(world) if entry.key == KEY)
    await olive.open(f"/pages/actions/{KEY}/change")
    await olive.press(SEE, date="18/12/2026")
    assert "Friday 18 December 2026 at 2:30pm" in olive.text
    await olive.press("Change it in the plan")
    after = next(entry for entry in await actions(world) if entry.key == KEY)
    assert (after.due, after.bodies, after.edited) == (before.due + timedelta(days=2), before.bodies, True)


async def test_an_action_is_not_changed_without_those_being_asked_who_must_approve_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def killed(*_: object) -> None:
        raise SystemError

    world, olive = await december()
    before = await actions(world)
    monkeypatch.setattr("bot.web.pages.actions.ask", killed)
    await olive.open(f"/pages/actions/{KEY}/change")
    await olive.press(SEE, date="18/12/2026")
    await olive.press("Change it in the plan")
    assert (olive.status, await actions(world)) == (500, before)


async def test_two_who_change_the_same_action_lose_nothing() -> None:
    world, olive = await december()
    maria = await world.signed_in(MARIA)
    for reader in (olive, maria):
        await reader.open(f"/pages/actions/{KEY}/change")
    await olive.press(SEE, text="As Olive has it")
    await olive.press("Change it in the plan")
    await maria.press(SEE, text="As Maria has it")
    assert (maria.status, "Somebody has changed this action meanwhile" in maria.text) == (409, True)
    assert "As Olive has it" in maria.text
    await maria.press(SEE)
    await maria.press("Change it in the plan")
    assert "As Maria has it" in {entry.title for entry in await actions(world)}


async def test_a_change_after_its_time_is_not_made_and_not_lost() -> None:
    world, olive = await december()
    await olive.open(f"/pages/actions/{KEY}/change")
    world.later(timedelta(days=15, hours=6, minutes=30))
    olive = await world.signed_in()
    await olive.open(f"/pages/actions/{KEY}/change")
    assert (olive.status, "cannot be changed any more" in olive.text) == (409, True)
    await olive.open(f"/pages/actions/new?like={KEY}")
    assert "Post a card today." in olive.text


async def test_an_unscheduled_action_is_not_sent_and_can_be_added_again() -> None:
    world, olive = await december()
    await olive.open(f"/pages/plan/{KEY}")
    assert "Post a card today." in olive.text
    await olive.press(STOP)
    assert "Unscheduled: nothing of it will be sent." in olive.text
    assert {entry.key: entry.standing for entry in await actions(world)}[KEY] is Standing.CANCELLED
    await olive.open(f"/pages/actions/{KEY}/change")
    assert "Add a new one like it" in olive.text


async def test_what_changed_meanwhile_is_not_unscheduled_unseen() -> None:
    world, olive = await december()
    await olive.open(f"/pages/plan/{KEY}")
    async with world.database.transaction() as tx:
        stored = await tx.plan.get(KEY)
        assert stored
        await tx.plan.change(replace(stored, title="Something else"))
    await olive.press(STOP)
    assert (olive.status, "Something else" in olive.text) == (409, True)
    assert {entry.key: entry.standing for entry in await actions(world)}[KEY] is Standing.PLANNED


async def test_what_else_goes_out_then_and_a_pause_are_told_before() -> None:
    world, olive = await december()
    async with world.database.transaction() as tx:
        await begin(tx, Pause(reason="election", by=OLIVE, at=NOW, since=NOW, until=NOW + timedelta(days=30)))
    page = await written(olive, date="16/12/2026", time="2.45pm")
    assert "The bot is paused then" in page
    assert "Within half an hour of it: Post a card today." in page


async def test_the_same_words_again_are_told_before_x_refuses_them() -> None:
    _, olive = await december()
    page = await written(olive, text="Post a card today.", date="20/12/2026")
    assert "X may refuse it" in page
    assert "Wednesday 16 December 2026 at 2:30pm" in page
    assert "X may refuse it" not in await written(olive, text="Post a card tomorrow.", date="20/12/2026")


async def test_the_month_shows_its_actions_as_a_list_and_as_a_table() -> None:
    _, olive = await december()
    page = await olive.open("/pages/month?month=2026-12")
    assert "The focus is Access to evidence." in page
    assert page.count("Wednesday 16 December 2026") == 1
    assert "2:30pm Post a card today.</a>" in page
    assert f"/pages/plan/{KEY}" in page.replace("%3A", ":")
    assert "Nothing is planned in January 2027" in await olive.open("/pages/month?month=2027-01")
    assert "December 2026" in await olive.open("/pages/month?month=nonsense")


async def test_a_moderator_sees_the_month_and_changes_nothing() -> None:
    world, _ = await december()
    morgan = await world.signed_in("teams:tenant/morgan")
    page = await morgan.open("/pages/month")
    assert "Post a card today." in page
    assert "/plan/" not in page


async def test_the_next_action_for_the_same_time_begins_with_its_time_and_places() -> None:
    world = World()
    olive = await world.signed_in()
    await olive.open("/pages/compose/action/new")
    form, _ = olive._found(SEE)
    typed = {"text": "Tell a manager", "date": "first Monday of March 2027", "time": "9am", "do": "check"}
    ticked = {name: value for name, value in form.fields.items() if name not in ("on.slack", "on.teams")}
    await olive.post(form.action, ticked | typed)
    await olive.press(QUEUE)
    await olive.follow("Write another key action for that time")
    form, _ = olive._found(SEE)
    shown = {name: form.fields.get(name) for name in ("text", "date", "time", "on.x", "on.slack")}
    assert shown == {"text": "", "date": "1 March 2027", "time": "9am", "on.x": "yes", "on.slack": None}
