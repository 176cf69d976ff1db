"""Who answers what the bot cannot: the fields of `content/regions.yaml`, and the patience that people are given."""

from typing import Annotated

from pydantic import Field

from bot.core.fields import ContentModel, Identifier, Like, Line, Link

Colleague = Annotated[
    str,
    Like(
        r"slack:[^/\s]+/[^/\s]+|teams:[^/\s]+/[^/\s]+",
        "an id on a platform, slack:WORKSPACE/USER or teams:TENANT/USER, never a name",
    ),
]
_Hours = Annotated[int, Field(ge=1, le=720)]


class Region(ContentModel):
    id: Identifier
    name: Line
    leads: tuple[Colleague, ...] = ()
    """Who is asked first: one id for each platform on which they can be asked. Empty: the fallback."""
    fallback: tuple[Colleague, ...] = ()
    """Who is asked when the lead does not answer in time."""


class PersonRule(ContentModel):
    """How long a question for a person waits for whom. Reminders go out on working days, between 9am and 5pm."""

    remind_after: _Hours = 24
    """Hours after which a library lead is reminded."""
    fall_back_after: _Hours = 24
    """Hours after the reminder until the region's fallback is asked, and again until the asker is told."""
    keep_days: Annotated[int, Field(ge=7, le=730)] = 90
    """For so long what people asked is kept, for the FAQ."""
    link: Link | None = None
    """Where people find a library lead by themselves. On X, where the bot sends no direct messages, this is the way."""
