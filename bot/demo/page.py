"""The demo's page: three platforms on one campaign clock, plain forms, and a look at what is said on the wire."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.core.content import Content
from bot.core.events import Platform
from bot.demo.session import FASTEST, Session, StoryStopped
from bot.demo.story import STEPS, Tale
from bot.demo.view import CHAT_IN_SLACK, CHAT_IN_TEAMS, PERSONAS, Persona, columns, stamp
from bot.demo.world import World

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CLOCK_BUTTONS = (
    ("next", "Go to what is next"),
    ("minute", "One minute on"),
    ("pause", "Pause"),
    ("1", "×1"),
    ("10", "×10"),
    (str(FASTEST), f"×{FASTEST}"),
)
_SPEECH = (
    (Platform.X, "The bot answers on X only who mentions it.", "@AntiphonBot how cna i get involvd?"),
    (Platform.SLACK, "In #ukmedlibs-chat. Begin with /campaign for a command.", "/campaign how can I get involved?"),
    (Platform.TEAMS, "In the personal chat; begin with @Antiphon to write in the channel.", "help"),
)


@dataclass(frozen=True)
class Told:
    """A step of the story as the page shows it. `state` is done, now, later or stopped."""

    title: str
    state: str = "later"
    sentence: str = ""


class Narrator:
    """Plays the story's steps one by one, as the visitor asks for them."""

    def __init__(self, tale: Tale) -> None:
        self._tale = tale
        self._task: asyncio.Task[None] | None = None
        self.told = [Told(title) for title, _ in STEPS]

    @property
    def button(self) -> str:
        """What the button says; empty while a step is played and after the last."""
        left = [step for step in self.told if step.state in ("later", "now")]
        return f"Play: {left[0].title}" if left and left[0].state == "later" else ""

    def play_next(self) -> None:
        number = next((n for n, step in enumerate(self.told) if step.state in ("later", "now")), None)
        if number is not None and self.told[number].state == "later":
            self.told[number] = replace(self.told[number], state="now")
            self._task = asyncio.create_task(self._play(number))

    async def _play(self, number: int) -> None:
        _, step = STEPS[number]
        try:
            told = replace(self.told[number], state="done", sentence=await step(self._tale))
        except StoryStopped as stopped:
            told = replace(self.told[number], state="stopped", sentence=str(stopped))
        self.told[number] = told


class Page:
    def __init__(self, here: Session, content: Content, narrator: Narrator) -> None:
        self._here, self._content, self._narrator = here, content, narrator
        self._templates = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True)

    def application(self, bot: ASGIApp) -> ASGIApp:
        """The page, with the bot's own application behind it."""
        routes = [
            Route("/", self.home),
            Route("/live", self.live),
            Route("/say", self.say, methods=["POST"]),
            Route("/answer", self.answer, methods=["POST"]),
            Route("/clock", self.clock, methods=["POST"]),
            Route("/story", self.story, methods=["POST"]),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
            Mount("/", bot),
        ]
        return Starlette(routes=routes, middleware=[Middleware(SameSite)])

    async def home(self, request: Request) -> Response:
        return HTMLResponse(await self._rendered("page.html", request.query_params.get("as", "")))

    async def live(self, request: Request) -> Response:
        return HTMLResponse(await self._rendered("live.html", request.query_params.get("as", "")))

    async def _rendered(self, template: str, key: str) -> str:
        me, clock = PERSONAS.get(key, PERSONAS["participant"]), self._here.clock
        exchanges = await self._here.world.get("/exchanges")
        return self._templates.get_template(template).render(
            campaign=self._content.campaign,
            me=me,
            personas=PERSONAS.values(),
            clock_buttons=CLOCK_BUTTONS,
            speech=_SPEECH,
            time=stamp(clock.now(), self._content.zone),
            pace="(paused)" if clock.paused else f"(×{clock.speed:g})",
            story=self._narrator.told,
            story_button=self._narrator.button,
            columns=await columns(self._here.world, me, self._content.zone),
            exchanges=exchanges[-15:][::-1],
        )

    async def say(self, request: Request) -> Response:
        form = await request.form()
        if words := _field(form, "text").strip():
            await _SAY[Platform(_field(form, "platform"))](self._here.world, _persona(form), words, form)
        return _back(form)

    async def answer(self, request: Request) -> Response:
        form = await request.form()
        address = {name[8:]: str(value) for name, value in form.items() if name.startswith("address.")}
        values = {name[6:]: str(value) for name, value in form.items() if name.startswith("input.")}
        await _ANSWER[Platform(_field(form, "platform"))](self._here.world, _persona(form), address, values)
        return _back(form)

    async def clock(self, request: Request) -> Response:
        form = await request.form()
        clock, wish = self._here.clock, _field(form, "do")
        if wish == "pause":
            clock.pause()
        elif wish == "minute":
            clock.jump(clock.now() + timedelta(minutes=1))
        elif wish == "next":
            await self._go_to_next()
        elif wish in {name for name, _ in CLOCK_BUTTONS}:
            clock.set_speed(float(wish))
            clock.resume()
        await self._here.clock_changed()
        return _back(form)

    async def _go_to_next(self) -> None:
        async with self._here.bot.database.transaction() as tx:
            due = await tx.plan.next_due()
        if due is not None:
            # As near as is useful: the bot still has a moment to prepare the post.
            self._here.clock.jump(due - timedelta(seconds=70))
            self._here.clock.resume()

    async def story(self, request: Request) -> Response:
        form = await request.form()
        self._here.clock.set_speed(FASTEST)
        self._here.clock.resume()
        await self._here.clock_changed()
        self._narrator.play_next()
        return _back(form)


def _field(form: FormData, name: str) -> str:
    return str(form.get(name, ""))


def _persona(form: FormData) -> Persona:
    return PERSONAS.get(_field(form, "as"), PERSONAS["participant"])


def _back(form: FormData) -> Response:
    return RedirectResponse(f"/?as={_persona(form).key}", status_code=303)


async def _say_on_x(world: World, me: Persona, words: str, form: FormData) -> None:
    alt = f"A social card from {me.x}" if form.get("picture") else ""
    await world.post("/x/posts", by=me.x, text=words, alt=alt)


async def _say_in_slack(world: World, me: Persona, words: str, _: FormData) -> None:
    if words.startswith("/"):
        command, _sep, text = words.partition(" ")
        await world.post("/slack/commands", user=me.slack, channel=CHAT_IN_SLACK, command=command, text=text)
    else:
        text = re.sub("(?i)@antiphon", "<@U0ANTIPHON>", words)
        await world.post("/slack/messages", user=me.slack, channel=CHAT_IN_SLACK, text=text)


async def _say_in_teams(world: World, me: Persona, words: str, _: FormData) -> None:
    named = re.match("(?i)@antiphon", words)
    text = re.sub("(?i)@antiphon", "<at>Antiphon</at>", words)
    conversation = CHAT_IN_TEAMS if named else "personal"
    await world.post("/teams/messages", user=me.teams, conversation=conversation, text=text)


async def _answer_in_slack(world: World, me: Persona, address: dict[str, str], values: dict[str, str]) -> None:
    if "view_id" in address:
        await world.post("/slack/submissions", user=me.slack, values=values, **address)
    else:
        await world.post("/slack/actions", user=me.slack, **address)


async def _answer_in_teams(world: World, me: Persona, address: dict[str, str], values: dict[str, str]) -> None:
    await world.post("/teams/submits", user=me.teams, data=values, **address)


_SAY: dict[Platform, Callable[[World, Persona, str, FormData], Awaitable[None]]] = {
    Platform.X: _say_on_x,
    Platform.SLACK: _say_in_slack,
    Platform.TEAMS: _say_in_teams,
}
_ANSWER: dict[Platform, Callable[[World, Persona, dict[str, str], dict[str, str]], Awaitable[None]]] = {
    Platform.SLACK: _answer_in_slack,
    Platform.TEAMS: _answer_in_teams,
}


class SameSite:
    """Refuses changes that another site asks for, and sets the headers that keep the page to itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _foreign(Request(scope)):
            refusal = PlainTextResponse("This came from another site, so nothing was done.\n", status_code=403)
            await refusal(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[tuple[bytes, bytes]] = list(message["headers"])
                headers += [(b"content-security-policy", _POLICY.encode()), (b"x-content-type-options", b"nosniff")]
                headers += [(b"referrer-policy", b"same-origin"), (b"cache-control", b"no-store")]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, with_headers)


def _foreign(request: Request) -> bool:
    if request.method in ("GET", "HEAD"):
        return False
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    other = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    return other or site not in ("same-origin", "none")
