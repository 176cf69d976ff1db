"""What every real client keeps to, against its emulator: nothing of a post leaves before its time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.adapters.pictures import pictures_of
from bot.adapters.slack import SlackAccount
from bot.adapters.slack.client import SlackClient
from bot.adapters.teams import TeamsAccount
from bot.adapters.teams.app import TeamsApp
from bot.adapters.teams.client import TeamsClient
from bot.adapters.x import XAccount
from bot.adapters.x.client import XClient
from bot.core.bodies import Body, File, Media, Repost, Text
from bot.core.events import Place, Platform
from bot.core.outbox import Delivered, Outcome, new_post
from bot.ports import InTime, PlatformClient, TooLateError
from tests.emulators import Emulators
from tests.fakes import FakeClock, at_once

SOON = timedelta(seconds=1)
FILE = File("feedback.csv", "a,b", "Here it is")
A = TypeVar("A", XAccount, SlackAccount, TeamsAccount)


@dataclass
class Desk:
    """One client on a clock that stands still."""

    client: PlatformClient
    place: Place
    clock: FakeClock
    emulators: Emulators
    held: asyncio.Event

    def begin(self, body: Body, private_to: str = "", in_time: InTime = lambda: None) -> asyncio.Task[Outcome]:
        """Start to deliver a post a second before its time."""
        time = self.clock.now() + SOON

        async def its_time() -> InTime:
            self.held.set()
            await self.clock.sleep_until(time)
            return in_time

        post = new_post("held", self.place, body, time, private_to=private_to)
        return asyncio.create_task(self.client.deliver(post, its_time))

    async def reached(self) -> None:
        """Wait until the client waits for the post's time."""
        async with asyncio.timeout(10):
            await self.held.wait()

    async def others_go_out(self) -> None:
        """One more post, begun later, is sent: time enough for one that is not held to be sent as well."""
        other = new_post("other", self.place, Text("Meanwhile"), self.clock.now())
        assert isinstance(await self.client.deliver(other, at_once), Delivered)

    def visible(self) -> int:
        """How many things people can see: not the chats that the bot has opened and left empty."""
        return sum(row["action"] != "conversation" for row in self.emulators.ledger(self.client.platform))

    async def asked(self, path: str) -> None:
        """Wait until the client has asked for something."""
        async with asyncio.timeout(10):
            while not any(seen["path"].endswith(path) for seen in self.emulators.exchanges()):  # noqa: ASYNC110
                await asyncio.sleep(0.02)  # it is another process: no event to wait for


@pytest.fixture
async def desk(request: pytest.FixtureRequest, emulators: Emulators, tmp_path: Path) -> AsyncIterator[Desk]:
    (tmp_path / "card.png").write_bytes(b"a picture")
    platform = Platform(request.param)
    settings, clock = emulators.get(f"/{platform}/credentials"), FakeClock()
    emulators.put("/clock", {"campaign": clock.now().timestamp(), "wall": 0, "speed": 0})
    place = Place(platform, channel=settings.get(f"{platform.upper()}_CHANNEL", ""))
    client = _client(platform, settings, tmp_path, clock)
    yield Desk(client, place, clock, emulators, asyncio.Event())
    await client.close()


def _client(platform: Platform, settings: dict[str, str], root: Path, clock: FakeClock) -> PlatformClient:
    match platform:
        case Platform.X:
            return XClient(_account(XAccount, settings), pictures_of(root), clock)
        case Platform.SLACK:
            return SlackClient(_account(SlackAccount, settings), pictures_of(root), clock)
        case Platform.TEAMS:
            return TeamsClient(TeamsApp(_account(TeamsAccount, settings)), pictures_of(root), clock)


def _account(kind: type[A], settings: dict[str, str]) -> A:
    named: dict[str, Any] = {name.partition("_")[2].lower(): value for name, value in settings.items()}
    return kind(**{field.name: named[field.name] for field in fields(kind) if field.name in named})


def _words(desk: Desk) -> dict[str, Any]:
    return {"body": Text("Question 1")}


def _repost(desk: Desk) -> dict[str, Any]:
    return {"body": Repost(desk.emulators.post("/x/posts", by="UKMedLibs", text="New card")["id"])}


def _for_one(desk: Desk) -> dict[str, Any]:
    return {"body": Text("Only you"), "private_to": _person(desk)}


def _file(desk: Desk) -> dict[str, Any]:
    return {"body": FILE, "private_to": _person(desk)}


def _person(desk: Desk) -> str:
    if desk.client.platform is Platform.SLACK:
        return "U0MEMBER"
    person: str = desk.emulators.get("/teams/users")["student"]["aadObjectId"]
    return person


KINDS = [
    pytest.param(platform, kind, id=f"{platform}{kind.__name__}")
    for platform, kind in [
        ("x", _words),
        ("x", _repost),
        ("slack", _words),
        ("slack", _for_one),
        ("slack", _file),
        ("teams", _words),
        ("teams", _for_one),
        ("teams", _file),
    ]
]
every_kind = pytest.mark.parametrize(("desk", "kind"), KINDS, indirect=["desk"])


@every_kind
async def test_a_post_begun_early_is_sent_once_and_at_its_time(desk: Desk, kind: Any) -> None:
    post = kind(desk)
    before = desk.visible()
    delivery = desk.begin(**post)
    await desk.reached()
    await desk.others_go_out()
    assert desk.visible() == before + 1
    desk.clock.advance(SOON)
    assert isinstance(await delivery, Delivered)
    assert desk.visible() == before + 2


@every_kind
async def test_a_post_cancelled_while_it_is_held_is_never_sent(desk: Desk, kind: Any) -> None:
    post = kind(desk)
    before = desk.visible()
    delivery = desk.begin(**post)
    await desk.reached()
    delivery.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivery
    desk.clock.advance(SOON)
    await desk.others_go_out()
    assert desk.visible() == before + 1


@every_kind
@pytest.mark.parametrize("write", [1, 2])
async def test_after_standing_still_before_a_write_no_more_is_written(desk: Desk, kind: Any, write: int) -> None:
    """Clients that write a request at once have no second write: it is delivered then, and else nobody sees it."""
    post, writes = kind(desk), count(1)
    before = desk.visible()

    def in_time() -> None:
        if next(writes) >= write:
            raise TooLateError

    delivery = desk.begin(**post, in_time=in_time)
    await desk.reached()
    desk.clock.advance(SOON)
    delivered = False
    with suppress(TooLateError):
        delivered = isinstance(await delivery, Delivered)
    await desk.others_go_out()
    assert desk.visible() == before + 1 + delivered
    assert not (delivered and write == 1)


@pytest.mark.parametrize(
    ("desk", "path"),
    [("x", "/2/media/metadata"), ("slack", "/files.completeUploadExternal"), ("teams", "/v3/conversations")],
    indirect=["desk"],
)
async def test_what_nobody_sees_is_done_ahead(desk: Desk, path: str) -> None:
    before = desk.visible()
    card = Text("A card", (Media("card.png", "What it says"),))
    delivery = desk.begin(card, private_to=_person(desk) if desk.client.platform is Platform.TEAMS else "")
    await desk.asked(path)
    assert desk.visible() == before
    desk.clock.advance(SOON)
    assert isinstance(await delivery, Delivered)


@pytest.mark.parametrize("desk", ["slack", "teams"], indirect=True)
async def test_waiting_for_its_time_uses_up_no_time_limit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.others_go_out()  # signing in to Teams has its own, short limit
    for module in ("slack.web", "teams.client"):
        monkeypatch.setattr(f"bot.adapters.{module}.TIMEOUT", 0.2)
    delivery = desk.begin(Text("Question 1"))
    await desk.reached()
    await asyncio.sleep(0.3)  # the limit is in wall seconds, so they must pass
    assert not delivery.done()
    delivery.cancel()
