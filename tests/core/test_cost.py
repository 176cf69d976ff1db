"""What a post costs."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.core.bodies import Body, File, Form, Media, Removal, Repost, Text
from bot.core.cost import cost
from bot.core.events import Place, Platform
from bot.core.outbox import Post, new_post

PICTURE = Media("cards/a.png", "What the picture says.")


def on(platform: Platform, body: Body, thread: str = "") -> Post:
    return new_post("key", Place(platform, thread=thread), body, datetime(2026, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("body", "thread", "usd"),
    [
        (Text("Q1. Why? #ukmedlibs"), "", "0.015"),
        (Text("See https://example.org"), "", "0.200"),
        (Text("See nhs.uk"), "", "0.200"),
        (Text("An answer"), "1", "0.010"),
        (Text("An answer https://example.org"), "1", "0.200"),
        (Text("A card", (PICTURE,)), "", "0.020"),
        (Text("Two cards", (PICTURE, PICTURE)), "", "0.025"),
        (Repost("9"), "", "0.015"),
        (Removal("9"), "", "0.010"),
        (Form("form", "Title", ()), "", "0"),
        (File("a.csv", "", ""), "", "0"),
    ],
)
def test_x_charges_for_what_is_posted(body: Body, thread: str, usd: str) -> None:
    assert cost(on(Platform.X, body, thread)) == Decimal(usd)


@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
def test_the_other_platforms_do_not_charge(platform: Platform) -> None:
    assert cost(on(platform, Text("See https://example.org", (PICTURE,)))) == 0
