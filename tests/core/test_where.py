"""What those who come late are told."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.chat import run_sheet
from bot.core.content import Chat, Question
from bot.core.events import Platform
from bot.core.live import Sheet, sheets
from bot.core.policy import weighted_length
from bot.core.steering import Press, Verb
from bot.core.where import asks_where, where
from tests.core.test_steering import CHAT, CONTENT, at, evening, handed_on, pressed


def told(sheet: Sheet | None, minute: int, platform: Platform = Platform.SLACK) -> str:
    return where(sheet and handed_on(sheet, at(minute)), CONTENT, at(minute), platform)


def test_during_the_chat_it_is_the_question_the_list_and_the_time_left() -> None:
    answer = told(evening(), 22)
    assert answer.startswith("We are at Q3: How do you use the law that speaks of evidence?. 38 minutes are left.")
    assert "\nQ1. How do you take part in the campaign?\nQ2. What shows best" in answer
    assert "Q4." not in answer
    assert "Tag your reply Q3 and #ukmedlibs" in told(evening(), 22, Platform.X)


def test_a_repeated_question_is_listed_once_and_is_the_running_one() -> None:
    again = pressed(handed_on(evening(), at(14)), Press(Verb.REPEAT, "q1"), at(14))
    answer = told(again, 15)
    assert answer.startswith("We are at Q1: How do you take part")
    assert answer.count("Q1. How do you take part in the campaign?") == 1


def test_before_the_first_question_it_is_a_welcome() -> None:
    assert told(evening(), 2) == "The chat on A million decisions has begun. 58 minutes are left. #ukmedlibs"
    assert "1 minute is left" in told(evening(), 59)
    assert "It ends any moment" in where(handed_on(evening(), at(59)), CONTENT, at(59, 50), Platform.SLACK)


def test_between_chats_it_is_the_next_one() -> None:
    assert told(evening(), -100) == (
        "The next chat is on Tuesday 19 September 2017 at 8pm: A million decisions, with the organisers. #ukmedlibs"
    )
    assert told(None, 100) == "The next chat is on Tuesday 17 October 2017 at 8pm. #ukmedlibs"
    unknown = replace(evening(), chat_id="gone-from-content")
    assert told(unknown, 22).startswith("The next chat is on")


@pytest.mark.parametrize("text", ["Where are we?", "where are we #ukmedlibs", "WHERE ARE  WE", "Which question?"])
def test_it_is_asked_for_in_plain_words(text: str) -> None:
    assert asks_where(text, CONTENT)


def test_a_longer_question_is_another_one() -> None:
    assert not asks_where("Where are we going with the campaign next year?", CONTENT)


@settings(max_examples=30)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=230).filter(str.strip))
def test_the_answer_fits_on_x_with_the_name_of_the_asker(text: str) -> None:
    chat = Chat(month="2017-09", topic="t", questions=(Question(text=text),))
    [sheet] = sheets(run_sheet(CHAT, chat, CONTENT, (Platform.X,)))
    assert weighted_length("@" + 15 * "n" + " " + told(sheet, 20, Platform.X)) <= 280
