"""A conversation on the emulated Slack and Teams, while an organiser edits what the bot says."""

import os
import shutil
from pathlib import Path

from bot.adapters.yaml_content import load
from bot.demo.session import Session, eventually, session
from tests.journeys.hands import slack_message, slack_press, teams_card, teams_submit
from tests.journeys.test_person import ROOT, TUESDAY

BOTH = "When was the campaign launched? And who runs the campaign?"


async def in_slack(here: Session, text: str) -> None:
    await here.world.post("/slack/messages", user="U0MEMBER", channel="U0ANTIPHON", text=text)


async def in_teams(here: Session, text: str) -> None:
    await here.world.post("/teams/messages", user="member", conversation="personal", text=text)


async def test_people_talk_with_the_bot_and_an_edit_is_heard_without_a_restart(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    content = load(folder)
    launched, runs = (next(one.answer for one in content.faq if one.id == id) for id in ("launch-date", "who-runs-it"))
    students = next(one.answer for one in content.faq if one.id == "students")
    async with session(content, folder, TUESDAY, 1) as here:
        await in_slack(here, BOTH)
        await in_teams(here, BOTH)
        answer, card = await slack_message(here, "U0MEMBER", runs[:40]), await teams_card(here, "member", runs[:40])
        assert launched[:40] in answer["text"]
        assert launched[:40] in card["text"]
        await slack_press(here, "U0MEMBER", answer, "useful")
        await teams_submit(here, "member", card, "No")
        await eventually(lambda: _thanked(here), "Slack shows thanks to the member alone")
        await teams_card(here, "member", "A person can help further")
        async with here.bot.database.transaction() as tx:
            assert await tx.asked.ratings() == {"launch-date": (1, 1), "who-runs-it": (1, 1)}
        await in_slack(here, "and what about students?")
        await slack_message(here, "U0MEMBER", students[:40])
        await in_teams(here, "stop")
        await teams_card(here, "member", "Understood.")
        _reword(folder / "messages.yaml", "Hello! I am the bot of {campaign}", "Good day! I am the bot of {campaign}")
        await eventually(lambda: _greets_anew(here), "the new greeting is in Slack")
        await in_teams(here, "hello")
        await in_teams(here, "start")
        await teams_card(here, "member", "Welcome back")
        messages = await here.world.get("/teams/messages", conversation="personal", user="member")
        assert not any("Good day!" in str(one) for one in messages), "who said stop is not greeted"


async def _thanked(here: Session) -> bool:
    return "that helps us" in str(await here.world.get("/slack/ephemerals", user="U0MEMBER"))


async def _greets_anew(here: Session) -> bool:
    """Greet in a room, where the answer has a thread of its own, and look what comes back."""
    said = await here.world.post("/slack/messages", user="U0MEMBER", channel="C0CHAT", text="<@U0ANTIPHON> hello")

    async def answered() -> str | None:
        messages = await here.world.get("/slack/messages", channel="C0CHAT")
        return next((one["text"] for one in messages if one["ts"] != said["ts"] == one.get("thread_ts")), None)

    return (await eventually(answered, "the greeting is answered")).startswith("Good day!")


def _reword(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    beside = file.with_name(".beside")
    beside.write_text(text.replace(old, new), encoding="utf-8")
    os.replace(beside, file)
