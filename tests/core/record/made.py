"""A made chat: small, with known answers to everything that is asked of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.record.transcript import Sifted, sift
from bot.core.record.values import About, Contribution

START = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ASKED = (
    Asked(1, START + 5 * MINUTE, "How do you take part?", frozenset({"q1"})),
    Asked(2, START + 15 * MINUTE, "What comes next?", frozenset({"q2"})),
)
ABOUT = About(
    "2017-09-19",
    "#AMillionDecisions",
    START,
    START + 60 * MINUTE,
    ZoneInfo("Europe/London"),
    hashtag="#ukmedlibs",
    host="the organisers",
    asked=ASKED,
)


def said(
    id_: str, minute: float, author: str, text: str, *questions: int, held: str | None = None, **more: Any
) -> Contribution:
    """A post on X, unless `platform` says otherwise, `minute` minutes into the chat."""
    values = {"platform": Platform.X, "name": author, **more}
    post = HeardPost(id=id_, at=START + minute * MINUTE, author=author, text=text, **values)
    return Contribution(post, questions, "label", 1.0, held)


def sifted(*contributions: Contribution) -> Sifted:
    return sift(ABOUT, contributions)
