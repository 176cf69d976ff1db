"""Sends HTTP requests that are ready as bytes, so that making them costs nothing while something is measured."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

SECRET = "benchmark-signing-secret"  # noqa: S105 - it opens nothing


@dataclass(slots=True)
class Answers:
    """What came back: how often each status, and how long all of it took in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.statuses[200] / self.seconds if self.seconds else 0.0


def request(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def slack_events(count: int, run: str, asking: int = 0) -> Iterator[bytes]:
    """So many different things said, each in a channel of its own, signed by Slack.

    `run` keeps them apart from other runs'. Every `asking`-th asks the bot something; 0 means none.
    """
    at = str(int(time.time()))
    for number in range(count):
        said = {
            "type": "app_mention" if asking and number % asking == 0 else "message",
            "user": f"U{number}",
            "text": "How can I get involved in the campaign?",
            "ts": f"{at}.{number:06}",
            "channel": f"C{number}",
            "channel_type": "channel",
        }
        body = json.dumps(
            {
                "type": "event_callback",
                "team_id": "T0",
                "api_app_id": "A0",
                "event": said,
                "event_id": f"Ev{run}{number}",
                "event_time": int(at),
                "authorizations": [{"team_id": "T0", "user_id": "UBOT", "is_bot": True}],
            }
        ).encode()
        signature = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        yield request(
            "/slack/events",
            body,
            {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signature}"},
        )


def hammer(port: int, count: int, connections: int, run: str) -> Answers:
    """Send so many of Slack's events, each connection the next as soon as it has its answer."""
    return asyncio.run(call(port, list(slack_events(count, run)), connections))


async def call(port: int, requests: Iterable[bytes], connections: int, a_second: float | None = None) -> Answers:
    """Send requests as soon as a connection is free for them; with `a_second`, no sooner than this pace."""
    loop, answers = asyncio.get_running_loop(), Answers()
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    began = loop.time()
    callers = [asyncio.create_task(_caller(port, queue, answers)) for _ in range(connections)]
    for number, one in enumerate(requests):
        if a_second is not None:
            await asyncio.sleep(began + number / a_second - loop.time())
        queue.put_nowait(one)
    await queue.join()
    answers.seconds = loop.time() - began
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    return answers


async def _caller(port: int, queue: asyncio.Queue[bytes], answers: Answers) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            writer.write(await queue.get())
            answers.statuses[await _status(reader)] += 1
            queue.task_done()
    finally:
        writer.close()


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = head.partition("content-length:")[2].partition("\r\n")[0]
    await reader.readexactly(int(length or 0))
    return int(head.split(" ", 2)[1])
