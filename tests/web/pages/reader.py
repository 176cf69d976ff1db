"""Somebody at the organisers' pages, with a browser that runs no scripts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import httpx
from jinja2.bccache import Bucket, BytecodeCache
from starlette.applications import Starlette

from bot.adapters.feedback_files import feedback_file
from bot.adapters.sheets import SpreadsheetFiles
from bot.adapters.yaml_content.library import ContentFolder
from bot.core.answers import Answers, matcher_for
from bot.core.content import Content
from bot.core.events import Place, Platform
from bot.core.outbox import Post
from bot.core.plan import Kind
from bot.core.policy import Roles
from bot.ports import Database
from bot.ports.library import Library
from bot.ports.sign_in import PasskeyReader, SignInService
from bot.runtime.operations_faq import FaqDesk
from bot.services.signing_in import make_link
from bot.web.language import Languages, offered
from bot.web.pages.app import pages
from bot.web.pages.site import Site
from bot.web.pages.streams import Streams
from bot.web.pages.tools import Tools
from tests.fakes import FakeClock, FakeDatabase
from tests.forms import Form, Forms
from tests.samples import sample_content

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
URL = "https://bot.example.org"
OLIVE, MORGAN, MARIA = "slack:T0CAMPAIGN/UOLIVE", "teams:tenant/morgan", "web:maria"
GUEST, ADA = "slack:T0CAMPAIGN/UGUEST", "web:ada"
ROLES = Roles(
    organisers=frozenset({OLIVE, MARIA}),
    moderators=frozenset({MORGAN}),
    admins=frozenset({ADA}),
)
ROOMS = {platform: Place(platform, channel="" if platform is Platform.X else "room") for platform in Platform}


@dataclass
class Signs:
    """What the page is told of the bot's health."""

    said: dict[str, str] = field(default_factory=lambda: {"database": "ok"})

    async def checks(self) -> Mapping[str, str]:
        return self.said

    async def metrics(self) -> str:
        return ""


def _with_guest() -> Content:
    """The sample, in which GUEST leads the chat of December: from the 8th on they may steer it."""
    content = sample_content()
    chat = content.chats["2026-12-15"].model_copy(update={"lead_ids": (GUEST,)})
    return replace(content, chats={**content.chats, "2026-12-15": chat})


class Compiled(BytecodeCache):
    """Templates, compiled once for all worlds: that takes longer than most of what is done with them."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if known := self.kept.get(bucket.key):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@dataclass
class World:
    """The pages over a database of their own, at a time of their own."""

    database: Database = field(default_factory=FakeDatabase)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    signs: Signs = field(default_factory=Signs)
    content: Content = field(default_factory=_with_guest)
    roles: Roles = ROLES
    url: str = URL
    library: Library = field(default_factory=lambda: ContentFolder(Path("content")))
    """The content's folder, for tests of what is changed there."""

    approve: frozenset[Kind] = frozenset()
    services: Mapping[str, SignInService] = field(default_factory=dict)
    passkeys: PasskeyReader | None = None
    languages: Languages = field(default_factory=offered)
    streams: Streams = field(default_factory=Streams)

    def __post_init__(self) -> None:
        site = Site(
            self.database,
            self.content,
            self.clock,
            self.roles,
            ROOMS,
            self.signs,
            self.url,
            self.approve,
            tools=self.tools(),
            services=self.services,
            passkeys=self.passkeys,
            languages=self.languages,
            streams=self.streams,
        )
        site.templates.bytecode_cache = COMPILED
        self.app = Starlette(routes=[pages(site)])

    def tools(self) -> Tools:
        answers = Answers()
        faq = FaqDesk(lambda: (self.content, answers), matcher_for, self.library)
        return Tools(lambda: self.content, faq, feedback_file, SpreadsheetFiles(), self.library)

    def reader(self) -> "Reader":
        return Reader(self)

    async def signed_in(self, who: str = OLIVE) -> "Reader":
        reader = self.reader()
        await reader.sign_in(who)
        return reader

    async def link(self, who: str) -> str:
        async with self.database.transaction() as tx:
            return await make_link(tx, self.url, who, who.rpartition("/")[2].removeprefix("web:"), self.clock.now())

    def posts(self) -> list[Post]:
        """What waits in the outbox, of a database in memory."""
        assert isinstance(self.database, FakeDatabase)
        return list(self.database.kept.outbox.rows.values())

    def later(self, by: timedelta) -> None:
        self.clock.advance(by)


class Reader:
    """Keeps cookies, follows redirects, and sends forms as a browser does: with Origin, and with hidden fields."""

    def __init__(self, world: World) -> None:
        self.world = world
        transport = httpx.ASGITransport(world.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=world.url, follow_redirects=True)
        self.answer = httpx.Response(0)

    async def sign_in(self, who: str) -> None:
        await self.open(await self.world.link(who))
        await self.press("Sign in")

    async def open(self, address: str) -> str:
        return self._took(await self.http.get(address))

    async def follow(self, words: str) -> str:
        """The first link with these words."""
        found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>{re.escape(words)}</a>', self.text)
        assert found, words
        return await self.open(str(self.answer.url.join(unescape(found[1]))))

    async def post(self, address: str, fields: Mapping[str, str], **headers: str) -> str:
        return self._took(await self.http.post(address, data=fields, headers={"origin": self.world.url, **headers}))

    async def send_file(self, address: str, name: str, data: bytes) -> str:
        """Send a file by the form of the present page, as a browser does."""
        fields = {"token": self.text.partition('name="token" value="')[2][:64]}
        origin = {"origin": self.world.url}
        return self._took(await self.http.post(address, data=fields, files={"file": (name, data)}, headers=origin))

    async def press(self, button: str, **typed: str) -> str:
        """Fill in the form with such a button on the present page, and press it. A dot in a name is written `__`."""
        form, pressed = self._found(button)
        sent = form.fields | {name.replace("__", "."): value for name, value in typed.items()} | pressed
        return await self.post(form.action or str(self.answer.url), sent)

    async def upload(self, button: str, files: Mapping[str, bytes], **typed: str) -> str:
        """The same for a form with files in it; an empty one is one that was not chosen."""
        form, pressed = self._found(button)
        fields = {name: value for name, value in form.fields.items() if name not in files} | typed | pressed
        chosen = {name: (f"{name}.png" if data else "", data) for name, data in files.items()}
        address, origin = form.action or str(self.answer.url), {"origin": self.world.url}
        return self._took(await self.http.post(address, data=fields, files=chosen, headers=origin))

    def _found(self, button: str) -> tuple[Form, dict[str, str]]:
        """The first form with such a button, or with one whose words begin so."""
        forms = Forms(self.text).found
        exact = [(form, form.buttons[button]) for form in forms if button in form.buttons]
        alike = [(form, sent) for form in forms for words, sent in form.buttons.items() if words.startswith(button)]
        return [*exact, *alike][0]

    @property
    def text(self) -> str:
        return self.answer.text

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return self.answer.url.path

    def _took(self, answer: httpx.Response) -> str:
        self.answer = answer
        return answer.text
