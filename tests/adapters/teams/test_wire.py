"""Recorded shapes of Teams' activities, and what the bot makes of them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.teams.wire import file_activity, names_person, parse_activity, size, text_activity
from bot.core.bodies import File
from bot.core.events import ButtonPressed, Deleted, Edited, FormSubmitted, Joined, Mention, Message

BOT = {"id": "28:0b7d8a6e-3f14-4f0e-8a52-6f1b9f6f2c11", "name": "Antiphon"}
PERSON = {"id": "29:1abc", "name": "Mel", "aadObjectId": "5a1d3f2e-0000-4000-8000-000000000001"}


def activity(**changes: Any) -> dict[str, Any]:
    """A personal message, as Teams sends it."""
    body: dict[str, Any] = {
        "type": "message",
        "id": "1505847600123",
        "timestamp": "2017-09-19T19:00:00.1234567Z",
        "localTimestamp": "2017-09-19T20:00:00.1234567+01:00",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/uk/",
        "from": PERSON,
        "conversation": {"conversationType": "personal", "tenantId": "tenant", "id": "a:1chat"},
        "recipient": BOT,
        "text": "help",
        "textFormat": "plain",
        "attachments": [{"contentType": "text/html", "content": "<p>help</p>"}],
        "entities": [{"locale": "en-GB", "country": "GB", "platform": "Windows", "type": "clientInfo"}],
        "channelData": {"tenant": {"id": "tenant"}},
    }
    return body | changes


def in_channel(text: str, *mentions: tuple[str, str]) -> dict[str, Any]:
    """A message in a channel; a mention is an id and the text that stands for it."""
    entities = [{"type": "mention", "mentioned": {"id": id}, "text": said} for id, said in mentions]
    conversation = {
        "isGroup": True,
        "conversationType": "channel",
        "tenantId": "tenant",
        "id": "19:campaign@thread.tacv2;messageid=1505847600000",
    }
    return activity(text=text, entities=entities, conversation=conversation)


OURS = (BOT["id"], "<at>Antiphon</at>")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (activity(text="  help \n"), "help"),
        (activity(text="A &amp; B &lt;b&gt;"), "A & B <b>"),
        (activity(text=None), ""),
        (in_channel("<at>Antiphon</at>&nbsp;help\n", OURS), "help"),
        (in_channel("help <at>Antiphon</at> please", OURS), "help please"),
        (in_channel("<at>Antiphon</at> ask <at>Mel</at>", OURS, ("29:1abc", "<at>Mel</at>")), "ask Mel"),
        (in_channel("<at>Antiphon</at> &lt;at&gt;all&lt;/at&gt;", OURS), "<at>all</at>"),
        (in_channel("<at>Antiphon</at> one\n\ntwo", OURS), "one\n\ntwo"),
    ],
)
def test_our_name_and_teams_markup_are_taken_out(body: dict[str, Any], text: str) -> None:
    event = parse_activity(body)
    assert isinstance(event, Mention)
    assert event.text == text


def test_a_mention_is_ours_by_id_never_by_name() -> None:
    event = parse_activity(in_channel("<at>Antiphon</at> hi", ("28:somebody-else", "<at>Antiphon</at>")))
    assert isinstance(event, Message)


def test_times_are_utc_whatever_their_precision_and_zone() -> None:
    event = parse_activity(activity(timestamp="2017-09-19T20:00:00.1234567+01:00"))
    assert event is not None
    assert event.at == datetime(2017, 9, 19, 19, 0, 0, 123456, tzinfo=UTC)


def test_a_place_keeps_what_is_needed_to_answer() -> None:
    place = parse_activity(in_channel("<at>Antiphon</at> hi", OURS)).place  # type: ignore[union-attr]
    assert place.channel == "19:campaign@thread.tacv2;messageid=1505847600000"
    assert (place.thread, place.workspace, place.direct) == ("1505847600000", "tenant", False)
    assert place.service_url == "https://smba.trafficmanager.net/uk/"


def test_somebody_without_a_directory_id_is_known_by_teams_id() -> None:
    guest = activity(**{"from": {"id": "29:1guest", "name": None}}, conversation={"id": "a:1"})
    event = parse_activity(guest)
    assert event is not None
    assert (event.author.ref, event.author.name) == ("teams:tenant/29:1guest", "")


def test_inputs_come_back_beside_our_own_data() -> None:
    value = {"antiphon": {"form": "feedback"}, "form": "an input may be called that", "quote": True}
    event = parse_activity(activity(text=None, value=value, replyToId="1505847500000"))
    assert isinstance(event, FormSubmitted)
    assert event.form == "feedback"
    assert event.values == {"form": "an input may be called that", "quote": "True"}
    assert event.place.thread == "1505847500000"


def test_a_button_of_ours_is_told_from_a_card_of_somebody_elses() -> None:
    pressed = parse_activity(activity(text=None, value={"antiphon": {"action": "faq", "value": "join"}}))
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.action, pressed.value) == ("faq", "join")
    assert parse_activity(activity(text=None, value={"theirs": 1})) is None
    assert parse_activity(activity(text=None, value={"antiphon": {"unknown": 1}})) is None


def test_only_our_own_arrival_is_news() -> None:
    team = {"tenant": {"id": "tenant"}, "team": {"id": "19:team", "name": "Libraries"}}
    arrival = activity(type="conversationUpdate", membersAdded=[BOT], channelData=team)
    event = parse_activity(arrival)
    assert isinstance(event, Joined)
    assert event.name == "Libraries"
    assert parse_activity(arrival | {"membersAdded": [PERSON]}) is None
    assert parse_activity(activity(type="typing")) is None


def test_a_changed_and_a_deleted_message_are_told_by_their_id() -> None:
    said = in_channel("A1 &amp; more")
    edited = parse_activity(said | {"type": "messageUpdate", "channelData": {"eventType": "editMessage"}})
    deleted = parse_activity(
        said | {"type": "messageDelete", "text": None, "channelData": {"eventType": "softDeleteMessage"}}
    )
    assert isinstance(edited, Edited)
    assert isinstance(deleted, Deleted)
    assert (edited.text, edited.message_id, deleted.message_id) == ("A1 & more", said["id"], said["id"])
    assert edited.place == deleted.place
    assert edited.key != deleted.key


def test_what_is_delivered_again_has_a_known_key_and_other_words_another() -> None:
    bodies = (
        activity(),
        activity(id="1505847630456", timestamp="2017-09-19T19:00:30Z"),
        activity(text="feedback"),
        activity(conversation={"id": "a:2", "tenantId": "tenant"}),
    )
    first, again, *others = (parse_activity(body) for body in bodies)
    assert first is not None
    assert again is not None
    assert first.key in again.echo_of
    assert all(other and first.key not in (other.key, *other.echo_of) for other in others)


@pytest.mark.parametrize(("seconds", "same"), [(30, True), (60, True), (75, False)])
def test_the_same_words_are_a_redelivery_for_one_minute(seconds: int, same: bool) -> None:
    start = datetime(2017, 9, 19, 19, 0, 50, tzinfo=UTC)
    times = (start, start + timedelta(seconds=seconds))
    first, again = (parse_activity(activity(timestamp=time.isoformat())) for time in times)
    assert first is not None
    assert again is not None
    assert (first.key in (again.key, *again.echo_of)) is same
    assert (again.key in (first.key, *first.echo_of)) is same


def test_a_person_is_told_from_a_conversation() -> None:
    assert names_person(PERSON["aadObjectId"])
    assert names_person("29:1abc")
    assert not names_person("a:1chat")
    assert not names_person("19:campaign@thread.tacv2")


def test_a_file_stays_text() -> None:
    sent = file_activity(File("<b>.csv", "a</pre><at>all</at>", "One & two"))
    assert sent["text"] == (
        "<p>One &amp; two</p><p><strong>&lt;b&gt;.csv</strong></p><pre>a&lt;/pre&gt;&lt;at&gt;all&lt;/at&gt;</pre>"
    )


def test_the_size_is_counted_as_it_travels() -> None:
    sent = text_activity("✓" * 100)
    assert size(sent) == len(json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode())
    assert size(sent) > 300
