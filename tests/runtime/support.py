"""What the runtime's tests share."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.context import Context
from bot.core.bodies import Text
from bot.core.events import Mention, Person, Place, Platform
from bot.core.outbox import Post, new_post
from bot.core.plan import Kind
from bot.core.policy import Roles
from bot.ports import Transaction
from tests.fakes import FakeClock
from tests.samples import sample_content

NOW = datetime(2017, 9, 19, 18, 0, tzinfo=UTC)
PLACE = Place(Platform.SLACK, workspace="T1", channel="C1")


def mention(number: int = 1) -> Mention:
    author = Person(Platform.SLACK, "T1", "U1")
    return Mention(key=f"slack:T1:Ev{number}", at=NOW, author=author, place=PLACE, text="hello", message_id="1.0")


def post(key: str = "a", due: datetime = NOW, cut_off: datetime | None = None) -> Post:
    return new_post(key, PLACE, Text("hello"), due, cut_off=cut_off)


def context_at(clock: FakeClock, approve: frozenset[Kind] = frozenset()) -> Callable[[Transaction], Context]:
    content = sample_content()
    return lambda tx: Context(clock.now(), content, {Platform.SLACK: PLACE}, Roles(), tx, approve=approve)


class FakeTimer:
    """Remembers when it was asked to wake."""

    def __init__(self) -> None:
        self.wakes: list[datetime] = []
        self.running = False

    def start(self, beat: Callable[[], Awaitable[None]]) -> None:
        self.beat = beat
        self.running = True

    def wake_at(self, instant: datetime) -> None:
        self.wakes.append(instant)

    def stop(self) -> None:
        self.running = False


async def settled() -> None:
    """Let every task that can go on go on."""
    for _ in range(30):
        await asyncio.sleep(0)
