from dataclasses import replace
from datetime import date

import pytest

from bot.core.answers import Answers, Known
from bot.core.faq_entry import FaqEntry, Translation, in_all_languages, to_review
from bot.core.signature import Signature, as_html, as_text
from tests.samples import sample_content

CONTENT = sample_content()
LOGO = next(entry for entry in CONTENT.faq if entry.id == "logo")


def with_welsh(*, draft: bool) -> tuple[FaqEntry, ...]:
    welsh = Translation(
        language="cy",
        draft=draft,
        question="Ga i ddefnyddio logo'r ymgyrch?",
        phrasings=("Ble mae'r logo?", "Oes modd lawrlwytho'r logo?", "Pwy sy'n cael defnyddio'r logo?"),
        answer="Cewch, ar bapur ac ar y we.",
        short="Cewch.",
    )
    own = LOGO.model_copy(update={"translations": (welsh,)})
    return tuple(in_all_languages([own if entry is LOGO else entry for entry in CONTENT.faq]))


@pytest.mark.parametrize(("draft", "answer"), [(True, LOGO.answer), (False, "Cewch, ar bapur ac ar y we.")])
def test_a_question_in_welsh_is_answered_in_welsh_once_a_speaker_has_checked_it(draft: bool, answer: str) -> None:
    found = Answers().best_now("ble mae'r logo os gwelwch yn dda", replace(CONTENT, faq=with_welsh(draft=draft)))
    assert isinstance(found, Known)
    assert found.entry.answer == answer
    assert found.entry.source == LOGO.source


def test_a_question_in_english_stays_in_english() -> None:
    found = Answers().best_now("Where is the logo?", replace(CONTENT, faq=with_welsh(draft=False)))
    assert isinstance(found, Known)
    assert found.entry.id == "logo"


def test_entries_are_due_for_a_look_a_month_ahead() -> None:
    due = [LOGO.model_copy(update={"review_by": date(2026, month, 1)}) for month in (6, 12)]
    found = [entry.review_by for entry in to_review([*due, *CONTENT.faq], date(2026, 11, 1))]
    assert found == [date(2026, 6, 1), date(2026, 12, 1)]
    assert len([*to_review(due, date(2026, 10, 1))]) == 1


def test_a_signature_is_text_and_html_that_means_nothing_else() -> None:
    signature = Signature(line='Evidence & "care" <now>', link="https://example.org/a?b=1&c=2")
    assert as_text(signature, "#C").splitlines()[1:] == ['Evidence & "care" <now>', "#C https://example.org/a?b=1&c=2"]
    shown = as_html(signature, "#C")
    assert "Evidence &amp; &quot;care&quot; &lt;now&gt;" in shown
    assert '<a href="https://example.org/a?b=1&amp;c=2">#C</a>' in shown
    assert "<a " not in as_html(Signature(line="Evidence"), "#C")
