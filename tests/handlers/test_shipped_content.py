"""The handlers with the content that the project ships."""

from functools import cache
from pathlib import Path

import pytest

from bot.adapters.yaml_content import load
from bot.core.answers import Answers, Known
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.policy import fits
from tests.handlers.desk import Desk

EVERYWHERE = pytest.mark.parametrize("platform", Platform)


@cache
def shipped() -> Content:
    return load(Path(__file__).parents[2] / "content")


@EVERYWHERE
async def test_a_misspelt_question_is_answered(platform: Platform) -> None:
    desk = Desk(platform, shipped())
    await desk.mention("how cna i get involvd")
    entry = next(entry for entry in shipped().faq if entry.id == "get-involved")
    assert (entry.short if platform is Platform.X else entry.answer) in desk.said


@pytest.mark.parametrize("text", ["opening hours of the library", "my car won't start", "what is the weather"])
async def test_what_is_not_in_the_faq_is_not_answered(text: str) -> None:
    assert not isinstance(Answers().best_now(text, shipped()), Known)


async def test_every_phrasing_leads_to_its_own_entry() -> None:
    asked = {text: entry.id for entry in shipped().faq for text in (entry.question, *entry.phrasings)}
    bot = Answers()
    answers = {text: bot.best_now(text, shipped()) for text in asked}
    right = [text for text, answer in answers.items() if isinstance(answer, Known) and answer.entry.id == asked[text]]
    assert sorted(asked.keys() - set(right)) == []


@EVERYWHERE
async def test_every_answer_fits(platform: Platform) -> None:
    desk = Desk(platform, shipped())
    for entry in shipped().faq:
        await desk.press("faq", entry.id)
        assert fits(desk.said, platform), entry.id


async def test_every_suggestion_fits_a_post_on_x() -> None:
    desk = Desk(Platform.X, shipped())
    for entry in shipped().faq:
        assert fits(shipped().messages.faq_suggest.on(Platform.X, question=entry.question), desk.platform), entry.id


@EVERYWHERE
@pytest.mark.parametrize("text", ["help", "feedback", "feedback Lovely cards", "qwxz"])
async def test_every_reply_of_our_own_fits(platform: Platform, text: str) -> None:
    desk = Desk(platform, shipped())
    for post in await desk.mention(text):
        if post.body.kind == "text":
            assert fits(desk.said, platform)
            assert "{" not in desk.said
