"""Signing in with Slack and with Microsoft: the real client speaks HTTP to the emulated services."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.openid.service import OpenIdService
from bot.config import Settings
from bot.core.access import ATTEMPT_LASTS
from bot.core.policy import Roles
from bot.platforms import sign_in_services
from tests.emulators import Emulators
from tests.fakes import FakeClock
from tests.web.pages.reader import Reader, World

URL = "http://localhost:8080"
SLACK_OLIVE = "slack:T0CAMPAIGN/U0ORGANISER"
PERSON = {"slack": "U0ORGANISER", "microsoft": "organiser"}
PLATFORM = {"slack": "slack", "microsoft": "teams"}


def settings_of(emulators: Emulators) -> Settings:
    told = {**emulators.get("/slack/sign-in"), **emulators.get("/teams/sign-in")}
    return Settings(_env_file=None, web_url=URL, **{name.lower(): value for name, value in told.items()})


def teams_olive(emulators: Emulators) -> str:
    """As Teams' own messages name her."""
    account = emulators.get("/teams/users")["organiser"]
    return f"teams:{emulators.get('/teams/credentials')['TEAMS_TENANT_ID']}/{account['aadObjectId']}"


def world_of(emulators: Emulators, **changed: str) -> World:
    settings = settings_of(emulators).model_copy(update=changed)
    roles = Roles(organisers=frozenset({SLACK_OLIVE, teams_olive(emulators)}))
    return World(url=URL, roles=roles, services=sign_in_services(settings))


@pytest.fixture
def world(emulators: Emulators) -> World:
    return world_of(emulators)


async def sent_to(reader: Reader, service: str) -> str:
    """Where the browser is sent by the page's link."""
    await reader.open("/pages/sign-in")
    assert f'href="/pages/sign-in/{service}"' in reader.text
    reader.answer = await reader.http.get(f"/pages/sign-in/{service}", follow_redirects=False)
    return reader.answer.headers["location"]


async def allowed(address: str, person: str) -> str:
    """Press somebody's button at the service; where the browser is sent back to."""
    async with httpx.AsyncClient(verify=False) as browser:
        assert (await browser.get(address)).status_code == 200
        answer = await browser.post(address, data={"person": person})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def signed_in(world: World, service: str = "slack", person: str = "") -> Reader:
    """A reader who took the whole way, whatever came of it."""
    reader = world.reader()
    back = await allowed(await sent_to(reader, service), person or PERSON[service])
    await reader.open(back)
    return reader


@pytest.mark.parametrize("service", PERSON)
async def test_people_sign_in_as_who_they_are_in_chat_commands(service: str, emulators: Emulators) -> None:
    world = world_of(emulators)
    olive = await signed_in(world, service)
    assert (olive.path, olive.status) == ("/pages/", 200)
    await olive.open("/pages/sessions")
    assert (SLACK_OLIVE if service == "slack" else teams_olive(emulators)) in olive.text
    await olive.press("Sign out")
    await olive.open("/pages/")
    assert olive.status == 401


async def test_the_page_that_was_wanted_is_where_signing_in_leads_and_no_other_site(world: World) -> None:
    olive = world.reader()
    await olive.open("/pages/month?month=2026-12")
    await olive.open(await allowed(await sent_to(olive, "slack"), "U0ORGANISER"))
    assert str(olive.answer.url) == f"{URL}/pages/month?month=2026-12"
    for wanted, led_to in (("/pages/live", "/pages/live"), ("//evil.example/pages/", "/pages/")):
        olive.http.cookies.set("antiphon-wanted", wanted, domain="localhost.local")
        await olive.open(await allowed(await sent_to(olive, "slack"), "U0ORGANISER"))
        assert str(olive.answer.url) == f"{URL}{led_to}"


@pytest.mark.parametrize("service", PERSON)
async def test_the_request_carries_a_challenge_and_nothing_secret(
    service: str, world: World, emulators: Emulators
) -> None:
    olive = world.reader()
    query = parse_qs(urlsplit(await sent_to(olive, service)).query)
    # Slack refuses it from an app that has a secret.
    assert query.get("code_challenge_method") == (["S256"] if service == "microsoft" else None)
    assert query["redirect_uri"] == [f"{URL}/pages/sign-in/{service}/back"]
    (secret,) = (value for name, value in olive.http.cookies.items() if name.endswith("-attempt"))
    assert secret not in str(query)
    assert not settings_of(emulators).secrets & {value for [value] in query.values()}
    cookie = olive.answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Max-Age=600"} <= set(cookie.split("; "))


Case = tuple[str, Mapping[str, Any], int, str]
TWISTED: tuple[Case, ...] = (
    ("slack", {"forged": True}, 502, "is not signed by Slack"),
    ("slack", {"age": 1000}, 502, "has run out"),
    ("slack", {"age": -1000}, 502, "still to come"),
    ("slack", {"claims": {"aud": "999.999"}}, 502, "meant for another app"),
    ("slack", {"claims": {"aud": ["111.222", "999.999"]}}, 502, "meant for another app"),
    ("slack", {"claims": {"aud": "999.999", "azp": "111.222"}}, 502, "meant for another app"),
    ("slack", {"claims": {"iss": "https://slack.example"}}, 502, "comes from another service"),
    ("slack", {"claims": {"nonce": "another"}}, 400, "another attempt to sign in"),
    ("slack", {"claims": {"at_hash": "AAAA"}}, 502, "does not say who you are"),
    ("slack", {"claims": {"https://slack.com/team_id": "T0OTHER"}}, 403, "does not run this campaign (T0OTHER)"),
    ("slack", {"claims": {"https://slack.com/user_id": "U1/U0ORGANISER"}}, 502, "does not say who you are"),
    ("slack", {"claims": {"https://slack.com/user_id": "U0STUDENT"}}, 403, "slack:T0CAMPAIGN/U0STUDENT"),
    ("microsoft", {"forged": True}, 502, "is not signed by Microsoft"),
    ("microsoft", {"claims": {"tid": "0b7d8a6e-3f14-4f0e-8a52-6f1b9f6f2c11"}}, 403, "an organisation that does not"),
    ("microsoft", {"claims": {"oid": None}}, 502, "does not say who you are"),
)


async def test_an_answer_that_does_not_hold_signs_nobody_in(world: World, emulators: Emulators) -> None:
    for service, twist, status, words in TWISTED:
        emulators.put(f"/{PLATFORM[service]}/sign-in", twist)
        nobody = await signed_in(world, service)
        assert (nobody.status, words in nobody.text) == (status, True), twist
        assert "Try again, or sign in another way" in nobody.text
        assert not [name for name in nobody.http.cookies if name == "antiphon"], twist


KEYS, TOKEN = "GET /openid/connect/keys", "POST /api/openid.connect.token"
FAULTS = (
    ({"on": KEYS, "status": 503}, 503, "cannot be reached at the moment"),
    ({"on": KEYS, "kind": "reset"}, 503, "cannot be reached at the moment"),
    ({"on": KEYS, "status": 200, "body": '{"keys": []}'}, 502, "is not signed by Slack"),
    ({"on": KEYS, "status": 200, "body": '{"keys": "none"}'}, 502, "is not signed by Slack"),
    ({"on": TOKEN, "status": 200, "body": "<html>"}, 503, "cannot be reached at the moment"),
    ({"on": TOKEN, "status": 200, "body": "{}"}, 502, "does not say who you are"),
    ({"on": TOKEN, "status": 200, "body": '{"id_token": "a.b.c"}'}, 502, "is not signed by Slack"),
    ({"on": TOKEN, "status": 429, "body": '{"error": "ratelimited"}'}, 503, "cannot be reached at the moment"),
    ({"on": TOKEN, "status": 200, "body": '{"error": ["?"]}'}, 502, "does not take this bot as the app"),
    ({"on": TOKEN, "status": 200, "body": '{"error": "bad_redirect_uri"}'}, 502, "does not take this bot as the app"),
)


async def test_a_service_that_fails_is_told_in_words(world: World, emulators: Emulators) -> None:
    for fault, status, words in FAULTS:
        emulators.faults("slack", fault)
        nobody = await signed_in(world)
        assert (nobody.status, words in nobody.text) == (status, True), fault


async def test_a_service_that_cannot_be_asked_where_its_parts_are_is_told_before_anybody_is_sent_there(
    world: World, emulators: Emulators
) -> None:
    emulators.faults("slack", {"on": "GET /.well-known/*", "status": 503})
    nobody = world.reader()
    await nobody.open("/pages/sign-in/slack")
    assert (nobody.status, "Slack cannot be reached at the moment" in nobody.text) == (503, True)
    assert await sent_to(nobody, "slack")  # the failure is not remembered


async def test_a_service_that_calls_itself_by_another_name_is_not_believed(emulators: Emulators) -> None:
    elsewhere = settings_of(emulators).slack_openid_url.replace("127.0.0.1", "localhost")
    nobody = world_of(emulators, slack_openid_url=elsewhere).reader()
    await nobody.open("/pages/sign-in/slack")
    assert (nobody.status, "comes from another service" in nobody.text) == (502, True)


async def test_a_wrong_secret_is_for_whoever_runs_the_bot(emulators: Emulators) -> None:
    told = settings_of(emulators)
    for service in PERSON:
        wrong = {f"{service}_client_secret": type(told.slack_client_secret)("wrong")}
        nobody = await signed_in(world_of(emulators, **wrong), service)  # type: ignore[arg-type]
        assert (nobody.status, "the client id, the secret" in nobody.text) == (502, True)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("access_denied", 403, "was not allowed to tell us who you are"),
        ("server_error", 502, "would not let you sign in"),
    ],
)
async def test_consent_that_is_not_given_is_told(error: str, status: int, words: str, world: World) -> None:
    nobody = world.reader()
    back = await allowed(await sent_to(nobody, "slack"), "")
    assert "error=access_denied" in back
    await nobody.open(back.replace("access_denied", error))
    assert (nobody.status, words in nobody.text) == (status, True)


async def test_an_attempt_ends_after_ten_minutes_and_counts_once(world: World) -> None:
    olive = world.reader()
    back = await allowed(await sent_to(olive, "slack"), "U0ORGANISER")
    cookies = httpx.Cookies(olive.http.cookies)
    world.later(ATTEMPT_LASTS)
    await olive.open(back)
    assert (olive.status, "This attempt to sign in has ended" in olive.text) == (410, True)
    back = await allowed(await sent_to(olive, "slack"), "U0ORGANISER")
    cookies = httpx.Cookies(olive.http.cookies)
    await olive.open(back)
    assert olive.status == 200
    await olive.open(back)
    assert olive.status == 400  # the cookie is gone
    again = world.reader()
    again.http.cookies = cookies
    await again.open(back)
    assert again.status == 410


async def test_nobody_is_signed_in_by_what_somebody_else_began(world: World) -> None:
    """Login CSRF: a page that sends Olive's browser to the end of Sam's own sign-in."""
    sam, olive = world.reader(), world.reader()
    his = await allowed(await sent_to(sam, "slack"), "U0ORGANISER")
    hers = await allowed(await sent_to(olive, "slack"), "U0ORGANISER")
    await olive.open(his)
    assert (olive.status, "was begun in another browser" in olive.text) == (400, True)
    await olive.open(hers)
    assert olive.status == 200  # what he did has not ended hers


async def test_what_was_begun_with_one_service_is_not_ended_with_another(world: World) -> None:
    olive = world.reader()
    back = await allowed(await sent_to(olive, "slack"), "U0ORGANISER")
    await olive.open(back.replace("/slack/", "/microsoft/"))
    assert (olive.status, "This attempt to sign in has ended" in olive.text) == (410, True)


@pytest.mark.parametrize(
    ("service", "status", "words"),
    [("slack", 400, "belongs to another attempt"), ("microsoft", 410, "was used already, or is too old")],
)
async def test_a_code_that_was_stolen_from_another_attempt_signs_nobody_in(
    service: str, status: int, words: str, world: World
) -> None:
    """By the nonce where the service has no PKCE for us. The second time the code is used up for all."""
    olive, sam = world.reader(), world.reader()
    stolen = parse_qs(urlsplit(await allowed(await sent_to(olive, service), PERSON[service])).query)["code"][0]
    for then, said in ((status, words), (410, "was used already, or is too old")):
        state = parse_qs(urlsplit(await sent_to(sam, service)).query)["state"][0]
        await sam.open(f"/pages/sign-in/{service}/back?code={stolen}&state={state}")
        assert (sam.status, said in sam.text) == (then, True)


async def test_an_address_that_nobody_was_sent_to_is_told_so(world: World) -> None:
    nobody = world.reader()
    for path in ("slack/back", "slack/back?state=%00&code=x", "nothing", "nothing/back", "passkey"):
        await nobody.open(f"/pages/sign-in/{path}")
        assert nobody.status in (400, 404), path
        assert "Signing in did not work" in nobody.text


@pytest.mark.parametrize(
    ("organisers", "team"), [({SLACK_OLIVE}, ["T0CAMPAIGN"]), ({SLACK_OLIVE, "slack:T1/U1"}, None), ({"web:ada"}, None)]
)
async def test_slack_offers_the_campaigns_workspace_where_there_is_one(
    organisers: set[str], team: list[str] | None, emulators: Emulators
) -> None:
    settings = settings_of(emulators).model_copy(update={"organisers": frozenset(organisers)})
    address = await sign_in_services(settings)["slack"].address("secret", f"{URL}/pages/sign-in/slack/back")
    assert parse_qs(urlsplit(str(address)).query).get("team") == team


async def test_without_settings_nothing_is_offered() -> None:
    nobody = World().reader()
    await nobody.open("/pages/sign-in")
    assert "Sign in with" not in nobody.text
    await nobody.open("/pages/sign-in/slack")
    assert nobody.status == 404


async def test_where_a_services_parts_are_is_asked_once_an_hour(emulators: Emulators) -> None:
    clock = FakeClock(SystemClock().now())
    service = sign_in_services(settings_of(emulators))["slack"]
    assert isinstance(service, OpenIdService)
    service._clock = clock
    for later, asked in ((timedelta(), 1), (timedelta(minutes=59), 1), (timedelta(minutes=1), 2)):
        clock.advance(later)
        await service.address("secret", f"{URL}/pages/sign-in/slack/back")
        found = [each for each in emulators.exchanges() if each["path"].startswith("/.well-known")]
        assert len(found) == asked
