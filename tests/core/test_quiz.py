"""A quiz: right answers, however they are spelt, and who has most of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.content import Chat, Question
from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.policy import fits
from bot.core.quiz import Score, announcement, answered, is_right, scores
from tests.core.test_steering import CONTENT, at

QUIZ = Chat(
    month="2017-09",
    topic="A festive quiz",
    questions=(
        Question(text="When did the NHS begin?", answers=("1948", "July 1948")),
        Question(text="Which library keeps systematic reviews?", answers=("The Cochrane Library", "Cochrane")),
        Question(text="No right answer here: how are you?"),
    ),
)
ASKED = (
    Asked(1, at(5), "When did the NHS begin?", frozenset({"p1"})),
    Asked(2, at(15), "Which library keeps systematic reviews?", frozenset({"p2"})),
    Asked(3, at(25), "How are you?", frozenset({"p3"})),
)


def said(minute: int, text: str, author: str = "ann", platform: Platform = Platform.X, **more: object) -> HeardPost:
    return HeardPost(platform, f"{author}-{minute}", at(minute), author, text, name=author.title(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "A2 The Cochrane Library #ukmedlibs",
        "is it cochrane?",
        "Cohcrane library, of course",
        "the COCHRANE-Library!",
        "I say Cochran",
    ],
)
def test_an_answer_is_right_however_it_is_written(text: str) -> None:
    assert is_right(text, ("The Cochrane Library", "Cochrane"))


@pytest.mark.parametrize("text", ["A1 1949", "19481", "no idea", "", "🎄"])
def test_a_number_is_right_only_as_it_is(text: str) -> None:
    assert not is_right(text, ("1948",))
    assert is_right("It was 1948, I think", ("1948",))


def test_a_short_word_has_to_be_spelt_right() -> None:
    assert is_right("The BMJ", ("BMJ",))
    assert not is_right("The BMA", ("BMJ",))


@given(st.text(min_size=1, max_size=30))
@example("a")
@example("The A")
def test_every_accepted_answer_is_right_as_it_stands(answer: str) -> None:
    assert is_right(f"I say {answer} now", (answer,)) or not any(letter.isalnum() for letter in answer)


@pytest.mark.parametrize(
    ("post", "number"),
    [
        (said(3, "Hello"), 0),
        (said(6, "1948"), 1),
        (said(16, "A1 1948"), 1),
        (said(16, "1948", in_reply_to="p1"), 1),
        (said(16, "Cochrane", in_reply_to="somebody"), 2),
        (said(6, "A2 Cochrane"), 0),
    ],
)
def test_a_post_answers_what_it_names_or_replies_to_or_else_what_runs(post: HeardPost, number: int) -> None:
    assert answered(post, ASKED) == number


def test_a_question_counts_once_for_each_person_and_until_the_next_one() -> None:
    posts = [
        said(6, "1948"),
        said(7, "1948 again"),
        said(16, "Cochrane"),
        said(17, "A1 1948", "bo"),
        said(18, "the cochrane libary", "cy"),
        said(19, "Cochrane", "di", is_repost=True),
        said(20, "Cochrane", "ann", Platform.SLACK),
        said(26, "Fine", "ed"),
    ]
    assert scores(QUIZ, ASKED, posts, at(40)) == {
        Platform.X: [Score("Ann", 2), Score("Cy", 1)],
        Platform.SLACK: [Score("Ann", 1)],
    }


def test_the_last_question_ends_with_the_quiz() -> None:
    assert scores(QUIZ, ASKED[:2], [said(50, "Cochrane")], at(40)) == {Platform.X: []}


def test_each_platform_is_told_its_own_best_and_the_answers() -> None:
    found: dict[Platform, list[Score]] = {Platform.X: [Score(name, 2) for name in "ABCD"], Platform.TEAMS: []}
    entry = announcement("quiz", QUIZ, found, at(59), CONTENT, Platform)
    assert entry.key == "chat:quiz:scores"
    assert entry.cut_off - entry.due == timedelta(minutes=10)
    x = entry.bodies[Platform.X].text
    assert x == "Answers: Q1 1948, Q2 The Cochrane Library. Best: A 2, B 2, C 2. #ukmedlibs"
    assert "Best: nobody this time." in entry.bodies[Platform.TEAMS].text
    slack = entry.bodies[Platform.SLACK].text
    assert slack == "Answers: Q1 1948, Q2 The Cochrane Library. #ukmedlibs", "nothing was heard there"


def test_a_question_that_a_host_added_takes_no_answer_from_the_next() -> None:
    asked = [ASKED[0], *(replace(one, number=one.number + 1) for one in ASKED[1:])]
    found = scores(QUIZ, asked, [said(6, "1948"), said(16, "Cochrane")], at(40), added={2: "Why?"})
    assert found == {Platform.X: [Score("Ann", 2)]}
    told = announcement("quiz", QUIZ, found, at(59), CONTENT, [Platform.X], added={2: "Why?"}).bodies[Platform.X].text
    assert told.startswith("Answers: Q1 1948, Q3 The Cochrane Library.")


def test_long_names_are_shortened_on_x() -> None:
    found = {Platform.X: [Score("n" * 200, 2), Score("m" * 200, 1)]}
    entry = announcement("quiz", QUIZ, found, at(59), CONTENT, [Platform.X])
    assert fits(entry.bodies[Platform.X].text, Platform.X)
