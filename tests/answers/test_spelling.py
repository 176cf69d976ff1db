"""Misspelt words are brought back, and right ones left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.meaning import Tier, open_encoder
from bot.core.answers.spelling import Speller

LANGUAGE = open_encoder(Tier.CORE).language
FAQ = ("campaign", "librarian", "money", "involved", "evidence", "activate", "logo", "payments", "search")
SPELLER = Speller([[word] for word in FAQ], LANGUAGE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("campagin", "campaign"),  # two letters changed places
        ("campain", "campaign"),
        ("librariian", "librarian"),
        ("oney", "money"),  # the first letter left out, and not "one" or "only"
        ("involvd", "involved"),
        ("invplved", "involved"),  # the key beside
        ("evidnec", "evidence"),  # two slips
        ("hpw", "how"),  # common words are meant before rare ones
        ("activat", "activate"),  # as a stem it would be known, as a word it is not
        ("tonigt", "tonight"),  # not of the FAQ
        ("fir", "for"),  # a word, but a rare one, and so short
        ("mh", "my"),  # so short a word was meant for one of the commonest
        ("quots", "quote"),  # "quot" is no word that might have an s
        ("dosnt", "doesnt"),  # which is written out later
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert SPELLER.correct((typed,)) == (meant,)


@pytest.mark.parametrize(
    "word", ["payment", "xyzzyx", "2fa", "covid19", "librarians", "one", "gp", "sepsis", "organised", "apc"]
)
def test_what_is_right_or_like_nothing_stays(word: str) -> None:
    assert SPELLER.correct((word,)) == (word,)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how ca ni get involved", "how can i get involved"),
        ("what is th elogo", "what is the logo"),
        ("in thiss", "in this"),  # "int hiss" would be two words, but rare ones
        ("a png", "a png"),  # nothing known is near
    ],
)
def test_a_space_that_slipped_goes_back(typed: str, meant: str) -> None:
    assert SPELLER.correct(typed.split()) == tuple(meant.split())


def test_of_two_words_as_near_the_one_that_the_faq_has_oftener_was_meant() -> None:
    assert Speller([["now"], ["how"], ["how"], ["how"]], LANGUAGE).correct(["jow"]) == ("how",)
    assert Speller([["how"], ["now"], ["now"], ["now"]], LANGUAGE).correct(["jow"]) == ("now",)


def test_where_it_is_not_sure_which_word_was_meant_it_has_a_second_guess() -> None:
    typed = ("how", "do", "i", "opne", "it")
    assert SPELLER.correct(typed) == ("how", "do", "i", "open", "it")
    assert SPELLER.second_guess(typed) == ("how", "do", "i", "one", "it")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a bok of the year", "a book of the year"),  # "boy", "box" and "ok" are as near
        ("the cpast one", "the past one"),
        ("anyshort film", "any short film"),  # the space was left out
        ("set up a remi nder", "set up a reminder"),  # or one put in
        ("a cup o ftea", "a cup of tea"),
    ],
)
def test_the_words_beside_a_slip_tell_what_was_meant(typed: str, meant: str) -> None:
    assert SPELLER.correct(typed.split()) == tuple(meant.split())


def test_a_right_word_that_goes_with_neither_neighbour_was_meant_for_one_of_the_faq() -> None:
    speller = Speller([["top", "up", "my", "card"], ["top", "up"], ["sign", "the", "pledge"]], LANGUAGE)
    assert speller.correct(["lop", "up", "my", "card"]) == ("top", "up", "my", "card")
    assert speller.correct(["sit", "on", "a", "ledge"]) == ("sit", "on", "a", "ledge")


def test_of_a_text_without_any_known_word_the_first_dozen_are_looked_up() -> None:
    strange = [f"{first}q{second}zzkx" for first in "bcdfg" for second in "vwxyz"]
    typed = ("campagin", *strange, "librariian")
    mended = SPELLER.correct(typed)
    assert (mended[0], mended[-1]) == ("campaign", "librariian")


@given(st.lists(st.sampled_from([*FAQ, *LANGUAGE.words[:5000]])))
def test_words_that_are_known_are_never_changed(words: list[str]) -> None:
    assert SPELLER.correct(tuple(words)) == tuple(words)


@given(st.lists(st.text(min_size=1, max_size=30), max_size=30))
def test_what_is_put_in_is_known_and_no_word_becomes_more_than_two(words: list[str]) -> None:
    once = SPELLER.correct(tuple(words))
    assert len(words) <= 2 * len(once) <= 4 * len(words)
    assert [new for new in once if new not in words and SPELLER.correct((new,)) != (new,)] == []
