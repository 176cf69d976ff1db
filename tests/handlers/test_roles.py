"""Who may do what: every role, by every command, on every surface and platform."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Person, Platform
from bot.core.policy import WHO_MAY, Deed, GuestLead, Role, Roles
from tests.handlers.desk import WORKSPACE, Desk, person

SURFACES = ("command", "mention")
SECRET = "The chat was too fast for me"
COMMANDS = {
    "export": Deed.READ_FEEDBACK,
    "feedback export": Deed.READ_FEEDBACK,
    "export 31/11/2026": Deed.READ_FEEDBACK,
    "pause": Deed.PAUSE,
    "pause incident": Deed.PAUSE,
    "resume": Deed.PAUSE,
    "actions add": Deed.CHANGE_ACTIONS,
    "actions cancel 1": Deed.CHANGE_ACTIONS,
    "round": Deed.RUN_ROUNDS,
    "round open": Deed.RUN_ROUNDS,
    "round close 1": Deed.RUN_ROUNDS,
    "round board 1": Deed.READ_FEEDBACK,
    "actions": Deed.TAKE_PART,
    "help": Deed.TAKE_PART,
    "feedback Slower, please": Deed.TAKE_PART,
}
PEOPLE = {
    "member": {Role.PARTICIPANT, Role.MEMBER},
    "guest": {Role.PARTICIPANT, Role.MEMBER, Role.GUEST_LEAD},
    "organiser": {Role.PARTICIPANT, Role.MEMBER, Role.ORGANISER},
    "moderator": {Role.PARTICIPANT, Role.MEMBER, Role.MODERATOR},
    "admin": {Role.PARTICIPANT, Role.MEMBER, Role.ORGANISER, Role.MODERATOR, Role.ADMIN},
}


async def refused(desk: Desk, surface: str, text: str, who: str) -> bool:
    before = set(desk.database.kept.outbox.rows)
    await getattr(desk, surface)(text, who=who)
    said = [str(post.body) for key, post in desk.database.kept.outbox.rows.items() if key not in before]
    if Role.MODERATOR not in PEOPLE.get(who, set()):
        assert not any(SECRET in words for words in said), said
    return any("Only the campaign's" in words for words in said)


@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
@pytest.mark.parametrize(("who", "surface", "command"), list(product(PEOPLE, SURFACES, COMMANDS)))
async def test_only_who_may_do_something_is_not_refused(
    who: str, surface: str, command: str, platform: Platform
) -> None:
    desk = Desk(platform)
    await desk.mention(f"feedback {SECRET}", who="somebody")
    allowed = not PEOPLE[who].isdisjoint(WHO_MAY[COMMANDS[command]])
    assert await refused(desk, surface, command, who) is not allowed


@pytest.mark.parametrize(("who", "command"), list(product(PEOPLE, COMMANDS)))
async def test_nothing_of_the_feedback_is_said_on_x(who: str, command: str) -> None:
    desk = Desk(Platform.X)
    await desk.mention("feedback The chat was too fast for me", who="somebody")
    await desk.mention(command, who=who)
    assert not any(SECRET in str(post.body) for post in desk.posts)


@pytest.mark.parametrize(("surface", "command"), list(product(SURFACES, COMMANDS)))
@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
@pytest.mark.parametrize("who", ["organiser", "moderator", "admin"])
async def test_the_same_id_in_another_workspace_is_another_person(
    who: str, platform: Platform, surface: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(platform)
    await desk.mention(f"feedback {SECRET}", who="somebody")
    monkeypatch.setitem(WORKSPACE, platform, "another")
    refusal = await refused(desk, surface, command, who)
    assert refusal is (COMMANDS[command] is not Deed.TAKE_PART)
    assert not any(SECRET in str(post.body) for post in desk.posts)


@given(st.sampled_from(Platform), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_whom_nobody_named_is_a_participant_and_no_more(
    platform: Platform, workspace: str, id_: str, name: str
) -> None:
    named = frozenset({"slack:T1/U1", "teams:tenant/object", "x:12"})
    roles = Roles(named, named, named, tuple(GuestLead(ref, date.min, date.max) for ref in named))
    somebody = Person(platform, workspace, id_, name)
    if (platform, workspace, id_) not in {("slack", "T1", "U1"), ("teams", "tenant", "object"), ("x", "", "12")}:
        assert roles.of(somebody, date(2026, 12, 1)) == {Role.PARTICIPANT}


def test_a_ref_cannot_be_made_up_of_other_parts() -> None:
    roles = Roles(admins=frozenset({"slack:T1/U1", "x:12"}))
    assert roles.may(Person(Platform.SLACK, "T1", "U1"), Deed.READ_FEEDBACK)
    for forged in [
        Person(Platform.SLACK, "", "T1/U1"),
        Person(Platform.SLACK, "T1/U1", ""),
        Person(Platform.X, "1", "2"),
    ]:
        assert roles.of(forged) == {Role.PARTICIPANT}


def test_a_guest_leads_on_their_days_alone() -> None:
    guest = person(Platform.SLACK, "guest")
    roles = Roles(guest_leads=(GuestLead(guest.ref, date(2026, 12, 14), date(2026, 12, 15)),))
    days = [date(2026, 12, day) for day in (13, 14, 15, 16)]
    assert [roles.may(guest, Deed.LEAD_CHAT, day) for day in days] == [False, True, True, False]
    assert not roles.may(guest, Deed.LEAD_CHAT)


def test_what_stands_in_no_table_nobody_may(monkeypatch: pytest.MonkeyPatch) -> None:
    ref = "slack:T1/U1"
    everything = Roles(frozenset({ref}), frozenset({ref}), frozenset({ref}))
    monkeypatch.setattr("bot.core.policy.WHO_MAY", {})
    assert not any(everything.may(Person(Platform.SLACK, "T1", "U1"), deed) for deed in Deed)


async def test_a_guest_is_a_lead_by_the_campaigns_calendar_not_by_utc() -> None:
    guest = person(Platform.SLACK, "guest")
    roles = Roles(guest_leads=(GuestLead(guest.ref, date(2026, 7, 2), date(2026, 7, 2)),))
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight in London
    zone = Desk().content.zone
    assert roles.has(guest, Role.GUEST_LEAD, late.astimezone(zone).date())
    assert not roles.has(replace(guest, workspace="another"), Role.GUEST_LEAD, date(2026, 7, 2))
