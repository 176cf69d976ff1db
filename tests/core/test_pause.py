"""What a pause halts, what can be exempt from it, and what becomes of what it held back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.actions import month_plan
from bot.core.bodies import Text
from bot.core.cards import release_plan, repost_key
from bot.core.chat import run_sheet
from bot.core.events import CardSeen, Person, Place, Platform
from bot.core.outbox import Post, State, new_post
from bot.core.pause import ABOUT, EXEMPTIONS, Pause, as_note, backlog, named, stored, unnameable
from bot.core.plan import Entry, release
from tests.samples import sample_content

NOW = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
PLACES = {platform: Place(platform) for platform in Platform}
ANSWERS = ("reply", "receipt", "form", "export", "failed", "file")

gaps = st.timedeltas(-2 * DAY, 2 * DAY)
names = st.lists(st.sampled_from([*EXEMPTIONS, "chat:2026-12-15"]), max_size=3).map(tuple)


def planned() -> Iterator[Entry]:
    """Everything that the sample campaign plans."""
    content = sample_content()
    yield from run_sheet("2026-12-15", content.chats["2026-12-15"], content, Platform)
    yield from month_plan(content.actions[0], content, Platform)
    yield from (entry for card in content.cards if (entry := release_plan(card, content, Platform)))


def keys() -> list[str]:
    """A key of every kind that the bot makes."""
    card = CardSeen(key="x:1:card", at=NOW, author=Person(Platform.X, "", "1"), place=Place(Platform.X), post_id="9", text="")  # fmt: skip # noqa: E501
    posts = [post.key for entry in planned() for post in release(entry, PLACES, NOW)]
    people = ["question:1:asked:0:1d5b", "review:2026-12:1d5b", "approval:announcement:1d5b:0a:slack:U1"]
    people += ["announcement:1d5b:x"]
    return [*posts, repost_key(card), *people, *(f"slack:T1:Ev{n}:{part}" for n, part in enumerate(ANSWERS))]


def post(key: str = "chat:2026-12-15:q1:slack", cut_off: datetime | None = None, due: datetime = NOW) -> Post:
    return new_post(key, Place(Platform.SLACK), Text("Q1"), due, cut_off=cut_off)


def pause(*exempt: str, since: datetime = NOW, until: datetime | None = None) -> Pause:
    return Pause(reason="election", by="command line", at=NOW, since=since, until=until, exempt=exempt)


pauses = st.builds(
    lambda begins, lasts, exempt: pause(
        *exempt, since=NOW + begins, until=None if lasts is None else NOW + begins + abs(lasts)
    ),
    gaps,
    st.none() | gaps,
    names,
)


@given(pauses, gaps, st.sampled_from(keys()))
def test_a_pause_halts_what_it_does_not_exempt_from_its_beginning_to_its_end(
    pause: Pause, gap: timedelta, key: str
) -> None:
    now = NOW + gap
    within = pause.since <= now and (pause.until is None or now < pause.until)
    exempt = any(named(post(key), name) for name in pause.exempt)
    assert pause.halts(post(key), now) == (within and not exempt)


@given(pauses, gaps)
def test_answers_about_the_pause_always_go_out(pause: Pause, gap: timedelta) -> None:
    assert not pause.halts(post(f"slack:T1:Ev1:{ABOUT}"), NOW + gap)


@given(pauses)
def test_a_pause_comes_back_from_the_ledger_as_it_was(pause: Pause) -> None:
    assert stored(as_note(pause)) == pause


def test_everything_that_the_bot_sends_can_be_exempt_by_a_name() -> None:
    kinds = set(EXEMPTIONS) - set(Platform)
    assert [key for key in keys() if not any(named(post(key), name) for name in kinds)] == []


def test_every_name_is_carried_by_something_that_the_bot_sends() -> None:
    posts = [replace(post(key), place=Place(platform)) for key in keys() for platform in Platform]
    assert [name for name in EXEMPTIONS if not any(named(post, name) for post in posts)] == []


@pytest.mark.parametrize(
    "name",
    ["slack", "chat", "reply", "receipt", "chat:2026-12-15", "chat:2026-12-15:q2", "chat:2026-12-15:q2:x", "card:ask",
     "action:2026-12", "action:2026-12:share-a-story"],
)  # fmt: skip
def test_a_kind_of_post_and_what_is_planned_can_be_named(name: str) -> None:
    assert unnameable([name], [entry.key for entry in planned()]) == ()


@pytest.mark.parametrize(
    "name", ["", "Slack", "answers", "chat:", "chat:2026-12-1", "chat:2026-12-16", "share-a-story", "q2", "x:y", "*"]
)
def test_what_no_post_carries_cannot_be_named(name: str) -> None:
    assert unnameable([name], [entry.key for entry in planned()]) == (name,)


def test_what_was_held_back_goes_is_missed_or_waits_by_its_own_cut_off() -> None:
    go, just = post("go", NOW), post("just", NOW + 10 * MINUTE)
    missed = post("missed", NOW - MINUTE)
    later = post("later", due=NOW + MINUTE)
    found = backlog([go, just, missed, later], pause(), NOW)
    assert (found.go, found.missed, found.later) == ((go, just), (missed,), (later,))


@given(pauses, gaps, st.lists(st.tuples(st.sampled_from(keys()), gaps, st.none() | gaps, st.sampled_from(State))))
def test_what_is_held_back_is_counted_once_and_nothing_else_is(
    pause: Pause, gap: timedelta, made: list[tuple[str, timedelta, timedelta | None, State]]
) -> None:
    now = NOW + gap
    posts = [
        replace(post(f"{n}:{key}", None if cut is None else NOW + cut, NOW + due), state=state)
        for n, (key, due, cut, state) in enumerate(made)
    ]
    found = backlog(posts, pause, now)
    counted = sorted(post.key for post in (*found.go, *found.missed, *found.later))
    waiting = [post for post in posts if post.state in (State.QUEUED, State.CLAIMED)]
    assert counted == sorted(post.key for post in waiting if pause.halts(post, now))
