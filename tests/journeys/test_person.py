"""A question that only a person can answer, on the emulated Slack and Teams: from the asker to the lead and back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.yaml_content import load
from bot.core.content import Region
from bot.demo.session import Session, session
from tests.journeys.hands import Json, colleague, slack_fill_in, slack_message, slack_press, teams_card, teams_submit

ROOT = Path(__file__).parents[2]
TUESDAY = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
STRANGE = "Who pays for the biscuits at the journal club?"
ANSWER = "The chair of the club does, on even days."


@pytest.fixture
async def here() -> AsyncIterator[Session]:
    region = Region(id="north", name="North", leads=colleague("student"), fallback=colleague("organiser"))
    content = replace(load(ROOT / "content"), regions=(region,))
    async with session(content, ROOT / "content", TUESDAY, 1) as started:
        yield started


async def asked_in_slack(here: Session) -> Json:
    """Ask in the channel, press the button, fill in the form: what the lead is sent."""
    await here.world.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text=f"<@U0ANTIPHON> {STRANGE}")
    no_answer = await slack_message(here, "C0CHAT", "do not have an answer")
    await slack_fill_in(here, "U0MEMBER", no_answer, "ask-person", question=STRANGE, region="north", remember="no")
    return await slack_message(here, "U0STUDENT", STRANGE)


async def asked_in_teams(here: Session) -> Json:
    channel = "19:campaign@thread.tacv2"
    await here.world.post("/teams/messages", user="member", conversation=channel, text=f"<at>Antiphon</at> {STRANGE}")
    card = await teams_card(here, "", "do not have an answer")
    await teams_submit(here, "member", card, "Ask a person", channel)
    form = await teams_card(here, "member", "Your region")
    await teams_submit(here, "member", form, question=STRANGE, region="north", remember="no")
    return await teams_card(here, "student", STRANGE)


async def test_a_lead_answers_into_the_askers_thread(here: Session) -> None:
    in_slack, in_teams = await asked_in_slack(here), await asked_in_teams(here)
    await slack_press(here, "U0STUDENT", in_slack, "question-take")
    await slack_fill_in(here, "U0STUDENT", in_slack, "question-answer", answer=ANSWER)
    await teams_submit(here, "student", in_teams, "Answer")
    await teams_submit(here, "student", await teams_card(here, "student", "Answer a question"), answer=ANSWER)
    answer, card = await slack_message(here, "C0CHAT", ANSWER), await teams_card(here, "", ANSWER)
    messages = await here.world.get("/slack/messages", channel="C0CHAT")
    assert answer["thread_ts"] == next(one["ts"] for one in messages if one["user"] == "U0MEMBER")
    assert card["reply_to"] == (await teams_card(here, "", "do not have an answer"))["reply_to"]
    for said in (answer["text"], card["text"]):
        assert STRANGE in said
        assert "student" not in said.casefold()


async def test_a_lead_who_never_answers_is_reminded_and_then_the_fallback_is_asked(here: Session) -> None:
    await asked_in_slack(here)
    await asked_in_teams(here)
    await here.skip_to(TUESDAY + 25 * HOUR)
    await slack_message(here, "U0STUDENT", "A reminder")
    await teams_card(here, "student", "A reminder")
    await here.skip_to(TUESDAY + 50 * HOUR)
    to_deputy = await slack_message(here, "U0ORGANISER", STRANGE)
    await slack_fill_in(here, "U0ORGANISER", to_deputy, "question-answer", answer=ANSWER)
    await slack_message(here, "C0CHAT", ANSWER)
    await teams_submit(here, "organiser", await teams_card(here, "organiser", STRANGE), "I will answer")
    await teams_submit(here, "organiser", await teams_card(here, "organiser", "is yours"))
    await teams_submit(here, "organiser", await teams_card(here, "organiser", "Answer a question"), answer=ANSWER)
    await teams_card(here, "", ANSWER)
