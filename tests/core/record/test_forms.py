"""The record as CSV, JSON, Markdown and pictures."""

import csv
import io
import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Platform
from bot.core.record.figures import figures
from bot.core.record.markdown import to_markdown
from bot.core.record.plots import columns, plots
from bot.core.record.said import summary
from bot.core.record.sheet import to_csv, to_json
from bot.core.record.transcript import transcript
from tests.core.record.made import ABOUT, said, sifted

HELLO, FORMULA = "Hello from all\nof us in Leeds", "=1+1 is *evidence* https://a.example/b_c"
KEPT = sifted(
    said("11", 1, "ann", HELLO, followers=10),
    said("12", 6, "bob", FORMULA, 1, 2),
    said("13", 7, "cat", "Fine", 1, in_reply_to="12"),
    said("14", 24 * 60, "U1", "The day after", 2, platform=Platform.SLACK, name="Zoë Fox"),
    said("15", 8, "cat", "again", 1, is_repost=True),
    said("16", 8, "ann", HELLO, followers=10),
    said("17", 8, "cat", "advert", 1, held="advert"),
    said("18", 8, "dan", "not this", 1, is_quote=True),
)
MADE = transcript(ABOUT, KEPT)
FIGURES = figures(ABOUT, KEPT, known=set())


def rows() -> list[list[str]]:
    text = "".join(to_csv(MADE))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_spreadsheet_has_a_row_for_each_post_with_its_time_in_london() -> None:
    on_x = "https://x.com/{}/status/{}".format
    first, day = "Hello and introductions", "2017-09-19T20"
    assert rows()[1:] == [
        [first, f"{day}:01:00+01:00", "X", "ann", HELLO, on_x("ann", 11), "", "0", ""],
        ["Q1", f"{day}:06:00+01:00", "X", "bob", f"'{FORMULA}", on_x("bob", 12), "", "0", "Q2"],
        ["Q1", f"{day}:07:00+01:00", "X", "cat", "Fine", on_x("cat", 13), "bob", "1", ""],
        ["Q2", "2017-09-20T20:00:00+01:00", "Slack", "A member 1", "The day after", "", "", "0", ""],
    ]


@given(st.text(max_size=8))
def test_no_cell_begins_with_what_a_spreadsheet_runs(text: str) -> None:
    made = transcript(ABOUT, sifted(said("1", 6, text or "a", text, 1, platform=Platform.SLACK, name=text)))
    for row in csv.reader(io.StringIO("".join(to_csv(made)).removeprefix("\ufeff"))):
        assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in row)


def test_json_has_the_chat_its_figures_and_every_post() -> None:
    found = json.loads("".join(to_json(MADE, FIGURES)))
    assert found["chat"]["start"] == "2017-09-19T19:00:00Z"
    assert found["figures"]["impressions"] == 20
    assert found["left_out"] == {"reposts": 1, "quotes": 1, "repeats": 1, "held": 1}
    assert [(post["section"], post["who"], post["level"], post["also"]) for post in found["posts"]] == [
        (-1, "@ann", 0, []),
        (1, "@bob", 0, [2]),
        (1, "@cat", 1, []),
        (2, "A member 1", 0, []),
    ]
    assert "Zoë" not in json.dumps(found, ensure_ascii=False)


def test_json_of_a_chat_in_which_nobody_spoke_is_json() -> None:
    kept = sifted()
    assert json.loads("".join(to_json(transcript(ABOUT, kept), figures(ABOUT, kept))))["posts"] == []


def test_markdown_has_questions_threads_links_and_tables() -> None:
    text = "".join(to_markdown(MADE, summary(MADE, FIGURES), plots(ABOUT, FIGURES)))
    assert "# \\#AMillionDecisions\n\n\\#ukmedlibs chat of Tuesday 19 September 2017." in text
    assert (
        "## Q1. How do you take part?\n\n- **[@bob](https://x.com/bob/status/12)**, 8:06pm: \\=1+1 is \\*evid" in text
    )
    assert "\n  - **[@cat](https://x.com/cat/status/13)**, 8:07pm: Fine\n" in text
    assert "**A member 1**, 20 September, 8pm: The day after" in text
    assert "- <https://a.example/b_c> (1)" in text
    assert "| Q1 | 2 |" in text


def test_the_summary_says_what_it_came_to_and_what_is_left_out() -> None:
    assert summary(MADE, FIGURES, "More than usual.") == [
        "4 people wrote 5 posts.",
        "The posts made 20 impressions: the most that can have been seen. "
        "That is without 3 posts whose author's followers are not known.",
        "4 people were here for the first time.",
        "More than usual.",
        "Left out: 1 repost, 1 quote, 1 repeat, 1 post that a moderator has not passed.",
        "People of Slack and Teams are called “A member”, because their rooms are not public.",
    ]


def test_each_plot_has_a_table_and_a_sentence() -> None:
    by_question, by_minute = plots(ABOUT, FIGURES)
    assert by_question.rows == (("Q1", 2), ("Q2", 2), ("No question", 2))
    assert by_question.sentence == "Q1 had most answers: 2 posts by 2 people."
    assert by_minute.rows[6] == ("8:06pm", 1)
    assert by_minute.sentence == ("The busiest minute was 8:01pm, with 1 post. 0 came before the chat and 1 after it.")
    assert len(by_minute.rows) == 60


def test_plots_of_a_chat_held_before_its_time_say_so() -> None:
    found = figures(ABOUT, sifted(said("1", -90, "ann", "Hello")))
    assert [plot.sentence for plot in plots(ABOUT, found)] == [
        "Nothing was said to a question.",
        "All posts came before the chat or after it. 1 came before the chat and 0 after it.",
    ]
    assert plots(ABOUT, figures(ABOUT, sifted())) == ()


@pytest.mark.parametrize("numbers", [(0,), (1, 2, 3), (7, 19), (99_999, 100_001), ()])
def test_a_picture_shows_each_number_at_its_height(numbers: tuple[int, ...]) -> None:
    drawn = ElementTree.fromstring(
        columns("a", "Numbers <told>", [(f"Q{n}", value) for n, value in enumerate(numbers)])
    )
    assert drawn.findtext("{*}title") == "Numbers <told>"
    tall = [float(column.attrib["height"]) for column in drawn.findall("{*}rect")]
    shown = [value for value in numbers if value]
    assert all(0 < height <= 200 for height in tall)
    assert [round(height / max(tall), 2) for height in tall] == [round(value / max(shown), 2) for value in shown]


def test_the_time_of_a_chat_across_midnight_is_told_with_its_day() -> None:
    kept = sifted(said("1", timedelta(hours=6) / timedelta(minutes=1), "ann", "late", 1))
    assert ", 20 September, 2am: late" in "".join(to_markdown(transcript(ABOUT, kept), (), ()))
