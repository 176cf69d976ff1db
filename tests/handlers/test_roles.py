"""Who may do what: every role, by every command, on every surface and platform. Who reads feedback has a test of its
own, `tests/test_who_reads_feedback.py`."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Person, Platform
from bot.core.policy import WHO_MAY, Deed, Role, Roles
from tests.handlers.desk import WORKSPACE, Desk

SURFACES = ("command", "mention")
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
    "organiser": {Role.PARTICIPANT, Role.MEMBER, Role.ORGANISER},
    "moderator": {Role.PARTICIPANT, Role.MEMBER, Role.MODERATOR},
    "admin": {Role.PARTICIPANT, Role.MEMBER, Role.ORGANISER, Role.MODERATOR, Role.ADMIN},
}


async def refused(desk: Desk, surface: str, text: str, who: str) -> bool:
    await getattr(desk, surface)(text, who=who)
    return any("Only the campaign's" in str(post.body) for post in desk.posts)


@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
@pytest.mark.parametrize(("who", "surface", "command"), list(product(PEOPLE, SURFACES, COMMANDS)))
async def test_only_who_may_do_something_is_not_refused(
    who: str, surface: str, command: str, platform: Platform
) -> None:
    desk = Desk(platform)
    allowed = not PEOPLE[who].isdisjoint(WHO_MAY[COMMANDS[command]])
    assert await refused(desk, surface, command, who) is not allowed


@pytest.mark.parametrize(("surface", "command"), list(product(SURFACES, COMMANDS)))
@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
@pytest.mark.parametrize("who", ["organiser", "moderator", "admin"])
async def test_the_same_id_in_another_workspace_is_another_person(
    who: str, platform: Platform, surface: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(platform)
    monkeypatch.setitem(WORKSPACE, platform, "another")
    refusal = await refused(desk, surface, command, who)
    assert refusal is (COMMANDS[command] is not Deed.TAKE_PART)


@given(st.sampled_from(Platform), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_whom_nobody_named_is_a_participant_and_no_more(
    platform: Platform, workspace: str, id_: str, name: str
) -> None:
    named = frozenset({"slack:T1/U1", "teams:tenant/object", "x:12"})
    roles = Roles(named, named, named)
    somebody = Person(platform, workspace, id_, name)
    if (platform, workspace, id_) not in {("slack", "T1", "U1"), ("teams", "tenant", "object"), ("x", "", "12")}:
        assert roles.of(somebody) == {Role.PARTICIPANT}


def test_a_ref_cannot_be_made_up_of_other_parts() -> None:
    roles = Roles(admins=frozenset({"slack:T1/U1", "x:12"}))
    assert roles.may(Person(Platform.SLACK, "T1", "U1"), Deed.READ_FEEDBACK)
    for forged in [
        Person(Platform.SLACK, "", "T1/U1"),
        Person(Platform.SLACK, "T1/U1", ""),
        Person(Platform.X, "1", "2"),
    ]:
        assert roles.of(forged) == {Role.PARTICIPANT}


def test_what_stands_in_no_table_nobody_may(monkeypatch: pytest.MonkeyPatch) -> None:
    ref = "slack:T1/U1"
    everything = Roles(frozenset({ref}), frozenset({ref}), frozenset({ref}))
    monkeypatch.setattr("bot.core.policy.WHO_MAY", {})
    assert not any(everything.may(Person(Platform.SLACK, "T1", "U1"), deed) for deed in Deed)
