"""From the plan to the outbox, and what happens to what content no longer has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.actions import cancelled, month_plan
from bot.core.events import Place, Platform
from bot.core.plan import Standing, end_of_day, release, withdrawn
from tests.samples import sample_content

LONDON = ZoneInfo("Europe/London")
CONTENT = sample_content()
ENTRIES = month_plan(CONTENT.actions[0], CONTENT, tuple(Platform))
ENTRY = ENTRIES[0]
ROOMS = {Platform.SLACK: Place(Platform.SLACK, "T1", "C1"), Platform.X: Place(Platform.X)}


def test_an_entry_becomes_one_post_a_platform_that_has_a_room() -> None:
    posts = release(ENTRY, ROOMS, ENTRY.due)
    assert [(post.key, post.place) for post in posts] == [
        ("action:2026-12:tell-a-manager:x", ROOMS[Platform.X]),
        ("action:2026-12:tell-a-manager:slack", ROOMS[Platform.SLACK]),
    ]
    assert {(post.due, post.cut_off) for post in posts} == {(ENTRY.due, ENTRY.cut_off)}
    assert posts[0].body == ENTRY.bodies[Platform.X]


def test_a_post_is_tried_when_it_is_due_and_a_late_one_at_once() -> None:
    minute = timedelta(minutes=1)
    assert release(ENTRY, ROOMS, ENTRY.due - minute)[0].try_at == ENTRY.due
    assert release(ENTRY, ROOMS, ENTRY.due + minute)[0].try_at == ENTRY.due + minute


def test_what_content_no_longer_has_is_cancelled() -> None:
    assert withdrawn(ENTRIES, ENTRIES[1:]) == (replace(ENTRY, standing=Standing.CANCELLED),)
    assert withdrawn(ENTRIES, ENTRIES) == ()


def test_what_a_person_planned_or_changed_stays() -> None:
    own = replace(ENTRY, source="slack:T1/U1")
    assert withdrawn((own, replace(ENTRY, edited=True), cancelled(ENTRY)), ()) == ()


def test_a_day_ends_at_midnight_on_the_campaigns_clocks() -> None:
    assert end_of_day(datetime(2026, 7, 1, 12, tzinfo=UTC), LONDON) == datetime(2026, 7, 1, 23, tzinfo=UTC)
    assert end_of_day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), LONDON) == datetime(2026, 7, 2, 23, tzinfo=UTC)


def test_the_end_of_a_key_can_be_typed() -> None:
    assert ENTRY.tail == "tell-a-manager"
