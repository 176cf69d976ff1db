"""How handlers and jobs are declared."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from bot.context import Context
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Event, FormSubmitted, Mention
from bot.core.schedule import Trigger

E = TypeVar("E", bound=Event)
Handler = Callable[[Any, Context], Awaitable[None]]
Filter = Callable[[Any, Content], bool]
Ask = Callable[[Any, Context], Awaitable[bool]]
"""Like a filter, and may look into what is kept."""
Job = Callable[[datetime, Context], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    event: type[Any]
    filters: tuple[Filter, ...]
    handler: Handler
    only_if: Ask | None = None

    def takes(self, event: Event, content: Content) -> bool:
        return isinstance(event, self.event) and all(wants(event, content) for wants in self.filters)


@dataclass(slots=True)
class Router:
    """Handlers of one concern, in order of precedence: the first that takes an event has it."""

    routes: list[Route] = field(default_factory=list)

    def on(
        self, event: type[E], *filters: Filter, only_if: Ask | None = None
    ) -> Callable[[Callable[[E, Context], Awaitable[None]]], Handler]:
        """`only_if` is asked when all filters want the event; when it does not, the next route has it."""

        def declare(handler: Callable[[E, Context], Awaitable[None]]) -> Handler:
            self.routes.append(Route(event, filters, handler, only_if))
            return handler

        return declare

    def route(self, event: Event, content: Content) -> Handler | None:
        return _first(route for route in self.routes if route.takes(event, content))


def _first(routes: Iterator[Route]) -> Handler | None:
    """The handler of the first route, or one that asks it first."""
    route = next(routes, None)
    if route is None or route.only_if is None:
        return route.handler if route else None
    only_if, handler, other = route.only_if, route.handler, _first(routes)

    async def ask_first(event: Event, ctx: Context) -> None:
        chosen = handler if await only_if(event, ctx) else other
        if chosen is not None:
            await chosen(event, ctx)

    return ask_first


def joined(routers: Iterable[Router]) -> Router:
    return Router([route for router in routers for route in router.routes])


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A job and when it runs. The slot is claimed under `name` and its instant, so it runs once."""

    name: str
    trigger: Callable[[Content], Trigger]
    job: Job
    at_start: bool = False


Watch = Callable[[Context], Awaitable[None]]
"""Looks every few seconds whether something has happened. Must be quick, and doing it twice must add nothing."""


@dataclass(slots=True)
class Schedule:
    rhythms: list[Rhythm] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)

    def watch(self, look: Watch) -> Watch:
        """Declare a watch. It has no slot of its own: it goes on all the time."""
        self.watches.append(look)
        return look

    def on(self, trigger: Callable[[Content], Trigger], *, at_start: bool = False) -> Callable[[Job], Job]:
        """Declare a job. `at_start` runs it once more whenever the bot starts."""

        def declare(job: Job) -> Job:
            self.rhythms.append(Rhythm(job.__name__, trigger, job, at_start))
            return job

        return declare


def command(name: str) -> Filter:
    """Takes a slash command or a mention whose first word is one of the words for `name` in `content/`."""

    def wants(event: Command | Mention, content: Content) -> bool:
        return content.command(event.text)[0] == name

    return wants


def form(name: str) -> Filter:
    def wants(event: FormSubmitted, _: Content) -> bool:
        return event.form == name

    return wants


def button(action: str) -> Filter:
    def wants(event: ButtonPressed, _: Content) -> bool:
        return event.action == action

    return wants
