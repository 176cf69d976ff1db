from dataclasses import replace

import pytest

from bot.core.bodies import Button
from bot.core.events import ButtonPressed, Platform
from tests.handlers.desk import Desk
from tests.handlers.test_person import desk_with_people

SURE = "How can I get involved?"


async def answered(desk: Desk) -> dict[str, Button]:
    await desk.mention(SURE)
    assert desk.said.endswith("\n\nWas this useful?")
    return {button.action: button for button in desk.text.buttons}


@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
async def test_opinions_are_counted_without_whose_they_are(platform: Platform) -> None:
    desk = Desk(platform)
    buttons = await answered(desk)
    said = await desk.press("useful", buttons["useful"].value)
    assert [post.private_to for post in said] == (["member"] if platform is Platform.SLACK else [])
    await desk.press("useless", buttons["useless"].value, who="student")
    kept = desk.database.kept
    assert kept.asked.counted == {"get-involved": (1, 1)}
    assert "student" not in str(kept.asked) + str(kept.ledger)


async def test_pressing_again_counts_once() -> None:
    desk = Desk()
    value = (await answered(desk))["useful"].value
    for _ in range(2):
        desk.count = 1
        desk.database.kept.outbox.rows.clear()
        await desk.press("useful", value)
    assert desk.database.kept.asked.counted == {"get-involved": (1, 0)}


async def test_who_changes_their_mind_has_the_last_choice_counted() -> None:
    desk = Desk()
    value = (await answered(desk))["useful"].value
    for action, counted in [("useful", (1, 0)), ("useless", (0, 1)), ("useless", (0, 1)), ("useful", (1, 0))]:
        pressed = ButtonPressed(**desk.new("member", trigger=True), action=action, value=value)  # type: ignore[arg-type]
        await desk.send(replace(pressed, place=replace(pressed.place, thread="message-1")))
        assert desk.database.kept.asked.counted == {"get-involved": counted}


async def test_an_answer_that_did_not_help_leads_to_a_person() -> None:
    desk = desk_with_people()
    value = (await answered(desk))["useless"].value
    await desk.press("useless", value)
    assert [button.label for button in desk.text.buttons] == ["Ask a person"]
    await desk.press("ask-person", desk.text.buttons[0].value)
    assert desk.form.fields[0].value == SURE


@pytest.mark.parametrize("value", ["1 gone", "1", ""])
async def test_an_entry_that_is_gone_is_not_counted(value: str) -> None:
    desk = Desk()
    await desk.press("useful", value)
    assert desk.database.kept.asked.counted == {}


async def test_x_is_not_asked_for_opinions() -> None:
    desk = Desk(Platform.X)
    await desk.mention(SURE)
    assert "useful" not in desk.said
    assert desk.text.buttons == ()
