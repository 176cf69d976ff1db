"""One demo for all tests here, and what a browser without scripts does with its pages."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests

from bot.adapters.yaml_content import load
from bot.demo.narrator import Narrator
from bot.demo.page import Page
from bot.demo.session import Session, session
from bot.demo.tale import Tale, plot_of
from tests.forms import Form, Forms
from tests.waiting import until

ROOT = Path(__file__).parents[2]
SPEED = 60

T = TypeVar("T")


@dataclass(frozen=True)
class Visitor:
    """Somebody at the page, with no script: only links and forms."""

    base: str
    me: str

    def home(self) -> str:
        return self._ok(requests.get(f"{self.base}/", {"as": self.me}, timeout=10))

    def live(self) -> str:
        return self._ok(requests.get(f"{self.base}/live", {"as": self.me}, timeout=10))

    def part(self, name: str) -> str:
        """One of the parts of the page that change."""
        return self.live().partition(f'data-part="{name}"')[2].partition("<div data-part=")[0]

    def sees(self, part: str, words: str) -> None:
        until(lambda: words in self.part(part))

    def forms(self, field: str) -> list[Form]:
        """The forms of the page that have such a field."""
        return [form for form in Forms(self.home()).found if field in form.fields]

    def form(self, button: str, platform: str = "") -> Form:
        """The first form with such a button, on such a platform."""
        return next(
            form
            for form in Forms(self.home()).found
            if any(button in text for text in form.buttons) and form.fields.get("platform", "") == platform
        )

    def press(self, button: str, platform: str = "", **typed: str) -> requests.Response:
        """Fill in the form with such a button, and press it."""
        form = self.form(button, platform)
        pressed = next(sent for text, sent in form.buttons.items() if button in text)
        return self.post(form.action, form.fields | typed | pressed)

    def fill(self, form: Form, values: Mapping[str, str]) -> requests.Response:
        return self.post(form.action, form.fields | {f"input.{name}": value for name, value in values.items()})

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> requests.Response:
        return requests.post(f"{self.base}{path}", dict(fields), headers=headers, timeout=30)

    @staticmethod
    def _ok(answer: requests.Response) -> str:
        assert answer.status_code == 200, answer.text
        return answer.text


class Demo:
    """The demo in a thread of its own: the real bot, the real emulators, the real page over HTTP."""

    def __enter__(self) -> "Demo":
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        assert self._ready.wait(60)
        assert self.here, "the demo did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self.here: Session | None = None
        content = load(ROOT / "content")
        plot = plot_of(content)
        try:
            async with session(
                content,
                ROOT / "content",
                plot.start,
                SPEED,
                wrap=lambda here: Page(here, content, Narrator(Tale(plot, here))).application(here.bot.web),
            ) as self.here:
                self._ready.set()
                await self._stop.wait()
        finally:
            self._ready.set()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the demo's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def ask(self, path: str, **query: str | int) -> Any:
        """What the emulated platforms say."""
        assert self.here
        return self.run(self.here.world.get(path, **query))

    def visitor(self, me: str) -> Visitor:
        assert self.here
        return Visitor(f"http://127.0.0.1:{self.here.settings.port}", me)


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    with Demo() as running:
        yield running


@pytest.fixture
def sam(demo: Demo) -> Visitor:
    return demo.visitor("participant")


@pytest.fixture
def mel(demo: Demo) -> Visitor:
    return demo.visitor("member")


@pytest.fixture
def morgan(demo: Demo) -> Visitor:
    return demo.visitor("moderator")
