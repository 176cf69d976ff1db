from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.bodies import Text
from bot.core.events import Mention, Platform
from bot.core.manners import Manners
from bot.core.outbox import State, new_post
from tests.handlers.desk import NOW, Desk
from tests.handlers.test_person import asked, desk_with_people
from tests.samples import sample_content

EVERYWHERE = pytest.mark.parametrize("platform", Platform)
SOCIAL = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
RUDE = sample_content(manners=Manners(rude=("idiot",)))


@EVERYWHERE
@pytest.mark.parametrize("text", ["Hi", "hello!", "Good morning everyone"])
async def test_a_greeting_gets_a_greeting(platform: Platform, text: str) -> None:
    desk = Desk(platform)
    await desk.mention(text)
    assert desk.said == "Hello from A Million Decisions #AMillionDecisions. Type /campaign help to see what I can do."


async def test_thanks_are_answered_where_that_costs_nothing() -> None:
    desk = Desk()
    await desk.mention("Thank you so much!")
    assert desk.said == "You are welcome."
    assert await Desk(Platform.X).mention("Thank you so much!") == []


@EVERYWHERE
async def test_abuse_gets_a_calm_line_once_a_day_then_silence(platform: Platform) -> None:
    desk = Desk(platform, RUDE)
    await desk.mention("qwxz you idiot")
    assert desk.said.startswith("Please be kind")
    assert await desk.mention("qwxz you idiot") == []
    assert await desk.command("IDIOT!!") == []
    await desk.mention("idiot", who="student")
    assert desk.said.startswith("Please be kind")
    desk.now += timedelta(days=1)
    assert len(await desk.mention("idiot")) == 1


async def test_a_rude_question_that_has_an_answer_gets_it_and_what_was_rude_is_not_kept() -> None:
    desk = Desk(content=RUDE)
    await desk.mention("you idiot")
    assert desk.database.kept.asked.rows == {}
    await desk.mention("How can I get involved, idiot?")
    assert "Post a card" in desk.said


@SOCIAL
async def test_who_says_stop_hears_nothing_until_they_say_start(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.mention("Stop!")
    assert desk.said == "I will not write to you any more. Type /campaign start to change that."
    for silent in (
        desk.mention("How can I get involved?"),
        desk.mention("stop"),
        desk.command("help"),
        desk.command("feedback"),
        desk.mention("feedback Too fast"),
        desk.press("faq", "logo"),
    ):
        assert await silent == []
    assert len(desk.database.kept.feedback.rows_by_key) == 1, "what they say is heard all the same"
    await desk.mention("help", who="student")
    assert desk.said.startswith("Hello from")
    await desk.mention("start")
    assert desk.said == "Hello again. Write stop and I will be quiet."
    await desk.mention("How can I get involved?")
    assert "Post a card" in desk.said


async def test_on_x_stop_is_honoured_without_a_word() -> None:
    desk = Desk(Platform.X)
    assert await desk.mention("stop") == []
    assert await desk.mention("How can I get involved?") == []


async def test_who_said_stop_is_kept_without_their_id() -> None:
    desk = Desk()
    await desk.mention("stop")
    assert [name for name in desk.database.kept.ledger.notes if name.startswith("stopped:")]
    assert "member" not in str(desk.database.kept.ledger.notes)


async def test_stop_takes_back_what_waits_for_that_person_alone() -> None:
    desk = Desk()
    place = replace(desk.new("member")["place"], thread="")  # type: ignore[type-var]
    mine = new_post("1", place, Text("for you"), NOW, private_to="member")  # type: ignore[arg-type]
    all_see = new_post("2", place, Text("for all"), NOW)  # type: ignore[arg-type]
    others = replace(mine, key="3", private_to="student")
    async with desk.database.transaction() as tx:
        for post in (mine, all_see, others):
            await tx.outbox.add(post)
    await desk.mention("stop")
    states = {key: post.state for key, post in desk.database.kept.outbox.rows.items() if key in "123"}
    assert states == {"1": State.CANCELLED, "2": State.QUEUED, "3": State.QUEUED}


@pytest.mark.parametrize("who", ["organiser", "moderator"])
async def test_who_runs_the_campaign_is_told_that_this_is_no_pause(who: str) -> None:
    desk = Desk()
    await desk.mention("stop", who=who)
    assert desk.said.endswith("To halt everything, type /campaign pause.")


async def test_an_asker_or_a_lead_who_said_stop_is_left_alone() -> None:
    desk = desk_with_people()
    await desk.mention("stop", who="lead")
    to_deputy, receipt = await asked(desk)
    assert (to_deputy.place.channel, receipt.private_to) == ("deputy", "member")
    await desk.mention("stop")
    [told] = await desk.submit("question-answer:1", who="deputy", answer="Yes.")
    assert told.private_to == "deputy"
    assert desk.said == "Whoever asked question 1 wants no more messages."


async def test_where_everybody_of_a_region_said_stop_the_asker_is_told_at_once() -> None:
    desk = desk_with_people()
    for who in ("lead", "deputy"):
        await desk.mention("stop", who=who)
    await asked(desk)
    assert desk.said == "Nobody has answered yet: qwxz Please ask your regional library lead."


async def test_a_sentence_that_begins_with_stop_is_a_question() -> None:
    desk = Desk()
    event = Mention(**desk.new("member"), text="stop wasting paper: is there a card template?", message_id="1")  # type: ignore[arg-type]
    await desk.send(event)
    assert not any(name.startswith("stopped:") for name in desk.database.kept.ledger.notes)
