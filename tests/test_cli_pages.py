"""`antiphon login-link`, `sessions` and `sign-out` at the keyboard."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.db import open_database
from bot.core.access import Passkey
from bot.services.signing_in import begin_session
from tests.emulators import Emulators
from tests.keyboard import own_folder, said, write_settings

ROOT = Path(__file__).parents[1]
Run = Callable[..., str]


@pytest.fixture
def antiphon(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command and returns what it says; its exit code first where it fails."""
    own_folder(tmp_path, monkeypatch, DATABASE_URL=sqlite_url, ORGANISERS="web:maria slack:T1/U1")
    return partial(said, monkeypatch, capsys)


def test_a_link_is_made_for_somebody_whom_the_settings_name_and_that_is_noted(antiphon: Run) -> None:
    told = antiphon("login-link", "web:maria")
    assert told.startswith("http://localhost:8080/pages/sign-in?link=")
    assert "It works once, until " in told
    assert "command line: login-link web:maria" in antiphon("audit")


def test_links_begin_with_the_public_address(antiphon: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_URL", "https://bot.example.org/")
    assert antiphon("login-link", "slack:T1/U1").startswith("https://bot.example.org/pages/sign-in?link=")


def test_nobody_else_gets_one(antiphon: Run) -> None:
    told = antiphon("login-link", "web:mario")
    assert told.startswith("1 web:mario is neither an organiser nor a moderator, and leads no chat, so there is no")
    assert "Add them to ORGANISERS or MODERATORS" in told


def test_members_of_a_slack_user_group_with_a_role_get_one(antiphon: Run, tmp_path: Path, emulators: Emulators) -> None:
    told = {**emulators.get("/slack/credentials"), "MODERATORS": "slack:T0CAMPAIGN/S0MODERATORS"}
    write_settings(tmp_path, **told)
    assert antiphon("login-link", "slack:T0CAMPAIGN/U0MODERATOR").startswith(
        "http://localhost:8080/pages/sign-in?link="
    )
    assert "so there is no link for them" in antiphon("login-link", "slack:T0CAMPAIGN/U0MEMBER")
    emulators.faults("slack", {"on": "* /api/usergroups.users.list", "status": 503, "times": 9})
    assert "but that cannot be seen now" in antiphon("login-link", "slack:T0CAMPAIGN/U0MODERATOR")


async def signed_in(url: str) -> None:
    """Maria, in one browser, with a passkey there."""
    database, now = open_database(url), SystemClock().now()
    async with database.transaction() as tx:
        await begin_session(tx, "web:maria", "maria", "Firefox on Linux", now)
        await tx.access.add_passkey(
            Passkey(
                id="k", who="web:maria", name="maria", device="Firefox on Linux", key="k", uses=0, added=now, used=now
            )
        )
    await database.close()


def test_who_is_signed_in_is_listed_and_can_be_ended(antiphon: Run, sqlite_url: str) -> None:
    assert antiphon("sessions") == "Nobody is signed in, and there is no passkey.\n"
    asyncio.run(signed_in(sqlite_url))
    for listed in (antiphon("sessions"), antiphon("sessions", "web:maria")):
        assert "web:maria: signed in, Firefox on Linux, since " in listed
        assert "web:maria: passkey, Firefox on Linux, added " in listed
    assert antiphon("sessions", "web:mario") == "Nothing of web:mario.\n"
    assert "Sessions ended: 1. Passkeys left: 1." in antiphon("sign-out", "web:maria")
    assert "signed in" not in antiphon("sessions", "web:maria")
    assert "Sessions ended: 0. Passkeys taken away: 1." in antiphon("sign-out", "web:maria", "--passkeys")
    assert antiphon("sign-out", "web:maria").startswith("1 web:maria is signed in nowhere and has no passkey.")
    assert antiphon("audit").count("command line: sign out web:maria") == 2
