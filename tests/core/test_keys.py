from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.keys import meant
from bot.core.problems import Problem

KEYS = ("chat:2026-12-15:q1:slack", "chat:2026-12-15:q1:x", "chat:2026-12-15:q2:x", "q1:x")


@pytest.mark.parametrize("typed", ["chat:2026-12-15:q1:slack", "slack", "q1:slack"])
def test_a_key_may_be_shortened_to_its_end(typed: str) -> None:
    assert meant(typed, KEYS) == KEYS[0]


def test_a_whole_key_is_meant_although_another_ends_in_it() -> None:
    assert meant("q1:x", KEYS) == "q1:x"


def test_an_end_of_several_keys_names_them() -> None:
    with pytest.raises(Problem, match="3 keys end in ':x': chat:2026-12-15:q1:x, chat:2026-12-15:q2:x, q1:x"):
        meant(":x", KEYS)


def test_an_unknown_key_is_told_with_the_nearest() -> None:
    with pytest.raises(Problem, match=r"Did you mean .*chat:2026-12-15:q1:slack"):
        meant("chat:2026-12-15:q1:slak", KEYS)
    with pytest.raises(Problem, match="The list shows"):
        meant("~~", KEYS)


@given(st.sets(st.text(ascii_lowercase + ":", min_size=1), min_size=1), st.data())
def test_every_key_can_be_meant_by_all_of_it(keys: set[str], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(keys)))
    assert meant(key, keys) == key
