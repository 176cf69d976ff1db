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


def test_the_verdict_says_whether_it_fits_and_what_to_do_where_it_does_not() -> None:
    long = replace(ENTRY, bodies={Platform.X: Text("x" * 281), Platform.SLACK: Text("x" * 281)})
    on_x, on_slack = previews(long)
    assert on_x.verdict == "X refuses it: shorten it by 1 of its 281 characters."
    assert (on_x.fits, on_slack.fits) == (False, True)
    assert on_slack.verdict == "It fits: 281 of 4,000 characters, as Slack counts them."


def test_only_x_costs_and_a_link_costs_most() -> None:
    linked = replace(ENTRY, bodies={Platform.X: Text("See nhs.uk"), Platform.SLACK: Text("See nhs.uk")})
    assert [it.cost_words for it in previews(linked)] == ["$0.200 because of its link; without one, $0.015.", "Free."]
    plain = replace(ENTRY, bodies={Platform.X: Text("Hello", media=(Media("a.png", "A picture"),))})
    assert previews(plain)[0].usd == Decimal("0.020")
