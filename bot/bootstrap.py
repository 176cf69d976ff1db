"""The composition root: the only place where parts are joined."""

import asyncio
import gc
import socket
import warnings
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

import structlog
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.adapters.apscheduler import Heartbeat
from bot.adapters.clock import CampaignClock, SystemClock
from bot.adapters.db import SqlDatabase, open_database
from bot.adapters.slack import SlackAccount
from bot.adapters.slack.client import SlackClient
from bot.adapters.slack.listener import SlackListener
from bot.adapters.teams import TeamsAccount
from bot.adapters.x import XAccount
from bot.adapters.x.client import XClient
from bot.adapters.x.listener import XListener
from bot.config import Settings
from bot.context import Context
from bot.core.content import Content
from bot.core.events import Place, Platform
from bot.core.outbox import PATIENCE, Patience
from bot.core.problems import Problem
from bot.ports import Database, Listener, PlatformClient, Receive, Rooms, Transaction
from bot.routing import joined
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.publisher import PACE, Pace, Publisher
from bot.runtime.scheduler import Scheduler
from bot.runtime.supervisor import Parts, Supervisor
from bot.web.app import application
from bot.web.server import serve
from handlers import ROUTERS
from schedules import SCHEDULES

log = structlog.get_logger()

X_POLL = timedelta(seconds=30)
"""Mentions are answered within this time; two looks a minute are a tenth of what X allows."""
BotClock: TypeAlias = SystemClock | CampaignClock


class Process(StrEnum):
    """What a process does: everything, or one half of it."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


@dataclass(frozen=True)
class Adapter:
    """One platform's parts. `doors` gives the routes on which the platform calls us, if it does."""

    client: PlatformClient
    listener: Listener
    doors: Callable[[Receive], Sequence[BaseRoute]] | None = None


@dataclass(frozen=True)
class Bot:
    """A bot ready to run. `web` answers the platforms and the health checks."""

    supervisor: Supervisor
    database: SqlDatabase
    web: ASGIApp

    async def run(self, stop: asyncio.Event, sock: socket.socket | None = None, app: ASGIApp | None = None) -> None:
        """Run until `stop` is set, serving `app` (by default `web`) on `sock` if one is given."""
        # What is loaded by now stays: looking through it for garbage would stop the event loop for a tenth of a second.
        gc.collect()
        gc.freeze()
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(self.supervisor.run(stop))
                if sock is not None:
                    parts.create_task(serve(app or self.web, sock, stop))
        finally:
            await self.database.close()


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
    clock = clock or SystemClock()
    database = open_database(settings.database_url.get_secret_value())
    await database.migrate()
    adapters = [
        _ADAPTERS[platform](settings, content, database, clock, x_poll) for platform in sorted(settings.platforms)
    ]
    works = process is not Process.WEB
    clients = [adapter.client for adapter in adapters if works]

    def context(tx: Transaction) -> Context:
        return Context(clock.now(), content, rooms(settings), settings.roles, tx)

    def look() -> None:
        for publisher in publishers:
            publisher.wake()
        scheduler.wake()

    dispatcher = Dispatcher(database, joined(ROUTERS), context, clock, handled=look)
    publishers = [Publisher(client, database, clock, lambda: scheduler.wake(), patience, pace) for client in clients]
    timer = Heartbeat(clock)
    rhythms = [rhythm for schedule in SCHEDULES for rhythm in schedule.rhythms]
    scheduler = Scheduler(rhythms, database, context, clock, timer, look, pace)
    parts = Parts(
        dispatcher,
        timer,
        listeners=[adapter.listener for adapter in adapters if works],
        publishers=publishers,
        scheduler=scheduler if works else None,
        clients=clients,
    )
    doors = [route for adapter in adapters if adapter.doors for route in adapter.doors(dispatcher.receive)]
    return Bot(Supervisor(parts), database, application(doors, _ready(database)))


def rooms(settings: Settings) -> Rooms:
    """Where scheduled posts go, for the platforms that are set up and have such a place."""
    places = {
        Platform.X: Place(Platform.X),
        Platform.SLACK: Place(Platform.SLACK, channel=settings.slack_channel),
        Platform.TEAMS: Place(
            Platform.TEAMS,
            workspace=settings.teams_tenant_id,
            channel=settings.teams_channel,
            service_url=settings.teams_service_url,
        ),
    }
    return {
        platform: place
        for platform, place in places.items()
        if platform in settings.platforms and (place.channel or platform is Platform.X)
    }


def _x(settings: Settings, content: Content, database: Database, clock: BotClock, poll: timedelta) -> Adapter:
    account = XAccount(
        settings.x_api_url,
        settings.x_api_key.get_secret_value(),
        settings.x_api_secret.get_secret_value(),
        settings.x_access_token.get_secret_value(),
        settings.x_access_secret.get_secret_value(),
    )
    return Adapter(
        XClient(account, settings.content_dir, clock),
        XListener(account, database, clock, content.campaign.watch, poll),
    )


def _slack(settings: Settings, _: Content, __: Database, clock: BotClock, ___: timedelta) -> Adapter:
    account = SlackAccount(
        settings.slack_api_url,
        settings.slack_bot_token.get_secret_value(),
        settings.slack_app_token.get_secret_value(),
        settings.slack_signing_secret.get_secret_value(),
    )
    listener = SlackListener(account, clock)
    return Adapter(
        SlackClient(account, settings.content_dir, clock), listener, None if account.app_token else listener.routes
    )


def _teams(settings: Settings, _: Content, __: Database, clock: BotClock, ___: timedelta) -> Adapter:
    # The SDK costs most of a second and 50 MB: only those who use Teams pay for it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of previews in itself that we do not use
        from bot.adapters.teams.app import TeamsApp
        from bot.adapters.teams.client import TeamsClient
        from bot.adapters.teams.listener import TeamsListener

    account = TeamsAccount(
        settings.teams_client_id,
        settings.teams_client_secret.get_secret_value(),
        settings.teams_tenant_id,
        settings.teams_service_url,
        settings.teams_login_url,
        settings.teams_openid_url,
    )
    try:
        app = TeamsApp(account)
    except ValueError as error:
        raise Problem(f"Teams cannot be set up safely. {error}") from None
    listener = TeamsListener(app)
    return Adapter(TeamsClient(app, settings.content_dir, clock), listener, listener.routes)


_ADAPTERS = {Platform.X: _x, Platform.SLACK: _slack, Platform.TEAMS: _teams}


def _ready(database: Database) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        try:
            async with database.transaction() as tx:
                await tx.outbox.next_try()
        except Exception:
            log.exception("the database does not answer")
            return False
        return True

    return ready
