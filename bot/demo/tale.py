"""What the story's steps have in hand: the plot, the session in which it is played, and how they are judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.actions import month_plan
from bot.core.chat import run_sheet
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.plan import Entry
from bot.core.problems import Problem
from bot.demo.session import APPROACH, Session, StoryStopped, eventually
from bot.demo.world import Json, World


@dataclass(frozen=True)
class Plot:
    """What the content says is to happen in the month of its latest chat."""

    content: Content
    actions: Sequence[Entry]
    chat: Sequence[Entry]

    @property
    def start(self) -> datetime:
        """Campaign time at which the story begins."""
        return min(self.actions[0].due, self.chat[0].due) - APPROACH


def plot_of(content: Content) -> Plot:
    """Raises Problem when the content has no chat, or no key actions for the month of its latest one."""
    chat_id = max(content.chats, default="")
    month = next((month for month in content.actions if month.month == chat_id[:7]), None)
    if month is None:
        raise Problem("The demo needs a chat and key actions of the same month in the content. Add the missing file.")
    chat = run_sheet(chat_id, content.chats[chat_id], content, tuple(Platform))
    return Plot(content, month_plan(month, content, tuple(Platform)), chat)


@dataclass(frozen=True)
class Tale:
    """The plot, and the session in which it is played."""

    plot: Plot
    here: Session
    mark: int = 0
    """How long the ledger was when the step began: what visitors did before does not count as the story's."""

    @property
    def content(self) -> Content:
        return self.plot.content

    @property
    def world(self) -> World:
        return self.here.world

    async def until(self, instant: datetime) -> None:
        """Go to shortly before `instant`, stopping at everything planned before it so that nothing is missed."""
        while (due := await self._next_due()) and due < instant:
            await self._skip_to(due - APPROACH)
            await eventually(lambda due=due: self._released(due), f"what is planned for {due} is sent")  # type: ignore[misc]
        await self._skip_to(instant - APPROACH)

    async def _skip_to(self, instant: datetime) -> None:
        if instant > self.here.clock.now():
            await self.here.skip_to(instant)

    async def _next_due(self) -> datetime | None:
        async with self.here.bot.database.transaction() as tx:
            return await tx.plan.next_due()

    async def _released(self, due: datetime) -> bool:
        following = await self._next_due()
        return self.here.clock.now() > due and (following is None or following > due)

    async def accepted(self, what: str, matches: Callable[[Json], bool]) -> Json:
        """The first ledger entry of this step that matches, once there is one."""

        async def look() -> Json | None:
            return next((row for row in await self.world.ledger(self.mark) if matches(row)), None)

        return await eventually(look, what)

    async def everywhere(self, entry: Entry) -> None:
        """Wait until a planned entry is on all platforms, and check that it is there once and in its words."""
        for platform, body in entry.bodies.items():
            start = body.text.split("\n")[0]

            def matches(row: Json, platform: Platform = platform, start: str = start) -> bool:
                return bool(row["platform"] == platform.value and row["text"].startswith(start))

            await replace(self, mark=0).accepted(f"{entry.key} is on {platform.label}", matches)
            count = sum(matches(row) for row in await self.world.ledger())
            require(count == 1, f"{entry.key} is on {platform.label} once, not {count} times")

    async def newest(self, path: str, user: str, known: int) -> Json:
        """The last of a person's files in Slack, or of what else `path` leads to, once there are more than `known`."""

        async def look() -> list[Json]:
            found: list[Json] = await self.world.get(path, user=user)
            return found if len(found) > known else []

        return (await eventually(look, f"{user} has something new in {path}"))[-1]

    async def count(self, path: str, user: str) -> int:
        return len(await self.world.get(path, user=user))


def require(true: bool, what: str) -> None:
    if not true:
        raise StoryStopped(f"This is not so: {what}.")


def said(row: Json) -> str:
    return f"{row['text']} {row['more']}"
