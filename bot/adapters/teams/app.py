"""Microsoft's SDK, joined to our own server and our own fetching of keys and tokens."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

import httpx
import jwt
from microsoft_teams.api import Account, InvokeResponse
from microsoft_teams.api.activities.message import MessageActivityInput
from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides
from microsoft_teams.api.auth.credentials import TokenCredentials
from microsoft_teams.api.clients.conversation import CreateConversationParams
from microsoft_teams.apps import ActivityEvent, App
from microsoft_teams.apps.http.adapter import HttpMethod, HttpResponse, HttpRouteHandler
from microsoft_teams.common import ClientOptions
from microsoft_teams.common.http import Interceptor, InterceptorRequestContext

from bot.adapters.teams import TeamsAccount
from bot.adapters.teams.door import Keys, OneAtATime, Tokens, unverified
from bot.adapters.teams.graph import Graph
from bot.ports import ItsTime, Report

TIMEOUT = 15.0
"""Seconds for one call to Teams; where it is held, for each of connecting, writing and answering."""
_OPEN_DOOR = "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"
_NO_ID = "DO_NOT_USE_PLACEHOLDER_ID"
"""What the SDK calls a message to which Teams gave no id."""

Handle = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any] | None]]
"""Takes an activity. What it returns is the answer to those that want one."""


class _NoServer:
    """In place of the SDK's own server, which would listen on every address: our routes call its handler."""

    def register_route(self, method: HttpMethod, path: str, handler: HttpRouteHandler) -> None: ...

    def serve_static(self, path: str, directory: str) -> None:
        raise NotImplementedError

    async def start(self, port: int) -> None:
        raise NotImplementedError

    async def stop(self) -> None: ...


_WRITES = ("http11.send_request_headers.started", "http11.send_request_body.started")
"""What httpx calls the steps in which it writes."""
_its_time: ContextVar[ItsTime | None] = ContextVar("_its_time", default=None)


class _Hold(Interceptor):
    """Holds what `send` posts, when it is built and signed."""

    async def request(self, ctx: InterceptorRequestContext) -> None:
        if its_time := _its_time.get():
            in_time = await its_time()

            async def traced(step: str, _: object) -> None:
                if step in _WRITES:
                    in_time()

            ctx.request.extensions["trace"] = traced


class TeamsApp:
    """What listener and client share. Raises ValueError when the door would stand open or the secret be another's.

    `keys` is told whether the signing keys can be had.
    """

    def __init__(self, account: TeamsAccount, keys: Report = lambda _: None) -> None:
        if os.environ.get(_OPEN_DOOR, "").strip():
            # The SDK's own import read .env too, so this is the last word on it.
            raise ValueError(f"Remove {_OPEN_DOOR} from the environment and .env: it lets anybody speak as Teams.")
        self.account = account
        self._http = httpx.AsyncClient(timeout=TIMEOUT / 3)
        self.tokens = Tokens(account, self._http)
        self.graph = Graph(account, self._http)
        self.keys = Keys(account.openid_url, self._http, keys)
        self._cloud = with_overrides(
            PUBLIC, login_endpoint=account.login_url.rstrip("/"), openid_metadata_url=account.openid_url
        )
        self._sdk = App(
            client_id=account.client_id,
            tenant_id=account.tenant_id or None,
            token=self.tokens.provide,
            service_url=account.service_url,
            cloud=self._cloud,
            client=ClientOptions(timeout=TIMEOUT, interceptors=[_Hold()]),
            http_server_adapter=_NoServer(),
            dangerously_allow_unauthenticated_requests=False,
            telemetry={"agent365": False},
        )
        if not isinstance(self._sdk.credentials, TokenCredentials):
            raise ValueError("Remove CLIENT_SECRET from the environment and .env: the bot reads TEAMS_CLIENT_SECRET.")  # noqa: TRY004
        self._handle: Handle | None = None
        self._ready = False
        self._starting = asyncio.Lock()
        self._queue = OneAtATime()

    async def start(self) -> None:
        """Make the SDK ready; nothing goes over the network. Done once, whoever asks first."""
        async with self._starting:
            if not self._ready:
                await self._sdk.initialize()
                validator = self._sdk.server._token_validator
                if validator is None:
                    raise RuntimeError("the Teams SDK would not check who sends messages")
                validator._service_validator._jwks_client = self.keys
                self._sdk.server.on_request = self._process
                self._ready = True

    def on_activity(self, handle: Handle) -> None:
        """Call `handle` with every activity whose token was good, in place of the SDK's own routing."""
        self._handle = handle

    async def _process(self, event: ActivityEvent) -> InvokeResponse[Any]:
        activity = event.body.model_dump(by_alias=True)
        if self._handle is None:
            raise RuntimeError("on_activity() first")
        answer = await self._handle(activity)
        if answer is not None:
            return InvokeResponse(status=200, body=answer)
        return InvokeResponse(status=501 if activity["type"] == "invoke" else 200)

    async def receive(self, body: dict[str, object], headers: dict[str, str]) -> HttpResponse:
        """Check the token and hand the activity on. 401 for a bad token, 500 when the handler raised."""
        await self.start()
        await self._queue.my_turn()
        if refusal := await self._at_the_door(body, headers):
            return {"status": refusal, "body": {"error": "Unauthorized" if refusal == 401 else "Keys unavailable"}}
        return await self._sdk.server.handle_request({"body": body, "headers": headers})

    async def _at_the_door(self, body: Mapping[str, object], headers: Mapping[str, str]) -> int:
        """The status to refuse with before the SDK looks, or 0. 503 asks Teams to deliver again."""
        token = headers.get("authorization", "").removeprefix("Bearer ")
        try:
            key_id, issuer = unverified(token)
        except jwt.InvalidTokenError:
            return 401
        # Without a service URL the SDK leaves out its comparison with the token's.
        if issuer != self._cloud.token_issuer or not body.get("serviceUrl"):
            return 401
        if not await self.keys.prepare(key_id):
            return 503
        return 0 if self.keys.has(key_id) else 401

    async def authenticate(self) -> None:
        """See that there is a token. Raises SignInRefusedError or httpx.HTTPError; nothing was posted then."""
        await self.start()
        await self._sdk.token_provider.get_app_token()

    async def open_chat(self, person: str, tenant: str, service_url: str) -> str:
        """The id of the one-to-one chat with a person. Teams gives the same one however often it is asked."""
        api = self._sdk.api.from_service_url(service_url or self.account.service_url)
        wanted = CreateConversationParams(members=[Account(id=person)], tenant_id=tenant or self.account.tenant_id)
        return (await api.conversations.create(wanted)).id

    async def send(self, conversation: str, activity: Mapping[str, Any], service_url: str, its_time: ItsTime) -> str:
        """Post one message when it is time; its id, empty when Teams told none. Raises what the SDK raises."""
        before = _its_time.set(its_time)
        try:
            sent = await self._sdk.send(
                conversation,
                MessageActivityInput.model_validate(activity),
                service_url=service_url or self.account.service_url,
            )
        finally:
            _its_time.reset(before)
        return "" if sent.id == _NO_ID else sent.id

    async def remove(self, conversation: str, message: str, service_url: str, its_time: ItsTime) -> None:
        """Delete one message of ours when it is time. Raises what the SDK raises."""
        before = _its_time.set(its_time)
        try:
            api = self._sdk.api.from_service_url(service_url or self.account.service_url)
            await api.conversations.delete_activity(conversation, message)
        finally:
            _its_time.reset(before)

    async def close(self) -> None:
        await self._http.aclose()
        await self._sdk.http_client.http.aclose()
        await self._sdk.api.http.http.aclose()
