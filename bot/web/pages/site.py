"""What every page stands on: who asks, with which roles, what they sent, and how a page is put together.

A page is a function of a `Call`. It says who may see it when it is declared; nobody else gets to it.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.core.access import SEEN_EVERY, KeptForm, Session, fingerprint, form_token
from bot.core.content import Content
from bot.core.dates import when_words
from bot.core.journal import Author
from bot.core.pause_words import told
from bot.core.pieces import Picture
from bot.core.plan import Kind
from bot.core.policy import Role, Roles
from bot.ports import Clock, Database, Rooms
from bot.services.approving import Team
from bot.services.pausing import standing
from bot.web.app import Signs
from bot.web.multipart import parts
from bot.web.pages import words

Form = Mapping[str, str]

EVERYBODY = frozenset(Role)
ORGANISERS = frozenset({Role.ORGANISER})
FOLDER = Path(__file__).parents[1]
ROOT = "/pages"
_LARGEST_FORM = 100_000
"""Octets. More is no form of these pages."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the pages' menu."""

    label: str
    path: str
    roles: frozenset[Role]


MENU = (
    Item("Home", f"{ROOT}/", EVERYBODY),
    Item("The month", f"{ROOT}/month", EVERYBODY),
    Item("Drafts", f"{ROOT}/drafts", ORGANISERS),
    Item("Approvals", f"{ROOT}/approvals", ORGANISERS),
    Item("Posts", f"{ROOT}/outbox", ORGANISERS),
    Item("Pause", f"{ROOT}/pause", EVERYBODY),
    Item("History", f"{ROOT}/history", ORGANISERS),
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
    templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        templates.filters["when"] = partial(when_words, zone=self.content.zone)
        templates.filters["at"] = words.at_words
        templates.filters["on"] = words.on
        templates.filters["headline"] = partial(words.headline, content=self.content)
        templates.filters["summary"] = words.summary
        templates.globals["states"] = words.STATES
        templates.globals["campaign"] = self.content.campaign
        templates.globals["style"] = _versioned("nhsuk.css"), _versioned("pages.css")
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
    def wanted(self) -> str:
        return f"{self.cookie}-wanted"

    def rendered(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page for somebody who is not signed in, or within the frame of a call."""
        frame = {"me": None, "menu": (), "here": "", "token": "", "pause": "", "done": "", "problems": ()}
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


@dataclass(frozen=True)
class Call:
    """Somebody who is signed in asks for a page. `form` is what they sent, or nothing; `kept` what they had filled in
    on this page when an earlier session ended."""

    site: Site
    request: Request
    session: Session
    roles: frozenset[Role]
    token: str
    form: Form
    now: datetime
    kept: Form = field(default_factory=dict)

    @property
    def who(self) -> str:
        return self.session.who

    @property
    def author(self) -> Author:
        return Author(self.session.who, self.session.name)

    @property
    def path(self) -> str:
        return readable(self.request.url.path)

    @property
    def content(self) -> Content:
        return self.site.content

    @property
    def database(self) -> Database:
        return self.site.database

    @property
    def team(self) -> Team:
        return self.site.team

    def asked(self, name: str) -> str:
        """A value of the address."""
        return readable(self.request.query_params.get(name, ""))

    async def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page with its menu, and with the pause on top where there is one."""
        async with self.database.transaction() as tx:
            pause = await standing(tx, self.now)
        frame = {
            "me": self.session,
            "menu": [item for item in MENU if item.roles & self.roles],
            "here": self.path,
            "token": form_token(self.token),
            "pause": told(pause, self.content.zone, self.now) if pause else "",
            "done": self.asked("done"),
            "organiser": Role.ORGANISER in self.roles,
        }
        return self.site.rendered(template, status, **frame | values)

    async def not_found(self, what: str) -> Response:
        return await self.page("problem.html", 404, title=f"There is no such {what}", words=_GONE)

    async def finished(self) -> None:
        """A form was sent: what was kept of it is of no use any more."""
        async with self.database.transaction() as tx:
            await tx.access.let_go(self.who, self.path)


_GONE = "It may have been taken away meanwhile, or the address was not copied whole. Go back, and look at the list."

Handler = Callable[[Call], Awaitable[Response]]


def page(
    path: str,
    handler: Handler,
    roles: frozenset[Role],
    *,
    keeps: bool = False,
    largest: int = _LARGEST_FORM,
) -> Route:
    """A page for some roles. With `keeps`, what is sent to it outlives the session of whoever filled it in. `largest`
    is how much can be sent to it, in octets."""

    async def endpoint(request: Request) -> Response:
        return await _answer(request, handler, roles, keeps=keeps, largest=largest)

    return Route(path, endpoint, methods=["GET", "POST"])


async def _answer(request: Request, handler: Handler, roles: frozenset[Role], *, keeps: bool, largest: int) -> Response:
    site: Site = request.app.state.site
    now, token = site.clock.now(), request.cookies.get(site.cookie, "")
    form = await sent(request, largest)
    session = await site.session(token, now)
    ours = hmac.compare_digest(form.get("token", ""), form_token(token))
    if session is None or not session.lasts(now):
        kept = bool(session and keeps and form and ours)
        if session and kept:
            await _keep(site, session, request, form, now)
        refused = site.rendered("sign_in.html", 401, link="", tried=bool(token), kept=kept)
        return refused if request.method == "POST" else site.remembering(refused, request)
    call = Call(site, request, session, site.roles.held(session.who), token, form, now)
    if not roles & call.roles:
        return await call.page("refused.html", 403, roles=sorted(roles))
    if request.method == "POST" and not ours:
        return await _not_ours(call, keeps=keeps)
    if keeps and form.get("do") == "discard":
        await call.finished()
        return back(call.path)
    return await handler(await _with_kept(call) if keeps and not form else call)


async def _not_ours(call: Call, *, keeps: bool) -> Response:
    """A form of an earlier session. That another site did not send it, its Origin has shown."""
    if keeps and call.form:
        await _keep(call.site, call.session, call.request, call.form, call.now)
        return back(call.path)
    return await call.page("problem.html", 403, title="Nothing was done", words=_OLD_PAGE)


_OLD_PAGE = "The page that you sent this from is of an earlier session. Open it again, and send it from there."


async def _keep(site: Site, session: Session, request: Request, form: Form, now: datetime) -> None:
    values = {name: value for name, value in form.items() if name not in ("token", "do")}
    async with site.database.transaction() as tx:
        await tx.access.keep(KeptForm(who=session.who, path=readable(request.url.path), values=values, at=now))


async def _with_kept(call: Call) -> Call:
    async with call.database.transaction() as tx:
        found = [kept for kept in await tx.access.kept(call.who) if kept.path == call.path]
    if not found:
        return call
    return Call(
        call.site, call.request, call.session, call.roles, call.token, call.form, call.now, kept=found[0].values
    )


async def sent(request: Request, largest: int = _LARGEST_FORM) -> Form:
    """A posted form's fields; the last of the same name counts. A file is in base64. Raises HTTPException for one that
    is far too large."""
    if request.method != "POST":
        return {}
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise HTTPException(413)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return {readable(name): readable(value) for name, value in parts(bytes(body), request.headers["content-type"])}
    fields = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    return {readable(name): readable(value) for name, value in fields}


def readable(text: str) -> str:
    """As people type it: with plain line ends, and without NUL, which PostgreSQL cannot even look for."""
    return text.replace("\r\n", "\n").replace("\0", "\ufffd")


def back(path: str, **query: str) -> Response:
    """To a page after something was done, so that loading it again does nothing twice."""
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, status_code=303)


def shown_picture(picture: Picture) -> Response:
    """An uploaded picture. Its address changes with its content."""
    kind = "image/png" if picture.path.endswith(".png") else "image/jpeg"
    return Response(picture.data, media_type=kind, headers={"cache-control": "private, max-age=86400"})


def chosen(form: Form, prefix: str, names: Sequence[str]) -> list[str]:
    """Which boxes were ticked: `on.x`, `on.slack`."""
    return [name for name in names if f"{prefix}.{name}" in form]


def _versioned(name: str) -> str:
    """The address of a file that browsers may keep for ever: another content has another address."""
    digest = hashlib.sha256((FOLDER / "static" / name).read_bytes()).hexdigest()[:12]
    return f"{ROOT}/static/{name}?{digest}"
