"""The composition root: the only place where parts are joined."""

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

import structlog
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.adapters.apscheduler import Heartbeat
from bot.adapters.clock import SharedClock, SystemClock
from bot.adapters.db import SqlDatabase, open_database
from bot.adapters.db.erasure import erase_again
from bot.adapters.db.left import clear_left
from bot.adapters.feedback_files import feedback_file
from bot.adapters.meaning import Tier, open_encoder
from bot.adapters.pictures import Pictures, WithPictures
from bot.adapters.sheets import SpreadsheetFiles
from bot.adapters.slack.groups import SlackGroups
from bot.adapters.yaml_content import load, stamp
from bot.adapters.yaml_content.library import ContentFolder
from bot.config import Settings
from bot.context import Context
from bot.core.answers import Answers, Encoder, matcher_for
from bot.core.content import Chat, Content
from bot.core.events import Platform
from bot.core.outbox import PATIENCE, Patience
from bot.core.problems import Problem
from bot.core.pseudonyms import Pseudonyms
from bot.platforms import (
    ADAPTERS,
    X_POLL,
    Adapter,
    Base,
    BotClock,
    passkeys,
    rooms,
    sign_in_services,
    slack_groups,
    x_hearing,
)
from bot.ports import Database, Receive, Transaction
from bot.routing import joined
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.health import Health, Signs
from bot.runtime.operations_faq import FaqDesk
from bot.runtime.operations_import import finish as finish_import
from bot.runtime.publisher import PACE, Pace, Publisher
from bot.runtime.scheduler import Scheduler
from bot.runtime.shelf import Shelf
from bot.runtime.supervisor import Parts, Supervisor
from bot.runtime.watchdog import watching
from bot.services.chats import composed
from bot.services.pseudonyms import pseudonyms_under
from bot.web.app import application
from bot.web.feedback_form import FeedbackForm
from bot.web.pages.app import pages
from bot.web.pages.site import Site
from bot.web.pages.tools import Tools
from bot.web.server import serve
from handlers import ROUTERS
from schedules import SCHEDULES

log = structlog.get_logger()


class Process(StrEnum):
    """What a process does: everything, or one half of it."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


@dataclass(frozen=True)
class Bot:
    """A bot ready to run. `web` answers the platforms and the health checks."""

    supervisor: Supervisor
    database: SqlDatabase
    health: Health
    web: ASGIApp

    async def run(self, stop: asyncio.Event, sock: socket.socket | None = None, app: ASGIApp | None = None) -> None:
        """Run until `stop` is set, serving `app` (by default `web`) on `sock` if one is given."""
        # What is loaded by now stays: looking through it for garbage would stop the event loop for a tenth of a second.
        gc.freeze()
        gc.enable()  # `antiphon` starts without
        try:
            with watching(self.health.stalled):
                await self._run_parts(stop, sock, app or self.web)
        except ExceptionGroup as group:
            problems, _ = group.split(Problem)
            if problems is None:
                raise
            raise problems.exceptions[0] from None  # people read a sentence, not a tree
        finally:
            await self.database.close()

    async def _run_parts(self, stop: asyncio.Event, sock: socket.socket | None, app: ASGIApp) -> None:
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self.supervisor.run(stop))
            if sock is not None:
                parts.create_task(serve(app, sock, stop))


async def build(
    settings: Settings,
    content: Content,
    process: Process = Process.ALL,
    *,
    clock: BotClock | None = None,
    patience: Patience = PATIENCE,
    x_poll: timedelta = X_POLL,
    pace: Pace = PACE,
) -> Bot:
    """Join all parts. Raises Problem for what is wrong with the settings or the database.

    `x_poll` is the bot's time between two looks at X. On a clock that runs fast, `patience` and `pace` are longer.
    """
    works = process is not Process.WEB
    database = await _opened(settings, works)
    clock = clock or await _clock(database)
    await _finish_what_was_cut_off(settings, database, clock.now())
    health = Health(clock, listens=works)
    groups = slack_groups(settings, clock, health)
    roles = replace(settings.roles, groups=groups) if groups else settings.roles
    base = Base(settings, content, database, clock, health, x_poll, roles)
    adapters = [ADAPTERS[platform](base) for platform in sorted(settings.platforms)]
    kept = Pictures(database, settings.content_dir)
    clients = [WithPictures(adapter.client, kept) for adapter in adapters if works]

    encoder = open_encoder(Tier(settings.answers), settings.answers_cache)
    shelf = _shelf(settings, content, database, encoder)
    await shelf.compose()
    pseudonyms = await pseudonyms_under(database, settings.pseudonym_key.get_secret_value(), clock.now())

    def context(tx: Transaction) -> Context:
        return Context(
            clock.now(),
            shelf.content,
            rooms(settings),
            roles,
            tx,
            shelf.answers,
            pseudonyms,
            settings.web_url,
            settings.approve,
        )

    def look() -> None:
        dispatcher.wake()
        for publisher in publishers:
            publisher.wake()
        scheduler.wake()

    def beaten() -> None:
        health.beat()
        shelf.wake()

    dispatcher = Dispatcher(database, joined(ROUTERS), context, clock, look, health.received, shelf.prepare)
    publishers = [Publisher(client, database, clock, patience, pace, health.delivered) for client in clients]
    timer = Heartbeat(clock)
    rhythms = [rhythm for schedule in SCHEDULES for rhythm in schedule.rhythms]
    watches = [watch for schedule in SCHEDULES for watch in schedule.watches]
    scheduler = Scheduler(rhythms, database, context, clock, timer, look, watches)
    if works:
        shelf.changed = scheduler.start  # the plan follows the content
    parts = Parts(
        dispatcher,
        timer,
        listeners=[adapter.listener for adapter in adapters if works],
        publishers=publishers,
        scheduler=scheduler if works else None,
        clients=clients,
        loops=[("content", shelf.run), *_upkeep(database, clock, adapters, groups, look)],
        beaten=beaten,
    )
    if works and Platform.X in settings.platforms and settings.x_chat_dollars:
        parts.loops.append(("x chats", x_hearing(base, shelf).run))
    signs = Signs(health, database, clock, publishes=works)
    people = partial(_people_doors, base, shelf, encoder, pseudonyms)
    doors = [] if process is Process.WORKER else [*_doors(adapters, dispatcher.receive), *people()]
    return Bot(Supervisor(parts), database, health, application(doors, signs))


async def _opened(settings: Settings, works: bool) -> SqlDatabase:
    """The database with its tables up to date; who `works` on SQLite is the only one. Raises Problem."""
    database = open_database(settings.database_url.get_secret_value())
    if works:
        database.claim_alone()
    await database.migrate()
    return database


async def _finish_what_was_cut_off(settings: Settings, database: SqlDatabase, now: datetime) -> None:
    """By a restore, an erasure or an import that was killed. Before anything is answered: a restored backup may know
    people who were erased since."""
    url, key = settings.database_url.get_secret_value(), settings.pseudonym_key.get_secret_value()
    await asyncio.to_thread(clear_left, url)
    await asyncio.to_thread(erase_again, url, now, settings.erased_list, key)
    await finish_import(database, ContentFolder(settings.content_dir))


def _upkeep(
    database: SqlDatabase,
    clock: BotClock,
    adapters: Iterable[Adapter],
    groups: SlackGroups | None,
    look: Callable[[], None],
) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
    """What keeps the parts up to date with the outside, for ever, by name."""
    if not database.alone:
        yield "news of other processes", lambda: database.listen(look)
    if isinstance(clock, SharedClock):
        yield "database's clock", clock.follow
    for adapter in adapters:
        if adapter.upkeep:
            yield f"{adapter.client.platform} upkeep", adapter.upkeep
    if groups is not None:
        yield "slack user groups", groups.run


def _doors(adapters: Iterable[Adapter], receive: Receive) -> Iterator[BaseRoute]:
    """Where platforms call us."""
    for adapter in adapters:
        if adapter.doors:
            yield from adapter.doors(receive)


def _shelf(settings: Settings, content: Content, database: Database, encoder: "Encoder | None") -> Shelf:
    """The content of the files and, beside it, the chats that were composed on the pages."""

    async def chats(files: Content) -> Mapping[str, Chat]:
        async with database.transaction() as tx:
            return await composed(tx, files, rooms(settings), settings.approve)

    return Shelf(
        content,
        partial(load, settings.content_dir),
        partial(stamp, settings.content_dir),
        partial(Answers, encoder),
        composed=chats,
    )


def _people_doors(base: "Base", shelf: Shelf, encoder: Encoder, pseudonyms: Pseudonyms) -> Iterator[BaseRoute]:
    """Where people do: the feedback form, the organisers' pages."""
    settings, database, clock = base.settings, base.database, base.clock
    if settings.feedback_form:
        yield from FeedbackForm(database, base.content, clock).routes
    # Where only the web side runs, people at the pages still want to know that posts do not leave.
    seen = Signs(base.health, database, clock, publishes=True)
    library = ContentFolder(settings.content_dir)
    faq = FaqDesk(lambda: (shelf.content, shelf.answers), partial(matcher_for, encoder=encoder), library)
    tools = Tools(lambda: shelf.content, faq, feedback_file, SpreadsheetFiles(), library)
    yield pages(
        Site(
            database,
            base.content,
            clock,
            base.roles,
            rooms(settings),
            seen,
            settings.web_url,
            settings.approve,
            tools=tools,
            services=sign_in_services(settings),
            passkeys=passkeys(settings, base.content.campaign.name),
            pseudonyms=pseudonyms,
        )
    )


async def _clock(database: SqlDatabase) -> BotClock:
    if database.alone:
        return SystemClock()
    clock = SharedClock(database.time)
    await clock.set()
    return clock
