"""Receives from Teams."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.adapters.teams.app import TeamsApp
from bot.adapters.teams.door import SignInRefusedError
from bot.adapters.teams.marks import answer, is_command, parse_command
from bot.adapters.teams.wire import parse_activity
from bot.core.events import Platform
from bot.ports import Receive, Report
from bot.request_bodies import body_of

log = structlog.get_logger()

PATH = "/api/messages"
_LARGEST = 1_000_000
"""Octets of a delivery. Teams sends far less; more would only keep the bot reading for strangers."""


class TeamsListener:
    """Teams comes to us: everything happens in the route. `retry` is in wall seconds.

    `noted` is what somebody reads who has marked a message as feedback.
    """

    platform = Platform.TEAMS

    def __init__(
        self, app: TeamsApp, sign_in: Report = lambda _: None, *, retry: float = 30.0, noted: str = "Thank you."
    ) -> None:
        self._app = app
        self._sign_in = sign_in
        self._retry = retry
        self._noted = noted

    def routes(self, receive: Receive) -> list[Route]:
        """Answers 200 only after `receive` returned, so that Teams delivers again what we did not keep."""

        async def handle(activity: Mapping[str, Any]) -> dict[str, Any] | None:
            marked = is_command(activity)
            event = parse_command(activity) if marked else parse_activity(activity)
            if event is None:
                log.debug("activity of no use", type=activity.get("type"))
            else:
                await receive(event)
            return answer(self._noted) if marked else None

        async def endpoint(request: Request) -> Response:
            sent = await body_of(request, _LARGEST)
            if sent is None:
                return Response(status_code=413)
            try:
                body = json.loads(sent)
            except (ValueError, RecursionError):  # the latter of lists in lists in lists
                return Response(status_code=400)
            if not isinstance(body, dict):
                return Response(status_code=400)
            taken = await self._app.receive(body, dict(request.headers))
            if taken["body"] is None:
                return Response(status_code=taken["status"])
            return JSONResponse(taken["body"], status_code=taken["status"])

        self._app.on_activity(handle)
        return [Route(PATH, endpoint, methods=["POST"])]

    async def run(self, receive: Receive) -> None:  # noqa: ARG002
        """There is nothing to fetch. Stay signed in, so that a wrong secret, or one that runs out, shows at once."""
        while True:
            trouble = await self._signed_in()
            self._sign_in(trouble)
            await asyncio.sleep(self._retry)

    async def _signed_in(self) -> str:
        """Why there is no token, in words, or nothing. One that is still good is not asked for again."""
        try:
            await self._app.authenticate()
        except (SignInRefusedError, httpx.HTTPError) as error:
            log.warning("Teams did not let the bot sign in", reason=str(error))
            if isinstance(error, SignInRefusedError):
                return str(error)
            return "Microsoft's login cannot be reached. The bot keeps trying."
        return ""
