import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.manners import Manners, is_only, is_order, is_rude

MANNERS = Manners(rude=("idiot", "shut up"))


@pytest.mark.parametrize(
    "text", ["hello", "Hi!", "Good morning, everyone 🙂", "hello hello", "Hello :wave:", "hi there, good morning"]
)
def test_a_greeting_is_only_that(text: str) -> None:
    assert is_only(text, MANNERS.greetings)


@pytest.mark.parametrize("text", ["Stop!", "STOP, please", "please stop now", "stop stop stop"])
def test_stop_is_heard_however_it_is_put(text: str) -> None:
    assert is_only(text, ("please stop", "stop"))


@pytest.mark.parametrize(
    "text", ["Stop, thanks", "pls stop!", "ok stop thank you", "Sorry, please stop messaging me", "stop"]
)
def test_stop_is_heard_with_courtesy_around_it(text: str) -> None:
    assert is_order(text, ("stop", "stop messaging me"))


@pytest.mark.parametrize("text", ["thanks", "please", "stop wasting paper, please", "thanks for the stop sign"])
def test_courtesy_alone_or_around_something_else_is_no_order(text: str) -> None:
    assert not is_order(text, ("stop",))


@pytest.mark.parametrize("text", ["", "everyone", "hello, how can I get involved?", "history", "good"])
def test_what_says_more_or_less_is_no_greeting(text: str) -> None:
    assert not is_only(text, MANNERS.greetings)


@pytest.mark.parametrize(
    ("text", "rude"), [("You IDIOT!", True), ("shut, up", True), ("idiotic rules", False), ("up", False)]
)
def test_rude_is_a_whole_word(text: str, rude: bool) -> None:
    assert is_rude(text, MANNERS) is rude


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert not is_only(text, ())
    assert not is_rude(text, Manners())
