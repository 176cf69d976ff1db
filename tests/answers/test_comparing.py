"""Comparing texts, and learning from them: the parts under the matcher."""

import itertools
import weakref

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answers import Matcher
from bot.core.answers.learning import separate
from bot.core.answers.sparse import Index
from bot.core.content import FaqEntry

WORDS = ["library", "librarian", "chat", "campaign", "logo", "card", "evidence", "patient", "how", "the", "to"]
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=6), min_size=1, max_size=8)


@given(texts)
def test_likeness_lies_between_nothing_and_the_text_itself(found: list[list[str]]) -> None:
    index = Index(found)
    for place, tokens in enumerate(found):
        likeness = index.compare(tokens)
        assert np.all((likeness >= 0) & (likeness <= 1 + 1e-5))
        if tokens:
            assert likeness[place] == max(likeness)
            assert abs(likeness[place] - 1) < 1e-5


@given(texts, st.data())
def test_a_narrowed_index_gives_the_same_likeness_to_what_it_keeps(found: list[list[str]], data: st.DataObject) -> None:
    index = Index(found)
    kept = np.array(data.draw(st.permutations(range(len(found))))[: data.draw(st.integers(1, len(found)))])
    np.testing.assert_array_equal(index.narrowed(kept).compare(found[0]), index.compare(found[0])[kept])


def test_a_narrowed_index_does_not_keep_the_whole_one() -> None:
    whole = Index([[word] for word in WORDS])
    gone, narrowed = weakref.ref(whole), whole.narrowed(np.array([0]))
    del whole
    assert narrowed.compare(WORDS[:1]).tolist() == [1]
    assert gone() is None


def test_with_all_texts_as_pillars_the_lines_are_those_of_the_whole_kernel() -> None:
    """A line that nobody is excused from is a ridge regression, which is solved here without any detour."""
    points = np.random.default_rng(1).normal(size=(12, 3)).astype(np.float32)
    alike = np.exp(-((points[:, None] - points) ** 2).sum(axis=-1)).astype(np.float32)
    labels = np.where(np.arange(12)[:, None] % 3 == np.arange(3), 1.0, -1.0).astype(np.float32)
    lines, without = separate(alike, np.arange(12), labels, 1.0)
    whole = np.linalg.solve(alike + np.eye(12), labels)
    np.testing.assert_allclose(alike @ lines, alike @ whole, atol=0.01)
    rest = np.arange(1, 12)
    alone = np.linalg.solve(alike[np.ix_(rest, rest)] + np.eye(11), labels[rest])
    np.testing.assert_allclose(without[0], alike[0, rest] @ alone, atol=0.01)


def test_of_very_many_phrasings_a_sample_stands_for_all() -> None:
    topics = [f"{a}{b}" for a in ("bread", "bicycle", "garden", "piano", "tax") for b in ("shop", "school", "club")]
    around = list(itertools.product(["where is", "who runs", "tell me about"], ["a", "the", "this", "my"], range(10)))

    def entry(topic: str) -> FaqEntry:
        ways = tuple(f"{start} {article} {topic} in room {room}" for start, article, room in around)
        return FaqEntry.model_construct(
            id=topic, question=ways[0], phrasings=ways[1:], answer="Yes.", short="", source=""
        )

    matcher = Matcher([entry(topic) for topic in topics])
    assert len(matcher.likeness._lines) < len(topics) * len(around)
    assert [matcher.rank(f"is there any {topic} near me").entries[0].id for topic in topics] == topics
