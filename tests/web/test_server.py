import asyncio
import socket

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.core.problems import Problem
from bot.web.app import application
from bot.web.server import listen, serve


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


async def test_signs_of_life_are_served_until_stopped() -> None:
    stop = asyncio.Event()
    with listen("127.0.0.1", 0) as sock:
        base = f"http://127.0.0.1:{sock.getsockname()[1]}"
        serving = asyncio.create_task(serve(application([], yes), sock, stop))
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{base}/healthz")).text == "ok\n"
            assert (await client.get(f"{base}/readyz")).json() == {"database": True}
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
        serving = asyncio.create_task(serve(application([Route("/slow", slow)], yes), sock, stop))
        async with httpx.AsyncClient() as client:
            asked = asyncio.create_task(client.get(url))
            await begun.wait()
            stop.set()
            assert (await asked).text == "answered"
        await serving


async def test_without_its_database_the_bot_is_not_ready_though_alive() -> None:
    transport = httpx.ASGITransport(application([], no))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with listen("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        with pytest.raises(Problem, match=rf"Port {port} is taken(.|\n)*--port or the PORT setting"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(Problem, match=r"192\.0\.2\.1:8080 cannot be used"):
        listen("192.0.2.1", 8080)
