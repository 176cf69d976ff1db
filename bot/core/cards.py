"""Social cards: our own on their day, and those of others that we repost."""

import re
from collections.abc import Iterable
from datetime import timedelta

from bot.core.bodies import Media, Text
from bot.core.content import Card, Content
from bot.core.events import CardSeen, Platform
from bot.core.plan import Entry, Kind
from bot.core.schedule import resolve

_HASHTAG = re.compile(r"[#＃]\w+")
_WELCOME = timedelta(days=30)
"""A card is welcome any time; one that could not go out for a month has had its month."""


def release_plan(card: Card, content: Content, platforms: Iterable[Platform]) -> Entry | None:
    """A card as an entry for its day, with its picture; None for a card that waits for one."""
    if card.release is None:
        return None
    due = resolve(card.release, card.at, content.zone)
    picture = Media(f"cards/{card.image}", card.alt)
    fields = {"text": card.text, "hashtag": content.campaign.hashtag, "credit": card.credit}
    return Entry(
        key=f"card:{card.id}",
        group="card",
        kind=Kind.CARD,
        title=card.text,
        due=due,
        wall=f"{card.release}T{card.at:%H:%M}",
        zone=content.campaign.zone,
        cut_off=due + _WELCOME,
        bodies={on: Text(content.messages.card_post.on(on, **fields), (picture,)) for on in platforms},
    )


def wants_repost(event: CardSeen, content: Content) -> bool:
    """Whether a watched account's picture post is about the campaign: it has to carry a hashtag of ours."""
    watched = content.campaign.watch.hashtags or (content.campaign.hashtag,)
    wanted = {tag.casefold() for tag in watched}
    return any(tag.casefold().replace("＃", "#") in wanted for tag in _HASHTAG.findall(event.text))


def repost_key(event: CardSeen) -> str:
    """Named after the card, so that it is reposted once however often it is seen."""
    return f"repost:x:{event.post_id}"
