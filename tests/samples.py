"""A small campaign, valid and complete, for tests that are not about the shipped content."""

import datetime as dt
from dataclasses import replace
from typing import Any

from bot.core.bodies import Text
from bot.core.content import (
    Action,
    ActionMonth,
    Campaign,
    Card,
    Chat,
    Content,
    FaqEntry,
    Messages,
    Question,
    Watch,
    Wording,
)
from bot.core.events import Platform
from bot.core.plan import Entry, Kind

WORDS: dict[str, Any] = {
    "help": "Hello from {campaign} {hashtag}. Ask me a question, or type {slash} {feedback}, {slash} {actions} or "
    "{slash} {export}. To reach a person, ask {contact}.",
    "welcome": "Hello, I am the bot of {campaign} {hashtag}. Type {slash} {feedback} to tell us what you think.",
    "faq_answer": {"default": "{answer}\nSource: {source} {link}", "x": "{answer} {link}"},
    "faq_suggest": "Did you mean: {question}",
    "faq_unknown": "I do not know that yet. Please ask {contact}, or see {slash} help.",
    "faq_again": "As I said: {question}",
    "faq_many": "Please ask me one thing at a time.",
    "faq_repeated": "I said that already. Please ask {contact}.",
    "useful": "Was this useful?",
    "useful_yes": "Useful",
    "useful_no": "Not useful",
    "useful_thanks": "Thank you.",
    "useless_thanks": "Thank you. Please ask {contact}.",
    "greeting": "Hello from {campaign} {hashtag}. Type {slash} help to see what I can do.",
    "thanked": "You are welcome.",
    "calm": "Please be kind. For anything urgent ask {contact}.",
    "stopped": "I will not write to you any more. Type {slash} {start} to change that.",
    "stopped_not_paused": "To halt everything, type {slash} {pause_word}.",
    "started": "Hello again. Write {stop} and I will be quiet.",
    "feedback_intro": "What would you like to tell us?",
    "feedback_hint": "Do not include personal information, for example a name or NHS number.",
    "feedback_how": "Write feedback answer 12.",
    "feedback_list": "Feedback:\n{lines}",
    "feedback_nothing": "Nothing found.",
    "feedback_longer": "It goes on.",
    "feedback_like": "Like it: {numbers}.",
    "feedback_tagged": "{number} has the tags {tags}.",
    "feedback_marked": "{number} is {status}.",
    "feedback_assigned": "{region} looks after {number}.",
    "feedback_left": "Nobody looks after {number}.",
    "feedback_yours": "Look after {number}, {region}.",
    "feedback_answered": "Told the author of {number}.",
    "done_direct": "You said: {said} We did: {done}",
    "done_public": "You said: {said}{by} We did: {done} {hashtag}",
    "done_quotable": "Tell everybody?",
    "done_posted": "Posted: {where}.",
    "done_before": "Told before.",
    "noted_ask": "May we keep this? {text}",
    "noted_told": "We ask its author.",
    "noted_no": "Not kept.",
    "round_prompt": "{title} {number}/{count}: {text} ({closes}) {hashtag}",
    "round_which": "Which? {lines}",
    "round_opened": "Round {number} is open until {closes}: {where}.",
    "round_closed": "Round {number} is closed, with {count}.",
    "round_list": "Rounds:\n{lines}",
    "round_none": "No such round. Type {slash} {round} open.",
    "round_over": "That is over. Type {slash} {feedback}.",
    "round_wrong": "Nothing was opened. {problem}",
    "round_board": "The board of {title}, with {count}.",
    "board_too_large": "The board is too large for a message: ask for board {number} at the command line.",
    "feedback_thanks": "Thank you. Your feedback is number {number}.",
    "feedback_personal": "There is {found} in it. Without?",
    "feedback_deleted": "Feedback {number} is deleted.",
    "feedback_not_theirs": "No feedback {number} of yours. Please ask {contact}.",
    "feedback_which": "Nothing is deleted. Which? Or ask {contact}.",
    "feedback_empty": "That was empty. Type {slash} {feedback} and what you would like to say.",
    "actions_list": "Key actions for {month}: {focus}\n{lines}",
    "actions_none": "There are no key actions for {month} yet.",
    "action_line": "{number}. {when}: {text} ({standing})",
    "action_queued": "Queued for {when}: {text} (key {key})",
    "action_changed": "Changed. It goes out {when}: {text} (key {key})",
    "action_cancelled": "Cancelled, nothing will be sent: {text} (key {key})",
    "action_unknown": "There is no action {key}. See {slash} {actions} for the list.",
    "action_invalid": "This was not saved. {problem}",
    "action_post": {"default": "{focus}: {text} {hashtag}", "x": "{text} {hashtag}"},
    "card_post": {"default": "{text} {hashtag}\nPicture: {credit}", "x": "{text} {hashtag}"},
    "refused": "Only the campaign's {role}s can do this. Please ask {contact}.",
    "export_ready": "{count} pieces of feedback, {since} to {until}.",
    "export_too_large": "Too large for a message. Ask for less.",
    "export_dates": "I could not read the dates. Type {slash} {export} 2026-12-01 2026-12-31.",
    "failed": "Something went wrong. Please try again, or ask {contact}.",
    "person_button": "Ask a person",
    "person_intro": "Your question goes to {contact}, and the answer comes back here.",
    "person_incomplete": "Something is missing. Please write a question and choose a region.",
    "person_long": "That is longer than {most} characters, so nothing was passed on.",
    "person_many": "Three questions of yours wait already.",
    "person_asked": "Your question {number} is with the lead of {region}.",
    "person_left_out": "I left out {found}.",
    "person_question": "Question {number} from {region}: {question}",
    "person_reminder": "Reminder: question {number} from {region}: {question}",
    "person_fallback": "No answer yet to question {number} from {region}: {question}",
    "person_typed": "If that answers a question, press its button.",
    "person_taken": "Question {number} is yours: {question}",
    "person_gone": "Question {number} is in other hands.",
    "person_answer": "You asked: {question}\nThe lead of {region} says: {answer}",
    "person_answered": "Your answer to question {number} is on its way.",
    "person_unheard": "Whoever asked question {number} wants no more messages.",
    "person_undelivered": "Your answer to question {number} reached nobody: {question}",
    "person_unreached": "I cannot write to {person} of {region}.",
    "person_late": "Nobody has answered yet: {question} Please ask {contact}.",
    "signature": "Here it is:\n{text}",
    "signature_button": "Give me the signature",
    "signature_file": "The same as HTML.",
    "review_note": "To review:\n{reviews}\nNo answer: {unsure}. Waiting: {waiting}.",
    "questions_list": "{count} questions wait.\n{lines}",
    "questions_none": "No questions wait.",
    "pause_begun": "{pause} {note} Type {slash} {resume} to end it.",
    "pause_stands": "There is a pause already. {pause} Shall yours take its place?",
    "pause_shown": "{pause} {backlog} Type {slash} {resume} to end it.",
    "pause_none": "Nothing is paused. Type {slash} {pause_word} and the reason.",
    "pause_wrong": "Nothing was paused. {problem} Type {slash} {pause_word} election until 6 May 2027.",
    "pages_link": "Your link: {link}",
    "pages_nowhere": "There are no pages yet. Please ask {contact}.",
    "pause_ended": "{pause} Now {backlog}.",
    "where_now": {
        "default": "We are at Q{number}: {text}. {left}. So far:\n{list}\nReply with its number and {hashtag}.",
        "x": "We are at Q{number}: {text} {left}. Tag your reply Q{number} and {hashtag}.",
    },
    "where_begun": "The chat on {topic} has begun. {left}. {hashtag}",
    "where_next": "The next chat is on {next}: {topic}, with {lead}. {hashtag}",
    "where_regular": "The next chat is on {next}. {hashtag}",
    "chat_reminder_week": "Next week: {topic}, {date} at {time}, with {lead}. {hashtag}",
    "chat_reminder_day": "Tomorrow: {topic}, {date} at {time}, with {lead}. {hashtag}",
    "chat_reminder_hour": "In one hour, at {time}: {topic}, with {lead}. {hashtag}",
    "chat_reminder_minutes": "In ten minutes, at {time}: {topic}. {hashtag}",
    "chat_welcome": "Welcome to the chat on {topic} with {lead}, hosted by {host}. {hashtag}",
    "chat_introductions": "Please say hello: who are you, and where do you work? {hashtag}",
    "chat_question": {"default": "Q{number}. {text}", "x": "Q{number}. {text} {hashtag}"},
    "chat_reading": {"default": "Read for {topic}: {links} {hashtag}", "x": "Read for {topic}: {link} {hashtag}"},
    "chat_questions": {
        "default": "The questions for {date} at {time}, with {lead}:\n{questions}\n{hashtag}",
        "x": "{topic}, {date}, {time}: {count}, first {first} {hashtag}",
    },
    "chat_half_time": "Half-time at Q{number}: {text} {hashtag}",
    "chat_five_minutes": "Five minutes left for {topic}. {hashtag}",
    "chat_thanks": "Thank you for the chat on {topic} with {lead}. Next: {next}. {hashtag}",
    "chat_answers": "Answers: {answers}. {hashtag}",
    "chat_scores": "Answers: {answers}. Best: {best}. {hashtag}",
    "chat_again": "At {time} again, Q{number}. {text} {hashtag}",
    "chat_pick_ask": "May {rooms} read this, with your name? {text}",
    "chat_pick": "{name} in {room}: “{text}” {hashtag}",
    "chat_wrap": "That was the chat on {topic}. Thank you! The next one is on {next}. {hashtag}",
}


def sample_messages(**changed: str | dict[str, str]) -> Messages:
    return Messages(**{name: Wording.model_validate(words) for name, words in {**WORDS, **changed}.items()})


def sample_content(**changed: Any) -> Content:
    """A campaign with five FAQ entries, three chats, two months of actions and three cards.

    `changed` replaces fields of Content.
    """
    content = Content(
        campaign=_campaign(),
        faq=_faq(),
        chats=_chats(),
        actions=_actions(),
        cards=_cards(),
        messages=sample_messages(),
    )
    return replace(content, **changed)


def _campaign() -> Campaign:
    return Campaign(
        name="A Million Decisions",
        hashtag="#AMillionDecisions",
        chat_hashtag="#ukmedlibs",
        watch=Watch(accounts=("LibraryChampion",), hashtags=("#AMillionDecisions",)),
        contact="your regional library lead",
    )


def _faq() -> tuple[FaqEntry, ...]:
    return (
        FaqEntry(
            id="get-involved",
            question="How can I get involved?",
            phrasings=("How do I take part?", "How can I help the campaign?", "What can I do to join in?"),
            answer="Post a card, tell your managers what your library does for patients, and join the chat.",
            short="Post a card, tell your managers about your library, and join the chat.",
            source="Campaign pages",
            link="https://example.org/get-involved",
            tags=("start",),
        ),
        FaqEntry(
            id="logo",
            question="May I use the campaign logo?",
            phrasings=("Where is the logo?", "Can I download the logo?", "Who can use the logo?"),
            answer="Yes. Any health library may use it in print and online.",
            short="Yes. Any health library may use it.",
            source="Campaign pages",
        ),
        FaqEntry(
            id="chat-when",
            question="When is the next chat?",
            phrasings=("What day is the chat?", "What time does the chat start?", "When do you hold chats?"),
            answer="The chat is on the third Tuesday of the month, from 8pm to 9pm.",
            short="Third Tuesday of the month, 8pm to 9pm.",
            source="Chat pages",
            link="https://example.org/chat",
        ),
        FaqEntry(
            id="give-feedback",
            question="How do I give feedback?",
            phrasings=("Where can I send comments?", "How can I tell you what I think?", "I have a complaint to make"),
            answer="Type the feedback command, and what you would like to say.",
            short="Post to us with the word feedback first.",
            source="This bot",
        ),
        FaqEntry(
            id="make-card",
            question="How do I make a social card?",
            phrasings=("Is there a card template?", "Can I make my own card?", "How are cards made?"),
            answer="Use the template, write one sentence, and describe the picture in words.",
            short="Use the template, and describe the picture in words.",
            source="Campaign pages",
        ),
    )


def _chats() -> dict[str, Chat]:
    asked = (
        "How do you take part in the campaign?",
        "What shows best that your library makes a difference?",
        "How do you use the law that speaks of evidence?",
        "What can our professional body do?",
        "What help do you need where you work?",
        "What could the campaign do for you?",
        "Where should it go next?",
    )
    return {
        "2017-09-19": Chat(month="2017-09", topic="A million decisions", questions=_questions(*asked)),
        "2026-12-15": Chat(
            month="2026-12",
            topic="What we learnt this year",
            lead="a guest from the regional network",
            questions=_questions(*asked[:4]),
        ),
        "2027-01-12": Chat(date=dt.date(2027, 1, 12), start=dt.time(12, 30), minutes=45, topic="New year, new plans"),
    }


def _questions(*texts: str) -> tuple[Question, ...]:
    return tuple(Question(text=text) for text in texts)


def _actions() -> tuple[ActionMonth, ...]:
    return (
        ActionMonth(
            month="2026-12",
            focus="Access to evidence",
            actions=(
                Action(id="tell-a-manager", text="Tell a manager what your library did this week."),
                Action(id="share-a-story", text="Share a story.", longer="Share a story of how evidence helped."),
                Action(id="post-a-card", text="Post a card today.", day=16, at=dt.time(14, 30)),
            ),
        ),
        ActionMonth(
            month="2027-01",
            focus="Planning",
            actions=(Action(id="plan-the-year", text="Plan what you will show this year."),),
        ),
    )


def _cards() -> tuple[Card, ...]:
    alt = "Words on a blue ground: evidence helps people to decide."
    return (
        Card(
            id="evidence",
            image="evidence.png",
            alt=alt,
            text="Evidence helps.",
            credit="A",
            release=dt.date(2026, 12, 16),
        ),
        Card(
            id="ask",
            image="ask.png",
            alt=alt,
            text="Ask a librarian.",
            credit="A",
            release=dt.date(2017, 9, 19),
            at=dt.time(8, 15),
        ),
        Card(id="waiting", image="more/waiting.png", alt=alt, text="This one waits.", credit="A"),
    )


def an_entry(**changed: Any) -> Entry:
    """A key action of somebody's own, planned for 9am on Monday 7 December 2026, on all platforms."""
    entry = Entry(
        key="action:tell",
        group="action:2026-12",
        kind=Kind.ACTION,
        title="Tell a manager",
        due=dt.datetime(2026, 12, 7, 9, tzinfo=dt.UTC),
        wall="2026-12-07T09:00",
        zone="Europe/London",
        cut_off=dt.datetime(2026, 12, 8, tzinfo=dt.UTC),
        bodies={platform: Text("Tell a manager #AMillionDecisions") for platform in Platform},
        source="slack:T0CAMPAIGN/UOLIVE",
    )
    return replace(entry, **changed)
