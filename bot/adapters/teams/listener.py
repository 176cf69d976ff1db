"""Receives from Teams."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.adapters.teams.app import TeamsApp
from bot.adapters.teams.door import SignInRefusedError
from bot.adapters.teams.wire import parse_activity
from bot.core.events import Event, Platform
from bot.ports import Receive

log = structlog.get_logger()

PATH = "/api/messages"


class TeamsListener:
    """Teams comes to us: everything happens in the route."""

    platform = Platform.TEAMS

    def __init__(self, app: TeamsApp) -> None:
        self._app = app
        self._recent = Recent()

    def routes(self, receive: Receive) -> list[Route]:
        """Answers 200 only after `receive` returned, so that Teams delivers again what we did not keep."""

        async def handle(activity: Mapping[str, Any]) -> None:
            event = parse_activity(activity)
            if event is None:
                log.debug("activity of no use", type=activity.get("type"))
            else:
                await receive(self._recent.recognise(event))

        async def endpoint(request: Request) -> Response:
            try:
                body = await request.json()
            except ValueError:
                return Response(status_code=400)
            if not isinstance(body, dict):
                return Response(status_code=400)
            answer = await self._app.receive(body, dict(request.headers))
            if answer["body"] is None:
                return Response(status_code=answer["status"])
            return JSONResponse(answer["body"], status_code=answer["status"])

        self._app.on_activity(handle)
        return [Route(PATH, endpoint, methods=["POST"])]

    async def run(self, receive: Receive) -> None:  # noqa: ARG002
        """There is nothing to fetch: sign in, so that a wrong secret shows at once, and wait to be cancelled."""
        try:
            await self._app.authenticate()
        except (SignInRefusedError, httpx.HTTPError) as error:
            log.warning("Teams did not let the bot sign in", reason=str(error))
        await asyncio.Event().wait()


class Recent:
    """Recognises what Teams delivers again within a minute, also across the end of the minute in its key.

    In memory only: after a restart the key alone decides.
    """

    WITHIN = timedelta(minutes=1)

    def __init__(self) -> None:
        self._heard: dict[str, tuple[datetime, str]] = {}

    def recognise(self, event: Event) -> Event:
        """The event, under the key it had when it was first heard."""
        words = event.key.rpartition(":")[0]
        self._heard = {known: heard for known, heard in self._heard.items() if event.at - heard[0] <= self.WITHIN}
        _, key = self._heard.setdefault(words, (event.at, event.key))
        return event if key == event.key else replace(event, key=key)
