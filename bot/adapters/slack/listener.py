"""Receives from Slack: over a WebSocket (Socket Mode), or at /slack/events."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.slack import SlackAccount, marks, wire
from bot.adapters.slack.outcomes import outcome_of
from bot.adapters.slack.web import go_directly, told, web_client
from bot.core.events import Event, Platform
from bot.core.outbox import Refused
from bot.ports import Clock, Receive, Report
from bot.request_bodies import body_of

log = structlog.get_logger()

_LARGEST = 4_000_000
"""Octets of a delivery. Slack sends far less; more would only keep the bot reading for strangers."""
_PULSES = 3
"""After so many ping intervals without a sign of life, a connection counts as deaf."""
_NOT_ACCEPTED = (
    "Slack does not accept the app-level token. Copy it from the app's page under “Basic Information” into "
    "SLACK_APP_TOKEN; it starts with xapp- and has the scope connections:write."
)


class SlackListener:
    """With an app token `run` receives over a WebSocket; without one events come in by `routes`, and `run` waits.

    Slack wants its acknowledgement within three seconds, and it gets one only after `receive` has returned.
    `ping_interval` is in wall seconds. `emoji` is the name of the reaction that marks a message as feedback.
    """

    platform = Platform.SLACK

    def __init__(
        self,
        account: SlackAccount,
        clock: Clock,
        report: Report = lambda _: None,
        *,
        ping_interval: float = 5.0,
        emoji: str = "",
    ) -> None:
        self._account = account
        self._clock = clock
        self._report = report
        self._ping_interval = ping_interval
        self._emoji = emoji
        self._web = web_client(account)

    async def run(self, receive: Receive) -> None:
        if not self._account.app_token:
            self._report("")
            await asyncio.Event().wait()
        app = self._app(receive)
        while True:
            await self._connection(app)
            self._report("The connection to Slack is deaf. The bot makes a new one.")
            log.warning("slack connection is deaf, making a new one")

    def routes(self, receive: Receive) -> list[Route]:
        """Where Slack's signed requests come in: events, commands, buttons and forms alike."""
        app = self._app(receive)

        async def endpoint(request: Request) -> Response:
            sent = await body_of(request, _LARGEST)
            if sent is None:
                return Response(status_code=413)
            try:
                delivery = to_async_bolt_request(request, sent)  # reads the JSON before it looks at the signature
            except (ValueError, RecursionError):  # the latter of lists in lists in lists
                return Response(status_code=400)
            return to_starlette_response(await app.async_dispatch(delivery))

        return [Route("/slack/events", endpoint, methods=["POST"])]

    def _app(self, receive: Receive) -> AsyncApp:
        """Bolt, for its signature check and its connections.

        Our middleware stands before Bolt's authorisation, which asks Slack who we are and acknowledges the event
        when that fails: the event would be lost. Deliveries tell us who we are. A raise in `receive` becomes a
        500 here, which is no acknowledgement on either way, and Slack delivers again.
        """

        async def handle(
            body: dict[str, Any], ack: AsyncAck, next_: Callable[[], Awaitable[None]]
        ) -> BoltResponse | None:
            if body.get("type") == "url_verification":
                await next_()
                return None
            now = self._clock.now()
            event = wire.parse(body, now) or marks.parse_shortcut(body, now) or await self._marked(body)
            if event is not None:
                await receive(event)
            return await ack()

        # Bolt looks for SLACK_BOT_TOKEN too, and warns at every start that it does not need it.
        logging.getLogger("slack_bolt.AsyncApp").setLevel(logging.ERROR)
        return AsyncApp(
            name="antiphon",
            client=web_client(self._account),
            signing_secret=self._account.signing_secret,
            before_authorize=handle,
        )

    async def _marked(self, body: dict[str, Any]) -> Event | None:
        """A message that somebody marked as feedback, with its words."""
        which = marks.marked(body, self._emoji)
        if which is None:
            return None
        channel, ts = which
        try:
            page = await self._web.conversations_replies(channel=channel, ts=ts, limit=1)
        except SlackApiError as error:
            if isinstance(outcome_of(error, self._clock.now()), Refused):
                log.warning("slack does not show a marked message", error=error.response["error"])
                return None
            raise  # no acknowledgement: Slack tells of it again
        found = next((one for one in told(page, "messages", list) if one.get("ts") == ts), None)
        return marks.parse_reaction(body, found) if found else None

    async def _connection(self, app: AsyncApp) -> None:
        """Hold one connection, with the SDK's own ways to mend it, until it shows no more signs of life."""
        handler = AsyncSocketModeHandler(app, self._account.app_token, ping_interval=self._ping_interval)
        client = handler.client
        go_directly(client, self._account.api_url)
        try:
            await self._connect(client)
            await self._until_deaf(client)
        finally:
            await client.close()  # type: ignore[no-untyped-call]  # the SDK has no annotation here

    async def _connect(self, client: SocketModeClient) -> None:
        """Raises PermissionError, in words, when Slack does not accept the app token."""
        try:
            # Left alone, the SDK tries one address for ever, and Slack's addresses are good once.
            async with asyncio.timeout(self._ping_interval * _PULSES):
                await client.connect_to_new_endpoint(force=True)
        except SlackApiError as error:
            outcome = outcome_of(error, self._clock.now())
            if isinstance(outcome, Refused):
                self._report(_NOT_ACCEPTED)
                raise PermissionError(_NOT_ACCEPTED) from None
            self._report("Slack gives the bot no connection. The bot keeps trying.")
            log.warning("slack gives no connection", outcome=outcome)
        except (aiohttp.ClientError, OSError) as error:
            self._report("Slack cannot be reached from here. The bot keeps trying.")
            log.warning("slack cannot be reached", error=repr(error))

    async def _until_deaf(self, client: SocketModeClient) -> None:
        """Return when no pong has come back for a while: such a connection can look open and carry nothing."""
        pulse, quiet = client.last_ping_pong_time, 0
        while quiet < _PULSES:
            if quiet == 0 and await client.is_connected():
                self._report("")
            await asyncio.sleep(self._ping_interval)
            quiet = quiet + 1 if client.last_ping_pong_time == pulse else 0
            pulse = client.last_ping_pong_time
