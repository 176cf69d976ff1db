"""The second pair of eyes in Slack and Teams."""

from datetime import timedelta

import pytest

from bot.core.actions import cancelled
from bot.core.approval import Needs, needs, print_of
from bot.core.bodies import Form, Text
from bot.core.events import Platform
from bot.core.plan import Kind
from tests.handlers.desk import Desk
from tests.samples import an_entry

KEY = "action:tell"
ENTRY = an_entry(source="slack:T0CAMPAIGN/writer")
PRINT = print_of(ENTRY)[:16]


async def desk(platform: Platform = Platform.SLACK) -> Desk:
    found = Desk(platform, approve=frozenset({Kind.ACTION}))
    async with found.database.transaction() as tx:
        await tx.plan.put(ENTRY)
    return found


def state(found: Desk) -> Needs:
    return needs(ENTRY, {Kind.ACTION}, found.database.kept.approvals.given.get(KEY))


@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
async def test_an_organiser_approves_by_a_button(platform: Platform) -> None:
    found = await desk(platform)
    posts = await found.press("approve", f"yes {PRINT} {KEY}", "organiser")
    said = [post.body.text for post in posts if isinstance(post.body, Text)]
    assert "Approved. It goes out Monday 7 December 2026 at 9am." in said
    assert state(found) is Needs.APPROVED
    told = [post.place.channel for post in posts if post.key.startswith("approval:")]
    assert told == ["writer"], "whoever wrote it is told"


async def test_a_second_press_says_the_same_and_tells_nobody_again() -> None:
    found = await desk()
    await found.press("approve", f"yes {PRINT} {KEY}", "organiser")
    posts = await found.press("approve", f"yes {PRINT} {KEY}", "admin")
    assert [post.body.text for post in posts if isinstance(post.body, Text)] == [
        "Approved. It goes out Monday 7 December 2026 at 9am."
    ]
    assert not [post for post in posts if post.key.startswith("approval:")]
    assert found.database.kept.approvals.given[KEY].by.endswith("organiser")


async def test_what_is_queued_in_a_chat_waits_and_the_others_are_asked() -> None:
    found = Desk(approve=frozenset({Kind.ACTION}))
    posts = await found.submit("action", "organiser", text="Tell a manager", date="3/12/2026", time="9am")
    (reply,) = [post for post in posts if not post.key.startswith("approval:")]
    assert isinstance(reply.body, Text)
    assert reply.body.text.endswith("It waits until another organiser approves of it.")
    asked = {post.place.channel for post in posts} - {reply.place.channel}
    assert asked == {"admin", "organiser"}, "the same person in Teams is another organiser"


async def test_a_member_approves_of_nothing() -> None:
    found = await desk()
    await found.press("approve", f"yes {PRINT} {KEY}", "member")
    assert state(found) is Needs.WAITS


async def test_an_old_button_approves_of_nothing() -> None:
    found = await desk()
    for value in (f"yes {'0' * 16} {KEY}", f"yes {PRINT[:8]} {KEY}", f"yes  {KEY}", "yes", f"yes {PRINT} none"):
        await found.press("approve", value, "organiser")
        assert state(found) is Needs.WAITS, value


async def test_what_should_be_different_is_asked_for_and_kept() -> None:
    found = await desk()
    await found.press("approve", f"no {PRINT} {KEY}", "organiser")
    form = found.form
    assert isinstance(form, Form)
    await found.submit(form.form, "organiser", words="Name the library")
    assert state(found) is Needs.DECLINED
    assert found.database.kept.approvals.given[KEY].words == "Name the library"
    found.now += timedelta(seconds=1)
    posts = await found.submit(form.form, "organiser", words="Name the library")
    assert not [post for post in posts if post.key.startswith("approval:")], "whoever wrote it has been told"


async def test_a_button_does_not_undo_what_somebody_else_has_declined_since() -> None:
    found = await desk()
    await found.press("approve", f"no {PRINT} {KEY}", "organiser")
    assert isinstance(found.form, Form)
    await found.submit(found.form.form, "organiser", words="Name the library")
    posts = await found.press("approve", f"yes {PRINT} {KEY}", "admin")
    (said,) = [post.body.text for post in posts if isinstance(post.body, Text)]
    assert said.endswith(
        "does not want it as it stands, so nothing was done. Changed, it can be approved of.\n\nName the library"
    )
    assert state(found) is Needs.DECLINED
    await found.press("approve", f"yes {PRINT} {KEY}", "organiser")
    assert state(found) is Needs.APPROVED, "who declined it may think again"


async def test_nobody_is_asked_what_should_be_different_about_what_is_settled() -> None:
    found = await desk()
    async with found.database.transaction() as tx:
        stored = await tx.plan.get(KEY)
        assert stored is not None
        await tx.plan.change(cancelled(stored))
    (post,) = await found.press("approve", f"no {PRINT} {KEY}", "organiser")
    assert isinstance(post.body, Text)
    assert post.body.text == "It does not wait for anybody any more: it has gone out, or was unscheduled."
