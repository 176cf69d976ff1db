"""What a round of the laboratory works on: one platform, one database, one clock, and how patient the bot is."""

import importlib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.adapters.clock import CampaignClock
from bot.adapters.db import SqlDatabase
from bot.adapters.pictures import pictures_of
from bot.adapters.slack import SlackAccount
from bot.adapters.slack.client import SlackClient
from bot.adapters.teams import TeamsAccount
from bot.adapters.x import XAccount
from bot.adapters.x.client import XClient
from bot.core.events import Place, Platform
from bot.core.outbox import Patience
from bot.ports import PlatformClient
from bot.runtime.publisher import Pace

SPEED = 100.0
"""Campaign seconds in a wall second: rate limits, leases and quiet windows pass as much faster."""
LAG = 0.5
"""Wall seconds until the platforms show what they have accepted to who reads."""
SLOWEST = 0.2
"""Wall seconds that a platform may take to accept."""
_ANSWERED = 300
"""Posts of other people's that a round can answer on X."""
PACE = Pace(lead=timedelta(seconds=0.15) * SPEED, head_start=timedelta(seconds=0.05) * SPEED)

A = TypeVar("A", XAccount, SlackAccount, TeamsAccount)


def patience(slowness: float = 1.0) -> Patience:
    """In campaign time. `slowness` is how much later than usual everything may happen on a machine under stress."""
    wall = timedelta(seconds=slowness) * SPEED
    return Patience(quiet=1.3 * wall, backoff=0.03 * wall, backoff_limit=0.5 * wall, lease=2.0 * wall)


@dataclass(frozen=True)
class Site:
    """Everything is made before the first fork and has neither thread, event loop nor connection yet."""

    platform: Platform
    client: PlatformClient
    database: SqlDatabase
    clock: CampaignClock
    places: tuple[Place, ...]
    patience: Patience


def client_for(platform: Platform, settings: Mapping[str, str], clock: CampaignClock) -> PlatformClient:
    root = Path()  # no pictures here
    match platform:
        case Platform.X:
            return XClient(_account(XAccount, settings), pictures_of(root), clock)
        case Platform.SLACK:
            return SlackClient(_account(SlackAccount, settings), pictures_of(root), clock)
        case Platform.TEAMS:
            return _teams(settings, root, clock)


def preload() -> None:
    """Import Microsoft's SDK now, which takes seconds, so that processes forked from here need not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of previews in itself
        importlib.import_module("bot.adapters.teams.client")
    importlib.import_module("anyio._backends._asyncio")  # httpx imports it with its first request


def _teams(settings: Mapping[str, str], root: Path, clock: CampaignClock) -> PlatformClient:
    preload()
    from bot.adapters.teams.app import TeamsApp
    from bot.adapters.teams.client import TeamsClient

    return TeamsClient(TeamsApp(_account(TeamsAccount, settings)), pictures_of(root), clock)


def _account(kind: type[A], settings: Mapping[str, str]) -> A:
    named: dict[str, Any] = {name.partition("_")[2].lower(): value for name, value in settings.items()}
    return kind(**{field.name: named[field.name] for field in fields(kind) if field.name in named})


Ask = Callable[..., Any]


def places(platform: Platform, settings: Mapping[str, str], ask: Ask) -> tuple[Place, ...]:
    """Where posts go, one after the other: every fourth answers somebody. `ask` posts to a control route."""
    match platform:
        case Platform.X:
            return _x_places(ask)
        case Platform.SLACK:
            channel = settings["SLACK_CHANNEL"]
            asked = str(ask("/slack/messages", user="U0MEMBER", channel=channel, text="What did I miss?")["ts"])
            return *(3 * (Place(platform, channel=channel),)), Place(platform, channel=channel, thread=asked)
        case Platform.TEAMS:
            return (Place(platform, settings["TEAMS_TENANT_ID"], settings["TEAMS_CHANNEL"]),)


def _x_places(ask: Ask) -> tuple[Place, ...]:
    """The bot answers each post on X once, so there are as many to answer as a round can need."""
    mine, there = Place(Platform.X), []
    for number in range(_ANSWERED):
        asked = ask("/x/posts", by="LibrarianLena", text=f"@AntiphonBot what did I miss, for the {number}th time?")
        there += [mine, mine, mine, Place(Platform.X, thread=str(asked["id"]))]
    return tuple(there)
