"""The emulated Teams holds to the live rules, so that what passes here is not refused there."""

import time
from typing import Any

import jwt
import pytest
import requests

from tests.emulators import Emulators

CHANNEL = "19:campaign@thread.tacv2"


@pytest.fixture
def settings(emulators: Emulators) -> dict[str, str]:
    found: dict[str, str] = emulators.get("/teams/credentials")
    return found


def sign_in(settings: dict[str, str], **changes: str) -> requests.Response:
    form = {
        "grant_type": "client_credentials",
        "client_id": settings["TEAMS_CLIENT_ID"],
        "client_secret": settings["TEAMS_CLIENT_SECRET"],
        "scope": "https://api.botframework.com/.default",
    }
    tenant = settings["TEAMS_TENANT_ID"]
    return requests.post(f"{settings['TEAMS_LOGIN_URL']}/{tenant}/oauth2/v2.0/token", data=form | changes, timeout=5)


@pytest.fixture
def call(settings: dict[str, str]) -> Any:
    """`call(method, path, body)` with a token."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {sign_in(settings).json()['access_token']}"

    def send(method: str, path: str, body: Any = None) -> requests.Response:
        return session.request(method, f"{settings['TEAMS_SERVICE_URL']}v3/conversations{path}", json=body, timeout=5)

    return send


def message(text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"type": "message", "text": text, **more}


def card(**more: Any) -> dict[str, Any]:
    content = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": "Hi"}]} | more
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
    }


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "unauthorized_client"),
        ({"scope": "wrong"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_sign_in_gets_no_token(settings: dict[str, str], change: dict[str, str], error: str) -> None:
    answer = sign_in(settings, **change)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] == error


def test_the_connector_is_shut_without_a_token_for_it(settings: dict[str, str], emulators: Emulators) -> None:
    address = f"{settings['TEAMS_SERVICE_URL']}v3/conversations/{CHANNEL}/activities"
    delivery = emulators.post("/teams/tokens", kind="good")["token"]
    stale = jwt.encode({"aud": "https://api.botframework.com", "exp": time.time() - 1}, "x" * 32, "HS256")
    for headers in ({}, {"Authorization": f"Bearer {delivery}"}, {"Authorization": f"Bearer {stale}"}):
        assert requests.post(address, json=message(), headers=headers, timeout=5).status_code == 401
    assert not emulators.ledger()


@pytest.mark.parametrize(
    ("conversation", "body", "status", "code"),
    [
        ("19:nowhere@thread.tacv2", message(), 404, "ConversationNotFound"),
        ("19:elsewhere@thread.tacv2", message(), 403, "BotNotInConversationRoster"),
        (CHANNEL, message("a" * 28 * 1024), 413, "MessageSizeTooBig"),
        (CHANNEL, message(""), 400, "BadSyntax"),
        (CHANNEL, card(version=""), 400, "BadArgument"),
        (CHANNEL, card(actions=[{"type": "Action.Submit", "title": str(n)} for n in range(7)]), 400, "BadArgument"),
    ],
)
def test_what_teams_refuses_is_refused_in_its_shape(
    call: Any, emulators: Emulators, conversation: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = call("POST", f"/{conversation}/activities", body)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert not emulators.ledger()


def test_the_eighth_post_of_a_second_has_to_wait(call: Any, emulators: Emulators) -> None:
    emulators.put("/clock", {"campaign": 1.0, "wall": time.time(), "speed": 0.0})
    answers = [call("POST", f"/{CHANNEL}/activities", message()) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [201] * 7 + [429]
    assert answers[-1].headers["Retry-After"] == "1"
    emulators.put("/clock", {"campaign": 2.0, "wall": time.time(), "speed": 0.0})
    assert call("POST", f"/{CHANNEL}/activities", message()).status_code == 201


def test_a_message_can_be_changed_and_taken_back_by_the_bot_alone(call: Any, emulators: Emulators) -> None:
    own = call("POST", f"/{CHANNEL}/activities", message("One")).json()["id"]
    other = emulators.post("/teams/messages", user="member", conversation=CHANNEL, text="Two")["id"]
    assert call("PUT", f"/{CHANNEL}/activities/{own}", message("Three")).status_code == 200
    assert [row["text"] for row in emulators.get("/teams/messages", conversation=CHANNEL)] == ["Three", "Two"]
    assert call("DELETE", f"/{CHANNEL}/activities/{own}").status_code == 200
    assert call("DELETE", f"/{CHANNEL}/activities/{other}").status_code == 404
    assert [row["action"] for row in emulators.ledger()] == ["message", "message", "update", "delete"]


def test_a_chat_with_a_person_is_the_same_however_it_is_asked_for(call: Any, emulators: Emulators) -> None:
    student = emulators.get("/teams/users")["student"]
    asked = [{"members": [{"id": student[name]}]} for name in ("id", "aadObjectId")]
    first, second = (call("POST", "", body).json()["id"] for body in asked)
    assert first == second
    assert [row["action"] for row in emulators.ledger()] == ["conversation"]
    assert call("POST", "", {"members": [{"id": "29:nobody"}]}).status_code == 400
    (member,) = call("GET", f"/{first}/members").json()
    assert member == call("GET", f"/{first}/members/{student['id']}").json()
    assert member["objectId"] == student["aadObjectId"]


def test_a_card_is_in_the_ledger_with_its_words(call: Any, emulators: Emulators) -> None:
    root = call("POST", f"/{CHANNEL}/activities", card()).json()["id"]
    call("POST", f"/{CHANNEL}/activities/{root}", message("Below it"))
    first, second = emulators.ledger("teams")
    assert (first["action"], first["text"], first["more"]["card"]["version"]) == ("card", "Hi", "1.4")
    assert (second["action"], second["more"]["reply_to"]) == ("reply", root)


def test_a_form_with_a_required_input_left_empty_is_not_sent(call: Any, emulators: Emulators) -> None:
    text = {"type": "Input.Text", "id": "words", "isRequired": True, "errorMessage": "Please say something"}
    form = card(body=[text], actions=[{"type": "Action.Submit", "title": "Send", "data": {"a": 1}}])
    id = call("POST", f"/{CHANNEL}/activities", form).json()["id"]
    with pytest.raises(requests.HTTPError, match="400"):
        emulators.post("/teams/submits", user="member", conversation=CHANNEL, activity_id=id, data={"words": ""})


def test_a_reset_forgets_what_was_said(emulators: Emulators) -> None:
    emulators.post("/teams/messages", user="member", conversation="personal", text="hello")
    emulators.reset()
    assert emulators.get("/teams/messages", conversation="personal", user="member") == []
    assert emulators.post("/teams/redeliver", new_id=False) == {"id": None}
