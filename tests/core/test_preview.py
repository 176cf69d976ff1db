from dataclasses import replace
from decimal import Decimal

from bot.core.actions import month_plan
from bot.core.bodies import Media, Text
from bot.core.events import Platform
from bot.core.preview import previews
from tests.samples import sample_content

CONTENT = sample_content()
ENTRY = month_plan(CONTENT.actions[0], CONTENT, [Platform.X, Platform.SLACK])[0]


def test_a_preview_is_what_would_be_sent() -> None:
    assert [(it.platform, it.text) for it in previews(ENTRY)] == [(p, b.text) for p, b in ENTRY.bodies.items()]


def test_each_platform_has_a_length_of_its_own() -> None:
    long = replace(ENTRY, bodies={Platform.X: Text("x" * 281), Platform.SLACK: Text("x" * 281)})
    on_x, on_slack = previews(long)
    assert (on_x.fits, on_slack.fits) == (False, True)
    assert (on_x.limit, on_slack.limit) == (280, 4_000)


def test_only_x_costs_and_a_link_costs_most() -> None:
    linked = replace(ENTRY, bodies={Platform.X: Text("See nhs.uk"), Platform.SLACK: Text("See nhs.uk")})
    on_x, on_slack = previews(linked)
    assert (on_x.usd, on_x.without_link) == (Decimal("0.200"), Decimal("0.015"))
    assert (on_slack.usd, on_slack.without_link) == (Decimal(0), None)
    plain = replace(ENTRY, bodies={Platform.X: Text("Hello", media=(Media("a.png", "A picture"),))})
    assert (previews(plain)[0].usd, previews(plain)[0].without_link) == (Decimal("0.020"), None)
