"""A doubtful post is looked for by Graph, where the owners of the team or chat let the bot read."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.db import SqlDatabase, open_database
from bot.adapters.pictures import pictures_of
from bot.adapters.teams import TeamsAccount
from bot.adapters.teams.app import TeamsApp
from bot.adapters.teams.client import TeamsClient
from bot.config import Settings
from bot.core.bodies import Body, Button, File, Form, Input, Media, Text
from bot.core.events import Place
from bot.core.outbox import (
    Absent,
    CannotLook,
    Delivered,
    Finding,
    Found,
    Lost,
    Patience,
    Post,
    State,
    Unavailable,
    new_post,
)
from bot.platforms import Base, _teams
from bot.ports import Database
from bot.runtime.health import Health
from bot.runtime.publisher import Publisher
from tests.adapters.teams.conftest import CHANNEL, Bot
from tests.emulators import Emulators
from tests.fakes import FakeClock, at_once
from tests.samples import sample_content

DUE = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GROUP = "19:group@thread.v2"
CHANNELS, CHATS = "ChannelMessage.Read.Group", "ChatMessage.Read.Chat"
CREATE, READ = "POST /v3/conversations/*/activities", "GET /graph/*"
UNANSWERED = {"on": CREATE, "when": "after", "kind": "reset"}
BUTTONS = (Button("How to join", "faq", "join"), Button("None of these", "faq", ""))
FORM = Form(
    "action",
    "A key action",
    (Input("text", "Words", hint="One action"), Input("platform", "Where", options=(("x", "X"), ("slack", "Slack")))),
    intro="It goes out at its time.",
)


def it_is(emulators: Emulators, instant: datetime) -> None:
    emulators.put("/clock", {"campaign": instant.timestamp(), "wall": time.time(), "speed": 0.0})


def permit(emulators: Emulators, *permissions: str) -> None:
    emulators.put("/teams/consent", {"permissions": permissions})


@pytest.fixture(autouse=True)
def _seven_o_clock(emulators: Emulators) -> None:
    it_is(emulators, DUE)
    permit(emulators, CHANNELS)


def a_post(place: Place, body: Body | str = "Q1", key: str = "q1", due: datetime = DUE, **more: Any) -> Post:
    return new_post(key, place, Text(body) if isinstance(body, str) else body, due, **more)


def visible(emulators: Emulators, conversation: str = CHANNEL) -> list[str]:
    return [message["id"] for message in emulators.get("/teams/messages", conversation=conversation)]


async def lose(bot: Bot, emulators: Emulators, *posts: Post) -> None:
    """Teams takes them, and its answers get lost."""
    for post in posts:
        emulators.faults("teams", UNANSWERED)
        assert isinstance(await bot.client.deliver(post, at_once), Lost)


@pytest.mark.parametrize(
    "body",
    [
        "Q1 Which evidence do you use?",
        "Q1 **Which** <at>evidence</at> &amp; why?\n\n  https://x.example/a?b=1&c=2 😀❤️\nSecond line ✓",
        Text("Did you mean <b>this</b>?\nOr that", buttons=BUTTONS),
        Text("A card & more", (Media("small.png", 'What the "picture" says'),)),
        FORM,
    ],
    ids=["plain words", "words with signs", "buttons", "picture", "form"],
)
async def test_what_teams_took_is_found(
    bot: Bot, channel: Place, emulators: Emulators, tmp_path: Path, body: Body | str
) -> None:
    (tmp_path / "small.png").write_bytes(b"\x89PNG")
    await lose(bot, emulators, a_post(channel, body))
    assert await bot.client.find(a_post(channel, body)) == Found(*visible(emulators))


async def test_what_teams_never_took_is_absent(bot: Bot, channel: Place, emulators: Emulators) -> None:
    emulators.post("/teams/messages", user="member", conversation=CHANNEL, text="Q1")
    await bot.client.deliver(a_post(channel, "Q2", "q2"), at_once)
    await bot.client.deliver(a_post(channel, Text("Q1", buttons=BUTTONS), "q1:card"), at_once)
    emulators.faults("teams", {"on": CREATE, "kind": "reset"})
    assert isinstance(await bot.client.deliver(a_post(channel), at_once), Lost)
    assert await bot.client.find(a_post(channel)) == Absent()


@pytest.mark.parametrize("address", ["{channel};messageid={root}", "{channel}"])
async def test_an_answer_is_looked_for_in_its_thread(
    bot: Bot, channel: Place, emulators: Emulators, address: str
) -> None:
    root, other = (
        emulators.post("/teams/messages", user="member", conversation=CHANNEL, text="A question")["id"] for _ in "ab"
    )
    answer, elsewhere = (
        a_post(replace(channel, channel=address.format(channel=CHANNEL, root=one), thread=one), "Here is help")
        for one in (root, other)
    )
    await lose(bot, emulators, answer)
    assert await bot.client.find(answer) == Found(visible(emulators)[-1])
    assert await bot.client.find(elsewhere) == Absent()


async def test_in_a_group_chat_another_permission_counts(bot: Bot, channel: Place, emulators: Emulators) -> None:
    post = a_post(replace(channel, channel=GROUP, thread="1"))
    await lose(bot, emulators, post)
    refused = await bot.client.find(post)
    assert isinstance(refused, CannotLook)
    assert CHATS in refused.reason
    permit(emulators, CHATS)
    assert await bot.client.find(post) == Found(*visible(emulators, GROUP))


async def reason(bot: Bot, post: Post) -> str:
    """Why a person must look."""
    finding = await bot.client.find(post)
    assert isinstance(finding, CannotLook)
    assert "Please look there" in finding.reason
    return finding.reason


async def test_without_consent_a_person_reads_which_permission_would_help(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    permit(emulators)
    assert CHANNELS in await reason(bot, a_post(channel))


async def test_a_chat_with_one_person_is_for_a_person_to_look_at(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    permit(emulators, CHANNELS, CHATS)
    student = emulators.get("/teams/users")["student"]["aadObjectId"]
    for post in (
        a_post(channel, File("a.csv", "a", "b"), private_to=student),
        a_post(replace(channel, channel=student, direct=True)),
        a_post(replace(channel, channel="a:1chat", direct=True)),
    ):
        assert "one person" in await reason(bot, post)
    assert not [exchange for exchange in emulators.exchanges() if "/graph/" in exchange["path"]]


@pytest.mark.parametrize("team", ["", "00000000-0000-0000-0000-000000000000"])
async def test_without_the_right_team_a_person_reads_which_setting_to_check(
    account: TeamsAccount, channel: Place, tmp_path: Path, team: str
) -> None:
    client = TeamsClient(TeamsApp(replace(account, team_id=team)), pictures_of(tmp_path), FakeClock())
    finding = await client.find(a_post(channel))
    await client.close()
    assert isinstance(finding, CannotLook)
    assert "TEAMS_TEAM_ID" in finding.reason


@pytest.mark.parametrize(
    "fault",
    [
        {"on": READ, "status": 500},
        {"on": READ, "status": 503, "body": "<html>Sorry</html>"},
        {"on": READ, "status": 401},
        {"on": READ, "status": 200, "body": "<html>Welcome to the hotel</html>"},
        {"on": READ, "status": 200, "body": "{}"},
        {"on": READ, "status": 200, "body": '{"value": [], "@odata.nextLink": "https://elsewhere.example/"}'},
        {"on": READ, "kind": "reset"},
        {"on": READ, "kind": "half", "when": "after"},
        {"on": "POST /login/*", "status": 500},
        {"on": "POST /login/*", "status": 401, "body": '{"error": "invalid_client"}'},
    ],
)
async def test_without_an_answer_the_bot_looks_again(
    bot: Bot, channel: Place, emulators: Emulators, fault: dict[str, Any]
) -> None:
    await lose(bot, emulators, a_post(channel))
    emulators.faults("teams", fault)
    assert isinstance(await bot.client.find(a_post(channel)), Unavailable)
    assert isinstance(await bot.client.find(a_post(channel)), Found)


async def test_a_throttled_look_waits_as_long_as_graph_asks(bot: Bot, channel: Place, emulators: Emulators) -> None:
    emulators.faults("teams", {"on": READ, "status": 429, "headers": {"Retry-After": "3600"}})
    for _ in range(3):
        assert isinstance(await bot.client.find(a_post(channel)), Unavailable)
    assert sum("/graph/" in exchange["path"] for exchange in emulators.exchanges()) == 1


async def test_after_the_time_that_graph_asked_for_the_bot_looks(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    emulators.faults("teams", {"on": READ, "status": 429, "headers": {"Retry-After": "0"}})
    assert isinstance(await bot.client.find(a_post(channel)), Unavailable)
    assert await bot.client.find(a_post(channel)) == Absent()


async def test_a_token_that_graph_does_not_take_is_fetched_anew(bot: Bot, channel: Place, emulators: Emulators) -> None:
    emulators.faults("teams", {"on": READ, "status": 401})
    for _ in range(2):
        await bot.client.find(a_post(channel))
    assert sum(exchange["path"].startswith("/login/") for exchange in emulators.exchanges()) == 2


async def test_nobody_but_graph_is_shown_the_token(bot: Bot, channel: Place, emulators: Emulators) -> None:
    elsewhere = f"{emulators.base}/teams/v1/.well-known/keys"
    emulators.faults("teams", {"on": READ, "status": 200, "body": f'{{"value": [], "@odata.nextLink": "{elsewhere}"}}'})
    assert isinstance(await bot.client.find(a_post(channel)), Unavailable)
    assert not [exchange for exchange in emulators.exchanges() if exchange["path"].endswith("/keys")]


async def test_what_is_not_shown_yet_is_found_later(bot: Bot, channel: Place, emulators: Emulators) -> None:
    emulators.put("/lags/teams", {"seconds": 30})
    await lose(bot, emulators, a_post(channel))
    assert await bot.client.find(a_post(channel)) == Absent()
    it_is(emulators, DUE + MINUTE)
    assert isinstance(await bot.client.find(a_post(channel)), Found)


async def test_the_same_words_of_an_hour_ago_are_another_post(bot: Bot, channel: Place, emulators: Emulators) -> None:
    await lose(bot, emulators, a_post(channel))
    later = a_post(channel, key="q1:again", due=DUE + 60 * MINUTE)
    assert await bot.client.find(later) == Absent()
    it_is(emulators, DUE + 61 * MINUTE)
    await lose(bot, emulators, later)
    first, second = visible(emulators)
    assert await bot.client.find(a_post(channel)) == Found(first)
    assert await bot.client.find(later) == Found(second)


async def test_the_same_words_within_minutes_are_told_apart_by_the_process_that_sent_them(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    first = await bot.client.deliver(a_post(channel), at_once)
    repeated = a_post(channel, key="q1:again", due=DUE + MINUTE)
    it_is(emulators, DUE + MINUTE)
    assert await bot.client.find(repeated) == Absent()
    await lose(bot, emulators, repeated)
    assert first == Delivered(visible(emulators)[0])
    for _ in range(2):
        assert await bot.client.find(repeated) == Found(visible(emulators)[1])


async def test_two_lost_posts_with_the_same_words_are_not_both_the_one_message(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    await lose(bot, emulators, a_post(channel))
    findings: list[Finding] = [await bot.client.find(a_post(channel, key=key)) for key in ("q1", "q1:again", "q1")]
    assert findings == [Found(*visible(emulators)), Absent(), Found(*visible(emulators))]


async def test_a_clock_that_is_minutes_ahead_hides_nothing(bot: Bot, channel: Place, emulators: Emulators) -> None:
    it_is(emulators, DUE - 4 * MINUTE)
    await lose(bot, emulators, a_post(channel))
    assert isinstance(await bot.client.find(a_post(channel)), Found)


async def test_a_message_that_was_deleted_since_is_not_sent_again(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    await lose(bot, emulators, a_post(channel))
    emulators.post("/teams/removals", conversation=CHANNEL, id=visible(emulators)[0])
    assert "deleted" in await reason(bot, a_post(channel))


async def test_another_post_that_was_deleted_raises_no_doubt(bot: Bot, channel: Place, emulators: Emulators) -> None:
    said = emulators.post("/teams/messages", user="member", conversation=CHANNEL, text="Q1")["id"]
    await bot.client.deliver(a_post(channel, "Q2", "q2"), at_once)
    for id in (said, *visible(emulators)[1:]):
        emulators.post("/teams/removals", conversation=CHANNEL, id=id)
    assert await bot.client.find(a_post(channel)) == Absent()


def chatter(emulators: Emulators, messages: int) -> None:
    for _ in range(messages):
        emulators.post("/teams/messages", user="member", conversation=CHANNEL, text="So do I")


async def test_all_pages_since_its_time_are_read_and_no_more(bot: Bot, channel: Place, emulators: Emulators) -> None:
    it_is(emulators, DUE - 60 * MINUTE)
    chatter(emulators, 110)
    it_is(emulators, DUE)
    await lose(bot, emulators, a_post(channel))
    chatter(emulators, 60)
    assert isinstance(await bot.client.find(a_post(channel)), Found)
    assert sum("/graph/" in exchange["path"] for exchange in emulators.exchanges()) == 3


async def test_where_more_was_written_than_the_bot_reads_a_person_looks(
    bot: Bot, channel: Place, emulators: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.teams.graph._MOST_PAGES", 1)
    await lose(bot, emulators, a_post(channel))
    it_is(emulators, DUE + MINUTE)
    chatter(emulators, 50)
    assert "read it all" in await reason(bot, a_post(channel))
    it_is(emulators, DUE + 2 * MINUTE)
    await lose(bot, emulators, a_post(channel, "Q2", "q2"))
    assert isinstance(await bot.client.find(a_post(channel, "Q2", "q2")), Found)


async def test_a_picture_that_went_missing_leaves_the_look_to_a_person(bot: Bot, channel: Place) -> None:
    assert "gone.png" in await reason(bot, a_post(channel, Text("A card", (Media("gone.png", "Gone"),))))


async def test_the_settings_say_where_graph_is_and_which_team_it_is(channel: Place, emulators: Emulators) -> None:
    told = {name.lower(): value for name, value in emulators.get("/teams/credentials").items()}
    settings, clock = Settings(_env_file=None, **told), SystemClock()
    adapter = _teams(Base(settings, sample_content(), cast(Database, None), clock, Health(clock), MINUTE))
    assert await adapter.client.find(a_post(channel)) == Absent()
    await adapter.client.close()


async def test_the_token_for_graph_is_fetched_once_and_is_not_the_one_for_posting(
    bot: Bot, channel: Place, emulators: Emulators
) -> None:
    for _ in range(2):
        await bot.client.deliver(a_post(channel), at_once)
        await bot.client.find(a_post(channel))
    asked = [exchange["body"] for exchange in emulators.exchanges() if exchange["path"].startswith("/login/")]
    assert ["graph.microsoft.com" in body for body in asked] == [False, True]


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[SqlDatabase]:
    database = open_database(sqlite_url)
    await database.migrate()
    yield database
    await database.close()


async def ends(database: SqlDatabase, publisher: Publisher) -> Post:
    """The post, once nothing more is done about it without a person."""
    async with asyncio.timeout(15):
        while True:
            async with database.transaction() as tx:
                post = await tx.outbox.get("q1")
            if post and post.state in (State.SENT, State.HELD):
                return post
            publisher.wake()
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("fault", "consent", "state"),
    [
        (UNANSWERED, CHANNELS, State.SENT),
        ({"on": CREATE, "kind": "reset"}, CHANNELS, State.SENT),
        (UNANSWERED, CHATS, State.HELD),
    ],
    ids=["taken", "not taken", "not permitted"],
)
async def test_with_consent_a_doubtful_post_ends_as_one_message(
    bot: Bot,
    channel: Place,
    emulators: Emulators,
    database: SqlDatabase,
    fault: dict[str, Any],
    consent: str,
    state: State,
) -> None:
    clock = SystemClock()
    it_is(emulators, clock.now())
    permit(emulators, consent)
    emulators.faults("teams", fault)
    async with database.transaction() as tx:
        await tx.outbox.add(a_post(channel, due=clock.now()))
    publisher = Publisher(bot.client, database, clock, Patience(quiet=timedelta(milliseconds=200)))
    publishing = asyncio.create_task(publisher.run())
    became = await ends(database, publisher)
    publishing.cancel()
    await asyncio.gather(publishing, return_exceptions=True)
    assert became.state is state
    assert became.remote_id == (visible(emulators)[0] if state is State.SENT else "")
    assert len(visible(emulators)) == 1
