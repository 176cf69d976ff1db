"""What each platform is to the bot, made from the settings: its client, its listener, its doors."""

import re
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel
from starlette.routing import BaseRoute

from bot.adapters.clock import CampaignClock, SharedClock, SystemClock
from bot.adapters.openid import Registration
from bot.adapters.pictures import pictures_of
from bot.adapters.slack import SlackAccount
from bot.adapters.slack.client import SlackClient
from bot.adapters.slack.groups import EVERY, SlackGroups
from bot.adapters.slack.listener import SlackListener
from bot.adapters.teams import TeamsAccount
from bot.adapters.x import XAccount
from bot.adapters.x.client import XClient
from bot.adapters.x.hearing import XHearing
from bot.adapters.x.listener import XListener
from bot.config import Settings
from bot.core.content import Content
from bot.core.events import Place, Platform
from bot.core.policy import Roles, user_groups
from bot.core.problems import Problem
from bot.core.record.rooms import Sitting
from bot.ports import Database, Listener, PlatformClient, Receive, Rooms
from bot.ports.sign_in import PasskeyReader, SignInService
from bot.runtime.health import Health
from bot.runtime.shelf import Shelf
from bot.services.hearing import sittings_as_held

X_POLL = timedelta(seconds=30)
"""Mentions are answered within this time; two looks a minute are a tenth of what X allows."""
BotClock: TypeAlias = SystemClock | SharedClock | CampaignClock


@dataclass(frozen=True)
class Adapter:
    """One platform's parts. `doors` gives the routes on which the platform calls us, if it does; `upkeep` goes on for
    ever where they are."""

    client: PlatformClient
    listener: Listener
    doors: Callable[[Receive], Sequence[BaseRoute]] | None = None
    upkeep: Callable[[], Awaitable[None]] | None = None


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


@dataclass(frozen=True)
class Base:
    """What the adapters and the pages stand on. `x_poll` is the time between two looks at X."""

    settings: Settings
    content: Content
    database: Database
    clock: BotClock
    health: Health
    x_poll: timedelta
    roles: Roles = field(default_factory=Roles)


def slack_groups(settings: Settings, clock: BotClock, health: Health) -> SlackGroups | None:
    """Who is in the groups that have a role. None where no group has one, or Slack is not set up."""
    refs = _groups_with_roles(settings)
    if not refs:
        return None
    return SlackGroups(_slack_account(settings), clock, refs, health.part("slack user groups", 3 * EVERY))


async def roles_now(settings: Settings) -> tuple[Roles, str]:
    """The roles, with the members of user groups as Slack tells them now; and what is wrong where it does not."""
    refs, troubles = _groups_with_roles(settings), [""]
    if not refs:
        return settings.roles, ""
    groups = SlackGroups(_slack_account(settings), SystemClock(), refs, troubles.append)
    await groups.refresh()
    return replace(settings.roles, groups=groups), troubles[-1]


def _groups_with_roles(settings: Settings) -> Sequence[str]:
    given = settings.roles
    refs = user_groups(given.organisers | given.moderators | given.admins)
    return sorted(refs) if Platform.SLACK in settings.platforms else ()


def sign_in_services(settings: Settings) -> Mapping[str, SignInService]:
    """Those whose settings are there, by their names in the pages' addresses."""
    if not settings.sign_in:
        return {}
    # With their library they cost a tenth of a second, like the passkeys: only those who use them pay for it.
    from bot.adapters.openid.claims import microsoft_person, slack_person
    from bot.adapters.openid.service import OpenIdService, client

    workspaces = [place.removeprefix("slack:") for place in settings.roles.places if place.startswith("slack:")]
    slack = Registration(
        settings.slack_openid_url,
        settings.slack_client_id,
        settings.slack_client_secret.get_secret_value(),
        pkce=False,
        # Many people are in several workspaces: Slack shows them the one that matters.
        hints={"team": workspaces[0]} if len(workspaces) == 1 else {},
    )
    microsoft = Registration(
        f"{settings.microsoft_login_url}/{settings.microsoft_tenant_id.lower()}/v2.0",
        settings.microsoft_client_id,
        settings.microsoft_client_secret.get_secret_value(),
    )
    read, clock, http = microsoft_person(settings.microsoft_tenant_id), SystemClock(), client()
    every = {
        "slack": OpenIdService("Slack", slack, slack_person, clock, http),
        "microsoft": OpenIdService("Microsoft", microsoft, read, clock, http),
    }
    return {name: service for name, service in every.items() if name in settings.sign_in}


def passkeys(settings: Settings, campaign: str) -> PasskeyReader | None:
    """None where the pages have no name: a passkey is for a name, and an IP address is none."""
    name = urlsplit(settings.web_url).hostname or ""
    if not re.search("[a-z]", name) or ":" in name:
        return None
    from bot.adapters.passkeys import WebAuthnPasskeys

    return WebAuthnPasskeys(settings.web_url, campaign)


def _x_account(settings: Settings) -> XAccount:
    return XAccount(
        settings.x_api_url,
        settings.x_api_key.get_secret_value(),
        settings.x_api_secret.get_secret_value(),
        settings.x_access_token.get_secret_value(),
        settings.x_access_secret.get_secret_value(),
    )


def _x(base: Base) -> Adapter:
    settings, clock, poll = base.settings, base.clock, base.x_poll
    account = _x_account(settings)
    return Adapter(
        XClient(account, pictures_of(settings.content_dir), clock),
        XListener(
            account,
            base.database,
            clock,
            base.content.campaign.watch,
            poll,
            base.health.part("x mentions", 5 * poll),
        ),
    )


def x_hearing(base: Base, shelf: Shelf) -> XHearing:
    settings, report = base.settings, base.health.part("x chats")

    async def chats(now: datetime) -> Sequence[Sitting]:
        async with base.database.transaction() as tx:
            return await sittings_as_held(tx, shelf.content, now)

    return XHearing(
        _x_account(settings), base.database, base.clock, chats, settings.x_chat_dollars, base.x_poll, report
    )


def _slack(base: Base) -> Adapter:
    settings, clock = base.settings, base.clock
    account = _slack_account(settings)
    emoji = base.content.campaign.feedback_emoji
    listener = SlackListener(account, clock, base.health.part("slack connection"), emoji=emoji)
    return Adapter(
        SlackClient(account, pictures_of(settings.content_dir), clock),
        listener,
        None if account.app_token else listener.routes,
    )


def _slack_account(settings: Settings) -> SlackAccount:
    return SlackAccount(
        settings.slack_api_url,
        settings.slack_bot_token.get_secret_value(),
        settings.slack_app_token.get_secret_value(),
        settings.slack_signing_secret.get_secret_value(),
    )


def _teams(base: Base) -> Adapter:
    settings, health = base.settings, base.health
    # The SDK costs most of a second and 50 MB: only those who use Teams pay for it.
    with warnings.catch_warnings(), _models_built_when_used():
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
        graph_url=settings.teams_graph_url,
        team_id=settings.teams_team_id,
    )
    keys = health.part("teams keys")
    keys("")  # they are fetched when somebody knocks
    try:
        app = TeamsApp(account, keys)
    except ValueError as error:
        raise Problem(f"Teams cannot be set up safely. {error}") from None
    noted = base.content.messages.noted_told.on(Platform.TEAMS)
    listener = TeamsListener(app, health.part("teams sign-in"), noted=noted)
    return Adapter(
        TeamsClient(app, pictures_of(settings.content_dir), base.clock), listener, listener.routes, app.keys.keep_trying
    )


@contextmanager
def _models_built_when_used() -> Iterator[None]:
    """Import a library without building the validators of its pydantic models, of which the Teams SDK has hundreds.

    That takes as long as all else in its import, and the bot uses a dozen: each is built when it is first used.
    """
    BaseModel.model_config["defer_build"] = True
    try:
        yield
    finally:
        del BaseModel.model_config["defer_build"]


ADAPTERS = {Platform.X: _x, Platform.SLACK: _slack, Platform.TEAMS: _teams}
