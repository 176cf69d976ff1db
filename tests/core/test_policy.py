"""What fits on each platform, counted as the platform counts; and who may do what."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.events import Person, Platform
from bot.core.policy import LIMITS, Role, Roles, _weight, fits, has_link, length, weighted_length

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("Chat at 8pm #ukmedlibs", 22),
        ("café", 4),
        ("cafe\u0301", 4),  # the accent typed by itself
        ("“quoted” – and so…", 19),
        ("日本語", 6),
        ("👩‍⚕️", 2),
        ("👍🏽", 2),
        ("https://www.example.org/a/very/long/address/that/goes/on/and/on", 23),
        ("see nhs.uk today", 33),
        ("e.g. this", 9),
        ("a@example.org", 13),
        ("\ud83d", 2),
    ],
)
def test_x_counts_weight(text: str, counted: int) -> None:
    assert weighted_length(text) == counted == length(text, Platform.X)


def test_the_other_platforms_count_characters() -> None:
    assert length("日本語", Platform.SLACK) == length("日本語", Platform.TEAMS) == 3


@pytest.mark.parametrize("platform", Platform)
def test_a_text_fits_up_to_its_platforms_limit(platform: Platform) -> None:
    assert fits("x" * LIMITS[platform], platform)
    assert not fits("x" * (LIMITS[platform] + 1), platform)


@pytest.mark.parametrize(
    "hostile", ["a." * 50_000, "a-" * 50_000 + ".com", "https://" * 9_000, ("a." * 49 + " ") * 500]
)
def test_text_made_to_stall_the_count_is_too_long_at_once(hostile: str) -> None:
    assert not fits(hostile, Platform.X)


def test_a_link_is_seen_with_and_without_its_scheme() -> None:
    assert has_link("See https://example.org/x.")
    assert has_link("See nhs.uk")
    assert not has_link("See page 7.5, e.g. today")


def test_a_long_word_at_the_end_of_a_link_is_still_part_of_it() -> None:
    assert weighted_length("https://example.org/?q=" + "a.b-" * 80 + "a") == 23


def test_the_stand_in_for_setuptools_does_not_stay() -> None:
    weighted_length("loads the parser 👍")
    assert not hasattr(sys.modules.get("pkg_resources"), "resource_string") or "setuptools" in sys.modules


_PIECES = st.sampled_from([
    "https://library.nhs.uk/a/decision-1", "https://example.org", "https://www.example.com/", "https://a-b.org/x",
    "http://t.co/x", "https://-a.org", "https://a.uk/x?y=1", "https://a.uk/x.", "https://a..uk", "https://A.org",
    "https://nhs.uk", "nhs.uk", "e.g.", "8.30pm", "v2.0", "#AMillionDecisions", "@ukmedlibs", " ", "\n",
    ".", "…", "“Q1”", "’", "–", "é", "ß", "©", "®", "™", "e\u0301",
    "½", "×", "\u200d", "\ufe0f", "\u20e3", "1", "#", "*", "日", "👍🏽", "ſ", "ﬁ",
    "-", "/", "(", ")", "$ABC", "a", "Z",
])  # fmt: skip


@settings(max_examples=500)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_a_text_that_is_beyond_doubt_is_counted_as_xs_own_parser_counts_it(text: str) -> None:
    assert weighted_length(text) == _weight(text)


def test_the_parser_is_not_loaded_for_a_text_that_is_beyond_doubt() -> None:
    program = (
        "import sys; from bot.core.policy import weighted_length\n"
        "print(weighted_length('Ask “why” at 8.30pm – see https://library.nhs.uk/x …'), 'twitter_text' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert told.stdout == "52 False\n"


@given(st.text(st.characters(), max_size=400))
def test_any_text_can_be_counted(text: str) -> None:
    assert 0 <= weighted_length(text) <= 25 * len(text)


def test_a_role_goes_with_platform_workspace_and_id_never_with_a_name() -> None:
    roles = Roles(organisers=frozenset({"slack:T1/U1"}))
    assert roles.has(Person(Platform.SLACK, "T1", "U1"), Role.ORGANISER)
    assert not roles.has(Person(Platform.SLACK, "T1", "U1"), Role.MODERATOR)
    assert not roles.has(Person(Platform.SLACK, "T2", "U1", "U1"), Role.ORGANISER)
    assert not roles.has(Person(Platform.TEAMS, "T1", "U1"), Role.ORGANISER)
