"""What goes out by a rule, on the pages: queued, changed one by one or all of it, stopped, undone, approved."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.context import Context
from bot.core.events import Platform
from bot.core.plan import Entry, Kind, Standing
from schedules import series as rhythm
from tests.web.pages.reader import MARIA, ROOMS, Reader, World
from tests.web.pages.test_compose import CHANGE, QUEUE, SEE, plan

STOP = "Stop it: nothing will be sent from then on"
RULE = {"text": "Ask a librarian", "date": "1/12/2026", "repeat": "every Monday at 9am", "until": "6 times"}


async def queued(world: World, kind: Kind = Kind.ANNOUNCEMENT, **typed: str) -> Reader:
    olive = await world.signed_in()
    await olive.open(f"/pages/compose/{kind}/new")
    await olive.press(SEE, **RULE | typed)
    await olive.press(QUEUE)
    return olive


async def coming(world: World) -> list[Entry]:
    return [entry for entry in await plan(world) if entry.standing is Standing.PLANNED]


async def night(world: World) -> None:
    now = world.clock.now()
    async with world.database.transaction() as tx:
        for each in rhythm.SCHEDULE.rhythms:
            await each.job(now, Context(now, world.content, ROOMS, world.roles, tx))


def days(entries: list[Entry]) -> list[str]:
    return [entry.wall[5:10] for entry in entries]


@pytest.mark.parametrize("kind", [Kind.ANNOUNCEMENT, Kind.ACTION])
async def test_a_rule_is_seen_with_its_days_before_it_is_queued_and_then_in_the_month(kind: Kind) -> None:
    world = World()
    olive = await world.signed_in()
    await olive.open(f"/pages/compose/{kind}/new")
    await olive.press(SEE, **RULE)
    assert "Every Monday at 9am, from 1 December 2026 on, 6 times" in olive.text
    assert "Monday 7 December 2026 at 9am; Monday 14 December 2026 at 9am;" in olive.text
    assert "$0.015 each time, $0.090 all together" in olive.text
    assert "Monday 28 December 2026 is a bank holiday" in olive.text
    assert "It says the same every time" in olive.text
    assert await plan(world) == []
    await olive.press(QUEUE)
    assert olive.path.startswith("/pages/series/")
    assert days(await coming(world)) == ["12-07", "12-14", "12-21", "12-28", "01-04", "01-11"]
    assert (await olive.open("/pages/month?month=2026-12")).count("Change, move or unschedule") == 4
    assert "every Monday at 9am" in await olive.open("/pages/drafts")


async def test_a_rule_keeps_the_year_that_a_day_had_when_it_was_written() -> None:
    world = World()
    await queued(world, date="first Monday in January", until="1 February")
    assert days(await coming(world)) == ["01-04", "01-11", "01-18", "01-25", "02-01"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"repeat": "now and then"}, "is not a rule that I can read. Write it like weekly, every Monday"),
        ({"until": ""}, "It does not say when this ends."),
        ({"repeat": "weekly", "time": ""}, "The time is missing."),
    ],
)
async def test_what_is_wrong_with_a_rule_is_said_and_kept(typed: dict[str, str], said: str) -> None:
    olive = await World().signed_in()
    await olive.open("/pages/compose/announcement/new")
    await olive.press(SEE, **RULE | typed)
    summary = olive.text.partition('id="problems"')[2].partition("</div>")[0]
    assert (olive.status, said in summary) == (400, True)
    assert f'value="{(RULE | typed)["repeat"]}"' in olive.text


async def test_what_else_goes_out_about_its_time_is_told_by_the_day_and_it_is_none_of_that_itself() -> None:
    world = World()
    olive = await queued(world)
    where, close = olive.path, "within half an hour of Ask a librarian."
    await olive.open("/pages/compose/action/new")
    await olive.press(SEE, **RULE | {"repeat": "second Monday of the month at 9.15pm"})
    assert close not in olive.text
    await olive.open(olive.path.removesuffix("/check"))
    await olive.press(SEE, repeat="second Monday of the month at 9.15am")
    assert f"Monday 14 December 2026: {close}" in olive.text
    await olive.open(where.replace("series", "compose/announcement"))
    await olive.press(SEE, text="Ask us")
    assert "half an hour" not in olive.text


async def test_one_time_is_changed_moved_and_taken_out_by_itself_and_all_of_it_without_those() -> None:
    world = World()
    olive = await queued(world)
    first, second, third, *_ = await coming(world)
    await olive.open(f"/pages/plan/{first.key}")
    await olive.open(re.findall(r'href="(/pages/compose/announcement/new\?of=[^"]+)"', olive.text)[0])
    await olive.press(SEE, text="Ask a librarian before Christmas")
    await olive.press(CHANGE)
    await olive.open(f"/pages/plan/{second.key}/move")
    await olive.press("A day later")
    await olive.open(f"/pages/plan/{third.key}")
    await olive.press("Unschedule: nothing will be sent")
    series = olive.text.partition('href="/pages/series/')[2].partition('"')[0]
    await olive.open(f"/pages/series/{series}")
    assert "changed by itself: Ask a librarian before Christmas" in olive.text
    await olive.open(f"/pages/compose/announcement/{series}")
    await olive.press(SEE, text="Ask us", repeat="every Monday at 10am")
    await olive.press(CHANGE)
    entries = await coming(world)
    assert [(it.wall[5:], it.bodies[Platform.X].text) for it in entries[:3]] == [
        ("12-07T09:00", "Ask a librarian before Christmas"),
        ("12-15T09:00", "Ask a librarian"),
        ("12-28T10:00", "Ask us"),
    ]
    assert len(entries) == 5
    assert {entry.series for entry in entries} == {f"series:{series}"}


async def test_it_is_stopped_from_a_day_on_and_that_is_undone() -> None:
    world = World()
    olive = await queued(world)
    late = (await coming(world))[-1]
    await olive.open(f"/pages/plan/{late.key}/move")
    await olive.press("A day later")
    await olive.open(f"/pages/series/{late.series.partition(':')[2]}")
    await olive.press(STOP, date="21/12/2026")
    assert "Stopped: nothing of it will be sent from that day on." in olive.text
    assert days(await coming(world)) == ["12-07", "12-14"]
    await olive.press(STOP, date="21/12/2026")
    assert (olive.status, "It does not go out any more on Monday 21 December 2026" in olive.text) == (409, True)
    await olive.press(STOP, date="the day after")
    assert "is not a date that I can read" in olive.text
    await olive.open(olive.path)
    await olive.press("Undo this")
    assert "It is as it was before." in olive.text
    assert days(await coming(world)) == ["12-07", "12-14", "12-21", "12-28", "01-04"]
    await olive.press("Undo this")
    assert days(await coming(world)) == ["12-07", "12-14"]


async def test_queueing_it_is_undone_on_the_page_of_all_changes() -> None:
    world = World()
    olive = await queued(world)
    await olive.open("/pages/changes")
    await olive.press("Undo this")
    assert (olive.path.startswith("/pages/series/"), "Nothing more of it goes out." in olive.text) == (True, True)
    assert await coming(world) == []


async def test_a_second_person_approves_of_it_once_and_of_what_is_changed_by_itself() -> None:
    world = World(approve=frozenset({Kind.ANNOUNCEMENT}))
    olive = await queued(world)
    assert "It waits until somebody else approves of it." in olive.text
    assert await plan(world) == []
    maria = await world.signed_in(MARIA)
    await maria.open(re.findall(r"/pages/approvals/series[^\"]+", await maria.open("/pages/approvals"))[0])
    await maria.press("Make a link for them", name="Zoë")
    champion = world.reader()
    page = await champion.open(maria.text.partition("<code>")[2].partition("</code>")[0])
    assert "It is to go out every Monday at 9am, from 1 December 2026 on, 6 times." in page
    await maria.open(maria.path)
    await maria.press("Approve")
    assert "Approved" in maria.text
    (told,) = [str(post.body) for post in world.posts() if post.place.direct]
    assert "has approved of this, every Monday at 9am, from 1 December 2026 on, 6 times: Ask a librarian" in told
    one, *others = await coming(world)
    assert len(others) == 5
    await olive.open(f"/pages/plan/{one.key}/move")
    await olive.press("A day later")
    assert "Waits for approval" in olive.text
    await olive.open(f"/pages/series/{one.series.partition(':')[2]}")
    await olive.press(STOP, date="21/12/2026")
    assert days(await coming(world)) == ["12-08", "12-14"], "less of the same is approved of as well"
    await olive.press("Undo this")
    assert days(await coming(world)) == ["12-08", "12-14", "12-21", "12-28", "01-04", "01-11"]
    await olive.open(f"/pages/compose/announcement/{one.series.partition(':')[2]}")
    await olive.press(SEE, text="Ask us")
    await olive.press(CHANGE)
    assert days(await coming(world)) == ["12-08"], "other words are not"


async def test_two_who_change_all_of_it_do_not_overwrite_each_other() -> None:
    world = World()
    olive = await queued(world)
    maria = await world.signed_in(MARIA)
    await maria.open(olive.path)
    await olive.press(STOP, date="21/12/2026")
    await maria.press(STOP, date="14/12/2026")
    assert (maria.status, "somebody has changed this meanwhile" in maria.text) == (409, True)
    assert days(await coming(world)) == ["12-07", "12-14"]


async def test_a_change_that_was_checked_before_somebody_stopped_it_is_not_sent_unseen() -> None:
    world = World()
    olive = await queued(world)
    where = olive.path
    await olive.open(where.replace("series", "compose/announcement"))
    await olive.press(SEE, text="Ask us")
    assert re.search(r"<del>.*?a librarian</del><ins>.*?us</ins>", olive.text)
    maria = await world.signed_in(MARIA)
    await maria.open(where)
    await maria.press(STOP, date="14/12/2026")
    await olive.press(CHANGE)
    assert (olive.status, "Somebody has changed this meanwhile" in olive.text) == (409, True)
    when = olive.text.partition("<dt>When</dt>")[2].partition("</dd>")[0]
    assert "until" in when, when
    assert [it.title for it in await coming(world)] == ["Ask a librarian"]
    await olive.press(CHANGE)
    assert [it.title for it in await coming(world)] == ["Ask us"] * 6


async def test_all_of_it_is_changed_from_a_day_on() -> None:
    world = World()
    olive = await queued(world)
    old = olive.path
    await olive.open(old.replace("series", "compose/announcement"))
    await olive.press(SEE, text="Ask us", repeat="every Monday at 10am")
    for typed, said in (("then", "is not a date that I can read"), ("1/1/2028", "Nothing of it would go out on")):
        await olive.press(CHANGE, **{"from": typed})
        assert (olive.status, said in olive.text) == (409, True)
    await olive.press(CHANGE, **{"from": "21 December 2026"})
    assert (olive.path != old, "Queued." in olive.text) == (True, True)
    told = [(it.wall[5:], it.title) for it in await coming(world)]
    assert told[:3] == [
        ("12-07T09:00", "Ask a librarian"), ("12-14T09:00", "Ask a librarian"), ("12-21T10:00", "Ask us"),
    ]  # fmt: skip
    assert len(told) == 6
    await olive.press("Undo this")
    await olive.open(old)
    await olive.press("Undo this")
    assert [it.title for it in await coming(world)] == ["Ask a librarian"] * 6


async def test_an_undo_that_cannot_be_is_said_with_its_reason() -> None:
    world = World()
    olive = await queued(world)
    first = olive.answer
    world.later(timedelta(days=31))
    olive = await world.signed_in()
    assert "Undo this" not in await olive.open(first.url.path)
    token = olive.text.partition('name="token" value="')[2][:64]
    for number, said in (("1", "more than 30 days ago"), ("99", "not kept any more"), ("x", "not kept any more")):
        await olive.post(first.url.path, {"token": token, "do": "undo", "number": number})
        assert (olive.status, said in olive.text) == (409, True), number


async def test_what_can_go_nowhere_any_more_leaves_the_plan_and_says_why() -> None:
    world = World()
    olive = await queued(world)
    async with world.database.transaction() as tx:
        (series,) = await tx.pieces.under("series:")
        await tx.pieces.put(replace(series, values={**series.values, "text": "x" * 15_000}))
    assert "characters too long for X" in await olive.open(olive.path)
    await night(world)
    assert await coming(world) == []


async def test_what_was_stopped_is_shown_in_the_form_and_what_repeats_stays_repeated() -> None:
    world = World()
    olive = await queued(world)
    key = olive.path.rpartition("/")[2]
    world.later(timedelta(minutes=1))
    await olive.press(STOP, date="21/12/2026")
    await olive.open(f"/pages/compose/announcement/new?like=series:{key}")
    assert ("Ask a librarian</textarea>" in olive.text, 'value="14 December 2026"' in olive.text) == (True, False)
    await olive.open(f"/pages/compose/announcement/{key}")
    assert 'value="14 December 2026"' in olive.text
    await olive.press(SEE, repeat="")
    assert "it has no rule any more" in olive.text


async def test_the_nights_bring_the_days_that_were_too_far_ahead() -> None:
    world = World()
    await queued(world, until="31 March 2027")
    assert days(await coming(world))[-1] == "03-01"
    world.later(timedelta(days=30))
    await night(world)
    assert days(await coming(world))[-1] == "03-29"


async def test_a_form_does_not_pass_itself_off_as_one_time_of_a_series() -> None:
    world = World()
    olive = await queued(world)
    victim = (await coming(world))[0]
    await olive.open("/pages/compose/announcement/new")
    await olive.press(SEE, text="Mine", of=victim.key)
    await olive.press(QUEUE)
    assert [entry.title for entry in await plan(world)].count("Ask a librarian") == 6
