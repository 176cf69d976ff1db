"""The bot's ASGI application: the platforms' doors and the signs of life."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

_METRICS = "text/plain; version=0.0.4; charset=utf-8"


class Signs(Protocol):
    async def checks(self) -> Mapping[str, str]:
        """Each check with `ok`, or with what is wrong in words."""

    async def metrics(self) -> str:
        """Figures in Prometheus's text format."""


def application(doors: Sequence[BaseRoute], signs: Signs) -> Starlette:
    """`doors` are the routes of the platforms' listeners."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        checks = await signs.checks()
        ready = all(said == "ok" for said in checks.values())
        return JSONResponse(checks, status_code=200 if ready else 503)

    async def metrics(_: Request) -> Response:
        return Response(await signs.metrics(), media_type=_METRICS)

    signs_of_life = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    return Starlette(routes=[*signs_of_life, *doors])
