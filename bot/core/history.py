"""Chats that were: what is known of them, which costs nothing until somebody asks."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from bot.core.content import ChatRule
from bot.core.fields import ContentModel, Day, Line, Link, TimeOfDay

_Count = Annotated[int, Field(ge=0)]


class PastChat(ContentModel):
    """A chat of the past. Its id is its date: `2015-05-19`. What is not known is left out."""

    date: Day
    dated: Literal["stated", "by-rule"] = "stated"
    """Whether the source states the day, or only the month, of which this is the regular day."""
    start: TimeOfDay | None = None
    """When not at the regular time."""
    kind: Literal["questions", "festive", "quiz", "journal-club", "focus-group"] = "questions"
    topic: Line
    lead: Line | None = None
    questions: _Count | None = None
    """How many there were."""
    people: _Count | None = None
    """How many took part, as the organisers published it then; so are posts and impressions."""
    posts: _Count | None = None
    impressions: _Count | None = None
    note: Line | None = None
    source: Link

    @property
    def id(self) -> str:
        return self.date.isoformat()

    def starts(self, rule: ChatRule) -> dt.time:
        return self.start or rule.start
