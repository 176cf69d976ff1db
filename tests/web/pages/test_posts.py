"""Posts that need somebody, messages that were set aside, the pause, and the home page."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.db import open_database
from bot.core import asked
from bot.core.audit import AuditEntry
from bot.core.bodies import Text
from bot.core.chat import run_sheet
from bot.core.events import Platform
from bot.core.outbox import Post, State, new_post
from bot.core.pause_words import Asked, new_pause
from bot.core.plan import Kind
from bot.services.pausing import begin
from tests.contracts.values import event
from tests.core.test_series import piece
from tests.databases import asked_of
from tests.samples import an_entry
from tests.web.pages.reader import MORGAN, NOW, OLIVE, ROOMS, Reader, World

KEY = "action:2026-12:tell:teams"


async def with_post(state: State, world: World | None = None, **changes: Any) -> tuple[World, Reader]:
    world = world or World()
    post = new_post(KEY, ROOMS[Platform.TEAMS], Text("Tell a manager"), NOW - timedelta(hours=1))
    async with world.database.transaction() as tx:
        await tx.outbox.add(replace(post, state=state, reason="There was no answer.", **changes))
    return world, await world.signed_in()


async def stored(world: World) -> Post:
    async with world.database.transaction() as tx:
        post = await tx.outbox.get(KEY)
    assert post
    return post


async def noted(world: World) -> AuditEntry:
    async with world.database.transaction() as tx:
        return (await tx.audit.list())[0]


async def test_what_needs_somebody_is_on_the_home_page_with_its_reason() -> None:
    world, olive = await with_post(State.HELD)
    assert "Look whether it is there" in olive.text
    assert "There was no answer." in olive.text
    morgan = await world.signed_in(MORGAN)
    assert "There was no answer." not in morgan.text


async def test_questions_without_an_answer_are_on_the_home_page_of_those_who_keep_the_faq() -> None:
    world = World()
    async with world.database.transaction() as tx:
        for outcome in asked.Outcome:
            await tx.asked.add(asked.Asked(NOW, "Is there cake?", outcome))
    olive, morgan = await world.signed_in(), await world.signed_in(MORGAN)
    assert '<a href="/pages/faq">1 question had no answer</a>' in olive.text
    assert "had no answer" not in morgan.text


async def test_a_post_that_somebody_has_seen_there_counts_as_sent() -> None:
    world, olive = await with_post(State.HELD)
    await olive.open(f"/pages/outbox/post?key={KEY}")
    assert "The bot cannot tell whether it is there." in olive.text
    await olive.press("It is there")
    assert "It counts as sent." in olive.text
    assert (await stored(world)).state is State.SENT
    assert ((await noted(world)).who, (await noted(world)).what) == (OLIVE, "outbox resolve")


async def test_what_may_be_public_is_sent_again_only_by_somebody_who_has_looked() -> None:
    world, olive = await with_post(State.HELD)
    await olive.open(f"/pages/outbox/post?key={KEY}")
    await olive.press("Send it again")
    assert (olive.status, "Look for it first" in olive.text) == (409, True)
    assert (await stored(world)).state is State.HELD
    await olive.press("Send it again", sure="yes")
    assert "It is queued again." in olive.text
    assert (await stored(world)).state is State.QUEUED
    assert (await noted(world)).who == OLIVE


@pytest.mark.parametrize(
    ("state", "button"), [(State.MISSED, "Put it away"), (State.QUEUED, "Cancel it: nothing will be sent")]
)
async def test_a_post_is_cancelled_or_put_away(state: State, button: str) -> None:
    world, olive = await with_post(state)
    await olive.open(f"/pages/outbox/post?key={KEY}")
    await olive.press(button)
    assert (await stored(world)).state is State.CANCELLED
    assert (await noted(world)).detail == f"was {state}"


async def test_a_post_that_changed_meanwhile_is_shown_as_it_is_now() -> None:
    _, olive = await with_post(State.DEAD)
    await olive.open(f"/pages/outbox/post?key={KEY}")
    before = olive.answer
    await olive.press("Put it away")
    olive.answer = before
    await olive.press("Send it again")
    assert (olive.status, "this post has changed meanwhile" in olive.text) == (409, True)
    assert "Nothing: it is over." in olive.text


async def test_nobody_reads_somebody_elses_link_in_the_posts() -> None:
    world = World()
    async with world.database.transaction() as tx:
        link = Text("Your link: https://bot.example.org/pages/sign-in?link=secret")
        post = new_post("slack:T1:Ev1:sign-in", ROOMS[Platform.SLACK], link, NOW - timedelta(hours=1))
        await tx.outbox.add(replace(post, state=State.DEAD))
    olive = await world.signed_in()
    for address in ("/", "/outbox", "/outbox?state=dead", "/outbox/post?key=slack:T1:Ev1:sign-in"):
        page = await olive.open(f"/pages{address}")
        assert "A link for signing in" in page
        assert "secret" not in page


@pytest.mark.parametrize(("button", "aside", "waiting"), [("Handle it again", 0, 1), ("Let it go", 0, 0)])
async def test_a_message_that_was_set_aside_is_handled_again_or_let_go(button: str, aside: int, waiting: int) -> None:
    world = World()
    async with world.database.transaction() as tx:
        await tx.inbox.add(event(1))
        await tx.inbox.failed(event(1).key, "boom", give_up_after=1)
    olive = await world.signed_in()
    assert "1 message was set aside after failures" in olive.text
    await olive.open("/pages/outbox")
    before = olive.answer
    await olive.press(button)
    async with world.database.transaction() as tx:
        assert await tx.inbox.counts() == (waiting, aside)
    assert (await noted(world)).who == OLIVE
    olive.answer = before
    await olive.press(button)
    assert olive.status == 404


@pytest.mark.parametrize("who", [OLIVE, MORGAN])
async def test_a_pause_is_begun_seen_everywhere_and_ended(who: str) -> None:
    world, _ = await with_post(State.QUEUED)
    reader = await world.signed_in(who)
    await reader.open("/pages/pause")
    await reader.press("Pause everything", reason="pre-election period", until="6 May 2027")
    assert "The pause is set." in reader.text
    assert "1 key action" in reader.text
    assert "until the end of Thursday 6 May 2027. Reason: pre-election period." in await reader.open("/pages/")
    assert ((await noted(world)).who, (await noted(world)).what) == (who, "pause")
    await reader.open("/pages/pause")
    await reader.press("End the pause")
    assert "The pause is over." in reader.text
    assert "Nothing is paused." in reader.text


async def test_a_pause_takes_the_place_of_another_only_when_that_is_said() -> None:
    olive = await World().signed_in()
    await olive.open("/pages/pause")
    await olive.press("Pause everything", reason="election")
    await olive.press("Pause everything", reason="incident")
    assert (olive.status, "There is a pause already" in olive.text) == (400, True)
    await olive.press("Pause everything", replace="yes")
    assert "Reason: incident." in olive.text


async def test_what_is_wrong_with_a_pause_is_said_and_typing_is_kept() -> None:
    olive = await World().signed_in()
    await olive.open("/pages/pause")
    await olive.press("Pause everything", reason="election", until="someday")
    assert (olive.status, "“someday” is not a date that I can read" in olive.text) == (400, True)
    assert 'value="election"' in olive.text


async def test_what_ails_the_bot_is_told_in_words() -> None:
    world = World()
    olive = await world.signed_in()
    assert "The bot is well" in olive.text
    world.signs.said["slack connection"] = "Slack says: invalid_auth"
    assert "Slack says: invalid_auth" in await olive.open("/pages/")


async def test_a_chats_posts_are_one_line_of_its_day() -> None:
    world = World()
    async with world.database.transaction() as tx:
        for entry in run_sheet("2026-12-15", world.content.chats["2026-12-15"], world.content, Platform):
            await tx.plan.put(entry)
    olive = await world.signed_in()
    page = await olive.open("/pages/month")
    evening = page.partition("Tuesday 15 December 2026")[2]
    assert evening.count("Chat “What we learnt this year”") == 1
    assert "more, until 8:" in evening


NASTY = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


async def test_what_people_wrote_stays_words_wherever_it_is_shown() -> None:
    world, olive = await with_post(State.DEAD, body=Text(NASTY))
    await olive.open("/pages/actions/new")
    await olive.press("See it as it will appear", text=NASTY, longer=NASTY, date="3/12/2026", time="9am")
    await olive.press("Queue it")
    await olive.open("/pages/pause")
    await olive.press("Pause everything", reason=NASTY)
    async with world.database.transaction() as tx:
        await tx.inbox.add(replace(event(1), text=NASTY))
        await tx.inbox.failed(event(1).key, NASTY, give_up_after=1)
    for address in ("/", "/outbox", f"/outbox/post?key={KEY}", "/pause", "/month", "/history", "/outbox?state=dead"):
        page = await olive.open(f"/pages{address}")
        assert olive.status == 200
        assert "alert(1)" in page, address
        assert "<script" not in page
        assert "<img" not in page
        assert "49" not in page.partition("alert(1)")[2][:80]


async def test_a_page_asks_the_database_a_few_times_however_much_there_is(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    await database.migrate()
    async with database.transaction() as tx:
        for number in range(300):
            post = new_post(f"action:{number}:x", ROOMS[Platform.X], Text("Tell"), NOW - timedelta(hours=1))
            await tx.outbox.add(replace(post, state=State.DEAD))
            await tx.plan.put(an_entry(key=f"action:{number}"))
        await tx.pieces.put(replace(piece(Kind.ACTION, until="100 times"), key="series:k", about="series:k"))
        await tx.pieces.put(piece(Kind.ACTION, until="100 times", about="series:k"))
    olive = await World(database, approve=frozenset({Kind.ACTION})).signed_in()
    asked = asked_of(database)
    for address in (
        "/",
        "/month",
        "/outbox",
        "/outbox?state=dead",
        "/outbox/post?key=action:1:x",
        "/pause",
        "/history",
        "/drafts",
        "/compose/card/new",
        "/changes",
        "/approvals",
        "/calendar",
        "/plan/action:0",
        "/plan/action:0/move",
        "/series/k",
        "/compose/action/k/check",
        "/approvals/action:0",
    ):
        asked.clear()
        await olive.open(f"/pages{address}")
        assert olive.status == 200
        assert len(asked) <= 12, (address, asked)
    await database.close()


async def test_a_link_of_one_process_opens_another(sqlite_url: str) -> None:
    first, second = open_database(sqlite_url), open_database(sqlite_url)
    await first.migrate()
    olive = World(second).reader()
    await olive.open(await World(first).link(OLIVE))
    await olive.press("Sign in")
    assert (olive.path, olive.status) == ("/pages/", 200)
    await first.close()
    await second.close()


async def test_what_was_given_up_long_ago_is_counted_and_one_link_away() -> None:
    world, olive = await with_post(State.HELD)
    async with world.database.transaction() as tx:
        for n in range(60):
            due = NOW - timedelta(days=31, hours=n)
            await tx.outbox.add(
                replace(new_post(f"old:{n}", ROOMS[Platform.X], Text(f"Old {n}."), due), state=State.DEAD)
            )
    home = await olive.open("/pages/")
    assert "Old" not in home
    page = await olive.open("/pages/outbox")
    assert ("Old" not in page, "There was no answer." in page) == (True, True)
    await olive.follow("Refused before: 60")
    assert ("Old 0." in olive.text, "Old 59." in olive.text) == (True, False)
    await olive.follow("Older ones")
    assert ("Old 48." in olive.text, "Old 59." in olive.text, "Older ones" in olive.text) == (False, True, False)


@pytest.mark.parametrize("before", ["0001-01-01T00:00:00%2B00:00", "9999-12-31T23:59:59-12:00", "2026-12-01", "soon"])
async def test_an_instant_that_no_page_of_ours_names_is_passed_over(before: str) -> None:
    _, olive = await with_post(State.DEAD)
    assert "There was no answer." in await olive.open(f"/pages/outbox?state=dead&before={before}")


async def test_whoever_is_known_is_named_and_whoever_is_not_is_told_in_words() -> None:
    world = World()
    async with world.database.transaction() as tx:
        await begin(tx, new_pause(Asked("A fault"), "slack:T0CAMPAIGN/UNOBODY", NOW))
        await tx.audit.add(NOW, MORGAN, "outbox retry", KEY)
    olive = await world.signed_in()
    assert "Set by somebody on Slack (UNOBODY)," in await olive.open("/pages/pause")
    assert "somebody on Teams (morgan)" in await olive.open("/pages/history")
    await world.signed_in(MORGAN)
    page = await olive.open("/pages/history")
    assert (">morgan</td>" in page, ">UOLIVE</td>" in page, OLIVE in page) == (True, True, False)
