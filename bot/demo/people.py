"""Whom the visitor of the demo can be, where they can speak, and what they might say first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.content import Content
from bot.core.events import Platform
from bot.demo.story import BOT_ON_X, CHAT_IN_SLACK, QUESTION

CHAT_IN_TEAMS = "19:campaign@thread.tacv2"
BOT = "Antiphon"


@dataclass(frozen=True)
class Persona:
    """Somebody the visitor can be: one account on each platform. `may` is what they can do, as a sentence."""

    key: str
    name: str
    role: str
    may: str
    x: str
    slack: str
    teams: str


PERSONAS = {
    person.key: person
    for person in (
        Persona(
            "participant",
            "Sam",
            "a participant",
            "Sam is new to the campaign, asks questions and reads along.",
            "StudentSam",
            "U0STUDENT",
            "student",
        ),
        Persona(
            "member",
            "Mel",
            "a member",
            "Mel works in a health library, asks questions and says what could be better.",
            "LibrarianMel",
            "U0MEMBER",
            "member",
        ),
        Persona(
            "organiser",
            "Olive",
            "an organiser",
            "Olive runs the campaign, and can queue, change and cancel key actions.",
            "UKMedLibs",
            "U0ORGANISER",
            "organiser",
        ),
        Persona(
            "moderator",
            "Morgan",
            "a moderator",
            "Morgan looks after what people say, and can download the feedback.",
            "ModeratorMorgan",
            "U0MODERATOR",
            "moderator",
        ),
    )
}
NAMES = {"U0ANTIPHON": BOT, "Antiphon": BOT} | {
    id: person.name for person in PERSONAS.values() for id in (person.slack, person.teams)
}
PLACES: Mapping[Platform, Sequence[tuple[str, str]]] = {
    Platform.X: (("timeline", "Public timeline"),),
    Platform.SLACK: (("room", "#ukmedlibs-chat"), ("direct", "Direct message")),
    Platform.TEAMS: (("direct", "Chat with the bot"), ("room", "Campaign channel")),
}
"""Where one can speak: a name for the form and a label for people; the first is the usual place."""


def channel(me: Persona, platform: Platform, place: str) -> str:
    """The id by which the emulated platform knows a place."""
    if platform is Platform.SLACK:
        return CHAT_IN_SLACK if place == "room" else me.slack
    return CHAT_IN_TEAMS if place == "room" else "personal"


@dataclass(frozen=True)
class Try:
    """Something that the visitor can say with one press."""

    label: str
    text: str
    place: str = ""
    card: bool = False


def tries(me: Persona, content: Content) -> Mapping[Platform, Sequence[Try]]:
    return {
        Platform.X: _on_x(me, content),
        Platform.SLACK: _in_slack(me, content),
        Platform.TEAMS: _in_teams(me, content),
    }


def _on_x(me: Persona, content: Content) -> Sequence[Try]:
    hashtag, feedback = content.campaign.hashtag, content.campaign.commands.feedback[0]
    card = Try("New card", f"A new card for {hashtag}", card=True)
    return (
        Try("Ask with typos", f"{BOT_ON_X} {QUESTION}"),
        Try("Only the hashtag", f"Busy day at the library desk {hashtag}"),
        card if me.key == "organiser" else Try("Feedback", f"{BOT_ON_X} {feedback}: please post earlier"),
    )


def _in_slack(me: Persona, content: Content) -> Sequence[Try]:
    slash, commands = content.campaign.slash, content.campaign.commands
    common = (
        Try("Ask with typos", f"@{BOT} {QUESTION}", "room"),
        Try("Feedback form", f"{slash} {commands.feedback[0]}"),
    )
    words = (f"{slash} {word[0]}" for word in (commands.actions, commands.export, commands.chat))
    return (*common, *_for_role(me, *words))


def _in_teams(me: Persona, content: Content) -> Sequence[Try]:
    commands = content.campaign.commands
    common = (Try("Ask with typos", QUESTION, "direct"), Try("Feedback form", commands.feedback[0], "direct"))
    return (*common, *_for_role(me, commands.actions[0], commands.export[0], commands.chat[0], "direct"))


def _for_role(me: Persona, actions: str, export: str, chat: str, place: str = "") -> Sequence[Try]:
    if me.key == "organiser":
        return (Try("Queue an action", f"{actions} add", place), Try("Host the chat", chat, place))
    if me.key == "moderator":
        return (Try("Get the feedback", export, place), Try("Host the chat", chat, place))
    return (Try("Key actions", actions, place), Try("Where are we?", chat, place))
