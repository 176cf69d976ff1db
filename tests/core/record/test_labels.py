"""What the record takes over of what is recognised in posts."""

import pytest

from bot.core.record.labels import labelled
from tests.core.record.made import ABOUT, said


@pytest.mark.parametrize(
    ("minute", "text", "reply", "questions", "held"),
    [
        (20, "A1: late, but we ask the wards first", None, (1,), None),
        (20, "We do the same at ours, every month, and they tell us what to drop", "1", (1,), None),
        (2, "Hello all", None, (), None),
        (20, "The train is late again", None, (), None),
        (20, "50% off all planners! Shop now at www.example.com #ukmedlibs", None, (), "advert"),
    ],
)
def test_only_adverts_wait_for_a_moderator(
    minute: float, text: str, reply: str | None, questions: tuple[int, ...], held: str | None
) -> None:
    first = said("1", 6, "ann", "A1 We ask the wards what they need").post
    post = said("2", minute, "bob", text, in_reply_to=reply).post
    found = {one.post.id: (one.questions, one.held) for one in labelled([post, first], ABOUT.asked)}
    assert found["2"] == (questions, held)
