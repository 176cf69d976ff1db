"""What a valid file of `content/` becomes. The types here are the schema: docs, editors and checks read them."""

import datetime as dt
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    model_validator,
)

from bot.core.events import Platform
from bot.core.schedule import NthWeekday, nth_weekday

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Link = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
Hashtag = Annotated[str, StringConstraints(pattern=r"^#\w+$")]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Wording(RootModel[str | Mapping[Literal["default", "x", "slack", "teams"], str]]):
    """Words, the same everywhere or with a wording of their own for a platform. `{name}` is filled in."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _has_default(self) -> "Wording":
        if not isinstance(self.root, str) and "default" not in self.root:
            raise ValueError("a wording by platform needs a 'default' for the other platforms")
        return self

    def on(self, platform: Platform | None, /, **fields: object) -> str:
        """The words for a platform (None: the default), with fields filled in."""
        if isinstance(self.root, str):
            words = self.root
        else:
            words = self.root.get(platform.value, self.root["default"]) if platform else self.root["default"]
        return words.format(**fields).strip()

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.root,) if isinstance(self.root, str) else tuple(self.root.values())


def holds(*allowed: str) -> AfterValidator:
    """Check that a wording uses no other `{field}` than these."""

    def check(wording: Wording) -> Wording:
        for text in wording.texts:
            try:
                used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
            except ValueError as error:
                raise ValueError(f"a brace is not closed: write {{{{ or }}}} for a plain brace ({error})") from None
            for name in sorted(used - set(allowed)):
                known = ", ".join(f"{{{field}}}" for field in allowed) or "none"
                raise ValueError(f"unknown field {{{name}}}; fields that can be used here: {known}")
        return wording

    return AfterValidator(check)


class ChatRule(_Model):
    """When the chat regularly takes place."""

    nth: Annotated[int, Field(ge=1, le=4)] = 3
    """Which one of the month, counted from 1."""
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "tuesday"
    start: dt.time = dt.time(20, 0)
    """On the clocks of the campaign's time zone."""
    minutes: Annotated[int, Field(ge=15, le=240)] = 60

    def trigger(self, zone: ZoneInfo) -> NthWeekday:
        return NthWeekday(self.nth, WEEKDAYS.index(self.weekday), self.start, zone)


class Commands(_Model):
    """The words with which people call the bot's commands. The first of each is the one shown in help."""

    help: tuple[Line, ...] = ("help", "hi", "hello")
    feedback: tuple[Line, ...] = ("feedback",)
    actions: tuple[Line, ...] = ("actions",)
    export: tuple[Line, ...] = ("export",)


class Watch(_Model):
    """Which posts on X are the campaign's cards: reposted once each."""

    accounts: tuple[Annotated[str, StringConstraints(pattern=r"^\w{1,15}$")], ...] = ()
    """Account names without @."""
    hashtags: tuple[Hashtag, ...] = ()
    """Only posts with a picture and one of these are taken; empty means any picture post of the accounts."""


class Campaign(_Model):
    name: Line
    hashtag: Hashtag
    chat_hashtag: Hashtag
    zone: str = "Europe/London"
    """The time zone of every time in content/."""
    chat: ChatRule = ChatRule()
    slash: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9_-]{1,31}$")] = "/campaign"
    """Slack's slash command. The app's manifest in Slack must name the same."""
    commands: Commands = Commands()
    watch: Watch = Watch()
    contact: Line
    """The way to a person, as a phrase: "your regional library lead"."""

    @model_validator(mode="after")
    def _zone_exists(self) -> "Campaign":
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"unknown time zone {self.zone!r}; write one like Europe/London") from None
        return self


def _at_most_80_words(text: str) -> str:
    if len(words := text.split()) > 80:
        raise ValueError(f"an answer has at most 80 words; this one has {len(words)}")
    return text


class FaqEntry(_Model):
    id: Identifier
    question: Line
    phrasings: Annotated[tuple[Line, ...], Field(min_length=3)]
    """Other ways in which people ask this: whole sentences work best."""
    answer: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1),
        AfterValidator(_at_most_80_words),
    ]
    short: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=250)]
    """The answer for X: fits one post beside the asker's name."""
    source: Line
    """Where the answer comes from, as people would look it up."""
    link: Link | None = None
    tags: tuple[Identifier, ...] = ()


class Question(_Model):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=230)]
    """Without its number and hashtag: the bot adds both."""


class Chat(_Model):
    """One hosted chat: `month` for the regular day, or `date` for one that was moved."""

    month: Month | None = None
    date: dt.date | None = None
    start: dt.time | None = None
    """When not at the regular time."""
    minutes: Annotated[int, Field(ge=15, le=240)] | None = None
    topic: Line
    lead: Line | None = None
    host: Line = "the organisers"
    summary: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)] = ""
    reading: tuple[Link, ...] = ()
    questions: tuple[Question, ...] = ()
    source: Link | None = None

    @model_validator(mode="after")
    def _month_or_date(self) -> "Chat":
        if (self.month is None) == (self.date is None):
            raise ValueError("give either 'month' (regular day) or 'date' (another day)")
        return self

    def day(self, rule: ChatRule) -> dt.date:
        if self.month is None:
            return self.date or dt.date.min  # the validator saw to it that one of the two is there
        year, month = map(int, self.month.split("-"))
        return nth_weekday(year, month, rule.nth, WEEKDAYS.index(rule.weekday))


class Action(_Model):
    id: Identifier
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=240)]
    """As on X, without the hashtag: the bot adds it."""
    longer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    """For Slack and Teams, where there is room; empty means the same text."""
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    """Day of the month; without it the actions are spread over the month's working days."""
    at: dt.time | None = None


class ActionMonth(_Model):
    """The key actions of one month."""

    month: Month
    focus: Line
    at: dt.time = dt.time(9, 0)
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]


class Card(_Model):
    """A social card: a picture with a message."""

    id: Identifier
    image: Annotated[str, StringConstraints(pattern=r"^[\w-]+(/[\w-]+)*\.(png|jpg|jpeg)$")]
    """Path below content/cards/."""
    alt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=1000)]
    """What the picture says, for people who do not see it."""
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=240)]
    credit: Line
    release: dt.date | None = None
    """The day on which it goes out; without it, it waits."""
    at: dt.time = dt.time(12, 0)


class Messages(_Model):
    """Every sentence of the bot's own, in one place."""

    help: Annotated[
        Wording,
        holds("campaign", "hashtag", "slash", "feedback", "actions", "export", "contact"),
    ]
    welcome: Annotated[Wording, holds("campaign", "hashtag", "slash", "feedback")]
    faq_answer: Annotated[Wording, holds("answer", "source", "link")]
    faq_suggest: Annotated[Wording, holds("question")]
    faq_unknown: Annotated[Wording, holds("contact", "slash")]
    feedback_intro: Annotated[Wording, holds()]
    feedback_hint: Annotated[Wording, holds()]
    feedback_thanks: Annotated[Wording, holds("number")]
    feedback_empty: Annotated[Wording, holds("slash", "feedback")]
    actions_list: Annotated[Wording, holds("month", "focus", "lines")]
    actions_none: Annotated[Wording, holds("month")]
    action_line: Annotated[Wording, holds("number", "when", "text", "standing")]
    action_queued: Annotated[Wording, holds("when", "text", "key")]
    action_changed: Annotated[Wording, holds("when", "text", "key")]
    action_cancelled: Annotated[Wording, holds("text", "key")]
    action_unknown: Annotated[Wording, holds("key", "slash", "actions")]
    action_invalid: Annotated[Wording, holds("problem")]
    action_post: Annotated[Wording, holds("text", "hashtag", "focus")]
    card_post: Annotated[Wording, holds("text", "hashtag", "credit")]
    refused: Annotated[Wording, holds("role", "contact")]
    export_ready: Annotated[Wording, holds("count", "since", "until")]
    export_dates: Annotated[Wording, holds("slash", "export")]
    failed: Annotated[Wording, holds("contact")]
    chat_reminder_week: Annotated[Wording, holds("topic", "date", "time", "hashtag", "lead")]
    chat_reminder_day: Annotated[Wording, holds("topic", "date", "time", "hashtag", "lead")]
    chat_reminder_hour: Annotated[Wording, holds("topic", "time", "hashtag", "lead")]
    chat_reminder_minutes: Annotated[Wording, holds("topic", "time", "hashtag")]
    chat_welcome: Annotated[Wording, holds("topic", "hashtag", "host", "lead")]
    chat_introductions: Annotated[Wording, holds("hashtag")]
    chat_question: Annotated[Wording, holds("number", "text", "hashtag")]
    chat_wrap: Annotated[Wording, holds("topic", "hashtag", "next")]


@dataclass(frozen=True)
class Content:
    """All of content/, valid and cross-checked."""

    campaign: Campaign
    faq: tuple[FaqEntry, ...]
    chats: Mapping[str, Chat]
    """By file name: `2017-09-19`."""
    actions: tuple[ActionMonth, ...]
    cards: tuple[Card, ...]
    messages: Messages

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.campaign.zone)

    @cached_property
    def _commands(self) -> Mapping[str, str]:
        words: dict[str, tuple[str, ...]] = self.campaign.commands.model_dump()
        return {word.casefold(): name for name, spellings in words.items() for word in spellings}

    def command(self, text: str) -> tuple[str, str]:
        """A message's command and the rest of it: `("feedback", "great chat")`; `("", text)` for none."""
        head, _, rest = text.strip().partition(" ")
        name = self._commands.get(re.sub(r"\W+$", "", head.lstrip("#/")).casefold(), "")
        return (name, rest.strip()) if name else ("", text.strip())
