"""The handlers with the content that the project ships."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bot.adapters.meaning import Tier, open_encoder
from bot.adapters.yaml_content import load
from bot.core.answers import Answers, Known
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.policy import fits, has_link
from tests.handlers.desk import Desk

EVERYWHERE = pytest.mark.parametrize("platform", Platform)


@cache
def answers() -> Answers:
    return Answers(open_encoder(Tier.CORE))


@cache
def shipped() -> Content:
    return load(Path(__file__).parents[2] / "content")


def bot(platform: Platform = Platform.SLACK) -> Desk:
    return Desk(platform, shipped(), answers=answers())


@EVERYWHERE
async def test_a_misspelt_question_is_answered(platform: Platform) -> None:
    desk = bot(platform)
    await desk.mention("how cna i get involvd")
    entry = next(entry for entry in shipped().faq if entry.id == "get-involved")
    assert (entry.short if platform is Platform.X else entry.answer) in desk.said


@EVERYWHERE
@pytest.mark.parametrize("text", ["delete my data", "forget me", "what do you hold about me", "remove my data"])
async def test_who_wants_their_data_shown_or_erased_hears_whom_to_ask(platform: Platform, text: str) -> None:
    desk = bot(platform)
    await desk.mention(text)
    assert "all that is kept about you" in desk.said
    assert "ask the organisers" in desk.said


@pytest.mark.parametrize("text", ["opening hours of the library", "my car won't start", "what is the weather"])
async def test_what_is_not_in_the_faq_is_not_answered(text: str) -> None:
    assert not isinstance(answers().best_now(text, shipped()), Known)


async def test_every_phrasing_leads_to_its_own_entry() -> None:
    asked = {text: entry.id for entry in shipped().faq for text in (entry.question, *entry.phrasings)}
    given = {text: answers().best_now(text, shipped()) for text in asked}
    right = [text for text, answer in given.items() if isinstance(answer, Known) and answer.entry.id == asked[text]]
    assert sorted(asked.keys() - set(right)) == []


@EVERYWHERE
async def test_every_answer_fits(platform: Platform) -> None:
    desk = bot(platform)
    for entry in shipped().faq:
        await desk.press("faq", entry.id)
        assert fits(desk.said, platform), entry.id


async def test_every_suggestion_fits_a_post_on_x() -> None:
    desk = bot(Platform.X)
    for entry in shipped().faq:
        assert fits(shipped().messages.faq_suggest.on(Platform.X, question=entry.question), desk.platform), entry.id


@EVERYWHERE
@pytest.mark.parametrize("text", ["help", "feedback", "feedback Lovely cards", "qwxz"])
async def test_every_reply_of_our_own_fits(platform: Platform, text: str) -> None:
    desk = bot(platform)
    for post in await desk.mention(text):
        if post.body.kind == "text":
            assert fits(desk.said, platform)
            assert "{" not in desk.said


async def test_on_x_who_is_not_helped_is_told_the_way_to_a_person_without_a_costly_link() -> None:
    desk = bot(Platform.X)
    await desk.mention("qwxz")
    assert "regional library lead" in desk.said
    assert desk.said.endswith("More: see our pinned post.")
    assert not has_link(desk.said)


SAID = {
    "greeting": [
        "hi there",
        "Bore da",
        "Good morning everyone!",
        "hello 👋",
        "Hiya team",
        "hey",
        "HELLO",
        "morning all",
    ],
    "thanked": [
        "thanks",
        "Thank you so much",
        "brilliant, thank you",
        "cheers all",
        "Diolch!",
        "ta",
        "many thanks",
        "ok",
        "Ok thanks",
        "ok great",
        "got it, thank you",
        "No thanks",
        "okay 👍",
        "I see",
    ],
    "stopped": ["stop", "Please stop!", "STOP", "unsubscribe", "Leave me alone", "stop messaging me", "stop it now"],
    "started": ["start", "Start again"],
    "calm": ["you idiot", "shut up", "stupid bot!!", "oh piss off", "what a useless bot"],
    "": [
        "good morning, when is the next chat?",
        "thanks, and how do I make a card?",
        "How do I stop the bot from writing to me?",
        "start a case study",
        "where do I start",
        "great cards! can I use the logo?",
        "is there a good evening for the chat",
        "stop press: is there a new card?",
        "thank you letter for champions",
        "ok but when is the next chat?",
        "I see no logo, where is it?",
        "I was an idiot and missed the chat, where is the transcript?",
        "hi, who runs the campaign?",
        "this is a stupid question but what is the pledge",
        "you useless bot, when is the next chat",
    ],
}


@pytest.mark.parametrize(("meant", "text"), [(meant, text) for meant, texts in SAID.items() for text in texts])
async def test_what_asks_nothing_is_told_from_what_asks_something(meant: str, text: str) -> None:
    content = shipped()
    names = ("greeting", "thanked", "stopped", "started", "calm")
    lines = {name: getattr(content.messages, name).on(Platform.SLACK, **_FIELDS)[:30] for name in names}
    desk = bot()
    await desk.mention(text)
    assert [name for name, line in lines.items() if desk.said.startswith(line)] == ([meant] if meant else [])


_FIELDS = {"campaign": "A Million Decisions", "hashtag": "#AMillionDecisions", "slash": "/campaign", "stop": "stop",
           "start": "start", "contact": "your regional library lead"}  # fmt: skip


async def test_who_found_an_answer_useless_is_told_who_can_help_where_there_is_no_button() -> None:
    desk = Desk(Platform.TEAMS, replace(shipped(), regions=()))
    await desk.press("useless", "1 logo")
    assert desk.text.buttons == ()
    assert "regional library lead" in desk.said
