"""What holds for any text and any FAQ, with the shipped content and the small word vectors."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.meaning import Tier, open_encoder
from bot.adapters.yaml_content import load
from bot.core.answers import Answers, Known, Matcher, band, matcher_for
from bot.core.answers.splitting import questions
from bot.core.content import FaqEntry
from bot.core.words import words
from tests.answers.questions import own_questions

CONTENT = load(Path(__file__).parents[2] / "content")
BANDS = CONTENT.campaign.answers
ENCODER = open_encoder(Tier.CORE)
MATCHER = matcher_for(CONTENT, ENCODER)
ANSWERS = Answers(ENCODER)

asked = st.sampled_from([question.text for question in own_questions()])
anything = st.text(max_size=300) | asked
PATIENT = settings(max_examples=60)


def known(text: str, matcher: Matcher = MATCHER) -> str | None:
    answer = band(matcher.rank(text), BANDS)
    return answer.entry.id if isinstance(answer, Known) else None


@PATIENT
@given(anything)
def test_the_same_text_has_the_same_answer(text: str) -> None:
    assert MATCHER.rank(text) == MATCHER.rank(text)


@PATIENT
@given(st.text())
def test_no_text_raises(text: str) -> None:
    ANSWERS.best_now(text, CONTENT, after=text)


@PATIENT
@given(asked)
def test_capitals_change_nothing(text: str) -> None:
    assert MATCHER.rank(text.upper().replace("#", "")) == MATCHER.rank(text.lower().replace("#", ""))


@PATIENT
@given(asked, st.sampled_from(["Hi, ", "Hello everyone! ", "hey team, just wondering... ", "Good morning, "]))
def test_a_greeting_changes_nothing(text: str, greeting: str) -> None:
    assert known(greeting + text) == known(text)


@PATIENT
@given(asked, st.sampled_from([" #ukmedlibs #AMillionDecisions", " #UKMEDLIBS #amilliondecisions", " #A #b"]))
def test_hashtags_at_the_end_change_nothing(text: str, tags: str) -> None:
    if words(text) and not text.endswith(("!!", "??")):
        assert known(text + tags) in (known(text), None)
        assert known(text + tags.lower()) == known(text + tags.upper())


@PATIENT
@given(st.sampled_from(CONTENT.faq), st.integers(0, 2))
def test_a_letter_lost_in_each_long_word_does_not_hide_an_answer(entry: FaqEntry, place: int) -> None:
    slipped = " ".join(word[:2] + word[3:] if len(word) > 8 else word for word in entry.phrasings[place].split())
    assert entry in MATCHER.rank(slipped).entries[:3]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("anything like #AMillionDecisinos north of the border?", "anything like it north of the border?"),
        ("what is pkbs", "what is pksb"),
        ("whats the pldge", "what's the pledge"),
    ],
)
def test_labels_abbreviations_and_short_forms_are_known_though_they_are_misspelt(typed: str, meant: str) -> None:
    assert MATCHER.rank(typed).entries[0] == MATCHER.rank(meant).entries[0]


def test_the_order_of_the_entries_changes_nothing() -> None:
    backwards = matcher_for(replace(CONTENT, faq=CONTENT.faq[::-1]), ENCODER)
    for question in own_questions()[::4]:
        assert backwards.rank(question.text).entries == MATCHER.rank(question.text).entries


STRANGERS = {
    "tyres": (
        ("How do I change a bicycle tyre?", "My bicycle has a flat tyre", "Which pump fits my wheel?"),
        "Take the wheel off, lift the tyre with a lever, and put a new tube in.",
    ),
    "bread": (
        ("Why does my bread not rise?", "The dough stays flat", "How much yeast goes into a loaf?"),
        "The water was too hot, or the yeast too old.",
    ),
    "tax": (
        ("How do I pay my council tax?", "When is the tax bill due?", "Can I pay tax by direct debit?"),
        "By card, by bank transfer or by direct debit, on the first of the month.",
    ),
}


@pytest.mark.parametrize("id", STRANGERS)
def test_an_entry_about_something_else_changes_hardly_any_sure_answer(id: str) -> None:
    asked_as, answer = STRANGERS[id]
    stranger = CONTENT.faq[0].model_copy(
        update={"id": id, "question": asked_as[0], "phrasings": asked_as[1:], "answer": answer}
    )
    other = matcher_for(replace(CONTENT, faq=(*CONTENT.faq, stranger)), ENCODER)
    sure = [(question.text, entry) for question in own_questions() if (entry := known(question.text)) is not None]
    changed = [text for text, entry in sure if other.rank(text).entries[0].id != entry]
    assert len(changed) <= 0.005 * len(sure)


@pytest.mark.parametrize("text", ["x" * 1_000_000, "how " * 250_000, "#a " * 333_000, "ﷺ" * 100_000, "?" * 1_000_000])
def test_a_megabyte_is_read_no_further_than_a_question_goes(text: str) -> None:
    assert MATCHER.rank(text) == MATCHER.rank(text[:500])
    assert len(questions(text, MATCHER.together)) <= 3
