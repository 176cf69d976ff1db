from dataclasses import replace

import pytest

from bot.core.events import Joined, Platform
from tests.handlers.desk import Desk

EVERYWHERE = pytest.mark.parametrize("platform", Platform)


@EVERYWHERE
@pytest.mark.parametrize("text", ["help", "Help!", ""])
async def test_help_says_what_the_bot_can_do(platform: Platform, text: str) -> None:
    desk = Desk(platform)
    await desk.mention(text)
    assert desk.said.startswith("Hello from A Million Decisions #AMillionDecisions.")
    assert "/campaign feedback, /campaign actions or /campaign export" in desk.said


async def test_help_by_slash_command_is_for_the_one_who_asked() -> None:
    desk = Desk()
    await desk.command("")
    assert desk.said.startswith("Hello from")
    assert desk.post.private_to == "member"


async def test_a_greeting_that_goes_on_with_a_question_is_answered() -> None:
    desk = Desk()
    await desk.mention("Hi, how can I get involved?")
    assert "Post a card" in desk.said


@EVERYWHERE
async def test_a_conversation_is_welcomed_once(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.join()
    assert desk.said.startswith("Hello, I am the bot of A Million Decisions")
    assert await desk.join() == []


async def test_that_somebody_was_welcomed_directly_is_kept_without_their_chat() -> None:
    desk = Desk(Platform.TEAMS)
    joined = Joined(**desk.new("member"))  # type: ignore[arg-type]
    direct = replace(joined, place=replace(joined.place, channel="a:their-chat", direct=True))
    assert await desk.send(direct)
    assert await desk.send(replace(direct, key="again")) == []
    assert "their-chat" not in str(desk.database.kept.ledger)


@pytest.mark.parametrize(
    "text", ["👋", "?", "…", "👍🏽 !!", ":wave::skin-tone-2: :+1:", "hello, help", "Hi, help please!"]
)
async def test_a_call_without_words_and_a_greeting_before_the_call_get_help(text: str) -> None:
    desk = Desk()
    await desk.mention(text)
    assert desk.said.startswith("Hello from")
    assert desk.database.kept.asked.rows == {}


async def test_on_x_an_emoji_alone_costs_no_reply() -> None:
    assert await Desk(Platform.X).mention("👍") == []
    assert len(await Desk(Platform.X).mention("")) == 1
