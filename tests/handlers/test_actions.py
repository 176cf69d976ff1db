import json
from dataclasses import replace

import pytest

from bot.core.actions import month_plan
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.plan import Entry, Standing
from bot.services.turns import RacedError
from tests.fakes import FakePlan
from tests.handlers.desk import Desk

IN_WORKSPACES = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
GOOD = {"text": "Share a story of your library", "date": "14/12/2026", "time": "9.30am"}


async def planned(platform: Platform = Platform.SLACK) -> Desk:
    """A desk where this month's actions of content/ are planned."""
    desk = Desk(platform)
    async with desk.database.transaction() as tx:
        for entry in month_plan(desk.content.actions[0], desk.content, Platform):
            await tx.plan.put(entry)
    return desk


def entries(desk: Desk) -> dict[str, Entry]:
    return {entry.tail: entry for entry in desk.database.kept.plan.rows.values()}


def filled(desk: Desk) -> dict[str, str]:
    return {field.name: field.value for field in desk.form.fields}


@IN_WORKSPACES
async def test_anybody_may_see_this_months_actions(platform: Platform) -> None:
    desk = await planned(platform)
    await desk.mention("actions")
    head, *lines = desk.said.splitlines()
    assert head == "Key actions for December 2026: Access to evidence"
    assert len(lines) == 3
    assert lines[0].startswith("1. Tuesday 1 December 2026 at 9am: Tell a manager")
    assert "planned, key tell-a-manager" in lines[0]


@pytest.mark.parametrize(
    ("date", "time", "odd"),
    [
        ("25/12/2026", "9am", " It is a bank holiday: Christmas Day."),
        ("28/3/2027", "1.30am", " It is within quiet hours, 9:30pm to 7am."),
        ("14/12/2026", "9am", ""),
    ],
)
async def test_whoever_queues_an_action_for_an_odd_time_is_told_so(date: str, time: str, odd: str) -> None:
    desk = Desk()
    await desk.submit("action", "organiser", text="Share a story", date=date, time=time)
    assert desk.said.startswith("Queued for ")
    assert desk.said.partition(")")[2] == odd


@IN_WORKSPACES
async def test_a_form_that_is_sent_twice_queues_one_action(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.submit("action", "organiser", **GOOD)
    said = desk.said
    await desk.submit("action", "organiser", **GOOD)
    assert desk.said == said
    (key,) = entries(desk)
    await desk.command(f"actions cancel {key}", "organiser")
    await desk.submit("action", "organiser", **GOOD)
    assert sorted(it.standing for it in entries(desk).values()) == [Standing.CANCELLED, Standing.PLANNED]


async def test_a_month_without_actions_says_so() -> None:
    desk = Desk()
    await desk.command("actions")
    assert desk.said == "There are no key actions for December 2026 yet."
    assert desk.post.private_to == "member"


async def test_the_last_evening_of_a_month_in_london_shows_that_month() -> None:
    desk = Desk()
    desk.now = desk.now.replace(month=6, day=30, hour=23)
    await desk.mention("actions")
    assert "July 2026" in desk.said


async def test_x_has_no_room_for_the_list() -> None:
    desk = Desk(Platform.X)
    await desk.mention("actions add", who="organiser")
    assert desk.said.startswith("I do not know that yet")


@IN_WORKSPACES
@pytest.mark.parametrize("text", ["actions add", "actions change 1", "actions cancel 1"])
@pytest.mark.parametrize("who", ["member", "moderator"])
async def test_only_organisers_may_alter_the_plan(platform: Platform, text: str, who: str) -> None:
    desk = await planned(platform)
    before = entries(desk)
    await desk.mention(text, who=who)
    assert desk.said == "Only the campaign's organisers can do this. Please ask your regional library lead."
    assert entries(desk) == before


@pytest.mark.parametrize("form", ["action", "action-change:0:action:2026-12:tell-a-manager"])
async def test_a_form_from_somebody_else_changes_nothing(form: str) -> None:
    desk = await planned()
    before = entries(desk)
    await desk.submit(form, **GOOD)
    assert desk.said.startswith("Only the campaign's organisers")
    await desk.press("action-form", json.dumps([form, "", "", "", ""]))
    assert desk.said.startswith("Only the campaign's organisers")
    assert entries(desk) == before


@IN_WORKSPACES
async def test_an_organiser_adds_an_action_by_a_form(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.command("actions add", who="organiser")
    assert [field.name for field in desk.form.fields] == ["text", "date", "time", "longer"]
    await desk.submit(desk.form.form, who="organiser", **GOOD)
    (entry,) = entries(desk).values()
    assert desk.said == (
        f"Queued for Monday 14 December 2026 at 9:30am: Share a story of your library (key {entry.tail})"
    )
    assert entry.wall == "2026-12-14T09:30"
    assert entry.source.startswith(f"{platform}:")
    assert set(entry.bodies) == set(Platform)


async def test_a_form_submitted_twice_adds_one_action() -> None:
    desk = Desk()
    await desk.submit("action", who="organiser", **GOOD)
    desk.count -= 1
    assert await desk.submit("action", who="organiser", **GOOD) == []
    assert len(entries(desk)) == 1


async def test_where_slack_permits_no_form_a_button_opens_it() -> None:
    desk = await planned()
    await desk.mention("actions change tell-a-manager", who="organiser")
    (button,) = desk.text.buttons
    await desk.press(button.action, button.value, who="organiser")
    assert filled(desk)["text"] == "Tell a manager what your library did this week."


@IN_WORKSPACES
async def test_what_is_wrong_is_said_at_once_and_nothing_typed_is_lost(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.submit("action", who="organiser", text="Share a story", date="31/11/2026", time="nine", longer="Longer")
    assert desk.said.startswith("This was not saved.")
    assert "There is no day “31/11/2026”" in desk.said
    assert "“nine” is not a time" in desk.said
    assert desk.said.endswith("You wrote:\nShare a story\n31/11/2026\nnine\nLonger")
    assert entries(desk) == {}
    (again,) = desk.text.buttons
    await desk.press(again.action, again.value, who="organiser")
    assert filled(desk) == {"text": "Share a story", "date": "31/11/2026", "time": "nine", "longer": "Longer"}


async def test_words_too_many_for_a_button_are_given_back_as_text() -> None:
    desk = Desk()
    await desk.submit("action", who="organiser", text="word " * 500, date="", time="")
    assert "word word" in desk.said
    assert desk.text.buttons == ()


@IN_WORKSPACES
@pytest.mark.parametrize("named", ["1", "tell-a-manager", "action:2026-12:tell-a-manager"])
async def test_an_action_is_changed_by_its_number_or_key(platform: Platform, named: str) -> None:
    desk = await planned(platform)
    await desk.command(f"actions change {named}", who="organiser")
    if platform is Platform.SLACK:
        assert desk.post.private_to == "organiser"
    values = filled(desk)
    assert (values["date"], values["time"]) == ("2026-12-01", "09:00")
    await desk.submit(desk.form.form, who="organiser", **{**values, "text": "Tell two managers", "time": "4pm"})
    entry = entries(desk)["tell-a-manager"]
    assert desk.said.startswith("Changed. It goes out Tuesday 1 December 2026 at 4pm: Tell two managers")
    assert (entry.wall, entry.edited, entry.version) == ("2026-12-01T16:00", True, 1)
    body = entry.bodies[Platform.X]
    assert isinstance(body, Text)
    assert body.text == "Tell two managers #AMillionDecisions"


async def test_a_change_that_is_wrong_is_given_back_with_the_way_to_try_again() -> None:
    desk = await planned()
    before = entries(desk)
    form = "action-change:0:action:2026-12:tell-a-manager"
    await desk.submit(form, who="organiser", text="", date="1/12/2026", time="4pm")
    assert desk.said.startswith("This was not saved. The text is empty.")
    await desk.press(desk.text.buttons[0].action, desk.text.buttons[0].value, who="organiser")
    assert desk.form.form == form
    assert entries(desk) == before


@pytest.mark.parametrize("form", ["action-change:0:action:2026-12:tell-a-manager", "action-change:0:gone"])
async def test_two_organisers_do_not_overwrite_each_other(form: str) -> None:
    desk = await planned()
    await desk.submit("action-change:0:action:2026-12:tell-a-manager", who="organiser", **GOOD)
    await desk.submit(form, who="organiser", text="Mine", date="2/12/2026", time="4pm")
    assert "Somebody has changed this action meanwhile." in desk.said
    assert "Mine\n2/12/2026\n4pm" in desk.said
    assert entries(desk)["tell-a-manager"].title == GOOD["text"]


async def test_who_is_overtaken_at_the_very_moment_is_not_told_that_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    async def overtaken(_plan: FakePlan, _entry: Entry) -> bool:
        return False

    desk = await planned()
    monkeypatch.setattr(FakePlan, "change", overtaken)
    with pytest.raises(RacedError):
        await desk.submit("action-change:0:action:2026-12:tell-a-manager", who="organiser", **GOOD)
    with pytest.raises(RacedError):
        await desk.mention("actions cancel 2", who="organiser")
    assert not desk.database.kept.outbox.rows


@IN_WORKSPACES
async def test_a_cancelled_action_stays_in_the_list_and_is_not_sent(platform: Platform) -> None:
    desk = await planned(platform)
    await desk.mention("actions cancel 2", who="organiser")
    assert desk.said.startswith("Cancelled, nothing will be sent:")
    (tail,) = [tail for tail, entry in entries(desk).items() if entry.standing is Standing.CANCELLED]
    await desk.mention("actions")
    assert f"(cancelled, key {tail})" in desk.said.splitlines()[2]


async def test_an_action_of_a_later_month_is_known_by_its_key() -> None:
    desk = Desk()
    await desk.submit("action", who="organiser", text="Plan the year", date="5 January 2027", time="9am")
    (tail,) = entries(desk)
    await desk.command(f"actions cancel {tail}", who="organiser")
    assert entries(desk)[tail].standing is Standing.CANCELLED


@pytest.mark.parametrize("verb", ["change", "cancel"])
@pytest.mark.parametrize("named", ["9", "nothing-of-the-kind"])
async def test_an_unknown_action_is_answered_in_words(verb: str, named: str) -> None:
    desk = await planned()
    await desk.command(f"actions {verb} {named}", who="organiser")
    assert desk.said == f"There is no action {named}. See /campaign actions for the list."


async def test_an_action_that_went_out_cannot_be_cancelled() -> None:
    desk = await planned()
    async with desk.database.transaction() as tx:
        entry = tx.plan.rows["action:2026-12:tell-a-manager"]
        tx.plan.rows[entry.key] = replace(entry, standing=Standing.RELEASED)
    await desk.command("actions cancel 1", who="organiser")
    assert desk.said.startswith("There is no action 1.")
    assert entries(desk)["tell-a-manager"].standing is Standing.RELEASED


async def test_cancel_without_saying_which_shows_the_list() -> None:
    desk = await planned()
    await desk.command("actions cancel", who="organiser")
    assert desk.said.startswith("Key actions for December 2026")


@pytest.mark.parametrize("value", ["", "{", "[]", '["action", 1, 2, 3, 4]'])
async def test_a_button_of_an_older_version_is_answered_politely(value: str) -> None:
    desk = Desk()
    await desk.press("action-form", value, who="organiser")
    assert desk.said.startswith("Something went wrong.")
