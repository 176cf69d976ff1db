"""An evening that its hosts steer, through the real adapters: what the ledgers hold is what the timetable said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.adapters.yaml_content import load
from bot.core.chat import run_sheet
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.live import Sheet
from bot.core.plan import Entry, Standing
from bot.demo.session import APPROACH, Session, eventually, session
from bot.services.hosting import find_sheet

ROOT = Path(__file__).parents[2]
CHAT = "2026-12-15"
QUICK, SLOW = 40, 10
"""Between the questions, and while hosts and members do something: it must not take the time of a question."""
Row = dict[str, Any]


def said(row: Row) -> str:
    return f"{row['text']} {row['more']}"


@dataclass
class Evening:
    here: Session
    content: Content
    mark: int = 0

    async def sheet(self) -> Sheet:
        async with self.here.bot.database.transaction() as tx:
            return await find_sheet(tx, self.here.clock.now(), CHAT)

    async def sees(self, what: str, matches: Callable[[Row], bool]) -> Row:
        """The first row since the last thing that was asked for."""

        async def look() -> Row | None:
            return next((row for row in await self.here.world.ledger(self.mark) if matches(row)), None)

        return await eventually(look, what)

    async def command(self, text: str, answer: str) -> Row:
        """In Slack, by the organiser. `answer` is part of what only the organiser sees."""
        await self._ask("/slack/commands", user="U0ORGANISER", channel="C0CHAT", command="/campaign", text=text)
        return await self._panel("slack", answer)

    async def press(self, panel: Row, label: str, answer: str) -> Row:
        blocks = (await self.here.world.get("/slack/ephemerals", user="U0ORGANISER"))[-1]["blocks"]
        buttons = {it["text"]["text"]: it["action_id"] for block in blocks for it in block.get("elements", [])}
        await self._ask(
            "/slack/actions", user="U0ORGANISER", channel="C0CHAT", ts=panel["id"], action_id=buttons[label]
        )
        return await self._panel("slack", answer)

    async def in_teams(self, text: str, answer: str) -> Row:
        await self._ask("/teams/messages", user="organiser", conversation="personal", text=text)
        return await self._panel("teams", answer)

    async def press_in_teams(self, panel: Row, label: str, answer: str) -> Row:
        data = next(it["data"] for it in panel["more"]["card"]["actions"] if it["title"] == label)
        await self._ask(
            "/teams/submits", user="organiser", conversation=panel["channel"], activity_id=panel["id"], data=data
        )
        return await self._panel("teams", answer)

    async def _ask(self, path: str, **body: Any) -> None:
        self.mark = len(await self.here.world.ledger())
        await self.here.world.post(path, **body)

    async def _panel(self, platform: str, answer: str) -> Row:
        return await self.sees(
            f"{platform} shows “{answer}”", lambda row: row["platform"] == platform and answer in said(row)
        )

    async def goes_on_until(self, tail: str) -> None:
        """Go to each thing that is planned, and see it on every platform, up to the named one."""
        done = False
        while not done:
            entry = (await self.sheet()).upcoming[0]
            done = entry.tail == tail
            self.skip_gap(entry.due)
            await self.here.clock_changed()
            await self.is_everywhere(entry)

    async def is_everywhere(self, entry: Entry, action: str = "") -> None:
        """Wait until an entry is on every platform, or until something else has happened to it there."""
        async with self.here.bot.database.transaction() as tx:
            posts = {platform: await tx.outbox.get(f"{entry.key}:{platform}") for platform in entry.bodies}

        def there(row: Row, platform: Platform, start: str) -> bool:
            post = posts[platform]
            gone = action == row["action"] and post is not None and row["id"] == post.remote_id
            return bool(row["platform"] == platform and (gone if action else row["text"].startswith(start)))

        self.mark = 0
        for platform, body in entry.bodies.items():
            start = body.text.split("\n")[0]
            await self.sees(f"{entry.tail} is on {platform} {action}", partial(there, platform=platform, start=start))

    async def runs_at(self, speed: float) -> None:
        self.here.clock.set_speed(speed)
        await self.here.clock_changed()

    def skip_gap(self, due: datetime) -> None:
        if due - self.here.clock.now() > 2 * APPROACH:
            self.here.clock.jump(due - APPROACH)


async def test_a_steered_evening_is_on_every_platform_as_the_timetable_says() -> None:
    content = load(ROOT / "content")
    sheet = run_sheet(CHAT, content.chats[CHAT], content, Platform)
    welcome = next(entry for entry in sheet if entry.tail == "welcome")
    async with session(content, ROOT / "content", welcome.due - APPROACH, QUICK) as here:
        evening = Evening(here, content)
        await evening.goes_on_until("q1")
        await evening.runs_at(SLOW)
        held = await evening.command("chat hold", "Held.")
        at_first = await evening.sheet()
        q2, q3 = at_first.find("q2"), at_first.find("q3")
        assert q2 is not None
        assert q3 is not None
        await here.skip_to(q2.due + timedelta(minutes=4))
        await evening.press(held, "Go on", "It goes on: Q2 goes out now.")
        await evening.is_everywhere(q2)
        panel = await evening.in_teams("chat skip q4", "Q4 is skipped.")
        await evening.press_in_teams(panel, "5 more minutes", "5 minutes more.")
        await evening.command("chat insert What did you find out only this year?", "Q6 goes out at")
        await here.world.post("/x/posts", by="StudentSam", text="@AntiphonBot where are we? #ukmedlibs")
        await evening.sees("a late joiner is answered on X", lambda row: "We are at Q2: " in row["text"])
        await evening.command("chat", "Wrap – planned")
        shown = await evening.sheet()
        await evening.runs_at(QUICK)
        await evening.goes_on_until("wrap")
        for platform in Platform:
            there = await happened(evening, platform)
            assert [tail for tail, _ in there] == [entry.tail for entry in going(shown)], platform
            assert all(at >= entry.due for (_, at), entry in zip(there, going(shown), strict=True)), platform
        await evening.command("chat hide q3", "Q3 is taken down on X, Slack, Teams.")
        await evening.is_everywhere(q3, "delete")


def going(sheet: Sheet) -> list[Entry]:
    """What the timetable says is said."""
    return [entry for entry in sheet.entries if entry.standing is not Standing.CANCELLED]


async def happened(evening: Evening, platform: Platform) -> list[tuple[str, datetime]]:
    """What was said to everybody and when, as the platform has it, by the names of the timetable."""
    words = {entry.bodies[platform].text.split("\n")[0]: entry.tail for entry in (await evening.sheet()).entries}
    rows = [row for row in await evening.here.world.ledger() if row["platform"] == platform]
    public = [row for row in rows if not row["more"].get("private")]
    found = [(next((words[it] for it in words if row["text"].startswith(it)), ""), row["at"]) for row in public]
    return [(tail, datetime.fromisoformat(at)) for tail, at in found if tail]
