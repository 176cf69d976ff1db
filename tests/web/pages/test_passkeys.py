"""Passkeys at the pages, with a device in software."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product

import pytest

from bot.adapters.passkeys import WebAuthnPasskeys
from bot.config import Settings
from bot.core.access import ATTEMPT_LASTS, Passkey
from bot.core.policy import Roles
from bot.platforms import passkeys
from tests.web.pages.authenticator import Authenticator
from tests.web.pages.reader import MORGAN, OLIVE, URL, Reader, World


class _Asked(HTMLParser):
    """What the page's script is given."""

    options = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.options = dict(attrs).get("data-options") or self.options


def asked(reader: Reader) -> str:
    page = _Asked()
    page.feed(reader.text)
    return page.options


def world_of() -> World:
    return World(passkeys=WebAuthnPasskeys(URL, "A campaign"))


async def added(reader: Reader, device: Authenticator) -> None:
    await reader.open("/pages/passkeys/add")
    await reader.press("Make a passkey", answer=device.create(asked(reader)))


async def used(reader: Reader, device: Authenticator) -> None:
    await reader.open("/pages/sign-in/passkey")
    await reader.press("Use your passkey", answer=device.get(asked(reader)))


async def with_passkey() -> tuple[World, Authenticator]:
    world, device = world_of(), Authenticator(URL)
    await added(await world.signed_in(), device)
    return world, device


async def kept_of(world: World) -> Sequence[Passkey]:
    async with world.database.transaction() as tx:
        return await tx.access.passkeys(OLIVE)


async def test_somebody_adds_a_passkey_and_signs_in_with_it() -> None:
    world, device = world_of(), Authenticator(URL)
    olive = await world.signed_in()
    await added(olive, device)
    assert "Your passkey is added" in olive.text
    again = world.reader()
    for _ in range(2):
        await used(again, device)
        assert (again.path, "Signed in as UOLIVE" in again.text) == ("/pages/", True)
    async with world.database.transaction() as tx:
        (kept,) = await tx.access.passkeys(OLIVE)
        assert kept.uses == device.uses == 2
        assert [line.what for line in await tx.audit.list()].count("add passkey") == 1


async def test_a_device_that_does_not_count_is_taken() -> None:
    """Passkeys that are copied between a person's devices always say 0."""
    world, device = await with_passkey()
    for _ in range(2):
        device.uses = -1
        reader = world.reader()
        await used(reader, device)
        assert reader.status == 200


Wrong = Callable[[Authenticator], Authenticator]
WRONG: dict[str, Wrong] = {
    "another page's": lambda device: replace(device, origin="https://bot.example.org.evil.example"),
    "another site's": lambda device: replace(device, site="evil.example"),
    "without finger, face or PIN": lambda device: replace(device, verified=False),
    "a copy of the device, which is behind": lambda device: replace(device, uses=4),
    "another key": lambda device: Authenticator(URL, id=device.id, uses=9),
    "a passkey that nobody has": lambda device: Authenticator(URL, uses=9),
}


async def test_what_is_not_the_passkey_signs_nobody_in() -> None:
    world, device = await with_passkey()
    device.uses = 4
    await used(world.reader(), device)
    for what, wrong in WRONG.items():
        thief = world.reader()
        await used(thief, wrong(device))
        assert (thief.status, "That passkey does not fit" in thief.text) == (410, True), what
    olive = world.reader()
    await used(olive, device)
    assert olive.status == 200


async def test_an_answer_counts_once_and_for_ten_minutes() -> None:
    world, device = await with_passkey()
    olive, other = world.reader(), world.reader()
    await olive.open("/pages/sign-in/passkey")
    answer, cookies = device.get(asked(olive)), dict(olive.http.cookies)
    await olive.press("Use your passkey", answer=answer)
    assert olive.status == 200
    other.http.cookies.update(cookies)
    await other.post("/pages/sign-in/passkey", {"answer": answer})
    assert other.status == 410
    await other.open("/pages/sign-in/passkey")
    late = device.get(asked(other))
    world.later(ATTEMPT_LASTS)
    await other.press("Use your passkey", answer=late)
    assert other.status == 410


NONSENSE = ("", "{}", "[]", "null", "7", '{"id": 7}', "x" * 50_000, json.dumps({"rawId": "é", "response": []}), "\0")


async def test_nonsense_signs_nobody_in_and_adds_nothing() -> None:
    world, _ = await with_passkey()
    olive, nobody = await world.signed_in(), world.reader()
    answers = [*NONSENSE, Authenticator(URL).create(json.dumps({"rp": {"id": "x"}, "challenge": ""}))]
    for answer in answers:
        await nobody.open("/pages/sign-in/passkey")
        await nobody.press("Use your passkey", answer=answer)
        assert nobody.status == 410, answer
        await olive.open("/pages/passkeys/add")
        await olive.press("Make a passkey", answer=answer)
        assert olive.status == 410, answer
    assert len(await kept_of(world)) == 1


FORMATS = ("packed", "tpm", "android-key", "android-safetynet", "fido-u2f", "apple", "compound", "no such format")
STATEMENTS: tuple[object, ...] = (
    {},
    {"alg": -7, "sig": b"x"},
    {"alg": -7, "sig": b"x", "x5c": [b"not a certificate"], "ver": "2.0", "certInfo": b"x", "pubArea": b"x"},
    {"ver": "1", "response": b"a.b.c"},
    [],
)


async def test_what_a_device_says_of_its_maker_breaks_nothing() -> None:
    """It is not asked for, but anybody can send it, and the library reads it."""
    world = world_of()
    olive = await world.signed_in()
    for kind, statement in product(FORMATS, STATEMENTS):
        await olive.open("/pages/passkeys/add")
        answer = Authenticator(URL, attested=(kind, statement)).create(asked(olive))
        await olive.press("Make a passkey", answer=answer)
        assert olive.status == 410, (kind, statement)


async def test_half_of_an_answer_is_no_answer() -> None:
    """Every part of a good answer taken out, or made something else, is told in words."""
    world, device = await with_passkey()
    nobody = world.reader()
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        for instead in (None, "", "AAAA", 7):
            await nobody.open("/pages/sign-in/passkey")
            answer = json.loads(device.get(asked(nobody)))
            answer["response"][part] = instead
            await nobody.press("Use your passkey", answer=json.dumps(answer))
            assert nobody.status == 410, (part, instead)


async def test_passkeys_are_listed_and_removed_by_their_owner_alone() -> None:
    world, device = await with_passkey()
    morgan, olive = await world.signed_in(MORGAN), await world.signed_in()
    await olive.open("/pages/passkeys/add")
    (known,) = json.loads(asked(olive))["excludeCredentials"]
    await olive.open("/pages/sessions")
    assert known["id"] in olive.text
    await morgan.open("/pages/sessions")
    assert known["id"] not in morgan.text
    token = morgan.text.partition('name="token" value="')[2][:64]
    await morgan.post("/pages/sessions", {"token": token, "remove": known["id"]})
    assert (morgan.status, "is removed" in morgan.text) == (200, False)
    assert len(await kept_of(world)) == 1
    await olive.press("Remove this passkey")
    assert "That passkey is removed" in olive.text
    nobody = world.reader()
    await used(nobody, device)
    assert nobody.status == 410


async def test_a_passkey_is_added_once_and_to_nobody_elses_name() -> None:
    world, device = await with_passkey()
    morgan = await world.signed_in(MORGAN)
    await added(morgan, device)
    assert (morgan.status, "The passkey was not added" in morgan.text) == (410, True)
    reader = world.reader()
    await used(reader, device)
    assert "Signed in as UOLIVE" in reader.text


async def test_who_has_no_role_any_more_is_told_so() -> None:
    world, device = await with_passkey()
    later = World(world.database, world.clock, roles=Roles(moderators=frozenset({MORGAN})), passkeys=world.passkeys)
    olive = later.reader()
    await used(olive, device)
    assert (olive.status, OLIVE in olive.text, olive.http.cookies.get("__Host-antiphon")) == (403, True, None)


async def test_scripts_of_ours_run_on_these_pages_and_on_no_other() -> None:
    world = world_of()
    olive = await world.signed_in()
    for path, runs in (("passkeys/add", True), ("sign-in/passkey", True), ("sign-in", False), ("sessions", False)):
        await olive.open(f"/pages/{path}")
        policy = olive.answer.headers["content-security-policy"]
        assert ("script-src 'self'" in policy, "<script" in olive.text) == (runs, runs), path
        assert policy.startswith("default-src 'none'")
        assert ("Passkeys need JavaScript" in olive.text) is runs


@pytest.mark.parametrize(
    ("address", "there"),
    [("https://bot.example.org", True), ("http://localhost:8080", True), ("http://127.0.0.1:8080", False),
     ("http://[::1]:8080", False), ("", False)],
)  # fmt: skip
async def test_passkeys_need_an_address_with_a_name(address: str, there: bool) -> None:
    reader = passkeys(Settings(_env_file=None, web_url=address), "A campaign")
    world = World(url=address or URL, passkeys=reader)
    olive = await world.signed_in()
    await olive.open("/pages/sessions")
    assert ("Add a passkey" in olive.text) is there
    await olive.open("/pages/passkeys/add")
    assert olive.status == (200 if there else 404)
    await olive.post("/pages/sign-in/passkey", {"answer": "{}"})
    assert olive.status == 410
