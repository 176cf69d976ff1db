"""What a valid file of `content/` becomes. The types here are the schema: docs, editors and checks read them."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.core.faq_entry import FaqEntry
from bot.core.fields import (
    ContentModel,
    Day,
    Hashtag,
    Identifier,
    Like,
    Line,
    Link,
    Month,
    PersonRef,
    TimeOfDay,
    Word,
    wrong,
)
from bot.core.manners import PLAIN_MANNERS, Manners
from bot.core.regions import PersonRule, Region
from bot.core.schedule import NthWeekday, nth_weekday
from bot.core.signature import Signature
from bot.core.wording import Messages, Wording
from bot.core.words import parted

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
    "PersonRule",
    "Question",
    "Region",
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
_AFTER_WORD = re.compile(r"(?<!\W)\W++$")
_Picture = Annotated[
    str,
    StringConstraints(max_length=200),
    Like(r"[\w-]+(/[\w-]+)*\.(png|jpg|jpeg)", "a .png, .jpg or .jpeg file below content/cards/, for example ask.png"),
]


Extra = Literal["reading", "questions", "half-time", "five-minutes", "thanks"]
"""What a chat can have beside its reminders, welcome, questions and wrap."""


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

    also: tuple[Extra, ...] = ()
    """What each chat has beside reminders, welcome, questions and wrap: `reading` (what to read before), `questions`
    (all of them, three days ahead), `half-time` (the running question again), `five-minutes` (that are left), `thanks`
    (the day after)."""
    picks: bool = False
    """Whether a host may carry what somebody said in Slack or Teams into the other rooms, if its author agrees."""
    skip: tuple[Month, ...] = ()
    """Months without a chat, for example 2027-08: nothing is announced for them."""

    def trigger(self, zone: ZoneInfo) -> NthWeekday:
        return NthWeekday(self.nth, WEEKDAYS.index(self.weekday), self.start, zone)


class Commands(ContentModel):
    """The words with which people call the bot's commands. The first of each is the one shown in help."""

    help: _Words = ("help", "hi", "hello")
    feedback: _Words = ("feedback",)
    actions: _Words = ("actions",)
    answer: _Words = ("answer",)
    """Before the number of a prompt, while a round of feedback is open."""
    round: _Words = ("round",)
    export: _Words = ("export",)
    pause: _Words = ("pause",)
    resume: _Words = ("resume",)
    chat: _Words = ("chat",)
    where: _Phrases = ("where are we", "where are we now", "which question", "what have i missed")
    """These are the whole message: they ask where the chat is, or when the next one is."""
    questions: _Words = ("questions",)
    signature: _Words = ("signature",)
    pages: _Words = ("pages",)
    paused: _Phrases = ("paused", "what is paused")
    """These are the whole message: they ask whether the bot is paused."""
    stop: _Phrases = ("stop",)
    """The whole message, too: after it the bot writes nothing to this person any more."""
    start: _Phrases = ("start",)

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

    answer: Annotated[float, Field(gt=0, le=1)] = 0.9
    """Higher: fewer wrong answers, more questions asked back."""
    suggest: Annotated[float, Field(ge=0, le=1)] = 0.25

    @model_validator(mode="after")
    def _in_order(self) -> "Bands":
        if self.suggest > self.answer:
            raise wrong("'suggest' is above 'answer'", "let it be the smaller of the two")
        return self


class XRule(ContentModel):
    links: Literal["written", "pinned"] = "written"
    """A post with a link costs thirteen times as much: with "pinned", replies name the pinned post instead."""
    pinned: Line = "More: see our pinned post."
    """What stands in place of a link."""


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
    feedback_emoji: Annotated[str, Like(r"[a-z0-9_+'-]{0,60}", "an emoji's name without colons, or nothing")] = "memo"
    """In Slack this reaction marks a message as feedback: its author is asked. Empty: no reaction does."""
    answers: Bands = Bands()
    contact: Line
    """The way to a person, as a phrase: "your regional library lead"."""
    ask_person: PersonRule = PersonRule()
    x: XRule = XRule()
    signature: Signature | None = None

    def link_on_x(self, link: str | None) -> str:
        """A link as a reply on X has it."""
        return (link if self.x.links == "written" else self.x.pinned) if link else ""


class Question(ContentModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=230)]
    """Without its number and hashtag: the bot adds both."""
    answers: tuple[Line, ...] = ()
    """In a quiz: every answer that is right, as people would write it. The first is the one that is told."""


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
    lead_ids: tuple[PersonRef, ...] = ()
    """Who may steer this chat beside the organisers and moderators, from a week before it to the day after."""
    summary: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)] = ""
    reading: tuple[Link, ...] = ()
    questions: tuple[Question, ...] = ()
    also: tuple[Extra, ...] | None = None
    """When this chat is to have other parts than campaign.yaml says; none at all is []."""
    source: Link | None = None

    @property
    def quiz(self) -> bool:
        """Whether its questions have right answers. Then they stay hidden until each is put."""
        return any(question.answers for question in self.questions)

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
    regions: tuple[Region, ...] = ()
    manners: Manners = PLAIN_MANNERS

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.campaign.zone)

    @cached_property
    def _commands(self) -> Mapping[str, str]:
        words: dict[str, tuple[str, ...]] = self.campaign.commands.model_dump()
        return {word.casefold(): name for name, spellings in words.items() for word in spellings}

    def command(self, text: str) -> tuple[str, str]:
        """A message's command and the rest of it: `("feedback", "great chat")`; `("", text)` for none."""
        head, rest = _parted(text)
        name = self._commands.get(head, "")
        return (name, rest) if name else ("", text.strip())


@lru_cache(maxsize=64)
def _parted(text: str) -> tuple[str, str]:
    """The first word, without what stands around it, and the rest. Every route asks this of one and the same text."""
    head, rest = parted(text)
    return _AFTER_WORD.sub("", head.lstrip("#/")).casefold(), rest
