"""The plain rule of which question a post answers."""

import pytest

from bot.core.record.labels import labelled
from tests.core.record.made import ABOUT, said


@pytest.mark.parametrize(
    ("minute", "text", "reply", "questions"),
    [
        (20, "A1: late", None, (1,)),
        (6, "q.2 early", None, (2,)),
        (6, "T1a and A2", None, (1, 2)),
        (20, "no label", None, (2,)),
        (20, "no label", "q1", (1,)),
        (20, "no label", "1", (1,)),
        (20, "no label", "somewhere else", ()),
        (2, "Hello", None, ()),
        (6, "A4 paper, @a1 and #A2", None, (1,)),
    ],
)
def test_a_label_goes_before_a_reply_and_that_before_the_running_question(
    minute: float, text: str, reply: str | None, questions: tuple[int, ...]
) -> None:
    first = said("1", 6, "ann", "A1").post
    post = said("2", minute, "bob", text, in_reply_to=reply).post
    found = {one.post.id: one.questions for one in labelled([post, first], ABOUT.asked)}
    assert found["2"] == questions
