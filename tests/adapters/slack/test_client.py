"""The real web client against the emulated Slack."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.pictures import pictures_of
from bot.adapters.slack import SlackAccount
from bot.adapters.slack import client as slack_client
from bot.adapters.slack.client import SlackClient
from bot.core.bodies import Body, Button, File, Form, Input, Media, Removal, Repost, Text
from bot.core.events import Place, Platform
from bot.core.outbox import (
    Absent,
    CannotLook,
    Delivered,
    Found,
    Lost,
    Outcome,
    Post,
    RateLimited,
    Refused,
    Unavailable,
    new_post,
)
from tests.emulators import Emulators
from tests.fakes import FakeClock, at_once

CHAT = Place(Platform.SLACK, "T0CAMPAIGN", "C0CHAT")
MEMBER = Place(Platform.SLACK, "T0CAMPAIGN", "U0MEMBER", direct=True)
FORM = Form("feedback", "Feedback", (Input("text", "What would you like to say?"),))
PICTURE = bytes.fromhex("89504e470d0a1a0a")


@pytest.fixture
def write(clock: FakeClock) -> "Writer":
    return Writer(clock)


class Writer:
    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock

    def __call__(self, body: Body | str, place: Place = CHAT, *, private_to: str = "", key: str = "post") -> Post:
        text = Text(body) if isinstance(body, str) else body
        return new_post(key, place, text, self._clock.now(), private_to=private_to)


def command_place(emulators: Emulators, channel: str = "C0CHAT") -> Place:
    """Where a command was given, with Slack's short-lived permissions."""
    given = emulators.post("/slack/commands", user="U0MEMBER", channel=channel, command="/campaign", text="")
    return replace(CHAT, channel=channel, trigger=given["trigger_id"], response_url=given["response_url"])


def said(emulators: Emulators, action: str = "message") -> list[str]:
    return [entry["text"] for entry in emulators.ledger("slack") if entry["action"] == action]


async def test_words_arrive_as_written_and_wake_nobody(
    client: SlackClient, emulators: Emulators, write: Writer
) -> None:
    words = "Q1 <!channel> <@U0MEMBER> @everyone & ＜!here＞: see https://example.org/a?b=1&c=2."
    outcome = await client.deliver(write(words, key="chat:q1"), at_once)
    [message] = emulators.get("/slack/messages", channel="C0CHAT")
    assert outcome == Delivered(message["ts"])
    assert said(emulators) == [words]
    assert message["text"].count("<") == 1
    assert "<https://example.org/a?b=1&amp;c=2>." in message["text"]
    assert message["metadata"] == {"event_type": "antiphon_post", "event_payload": {"key": "chat:q1"}}


async def test_an_answer_goes_into_its_thread(client: SlackClient, emulators: Emulators, write: Writer) -> None:
    ts = emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text="how?")["ts"]
    await client.deliver(write("Like this.", replace(CHAT, thread=ts)), at_once)
    assert emulators.get("/slack/messages", channel="C0CHAT")[-1]["thread_ts"] == ts


async def test_a_person_can_be_written_to_directly(client: SlackClient, emulators: Emulators, write: Writer) -> None:
    post = write("Just for you.", MEMBER, private_to="U0MEMBER")
    outcome = await client.deliver(post, at_once)
    [message] = emulators.get("/slack/messages", channel="D0MEMBER")
    assert outcome == Delivered(message["ts"])
    assert await client.find(post) == Found(message["ts"])


async def test_a_private_answer_uses_the_response_url(client: SlackClient, emulators: Emulators, write: Writer) -> None:
    place = command_place(emulators, "C0GENERAL")
    choice = Text("Thank you: feedback 12.", buttons=(Button("More", "faq", "more"),))
    assert await client.deliver(write(choice, place, private_to="U0MEMBER"), at_once) == Delivered("")
    assert said(emulators, "response") == ["Thank you: feedback 12."]
    assert not emulators.get("/slack/ephemerals", user="U0STUDENT")


async def test_a_private_answer_arrives_also_when_the_response_url_is_used_up(
    client: SlackClient, emulators: Emulators, write: Writer
) -> None:
    place = command_place(emulators)
    for number in range(6):
        assert isinstance(
            await client.deliver(write(f"answer {number}", place, private_to="U0MEMBER"), at_once), Delivered
        )
    assert (len(said(emulators, "response")), said(emulators, "ephemeral")) == (5, ["answer 5"])


@pytest.mark.parametrize(("status", "outcome"), [(500, Lost), (429, RateLimited), (404, Lost)])
async def test_a_response_url_that_fails_is_judged_by_the_same_table(
    client: SlackClient, emulators: Emulators, write: Writer, status: int, outcome: type[Outcome]
) -> None:
    place = command_place(emulators)
    emulators.faults("slack", {"on": "POST /respond/*", "status": status, "body": "something"})
    assert isinstance(await client.deliver(write("Thank you.", place, private_to="U0MEMBER"), at_once), outcome)


async def test_a_private_answer_without_a_response_url_is_ephemeral(
    client: SlackClient, emulators: Emulators, write: Writer
) -> None:
    assert isinstance(await client.deliver(write("Only you.", private_to="U0MEMBER"), at_once), Delivered)
    assert said(emulators, "ephemeral") == ["Only you."]
    assert isinstance(await client.find(write("Only you.", private_to="U0MEMBER")), CannotLook)


async def test_a_card_is_one_message_with_its_alt_text(
    client: SlackClient, emulators: Emulators, write: Writer, tmp_path: Path
) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/champion.png").write_bytes(PICTURE)
    card = Text("Meet our champion", media=(Media("cards/champion.png", "A librarian holds a card that says hello"),))
    assert isinstance(await client.deliver(write(card), at_once), Delivered)
    [entry] = emulators.ledger("slack")
    assert (entry["text"], entry["more"]["images"]) == (card.text, [card.media[0].alt])
    [message] = emulators.get("/slack/messages", channel="C0CHAT")
    assert message["metadata"]["event_payload"] == {"key": "post"}


@pytest.mark.parametrize("path", ["../secret.png", "missing.png"])
async def test_a_picture_that_is_not_in_content_is_refused(client: SlackClient, write: Writer, path: str) -> None:
    outcome = await client.deliver(write(Text("card", media=(Media(path, "A picture of something"),))), at_once)
    assert isinstance(outcome, Refused)
    assert path in outcome.reason


async def test_a_lost_upload_is_no_lost_post(
    client: SlackClient, emulators: Emulators, write: Writer, tmp_path: Path
) -> None:
    (tmp_path / "card.png").write_bytes(PICTURE)
    emulators.faults("slack", {"on": "POST /upload/*", "kind": "reset", "when": "after"})
    outcome = await client.deliver(write(Text("card", media=(Media("card.png", "A picture of something"),))), at_once)
    assert isinstance(outcome, Unavailable)


async def test_a_file_goes_to_the_person_alone(client: SlackClient, emulators: Emulators, write: Writer) -> None:
    file = File("feedback.csv", "number,text\n1,great\n", "1 piece of feedback")
    assert isinstance(await client.deliver(write(file, private_to="U0MODERATOR"), at_once), Delivered)
    [sent] = emulators.get("/slack/files", user="U0MODERATOR")
    assert (sent["name"], sent["content"], sent["channel"]) == (file.name, file.content, "D0MODERATOR")
    assert isinstance(await client.deliver(write(file), at_once), Refused)


async def test_a_form_that_comes_too_late_says_so(client: SlackClient, emulators: Emulators, write: Writer) -> None:
    place = command_place(emulators)
    assert isinstance(await client.deliver(write(FORM, place), at_once), Delivered)
    too_late = await client.deliver(write(FORM, place), at_once)
    assert isinstance(too_late, Refused)
    assert "ask for it again" in too_late.reason
    assert isinstance(await client.deliver(write(FORM), at_once), Refused)
    assert await client.find(write(FORM, place)) == Absent()


async def test_a_button_value_beyond_slacks_limit_is_refused(client: SlackClient, write: Writer) -> None:
    outcome = await client.deliver(write(Text("Choose", buttons=(Button("One", "faq", "x" * 2001),))), at_once)
    assert isinstance(outcome, Refused)


async def test_long_words_with_a_button_are_cut_into_sections(
    client: SlackClient, emulators: Emulators, write: Writer
) -> None:
    words = " ".join(["librarians"] * 700)
    await client.deliver(write(Text(words, buttons=(Button("One", "faq", "1"),))), at_once)
    [message] = emulators.get("/slack/messages", channel="C0CHAT")
    sections = [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]
    assert len(sections) == 3
    assert " ".join(sections) == words


async def test_a_repost_is_refused(client: SlackClient, write: Writer) -> None:
    assert isinstance(await client.deliver(write(Repost("1")), at_once), Refused)


async def test_a_message_that_slack_took_before_the_line_broke_is_sent_once_and_found(
    client: SlackClient, emulators: Emulators, write: Writer
) -> None:
    emulators.faults("slack", {"on": "POST /api/chat.postMessage", "kind": "reset", "when": "after"})
    post = write("Question 3")
    assert isinstance(await client.deliver(post, at_once), Lost)
    [entry] = emulators.ledger("slack")
    assert await client.find(post) == Found(entry["id"])


async def test_a_message_that_never_arrived_is_certainly_absent(
    client: SlackClient, emulators: Emulators, write: Writer
) -> None:
    emulators.faults("slack", {"on": "POST /api/chat.postMessage", "kind": "reset"})
    post = write("Question 3")
    assert isinstance(await client.deliver(post, at_once), Lost)
    assert await client.find(post) == Absent()


async def test_a_lost_answer_is_found_in_its_thread(client: SlackClient, emulators: Emulators, write: Writer) -> None:
    ts = emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text="how?")["ts"]
    post = write("Like this.", replace(CHAT, thread=ts))
    assert await client.find(post) == Absent()
    delivered = await client.deliver(post, at_once)
    assert isinstance(delivered, Delivered)
    assert await client.find(post) == Found(delivered.remote_id)


async def test_a_post_is_found_on_the_last_page_too(
    client: SlackClient, emulators: Emulators, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_client, "_PAGE", 2)
    post = write("first")
    await client.deliver(post, at_once)
    for number in range(4):
        emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text=f"message {number}")
    assert isinstance(await client.find(post), Found)


async def test_where_we_may_not_look_a_person_must(client: SlackClient, write: Writer) -> None:
    assert isinstance(await client.find(write("x", replace(CHAT, channel="C0GENERAL"))), CannotLook)


async def test_a_look_that_fails_is_tried_again(client: SlackClient, emulators: Emulators, write: Writer) -> None:
    emulators.faults("slack", {"on": "* /api/conversations.history", "status": 429}, {"on": "* /api/*", "status": 502})
    assert isinstance(await client.find(write("x")), Unavailable)
    assert isinstance(await client.find(write("x")), Unavailable)


async def test_a_channel_takes_one_message_a_second(client: SlackClient, clock: FakeClock, write: Writer) -> None:
    outcomes: list[Outcome] = [
        await client.deliver(write(f"message {number}", key=str(number)), at_once) for number in range(3)
    ]
    assert outcomes[2] == RateLimited(clock.now() + timedelta(seconds=1))
    assert isinstance(await client.deliver(write("elsewhere", MEMBER), at_once), Delivered)


async def test_no_answer_in_time_is_lost_and_then_found(
    client: SlackClient, emulators: Emulators, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.slack.web.TIMEOUT", 0.2)
    emulators.faults("slack", {"on": "POST /api/chat.postMessage", "kind": "delay", "when": "after", "seconds": 1})
    post = write("x")
    assert await client.deliver(post, at_once) == Lost("Slack did not answer in time.")
    monkeypatch.undo()
    assert isinstance(await client.find(post), Found)


async def test_a_server_that_is_not_there_certainly_has_nothing(
    account: SlackAccount, clock: FakeClock, write: Writer, tmp_path: Path
) -> None:
    nowhere = SlackClient(replace(account, api_url="http://127.0.0.1:9/api"), pictures_of(tmp_path), clock)
    assert isinstance(await nowhere.deliver(write("x"), at_once), Unavailable)
    assert isinstance(await nowhere.find(write("x")), Unavailable)


async def test_a_message_is_taken_down_and_again_without_harm(
    client: SlackClient, emulators: Emulators, write: Writer
) -> None:
    sent = await client.deliver(write("Q1. A slip"), at_once)
    assert isinstance(sent, Delivered)
    removal = write(Removal(sent.remote_id))
    assert await client.deliver(removal, at_once) == Delivered(sent.remote_id)
    assert [(row["action"], row["id"]) for row in emulators.ledger("slack")][-1] == ("delete", sent.remote_id)
    assert await client.find(removal) == Absent()
    assert await client.deliver(removal, at_once) == Delivered(sent.remote_id)


async def test_what_others_wrote_is_not_taken_down(client: SlackClient, emulators: Emulators, write: Writer) -> None:
    theirs = emulators.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text="Mine")
    outcome = await client.deliver(write(Removal(theirs["ts"])), at_once)
    assert isinstance(outcome, Refused)
    assert "Delete it by hand" in outcome.reason
