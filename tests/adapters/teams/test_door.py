"""Only Microsoft may speak as Teams, and nobody can hold the bot up by trying."""

import asyncio
import dataclasses
import uuid
from typing import Any

import httpx
import jwt
import pytest

from bot.adapters.teams import TeamsAccount, door
from bot.adapters.teams.app import TeamsApp
from tests.adapters.teams.conftest import Bot
from tests.emulators import Emulators


def activity(account: TeamsAccount, **changes: Any) -> dict[str, Any]:
    body = {
        "type": "message",
        "id": "1",
        "timestamp": "2017-09-19T19:00:00.000Z",
        "text": "hello",
        "serviceUrl": account.service_url,
        "from": {"id": "29:1"},
        "recipient": {"id": f"28:{account.client_id}"},
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": account.tenant_id},
    }
    return body | changes


async def knock(http: httpx.AsyncClient, bot: Bot, token: str, **changes: Any) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await http.post(bot.url, json=activity(bot.app.account, **changes), headers=headers)
    return answer.status_code


def key_fetches(emulators: Emulators) -> int:
    return sum(exchange["path"].endswith("/keys") for exchange in emulators.exchanges())


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("good", 200),
        ("none", 401),
        ("forged", 401),
        ("wrong_audience", 401),
        ("expired", 401),
        ("wrong_issuer", 401),
        ("wrong_serviceurl", 401),
    ],
)
async def test_only_a_good_token_comes_in(
    listening: Bot, emulators: Emulators, http: httpx.AsyncClient, kind: str, status: int
) -> None:
    token = emulators.post("/teams/tokens", kind=kind)["token"]
    assert await knock(http, listening, token) == status
    assert len(listening.heard) == (status == 200)


async def test_an_activity_names_the_service_that_its_token_names(
    listening: Bot, emulators: Emulators, http: httpx.AsyncClient
) -> None:
    token = emulators.post("/teams/tokens", kind="good")["token"]
    assert await knock(http, listening, token, serviceUrl="https://elsewhere.example") == 401
    assert await knock(http, listening, token, serviceUrl="") == 401
    assert not listening.heard


async def test_unknown_keys_are_asked_for_once_a_minute_however_many_are_named(
    listening: Bot, emulators: Emulators, http: httpx.AsyncClient, account: TeamsAccount
) -> None:
    claims = {"iss": "https://api.botframework.com", "aud": account.client_id, "serviceurl": account.service_url}
    bogus = [jwt.encode(claims, "x" * 32, "HS256", {"kid": str(uuid.uuid4())}) for _ in range(10)]
    statuses = await asyncio.gather(*(knock(http, listening, token) for token in bogus))
    assert set(statuses) == {401}
    assert key_fetches(emulators) == 1


async def test_a_token_of_another_issuer_makes_us_fetch_nothing(
    listening: Bot, emulators: Emulators, http: httpx.AsyncClient, account: TeamsAccount
) -> None:
    claims = {"iss": f"{account.login_url}/v2.0", "tid": "../../anywhere", "aud": account.client_id}
    token = jwt.encode(claims, "x" * 32, "HS256", {"kid": "1"})
    before = len(emulators.exchanges())
    assert await knock(http, listening, token) == 401
    assert len(emulators.exchanges()) == before


async def test_while_the_keys_cannot_be_had_teams_is_asked_to_come_again(
    listening: Bot, emulators: Emulators, http: httpx.AsyncClient
) -> None:
    token = emulators.post("/teams/tokens", kind="good")["token"]
    emulators.faults("teams", {"on": "GET /v1/.well-known/*", "status": 500, "times": 1})
    assert await knock(http, listening, token) == 503


async def test_a_slow_key_server_does_not_stop_the_bot(
    listening: Bot, emulators: Emulators, http: httpx.AsyncClient
) -> None:
    token = emulators.post("/teams/tokens", kind="good")["token"]
    emulators.faults("teams", {"on": "GET /v1/.well-known/keys", "kind": "delay", "seconds": 1.0})
    knocking = asyncio.create_task(knock(http, listening, token))
    assert (await http.post(listening.url, content=b"no JSON")).status_code == 400
    assert not knocking.done()
    assert await knocking == 200


async def test_a_body_that_is_no_activity_is_refused(listening: Bot, http: httpx.AsyncClient) -> None:
    assert (await http.post(listening.url, json=["no", "activity"])).status_code == 400
    assert (await http.post(listening.url, content=b"[" * 200_000)).status_code == 400


async def test_a_body_larger_than_teams_sends_is_not_read_to_its_end(listening: Bot, http: httpx.AsyncClient) -> None:
    assert (await http.post(listening.url, content=b"x" * 1_000_001)).status_code == 413


async def test_a_new_key_is_not_turned_away_while_the_keys_cannot_be_had(
    listening: Bot, emulators: Emulators, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_SECONDS_BETWEEN_FETCHES", 0.0)
    assert await knock(http, listening, emulators.post("/teams/tokens", kind="good")["token"]) == 200
    emulators.faults("teams", {"on": "GET /v1/.well-known/*", "status": 500, "times": 1})
    claims = {"iss": "https://api.botframework.com", "serviceurl": listening.app.account.service_url}
    assert await knock(http, listening, jwt.encode(claims, "x" * 32, "HS256", {"kid": "new"})) == 503


def test_the_sdk_cannot_be_told_to_let_anybody_in(account: TeamsAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS", "true")
    with pytest.raises(ValueError, match="Remove DANGEROUSLY"):
        TeamsApp(account)


def test_no_other_secret_takes_the_place_of_ours(account: TeamsAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENT_SECRET", "another")
    with pytest.raises(ValueError, match="Remove CLIENT_SECRET"):
        TeamsApp(account)


def test_the_secret_is_not_shown(account: TeamsAccount) -> None:
    assert account.client_secret not in repr(account)
    assert dataclasses.replace(account, client_secret="other") != account
