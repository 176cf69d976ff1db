"""How well the shipped FAQ is matched, on questions that nothing was fitted to. The bounds are a little below what was
measured, so that a change for the worse is seen."""

from pathlib import Path

import pytest

from bot.adapters.meaning import Tier, open_encoder
from bot.adapters.yaml_content import load
from bot.core.answers import Answer, Known, Ranking, Unknown, band, matcher_for
from tests.answers.questions import Asked, own_questions

CONTENT = load(Path(__file__).parents[2] / "content")
KEPT = [question for question in own_questions() if question.half == "kept"]


@pytest.fixture(scope="module", params=[Tier.CORE, Tier.VECTORS, pytest.param(Tier.ENCODER, marks=pytest.mark.soak)])
def matched(request: pytest.FixtureRequest) -> list[tuple[Asked, Ranking, Answer]]:
    matcher = matcher_for(CONTENT, open_encoder(request.param))
    rankings = [(question, matcher.rank(question.text)) for question in KEPT]
    return [(question, ranking, band(ranking, CONTENT.campaign.answers)) for question, ranking in rankings]


def test_there_are_enough_and_a_third_has_no_answer() -> None:
    questions = own_questions()
    unknown = [question for question in questions if not question.in_scope]
    assert len(questions) >= 150
    assert len(unknown) >= len(questions) / 3
    assert {entry.id for entry in CONTENT.faq} == {id for question in questions for id in question.entries[:1]}


def test_the_right_entry_is_mostly_first_and_nearly_always_among_three(
    matched: list[tuple[Asked, Ranking, Answer]],
) -> None:
    inside = [(question, ranking) for question, ranking, _ in matched if question.in_scope]
    first = [ranking.entries[0].id in question.entries for question, ranking in inside]
    three = [any(e.id in question.entries for e in ranking.entries[:3]) for question, ranking in inside]
    assert sum(first) / len(first) >= 0.72
    assert sum(three) / len(three) >= 0.78


def test_what_is_answered_is_right(matched: list[tuple[Asked, Ranking, Answer]]) -> None:
    given = [(question, answer) for question, _, answer in matched if isinstance(answer, Known)]
    right = [answer.entry.id in question.entries for question, answer in given]
    assert len(given) >= 20
    assert sum(right) / len(right) >= 0.85


def test_what_the_faq_does_not_know_is_seldom_answered(matched: list[tuple[Asked, Ranking, Answer]]) -> None:
    outside = [answer for question, _, answer in matched if not question.in_scope]
    assert sum(isinstance(answer, Known) for answer in outside) / len(outside) <= 0.1
    assert any(isinstance(answer, Unknown) for answer in outside)
