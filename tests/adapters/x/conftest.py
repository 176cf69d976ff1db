"""The real SDK against the emulated X, every request held against X's own specification where it is at hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.pictures import pictures_of
from bot.adapters.x import XAccount
from bot.adapters.x.client import XClient
from tests.adapters.x.official import Specification, specification
from tests.emulators import Emulators
from tests.fakes import FakeClock


class X:
    """The emulated X, seen by a test: campaign time stands still where the bot's clock does."""

    def __init__(self, emulators: Emulators) -> None:
        self.emulators = emulators
        self.clock = FakeClock()
        self.settings: dict[str, str] = emulators.get("/x/credentials")
        self.set_clock()

    def set_clock(self) -> None:
        self.emulators.put("/clock", {"campaign": self.clock.now().timestamp(), "wall": 0, "speed": 0})

    def account(self, **changes: Any) -> XAccount:
        keys = {name.removeprefix("X_").lower(): value for name, value in self.settings.items()}
        return XAccount(**{**keys, **changes})

    def says(self, by: str, text: str, **more: str) -> str:
        post: str = self.emulators.post("/x/posts", by=by, text=text, **more)["id"]
        return post

    def fault(self, **fault: Any) -> None:
        self.emulators.faults("x", fault)

    def posted(self) -> list[dict[str, Any]]:
        """What the bot made public."""
        return [entry for entry in self.emulators.ledger("x") if entry["author"] == "AntiphonBot"]


@pytest.fixture(scope="session")
def official() -> Specification | None:
    return specification()


@pytest.fixture
def x(emulators: Emulators, official: Specification | None) -> Iterator[X]:
    yield X(emulators)
    if official:
        for exchange in emulators.exchanges():
            official.check(exchange)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with two pictures."""
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "one.png").write_bytes(b"the first picture")
    (tmp_path / "cards" / "two.png").write_bytes(b"the second picture")
    return tmp_path


@pytest.fixture
def client(x: X, content: Path) -> XClient:
    return XClient(x.account(), pictures_of(content), x.clock)
