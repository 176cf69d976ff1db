"""The bot's ASGI application: the platforms' doors and the signs of life."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

Ready = Callable[[], Awaitable[bool]]


def application(doors: Sequence[BaseRoute], ready: Ready) -> Starlette:
    """`doors` are the routes of the platforms' listeners; `ready` says whether the database answers."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        is_ready = await ready()
        return JSONResponse({"database": is_ready}, status_code=200 if is_ready else 503)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), *doors])
