"""The emulated Graph lets nobody read who could not read live, and shows what the live one shows."""

import time
from typing import Any

import pytest
import requests

from tests.emulators import Emulators

CHANNEL, GROUP = "19:campaign@thread.tacv2", "19:group@thread.v2"
CHANNELS, CHATS = "ChannelMessage.Read.Group", "ChatMessage.Read.Chat"
GRAPH, CONNECTOR = "https://graph.microsoft.com/.default", "https://api.botframework.com/.default"


@pytest.fixture
def settings(emulators: Emulators) -> dict[str, str]:
    found: dict[str, str] = emulators.get("/teams/credentials")
    emulators.put("/teams/consent", {"permissions": [CHANNELS, CHATS]})
    return found


def token(settings: dict[str, str], scope: str = GRAPH) -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_id": settings["TEAMS_CLIENT_ID"],
        "client_secret": settings["TEAMS_CLIENT_SECRET"],
        "scope": scope,
    }
    address = f"{settings['TEAMS_LOGIN_URL']}/{settings['TEAMS_TENANT_ID']}/oauth2/v2.0/token"
    return {"Authorization": f"Bearer {requests.post(address, data=form, timeout=5).json()['access_token']}"}


@pytest.fixture
def read(settings: dict[str, str]) -> Any:
    """`read(path, **query)` with a token."""
    headers = token(settings)

    def get(path: str, **query: str | int) -> requests.Response:
        return requests.get(f"{settings['TEAMS_GRAPH_URL']}/v1.0{path}", query, headers=headers, timeout=5)

    return get


@pytest.fixture
def post(settings: dict[str, str]) -> Any:
    """`post(conversation, activity)` as the bot; the new message's id."""
    headers = token(settings, CONNECTOR)

    def send(conversation: str, activity: dict[str, Any]) -> str:
        address = f"{settings['TEAMS_SERVICE_URL']}v3/conversations/{conversation}/activities"
        answer = requests.post(address, json={"type": "message", **activity}, headers=headers, timeout=5)
        return str(answer.json()["id"])

    return send


@pytest.fixture
def channel(settings: dict[str, str]) -> str:
    return f"/teams/{settings['TEAMS_TEAM_ID']}/channels/{CHANNEL}/messages"


def test_neither_door_takes_the_others_token(settings: dict[str, str], channel: str) -> None:
    graph, connector = settings["TEAMS_GRAPH_URL"], settings["TEAMS_SERVICE_URL"]
    shut = requests.get(f"{graph}/v1.0{channel}", headers=token(settings, CONNECTOR), timeout=5)
    assert (shut.status_code, shut.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert requests.get(f"{graph}/v1.0{channel}", timeout=5).status_code == 401
    address = f"{connector}v3/conversations/{CHANNEL}/members"
    assert requests.get(address, headers=token(settings), timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("consent", "path", "status", "words"),
    [
        ([], "/teams/{team}/channels/{channel}/messages", 403, CHANNELS),
        ([CHATS], "/teams/{team}/channels/{channel}/messages/1/replies", 403, CHANNELS),
        ([CHANNELS], f"/chats/{GROUP}/messages", 403, CHATS),
        ([CHANNELS], "/teams/{team}/channels/19:elsewhere@thread.tacv2/messages", 403, CHANNELS),
        ([CHANNELS], "/teams/{team}/channels/19:nowhere@thread.tacv2/messages", 404, "NotFound"),
        ([CHANNELS], "/teams/{team}/channels/{channel}/messages/1/replies", 404, "NotFound"),
        ([CHANNELS], "/teams/another/channels/{channel}/messages", 404, "No team"),
        ([CHANNELS, CHATS], "/chats/{channel}/messages", 404, "NotFound"),
        ([CHANNELS], "/teams/{team}/channels/{channel}/messages?$top=51", 400, "'50'"),
    ],
)
def test_what_graph_does_not_show_is_refused_in_its_shape(
    read: Any,
    settings: dict[str, str],
    emulators: Emulators,
    consent: list[str],
    path: str,
    status: int,
    words: str,
) -> None:
    emulators.put("/teams/consent", {"permissions": consent})
    answer = read(path.format(team=settings["TEAMS_TEAM_ID"], channel=CHANNEL))
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]


def test_pages_hang_together_and_begin_with_what_changed_last(
    read: Any, post: Any, channel: str, settings: dict[str, str], emulators: Emulators
) -> None:
    ids = []
    for second in range(5):
        emulators.put("/clock", {"campaign": 1e9 + second, "wall": time.time(), "speed": 0.0})
        ids.append(post(CHANNEL, {"text": f"No. {second}"}))
    changed = f"{settings['TEAMS_SERVICE_URL']}v3/conversations/{CHANNEL}/activities/{ids[1]}"
    emulators.put("/clock", {"campaign": 1e9 + 9, "wall": time.time(), "speed": 0.0})
    requests.put(changed, json={"type": "message", "text": "New"}, headers=token(settings, CONNECTOR), timeout=5)
    pages, path = [], f"{channel}?$top=2"
    while path:
        answer = read(path).json()
        pages.append([message["id"] for message in answer["value"]])
        path = answer.get("@odata.nextLink", "").removeprefix(f"{settings['TEAMS_GRAPH_URL']}/v1.0")
    assert pages == [[ids[1], ids[4]], [ids[3], ids[2]], [ids[0]]]


def test_a_thread_is_read_by_itself(read: Any, post: Any, channel: str) -> None:
    root = post(CHANNEL, {"text": "Root"})
    answer = post(f"{CHANNEL};messageid={root}", {"text": "Answer"})
    assert [message["id"] for message in read(channel).json()["value"]] == [root]
    (reply,) = read(f"{channel}/{root}/replies").json()["value"]
    assert (reply["id"], reply["replyToId"]) == (answer, root)


def test_words_are_plain_until_they_need_markup(read: Any, post: Any, channel: str) -> None:
    post(CHANNEL, {"text": "Plain", "textFormat": "plain"})
    post(CHANNEL, {"text": "A & B\nhttps://x.example 😀", "textFormat": "plain"})
    post(CHANNEL, {"text": "<p>Rich</p>", "textFormat": "xml"})
    rich, marked, plain = (message["body"] for message in read(channel).json()["value"])
    assert plain == {"contentType": "text", "content": "Plain"}
    assert rich == {"contentType": "html", "content": "<p>Rich</p>"}
    assert marked["contentType"] == "html"
    for part in ("A &amp; B<br>", '<a href="https://x.example"', '<emoji id="emoji" alt="😀"'):
        assert part in marked["content"]


def test_who_wrote_is_told_and_a_deleted_message_keeps_no_words(
    read: Any, post: Any, channel: str, emulators: Emulators
) -> None:
    ours = post(CHANNEL, {"text": "Ours"})
    emulators.post("/teams/messages", user="member", conversation=CHANNEL, text="Theirs")
    emulators.post("/teams/removals", conversation=CHANNEL, id=ours)
    shown = {message["id"]: message for message in read(channel).json()["value"]}
    gone = shown.pop(ours)
    (theirs,) = shown.values()
    assert gone["from"]["application"]["applicationIdentityType"] == "bot"
    assert gone["deletedDateTime"]
    assert gone["body"]["content"] == ""
    assert theirs["from"]["user"]["displayName"] == "Mel Member"
    assert [row["text"] for row in emulators.get("/teams/messages", conversation=CHANNEL)] == ["Theirs"]


def test_what_was_just_accepted_is_shown_after_the_lag(
    read: Any, post: Any, channel: str, emulators: Emulators
) -> None:
    emulators.put("/lags/teams", {"seconds": 10})
    emulators.put("/clock", {"campaign": 1e9, "wall": time.time(), "speed": 0.0})
    post(CHANNEL, {"text": "Q1"})
    assert read(channel).json()["value"] == []
    emulators.put("/clock", {"campaign": 1e9 + 10, "wall": time.time(), "speed": 0.0})
    assert len(read(channel).json()["value"]) == 1
