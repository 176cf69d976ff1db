"""What is said in the linked channels while a chat is on, and what becomes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.events import Deleted, Edited, Event, Mention, Message, Person, Place, Platform
from bot.core.heard import HeardPost
from bot.core.record.rooms import sittings
from bot.services.hearing import sittings_as_held
from tests.handlers.desk import ROOMS, WORKSPACE, Desk, person
from tests.handlers.evening import at, evening

CHAT = "2026-12-15"
START = datetime(2026, 12, 15, 20, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SLACK, TEAMS = Platform.SLACK, Platform.TEAMS


def said(text: str = "A1 We do", minute: float = 6, platform: Platform = SLACK, channel: str = "room") -> Message:
    place = Place(platform, WORKSPACE[platform], channel, thread="1")
    at = START + minute * MINUTE
    return Message(
        key=f"{text}{minute}", at=at, author=person(platform, "member"), place=place, text=text, message_id="1"
    )


def called(message: Message) -> Mention:
    return Mention(**{name: getattr(message, name) for name in ("key", "at", "author", "place", "text", "message_id")})


async def heard(*events: Event, desk: Desk | None = None) -> list[HeardPost]:
    desk = desk or Desk()
    for event in events:
        await desk.send(event)
    async with desk.database.transaction() as tx:
        return list(await tx.heard.list(CHAT))


@pytest.mark.parametrize("platform", [SLACK, TEAMS])
async def test_what_is_said_in_the_linked_channel_is_kept(platform: Platform) -> None:
    event = said(platform=platform)
    assert await heard(event) == [
        HeardPost(platform, "1", event.at, "member", "A1 We do", None, name="Member"),
    ]


async def test_an_answer_in_a_thread_says_what_it_answers() -> None:
    event = replace(
        said(channel="room;messageid=0", platform=TEAMS), place=Place(TEAMS, "tenant", "room;messageid=0", "0")
    )
    (post,) = await heard(event)
    assert post.in_reply_to == "0"


@pytest.mark.parametrize(
    ("event", "kept"),
    [
        (said(minute=-16), False),
        (said(minute=-15), True),
        (said(minute=89), True),
        (said(minute=90), False),
        (said(channel="another"), False),
        (said(text=" "), False),
        (called(said()), True),
        (called(said("What is A1?")), False),
        (called(said(platform=Platform.X, channel="")), False),
        (replace(called(said()), place=replace(ROOMS[SLACK], direct=True)), False),
    ],
)
async def test_only_what_is_said_in_the_room_of_a_chat_while_it_is_on_is_kept(event: Event, kept: bool) -> None:
    assert bool(await heard(event)) is kept


async def test_a_question_to_us_during_a_chat_is_answered_as_always() -> None:
    desk = Desk()
    assert len(await desk.send(called(said("How can I get involved?")))) == 1
    assert await desk.send(called(said("A2 with them"))) == []


def changed(event: Message, channel: str = "room", text: str | None = None) -> Event:
    place = replace(event.place, channel=channel)
    common = {"key": f"{event.key}:later", "at": event.at, "author": Person(SLACK, "T", ""), "place": place}
    if text is None:
        return Deleted(**common, message_id="1")  # type: ignore[arg-type]
    return Edited(**common, message_id="1", text=text)  # type: ignore[arg-type]


async def test_an_edit_and_a_deletion_are_followed_after_the_chat_too() -> None:
    event, desk = said(), Desk()
    assert [post.text for post in await heard(event, changed(event, text="A1 We did"), desk=desk)] == ["A1 We did"]
    assert await heard(changed(event), event, desk=desk) == []


async def test_who_says_stop_is_gone_from_the_chat_and_not_heard_again_before_start() -> None:
    desk, event = Desk(), said()
    assert len(await heard(event, desk=desk)) == 1
    for word, kept in (("stop", 0), ("start", 1)):
        await desk.mention(word, "member")
        assert len(await heard(event, desk=desk)) == kept


async def test_who_tells_the_bot_on_x_to_stop_is_gone_from_the_chat_and_from_what_is_imported_later() -> None:
    desk = Desk(Platform.X)
    theirs = HeardPost(Platform.X, "7", START, "", "A1 We do", name="Member")
    for before in (True, False):
        async with desk.database.transaction() as tx:
            assert await tx.heard.add(CHAT, [theirs]) == before, "an import has the account's name alone"
        await desk.mention("stop", "member")
    assert await heard(desk=desk) == []


async def test_a_deletion_in_another_channel_is_nothing_to_us() -> None:
    event = said()
    assert len(await heard(event, changed(event, channel="another"))) == 1


async def test_a_chat_that_was_held_and_extended_is_heard_until_it_ends() -> None:
    desk = await evening(Desk(), 20)
    await desk.command("chat extend 60", "organiser")
    assert await heard(said(minute=149), desk=desk) != []
    later = replace(said("A3 too late", minute=151), message_id="2")
    assert len(await heard(later, desk=desk)) == 1
    async with desk.database.transaction() as tx:
        found = await sittings_as_held(tx, desk.content, at(30))
    assert next(sitting.until for sitting in found if sitting.chat == CHAT) == at(150)
    async with desk.database.transaction() as tx:
        assert await sittings_as_held(tx, desk.content, at(-600)) == sittings(desk.content, at(-600))
