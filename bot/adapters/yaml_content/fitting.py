"""Whether the posts that content becomes fit into one post on X."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.adapters.yaml_content.files import CAMPAIGN, CARDS, FAQ, MESSAGES
from bot.adapters.yaml_content.problems import Problem
from bot.adapters.yaml_content.rules import Parts
from bot.adapters.yaml_content.tree import Path as Part
from bot.adapters.yaml_content.tree import Tree
from bot.core.content import ActionMonth, Campaign, Chat, Messages
from bot.core.events import Platform
from bot.core.policy import LIMITS, weighted_length

_NAME = "@" + 15 * "n" + " "
"""The longest name that can stand in front of an answer on X."""
_EXAMPLES: Mapping[str, str] = {
    "answers": "Q1 1948, Q2 Florence Nightingale, Q3 the Cochrane Library",
    "best": "@n 7, @nn 6, @nnn 6",
    "count": "7 questions",
    "date": "Wednesday 30 September 2026",
    "export": "export",
    "feedback": "feedback",
    "first": "How do libraries and their partners work together?",
    "host": "the organisers",
    "left": "45 minutes are left",
    "link": "https://www.example.org/",
    "lead": "a guest from a library network",
    "next": "Wednesday 30 September 2026",
    "number": "1000",
    "question": "Where can I read more about this?",
    "text": "How do libraries and their partners work together?",
    "time": "12:30pm",
    "topic": "How libraries and their partners work together",
}
"""Middling words for the fields of a sentence: what it is filled with in the end is shortened to fit."""
_ON_X = (
    "help",
    "faq_suggest",
    "faq_unknown",
    "faq_again",
    "faq_many",
    "faq_repeated",
    "greeting",
    "calm",
    "started",
    "feedback_thanks",
    "feedback_deleted",
    "feedback_not_theirs",
    "feedback_empty",
    "failed",
    "chat_reminder_week",
    "chat_reminder_day",
    "chat_reminder_hour",
    "chat_reminder_minutes",
    "chat_welcome",
    "chat_introductions",
    "chat_wrap",
    "chat_reading",
    "chat_questions",
    "chat_half_time",
    "chat_five_minutes",
    "chat_thanks",
    "chat_answers",
    "chat_scores",
    "chat_again",
    "where_now",
    "where_begun",
    "where_next",
    "where_regular",
)
"""Messages that go out on X as they are. Those that carry content are looked at with that content."""

Filled = Iterable[tuple[Tree, Part, str]]


def too_long(parts: Parts) -> Iterator[Problem]:
    campaign, messages = parts.models.get(CAMPAIGN), parts.models.get(MESSAGES)
    if not isinstance(campaign, Campaign) or not isinstance(messages, Messages):
        return
    for filled in (_sentences, _answers, _questions, _actions, _cards):
        for tree, part, text in filled(parts, campaign, messages):
            if (over := weighted_length(text) - LIMITS[Platform.X]) > 0:
                cause = f"On X this is {over} characters too long, with what the bot adds to it"
                yield tree.problem(part, cause, "shorten it by that much (a link counts 23, an emoji 2)")


def _sentences(parts: Parts, campaign: Campaign, messages: Messages) -> Filled:
    fields = {
        **_EXAMPLES,
        "campaign": campaign.name,
        "slash": campaign.slash,
        "contact": campaign.contact,
        "actions": campaign.commands.actions[0],
        "pause_word": campaign.commands.pause[0],
        "signature": campaign.commands.signature[0],
        "start": campaign.commands.start[0],
        "stop": campaign.commands.stop[0],
        "link": campaign.link_on_x(campaign.ask_person.link),
    }
    for name in _ON_X:
        hashtag = campaign.chat_hashtag if name.startswith("chat_") else campaign.hashtag
        text = getattr(messages, name).on(Platform.X, **{**fields, "hashtag": hashtag})
        yield parts.trees[MESSAGES], (name, "x"), text if name.startswith("chat_") else _NAME + text


def _answers(parts: Parts, campaign: Campaign, messages: Messages) -> Filled:
    for n, entry in enumerate(parts.models.get(FAQ, ())):
        link = campaign.link_on_x(entry.link)
        fields: dict[str, Any] = {"answer": entry.short, "source": entry.source, "link": link}
        yield parts.trees[FAQ], (n, "short"), _NAME + messages.faq_answer.on(Platform.X, **fields)
        for m, translation in enumerate(entry.translations):
            translated = messages.faq_answer.on(Platform.X, **{**fields, "answer": translation.short})
            yield parts.trees[FAQ], (n, "translations", m, "short"), _NAME + translated


def _questions(parts: Parts, campaign: Campaign, messages: Messages) -> Filled:
    for tree, chat in parts.of("chats/", Chat):
        for n, question in enumerate(chat.questions):
            fields = {"number": n + 1, "text": question.text, "hashtag": campaign.chat_hashtag}
            yield tree, ("questions", n, "text"), messages.chat_question.on(Platform.X, **fields)


def _actions(parts: Parts, campaign: Campaign, messages: Messages) -> Filled:
    for tree, month in parts.of("actions/", ActionMonth):
        for n, action in enumerate(month.actions):
            fields = {"text": action.text, "hashtag": campaign.hashtag, "focus": month.focus}
            yield tree, ("actions", n, "text"), messages.action_post.on(Platform.X, **fields)


def _cards(parts: Parts, campaign: Campaign, messages: Messages) -> Filled:
    for n, card in enumerate(parts.models.get(CARDS, ())):
        fields = {"text": card.text, "hashtag": campaign.hashtag, "credit": card.credit}
        yield parts.trees[CARDS], (n, "text"), messages.card_post.on(Platform.X, **fields)
