"""What the visitor does on the emulated platforms, as one of the people there."""

import asyncio
import html
import re
import time
from collections.abc import Mapping

import aiohttp

from bot.core.content import Content
from bot.core.events import Platform
from bot.core.policy import weighted_length
from bot.demo.people import BOT, PLACES, Persona, channel
from bot.demo.view import Asked, Column
from bot.demo.world import Json, World

X_AT_MOST = 280
ELSEWHERE_AT_MOST = 3_000
_BOT_ACCOUNTS = ("AntiphonBot", "U0ANTIPHON", BOT)
_MOMENT = 0.7
"""Wall seconds that a visitor's request waits for the bot's answer, so that it is on the page that comes back."""


class Mistake(Exception):
    """Something that cannot be done. Its words are for the visitor."""


async def say(
    world: World, content: Content, me: Persona, platform: Platform, place: str, words: str, *, card: bool = False
) -> None:
    """Say something on a platform. Raises Mistake, and then nothing was said."""
    words = words.strip()
    _check(words, platform, place)
    where = channel(me, platform, place)
    match platform:
        case Platform.X:
            alt = f"A picture that @{me.x} has chosen as the campaign's new card" if card else ""
            await _post(world, "/x/posts", by=me.x, text=words, alt=alt)
        case Platform.SLACK if words.startswith("/"):
            command, _, text = words.partition(" ")
            _known(command, content)
            await _post(
                world, "/slack/commands", user=me.slack, channel=where, command=command, text=_as_slack_sends(text)
            )
        case Platform.SLACK:
            await _post(world, "/slack/messages", user=me.slack, channel=where, text=_as_slack_sends(words))
        case Platform.TEAMS:
            text = re.sub(rf"(?i)@{BOT}\b", f"<at>{BOT}</at>", words)
            await _post(world, "/teams/messages", user=me.teams, conversation=where, text=text)


def _check(words: str, platform: Platform, place: str) -> None:
    if not words:
        raise Mistake(f"There was nothing to send on {platform.label}. Write something, or press one of the examples.")
    if place not in {name for name, _ in PLACES[platform]}:
        raise Mistake(f"There is no such place on {platform.label}. Choose one from the list.")
    length, most = (weighted_length(words), X_AT_MOST) if platform is Platform.X else (len(words), ELSEWHERE_AT_MOST)
    if length > most:
        raise Mistake(f"This has {length:,} characters, and {most:,} are the most on {platform.label}. Shorten it.")


def _known(command: str, content: Content) -> None:
    if command != content.campaign.slash:
        raise Mistake(
            f"Slack knows no command {command}, so it sent nothing. The campaign's command is {content.campaign.slash}."
        )


def _as_slack_sends(words: str) -> str:
    """As Slack's own app does: markup escaped, the bot's name turned into a mention."""
    return re.sub(rf"(?i)@{BOT}\b", "<@U0ANTIPHON>", html.escape(words, quote=False))


async def answer(world: World, me: Persona, asked: Asked | None, platform: Platform, values: Mapping[str, str]) -> None:
    """Press a button, or send a form, that the person sees. Raises Mistake, and then nothing was sent."""
    if asked is None:
        raise Mistake(
            f"This form or button is no longer there for {me.name}: perhaps it was used in another tab. "
            "Nothing was sent."
        )
    for field in asked.inputs:
        if field.required and not values.get(field.name, "").strip():
            raise Mistake(f"{platform.label} sends this form only when “{field.label}” is filled in.")
    given = {field.name: values[field.name] for field in asked.inputs if field.name in values}
    if platform is Platform.TEAMS:
        await _post(world, "/teams/submits", user=me.teams, data=given, **asked.address)
    elif "view_id" in asked.address:
        await _post(world, "/slack/submissions", user=me.slack, values=given, **asked.address)
    else:
        await _post(world, "/slack/actions", user=me.slack, **asked.address)


async def _post(world: World, path: str, **body: object) -> None:
    try:
        await world.post(path, **body)
    except aiohttp.ClientResponseError as error:
        raise Mistake(
            f"The emulated platform did not take this (it answered {error.status}), so nothing was sent. "
            "Look at what is on the page now, and try again."
        ) from error


def find(column: Column, address: Mapping[str, str]) -> Asked | None:
    """The button or form of a column that a posted address means."""
    everything = [*column.forms, *(asked for bubble in column.bubbles for asked in bubble.asked)]
    return next((asked for asked in everything if dict(asked.address) == dict(address)), None)


async def moment(world: World, seen: int) -> None:
    """Wait until the bot has said something new on a platform, but not long. `seen` are the entries known."""
    until = time.monotonic() + _MOMENT
    while time.monotonic() < until:
        rows: list[Json] = await world.ledger(after=seen)
        if any(row["author"] in _BOT_ACCOUNTS for row in rows):
            return
        await asyncio.sleep(0.03)
