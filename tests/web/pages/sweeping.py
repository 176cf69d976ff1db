"""Every route of the web side, asked by everybody. Routes come from the application itself, forms, links and the
names of fields from the pages that it shows: what is new is swept without anybody thinking of it."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
from starlette.routing import BaseRoute, Mount, Route

from bot.adapters.passkeys import WebAuthnPasskeys
from bot.adapters.yaml_content.library import ContentFolder
from bot.core.access import fingerprint, form_token
from bot.core.approval import SignOff, print_of
from bot.core.events import Person
from bot.core.plan import Kind
from bot.ports import Database
from bot.ports.sign_in import Trouble
from bot.web.app import application
from bot.web.feedback_form import FeedbackForm, Limit
from tests.fakes import FakeDatabase
from tests.forms import Form, Forms
from tests.web.pages.everything import PAGES, PLANNED, Say, content, filled
from tests.web.pages.reader import ADA, GUEST, MORGAN, OLIVE, URL, World

PAT = "slack:T0CAMPAIGN/UPAT"
PEOPLE = ("", PAT, GUEST, OLIVE, MORGAN, ADA)
"""Nobody, somebody without a role, a guest lead, an organiser, a moderator, an admin."""
COOKIE = "__Host-antiphon"
_FORM = "application/x-www-form-urlencoded"
_SECRET = "a-secret-of-forty-three-characters-in-all-x"


class Unreachable:
    """A service to sign in with, for the sweep of our own side."""

    label = "Slack"

    async def address(self, _secret: str, _back: str) -> str | Trouble:
        return "https://slack.example/authorize"

    async def person(self, _code: str, _secret: str, _back: str) -> Person | Trouble:
        return Trouble.UNREACHABLE


@dataclass(repr=False)
class Sweep:
    """The web side. A database in memory is as it was before each request."""

    world: World
    http: httpx.AsyncClient
    tokens: dict[str, str]
    as_it_was: Any
    routes: Mapping[str, set[str]]
    """Paths, with the methods that they have."""
    secret: Mapping[str, str]
    """Addresses that open something by themselves, by route."""
    pages: dict[str, str] = field(default_factory=dict)
    """What an admin sees, by address."""

    def __repr__(self) -> str:
        return "the web side"

    async def ask(self, who: str, path: str, body: bytes | None = None, **headers: str) -> httpx.Response:
        """GET or, with a body, POST as a browser does."""
        if isinstance(self.world.database, FakeDatabase):
            self.world.database.kept = self.as_it_was
        given = {"cookie": f"{COOKIE}={self.tokens[who]}"} if who else {}
        if body is not None:
            given |= {"origin": URL, "content-type": _FORM}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.request("GET" if body is None else "POST", path, content=body, headers=given)

    async def send(self, who: str, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        """A form with the token of whoever sends it."""
        token = {"token": form_token(self.tokens.get(who, ""))}
        return await self.ask(who, path, encoded({**token, **fields}), **headers)

    @property
    def changed(self) -> list[str]:
        """Which tables are not as they were before the last request."""
        kept = self.world.database.kept  # type: ignore[attr-defined]
        return [name for name in vars(kept) if getattr(kept, name) != getattr(self.as_it_was, name)]

    @cached_property
    def presses(self) -> list[tuple[str, dict[str, str]]]:
        """Each button of each form: where it is sent, and what, but for the token."""
        found = [
            (path, {name: value for name, value in {**form.fields, **sent}.items() if name != "token"})
            for path, form in self.forms
            for sent in form.buttons.values()
        ]
        return [press for n, press in enumerate(found) if press not in found[:n]]

    @property
    def forms(self) -> Iterator[tuple[str, Form]]:
        """Where each form goes."""
        for path, page in self.pages.items():
            for form in Forms(page).found:
                yield form.action or path, form

    @cached_property
    def names(self) -> set[str]:
        """Of everything that an address or a form can have."""
        asked = {name for link in self.links for name, _ in parse_qsl(urlsplit(link).query)}
        fields = {name for _, form in self.forms for name in form.fields}
        return asked | fields | {name for _, form in self.forms for sent in form.buttons.values() for name in sent}

    @cached_property
    def links(self) -> set[str]:
        found = [
            link
            for page in self.pages.values()
            for link in re.findall(r'(?:href|action|src|sse-connect)="([^"]*)"', page)
        ]
        return {unescape(link) for link in found}

    def real(self, route: str) -> Sequence[str]:
        """Addresses of a route's things that are there."""
        known = [self.secret[route]] if route in self.secret else [*self.pages, *sorted(self.links - set(self.pages))]
        matching = re.compile(re.sub(r"{\w+(:\w+)?}", "[^/?]+", route) + r"(\?.*)?")
        return [address for address in known if matching.fullmatch(address)]


@asynccontextmanager
async def sweeping(say: Say, folder: Path, database: Database | None = None) -> AsyncIterator[Sweep]:
    """`folder` is for a content folder that may be written to; without a database it is one in memory."""
    shutil.copytree("content", folder / "content")
    library = ContentFolder(folder / "content")
    world = World(
        database or FakeDatabase(),
        content=content(say),
        library=library,
        approve=frozenset(Kind),
        services={"slack": Unreachable()},
        passkeys=WebAuthnPasskeys(URL, "A campaign"),
    )
    await filled(world, say)
    world.later(timedelta(days=8))  # from then on the guest lead may steer
    tokens = {who: (await world.signed_in(who)).http.cookies[COOKIE] for who in PEOPLE[1:]}
    secret = await _secrets(world)
    form = FeedbackForm(world.database, world.content, world.clock, Limit(10**9, 10**9))
    app = application([*world.app.routes, *form.routes], world.signs)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=URL) as http:
        sweep = Sweep(world, http, tokens, getattr(world.database, "kept", None), _routes(app.routes), secret)
        for path in PAGES:
            sweep.pages[f"/pages{path}"] = (await sweep.ask(ADA, f"/pages{path}")).text
        for path in ("/feedback", *(path for path in sweep.routes if path.count("/") == 1)):
            sweep.pages[path] = (await sweep.ask("", path)).text
        yield sweep


async def _secrets(world: World) -> Mapping[str, str]:
    """An address for each page that somebody opens who is not signed in, but has been given a secret."""
    print_, ends = fingerprint(_SECRET), world.clock.now() + timedelta(days=1)
    async with world.database.transaction() as tx:
        entry = await tx.plan.get(PLANNED)
        assert entry
        link = SignOff(fingerprint=print_, about=PLANNED, print=print_of(entry), name="Cat", by=OLIVE, ends=ends)
        await tx.approvals.add_link(link)
        await tx.ledger.remember(f"calendar:{print_}", OLIVE)
    return {
        "/pages/sign-in": (await world.link(OLIVE)).removeprefix(URL),
        "/pages/sign-in/{service}": "/pages/sign-in/slack",
        "/pages/sign-in/{service}/back": "/pages/sign-in/slack/back?state=x&code=y",
        "/pages/sign-in/passkey": "/pages/sign-in/passkey",
        "/pages/sign-off": f"/pages/sign-off?link={_SECRET}",
        "/pages/sign-off/picture": f"/pages/sign-off/picture?link={_SECRET}",
        "/pages/calendar/{token}.ics": f"/pages/calendar/{_SECRET}.ics",
    }


def _routes(routes: Sequence[BaseRoute], before: str = "") -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for route in routes:
        if isinstance(route, Mount):
            found |= _routes(route.routes, f"{before}{route.path}")
        elif isinstance(route, Route):
            found.setdefault(f"{before}{route.path}", set()).update(route.methods or ())
    return found


def filled_in(route: str, value: str) -> str:
    """A route's path with the same value in each of its places."""
    return re.sub(r"{\w+(:\w+)?}", lambda place: "1" if place[1] else quoted(value[:1000] or "-"), route)


def quoted(text: str) -> str:
    """Half a surrogate pair too."""
    return quote(text, safe="", errors="surrogatepass")


def encoded(fields: Mapping[str, str]) -> bytes:
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in fields.items()).encode()
