"""What people do in Teams, as the bot hears it through the real SDK."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from bot.core.bodies import Button, Form, Input, Text
from bot.core.events import ButtonPressed, FormSubmitted, Joined, Mention, Noted
from bot.core.outbox import Delivered, new_post
from tests.adapters.teams.conftest import CHANNEL, Bot, eventually
from tests.emulators import Emulators
from tests.fakes import at_once

MENTION = "<at>Antiphon</at>"


async def test_a_personal_message_is_a_mention(listening: Bot, emulators: Emulators) -> None:
    sent = emulators.post("/teams/messages", user="member", conversation="personal", text="Who & how? <b>")
    event = await listening.hears()
    person = emulators.get("/teams/users")["member"]
    assert isinstance(event, Mention)
    assert event.text == "Who & how? <b>"
    assert event.message_id == sent["id"]
    assert event.place.direct
    assert event.author.ref == f"teams:{listening.app.account.tenant_id}/{person['aadObjectId']}"
    assert event.author.name == "Mel Member"
    assert event.place.service_url == listening.app.account.service_url


async def test_in_a_channel_our_name_is_taken_out_and_the_thread_kept(listening: Bot, emulators: Emulators) -> None:
    text = f"{MENTION} how cna i get involvd"
    sent = emulators.post("/teams/messages", user="student", conversation=CHANNEL, text=text)
    event = await listening.hears()
    assert isinstance(event, Mention)
    assert event.text == "how cna i get involvd"
    assert event.place.channel == f"{CHANNEL};messageid={sent['id']}"
    assert event.place.thread == sent["id"]
    assert not event.place.direct


async def test_what_is_not_said_to_us_in_a_channel_does_not_reach_us(listening: Bot, emulators: Emulators) -> None:
    emulators.post("/teams/messages", user="student", conversation=CHANNEL, text="Antiphon is a nice name")
    emulators.post("/teams/messages", user="student", conversation="personal", text="hello")
    await listening.hears()
    assert [getattr(event, "text", "") for event in listening.heard] == ["hello"]


async def test_a_form_comes_back_with_its_values(listening: Bot, emulators: Emulators) -> None:
    emulators.post("/teams/messages", user="member", conversation="personal", text="feedback")
    asked = await listening.hears()
    fields = (Input("words", "Your words", multiline=True), Input("quote", "May we quote you?", optional=True))
    outcome = await listening.client.deliver(
        new_post("form", asked.place, Form("feedback", "Feedback", fields), asked.at, private_to=asked.author.id),
        at_once,
    )
    assert isinstance(outcome, Delivered)
    pressed = {"user": "member", "conversation": "personal", "activity_id": outcome.remote_id}
    emulators.post("/teams/submits", **pressed, data={"words": "A fine chat", "quote": ""})
    event = await listening.hears(2)
    assert isinstance(event, FormSubmitted)
    assert (event.form, event.values) == ("feedback", {"words": "A fine chat", "quote": ""})
    assert event.author == asked.author


async def test_a_button_comes_back_with_its_value(listening: Bot, emulators: Emulators) -> None:
    emulators.post("/teams/messages", user="member", conversation=CHANNEL, text=f"{MENTION} books")
    asked = await listening.hears()
    buttons = (Button("Involved", "faq", "involved"), Button("None of these", "faq", ""))
    outcome = await listening.client.deliver(
        new_post("suggest", asked.place, Text("Did you mean?", buttons=buttons), asked.at), at_once
    )
    assert isinstance(outcome, Delivered)
    pressed = {"user": "student", "conversation": CHANNEL, "activity_id": outcome.remote_id}
    emulators.post("/teams/submits", **pressed, action="Involved", data={})
    event = await listening.hears(2)
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value) == ("faq", "involved")
    assert event.place.channel == asked.place.channel


@pytest.mark.parametrize("new_id", [False, True])
async def test_a_redelivered_activity_has_a_key_that_is_known(
    listening: Bot, emulators: Emulators, new_id: bool
) -> None:
    just_before_eight = datetime(2017, 9, 19, 18, 59, 45, tzinfo=UTC).timestamp()
    emulators.put("/clock", {"campaign": just_before_eight, "wall": time.time()})
    emulators.post("/teams/messages", user="member", conversation="personal", text="help")
    first = await listening.hears()
    emulators.put("/clock", {"campaign": just_before_eight + 30, "wall": time.time()})
    for _ in range(2):
        emulators.post("/teams/redeliver", new_id=new_id)
    await listening.hears(3)
    assert all(first.key in (event.key, *event.echo_of) for event in listening.heard)


async def test_what_we_could_not_keep_is_delivered_again(listening: Bot, emulators: Emulators) -> None:
    listening.failures = [OSError("the disk is full")]
    emulators.post("/teams/messages", user="member", conversation="personal", text="help")
    await listening.hears()
    attempts = await eventually(
        lambda: (
            [row["status"] for row in emulators.get("/teams/deliveries") if row["status"] == 200]
            and emulators.get("/teams/deliveries")
        )
    )
    assert [row["status"] for row in attempts] == [500, 200]


async def test_being_added_to_a_channel_tells_how_to_post_there(listening: Bot, emulators: Emulators) -> None:
    emulators.post("/teams/install", conversation="19:elsewhere@thread.tacv2")
    event = await listening.hears()
    assert isinstance(event, Joined)
    assert event.place.channel == "19:elsewhere@thread.tacv2"
    outcome = await listening.client.deliver(new_post("hello", event.place, Text("Hello"), event.at), at_once)
    assert isinstance(outcome, Delivered)


async def test_a_member_who_said_something_can_be_written_to_directly(listening: Bot, emulators: Emulators) -> None:
    emulators.post("/teams/messages", user="student", conversation=CHANNEL, text=f"{MENTION} hi")
    event = await listening.hears()
    await listening.client.deliver(
        new_post("dm", event.place, Text("Only you"), event.at, private_to=event.author.id), at_once
    )
    shown = emulators.get("/teams/messages", conversation="personal", user="student")
    assert [message["text"] for message in shown] == ["Only you"]
    assert len(emulators.get("/teams/messages", conversation=CHANNEL)) == 1


async def test_a_message_that_somebody_marks_is_heard_with_its_author(listening: Bot, emulators: Emulators) -> None:
    sent = emulators.post("/teams/messages", user="student", conversation=CHANNEL, text="Cards & <small> ones")
    marked = {"user": "member", "conversation": CHANNEL, "activity_id": sent["id"]}
    answer = await asyncio.to_thread(emulators.post, "/teams/extensions", **marked, command="feedback")
    assert answer == {"status": 200, "answer": {"task": {"type": "message", "value": "Thank you."}}}
    noted = await listening.hears()
    people = emulators.get("/teams/users")
    assert isinstance(noted, Noted)
    assert (noted.text, noted.message_id) == ("Cards & <small> ones", sent["id"])
    assert (noted.author.id, noted.said_by.id) == (people["member"]["aadObjectId"], people["student"]["aadObjectId"])
    assert noted.author.workspace == noted.said_by.workspace
    for command, status in (("another", 501), ("feedback", 200)):
        answer = await asyncio.to_thread(emulators.post, "/teams/extensions", **marked, command=command)
        assert answer["status"] == status
    assert len({event.key for event in listening.heard} - {*noted.echo_of}) == 1
