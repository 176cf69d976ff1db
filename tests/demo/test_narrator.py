"""Playing the story on the page, step by step."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.adapters.clock import CampaignClock
from bot.demo import narrator
from bot.demo.narrator import TRAILERS, Narrator, Standing
from bot.demo.session import FASTEST, StoryStopped
from bot.demo.story import STEPS
from bot.demo.tale import Tale


class Stage:
    """A clock, and nothing else of a session."""

    def __init__(self) -> None:
        self.clock = CampaignClock(datetime(2026, 12, 1, tzinfo=UTC), 10)
        self.speeds: list[float] = []

    async def clock_changed(self) -> None:
        self.speeds.append(self.clock.speed)

    @property
    def tale(self) -> Tale:
        return cast(Tale, SimpleNamespace(here=self))


async def holds(_: Any) -> str:
    return "it is so"


async def stops(_: Any) -> str:
    raise StoryStopped("This is not so: it is there once.")


async def breaks(_: Any) -> str:
    raise ValueError("secret details")


async def ended(told: Narrator) -> None:
    async with asyncio.timeout(5):
        await told.ended()


def steps(monkeypatch: pytest.MonkeyPatch, *wanted: Any) -> None:
    monkeypatch.setattr(narrator, "STEPS", tuple((f"Step {n}", step) for n, step in enumerate(wanted)))


async def test_a_step_that_holds_is_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    steps(monkeypatch, holds, holds)
    told = Narrator(Stage().tale)
    assert told.play(0, and_the_rest=False) == ""
    await ended(told)
    assert [(step.standing, step.sentence) for step in told.told] == [
        (Standing.HELD, "it is so"),
        (Standing.LATER, ""),
    ]


async def test_a_step_under_way_is_not_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    steps(monkeypatch, holds)
    told = Narrator(Stage().tale)
    told.play(0, and_the_rest=False)
    assert "being played already" in told.play(0, and_the_rest=False)
    await ended(told)
    assert "has been played already" in told.play(0, and_the_rest=False)


@pytest.mark.parametrize(("step", "said"), [(stops, "This is not so"), (breaks, "not as this step expects")])
async def test_a_step_that_does_not_hold_says_so_and_ends_the_rest(
    monkeypatch: pytest.MonkeyPatch, step: Any, said: str
) -> None:
    steps(monkeypatch, holds, step, holds)
    told = Narrator(Stage().tale)
    told.play(0, and_the_rest=True)
    await ended(told)
    assert [one.standing for one in told.told] == [Standing.HELD, Standing.FAILED, Standing.LATER]
    assert said in told.told[1].sentence
    assert told.next == 2


@pytest.mark.parametrize("paused", [True, False])
async def test_the_clock_runs_for_the_story_and_is_given_back_as_it_was(
    monkeypatch: pytest.MonkeyPatch, paused: bool
) -> None:
    steps(monkeypatch, stops)
    stage = Stage()
    if paused:
        stage.clock.pause()
    told = Narrator(stage.tale)
    told.play(0, and_the_rest=False)
    await ended(told)
    assert stage.speeds == [FASTEST, 10]
    assert stage.clock.paused is paused


def test_every_step_of_the_story_is_announced() -> None:
    assert set(TRAILERS) == {title for title, _ in STEPS}
