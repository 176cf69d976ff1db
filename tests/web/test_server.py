import asyncio
import socket
from collections.abc import Mapping

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.core.problems import Problem
from bot.web.app import application
from bot.web.server import listen, serve


class Told:
    """Signs of life as they are set."""

    def __init__(self, **checks: str) -> None:
        self._checks = checks

    async def checks(self) -> Mapping[str, str]:
        return self._checks

    async def metrics(self) -> str:
        return "antiphon_paused 0\n"


async def test_signs_of_life_are_served_until_stopped() -> None:
    stop = asyncio.Event()
    with listen("127.0.0.1", 0) as sock:
        base = f"http://127.0.0.1:{sock.getsockname()[1]}"
        serving = asyncio.create_task(serve(application([], Told(database="ok")), sock, stop))
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{base}/healthz")).text == "ok\n"
            assert (await client.get(f"{base}/readyz")).json() == {"database": "ok"}
        stop.set()
        await serving
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2]))):
        pass


async def test_a_request_under_way_is_answered_before_the_end() -> None:
    stop, begun = asyncio.Event(), asyncio.Event()

    async def slow(_: Request) -> PlainTextResponse:
        begun.set()
        await stop.wait()
        return PlainTextResponse("answered")

    with listen("127.0.0.1", 0) as sock:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}/slow"
        serving = asyncio.create_task(serve(application([Route("/slow", slow)], Told()), sock, stop))
        async with httpx.AsyncClient() as client:
            asked = asyncio.create_task(client.get(url))
            await begun.wait()
            stop.set()
            assert (await asked).text == "answered"
        await serving


async def test_one_check_that_fails_makes_it_not_ready_though_alive() -> None:
    told = Told(database="ok", heartbeat="The timer has not beaten for 11 seconds.")
    transport = httpx.ASGITransport(application([], told))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, await told.checks())
        assert (await client.get("/healthz")).status_code == 200


async def test_figures_come_in_the_format_that_prometheus_asks_for() -> None:
    transport = httpx.ASGITransport(application([], Told()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.get("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert answer.text == "antiphon_paused 0\n"


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with listen("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        with pytest.raises(Problem, match=rf"Port {port} is taken(.|\n)*--port or the PORT setting"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(Problem, match=r"192\.0\.2\.1:8080 cannot be used"):
        listen("192.0.2.1", 8080)
