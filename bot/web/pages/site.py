"""What every page stands on: its parts, who is signed in, and how a page is put together."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.core.access import SEEN_EVERY, Session, fingerprint
from bot.core.called import called
from bot.core.content import Content
from bot.core.dates import instants_told
from bot.core.feedback import themes
from bot.core.plan import Kind, rule_of
from bot.core.policy import Role, Roles
from bot.core.pseudonyms import Pseudonyms
from bot.ports import Clock, Database, Rooms
from bot.ports.sign_in import PasskeyReader, SignInService
from bot.services.approving import Team
from bot.web.app import Signs
from bot.web.dates import day_words, lasting, month_words, when_words
from bot.web.language import N_, Languages, offered
from bot.web.pages import words
from bot.web.pages.streams import Streams
from bot.web.pages.tools import Tools
from bot.web.templating import environment

EVERYBODY = frozenset({Role.ORGANISER, Role.MODERATOR})
HOSTS = EVERYBODY | {Role.GUEST_LEAD}
"""Guest leads too, who see their own chat and nothing else."""
ORGANISERS = frozenset({Role.ORGANISER})
MODERATORS = frozenset({Role.MODERATOR})
FOLDER = Path(__file__).parents[1]
ROOT = "/pages"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the pages' menu."""

    label: str
    path: str
    roles: frozenset[Role]


VIEW = "/view"
VIEWED_AS = (Role.ORGANISER.value, Role.MODERATOR.value)

MENU = (
    Item(N_("Home"), f"{ROOT}/", EVERYBODY),
    Item(N_("The month"), f"{ROOT}/month", EVERYBODY),
    Item(N_("Live desk"), f"{ROOT}/live", HOSTS),
    Item(N_("Drafts"), f"{ROOT}/drafts", ORGANISERS),
    Item(N_("Approvals"), f"{ROOT}/approvals", ORGANISERS),
    Item(N_("Posts"), f"{ROOT}/outbox", ORGANISERS),
    Item(N_("FAQ desk"), f"{ROOT}/faq", ORGANISERS),
    Item(N_("Feedback"), f"{ROOT}/feedback", MODERATORS),
    Item(N_("Chats so far"), f"{ROOT}/chats", EVERYBODY),
    Item(N_("By month"), f"{ROOT}/ledger", EVERYBODY),
    Item(N_("Import and export"), f"{ROOT}/import", ORGANISERS),
    Item(N_("Pause"), f"{ROOT}/pause", EVERYBODY),
    Item(N_("History"), f"{ROOT}/history", ORGANISERS),
)


@dataclass(frozen=True)
class Site:
    """`url` is the public address of the web side, or empty where WEB_URL is not set."""

    database: Database
    content: Content
    clock: Clock
    roles: Roles
    rooms: Rooms
    signs: Signs
    url: str = ""
    approve: frozenset[Kind] = frozenset()
    tools: Tools = field(kw_only=True)
    services: Mapping[str, SignInService] = field(default_factory=dict, kw_only=True)
    """With which people can sign in, by their names in addresses."""
    passkeys: PasskeyReader | None = field(default=None, kw_only=True)
    pseudonyms: Pseudonyms = field(default_factory=Pseudonyms, kw_only=True)
    languages: Languages = field(default_factory=offered, kw_only=True)
    streams: Streams = field(default_factory=Streams, kw_only=True)
    templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        templates = environment()
        when = templates.filters["when"] = partial(when_words, zone=self.content.zone)
        templates.filters["instants"] = partial(instants_told, when=when)
        templates.filters["clock"] = partial(words.clock, zone=self.content.zone)
        templates.filters["day"] = day_words
        templates.filters["themes"] = themes
        templates.filters["month"] = month_words
        templates.filters["rule"] = rule_of
        templates.filters["lasting"] = lasting
        templates.filters["at"] = words.at_words
        templates.filters["on"] = words.on
        templates.filters["verdict"] = words.verdict
        templates.filters["cost"] = words.cost
        templates.filters["headline"] = lambda entry: words.headline(entry, self.tools.content())
        templates.filters["summary"] = words.summary
        templates.globals["called"] = called  # pages on which people did something say what they know
        templates.globals["states"] = words.STATES
        templates.globals["campaign"] = self.content.campaign
        templates.globals["services"] = {name: service.label for name, service in self.services.items()}
        templates.globals["passkeys"] = self.passkeys is not None
        templates.globals["icon"] = versioned("mark.svg")
        templates.globals["style"] = versioned("nhsuk.css"), versioned("pages.css")
        object.__setattr__(self, "templates", templates)

    @property
    def team(self) -> Team:
        return Team(self.content, self.rooms, self.roles, self.approve, self.url)

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The prefix makes browsers refuse a cookie of this name from a subdomain."""
        return "__Host-antiphon" if self.secure else "antiphon"

    @property
    def viewing(self) -> str:
        """The cookie that says as whom an admin looks at the pages."""
        return f"{self.cookie}-viewing"

    @property
    def wanted(self) -> str:
        return f"{self.cookie}-wanted"

    @property
    def attempt(self) -> str:
        """The cookie with the secret of an attempt to sign in."""
        return f"{self.cookie}-attempt"

    def rendered(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page for somebody who is not signed in, or within the frame of a call."""
        frame = {
            "me": None,
            "menu": (),
            "here": "",
            "token": "",
            "pause": "",
            "done": "",
            "problems": (),
            "viewing": "",
        }
        return HTMLResponse(self.templates.get_template(template).render(frame | values), status_code=status)

    def remembering(self, answer: Response, request: Request) -> Response:
        """An answer with which the browser remembers, for an hour, where its person wanted to go."""
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        answer.set_cookie(self.wanted, quote(wanted), max_age=3600, httponly=True, samesite="lax", secure=self.secure)
        return answer

    def wanted_by(self, request: Request) -> str:
        """Where somebody wanted to go before they signed in: a page of ours, whatever the cookie says."""
        path = unquote(request.cookies.get(self.wanted, ""))
        return path if path.startswith(f"{ROOT}/") else f"{ROOT}/"

    async def session(self, token: str, now: datetime) -> Session | None:
        """The session of a cookie, perhaps one that has ended; None for none."""
        async with self.database.transaction() as tx:
            found = await tx.access.session(fingerprint(token)) if token else None
            if found and found.lasts(now) and now - found.used > SEEN_EVERY:
                await tx.access.seen(found.fingerprint, now)
        return found


def readable(text: str) -> str:
    """As people type it: with plain line ends, and without NUL, which PostgreSQL cannot even look for."""
    return text.replace("\r\n", "\n").replace("\0", "\ufffd")


def versioned(name: str) -> str:
    """The address of a file that browsers may keep for ever: another content has another address."""
    digest = hashlib.sha256((FOLDER / "static" / name).read_bytes()).hexdigest()[:12]
    return f"{ROOT}/static/{name}?{digest}"
