"""A post for the person who has to decide about it: what it says, where, and what comes next."""

import shlex
from collections.abc import Iterator
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.bodies import Body, File, Form, Removal, Repost, Text
from bot.core.dates import when_words
from bot.core.events import Place, Platform
from bot.core.outbox import UNSURE, Post, State
from bot.core.pause import Pause
from bot.core.pause_words import told

OFTEN = 3
"""Attempts after which a post that waits is worth a look."""

_TROUBLES = {
    State.HELD: "Look whether it is there",
    State.UNCONFIRMED: "Being looked for",
    State.MISSED: "Not sent, its time passed",
    State.DEAD: "Refused",
    State.QUEUED: "Keeps failing",
}


def trouble(post: Post) -> str:
    """What a person should know of it, in a few words; empty when nothing is wrong."""
    if post.state is State.QUEUED and (post.attempts < OFTEN or not post.reason):
        return ""
    return _TROUBLES.get(post.state, "")


def may_be_public(post: Post) -> bool:
    """Whether it may have arrived although we do not know it, so that sending it again may double it."""
    return post.state in UNSURE


def line(post: Post, zone: ZoneInfo) -> str:
    """One line of a list."""
    return (
        f"{trouble(post) or post.state.capitalize()}: {post.key}, {when_words(post.due, zone)}. {post.reason}".strip()
    )


def described(post: Post, pause: Pause | None, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    """Everything about one post, line by line."""
    yield f"Key: {post.key}"
    yield f"Where: {place_words(post.place, post.private_to)}"
    yield f"Due: {when_words(post.due, zone)}"
    if post.cut_off is not None:
        yield f"Not after: {when_words(post.cut_off, zone)}"
    yield f"State: {post.state}, {post.attempts} {'attempt' if post.attempts == 1 else 'attempts'}"
    if post.sent_at is not None:
        yield f"Sent: {when_words(post.sent_at, zone)}, as {post.remote_id or 'a post without an id'}"
    if post.reason:
        yield f"Reason: {post.reason}"
    yield f"Next: {next_step(post, pause, zone, now)}"
    yield ""
    yield body_words(post.body)


def is_private(post: Post) -> bool:
    """Whether one person alone reads it."""
    return bool(post.private_to) or post.place.direct


def place_words(place: Place, private_to: str = "") -> str:
    parts = [place.platform.label]
    if place.platform is Platform.X:
        parts.append(f"answer to post {place.thread}" if place.thread else "our own timeline")
    else:
        parts.append(f"{'direct message' if place.direct else 'channel'} {place.channel}")
        parts += [f"thread {place.thread}"] if place.thread else []
    parts += [f"for {private_to} alone"] if private_to else []
    return ", ".join(parts)


def body_words(body: Body) -> str:
    match body:
        case Text(text):
            pictures = [f"[Picture {media.path}: {media.alt}]" for media in body.media]
            choices = [f"[Poll: {' / '.join(body.poll.options)}]"] if body.poll else []
            return "\n".join([text, *pictures, *choices, *(f"[Button: {button.label}]" for button in body.buttons)])
        case Repost(post_id):
            return f"[Repost of https://x.com/i/status/{post_id}]"
        case Removal(post_id):
            return f"[Take down the post {post_id}]"
        case Form():
            return f"[Form “{body.title}”: {', '.join(field.label for field in body.fields)}]"
        case File():
            return f"{body.text}\n[File {body.name}]"
        case _:
            assert_never(body)


def next_step(post: Post, pause: Pause | None, zone: ZoneInfo, now: datetime) -> str:
    """What the bot will do about it by itself, or what a person can do."""
    key = shlex.quote(post.key)  # Teams has keys with semicolons
    match post.state:
        case State.QUEUED | State.CLAIMED:
            return _waiting_words(post, pause, zone, now)
        case State.SENDING:
            return "It is being sent. If that does not end, the bot looks whether it has arrived."
        case State.UNCONFIRMED:
            return (
                f"The bot looks for it, next on {when_words(post.try_at, zone)}. "
                f"If you see it there: antiphon outbox resolve {key} --there"
            )
        case State.HELD:
            return (
                f"Look there. If you see it: antiphon outbox resolve {key} --there; "
                f"if not: antiphon outbox retry {key} --yes"
            )
        case State.MISSED | State.DEAD:
            first = "Mend the cause first. " if post.state is State.DEAD else ""
            return f"{first}To send it now: antiphon outbox retry {key}; to put it away: antiphon outbox cancel {key}"
        case State.SENT | State.CANCELLED:
            return "Nothing: it is over."
        case _:
            assert_never(post.state)


def _waiting_words(post: Post, pause: Pause | None, zone: ZoneInfo, now: datetime) -> str:
    if post.cut_off is not None and post.cut_off < now:
        return "Its time has passed: it will not be sent by itself."
    if pause is not None and pause.halts(post, now):
        return f"It waits until the pause is over. {told(pause, zone, now)}"
    again = "It is tried again" if post.attempts else "It goes out"
    return f"{again} on {when_words(max(post.try_at, now), zone)}."
