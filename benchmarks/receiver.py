"""Stands for a platform: notes when each post arrives. Imports nothing of the bot, so that it is up at once."""

import selectors
import socket
import time
from multiprocessing.connection import Connection


def receive(pipe: Connection) -> None:
    """Note when each line arrives (epoch seconds), and send it back as an answer.

    Asked to `report`, send what has arrived: (line, instant).
    """
    arrived: list[tuple[str, float]] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        pipe.send(server.getsockname()[1])
        connection, _ = server.accept()
    with connection, selectors.DefaultSelector() as selector:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        selector.register(pipe, selectors.EVENT_READ)
        rest = b""
        while True:
            for key, _ in selector.select():
                at = time.time()
                if key.fileobj is not connection:
                    if pipe.recv() is None:
                        return
                    pipe.send(arrived)
                elif words := _echoed(connection):
                    *lines, rest = (rest + words).split(b"\n")
                    arrived += [(line.decode(), at) for line in lines]
                else:
                    selector.unregister(connection)


def _echoed(connection: socket.socket) -> bytes:
    """What came, sent back; nothing once the other side has gone."""
    try:
        words = connection.recv(65536)
        connection.sendall(words)
    except ConnectionError:
        return b""
    return words
