"""A host has what somebody said read in the other rooms, with the author's name and consent."""

from dataclasses import replace

import pytest

from bot.core.bodies import Button, Removal, Text
from bot.core.events import Deleted, Message, Person, Place, Platform
from bot.services.hosting import find_sheet
from tests.handlers.desk import ROOMS, Desk, person
from tests.handlers.evening import CHAT, at, evening, go_on_to
from tests.samples import sample_content

SLACK = Platform.SLACK


async def chat_with_picks(*said: tuple[str, str], allowed: bool = True) -> Desk:
    """Twenty minutes into a chat in which people of Slack have said something."""
    content = sample_content()
    rule = content.campaign.chat.model_copy(update={"picks": allowed})
    desk = await evening(
        Desk(content=replace(content, campaign=content.campaign.model_copy(update={"chat": rule}))), 20
    )
    for n, (who, text) in enumerate(said):
        place = replace(ROOMS[SLACK], thread=f"17.{n}")
        author = person(SLACK, who)
        await desk.send(
            Message(key=f"said{n}", at=desk.now, author=author, place=place, text=text, message_id=f"17.{n}")
        )
    return desk


def button(desk: Desk, label: str) -> Button:
    bodies = [post.body for post in desk.posts]
    return next(it for body in bodies if isinstance(body, Text) for it in body.buttons if it.label == label)


async def press(desk: Desk, button: Button, who: str) -> Desk:
    await desk.press(button.action, button.value, who)
    return desk


async def picked(text: str = "A2 Ours does, @here") -> Desk:
    """The author has just been asked."""
    desk = await chat_with_picks(("ann", text))
    await desk.command("chat picks", "organiser")
    return await press(desk, button(desk, "Ask for 1"), "organiser")


def carried(desk: Desk) -> dict[Platform, str]:
    rows = desk.database.kept.outbox.rows
    return {
        post.platform: post.body.text
        for key, post in rows.items()
        if key.startswith("pick:") and not key.endswith(":ask") and isinstance(post.body, Text)
    }


async def test_a_host_is_offered_the_latest_posts_of_rooms_whose_people_can_be_asked() -> None:
    desk = await chat_with_picks(*((f"p{n}", f"A2 number {n}") for n in range(7)))
    await desk.command("chat picks", "organiser")
    assert desk.said.split("\n")[1:] == [f"{n - 1}. P{n} in Slack: A2 number {n}" for n in range(2, 7)]
    assert desk.post.private_to == "organiser"


async def test_the_author_is_asked_and_what_they_agree_to_goes_to_the_other_rooms_once() -> None:
    desk = await picked()
    question = next(post for post in desk.posts if post.key.endswith(":ask"))
    assert (question.place.channel, question.place.direct) == ("ann", True)
    assert isinstance(question.body, Text)
    assert question.body.text == "May X and Teams read this, with your name? A2 Ours does, @here"
    yes = button(desk, "Yes, with my name")
    await press(desk, yes, "ann")
    assert carried(desk) == dict.fromkeys((Platform.X, Platform.TEAMS), "Ann in Slack: “A2 Ours does, here” #ukmedlibs")
    await press(desk, yes, "ann")
    assert desk.said == "You have agreed to this already."
    async with desk.database.transaction() as tx:
        sheet = await find_sheet(tx, desk.now, CHAT)
    entries = [entry.detail for entry in desk.database.kept.audit.entries if entry.about == sheet.group]
    assert entries == ["A post in Slack is picked.", "Its author agreed, so it goes to X and Teams."]


@pytest.mark.parametrize(("who", "label"), [("ann", "No"), ("bob", "Yes, with my name")])
async def test_without_the_authors_own_consent_it_stays_where_it_is(who: str, label: str) -> None:
    desk = await picked()
    await press(desk, button(desk, label), who)
    assert carried(desk) == {}


async def test_consent_after_the_chat_carries_nothing() -> None:
    desk = await picked()
    yes = button(desk, "Yes, with my name")
    await go_on_to(desk, at(95))
    await press(desk, yes, "ann")
    assert (carried(desk), desk.said) == ({}, "The chat is over, so it stays where it is.")


@pytest.mark.parametrize("how", ["button", "deletion", "stop"])
async def test_who_takes_it_back_deletes_it_or_says_stop_has_it_taken_down_everywhere(how: str) -> None:
    desk = await press(await picked(), button(await picked(), "Yes, with my name"), "ann")
    undo = button(desk, "Take it down")
    await go_on_to(desk, at(22))
    if how == "button":
        await press(desk, undo, "ann")
    elif how == "stop":
        await desk.mention("stop", "ann")
    else:
        place = Place(SLACK, "T0CAMPAIGN", "room")
        await desk.send(Deleted(key="d", at=desk.now, author=Person(SLACK, "T", ""), place=place, message_id="17.0"))
    gone = {post.platform for post in desk.posts if isinstance(post.body, Removal)}
    assert gone == {Platform.X, Platform.TEAMS}


async def test_an_author_is_asked_once() -> None:
    desk = await picked()
    await desk.command("chat picks", "moderator")
    await press(desk, button(desk, "Ask for 1"), "moderator")
    assert desk.said == "Ann has been asked already."


async def test_only_a_host_picks_and_only_where_the_campaign_allows_it() -> None:
    desk = await chat_with_picks(("ann", "A2 Ours does"))
    await desk.command("chat picks", "somebody")
    assert "hosts can do this" in desk.said
    assert desk.said.endswith("slack:T0CAMPAIGN/somebody"), "the id that a chat's file wants"
    await desk.press("pick", f"ask {CHAT} slack 17.0", "somebody")
    assert "hosts can do this" in desk.said
    off = await chat_with_picks(("ann", "A2 Ours does"), allowed=False)
    await off.command("chat picks", "organiser")
    assert off.said.startswith("Nothing is carried from room to room")


async def test_a_post_that_is_gone_and_a_strange_button_are_answered_in_words() -> None:
    desk = await chat_with_picks(("ann", "A2 Ours does"))
    await desk.press("pick", f"ask {CHAT} slack 99", "organiser")
    assert desk.said.startswith("It is not there any more")
    await desk.press("pick", "nonsense", "organiser")
    assert desk.said.startswith("This button is from another version")
    await go_on_to(desk, at(60 * 24 * 4))
    await desk.press("pick", f"ask {CHAT} slack 17.0", "organiser")
    assert desk.said.startswith("There is no such chat in the plan")
    await desk.command("chat picks", "organiser")
    await desk.press("pick", f"agree {CHAT} slack 17.0", "ann")
    assert desk.said == "The chat is over, so it stays where it is."


async def test_a_long_post_is_shortened_for_x() -> None:
    desk = await picked("A2 " + "and so on " * 60)
    await press(desk, button(desk, "Yes, with my name"), "ann")
    assert len(carried(desk)[Platform.X]) <= 280
    assert carried(desk)[Platform.X].endswith("…” #ukmedlibs")
