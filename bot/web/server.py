"""Serving the application on our own event loop, with our own signals."""

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.core.problems import Problem


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Problem when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise Problem(_why(host, port, error)) from None
    sock.listen(128)
    return sock


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken: another program, perhaps another Antiphon, listens on it.\n"
            f"Stop that program, or choose another port with --port or the PORT setting."
        )
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}. Choose a port from 1024 on with --port or the PORT setting."
    return f"The address {host}:{port} cannot be used ({error.strerror}). Correct the HOST and PORT settings."


async def serve(app: ASGIApp, sock: socket.socket, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; requests under way are answered first.

    Each has `stop` in its state, as `stopping`: an answer that would go on for ever ends then.
    """
    config = uvicorn.Config(
        _told_of(stop, app), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=10
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    await stop.wait()
    server.should_exit = True
    await serving


def _told_of(stop: asyncio.Event, app: ASGIApp) -> ASGIApp:
    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["stopping"] = stop
        await app(scope, receive, send)

    return telling


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the supervisor."""
        yield
