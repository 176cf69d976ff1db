"""Writing announcements, cards and chats; drafts that are kept; and what two people do to the same one."""

import base64
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.bodies import Media, Poll, Text
from bot.core.chat import chat_times
from bot.core.events import Platform
from bot.core.live import is_question
from bot.core.pictures import without_trail
from bot.core.plan import Entry, Kind, Standing
from bot.core.post_words import body_words
from bot.core.steering import Press as SteeringPress
from bot.core.steering import Verb
from bot.services.chats import composed
from bot.services.hosting import Host, press
from tests.core.test_pictures import TRAIL, chunk, jpeg, with_chunks
from tests.web.pages.everything import png
from tests.web.pages.reader import MARIA, NOW, OLIVE, ROOMS, Reader, World

SEE, QUEUE, KEEP = "See it as it will appear", "Queue it", "Keep it as a draft"
STOP, CHANGE = "Unschedule: nothing will be sent", "Change it in the plan"
PNG = png()


async def plan(world: World) -> list[Entry]:
    async with world.database.transaction() as tx:
        return list(await tx.plan.list())


async def announcing(world: World, **typed: str) -> Reader:
    olive = await world.signed_in()
    await olive.open("/pages/compose/announcement/new")
    await olive.press(SEE, **{"text": "We have moved"} | typed)
    return olive


async def test_an_announcement_without_a_time_goes_out_after_half_a_minute_in_which_it_can_be_stopped() -> None:
    world = World()
    olive = await announcing(world, **{"text-slack": "We have moved, and here is how to find us"})
    assert "30 seconds after you send it" in olive.text
    assert olive.text.count("We have moved</blockquote>") == 2
    assert "here is how to find us</blockquote>" in olive.text
    await olive.press(QUEUE)
    assert "It goes out in 30 seconds" in olive.text
    (entry,) = await plan(world)
    assert (entry.kind, entry.due, entry.source) == (Kind.ANNOUNCEMENT, NOW + timedelta(seconds=30), OLIVE)
    assert entry.bodies[Platform.SLACK] == Text("We have moved, and here is how to find us")
    await olive.press(STOP)
    assert "Unscheduled: nothing of it will be sent." in olive.text
    assert [entry.standing for entry in await plan(world)] == [Standing.CANCELLED]
    await olive.press("Undo this")
    assert "It is as it was before." in olive.text
    assert [entry.standing for entry in await plan(world)] == [Standing.PLANNED]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "The text is empty."),
        ({"text": "x" * 281}, "1 characters too long for X"),
        ({"text-teams": "x" * 14_001}, "1 characters too long for Teams"),
        ({"date": "1/12/2025", "time": "9am"}, "has passed"),
        ({"date": "3/12/2026"}, "The time is missing."),
        ({"poll": "Only one"}, "The poll has 1 option."),
        ({"poll": "Yes\nNo", "poll-minutes": "a day"}, "A poll cannot be open for “a day” minutes."),
    ],
)
async def test_what_is_wrong_with_an_announcement_is_said_and_kept(typed: dict[str, str], said: str) -> None:
    world = World()
    olive = await announcing(world, **typed)
    assert (olive.status, said in olive.text) == (400, True)
    await olive.open("/pages/drafts")
    assert (typed.get("text", "We have moved")[:20] or "Nothing written yet") in olive.text


async def test_a_poll_is_seen_before_it_is_queued_and_stays_when_the_text_is_changed() -> None:
    world = World()
    olive = await announcing(world, poll="Yes\nNot yet", date="3/12/2026", time="9am")
    assert "A poll, open for 1 day:" in olive.text
    assert olive.text.count("<li>Not yet</li>") == 1
    assert olive.text.count("We have moved\n\n• Yes\n• Not yet</blockquote>") == 2
    await olive.press(QUEUE)
    (entry,) = await plan(world)
    await olive.open(f"/pages/plan/{entry.key}/move")
    await olive.press("A week later")
    await olive.open(f"/pages/compose/announcement/{entry.tail}")
    await olive.press(SEE, text="Have you moved?")
    await olive.press(CHANGE)
    (after,) = await plan(world)
    assert after.bodies[Platform.X] == Text("Have you moved?", poll=Poll(("Yes", "Not yet"), 1_440))
    assert after.bodies[Platform.TEAMS] == Text("Have you moved?\n\n• Yes\n• Not yet")


async def test_who_is_asked_to_approve_of_a_poll_reads_its_options() -> None:
    world = World(approve=frozenset({Kind.ANNOUNCEMENT}))
    maria = await world.signed_in(MARIA)
    await maria.open("/pages/compose/announcement/new")
    await maria.press(SEE, text="Have you?", poll="Yes\nNot yet")
    await maria.press(QUEUE)
    (asked,) = world.posts()
    assert "On X:\nHave you?\nPoll, open for 1 day: Yes / Not yet" in body_words(asked.body)


async def test_a_draft_is_kept_for_all_until_somebody_throws_it_away() -> None:
    world = World()
    olive = await world.signed_in()
    await olive.open("/pages/compose/announcement/new")
    await olive.press(KEEP, text="Half a thou")
    assert "Kept as a draft. Nothing is queued." in olive.text
    maria = await world.signed_in(MARIA)
    page = await maria.open("/pages/drafts")
    assert ("UOLIVE</span>" in page, OLIVE in page) == (True, False)
    await maria.open(re.findall(r"/pages/compose/announcement/[0-9a-f]{16}", page)[0])
    assert "Half a thou" in maria.text
    await maria.press("Throw the draft away")
    assert "Half a thou" not in await maria.open("/pages/drafts")
    assert await plan(world) == []


async def test_two_who_write_the_same_draft_see_the_difference_and_lose_nothing() -> None:
    world = World()
    olive = await world.signed_in()
    await olive.open("/pages/compose/announcement/new")
    await olive.press(KEEP, text="We have moved house")
    maria = await world.signed_in(MARIA)
    await maria.open(olive.path)
    await olive.press(KEEP, text="We have moved office")
    await maria.press(SEE, text="We have moved building")
    assert (maria.status, "Somebody has changed this meanwhile" in maria.text) == (409, True)
    assert re.search(r"<del>.*?office</del><ins>.*?building</ins>", maria.text)
    assert "We have moved building</textarea>" in maria.text
    await olive.open(olive.path)
    assert "We have moved office" in olive.text
    await maria.press(SEE)
    assert "We have moved building</blockquote>" in maria.text


async def test_what_changed_after_the_check_is_not_queued_unseen() -> None:
    world = World()
    olive = await announcing(world)
    checked, maria = olive.answer, await world.signed_in(MARIA)
    await maria.open(olive.path.removesuffix("/check"))
    await maria.press(KEEP, text="Something else")
    olive.answer = checked
    await olive.press(QUEUE)
    assert (olive.status, "Something else</blockquote>" in olive.text) == (409, True)
    assert await plan(world) == []


async def test_a_queued_announcement_is_moved_and_changed_and_keeps_both() -> None:
    world = World()
    olive = await announcing(world, date="3/12/2026", time="9am")
    await olive.press(QUEUE)
    (entry,) = await plan(world)
    await olive.open(f"/pages/plan/{entry.key}/move")
    await olive.press("A week later")
    await olive.open(f"/pages/compose/announcement/{entry.tail}")
    await olive.press(SEE, text="We have moved again")
    assert "It is in the plan as it was before." in olive.text
    await olive.press(CHANGE)
    (after,) = await plan(world)
    assert (after.due, after.bodies[Platform.X]) == (entry.due + timedelta(days=7), Text("We have moved again"))
    assert "<del>" in olive.text


async def with_card(world: World, data: bytes = PNG, **typed: str) -> Reader:
    olive = await world.signed_in()
    await olive.open("/pages/compose/card/new")
    fields = {
        "alt": "A librarian holds a sign with the words: ask me",
        "text": "Ask a librarian",
        "credit": "Photo: a friend",
        "consent": "She agreed on 1 December 2026; the form is in the shared folder",
        "date": "4/12/2026",
    }
    await olive.upload(SEE, {"picture": data}, **fields | typed)
    return olive


async def test_a_card_goes_out_with_its_picture_and_its_description() -> None:
    world = World()
    olive = await with_card(world)
    assert "the form is in the shared folder" in olive.text
    (address,) = set(re.findall(r'src="(/pages/pictures/[^"]+)"', olive.text))
    await olive.press(QUEUE)
    (entry,) = await plan(world)
    media = entry.bodies[Platform.TEAMS].media
    assert media == (
        Media(f"cards/uploaded/{address.rpartition('/')[2]}", "A librarian holds a sign with the words: ask me"),
    )
    assert (entry.kind, entry.wall) == (Kind.CARD, "2026-12-04T12:00")
    await olive.open(address)
    assert (olive.answer.content, olive.answer.headers["content-type"]) == (PNG, "image/png")


@pytest.mark.parametrize(
    ("typed", "data", "said"),
    [
        ({"alt": "A sign"}, PNG, "not described for people who do not see it"),
        ({"consent": ""}, PNG, "who agreed to be shown"),
        ({"credit": ""}, PNG, "whose picture it is"),
        ({}, b"GIF89a", "This is no PNG or JPEG picture"),
        ({}, PNG[:-12], "This picture is damaged"),
        ({}, with_chunks(chunk(b"IDAT", bytes(5 * 1024 * 1024))), "This is no PNG or JPEG picture of at most 5 MB"),
        ({}, b"", "There is no picture yet."),
    ],
)
async def test_a_card_needs_its_picture_description_credit_and_consent(
    typed: dict[str, str], data: bytes, said: str
) -> None:
    world = World()
    olive = await with_card(world, data, **typed)
    assert (olive.status, said in olive.text) == (400, True)
    assert "Ask a librarian</textarea>" in olive.text


async def test_where_a_photograph_was_taken_is_kept_nowhere() -> None:
    world = World()
    olive = await with_card(world, jpeg(*TRAIL))
    (address,) = set(re.findall(r'src="(/pages/pictures/[^"]+)"', olive.text))
    await olive.open(address)
    assert olive.answer.content == without_trail(jpeg())
    await olive.open("/pages/compose/card/new")
    world.later(timedelta(hours=13))  # the session is over: what was filled in is kept
    await olive.upload(SEE, {"picture": jpeg(*TRAIL)})
    async with world.database.transaction() as tx:
        (form,) = await tx.access.kept(OLIVE)
    assert base64.b64decode(form.values["picture"]) == without_trail(jpeg())


async def test_a_picture_is_chosen_once_whatever_else_is_wrong() -> None:
    world = World()
    olive = await with_card(world, credit="")
    await olive.upload(SEE, {"picture": b""}, credit="Photo: a friend")
    await olive.press(QUEUE)
    assert "Queued." in olive.text


CHAT = {"topic": "Searching", "date": "19/1/2027", "questions": "What do you search?\nWhat do you find?"}


async def chat_queued(world: World, **typed: str) -> Reader:
    olive = await world.signed_in()
    await olive.open("/pages/compose/chat/new")
    await olive.press(SEE, **CHAT | typed)
    assert "Q2. What do you find?" in olive.text
    await olive.press(QUEUE)
    return olive


async def test_a_composed_chat_is_in_the_plan_and_in_the_content_until_it_is_unscheduled() -> None:
    world = World()
    olive = await chat_queued(world, lead_ids="slack:T1/U9")
    rows = await plan(world)
    assert {entry.group for entry in rows} == {"chat:2027-01-19"}
    assert [entry.title for entry in rows if ":q" in entry.key] == ["Q1. What do you search?", "Q2. What do you find?"]
    async with world.database.transaction() as tx:
        (found,) = (await composed(tx, world.content, ROOMS, frozenset())).items()
    assert (found[0], found[1].lead_ids) == ("2027-01-19", ("slack:T1/U9",))
    assert chat_times(found[1], world.content).minutes == 60
    assert "Chat “Searching”" in await olive.open("/pages/month?month=2027-01")
    await olive.open(re.findall(r"/pages/compose/chat/[0-9a-f]{16}/check", await olive.open("/pages/drafts"))[0])
    await olive.press(STOP)
    assert {entry.standing for entry in await plan(world)} == {Standing.CANCELLED}
    async with world.database.transaction() as tx:
        assert await composed(tx, world.content, ROOMS, frozenset()) == {}


async def test_a_chat_on_a_day_without_a_year_is_on_the_next_such_day() -> None:
    world = World()
    await chat_queued(world, date="third Tuesday of January")
    assert {entry.group for entry in await plan(world)} == {"chat:2027-01-19"}


async def test_a_chat_waits_as_a_whole_for_a_second_person_and_again_after_a_change() -> None:
    world = World(approve=frozenset({Kind.CHAT}))
    olive = await chat_queued(world)
    assert "It waits until somebody else approves of it." in olive.text
    assert await plan(world) == []
    maria = await world.signed_in(MARIA)
    await maria.open(re.findall(r"/pages/approvals/piece[^\"]+", await maria.open("/pages/approvals"))[0])
    assert "Q2. What do you find?" in maria.text
    await maria.press("Approve")
    assert len([entry for entry in await plan(world) if entry.standing is Standing.PLANNED]) > 5
    await olive.open(olive.path.removesuffix("/check"))
    await olive.press(SEE, topic="Finding")
    await olive.press(CHANGE)
    assert {entry.standing for entry in await plan(world)} == {Standing.CANCELLED}


async def test_a_question_that_a_host_changed_is_still_put_when_the_chat_is_queued_anew() -> None:
    world = World()
    olive = await chat_queued(world)
    async with world.database.transaction() as tx:
        wanted, host = SteeringPress(Verb.EDIT, "q2", "What did you find?"), Host(OLIVE, "Olive")
        await press(tx, wanted, host, world.content, NOW, chat_id="2027-01-19")
    await olive.open(olive.path.removesuffix("/check"))
    await olive.press(SEE, topic="Finding")
    await olive.press(CHANGE)
    standing = {entry.tail: entry.standing for entry in await plan(world)}
    assert (standing["q1"], standing["q2"]) == (Standing.PLANNED, Standing.PLANNED)


async def test_whoever_queues_a_chat_anew_is_told_what_its_hosts_have_added() -> None:
    world = World()
    olive = await chat_queued(world)
    async with world.database.transaction() as tx:
        wanted, host = SteeringPress(Verb.INSERT, text="What is missing?"), Host(OLIVE, "Olive")
        await press(tx, wanted, host, world.content, NOW, chat_id="2027-01-19")
    told = "A host added a question, which is left out unless you write it among yours: What is missing?"
    await olive.open(olive.path.removesuffix("/check"))
    await olive.press(SEE, topic="Finding")
    assert told in olive.text
    written = "What do you search?\nWhat do you find?\nWhat is missing?"
    await olive.open(olive.path.removesuffix("/check"))
    await olive.press(SEE, questions=written)
    await olive.press(CHANGE)
    asked = [it.title for it in await plan(world) if is_question(it) and it.standing is Standing.PLANNED]
    assert asked == ["Q1. What do you search?", "Q2. What do you find?", "Q3. What is missing?"]


async def test_a_chat_begins_like_the_last_one_on_the_next_regular_day() -> None:
    world = World()
    olive = await world.signed_in()
    page = await olive.open("/pages/compose/chat/new?like=last")
    last = max(world.content.chats.items())[1]
    assert last.topic in page
    assert f'value="{last.host}"' in page
    assert 'value="8pm"' in page
    assert 'value="16 February 2027"' in page, "December and January have their chats"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"questions": ""}, "There is no question."),
        ({"questions": "x" * 231}, "Question 1 is too long. It may have 230 characters."),
        ({"minutes": "5"}, "Length cannot be 5. Write 15 to 240 minutes."),
        ({"date": "15/12/2026"}, "There is a chat on that day already"),
        ({"date": "1/12/2025"}, "That has passed."),
        ({"reading": "example.org"}, "Reading 1"),
        ({"topic": ""}, "Topic is missing."),
        ({"start": "8"}, "is not a time that I can read"),
    ],
)
async def test_what_is_wrong_with_a_chat_is_said_where_it_was_typed(typed: dict[str, str], said: str) -> None:
    olive = await World().signed_in()
    await olive.open("/pages/compose/chat/new")
    await olive.press(SEE, **CHAT | typed)
    summary = olive.text.partition('id="problems"')[2].partition("</div>")[0]
    assert (olive.status, said in summary, f'href="#{next(iter(typed))}"' in summary) == (400, True, True), summary


async def test_what_was_unscheduled_is_changed_and_queued_again() -> None:
    world = World()
    olive = await announcing(world, date="3/12/2026", time="9am")
    await olive.press(QUEUE)
    await olive.press(STOP)
    (entry,) = await plan(world)
    await olive.open(f"/pages/compose/announcement/{entry.tail}")
    await olive.press(SEE, text="We have moved after all")
    await olive.press(CHANGE)
    (after,) = await plan(world)
    assert (after.standing, after.title) == (Standing.PLANNED, "We have moved after all")


async def test_what_has_gone_out_is_not_changed() -> None:
    world = World()
    olive = await announcing(world, date="3/12/2026", time="9am")
    await olive.press(QUEUE)
    (entry,) = await plan(world)
    async with world.database.transaction() as tx:
        await tx.plan.change(replace(entry, standing=Standing.RELEASED))
    await olive.open(f"/pages/compose/announcement/{entry.tail}")
    await olive.press(SEE, text="Too late")
    await olive.press(CHANGE)
    assert (olive.status, "It has gone out already" in olive.text) == (409, True)
    assert [each.title for each in await plan(world)] == ["We have moved"]


async def test_two_chats_are_not_on_one_day_and_a_chat_that_moves_leaves_nothing_behind() -> None:
    world = World()
    olive = await chat_queued(world)
    where = olive.path.removesuffix("/check")
    await olive.open("/pages/compose/chat/new")
    await olive.press(SEE, **CHAT | {"topic": "Another"})
    await olive.press(QUEUE)
    assert (olive.status, "There is a chat on that day already" in olive.text) == (409, True)
    await olive.open(where)
    await olive.press(SEE, date="26/1/2027")
    await olive.press(CHANGE)
    standing = {(entry.group, entry.standing) for entry in await plan(world)}
    assert standing == {("chat:2027-01-19", Standing.CANCELLED), ("chat:2027-01-26", Standing.PLANNED)}
