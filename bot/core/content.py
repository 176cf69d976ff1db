"""What a valid file of `content/` becomes. The types here are the schema: docs, editors and checks read them."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.core.fields import ContentModel, Day, Hashtag, Identifier, Like, Line, Link, Month, TimeOfDay, Word, wrong
from bot.core.schedule import NthWeekday, nth_weekday
from bot.core.wording import Messages, Wording

__all__ = [
    "Action",
    "ActionMonth",
    "Bands",
    "Campaign",
    "Card",
    "Chat",
    "ChatRule",
    "Content",
    "FaqEntry",
    "Messages",
    "Question",
    "SynonymGroup",
    "Watch",
    "Wording",
]

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)

_Words = Annotated[tuple[Word, ...], Field(min_length=1)]
_Phrases = Annotated[tuple[Line, ...], Field(min_length=1)]
_Account = Annotated[str, Like(r"\w{1,15}", "an account's name on X without the @, for example UKMedLibs")]
_Slash = Annotated[str, Like(r"/[a-z0-9_-]{1,31}", "a slash and small letters, for example /campaign")]
_Picture = Annotated[
    str,
    StringConstraints(max_length=200),
    Like(r"[\w-]+(/[\w-]+)*\.(png|jpg|jpeg)", "a .png, .jpg or .jpeg file below content/cards/, for example ask.png"),
]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise wrong(f"There is no time zone {name[:60]!r}", "write one like Europe/London") from None
    return name


class ChatRule(ContentModel):
    """When the chat regularly takes place."""

    nth: Annotated[int, Field(ge=1, le=4)] = 3
    """Which one of the month, counted from 1."""
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "tuesday"
    start: TimeOfDay = dt.time(20, 0)
    """On the clocks of the campaign's time zone."""
    minutes: Annotated[int, Field(ge=15, le=240)] = 60

    def trigger(self, zone: ZoneInfo) -> NthWeekday:
        return NthWeekday(self.nth, WEEKDAYS.index(self.weekday), self.start, zone)


class Commands(ContentModel):
    """The words with which people call the bot's commands. The first of each is the one shown in help."""

    help: _Words = ("help", "hi", "hello")
    feedback: _Words = ("feedback",)
    actions: _Words = ("actions",)
    export: _Words = ("export",)
    pause: _Words = ("pause",)
    resume: _Words = ("resume",)
    pages: _Words = ("pages",)
    paused: _Phrases = ("paused", "what is paused")
    """These are the whole message: they ask whether the bot is paused."""

    @model_validator(mode="after")
    def _each_word_once(self) -> "Commands":
        words: dict[str, tuple[str, ...]] = self.model_dump()
        spelt = Counter(word.casefold() for spellings in words.values() for word in {*spellings})
        for word, times in spelt.items():
            if times > 1:
                raise wrong(f"The word {word!r} calls two commands", "keep it for one of them")
        return self


class Watch(ContentModel):
    """Which posts on X are the campaign's cards: reposted once each."""

    accounts: tuple[_Account, ...] = ()
    """Account names without @."""
    hashtags: tuple[Hashtag, ...] = ()
    """Only posts with a picture and one of these are taken; empty means any picture post of the accounts."""


class Bands(ContentModel):
    """From which probability on the bot answers, and from which it asks "did you mean …?". Below that it says that it
    does not know."""

    answer: Annotated[float, Field(gt=0, le=1)] = 0.75
    """Higher: fewer wrong answers, more questions asked back."""
    suggest: Annotated[float, Field(ge=0, le=1)] = 0.1

    @model_validator(mode="after")
    def _in_order(self) -> "Bands":
        if self.suggest > self.answer:
            raise wrong("'suggest' is above 'answer'", "let it be the smaller of the two")
        return self


class Campaign(ContentModel):
    name: Line
    hashtag: Hashtag
    chat_hashtag: Hashtag
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    """The time zone of every time in content/."""
    chat: ChatRule = ChatRule()
    slash: _Slash = "/campaign"
    """Slack's slash command. The app's manifest in Slack must name the same."""
    commands: Commands = Commands()
    watch: Watch = Watch()
    answers: Bands = Bands()
    contact: Line
    """The way to a person, as a phrase: "your regional library lead"."""


def _at_most_80_words(text: str) -> str:
    if len(words := text.split()) > 80:
        raise wrong(f"An answer has at most 80 words and this one has {len(words)}", "say it shorter, or link to more")
    return text


class FaqEntry(ContentModel):
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


class Question(ContentModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=230)]
    """Without its number and hashtag: the bot adds both."""


class Chat(ContentModel):
    """One hosted chat: `month` for the regular day, or `date` for one that was moved."""

    month: Month | None = None
    date: Day | None = None
    start: TimeOfDay | None = None
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
            raise wrong("A chat has one day", "give 'month' (the regular day) or 'date' (another day), not both")
        return self

    def day(self, rule: ChatRule) -> dt.date:
        if self.month is None:
            return self.date or dt.date.min  # the validator saw to it that one of the two is there
        year, month = map(int, self.month.split("-"))
        return nth_weekday(year, month, rule.nth, WEEKDAYS.index(rule.weekday))


class Action(ContentModel):
    id: Identifier
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=240)]
    """As on X, without the hashtag: the bot adds it."""
    longer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    """For Slack and Teams, where there is room; empty means the same text."""
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    """Day of the month; without it the actions are spread over the month's working days."""
    at: TimeOfDay | None = None


class ActionMonth(ContentModel):
    """The key actions of one month."""

    month: Month
    focus: Line
    at: TimeOfDay = dt.time(9, 0)
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]


class Card(ContentModel):
    """A social card: a picture with a message."""

    id: Identifier
    image: _Picture
    """Path below content/cards/."""
    alt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=1000)]
    """What the picture says, for people who do not see it."""
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=240)]
    credit: Line
    release: Day | None = None
    """The day on which it goes out; without it, it waits."""
    at: TimeOfDay = dt.time(12, 0)


SynonymGroup = Annotated[tuple[Line, ...], Field(min_length=2)]
"""Words that mean the same: the first takes the place of the others."""


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
    synonyms: tuple[SynonymGroup, ...] = ()
    not_for_us: tuple[Line, ...] = ()
    """Questions that people ask and that are none of the campaign's."""

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
