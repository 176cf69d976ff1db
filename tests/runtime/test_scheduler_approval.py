"""Nothing goes out unapproved where approval is wanted, whichever way it came into the plan."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.approval import Verdict, print_of
from bot.core.bodies import Button, Text
from bot.core.content import Content
from bot.core.events import Place, Platform
from bot.core.journal import HOLD, Author
from bot.core.plan import Entry, Kind, Standing
from bot.core.policy import Roles
from bot.ports import Transaction
from bot.runtime.scheduler import LEAD, Scheduler
from bot.services.approving import Team, ask, decide
from tests.fakes import FakeClock, FakeDatabase
from tests.runtime.support import FakeTimer, context_at
from tests.samples import an_entry, sample_content

KINDS = frozenset({Kind.ACTION})
OLIVE, MARIA = "slack:T0CAMPAIGN/UOLIVE", "slack:T0CAMPAIGN/UMARIA"
CONTENT: Content = sample_content()
TEAM = Team(
    CONTENT,
    {Platform.SLACK: Place(Platform.SLACK, "T0CAMPAIGN", "C1")},
    Roles(organisers=frozenset({OLIVE, MARIA, "web:nobody", "x:1"})),
    KINDS,
    "https://bot.example.org",
)


class Office:
    """A worker with one entry in the plan, a minute before its time."""

    def __init__(self) -> None:
        self.database = FakeDatabase()
        self.clock = FakeClock(an_entry().due - LEAD)
        self.timer = FakeTimer()
        context = context_at(self.clock, KINDS)
        self.scheduler = Scheduler([], self.database, context, self.clock, self.timer, lambda: None)

    async def put(self, entry: Entry) -> None:
        async with self.database.transaction() as tx:
            await tx.plan.put(entry)
        await self.scheduler.tick()

    async def say(self, verdict: Verdict = Verdict.YES, who: str = MARIA) -> str:
        async with self.database.transaction() as tx:
            head = print_of(await present(tx))
            return (await decide(tx, TEAM, "action:tell", head, verdict, Author(who, "Maria"), self.clock.now())).said

    @property
    def standing(self) -> Standing:
        return self.database.kept.plan.rows["action:tell"].standing

    @property
    def sent(self) -> list[str]:
        return [key for key in self.database.kept.outbox.rows if key.startswith("action:")]


async def present(tx: Transaction) -> Entry:
    entry = await tx.plan.get("action:tell")
    assert entry
    return entry


async def test_what_is_not_approved_is_held_at_its_time_and_lets_the_bot_sleep() -> None:
    office = Office()
    await office.put(an_entry())
    assert (office.standing, office.sent) == (Standing.HELD, [])
    assert office.timer.wakes[-1] > office.clock.now() + timedelta(hours=1)


async def test_what_is_approved_in_time_goes_out_at_its_time() -> None:
    office = Office()
    office.clock = FakeClock(an_entry().due - timedelta(days=1))
    async with office.database.transaction() as tx:
        await tx.plan.put(an_entry())
    assert await office.say() == "Approved. It goes out Monday 7 December 2026 at 9am."
    await office.scheduler.tick()
    assert (office.standing, office.sent) == (Standing.RELEASED, ["action:tell:slack"])


async def test_what_is_approved_late_goes_out_after_half_a_minute() -> None:
    office = Office()
    await office.put(an_entry())
    office.clock.advance(timedelta(hours=2))
    assert await office.say() == "Approved. It goes out in half a minute."
    await office.scheduler.tick()
    (post,) = [post for key, post in office.database.kept.outbox.rows.items() if key in office.sent]
    assert post.due == an_entry().due - LEAD + timedelta(hours=2) + HOLD


async def test_a_change_after_the_approval_is_not_sent() -> None:
    office = Office()
    office.clock = FakeClock(an_entry().due - timedelta(days=1))
    async with office.database.transaction() as tx:
        await tx.plan.put(an_entry())
    await office.say()
    async with office.database.transaction() as tx:
        await tx.plan.change(replace(await present(tx), bodies={Platform.SLACK: Text("Another")}))
    await office.scheduler.tick()
    assert (office.standing, office.sent) == (Standing.HELD, [])


@pytest.mark.parametrize(
    ("verdict", "who", "said"),
    [
        (Verdict.NO, MARIA, "It does not go out like this."),
        (Verdict.YES, OLIVE, "You wrote this as it stands"),
    ],
)
async def test_what_is_declined_or_approved_by_its_writer_stays_held(verdict: Verdict, who: str, said: str) -> None:
    office = Office()
    await office.put(an_entry())
    assert said in await office.say(verdict, who)
    await office.scheduler.tick()
    assert (office.standing, office.sent) == (Standing.HELD, [])


async def test_what_is_over_or_gone_is_not_approved() -> None:
    office = Office()
    await office.put(an_entry())
    office.clock.advance(timedelta(days=2))
    assert "Its time has passed" in await office.say()
    async with office.database.transaction() as tx:
        await tx.plan.change(replace(await present(tx), standing=Standing.CANCELLED))
    assert "does not wait for anybody any more" in await office.say()


async def test_everybody_but_the_writer_is_asked_once_for_each_wording() -> None:
    office = Office()
    async with office.database.transaction() as tx:
        for entry in (an_entry(), an_entry(), an_entry(bodies={Platform.SLACK: Text("Another")})):
            await ask(tx, TEAM, entry, Author(OLIVE, "Olive"), office.clock.now())
    asked = list(office.database.kept.outbox.rows.values())
    assert [(post.place.channel, post.place.direct) for post in asked] == [("UMARIA", True)] * 2
    body = asked[0].body
    assert isinstance(body, Text)
    assert "Olive asks you to approve of this, for Monday 7 December 2026 at 9am." in body.text
    assert "On X and Slack and Teams:\nTell a manager #AMillionDecisions" in body.text
    assert body.buttons[0] == Button("Approve", "approve", f"yes {print_of(an_entry())[:16]} action:tell")


async def test_what_needs_no_approval_asks_nobody_and_goes_out() -> None:
    office = Office()
    await office.put(an_entry(source="content"))
    async with office.database.transaction() as tx:
        await ask(tx, TEAM, an_entry(source="content"), Author(OLIVE, "Olive"), office.clock.now())
    assert office.sent == ["action:tell:slack"]
    assert len(office.database.kept.outbox.rows) == 1
