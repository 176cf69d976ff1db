"""The small language in which cues are listed."""

import pytest

from bot.core.qn.phrases import phrases, word_set


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("good night", "well, good night all"),
        ("good night, bye", "bye then"),
        ("good night\nbye", "bye then"),
        ("pay*", "they are paying"),
        ("[cat|dog] food", "dog food"),
        ("[a]? [very]? good day", "good day"),
        ("[a]? [very]? good day", "a very good day"),
        ("thanks [so]? [much]?", "thanks"),
        ("thanks so [very]? much", "thanks so very much"),
        ("[got_to|must] go", "got to go"),
        ("lost .. list", "lost half of my list"),
        ("^hello", "*** hello"),
        ("^hello, bye", "well bye"),
    ],
)
def test_a_phrase_is_found(listed: str, text: str) -> None:
    assert phrases(listed).search(text)


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("bye", "byelaw"),
        ("bye", "goodbye"),
        ("pay*", "repay"),
        ("^hello", "say hello"),
        ("[cat|dog] food", "bird food"),
        ("good night", "good, night"),
        ("lost .. list", "lost " + 20 * "and " + "list"),
    ],
)
def test_other_words_are_left_alone(listed: str, text: str) -> None:
    assert not phrases(listed).search(text)


def test_words_are_listed_apart() -> None:
    assert word_set("one two\n three") == {"one", "two", "three"}
