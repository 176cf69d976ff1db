"""Feedback comes in as a sheet: all of it, or every problem by row and column."""

import csv
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.actions import Problem
from bot.core.events import Person, Platform
from bot.core.feedback import Consent, Feedback, Source, Status
from bot.core.feedback_rows import csv_lines, json_lines, read_rows

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


def read(text: str, now: datetime = NOW) -> list[Feedback]:
    problems: list[Problem] = []
    found, wrong = read_rows(csv_lines(text, problems), LONDON, now, problems)
    assert list(wrong) == []
    return [one for _, one in found]


def wrong(text: str) -> list[str]:
    problems: list[Problem] = []
    found, wrong = read_rows(csv_lines(text, problems), LONDON, NOW, problems)
    assert list(found) == []
    return [str(problem) for problem in wrong]


def test_every_column_is_read_in_any_order() -> None:
    (one,) = read(
        "tags;Feedback;RECEIVED;Platform;May we quote it;Prompt;Region;Role;Status;Number;Name;Person;Contact\n"
        "b a;'=1+1;2026-07-01T20:05:00+01:00;Slack;with name;Why?;Wales;nurse;answered;7;"
        "Ann;slack:T1/U1;a@example.org\n"
    )
    assert one.number == 7
    assert one.at == datetime(2026, 7, 1, 19, 5, tzinfo=UTC)
    assert (one.text, one.prompt, one.region, one.role, one.tags) == ("=1+1", "Why?", "Wales", "nurse", ("b", "a"))
    assert (one.source, one.consent, one.status) == (Source.SLACK, Consent.NAMED, Status.ANSWERED)
    assert (one.author, one.contact) == (Person(Platform.SLACK, "T1", "U1", "Ann"), "a@example.org")


def test_a_column_of_words_is_enough() -> None:
    first, second = read("Feedback\nSlower\nSlower\n")
    assert (first.at, first.source, first.consent, first.author) == (NOW, Source.WORKSHOP, Consent.NO, None)
    assert first.key != second.key
    later = read("Feedback\nSlower\nSlower\n", NOW + timedelta(hours=1))
    assert [one.key for one in later] == [first.key, second.key]


def test_tags_are_kept_as_they_are_looked_for() -> None:
    (one,) = read('Feedback,Tags\nSlower,"Pace, #Timing; First Chat,, # pace"\n')
    assert one.tags == ("pace", "timing", "first", "chat")


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("1/7/2026", datetime(2026, 7, 1, 11, 0, tzinfo=UTC)),
        ("1 July 2026", datetime(2026, 7, 1, 11, 0, tzinfo=UTC)),
        ("2026-07-01 20:05", datetime(2026, 7, 1, 19, 5, tzinfo=UTC)),
        ("01/07/2026 20:05", datetime(2026, 7, 1, 19, 5, tzinfo=UTC)),
        ("01/07/2026 20:05:33", datetime(2026, 7, 1, 19, 5, 33, tzinfo=UTC)),  # as web forms have it
        ("1 July 2026 8:05 PM", datetime(2026, 7, 1, 19, 5, tzinfo=UTC)),
        ("46204.5", datetime(2026, 7, 1, 11, 0, tzinfo=UTC)),  # as Excel keeps it
    ],
)
def test_dates_are_read_as_people_and_spreadsheets_write_them(typed: str, at: datetime) -> None:
    assert [one.at for one in read(f"Feedback,Received\nSlower,{typed}\n")] == [at]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    head = "Feedback,Received,Platform,May we quote it,Status,Person,Number\n"
    assert wrong(f"{head},,,,,,\n ,1/13/2026,fax,perhaps,lost,Ann,-1\nfine,1/12/2022,,,,,,more\n") == [
        "Row 3, Feedback: This row has no words. Fill it in, or take the row out.",
        "Row 3, Received: “1/13/2026” is not a date that I can read. "
        "Write it like 2026-12-01, 1/12/2026 or 1 December 2026.",
        "Row 3, Person: “Ann” names nobody. Write slack:WORKSPACE/USER, teams:TENANT/USER or x:USER.",
        "Row 3, Platform: “fax” cannot stand here. Choose from X, Slack, Teams, Web form, Workshop, or leave it empty.",
        "Row 3, May we quote it: “perhaps” cannot stand here. "
        "Choose from no, without name, with name, or leave it empty.",
        "Row 3, Status: “lost” cannot stand here. Choose from new, read, answered, actioned, or leave it empty.",
        "Row 3, Number: “-1” is no number of feedback. Leave it as the export wrote it, or empty.",
        "Row 4, Feedback: This row has more cells than the header. Put double quotes around text with commas.",
        "Row 4, Received: This is older than 3 years, and feedback is kept no longer. Take the row out.",
    ]


@pytest.mark.parametrize("typed", ["1/7/2026 25:05", "1/7/2026 20:05:61", "31/6/2026 20:05", "20:05"])
def test_a_day_with_a_time_that_there_is_not_is_told(typed: str) -> None:
    (told,) = wrong(f"Feedback,Received\nSlower,{typed}\n")
    assert told.startswith(f"Row 2, Received: “{typed}” is not a date that I can read.")


def test_a_name_without_a_person_is_not_left_out_silently() -> None:
    assert wrong("Feedback,Name\nSlower,Ann\nFaster,\n") == [
        "Row 2, Name: There is a name, and no Person whose it is. "
        "Fill in Person, or take the name out: nobody is known by a name alone."
    ]


def test_a_day_that_is_still_to_come_is_wrong_but_for_clocks_that_are_ahead() -> None:
    assert len(read("Feedback,Received\nSlower,2026-12-02T08:00:00+00:00\n")) == 1
    assert wrong("Feedback,Received\nSlower,2099-01-01\n") == [
        "Row 2, Received: “2099-01-01” is still to come. Write the day on which it was said."
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "This column is missing"),
        ("Fedback\nx\n", "Did you mean “Feedback”?"),
        ("Feedback,Feedback\nx,y\n", "there twice"),
        ("Feedback,Something\nx,y\n", "Columns are Number, "),
        ("Feedback\n", "nothing below the header"),
        ('Feedback\n"open\n', "cannot be read"),
    ],
)
def test_a_sheet_that_is_none_of_ours_says_why(text: str, problem: str) -> None:
    assert any(problem in one for one in wrong(text))


def test_json_lines_are_read_and_bad_ones_named() -> None:
    problems: list[Problem] = []
    lines = list(json_lines('{"feedback": "=1", "number": 3}\n\n[1]\n{"fee\n', problems))
    found, _ = read_rows(lines, LONDON, NOW)
    assert [(row, one.text, one.number) for row, one in found] == [(1, "=1", 3)]
    assert [problem.row for problem in problems] == [3, 4]


def read_json(line: str) -> tuple[list[Feedback], list[str]]:
    problems: list[Problem] = []
    lines = list(json_lines(line, problems))
    found, wrong = read_rows(lines, LONDON, NOW, problems)
    return [one for _, one in found], [str(problem) for problem in wrong]


def test_json_has_null_for_an_empty_cell_and_a_list_for_tags() -> None:
    (one,), wrong = read_json('{"FEEDBACK": "Slower", "region": null, "Tags": ["B", "a"], "May we quote it": null}')
    assert wrong == []
    assert (one.text, one.region, one.tags, one.consent) == ("Slower", "", ("b", "a"), Consent.NO)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"feedback": null}', "Row 1, Feedback: This row has no words."),
        ('{"feedback": ["a"]}', "Row 1, Feedback: This is neither text nor a number. Write text in quotes."),
        ('{"feedback": "x", "role": true}', "Row 1, Role: This is neither text nor a number. Write text in quotes."),
        (
            '{"feedback": "x", "tags": ["a", 1]}',
            "Row 1, Tags: This is neither text nor a number. Write text in quotes, or a list of such texts.",
        ),
    ],
)
def test_a_value_of_json_that_no_cell_can_have_is_named(line: str, problem: str) -> None:
    found, (told,) = read_json(line)
    assert found == []
    assert told.startswith(problem)


def test_the_limit_of_other_readers_of_csv_stays_as_it_was() -> None:
    before = csv.field_size_limit()
    assert len(read(f"Feedback\n{'x' * 1_000_000}\n")[0].text) == 1_000_000
    assert csv.field_size_limit() == before
