"""CSV as Excel and others write it, and the key actions in it: all of them, or every problem at once."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.sheets import SpreadsheetFiles
from bot.core import problems
from bot.core.action_sheet import parse
from bot.core.actions import Problem
from bot.core.events import Platform
from bot.core.plan import Entry
from bot.core.sheets import MOST_ROWS
from tests.samples import sample_content

CONTENT = sample_content()
NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
GOOD = "date,time,text\n3/12/2026,9am,Share a story.\n4/12/2026,9am,Post a card.\n"


def parse_csv(
    text: str, platforms: Iterable[Platform] = Platform
) -> tuple[tuple[Entry, ...], tuple[problems.Problem | Problem, ...]]:
    """As the page and the command read it."""
    try:
        rows = SpreadsheetFiles().read("actions.csv", text.encode(errors="surrogatepass"))
    except problems.Problem as unread:
        return (), (unread,)
    wanted, wrong = parse(rows, CONTENT, NOW, platforms)
    return tuple(one.entry for one in wanted), wrong


def entries_of(text: str) -> tuple[Entry, ...]:
    entries, wrong = parse_csv(text)
    assert wrong == ()
    return entries


def problems_of(text: str) -> list[str]:
    entries, wrong = parse_csv(text)
    assert entries == ()
    return [str(problem) for problem in wrong]


def test_a_file_becomes_entries() -> None:
    first, second = entries_of(GOOD)
    assert (first.wall, first.title, first.source) == ("2026-12-03T09:00", "Share a story.", "csv")
    assert set(first.bodies) == set(Platform)
    assert second.group == "action:2026-12"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(",", ";"),
        "sep=;\r\n" + GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("date,time,text", " Date ,TIME,Text"),
        GOOD.replace("Share a story.", '"Share a story."'),
        "\n" + GOOD.replace("\n", "\n,,\n\n"),
        GOOD.replace("\n", ",\n"),
        GOOD.replace("time,text", "time,text,longer,platforms"),
    ],
)
def test_what_spreadsheets_do_to_a_file_changes_nothing(text: str) -> None:
    assert entries_of(text) == entries_of(GOOD)


def test_a_quoted_text_may_have_commas_lines_and_quotes() -> None:
    (entry,) = entries_of('date,time,text\n3/12/2026,9am,"Share, ""please"",\na story."\n')
    assert entry.title == 'Share, "please",\na story.'


def test_a_longer_text_goes_to_slack_and_teams() -> None:
    (entry,) = entries_of("date,time,text,longer\n3/12/2026,9am,Share.,Share a story.\n")
    assert entry.bodies[Platform.SLACK].text == "Access to evidence: Share a story. #AMillionDecisions"
    assert entry.bodies[Platform.X].text == "Share. #AMillionDecisions"


@pytest.mark.parametrize(
    ("typed", "platforms"),
    [
        ("", "x slack teams"),
        ("all", "x slack teams"),
        ('"X, Slack"', "x slack"),
        ("Slack and Microsoft Teams", "slack teams"),
        ("twitter", "x"),
        ("teams/x", "x teams"),
    ],
)
def test_platforms_are_named_as_people_name_them(typed: str, platforms: str) -> None:
    (entry,) = entries_of(f"date,time,text,platforms\n3/12/2026,9am,Share.,{typed}\n")
    assert " ".join(entry.bodies) == platforms


def test_the_same_file_again_is_the_same_and_other_words_replace_the_old() -> None:
    assert entries_of(GOOD) == entries_of(GOOD)
    assert [entry.key for entry in entries_of(GOOD.replace("story", "card"))] == [
        entry.key for entry in entries_of(GOOD)
    ]


def test_one_time_can_have_other_words_on_another_platform() -> None:
    text = "date,time,text,platforms\n3/12/2026,9am,Short.,X\n3/12/2026,9am,Longer.,Slack\n"
    assert len({entry.key for entry in entries_of(text)}) == 2


def test_every_problem_is_said_by_row_and_column_and_nothing_is_imported() -> None:
    text = "\n".join(
        [
            "date,time,text,platforms",
            "3/12/2026,9am,Good.,",
            "31/2/2027,9,,Mastodon",
            "",
            "1/12/2026,9am,Late.,X",
            "3/12/2026,09:00,Twice.,all",
            "4/12/2026,9am,Share, please,X",
        ]
    )
    assert problems_of(text) == [
        "Row 3, platforms: “mastodon” is not set up here. Choose from X, Slack, Teams.",
        "Row 3, date: There is no day “31/2/2027”. Write it like 2026-12-01, 1/12/2026 or 1 December 2026.",
        "Row 3, time: “9” is not a time that I can read. Write it like 9am, 9.30pm or 21:30.",
        "Row 3, text: The text is empty. Write what people should do.",
        "Row 5, date: Tuesday 1 December 2026 at 9am has passed. Choose a time that is still to come.",
        "Row 6, time: Row 2 has the same date and time. Give one of them another time.",
        "Row 7, text: This row has more cells than the header. Put a text that has commas in it between double quotes.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Row 1, date: This column is missing."),
        ("when,what\n", "Row 1, when: There is no such column. Columns are date, time, text, longer, platforms, key."),
        ("date,time,txt\n", "Row 1, txt: There is no such column. Did you mean “text”?"),
        ("date,time,text,text\n", "Row 1, text: This column is there twice."),
        ("date,time,text\n", "Row 1, date: There is nothing below the header."),
        ('date,time,text\n3/12/2026,9am,"Share\n', "Row 2, text: From here on the file cannot be read."),
        ('date,time,text\n3/12/2026,9am,"Share" it\n', "Row 2, text: From here on the file cannot be read."),
        (
            GOOD + "5/12/2026,9am,Again.\n" * MOST_ROWS,
            f"Row {MOST_ROWS + 2}, date: The file has more than {MOST_ROWS:,} rows.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_said(text: str, said: str) -> None:
    assert any(problem.startswith(said) for problem in problems_of(text)), problems_of(text)[-3:]


def test_only_platforms_that_are_set_up_can_be_named() -> None:
    text = "date,time,text,platforms\n3/12/2026,9am,Share.,X\n"
    _, wrong = parse_csv(text, (Platform.SLACK,))
    assert [problem.fix for problem in wrong if isinstance(problem, Problem)] == ["Choose from Slack."]


@given(st.text(st.characters() | st.sampled_from('",;\n\t'), max_size=200), st.integers(0, len(GOOD)))
def test_any_file_gives_entries_or_problems(noise: str, at: int) -> None:
    entries, wrong = parse_csv(GOOD[:at] + noise + GOOD[at:])
    assert bool(entries) != bool(wrong)
