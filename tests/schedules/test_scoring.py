"""A quiz ends with its answers and its best, told once."""

from bot.context import Context
from bot.core.bodies import Text
from bot.core.content import Chat, Question
from bot.core.events import Platform
from bot.core.heard import HeardPost
from schedules.quiz import SCHEDULE
from tests.handlers.desk import ROOMS, Desk, roles
from tests.handlers.evening import CHAT, at, evening, go_on_to, stored
from tests.samples import sample_content

[LOOK] = SCHEDULE.watches
QUIZ = Chat(month="2026-12", topic="Festive quiz", questions=(Question(text="Which year?", answers=("1948",)),))


def said(minute: int, text: str, author: str) -> HeardPost:
    return HeardPost(Platform.X, f"{author}-{minute}", at(minute), author, text, name=author)


async def told(desk: Desk, *posts: HeardPost) -> int:
    """Look once for quizzes that have ended, in which this was heard; how many announcements that adds."""
    before = scores_planned(desk)
    async with desk.database.transaction() as tx:
        await tx.heard.add(CHAT, posts)
        await LOOK(Context(desk.now, desk.content, ROOMS, roles(), tx))
    return scores_planned(desk) - before


def scores_planned(desk: Desk) -> int:
    return sum(key.endswith(":scores") for key in desk.database.kept.plan.rows)


async def test_the_scores_go_out_once_after_the_wrap() -> None:
    desk = await evening(Desk(content=sample_content(chats={CHAT: QUIZ})), 59)
    assert await told(desk) == 0, "the last answers are still coming in"
    await go_on_to(desk, at(61))
    answers = said(7, "It was 1948", "Ann"), said(8, "1949", "Bo"), said(59, "A1 1948!", "Cy")
    assert await told(desk, *answers) == 1
    await go_on_to(desk, at(61))
    body = stored(desk, "scores:x").body
    assert isinstance(body, Text)
    assert body.text == "Answers: Q1 1948. Best: Ann 1, Cy 1. #ukmedlibs"
    assert await told(desk) == 0


async def test_other_chats_and_old_quizzes_have_no_scores() -> None:
    assert await told(await evening(Desk(), 62)) == 0
    assert await told(await evening(Desk(content=sample_content(chats={CHAT: QUIZ})), 150)) == 0
