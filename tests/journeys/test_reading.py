"""A moderator reads feedback on the emulated Slack and Teams, and puts it in order."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.yaml_content import load
from bot.core.content import Region
from bot.core.feedback import Feedback
from bot.demo.session import Session, eventually, session
from tests.journeys.hands import colleague, slack_fill_in, slack_message, slack_press, teams_card, teams_submit

ROOT = Path(__file__).parents[2]
TUESDAY = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
SAID = "The chat was too fast for me"
ANSWER = "From January there are two hosts."


@pytest.fixture
async def here() -> AsyncIterator[Session]:
    region = Region(id="north", name="North", leads=colleague("moderator"))
    content = replace(load(ROOT / "content"), regions=(region,))
    async with session(content, ROOT / "content", TUESDAY, 1) as started:
        yield started


async def kept(here: Session, tags: tuple[str, ...]) -> Feedback | None:
    async with here.bot.database.transaction() as tx:
        return next((one for one in await tx.feedback.several([1]) if one.tags == tags), None)


async def slack_command(here: Session, user: str, text: str) -> None:
    await here.world.post("/slack/commands", user=user, channel="C0CHAT", command="/campaign", text=text)


async def test_a_moderator_reads_tags_assigns_and_answers_in_slack(here: Session) -> None:
    await slack_command(here, "U0MEMBER", f"feedback {SAID}")
    await eventually(lambda: kept(here, ()), "the feedback is kept")
    await slack_command(here, "U0MODERATOR", "feedback tag 1 pace")
    await eventually(lambda: kept(here, ("pace",)), "it is tagged")
    await slack_command(here, "U0MODERATOR", "feedback list new")
    listed = await slack_message(here, "U0MODERATOR", SAID)
    await slack_press(here, "U0MODERATOR", listed, "feedback-show")
    shown = await slack_message(here, "U0MODERATOR", "Tags: pace")
    await slack_fill_in(here, "U0MODERATOR", shown, "feedback-assign", region="north")
    await slack_message(here, "U0MODERATOR", "as a library lead of North")
    await slack_fill_in(here, "U0MODERATOR", shown, "feedback-write", answer=ANSWER)
    await slack_message(here, "U0MEMBER", ANSWER)
    in_room = await here.world.get("/slack/messages", channel="C0CHAT")
    assert SAID not in str(in_room)


async def test_a_moderator_reads_assigns_and_answers_in_teams(here: Session) -> None:
    for user, words in (("member", f"feedback {SAID}"), ("moderator", "feedback list")):
        await here.world.post("/teams/messages", user=user, conversation="personal", text=words)
        await teams_card(here, user, SAID if user == "moderator" else "number is 1")
    await teams_submit(here, "moderator", await teams_card(here, "moderator", "Show 1"), "Show 1")
    await teams_submit(here, "moderator", await teams_card(here, "moderator", "Received"), "Give to a library lead")
    await teams_submit(here, "moderator", await teams_card(here, "moderator", "Whose library leads"), region="north")
    await teams_card(here, "moderator", "as a library lead of North")
    await teams_submit(here, "moderator", await teams_card(here, "moderator", "Received"), "Answer")
    await teams_submit(here, "moderator", await teams_card(here, "moderator", "Your answer"), answer=ANSWER)
    await teams_card(here, "member", ANSWER)
