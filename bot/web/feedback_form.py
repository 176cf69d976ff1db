"""The form at /feedback, for everybody: no account, no script, no cookie.

Nobody is known by it, so there is nothing that another site's page could do in somebody's name: it needs no token
against that. What keeps machines away is a field that people do not see, and a limit for each address, of which only a
digest under a key of this process is kept, in memory.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import structlog
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.core.content import Content
from bot.core.feedback import Consent, Source, filled_in, readable
from bot.core.personal import all_of, cleaned, held_in, kinds_of
from bot.core.privacy import taken_back_note
from bot.core.problems import Problem
from bot.core.rounds import Asked
from bot.ports import Clock, Database
from bot.request_bodies import body_of
from bot.services.rounds import keep_answer
from bot.services.said_done import take_back
from bot.web.feedback_pages import asked_again, delete_page, deleted_page, form_page, kept_page, sorry_page
from bot.web.language import Languages, Spoken, both, offered
from bot.web.language import gettext as _

log = structlog.get_logger()

LONGEST = 64 * 1024
"""Bytes of a form, as sent; some ten thousand words."""
_DRAINED = 10_000_000
"""Bytes of what is too long that are still listened to, so that a browser shows what is said of it."""
_FIELDS = 20
_WITHIN = timedelta(minutes=10)
_TOKEN = re.compile(r"[0-9a-f]{32}")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address of "delete mine" is a secret
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Limit:
    """So many from one address, and so many from all, within ten minutes; then no more until they are over.

    A workshop in a library, or all of a hospital, is behind one address.
    """

    def __init__(self, each: int = 40, together: int = 100) -> None:
        self._each, self._together = each, together
        self._key = secrets.token_bytes(32)
        self._since: datetime | None = None
        self._counts: dict[bytes, int] = {}

    def takes(self, address: str, now: datetime) -> bool:
        """Count one from this address. False when it is too many."""
        if self._since is None or not timedelta() <= now - self._since < _WITHIN:  # a clock may be set back
            self._since, self._counts = now, {}
        who = hmac.digest(self._key, address.encode(), hashlib.sha256)
        if self._counts.get(who, 0) >= self._each or sum(self._counts.values()) >= self._together:
            return False
        self._counts[who] = self._counts.get(who, 0) + 1
        return True


class FeedbackForm:
    def __init__(
        self,
        database: Database,
        content: Content,
        clock: Clock,
        limit: Limit | None = None,
        languages: Languages | None = None,
    ) -> None:
        self._database, self._content, self._clock = database, content, clock
        self._limit = limit or Limit()
        self._languages = offered() if languages is None else languages

    @property
    def routes(self) -> Sequence[Route]:
        mine = "/feedback/{number:int}/{token}"
        spoken = [Middleware(Spoken, languages=self._languages)]
        return [
            Route("/feedback", self.show, methods=["GET"], middleware=spoken),
            Route("/feedback", self.take, methods=["POST"], middleware=spoken),
            Route(mine, self.ask_to_delete, methods=["GET"], middleware=spoken),
            Route(mine, self.delete, methods=["POST"], middleware=spoken),
        ]

    async def show(self, _request: Request) -> Response:
        values = {"token": secrets.token_hex(16)}
        return _page(form_page(self._content, values, prompts=await self._prompts()))

    async def _prompts(self) -> Sequence[tuple[str, str]]:
        """What is asked in the rounds that are open: what a form sends, and the prompt. A form without is better than
        none while the database is busy."""
        try:
            async with self._database.reading() as tx:
                rounds = await tx.rounds.list(open_at=self._clock.now())
        except Problem as problem:
            log.warning("a form is shown without the open rounds", reason=str(problem))
            return ()
        return [
            (str(Asked(one.number, at)), f"{one.title}: {prompt}" if len(rounds) > 1 else prompt)
            for one in rounds
            for at, prompt in enumerate(one.prompts, 1)
        ]

    async def take(self, request: Request) -> Response:
        values = await _values(request)
        if values is None:
            return _page(sorry_page(self._content, _("That was too long. Please send it in parts.")), 413)
        if not _TOKEN.fullmatch(values.get("token", "")):
            values["token"] = secrets.token_hex(16)
        if values.pop("reference", ""):  # people do not see this field, but programs that fill in forms for them do
            return await self._again(values, _("Your browser filled in a field that stays empty. Send it once more."))
        now, said = self._clock.now(), _said(values)
        if not said["text"]:
            return await self._again(values, _("Enter your feedback"), in_text=True)
        held = held_in(said, now.astimezone(self._content.zone).date())
        if held and values.get("personal") not in ("keep", "remove"):
            named = both([_(kind) for kind in kinds_of(all_of(held))])
            return _page(asked_again(self._content, values, named, held), 422)
        if not self._limit.takes(request.client.host if request.client else "", now):
            return await self._again(values, _("There is a lot of feedback just now. Please try in ten minutes."), 429)
        return await self._kept(said if values.get("personal") == "keep" else cleaned(said, held), now)

    async def _again(
        self, values: Mapping[str, str], error: str, status: int = 422, *, in_text: bool = False
    ) -> Response:
        """The form with what was typed, and why it was not kept. What was sent too often asks the database nothing."""
        prompts = await self._prompts() if in_text else ()
        return _page(form_page(self._content, values, error, in_text=in_text, prompts=prompts), status)

    async def _kept(self, said: Mapping[str, str], now: datetime) -> Response:
        token = _own_token(said)
        try:
            number = await self._keep(said, token, now)
        except Problem as problem:  # of the database: who runs the bot reads of it, who wrote keeps their words
            log.error("a form was not kept", reason=str(problem))  # noqa: TRY400 - a traceback has the words in it
            return _page(
                form_page(self._content, said, _("It cannot be kept just now. Please send it again in a minute.")), 503
            )
        if not number:
            deleted = _("You have deleted this, so it was not kept again. To send it anew, open the form once more.")
            return _page(sorry_page(self._content, deleted), 409)
        return _page(kept_page(self._content, number, f"/feedback/{number}/{token}"))

    async def ask_to_delete(self, request: Request) -> Response:
        return _page(delete_page(self._content, request.path_params["number"], request.url.path))

    async def delete(self, request: Request) -> Response:
        number, token = request.path_params["number"], request.path_params["token"]
        try:
            async with self._database.transaction() as tx:
                gone = number < 2**31 and await take_back(tx, number, _key(token), self._clock.now())
        except Problem as problem:
            log.error("feedback was not deleted", number=number, reason=str(problem))  # noqa: TRY400 - a traceback says no more
            busy = _("It cannot be deleted just now. Please press the button again in a minute.")
            return _page(delete_page(self._content, number, request.url.path, busy), 503)
        return _page(deleted_page(self._content, number, gone), 200 if gone else 404)

    async def _keep(self, values: Mapping[str, str], token: str, now: datetime) -> int:
        """Its number; 0 for what its author has deleted, as when a browser loads a page again that it was sent to."""
        feedback = filled_in(values, key=_key(token), at=now, source=Source.WEB, author=None)
        async with self._database.transaction() as tx:
            if await tx.ledger.recall(taken_back_note(feedback.key)) is not None:
                return 0
            return await keep_answer(tx, feedback, values.get("answers", ""))


def _said(values: Mapping[str, str]) -> dict[str, str]:
    """What the form asks for. Nobody is known, so nobody can be quoted by name."""
    named = values.get("may_quote") == Consent.NAMED
    changed = {"text": readable(values.get("text", "")), **({"may_quote": Consent.UNNAMED} if named else {})}
    return {**values, **changed}


def _own_token(said: Mapping[str, str]) -> str:
    """A second press of the button sends the same once more. Who goes back and changes a word says something else."""
    sent = [said.get(name, "") for name in ("token", "answers", "text", "may_quote", "region", "role", "contact")]
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()[:32]


def _key(token: str) -> str:
    """The feedback's key is a digest: who reads the database cannot delete in the author's place."""
    return f"web:{hashlib.sha256(token.encode()).hexdigest()}"


async def _values(request: Request) -> dict[str, str] | None:
    """What the form has, the first of each name. None when it is too long."""
    body = await body_of(request, LONGEST, drained=_DRAINED)
    if body is None:
        return None
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=_FIELDS
        )
    except ValueError:
        return {}
    return dict(reversed(pairs))


def _page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status, headers=_HEADERS)
