"""What says much the same is put together, and tags are suggested by what moderators have tagged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.understanding import Suggester, alike

SAID = [
    "The chat was too fast for me",
    "chat was far too fast",
    "Too fast! I could not keep up with the chat",
    "Cards are hard to read on a phone",
    "The cards are too small to read on my phone",
    "Loved the resources shared",
    "More time for each question please",
    "I would like more time for each of the questions",
    "Can we have captions on the video?",
    "Captions on videos please",
    "The hashtag is too long",
    "Lovely chat, thank you",
    "Please post the questions beforehand",
    "Could the questions be posted in advance",
    "My library has no money for training",
]
TAGGED = [
    (SAID[0], ["pace"]),
    ("Please start earlier, 7pm would suit parents", ["timing"]),
    (SAID[3], ["accessibility", "cards"]),
    (SAID[8], ["accessibility", "video"]),
]


def test_what_says_much_the_same_is_put_together_the_largest_group_first() -> None:
    assert alike(SAID) == [[0, 1, 2], [3, 4], [6, 7], [8, 9], [12, 13]]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        (SAID[1], ["pace"]),
        (SAID[4], ["cards", "accessibility"]),
        ("an earlier start please, I have children", ["timing"]),
        ("The pace!", ["pace"]),
        (SAID[5], []),
        (SAID[14], []),
        ("", []),
    ],
)
def test_tags_are_suggested_by_their_own_words_and_by_what_is_like_it(text: str, tags: list[str]) -> None:
    assert Suggester(TAGGED).suggested(text) == tags


def test_what_is_there_already_is_not_suggested() -> None:
    assert Suggester(TAGGED).suggested(SAID[4], ["cards"]) == ["accessibility"]


def test_nothing_is_learnt_from_nothing() -> None:
    assert Suggester([]).suggested(SAID[0]) == []
    assert alike([]) == alike(["", ""]) == []


@given(st.lists(st.text(max_size=40) | st.sampled_from(SAID), max_size=12))
def test_each_piece_is_in_one_group_at_most_and_the_same_words_are_in_one(texts: list[str]) -> None:
    groups = alike([*texts, SAID[0], SAID[0]])
    places = [place for group in groups for place in group]
    assert len(places) == len(set(places))
    assert any({len(texts), len(texts) + 1} <= set(group) for group in groups)
    assert all(group == sorted(group) and len(group) > 1 for group in groups)
