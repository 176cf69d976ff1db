"""What happens on a platform, in the bot's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

NOBODY_NOTED = "noted-nobody"
"""The action for a message that somebody marked as feedback, where no person of theirs wrote it."""


class Platform(StrEnum):
    X = "x"
    SLACK = "slack"
    TEAMS = "teams"

    @property
    def label(self) -> str:
        return {"x": "X", "slack": "Slack", "teams": "Teams"}[self.value]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on one platform.

    `workspace` is Slack's team id or Microsoft's tenant id, and empty on X. Two people are the same
    only when platform, workspace and id all agree; `name` is for showing and is never trusted.
    """

    platform: Platform
    workspace: str
    id: str
    name: str = ""

    @property
    def ref(self) -> str:
        """The person as settings name them: `slack:T123/U456`, `teams:TENANT/OBJECT-ID`, `x:12345`."""
        return f"{self.platform}:{self.workspace}/{self.id}" if self.workspace else f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said, and so where an answer goes.

    `channel` is Slack's channel id or Teams' conversation id; empty means our own timeline on X.
    `thread` is the id of the message to answer: an X post, Slack's `thread_ts`, a Teams activity.
    `response_url` (30 minutes) and `trigger` (3 seconds) are Slack's short-lived permissions.
    """

    platform: Platform
    workspace: str = ""
    channel: str = ""
    thread: str = ""
    direct: bool = False
    service_url: str = ""
    response_url: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """`key` is the platform's own id of the delivery (`slack:T1:Ev2`): a redelivery carries it again.

    Where a redelivery may have another id, `echo_of` has the keys that the event had if it was delivered before.
    `at` is aware and in UTC.
    """

    key: str
    at: datetime
    author: Person
    place: Place
    echo_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(_Event):
    """Something said where we listen, but not to us."""

    kind: Literal["message"] = "message"
    text: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(_Event):
    """Something said to us: with our name in it, or in a direct message. Our name is taken out of `text`."""

    kind: Literal["mention"] = "mention"
    text: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(_Event):
    """A message that somebody changed where we listen. `text` is how it is now, and `at` when it was changed."""

    kind: Literal["edited"] = "edited"
    text: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(_Event):
    """A message that was deleted where we listen; by whom, not every platform tells."""

    kind: Literal["deleted"] = "deleted"
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(_Event):
    """A slash command. `text` is what followed it; its first word says which of our commands."""

    kind: Literal["command"] = "command"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted(_Event):
    """A form of ours, filled in. `form` and the names of `values` are those of `bodies.Form`."""

    kind: Literal["form"] = "form"
    form: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed(_Event):
    """A button of ours, pressed. `action` and `value` are those of `bodies.Button`."""

    kind: Literal["button"] = "button"
    action: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(_Event):
    """Somebody marked a message as feedback. `author` is who marked it; `said_by` wrote it, and has to be asked."""

    kind: Literal["noted"] = "noted"
    said_by: Person
    text: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSeen(_Event):
    """A post found by the card watch. The listener leaves out reposts and what we posted ourselves."""

    kind: Literal["card"] = "card"
    post_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(_Event):
    """We were added to a conversation. `place` is how to post there from now on."""

    kind: Literal["joined"] = "joined"
    name: str = ""


Event = Message | Mention | Edited | Deleted | Command | FormSubmitted | ButtonPressed | Noted | CardSeen | Joined

EVENT_JSON: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
"""Events to JSON and back, for the inbox."""
