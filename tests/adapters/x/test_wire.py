"""X's JSON and our words. The payloads are in the shapes that X documents, in both of its vocabularies."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.adapters.x import wire
from bot.core.bodies import Form, Repost, Text
from bot.core.content import Watch
from bot.core.events import Place, Platform
from bot.core.outbox import new_post

ME = wire.Me("11", "AntiphonBot")
USERS = {"22": "LibrarianLena"}


def shown(text: str, **more: Any) -> dict[str, Any]:
    return {"id": "910", "text": text, "author_id": "22", "created_at": "2017-09-19T19:00:00.000Z", **more}


def test_a_mention_says_who_when_and_where_without_our_name() -> None:
    mention = wire.parse_mention(shown("@AntiphonBot how can I get involved?"), USERS, ME)
    assert mention is not None
    assert (mention.key, mention.message_id, mention.place.thread) == ("x:910", "910", "910")
    assert (mention.author.ref, mention.author.name) == ("x:22", "LibrarianLena")
    assert mention.at == datetime(2017, 9, 19, 19, tzinfo=UTC)
    assert mention.text == "how can I get involved?"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("Hey @antiphonbot, help &amp; hope", "Hey , help & hope"),
        ("@AntiphonBot", ""),
        ("how do I\njoin ＠AntiphonBot ?", "how do I join ?"),
        ("@AntiphonBot feedback: loved it @AntiphonBot!", "feedback: loved it !"),
    ],
)
def test_our_name_is_taken_out_wherever_it_stands(text: str, ours: str) -> None:
    mention = wire.parse_mention(shown(text), USERS, ME)
    assert mention is not None
    assert mention.text == ours


@pytest.mark.parametrize(
    "post",
    [
        shown("Just #ukmedlibs"),
        shown("mail me@AntiphonBot.org or see x.com/@AntiphonBot"),
        shown("@AntiphonBots are many"),
        shown("@AntiphonBot hello", author_id="11"),
        shown("RT @AntiphonBot: Q1", referenced_posts=[{"type": "retweeted", "id": "1"}]),
        shown("RT @AntiphonBot: Q1", referenced_tweets=[{"type": "retweeted", "id": "1"}]),
        shown("@AntiphonBot A1 Tea", display_text_range=[13, 19], referenced_posts=[{"type": "replied_to", "id": "1"}]),
        {"id": "910", "text": "@AntiphonBot from a suspended account"},
    ],
)
def test_other_posts_are_no_mentions(post: dict[str, Any]) -> None:
    assert wire.parse_mention(post, USERS, ME) is None


def test_a_call_inside_an_answer_to_us_is_a_mention() -> None:
    post = shown("@AntiphonBot @StudentSam and @AntiphonBot: help", display_text_range=[13, 47])
    mention = wire.parse_mention(post, {}, ME)
    assert mention is not None
    assert (mention.text, mention.author.name) == ("@StudentSam and : help", "")


@pytest.mark.parametrize("name", ["note_post", "note_tweet"])
@pytest.mark.parametrize("before", ["", "@StudentSam "])
def test_a_long_post_is_read_whole(name: str, before: str) -> None:
    words = "feedback " + "slower, please &amp; " * 30
    cut = f"{before}@AntiphonBot {words}"[:270] + "… https://t.co/0123456789"
    post = shown(cut, display_text_range=[len(before), len(cut)])
    for whole in (f"{before}@AntiphonBot {words}", f"@AntiphonBot {words}"):
        mention = wire.parse_mention({**post, name: {"text": whole}}, USERS, ME)
        assert mention is not None
        assert mention.text == words.replace("&amp;", "&").strip()


def test_a_card_has_a_key_of_its_own() -> None:
    post = shown("New card @AntiphonBot #AMillionDecisions &amp; more")
    card, mention = wire.parse_card(post, USERS, ME), wire.parse_mention(post, USERS, ME)
    assert card is not None
    assert mention is not None
    assert card.key != mention.key
    assert (card.post_id, card.text) == ("910", "New card @AntiphonBot #AMillionDecisions & more")


def test_our_own_cards_and_reposts_are_no_cards() -> None:
    assert wire.parse_card(shown("New card", author_id="11"), USERS, ME) is None
    assert wire.parse_card(shown("RT", referenced_posts=[{"type": "retweeted", "id": "1"}]), USERS, ME) is None


@pytest.mark.parametrize(
    ("accounts", "hashtags", "query"),
    [
        (("a", "b"), ("#x", "#y"), "(from:a OR from:b) (#x OR #y) has:images -is:retweet"),
        (("a",), (), "(from:a) has:images -is:retweet"),
        ((), ("#x",), "(#x) has:images -is:retweet"),
        ((), (), ""),
    ],
)
def test_the_card_search_names_accounts_and_hashtags(
    accounts: tuple[str, ...], hashtags: tuple[str, ...], query: str
) -> None:
    assert wire.card_query(Watch(accounts=accounts, hashtags=hashtags)) == query


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Q1 &lt;3 &amp; more: https://t.co/a (t.co aside) https://t.co/p", True),
        ("@LibrarianLena Q1 &lt;3 &amp; more: https://t.co/a (t.co aside) https://t.co/p", True),
        ("Q1 &lt;3 &amp; more: https://t.co/a (t.co aside) today https://t.co/p", False),
        ("Q1 &lt;3 &amp; more: https://t.co/b (t.co aside) https://t.co/p", False),
    ],
)
def test_words_are_known_again_after_what_x_does_to_them(text: str, same: bool) -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://www.hee.nhs.uk/our-work"},
        {"url": "https://t.co/p", "expanded_url": "https://x.com/i/status/910/photo/1", "media_key": "3_1"},
    ]
    words = "Q1 <3 & more:\nhttps://www.hee.nhs.uk/our-work/ (t.co aside)"
    assert wire.has_words(words, shown(text, entities={"urls": urls})) is same


def test_a_post_is_the_same_only_in_the_same_place() -> None:
    at = datetime(2017, 9, 19, 19, tzinfo=UTC)
    alone = new_post("k", Place(Platform.X), Text("Hello"), at)
    answer = new_post("k", Place(Platform.X, thread="1"), Text("Hello"), at)
    repost = new_post("k", Place(Platform.X), Repost("1"), at)
    form = new_post("k", Place(Platform.X), Form("f", "F", ()), at)
    replied, retweeted = ([{"type": kind, "id": "1"}] for kind in ("replied_to", "retweeted"))
    posts = [shown("Hello"), shown("@Lena Hello", referenced_posts=replied), shown("Hello", referenced_posts=retweeted)]
    for number, post in enumerate((alone, answer, repost)):
        assert [wire.is_same(post, one) for one in posts] == [number == n for n in range(3)]
    assert not any(wire.is_same(form, one) for one in posts)
