"""The words of questions and of their answers."""

import pytest

from bot.core.qn.about import Topic, Vocabulary, opening_topic, says_that_it_is_late, telling


def vocabulary(*wordings: str) -> Vocabulary:
    topics = {number: Topic() for number in range(1, len(wordings) + 1)}
    for topic, wording in zip(topics.values(), wordings, strict=True):
        topic.word(wording)
    return Vocabulary(topics)


def test_a_word_of_all_questions_tells_less_than_one_of_a_single_one() -> None:
    words = vocabulary("Q1 Which posters does the library print?", "Q2 Who pays for the library?")
    assert words.of_question(1, telling("our library")) == 0.5
    assert words.of_question(1, telling("our posters")) == 1
    assert words.of_question(2, telling("our posters")) == 0


def test_words_are_known_that_were_used_before() -> None:
    words = vocabulary("Q1 What?")
    words.learn(telling("biscuits on the ward"))
    assert words.known(telling("biscuits, posters and trombones")) == 1


def test_what_is_learnt_is_bounded() -> None:
    words = vocabulary("Q1 What?")
    for number in range(6_000):
        words.learn(frozenset({f"word{number}"}))
    assert words.known(frozenset({"word0"})) == 1
    assert words.known(frozenset({"word5999"})) == 0


@pytest.mark.parametrize(
    ("text", "late"),
    [
        ("Still thinking about the first one, more time", True),
        ("Sorry, catching up. Biscuits", True),
        ("About biscuits, ours are free", True),
        ("On biscuits again, ours are free", True),
        ("Regarding biscuits: ours are free", True),
        ("We put them on the trolley", False),
        ("On the trolley, mostly", False),
    ],
)
def test_a_post_that_comes_back_to_something_says_so(text: str, late: bool) -> None:
    assert says_that_it_is_late(text) is late


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("#chat Oh, biscuits: ours are free", "biscuits"),
        ("On the biscuits, ours are free", "the biscuits"),
        ("#chat sorry, back to biscuits: ours are free", "biscuits"),
        ("We have no biscuits at all in this library of ours, none", ""),
    ],
)
def test_what_a_post_is_about_may_stand_at_its_start(text: str, topic: str) -> None:
    assert opening_topic(text).strip() == topic
