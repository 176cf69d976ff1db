"""A page is a function of a `Call`: somebody who is signed in asks for it, or sends a form to it.

It says who may see it when it is declared; nobody else gets to it.
"""

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.core.access import KeptForm, Session, form_token
from bot.core.called import called
from bot.core.content import Content
from bot.core.journal import Author
from bot.core.leading import held_on_pages
from bot.core.pictures import as_it_may_leave
from bot.core.pieces import Picture
from bot.core.policy import WHO_MAY, Deed, Role
from bot.ports import Database
from bot.request_bodies import body_of
from bot.services.approving import Team
from bot.services.pausing import standing
from bot.web.language import N_, either
from bot.web.language import gettext as _
from bot.web.pages.site import MENU, VIEW, VIEWED_AS, Site, readable
from bot.web.pages.uploads import NOTHING, Upload, is_upload, parsed
from bot.web.pages.words import MANY, paused

Form = Mapping[str, str]

LARGEST_FORM = 100_000
"""Octets. More is no form of these pages, but where a page says so."""
_DRAINED = 100_000_000


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
    upload: Upload = NOTHING
    viewing: str = ""
    """The role as which an admin looks at the pages, and can change nothing."""

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
        """As the bot has it now."""
        return self.site.tools.content()

    @property
    def database(self) -> Database:
        return self.site.database

    @property
    def team(self) -> Team:
        return self.site.team

    def asked(self, name: str) -> str:
        """A value of the address."""
        return readable(self.request.query_params.get(name, ""))

    @property
    def reads_feedback(self) -> bool:
        """Whether they may see what people said to the bot, and what it says to one person alone."""
        return not self.roles.isdisjoint(WHO_MAY[Deed.READ_FEEDBACK])

    async def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page with its menu, and with the pause on top where there is one; its reason is not for everybody."""
        async with self.database.transaction() as tx:
            pause = await standing(tx, self.now) if self.roles else None
        frame = {
            "me": replace(self.session, name=called(self.session.who, self.session.name)),
            "menu": [item for item in MENU if item.roles & self.roles],
            "here": self.path,
            "token": form_token(self.token),
            "pause": paused(pause, self.content.zone, self.now) if pause else "",
            "done": self.asked("done"),
            "organiser": Role.ORGANISER in self.roles,
            "reads_feedback": self.reads_feedback,
            "viewing": self.viewing,
        }
        return self.site.rendered(template, status, **frame | values)

    async def not_found(self, title: str) -> Response:
        return await self.page("problem.html", 404, title=title, words=_(_GONE))

    async def finished(self) -> None:
        """A form was sent: what was kept of it is of no use any more."""
        async with self.database.transaction() as tx:
            await tx.access.let_go(self.who, self.path)


_GONE = N_("It may have been taken away meanwhile, or the address was not copied whole. Go back, and look at the list.")

Handler = Callable[[Call], Awaitable[Response]]


def page(
    path: str, handler: Handler, roles: frozenset[Role], *, keeps: bool = False, largest: int = LARGEST_FORM
) -> Route:
    """A page for some roles. With `keeps`, what is sent to it outlives the session of whoever filled it in.

    `largest` are the octets that it takes in.
    """

    async def endpoint(request: Request) -> Response:
        return await _answer(request, handler, roles, keeps=keeps, largest=largest)

    return Route(path, endpoint, methods=["GET", "POST"])


async def _answer(request: Request, handler: Handler, roles: frozenset[Role], *, keeps: bool, largest: int) -> Response:
    site: Site = request.app.state.site
    now, token = site.clock.now(), request.cookies.get(site.cookie, "")
    body, session = await _body(request, largest), await site.session(token, now)
    # What a stranger sends is not looked into, and what others do, in a thread: the largest forms take seconds.
    form, upload = await asyncio.to_thread(_taken_in, request, body) if session and body else ({}, NOTHING)
    if keeps and upload.data:
        form = {**form, upload.field: base64.b64encode(upload.data).decode()}
    if session is None or not session.lasts(now):
        return await _signed_out(site, request, session if keeps else None, form, now)
    held = held_on_pages(session.who, site.roles, site.tools.content(), now)
    viewing = _viewing(request, site, held)
    call = Call(
        site, request, session, frozenset({Role(viewing)}) if viewing else held, token, form, now,
        upload=upload, viewing=viewing,
    )  # fmt: skip
    if viewing and request.method == "POST" and not call.path.endswith(VIEW):
        return await call.page("problem.html", 403, title=_("Nothing was done"), words=_(_ONLY_LOOKING))
    if not roles & call.roles:
        return await call.page("refused.html", 403, roles=either([_(MANY[role]) for role in sorted(roles)]))
    if request.method == "POST" and not _is_of_this_session(form, token):
        return await _not_ours(call, keeps=keeps)
    if keeps and form.get("do") == "discard":
        await call.finished()
        return back(call.path)
    return await handler(await _with_kept(call) if keeps and not form else call)


async def _signed_out(site: Site, request: Request, ended: Session | None, form: Form, now: datetime) -> Response:
    """What was filled in is kept for when its person is back: that no other site sent it, its Origin has shown."""
    if ended and form:
        await _keep(site, ended, request, form, now)
    tried, kept = bool(request.cookies.get(site.cookie)), bool(ended and form)
    refused = site.rendered("sign_in.html", 401, link="", tried=tried, kept=kept)
    return site.remembering(refused, request) if _is_page(request) else refused


def _is_of_this_session(form: Form, token: str) -> bool:
    return hmac.compare_digest(form.get("token", "").encode(errors="replace"), form_token(token).encode())


def _is_page(request: Request) -> bool:
    """Whether somebody wants to be shown what they ask for: a page that stands open asks for its stream by itself."""
    return request.method != "POST" and "text/event-stream" not in request.headers.get("accept", "")


def _viewing(request: Request, site: Site, held: frozenset[Role]) -> str:
    """As whom an admin looks at the pages; empty for everybody else."""
    wanted = request.cookies.get(site.viewing, "")
    return wanted if Role.ADMIN in held and wanted in VIEWED_AS else ""


_ONLY_LOOKING = N_("You look at the pages as somebody else does. Go back to your own view first, then do it.")


async def _not_ours(call: Call, *, keeps: bool) -> Response:
    """A form of an earlier session. That another site did not send it, its Origin has shown."""
    if keeps and call.form:
        await _keep(call.site, call.session, call.request, call.form, call.now)
        return back(call.path)
    return await call.page("problem.html", 403, title=_("Nothing was done"), words=_(_OLD_PAGE))


_OLD_PAGE = N_("The page that you sent this from is of an earlier session. Open it again, and send it from there.")


async def _keep(site: Site, session: Session, request: Request, form: Form, now: datetime) -> None:
    values = {name: value for name, value in form.items() if name not in ("token", "do")}
    async with site.database.transaction() as tx:
        await tx.access.keep(KeptForm(who=session.who, path=readable(request.url.path), values=values, at=now))


async def _with_kept(call: Call) -> Call:
    async with call.database.transaction() as tx:
        found = [kept for kept in await tx.access.kept(call.who) if kept.path == call.path]
    if not found:
        return call
    return replace(call, kept=found[0].values)


async def sent(request: Request) -> Form:
    """A posted form's fields; the last of the same name counts. Raises HTTPException for one that is far too large."""
    return _parsed(request, await _body(request, LARGEST_FORM))[0]


async def _body(request: Request, largest: int) -> bytes:
    """What was posted. Raises HTTPException for more than is taken in."""
    body = await body_of(request, largest, drained=_DRAINED) if request.method == "POST" else b""
    if body is None:
        raise HTTPException(413)
    return body


def _parsed(request: Request, body: bytes) -> tuple[Form, Upload]:
    """A posted form's fields, and the file that came with them."""
    kind = request.headers.get("content-type", "")
    if is_upload(kind):
        fields, upload = parsed(kind, body)
    else:
        fields, upload = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)), NOTHING
    return {readable(name): readable(value) for name, value in fields.items()}, upload


def _taken_in(request: Request, body: bytes) -> tuple[Form, Upload]:
    """The same; a picture loses its trail before anything is kept of it."""
    form, upload = _parsed(request, body)
    # What is no picture, or a damaged one, is for the page to judge.
    return form, replace(upload, data=as_it_may_leave(upload.data))


def back(path: str, **query: str) -> Response:
    """To a page after something was done, so that loading it again does nothing twice."""
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, status_code=303)


def shown_picture(picture: Picture) -> Response:
    """An uploaded picture. Its address changes with its content."""
    kind = "image/png" if picture.path.endswith(".png") else "image/jpeg"
    return Response(picture.data, media_type=kind, headers={"cache-control": "private, max-age=86400"})
