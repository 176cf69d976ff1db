import pytest

from bot.core.asked import impersonal
from bot.core.events import Person, Platform
from bot.core.pseudonyms import Pseudonyms


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Can @lena call me on 07700 900123?", "Can … call me on …?"),
        ("mail zoe.smith@example.org please", "mail … please"),
        ("NHS number 943 476 5919, what now?", "NHS number …, what now?"),
        ("I am at LS1 4AP, see https://example.org/me", "I am at …, see …"),
        ("What happened in 2017, Q3?", "What happened in 2017, Q3?"),
    ],
)
def test_what_is_kept_of_a_question_names_nobody(text: str, kept: str) -> None:
    assert impersonal(text) == kept


def test_a_pseudonym_is_the_same_for_one_person_and_says_nothing_without_the_key() -> None:
    one, other = (Person(Platform.SLACK, "T1", id, "Zoë") for id in ("U1", "U2"))
    names = Pseudonyms(b"key")
    assert names.of(one) == Pseudonyms(b"key").of(Person(Platform.SLACK, "T1", "U1"))
    assert len({names.of(one), names.of(other), names.of(one, "region"), Pseudonyms(b"other").of(one)}) == 4
    assert "U1" not in names.of(one)
