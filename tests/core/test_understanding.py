"""What says much the same is put together, and tags are suggested by what moderators have tagged."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feedback import Feedback, Source, assigned, for_tag, themes
from bot.core.understanding import Pieces

NOW = datetime(2026, 12, 1, tzinfo=UTC)
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
TAGGED: list[tuple[str, list[str]]] = [
    (SAID[0], ["pace"]),
    ("Please start earlier, 7pm would suit parents", ["timing"]),
    (SAID[3], ["accessibility", "cards"]),
    (SAID[8], ["accessibility", "video"]),
]


def pieces(*said: tuple[str, list[str]]) -> list[Feedback]:
    return [
        Feedback(key=str(at), at=NOW, source=Source.SLACK, author=None, text=text, tags=tuple(tags), number=at)
        for at, (text, tags) in enumerate(said)
    ]


def places(texts: list[str]) -> list[list[int]]:
    return [[one.number for one in group] for group in Pieces(pieces(*((text, []) for text in texts))).groups]


def suggested(text: str, has: list[str], *tagged: tuple[str, list[str]]) -> list[str]:
    *others, one = pieces(*tagged, (text, has))
    return [*Pieces(others).related(one).tags]


def test_what_says_much_the_same_is_put_together_the_largest_group_first() -> None:
    assert places(SAID) == [[0, 1, 2], [3, 4], [6, 7], [8, 9], [12, 13]]


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
    assert suggested(text, [], *TAGGED) == tags


def test_what_is_there_already_is_not_suggested() -> None:
    assert suggested(SAID[4], ["cards"], *TAGGED) == ["accessibility"]


def test_nothing_is_learnt_from_nothing() -> None:
    assert suggested(SAID[0], []) == []
    assert places([]) == places(["", ""]) == []


def test_a_piece_is_related_to_others_and_not_to_itself() -> None:
    said = pieces(*((text, []) for text in SAID))
    assert Pieces(said).related(said[1]).like == [0, 2]
    assert Pieces(said[:1]).related(said[1]).like == [0]


def test_whose_a_piece_is_to_look_after_is_no_theme_and_is_not_suggested() -> None:
    tags = ["pace", for_tag("wales")]
    assert (assigned(tags), [*themes(tags)], assigned(["wales"])) == ("wales", ["pace"], "")
    assert suggested(SAID[1], [], (SAID[0], tags)) == ["pace"]


@given(st.lists(st.text(max_size=40) | st.sampled_from(SAID), max_size=12))
def test_each_piece_is_in_one_group_at_most_and_the_same_words_are_in_one(texts: list[str]) -> None:
    groups = places([*texts, SAID[0], SAID[0]])
    numbers = [number for group in groups for number in group]
    assert len(numbers) == len(set(numbers))
    assert any({len(texts), len(texts) + 1} <= set(group) for group in groups)
    assert all(group == sorted(group) and len(group) > 1 for group in groups)
