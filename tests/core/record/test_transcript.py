"""The transcript of a chat: what stands where, once, and under which name."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.record.links import urls
from bot.core.record.transcript import transcript
from bot.core.record.values import OPENING, TALK, Contribution, Line, Resource, Transcript
from tests.core.record.made import ABOUT, MINUTE, START, said, sifted

SLACK = Platform.SLACK


def made(*contributions: Contribution) -> Transcript:
    return transcript(ABOUT, sifted(*contributions))


def lines(found: Transcript, number: int) -> Sequence[Line]:
    return next((section.lines for section in found.sections if section.number == number), ())


def texts(found: Transcript, number: int) -> list[str]:
    return [line.text for line in lines(found, number)]


def test_posts_stand_under_their_question_in_the_order_of_time() -> None:
    found = made(said("3", 17, "ann", "Later", 2), said("2", 8, "bob", "Second", 1), said("1", 6, "ann", "First", 1))
    assert [section.name for section in found.sections] == ["Q1", "Q2"]
    assert texts(found, 1) == ["First", "Second"]
    assert texts(found, 2) == ["Later"]


def test_a_question_without_an_answer_is_there_all_the_same() -> None:
    assert [(section.number, section.lines) for section in made().sections] == [(1, ()), (2, ())]


def test_what_answers_nothing_stands_before_the_first_question_or_beside_them_all() -> None:
    found = made(said("1", 1, "ann", "Hello from Leeds"), said("2", 30, "bob", "Anybody for tea?"))
    assert (texts(found, OPENING), texts(found, TALK)) == (["Hello from Leeds"], ["Anybody for tea?"])


def test_a_post_that_answers_two_questions_stands_under_the_first_and_names_the_other() -> None:
    (line,) = lines(made(said("1", 16, "ann", "Both", 2, 1)), 2)
    assert line.also == (1,)


def test_an_answer_stands_below_what_it_answers() -> None:
    found = made(
        said("1", 6, "ann", "A", 1),
        said("2", 7, "bob", "B", 1),
        said("3", 8, "cat", "to A", in_reply_to="1"),
        said("4", 20, "bob", "to to A", 1, in_reply_to="3"),
    )
    assert [(line.text, line.depth) for line in lines(found, 1)] == [("A", 0), ("to A", 1), ("to to A", 2), ("B", 0)]


def test_an_answer_to_another_question_says_whom_it_answers() -> None:
    found = made(said("1", 6, "ann", "A", 1), said("2", 16, "bob", "B", 2, in_reply_to="1"))
    (line,) = lines(found, 2)
    assert (line.depth, line.answers_to) == (0, "@ann")


def test_posts_that_answer_each_other_are_no_endless_thread() -> None:
    found = made(said("1", 6, "ann", "A", 1, in_reply_to="2"), said("2", 7, "bob", "B", 1, in_reply_to="1"))
    assert texts(found, 1) == ["A", "B"]


def test_reposts_quotes_and_held_posts_are_left_out_and_counted() -> None:
    found = made(
        said("1", 6, "ann", "A", 1, is_repost=True),
        said("2", 6, "bob", "B", 1, is_quote=True),
        said("3", 6, "cat", "C", 1, held="advert"),
    )
    assert found.lines == 0
    assert (found.left_out.reposts, found.left_out.quotes, found.left_out.held) == (1, 1, 1)


def test_the_questions_as_they_were_posted_are_no_answers() -> None:
    assert made(said("q1", 5, "ukmedlibs", "Q1. How do you take part?", 1)).lines == 0


def test_a_post_that_comes_twice_is_there_once() -> None:
    found = made(said("1", 6, "ann", "A", 1), said("1", 6, "ann", "A", 1))
    assert (found.lines, found.left_out.total) == (1, 0)


@pytest.mark.parametrize(
    ("again", "shown"),
    [
        (said("2", 9, "ann", "@bob we run a journal club on WARDS https://t.co/b", 1), 1),
        (said("2", 9, "bob", "We run a journal club on wards https://t.co/a", 1), 2),
        (said("2", 9, "U1", "We run a journal club on wards https://t.co/a", 1, platform=SLACK), 1),
    ],
    ids=["the same person, another link", "another person", "another room"],
)
def test_the_same_words_again(again: Contribution, shown: int) -> None:
    found = made(said("1", 6, "ann", "We run a journal club on wards https://t.co/a", 1), again)
    assert found.lines == shown
    assert found.left_out.repeats == 2 - shown


def test_a_few_words_may_be_said_again_to_another_question_or_person() -> None:
    found = made(
        said("1", 6, "ann", "Yes!", 1),
        said("2", 16, "ann", "Yes!", 2),
        said("3", 17, "ann", "Yes!", 2, in_reply_to="1"),
        said("4", 18, "ann", "Yes!", 2),
    )
    assert (found.lines, found.left_out.repeats) == (3, 1)


def test_who_answers_a_repeat_answers_the_first() -> None:
    found = made(
        said("1", 6, "ann", "We run a journal club on wards", 1),
        said("2", 7, "ann", "We run a journal club on wards", 1),
        said("3", 8, "bob", "How often?", in_reply_to="2"),
    )
    assert [line.depth for line in lines(found, 1)] == [0, 1]


def test_members_of_slack_and_teams_are_numbered_and_not_named() -> None:
    found = made(
        said("1", 6, "U1", "Hi @U2, thanks Zoë Smith", 1, platform=SLACK, name="Anna Lee", link="https://s/1"),
        said("2", 7, "U2", "@anna @U9 @here mail a.lee@nhs.example", 1, platform=SLACK, name="Zoë Smith"),
        said("3", 8, "ann", "thanks @zoe", 1),
    )
    assert [(line.who, line.text, line.link) for line in lines(found, 1)] == [
        ("A member 1", "Hi a member 2, thanks a member 2", ""),
        ("A member 2", "a member 1 a member @here mail [email address]", ""),
        ("@ann", "thanks @zoe", "https://x.com/ann/status/3"),
    ]
    assert found.redacted


def test_with_consent_a_member_is_named() -> None:
    kept = sifted(said("1", 6, "U1", "A", 1, platform=SLACK, name="Anna Lee", link="https://s/1"))
    found = transcript(ABOUT, kept, consent={(SLACK, "U1")})
    assert [(line.who, line.link) for line in lines(found, 1)] == [("Anna Lee", "https://s/1")]
    assert not found.redacted


def test_a_post_on_x_has_a_permalink() -> None:
    found = made(said("910", 6, "ann", "A", 1), said("row-2", 7, "bob", "B", 1), said("911", 8, "cat", "C", 1, name=""))
    assert [line.link for line in lines(found, 1)] == ["https://x.com/ann/status/910", "", "https://x.com/i/status/911"]


def test_links_are_listed_with_how_many_people_shared_them_and_where() -> None:
    found = made(
        said("1", 6, "ann", "See https://kfh.example/a.", 1),
        said("2", 7, "bob", "(https://a.example/b) and https://kfh.example/a/?utm_source=news", 1),
        said("3", 17, "bob", "https://kfh.example/a", 2),
    )
    assert found.resources == (
        Resource("https://kfh.example/a", 2, (1, 2)),
        Resource("https://a.example/b", 1, (1,)),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see “https://a.example/b”, or (https://c.example)!", ["https://a.example/b", "https://c.example"]),
        ("https://x.com/ann/status/1 https://pic.twitter.com/a https://x.com/ann", ["https://x.com/ann"]),
        ("https://a.example/?q=1&utm_medium=x&p=", ["https://a.example/?q=1&p="]),
        ("a.example and ftp://b.example", []),
    ],
)
def test_addresses_are_found_as_people_write_them(text: str, found: list[str]) -> None:
    assert list(urls(text)) == found


posts = st.builds(
    lambda n, minute, author, text, answered, questions: Contribution(
        HeardPost(Platform.X, str(n), START + minute * MINUTE, author, text, answered), questions
    ),
    st.integers(0, 12),
    st.integers(-5, 70),
    st.sampled_from("abc"),
    st.text(max_size=12),
    st.none() | st.integers(0, 12).map(str),
    st.lists(st.integers(0, 3), max_size=3).map(tuple),
)


@given(st.lists(posts, max_size=14))
def test_every_post_is_shown_once_or_counted_as_left_out(contributions: list[Contribution]) -> None:
    found = made(*contributions)
    assert found.lines + found.left_out.total == len({one.post.id for one in contributions})


@given(st.lists(posts, max_size=14))
def test_nobody_is_answered_before_they_spoke(contributions: list[Contribution]) -> None:
    for section in made(*contributions).sections:
        above: list[Line] = []
        for line in section.lines:
            assert line.depth <= len(above)
            del above[line.depth :]
            assert all(one.at <= line.at for one in above)
            above.append(line)
