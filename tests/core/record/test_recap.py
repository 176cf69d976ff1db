"""The draft of a recap."""

import html
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.events import Platform
from bot.core.record.figures import figures
from bot.core.record.markdown import escaped
from bot.core.record.recap import recap
from bot.core.record.spoken import Theme, promises, themes
from bot.core.record.transcript import transcript
from bot.core.record.values import Transcript
from tests.core.record.made import ABOUT, MINUTE, START, said, sifted

KEPT = sifted(
    said("11", 6, "ann", "A1 Our journal club helps. I'll ask our *trust board* next week! #ukmedlibs", 1),
    said("12", 7, "bob", "We will not stop. A journal club is a start https://kfh.example/a", 1),
    said("13", 8, "cat", "What will we do?", 1),
    said("14", 8, "U1", "The Journal Club. I'm going to ring Zoë Smith", 1, platform=Platform.SLACK, name="Eve Fox"),
    said("15", 9, "U2", "Fine by me", 1, platform=Platform.SLACK, name="Zoë Smith"),
)


def made() -> Transcript:
    return transcript(ABOUT, KEPT)


def test_a_theme_is_a_pair_of_words_that_several_people_used() -> None:
    assert themes(made()) == [Theme("journal club", 3)]


def test_somebody_who_says_the_same_often_makes_no_theme() -> None:
    kept = sifted(*(said(f"{n}", 6, "ann", f"journal club number {n}", 1) for n in range(3)))
    assert themes(transcript(ABOUT, kept)) == []


@pytest.mark.parametrize(
    ("sentence", "promised"),
    [
        ("I will tell my manager.", True),
        ("Great chat. I’ll share the toolkit with our trust.", True),
        ("I'm going to start a club", True),
        ("We're planning to evaluate it", True),
        ("My pledge: one case study a month", True),
        ("I will say that it is hard.", False),
        ("I'll be late tonight", False),
        ("If I will be asked, fine", False),
        ("Who knows what I will do?", False),
        ("People will come", False),
    ],
)
def test_what_counts_as_saying_that_one_will_do_something(sentence: str, promised: bool) -> None:
    found = transcript(ABOUT, sifted(said("1", 6, "ann", sentence, 1)))
    assert bool(promises(found)) is promised


def test_the_draft_has_thanks_themes_plans_links_and_the_next_date() -> None:
    about = replace(ABOUT, lead="Zoë")
    text = recap(transcript(about, KEPT), figures(about, KEPT), START + 28 * 24 * 60 * MINUTE, "More than ever.")
    assert "what we said on Tuesday 19 September 2017" in text
    assert "Thank you to Zoë, who led it. The organisers hosted it." in text
    assert "5 people wrote 5 posts. More than ever." in text
    assert "- journal club (3 people)" in text
    assert "- [@ann](https://x.com/ann/status/11): I'll ask our \\*trust board\\* next week!" in text
    assert "- A member 1: I'm going to ring a member 2" in text
    assert "- <https://kfh.example/a>" in text
    assert "The next chat is on Tuesday 17 October 2017 at 8pm. #ukmedlibs" in text


def test_a_chat_in_which_nobody_spoke_has_a_draft_without_empty_parts() -> None:
    kept = sifted()
    text = recap(transcript(ABOUT, kept), figures(ABOUT, kept), START)
    assert "0 people wrote 0 posts." in text
    assert "## What" not in text


@given(st.text(alphabet="ab *_`[]<>#-+=1.)(|~\\!&;\n", max_size=30))
def test_words_in_markdown_are_shown_as_they_are(text: str) -> None:
    shown = MarkdownIt("commonmark").render(escaped(text)).strip()
    assert shown == (f"<p>{html.escape(' '.join(text.split()), quote=False)}</p>" if text.strip() else "")
