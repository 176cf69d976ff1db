"""Roles that are given to a user group of Slack."""

import asyncio
from datetime import timedelta

import pytest

from bot.adapters.slack import SlackAccount
from bot.adapters.slack.groups import EVERY, TRUSTED_FOR, SlackGroups
from bot.core.events import Person, Platform
from bot.core.policy import Deed, Role, Roles
from tests.emulators import Emulators
from tests.fakes import FakeClock

JSON = {"Content-Type": "application/json"}
GROUP = "slack:T0CAMPAIGN/S0MODERATORS"
MORGAN = Person(Platform.SLACK, "T0CAMPAIGN", "U0MODERATOR")
MARY = Person(Platform.SLACK, "T0CAMPAIGN", "U0MEMBER")


class Asked:
    """A group as the bot knows it, and what it reported last."""

    def __init__(self, account: SlackAccount, clock: FakeClock, *refs: str) -> None:
        self.said = ""
        self.groups = SlackGroups(account, clock, refs or [GROUP], self.report)
        self.roles = Roles(moderators=frozenset(refs or [GROUP]), groups=self.groups)

    def report(self, trouble: str) -> None:
        self.said = trouble

    def reads(self, person: Person) -> bool:
        return self.roles.may(person, Deed.READ_FEEDBACK)


@pytest.fixture
def asked(account: SlackAccount, clock: FakeClock) -> Asked:
    return Asked(account, clock)


async def test_whoever_is_in_the_group_has_its_role_and_loses_it_with_the_group(
    asked: Asked, emulators: Emulators
) -> None:
    assert not asked.reads(MORGAN), "before Slack has told"
    await asked.groups.refresh()
    assert (asked.reads(MORGAN), asked.reads(MARY), asked.said) == (True, False, "")
    emulators.put("/slack/groups/S0MODERATORS", {"users": ["U0MEMBER"]})
    await asked.groups.refresh()
    assert (asked.reads(MORGAN), asked.reads(MARY)) == (False, True)
    assert not asked.reads(Person(Platform.SLACK, "T0OTHER", "U0MEMBER"))


@pytest.mark.parametrize("answer", [{"status": 502}, {"status": 200, "body": "{}"}, {"kind": "reset"}, {"status": 429}])
async def test_while_slack_cannot_be_asked_its_last_word_counts_for_a_while(
    asked: Asked, emulators: Emulators, clock: FakeClock, answer: dict[str, object]
) -> None:
    await asked.groups.refresh()
    clock.advance(EVERY)
    emulators.faults("slack", {"on": "* /api/usergroups.users.list", "times": 9, **answer})
    await asked.groups.refresh()
    assert asked.said
    assert asked.reads(MORGAN)
    clock.advance(TRUSTED_FOR - EVERY)
    assert not asked.reads(MORGAN)


async def test_a_group_that_is_disabled_has_nobody_at_once(asked: Asked, emulators: Emulators) -> None:
    await asked.groups.refresh()
    emulators.put("/slack/groups/S0MODERATORS", {"users": ["U0MODERATOR"], "disabled": True})
    await asked.groups.refresh()
    assert not asked.reads(MORGAN)
    assert "no such user group, or it is disabled" in asked.said


async def test_the_apps_missing_permission_is_told_and_takes_the_role_away(asked: Asked, emulators: Emulators) -> None:
    await asked.groups.refresh()
    missing = '{"ok": false, "error": "missing_scope", "needed": "usergroups:read"}'
    emulators.faults("slack", {"on": "* /api/usergroups.users.list", "status": 200, "body": missing, "headers": JSON})
    await asked.groups.refresh()
    assert not asked.reads(MORGAN)
    assert "usergroups:read" in asked.said


async def test_a_group_of_another_workspace_has_nobody(account: SlackAccount, clock: FakeClock) -> None:
    asked = Asked(account, clock, "slack:T0OTHER/S0MODERATORS")
    await asked.groups.refresh()
    assert "another workspace" in asked.said
    assert not asked.reads(MORGAN)
    assert not asked.reads(Person(Platform.SLACK, "T0OTHER", "U0MODERATOR"))


def test_a_group_is_nobody_itself_and_stands_for_its_members() -> None:
    given = frozenset({GROUP, "slack:T0CAMPAIGN/U0OWNER", "slack:T0CAMPAIGN/S0UNKNOWN"})
    roles = Roles(organisers=given, groups={GROUP: frozenset({MARY.ref})})
    assert roles.people(roles.organisers) == {"slack:T0CAMPAIGN/U0OWNER", MARY.ref}
    assert not roles.has(Person(Platform.SLACK, "T0CAMPAIGN", "S0MODERATORS"), Role.ORGANISER)


async def test_it_is_asked_again_every_few_minutes(asked: Asked, emulators: Emulators, clock: FakeClock) -> None:
    task = asyncio.create_task(asked.groups.run())
    try:
        async with asyncio.timeout(15):
            while not asked.reads(MORGAN):  # noqa: ASYNC110 - it is another process: no event to wait for
                await asyncio.sleep(0.01)
            emulators.put("/slack/groups/S0MODERATORS", {"users": []})
            clock.advance(EVERY + timedelta(seconds=1))
            while asked.reads(MORGAN):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
