"""The demo's page: three platforms on one campaign clock, plain forms, and a look at what is said on the wire."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.core.content import Content
from bot.core.dates import day_words, when_words
from bot.core.events import Platform
from bot.demo import hands
from bot.demo.agenda import agenda, go_to_next
from bot.demo.guard import SameSite
from bot.demo.hands import Mistake
from bot.demo.inspector import Inspector
from bot.demo.narrator import Narrator
from bot.demo.people import PERSONAS, PLACES, Persona, tries
from bot.demo.session import FASTEST, Session
from bot.demo.view import column, columns

_HERE = Path(__file__).parent
SPEEDS = (1, 10, 60, FASTEST)
_LARGEST_FORM = 100_000
"""Octets. More is no form of this page."""
_SHOWN = 40

Form = Mapping[str, str]


@dataclass(frozen=True)
class Typed:
    """What somebody had typed when something went wrong: it is given back to them.

    `address` is that of the form or button; it is empty for the box in which one speaks.
    """

    platform: str = ""
    text: str = ""
    place: str = ""
    address: Form = field(default_factory=dict)
    values: Form = field(default_factory=dict)


class Page:
    def __init__(self, here: Session, content: Content, narrator: Narrator) -> None:
        self._here, self._content, self._narrator = here, content, narrator
        self._inspector = Inspector(here.world, here.settings.secrets)
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        zone = content.zone
        self._templates.filters["when"] = lambda instant: when_words(instant, zone)
        self._pictures = {card.alt: card for card in content.cards}

    def application(self, bot: ASGIApp) -> ASGIApp:
        """The page, with the bot's own application behind it."""
        routes = [
            Route("/", self.home),
            Route("/live", self.live),
            Route("/card/{id}", self.card),
            Route("/file/{platform}/{key}", self.file),
            Route("/say", self.say, methods=["POST"]),
            Route("/answer", self.answer, methods=["POST"]),
            Route("/clock", self.clock, methods=["POST"]),
            Route("/story", self.story, methods=["POST"]),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
            Mount("/", bot),
        ]
        return Starlette(routes=routes, middleware=[Middleware(SameSite)])

    async def home(self, request: Request) -> Response:
        query = request.query_params
        key = query.get("as", "participant")
        problem = "" if key in PERSONAS else f"There is nobody called “{key}” here. You are now {_me('').name}."
        return await self._page(_me(key), Typed(query.get("on", ""), place=query.get("in", "")), problem)

    async def live(self, request: Request) -> Response:
        """The parts of the page that change, for the script."""
        return HTMLResponse(await self._rendered("live.html", _me(request.query_params.get("as", "")), Typed()))

    async def _page(self, me: Persona, typed: Typed, problem: str = "", status: int = 200) -> Response:
        return HTMLResponse(await self._rendered("page.html", me, typed, problem), status_code=status)

    async def _rendered(self, template: str, me: Persona, typed: Typed, problem: str = "") -> str:
        here, clock = self._here, self._here.clock
        shown, exchanges, plans = await asyncio.gather(
            columns(here.world, me, self._content.zone), self._inspector.look(), agenda(here)
        )
        local = clock.now().astimezone(self._content.zone)
        return self._templates.get_template(template).render(
            campaign=self._content.campaign,
            me=me,
            personas=PERSONAS.values(),
            places=PLACES,
            tries=tries(me, self._content),
            typed=typed,
            problem=problem,
            clock=clock,
            speeds=SPEEDS,
            day=day_words(local.date()),
            time=f"{(local.hour - 1) % 12 + 1}:{local:%M:%S}{'am' if local.hour < 12 else 'pm'}",
            agenda=plans,
            narrator=self._narrator,
            columns=shown,
            most=_SHOWN,
            pictures=self._pictures,
            exchanges=exchanges,
        )

    async def card(self, request: Request) -> Response:
        """A picture of the campaign's content, as the platforms show it."""
        card = next((card for card in self._content.cards if card.id == request.path_params["id"]), None)
        if card is None:
            return await self._page(_me(""), Typed(), "There is no such picture in the content.", 404)
        return FileResponse(self._here.settings.content_dir / "cards" / card.image)

    async def file(self, request: Request) -> Response:
        """A file that the bot gave to this person, to keep."""
        me, key = _me(request.query_params.get("as", "")), request.path_params["key"]
        try:
            shown = await column(self._here.world, me, Platform(request.path_params["platform"]), self._content.zone)
        except ValueError:
            return await self._page(me, Typed(), "There is no such file.", 404)
        sheet = next((bubble.sheet for bubble in shown.bubbles if bubble.key == key and bubble.sheet), None)
        if sheet is None:
            return await self._page(me, Typed(), f"There is no such file for {me.name}.", 404)
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(sheet.name)}"}
        return Response(sheet.content, media_type="text/csv; charset=utf-8", headers=headers)

    async def say(self, request: Request) -> Response:
        form = await _form(request)
        me = _me(form.get("as", ""))
        typed = Typed(form.get("platform", ""), form.get("text", ""), form.get("place", ""))
        try:
            person, platform = _sender(form)
            seen = len(await self._here.world.ledger())
            await self._say(person, platform, form)
        except Mistake as mistake:
            return await self._page(me, typed, str(mistake), _status(form, 400))
        await hands.moment(self._here.world, seen)
        return _back(me, platform, form.get("place", ""))

    async def _say(self, me: Persona, platform: Platform, form: Form) -> None:
        ready = {example.label: example for example in tries(me, self._content)[platform]}
        example = ready.get(form.get("try", ""))
        if form.get("try") and example is None:
            raise Mistake(f"{me.name} has no such example here, so nothing was sent.")
        text, place = (example.text, example.place) if example else (form.get("text", ""), form.get("place", ""))
        card = example.card if example else "card" in form
        usual = PLACES[platform][0][0]
        await hands.say(
            self._here.world, self._content, me, platform, place or form.get("place") or usual, text, card=card
        )

    async def answer(self, request: Request) -> Response:
        form = await _form(request)
        me = _me(form.get("as", ""))
        address = {name[8:]: value for name, value in form.items() if name.startswith("address.")}
        values = {name[6:]: value for name, value in form.items() if name.startswith("input.")}
        try:
            person, platform = _sender(form)
            shown = await column(self._here.world, person, platform, self._content.zone)
            seen = len(await self._here.world.ledger())
            await hands.answer(self._here.world, person, hands.find(shown, address), platform, values)
        except Mistake as mistake:
            typed = Typed(form.get("platform", ""), address=address, values=values)
            return await self._page(me, typed, str(mistake), _status(form, 400))
        await hands.moment(self._here.world, seen)
        return _back(me, platform)

    async def clock(self, request: Request) -> Response:
        form = await _form(request)
        try:
            await self._set_clock(form.get("do", ""))
        except Mistake as mistake:
            return await self._page(_me(form.get("as", "")), Typed(), str(mistake), _status(form, 400))
        return _back(_me(form.get("as", "")), "clock")

    async def _set_clock(self, wish: str) -> None:
        clock = self._here.clock
        if self._narrator.playing:
            raise Mistake("A step of the story is being played and needs the clock. It is yours again when it ends.")
        if wish == "next":
            if not await go_to_next(self._here):
                raise Mistake("Nothing more is planned. As Olive, in Slack or Teams, you can queue a key action.")
            return
        if wish == "minute":
            clock.jump(clock.now() + timedelta(minutes=1))
        elif wish == "pause":
            clock.pause()
        elif wish == "resume":
            clock.resume()
        elif wish in map(str, SPEEDS):
            clock.set_speed(float(wish))
            clock.resume()
        else:
            raise Mistake("The clock knows no such button, so it goes on as before.")
        await self._here.clock_changed()

    async def story(self, request: Request) -> Response:
        form = await _form(request)
        me, number = _me(form.get("as", "")), form.get("step", "")
        problem = "There is no such step in the story."
        if number.isascii() and number.isdigit():
            problem = self._narrator.play(int(number), and_the_rest=form.get("do") == "rest")
        if problem:
            return await self._page(me, Typed(), problem, _status(form, 409))
        return _back(me, "story")


async def _form(request: Request) -> Form:
    """A posted form's fields; the last of the same name counts. Nothing of a form that is far too large."""
    if int(request.headers.get("content-length") or 0) > _LARGEST_FORM:
        return {}
    body = (await request.body()).decode(errors="replace")
    return dict(parse_qsl(body.replace("\r\n", "\n").replace("%0D%0A", "%0A"), keep_blank_values=True))


def _status(form: Form, status: int) -> int:
    """To the page's script a problem is a page like any other: a browser's console reports every other status."""
    return 200 if "script" in form else status


def _me(key: str) -> Persona:
    return PERSONAS.get(key, PERSONAS["participant"])


def _sender(form: Form) -> tuple[Persona, Platform]:
    """Who acts, and where. Raises Mistake: nobody should act as somebody by accident."""
    if not form:
        raise Mistake("Nothing readable arrived (was it very long?), so nothing was sent.")
    if form.get("as") not in PERSONAS:
        raise Mistake("Nobody of this name is here, so nothing was sent. Choose whom you act as, and send it again.")
    try:
        return PERSONAS[form["as"]], Platform(form.get("platform", ""))
    except ValueError:
        raise Mistake("There is no such platform here, so nothing was sent.") from None


def _back(me: Persona, anchor: str, place: str = "") -> Response:
    query = {"as": me.key} | ({"on": anchor, "in": place} if place else {})
    return RedirectResponse(f"/?{urlencode(query)}#{anchor}", status_code=303)
