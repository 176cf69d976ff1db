"""The emulated services refuse what the real ones refuse, so that a mistake of ours would show."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.emulators import Emulators

BACK = "http://localhost:8080/pages/sign-in/microsoft/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@dataclass
class Login:
    """Microsoft's endpoints of one tenant, and a good request to each."""

    emulators: Emulators
    settings: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.settings = self.emulators.get("/teams/sign-in")
        tenant = f"{self.settings['MICROSOFT_LOGIN_URL']}/{self.settings['MICROSOFT_TENANT_ID']}"
        self.asks, self.gives = f"{tenant}/oauth2/v2.0/authorize", f"{tenant}/oauth2/v2.0/token"
        self.query = {
            "client_id": self.settings["MICROSOFT_CLIENT_ID"],
            "response_type": "code",
            "scope": "openid profile",
            "redirect_uri": BACK,
            "state": "s",
            "nonce": "n",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }

    def code(self) -> str:
        answer = requests.post(self.asks, {"person": "organiser"}, params=self.query, allow_redirects=False, timeout=10)
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    def form(self) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "client_id": self.settings["MICROSOFT_CLIENT_ID"],
            "client_secret": self.settings["MICROSOFT_CLIENT_SECRET"],
            "redirect_uri": BACK,
            "code": self.code(),
            "code_verifier": VERIFIER,
        }

    def give(self, form: dict[str, str]) -> Any:
        return requests.post(self.gives, form, timeout=10).json()


@pytest.fixture
def login(emulators: Emulators) -> Login:
    return Login(emulators)


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "another"},
        {"response_type": "token"},
        {"scope": "profile"},
        {"redirect_uri": "https://evil.example/pages/sign-in/microsoft/back"},
        {"redirect_uri": "http://localhost:8080/elsewhere"},
        {"code_challenge_method": "plain"},
    ],
    ids=str,
)
def test_a_wrong_request_is_told_there_and_sends_nobody_anywhere(login: Login, wrong: dict[str, str]) -> None:
    for ask in (requests.get, requests.post):
        answer = ask(login.asks, params=login.query | wrong, allow_redirects=False, timeout=10)
        assert (answer.status_code, "location" in answer.headers) == (400, False)


WRONG: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "secret": lambda form: form | {"client_secret": "wrong"},
    "redirect_uri": lambda form: form | {"redirect_uri": f"{BACK}/"},
    "verifier": lambda form: form | {"code_verifier": "w" * 43},
    "no verifier": lambda form: {name: value for name, value in form.items() if name != "code_verifier"},
    "code": lambda form: form | {"code": "made up"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_code_is_given_for_by_the_app_that_asked_and_by_nobody_else(login: Login, wrong: str) -> None:
    answer = login.give(WRONG[wrong](login.form()))
    assert answer["error"] == ("invalid_client" if wrong == "secret" else "invalid_grant")
    assert "id_token" not in answer


def test_a_code_is_good_once_and_the_secret_may_be_in_the_header(login: Login) -> None:
    form = login.form()
    pair = form.pop("client_id"), form.pop("client_secret")
    assert "id_token" in requests.post(login.gives, form, auth=pair, timeout=10).json()
    assert requests.post(login.gives, form, auth=pair, timeout=10).json()["error"] == "invalid_grant"


def test_slack_takes_no_pkce_from_an_app_with_a_secret(emulators: Emulators) -> None:
    told = emulators.get("/slack/sign-in")
    form = {"client_id": told["SLACK_CLIENT_ID"], "client_secret": told["SLACK_CLIENT_SECRET"], "code_verifier": "v"}
    answer = requests.post(f"{told['SLACK_OPENID_URL']}/api/openid.connect.token", form, timeout=10)
    assert answer.json() == {"ok": False, "error": "internal_error"}
