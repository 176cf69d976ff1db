"""Our own cards on their day; others' cards reposted when they are the campaign's."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.bodies import Media, Text
from bot.core.cards import release_plan, repost_key, wants_repost
from bot.core.content import Watch
from bot.core.events import CardSeen, Person, Place, Platform
from tests.samples import sample_content

CONTENT = sample_content()
EVIDENCE, ASK, WAITING = CONTENT.cards


def seen(text: str) -> CardSeen:
    return CardSeen(
        key="x:901",
        at=datetime(2026, 12, 1, tzinfo=UTC),
        author=Person(Platform.X, "", "7", "LibraryChampion"),
        place=Place(Platform.X, thread="901"),
        post_id="901",
        text=text,
    )


def test_a_card_goes_out_at_its_time_with_its_picture_and_alt_text() -> None:
    entry = release_plan(EVIDENCE, CONTENT, tuple(Platform))
    assert entry is not None
    assert (entry.key, entry.wall, entry.due) == (
        "card:evidence",
        "2026-12-16T12:00",
        datetime(2026, 12, 16, 12, tzinfo=UTC),
    )
    assert entry.cut_off == datetime(2027, 1, 15, 12, tzinfo=UTC)
    picture = Media("cards/evidence.png", EVIDENCE.alt)
    assert entry.bodies[Platform.X] == Text("Evidence helps. #AMillionDecisions", (picture,))
    assert entry.bodies[Platform.TEAMS].text == "Evidence helps. #AMillionDecisions\nPicture: A"


def test_a_card_keeps_its_wall_clock_time_in_summer() -> None:
    entry = release_plan(ASK, CONTENT, (Platform.X,))
    assert entry is not None
    assert (entry.wall, entry.due) == ("2017-09-19T08:15", datetime(2017, 9, 19, 7, 15, tzinfo=UTC))


def test_a_card_without_a_day_waits() -> None:
    assert release_plan(WAITING, CONTENT, tuple(Platform)) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Proud of our team #AMillionDecisions", True),
        ("#amilliondecisions, every day", True),
        ("full width ＃AMillionDecisions", True),
        ("#AMillionDecisionsLater", False),
        ("AMillionDecisions without its sign", False),
        ("a holiday picture #sunset", False),
        ("", False),
    ],
)
def test_only_a_card_with_a_hashtag_of_ours_is_reposted(text: str, wanted: bool) -> None:
    assert wants_repost(seen(text), CONTENT) is wanted


def test_without_hashtags_to_watch_it_is_the_campaigns() -> None:
    campaign = CONTENT.campaign.model_copy(update={"watch": Watch(accounts=("A",))})
    content = replace(CONTENT, campaign=campaign)
    assert wants_repost(seen("#AMillionDecisions"), content)
    assert not wants_repost(seen("#ukmedlibs"), content)


def test_a_repost_is_named_after_the_card() -> None:
    assert repost_key(seen("")) == "repost:x:901"
