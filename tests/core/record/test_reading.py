"""Transcripts that people have as files."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.record.figures import figures
from bot.core.record.instants import read_instant
from bot.core.record.reading import Form, Reading, form_of, read_posts
from bot.core.record.sheet import to_csv, to_json
from bot.core.record.transcript import transcript
from tests.core.record.made import ABOUT, MINUTE, START, said, sifted

LONDON = ZoneInfo("Europe/London")
AT = START + 5 * MINUTE


def read(text: str, form: Form | None = None, platform: Platform = Platform.X) -> Reading:
    return read_posts(text, form or form_of("", text), ABOUT, platform)


def one(text: str) -> HeardPost:
    found = read(text)
    assert found.problems == ()
    (post,) = found.posts
    return post


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2017-09-19T19:05:00Z", "2017-09-19T19:05:00"),
        ("2017-09-19T19:05:00.000Z", "2017-09-19T19:05:00"),
        ("2017-09-19 20:05", "2017-09-19T19:05:00"),
        ("2017-12-19 20:05:30", "2017-12-19T20:05:30"),
        ("Tue Sep 19 19:05:00 +0000 2017", "2017-09-19T19:05:00"),
        ("8:05 PM · Sep 19, 2017", "2017-09-19T19:05:00"),
        ("19/09/2017 20:05:10", "2017-09-19T19:05:10"),
        ("19 September 2017, 8.05pm", "2017-09-19T19:05:00"),
        ("20:05", "2017-09-19T19:05:00"),
        ("12:30 am", "2017-09-18T23:30:00"),
        ("8:05 p.m.", "2017-09-19T19:05:00"),
    ],
)
def test_times_are_read_as_exports_spreadsheets_and_people_write_them(text: str, utc: str) -> None:
    assert read_instant(text, date(2017, 9, 19), LONDON) == datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    "text",
    ["", "soon", "9/19/2017 20:05", "31/02/2017 20:05", "25:00", "13:00 pm", "2017-09-19", "8:05 PM · Foo 19, 2017"],
)
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(ValueError):
        read_instant(text, date(2017, 9, 19), LONDON)


def test_x_exports_are_read_with_everything_they_tell() -> None:
    post = one(
        "Tweet Id,Created At,Author Id,Username,Text,In Reply To Status Id,Followers Count,Is Quote,Tweet URL\n"
        '910,Tue Sep 19 19:05:00 +0000 2017,7,@Ann,"A1, yes",909,"1,250",true,https://x.com/Ann/status/910\n'
    )
    assert post == HeardPost(
        Platform.X, "910", AT, "7", "A1, yes", "909", False, True, "Ann", 1250, "https://x.com/Ann/status/910"
    )


def test_a_sheet_of_tags_is_read() -> None:
    post = one(
        "id_str,from_user,text,created_at,time,from_user_id_str,in_reply_to_status_id_str,user_followers_count,status_url\n"
        "910,ann,A1,Tue Sep 19 19:05:00 +0000 2017,19/09/2017 20:05:00,7,,1250,http://twitter.com/ann/statuses/910\n"
    )
    assert (post.id, post.author, post.name, post.at, post.in_reply_to) == ("910", "7", "ann", AT, None)


def test_a_small_spreadsheet_of_somebodys_own_is_read() -> None:
    post = one("sep=;\nDate;Time;Who;Message\n19/09/2017;20:05;@Ann;A1\n")
    assert (post.at, post.author, post.name, post.followers) == (AT, "@ann", "Ann", None)


@pytest.mark.parametrize(
    ("typed", "followers"), [("12.3K", 12_300), ("1.2m", 1_200_000), ("82 500", 82_500), ("", None)]
)
def test_followers_are_read_as_they_are_shown(typed: str, followers: int | None) -> None:
    assert one(f'date,name,text,followers\n20:05,ann,A1,"{typed}"').followers == followers


def test_old_style_reposts_are_reposts() -> None:
    assert one("date,name,text\n20:05,ann,RT @bob: A1").is_repost


def test_the_id_stands_in_the_link_where_no_column_has_it() -> None:
    assert one("date,name,text,link\n20:05,ann,A1,https://x.com/ann/status/910?s=20").id == "910"


def test_a_post_without_an_id_gets_the_same_one_in_every_import() -> None:
    first = one("date,name,text\n20:05,ann,A1")
    again = one("Text;Date;User\nA1;2017-09-19T19:05:00Z;@Ann")
    assert first.id == again.id
    assert first.id != one("date,name,text\n20:06,ann,A1").id


def test_everything_wrong_is_told_at_once_by_row_and_column() -> None:
    found = read(
        "id,date,name,text,followers,platform\n"
        "9.1E+17,20:05,ann,A1,,\n"
        "2,yesterday,,,many,myspace\n"
        "3,20:06,bob,A1,10,Slack\n"
        "4,20:07,cat,A1,1,x,extra\n"
    )
    assert [post.id for post in found.posts] == ["3"]
    assert [(problem.row, problem.field) for problem in found.problems] == [
        (2, "id"),
        (3, "text"),
        (3, "date"),
        (3, "platform"),
        (3, "followers"),
        (3, "name"),
        (5, "text"),
    ]
    assert str(found.problems[0]) == (
        "Row 2, id: The spreadsheet rounded the id to 9.1E+17. "
        "Format the column as text and paste the ids again, or delete the column."
    )
    assert all(problem.fix for problem in found.problems)


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ("colour,shape\nred,round\n", Form.CSV, ["text", "date", "name"]),
        ("date,name,text\n", Form.CSV, ["text"]),
        ("", Form.CSV, ["text", "date", "name"]),
        ('date,name,text\n20:05,ann,"A1\n', Form.CSV, ["text"]),
        ('{"posts": [', Form.JSON, ["text"]),
        ('{"a": 1}\n{"b": 2', Form.JSON, ["text"]),
        ('{"posts": []}', Form.JSON, ["text"]),
        ('"text"', Form.JSON, ["text"]),
        ("[1, 2]", Form.JSON, ["text"]),
        ("just some words", Form.TEXT, ["text"]),
        ("", Form.TEXT, ["text"]),
        ("date,name,text\n2019-01-15 20:05,ann,A1\n2019-01-15 20:06,ann,A2\n", Form.CSV, ["date"]),
    ],
)
def test_a_file_that_is_no_transcript_is_told(text: str, form: Form, words: list[str]) -> None:
    found = read(text, form)
    assert found.posts == ()
    assert [problem.field for problem in found.problems] == words


def test_json_of_x_s_api_is_read_with_its_people() -> None:
    answer = {
        "data": [
            {
                "id": "910", "text": "A1", "author_id": "7", "created_at": "2017-09-19T19:05:00.000Z",
                "referenced_tweets": [{"type": "replied_to", "id": "909"}, {"type": "quoted", "id": "1"}],
            },
            {"id": "911", "text": "RT", "author_id": "8", "created_at": "2017-09-19T19:05:00.000Z",
             "referenced_posts": [{"type": "retweeted", "id": "910"}, {"type": "new", "id": "9"}]},
        ],
        "includes": {"users": [{"id": "7", "username": "Ann", "public_metrics": {"followers_count": 1250}}]},
    }  # fmt: skip
    first, second = read(json.dumps(answer)).posts
    assert first == HeardPost(Platform.X, "910", AT, "7", "A1", "909", False, True, "Ann", 1250)
    assert (second.author, second.is_repost) == ("8", True)


def test_json_of_the_old_api_is_read() -> None:
    tweet = {
        "full_text": "A1",
        "created_at": "Tue Sep 19 19:05:00 +0000 2017",
        "retweeted_status": {"a": 1},
        "in_reply_to_status_id_str": None,
        "user": {"id_str": "7", "screen_name": "Ann", "followers_count": 12},
    }
    lines = "\n".join(json.dumps({**tweet, "id_str": str(n)}) for n in (910, 911))
    first, second = read(lines).posts
    assert first == HeardPost(Platform.X, "910", AT, "7", "A1", None, True, False, "Ann", 12)
    assert second.id == "911"


def test_posts_with_seconds_since_the_start_are_read() -> None:
    chat = {"questions": [], "posts": [{"id": "p1", "time_s": 300.0, "author": "ann", "text": "A1", "in_reply_to": None,
                                        "is_repost": False}]}  # fmt: skip
    assert one(json.dumps(chat)) == HeardPost(Platform.X, "p1", AT, "@ann", "A1", name="ann")
    assert [p.field for p in read('[{"time_s": "soon", "author": "ann", "text": "A1"}]').problems] == ["date"]


@pytest.mark.parametrize(
    "text",
    [
        "20:05 @ann: A1\nand more\n20:06 bob: A1",
        "[20:05] ann: A1\nand more\n[20:06] <bob> A1".replace("> A1", ">: A1"),
        "ann (20:05): A1\nand more\nbob (20:06): A1",
        "ann  8:05 PM\nA1\nand more\nbob  8:06 PM\nA1",
        "[19/09/2017 20:05] ann\nA1\nand more\n\n[19/09/2017 20:06] bob\nA1\n",
        "2017-09-19T19:05:00Z ann: A1\nand more\n2017-09-19 20:06 bob: A1",
    ],
)
def test_pasted_text_is_read_as_windows_show_it(text: str) -> None:
    found = read(text, Form.TEXT)
    assert found.problems == ()
    assert [(post.at, post.name, post.text) for post in found.posts] == [
        (AT, "ann", "A1\nand more"),
        (AT + MINUTE, "bob", "A1"),
    ]


def test_a_reply_within_pasted_text_is_no_new_post() -> None:
    (post,) = read("20:05 ann: see you at 8: all of you\nnote: this too", Form.TEXT).posts
    assert post.text == "see you at 8: all of you\nnote: this too"


def test_pasted_text_that_begins_in_the_middle_is_told_by_line() -> None:
    found = read("\nof my library\n20:05 ann: A1\n", Form.TEXT)
    assert [(problem.row, problem.fix[:29]) for problem in found.problems] == [(2, "Begin each post with its time")]
    assert len(found.posts) == 1


def test_a_room_that_is_not_public_is_named_by_the_one_who_imports() -> None:
    (post,) = read("20:05 Zoë Fox: A1", Form.TEXT, Platform.SLACK).posts
    assert (post.platform, post.author, post.name) == (Platform.SLACK, "zoë fox", "Zoë Fox")


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.tsv", "", Form.CSV),
        ("a.JSONL", "", Form.JSON),
        ("a.txt", '{"posts": []}', Form.JSON),
        ("a.txt", "date\tname\ttext\n", Form.CSV),
        ("a.txt", "20:05 ann: yes, no", Form.TEXT),
        ("", "[20:05] ann: A1", Form.TEXT),
    ],
)
def test_the_form_is_seen_by_name_or_by_how_it_begins(name: str, text: str, form: Form) -> None:
    assert form_of(name, text) is form


def test_our_own_csv_and_json_can_be_imported_again() -> None:
    kept = sifted(said("910", 5, "ann", "=A1", 1), said("911", 6, "bob", "A2 two\nlines", 1))
    made = transcript(ABOUT, kept)
    for text in ("".join(to_csv(made)), "".join(to_json(made, figures(ABOUT, kept)))):
        assert [(post.id, post.at, post.name) for post in read(text).posts] == [
            ("910", AT, "ann"),
            ("911", AT + MINUTE, "bob"),
        ]


@given(st.text(max_size=60), st.sampled_from(Form))
def test_any_text_is_read_or_told_and_never_both_nothing(text: str, form: Form) -> None:
    found = read(text, form)
    assert found.posts or found.problems


NAMES = ["id", "text", "date", "author", "user", "referenced_tweets", "followers"]
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=7))
def test_any_json_is_read_or_told(post: dict[str, object]) -> None:
    found = read(json.dumps({"posts": [post]}), Form.JSON)
    assert found.posts or found.problems


def test_progress_is_told_row_by_row() -> None:
    told: list[int] = []
    read_posts("date,name,text\n20:05,ann,A1\n,,\n20:06,ann,A2", Form.CSV, ABOUT, told=told.append)
    assert sum(told) == 2


def test_a_chat_in_winter_is_on_the_clocks_of_winter() -> None:
    winter = replace(ABOUT, start=datetime.fromisoformat("2018-01-16T20:00:00+00:00"))
    (post,) = read_posts("20:05 ann: A1", Form.TEXT, winter).posts
    assert post.at - winter.start == timedelta(minutes=5)
