"""The real Bolt and Socket Mode client against the emulated Slack."""

import asyncio
from dataclasses import replace

import pytest

from bot.adapters.slack import SlackAccount
from bot.adapters.slack.client import SlackClient
from bot.adapters.slack.listener import SlackListener
from bot.core.bodies import Button, Form, Input, Text
from bot.core.events import (
    ButtonPressed,
    Command,
    Deleted,
    Edited,
    Event,
    FormSubmitted,
    Mention,
    Message,
    Place,
    Platform,
)
from bot.core.outbox import Delivered, new_post
from tests.adapters.slack.conftest import Ear, listening, until
from tests.emulators import Emulators
from tests.fakes import FakeClock, at_once

CHAT = Place(Platform.SLACK, "T0CAMPAIGN", "C0CHAT")
BOT = "<@U0ANTIPHON>"


def say(emulators: Emulators, text: str, channel: str = "C0CHAT") -> str:
    return str(emulators.post("/slack/messages", user="U0MEMBER", channel=channel, text=text)["ts"])


@pytest.mark.usefixtures("listener")
async def test_a_mention_that_slack_tells_of_twice_is_heard_once(emulators: Emulators, ear: Ear) -> None:
    ts = say(emulators, f"{BOT} how can I get involved?")
    await ear.hears(1)
    say(emulators, "that was all")
    events = await ear.hears(2)
    assert [(type(event), getattr(event, "text", "")) for event in events] == [
        (Mention, "how can I get involved?"),
        (Message, "that was all"),
    ]
    assert events[0].place == replace(CHAT, thread=ts)


@pytest.mark.usefixtures("listener")
async def test_a_direct_message_is_said_to_us(emulators: Emulators, ear: Ear) -> None:
    say(emulators, "hello", "D0MEMBER")
    [event] = await ear.hears(1)
    assert isinstance(event, Mention)
    assert event.place == Place(Platform.SLACK, "T0CAMPAIGN", "D0MEMBER", direct=True)
    assert event.author.ref == "slack:T0CAMPAIGN/U0MEMBER"


@pytest.mark.usefixtures("listener")
async def test_a_redelivered_event_has_the_same_key(emulators: Emulators, ear: Ear) -> None:
    say(emulators, "once")
    await ear.hears(1)
    emulators.post("/slack/redeliver")
    first, again = await ear.hears(2)
    assert first == again


async def test_an_event_whose_receiver_died_comes_again(
    account: SlackAccount, clock: FakeClock, emulators: Emulators, ear: Ear
) -> None:
    begun: list[Event] = []

    async def dies(event: Event) -> None:
        begun.append(event)
        await asyncio.Event().wait()

    async with listening(account, clock, emulators, dies):
        say(emulators, "do not lose me")
        await until(lambda: begun)
    async with listening(account, clock, emulators, ear.receive):
        assert await ear.hears(1) == begun


@pytest.mark.usefixtures("listener")
async def test_an_event_that_could_not_be_kept_comes_again(emulators: Emulators, ear: Ear) -> None:
    ear.troubled = 1
    say(emulators, "do not lose me")
    first, again = await ear.hears(2)
    assert first == again


@pytest.mark.usefixtures("listener")
async def test_a_command_brings_the_ways_to_answer_it(emulators: Emulators, ear: Ear) -> None:
    sent = emulators.post("/slack/commands", user="U0MEMBER", channel="C0GENERAL", command="/campaign", text="feedback")
    [event] = await ear.hears(1)
    assert isinstance(event, Command)
    assert (event.text, event.place.channel, event.place.trigger) == ("feedback", "C0GENERAL", sent["trigger_id"])
    assert "/slack/respond/" in event.place.response_url


@pytest.mark.usefixtures("listener")
async def test_a_form_is_opened_filled_in_and_answered_where_it_was_asked_for(
    emulators: Emulators, ear: Ear, client: SlackClient, clock: FakeClock
) -> None:
    emulators.post("/slack/commands", user="U0MEMBER", channel="C0CHAT", command="/campaign", text="feedback")
    [command] = await ear.hears(1)
    options = (("no", "No"), ("yes", "Yes"))
    inputs = (
        Input("text", "What would you like to say?", multiline=True),
        Input("quote", "May we quote you?", value="no", options=options),
    )
    form = Form("feedback", "Feedback for the campaign team", inputs, intro="Thank you for taking the time.")
    assert isinstance(await client.deliver(new_post("form", command.place, form, clock.now()), at_once), Delivered)

    [view] = emulators.get("/slack/views", user="U0MEMBER")
    values = {"text": "More sessions like this, please.", "quote": "yes"}
    emulators.post("/slack/submissions", user="U0MEMBER", view_id=view["id"], values=values)
    filled = (await ear.hears(2))[1]
    assert isinstance(filled, FormSubmitted)
    assert (filled.form, filled.values) == ("feedback", values)
    assert replace(filled.place, trigger="") == replace(command.place, trigger="")
    await until(lambda: not emulators.get("/slack/views", user="U0MEMBER"))


@pytest.mark.usefixtures("listener")
async def test_a_button_says_what_it_stands_for(
    emulators: Emulators, ear: Ear, client: SlackClient, clock: FakeClock
) -> None:
    choices = (Button("Join in", "faq", "join"), Button("Host a chat", "faq", "host"))
    await client.deliver(new_post("ask", CHAT, Text("Did you mean?", buttons=choices), clock.now()), at_once)
    [message] = emulators.get("/slack/messages", channel="C0CHAT")
    emulators.post(
        "/slack/actions", user="U0STUDENT", channel="C0CHAT", ts=message["ts"], action_id="faq", value="host"
    )
    [event] = await ear.hears(1)
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value, event.author.id) == ("faq", "host", "U0STUDENT")


@pytest.mark.usefixtures("listener")
async def test_our_own_messages_are_not_heard(
    emulators: Emulators, ear: Ear, client: SlackClient, clock: FakeClock
) -> None:
    await client.deliver(new_post("ours", CHAT, Text("Question 1"), clock.now()), at_once)
    say(emulators, "theirs")
    assert [getattr(event, "text", "") for event in await ear.hears(1)] == ["theirs"]


@pytest.mark.usefixtures("listener")
async def test_a_connection_that_slack_ends_is_made_again(emulators: Emulators, ear: Ear) -> None:
    emulators.post("/slack/disconnect")
    say(emulators, "still there?")
    await ear.hears(1)


@pytest.mark.usefixtures("listener")
async def test_a_deaf_connection_is_noticed_and_made_again(emulators: Emulators, ear: Ear) -> None:
    emulators.post("/slack/deaf")
    await until(lambda: emulators.get("/slack/connections")["open"])
    say(emulators, "can you hear me?")
    await ear.hears(1)


@pytest.mark.usefixtures("listener")
async def test_an_address_that_has_run_out_is_asked_for_anew(emulators: Emulators, ear: Ear) -> None:
    def refused() -> bool:
        return any(one["path"] == "/link/" and one["status"] == 503 for one in emulators.exchanges())

    emulators.faults("slack", {"on": "GET /link/", "status": 503, "times": 1000})
    emulators.post("/slack/disconnect", politely=False)
    await until(refused)
    emulators.reset()  # the address that the SDK holds is unknown from here on
    await until(lambda: emulators.get("/slack/connections")["open"])
    say(emulators, "back again")
    await ear.hears(1)


async def test_a_wrong_app_token_ends_the_listener_in_words(account: SlackAccount, clock: FakeClock, ear: Ear) -> None:
    with pytest.raises(PermissionError, match="SLACK_APP_TOKEN"):
        await SlackListener(replace(account, app_token="xapp-wrong"), clock).run(ear.receive)


@pytest.mark.usefixtures("listener")
async def test_what_somebody_changes_or_deletes_is_heard(emulators: Emulators, ear: Ear) -> None:
    ts = say(emulators, "A1 teh club")
    emulators.post("/slack/edits", user="U0MEMBER", channel="C0CHAT", ts=ts, text="A1 the club &amp; more")
    emulators.post("/slack/deletions", user="U0MEMBER", channel="C0CHAT", ts=ts)
    said, edited, deleted = await ear.hears(3)
    assert isinstance(said, Message)
    assert isinstance(edited, Edited)
    assert isinstance(deleted, Deleted)
    assert edited.text == "A1 the club & more"
    assert {event.message_id for event in (said, edited, deleted)} == {ts}
    assert {event.place for event in (said, edited, deleted)} == {replace(CHAT, thread=ts)}
    assert {event.author for event in (edited, deleted)} == {said.author}
    assert len({event.key for event in (said, edited, deleted)}) == 3
