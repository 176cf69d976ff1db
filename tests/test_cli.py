"""What the person at the keyboard is told, and the exit code with which a program can tell."""

import asyncio
import shutil
import socket
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.db import open_database
from bot.adapters.yaml_content.library import ContentFolder
from bot.core.bodies import Text
from bot.core.dates import day_words, when_words
from bot.core.events import Place, Platform
from bot.core.outbox import State, new_post
from bot.core.schedule import nth_weekday
from tests.keyboard import Told, own_folder, typed, write_settings

ROOT = Path(__file__).parents[1]
SLACK = {"SLACK_BOT_TOKEN": "xoxb-canary-1", "SLACK_APP_TOKEN": "xapp-canary-1", "SLACK_CHANNEL": "C1"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to start the bot in: the content, and no setting of the machine's."""
    own_folder(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def antiphon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    return partial(typed, monkeypatch, capsys)


def no_setting(folder: Path) -> None:
    pass


def half_a_platform(folder: Path) -> None:
    write_settings(folder, SLACK_BOT_TOKEN="xoxb-canary-1")


def bad_port(folder: Path) -> None:
    write_settings(folder, PORT="eighty")


def bad_yaml(folder: Path) -> None:
    write_settings(folder, **SLACK)
    (folder / "content/faq.yaml").write_text("- id: a\n  question: [\n")


def no_content(folder: Path) -> None:
    write_settings(folder, **SLACK, CONTENT_DIR="elsewhere")


def database_in_a_file(folder: Path) -> None:
    """What a folder that cannot be written looks like to every user, root included."""
    (folder / "taken").write_text("a file where a folder should be")
    write_settings(folder, **SLACK, DATABASE_URL="sqlite:///taken/antiphon.db")


def not_a_database(folder: Path) -> None:
    (folder / "notes.db").write_text("These are my notes, no database. " * 200)
    write_settings(folder, **SLACK, DATABASE_URL="sqlite:///notes.db")


def no_postgres(folder: Path) -> None:
    write_settings(folder, **SLACK, DATABASE_URL="postgresql://bot:canary-word@127.0.0.1:1/antiphon")


def unknown_database(folder: Path) -> None:
    write_settings(folder, **SLACK, DATABASE_URL="mysql://bot:canary-word@127.0.0.1/antiphon")


@pytest.mark.parametrize(
    ("arrange", "happened", "to_do"),
    [
        (no_setting, "No platform is set up", "Fill in .env"),
        (half_a_platform, "SLACK_CHANNEL is missing", "Correct them in .env"),
        (bad_port, "PORT is not valid", "0 to 65535"),
        (bad_yaml, "content/faq.yaml:", "Fix:"),
        (no_content, "elsewhere", "Fix:"),
        (database_in_a_file, "cannot be made", "Make the folder yourself"),
        (not_a_database, "is not a database", "Move it out of the way"),
        (no_postgres, "cannot be reached", "Check that the server runs"),
        (unknown_database, "DATABASE_URL", "postgresql"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_stops_the_bot_is_told_with_what_to_do(
    folder: Path, antiphon: Callable[..., Told], arrange: Callable[[Path], None], happened: str, to_do: str
) -> None:
    arrange(folder)
    code, out, err = antiphon("run", "--port", "0")
    assert code == 1
    assert happened in err
    assert to_do in err
    assert "Traceback" not in err
    assert "canary" not in out + err


def test_a_taken_port_is_told_before_anything_is_opened(folder: Path, antiphon: Callable[..., Told]) -> None:
    write_settings(folder, **SLACK, DATABASE_URL="sqlite:///new/antiphon.db")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = antiphon("run", "--port", str(taken.getsockname()[1]))
    assert code == 1
    assert "is taken" in err
    assert not (folder / "new").exists()


def test_the_public_form_is_enough_without_a_platform(folder: Path, antiphon: Callable[..., Told]) -> None:
    write_settings(folder, FEEDBACK_FORM="true")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for process in ("web", "run"):
            assert "is taken" in antiphon(process, "--port", str(taken.getsockname()[1]))[2]


def test_every_problem_of_the_content_is_told_at_once(folder: Path, antiphon: Callable[..., Told]) -> None:
    (folder / "content/campaign.yaml").write_text("name: A campaign\nhashtag: no hashtag\n")
    (folder / "content/chats/2017-09-19.yaml").write_text("topic: Without a day\n")
    code, _, err = antiphon("content", "check")
    assert code == 1
    assert "content/campaign.yaml:2" in err
    assert "content/chats/2017-09-19.yaml" in err


def test_the_shipped_content_is_in_order(folder: Path, antiphon: Callable[..., Told]) -> None:
    assert antiphon("content", "check") == (0, "The content is in order.\n", "")


def test_the_schemas_are_written(folder: Path, antiphon: Callable[..., Told]) -> None:
    code, _, _ = antiphon("content", "schema", "schemas")
    assert code == 0
    assert (folder / "schemas/faq.json").read_text() == (ROOT / "content/schemas/faq.json").read_text()


def test_posts_that_need_a_person_are_shown_with_their_reason(folder: Path, antiphon: Callable[..., Told]) -> None:
    assert antiphon("outbox")[1] == "Every post is sent or waits for its time.\n"
    due = datetime.now(UTC).replace(hour=12, minute=30, second=0, microsecond=0)
    refused = new_post("chat:q1:slack", Place(Platform.SLACK, channel="C1"), Text("Q1"), due)

    async def refuse() -> None:
        database = open_database("sqlite:///var/antiphon.db")
        async with database.transaction() as tx:
            await tx.outbox.add(replace(refused, state=State.DEAD, reason="Slack does not know this channel."))
        await database.close()

    asyncio.run(refuse())
    told = f"Refused: chat:q1:slack, {when_words(due, ZoneInfo('Europe/London'))}. Slack does not know this channel.\n"
    assert antiphon("outbox")[1] == told


def test_check_says_what_is_set_up(folder: Path, antiphon: Callable[..., Told]) -> None:
    write_settings(folder, **SLACK)
    code, out, _ = antiphon("check")
    assert code == 0
    assert "Platforms: Slack." in out


def test_check_names_a_slip_in_the_name_of_a_setting(folder: Path, antiphon: Callable[..., Told]) -> None:
    write_settings(folder, **SLACK, ORGANIZERS="slack:T1/U1")
    code, out, _ = antiphon("check")
    assert code == 0
    assert "no setting ORGANIZERS, so this line does nothing. Did you mean ORGANISERS?" in out


def test_actions_are_imported_listed_and_cancelled(folder: Path, antiphon: Callable[..., Told]) -> None:
    write_settings(folder, **SLACK)
    day = datetime.now(UTC).date() + timedelta(days=30)
    (folder / "actions.csv").write_text(f"date,time,text\n{day},9am,Ask a colleague what they need to know\n")
    assert antiphon("actions", "import", "actions.csv")[1].startswith("1 queued, 0 changed, 0 as they were.")
    _, listed, _ = antiphon("actions", "list")
    assert listed.startswith(f"1. {day_words(day)} at 9am, Slack: Ask a colleague what they need to know (key ")
    assert antiphon("actions", "cancel", "1")[1] == (
        "Cancelled, nothing will be sent: Ask a colleague what they need to know\n"
    )
    assert antiphon("actions", "list")[1] == "There are no key actions to come.\n"
    code, _, err = antiphon("actions", "cancel", "1")
    assert (code, "There is no coming action '1'" in err) == (1, True)


def test_the_same_sheet_with_other_words_changes_what_is_planned(folder: Path, antiphon: Callable[..., Told]) -> None:
    write_settings(folder, **SLACK)
    day = datetime.now(UTC).date() + timedelta(days=30)
    for words in ("Ask a colleague", "Ask two colleagues"):
        (folder / "actions.yaml").write_text(f"- date: {day}\n  time: 9am\n  text: {words}\n")
        told = antiphon("actions", "import", "actions.yaml")[1]
    assert told.startswith("0 queued, 1 changed")
    assert "Ask two colleagues (key " in antiphon("actions", "list")[1]


def test_a_sheet_with_a_day_off_an_hour_that_clocks_skip_or_another_time_is_told_so(
    folder: Path, antiphon: Callable[..., Told]
) -> None:
    write_settings(folder, **SLACK)
    year = datetime.now(UTC).year + 1
    spring = nth_weekday(year, 3, -1, 6)
    off = nth_weekday(year, 5, 1, 0)
    sheet = (
        f"date,time,text,key\n{off},9am,Rest,action:a\n{spring},1:30am,Sleep,action:b\n{year}-06-16,%s,Read,action:c\n"
    )
    (folder / "actions.csv").write_text(sheet % "9am")
    told = antiphon("actions", "import", "actions.csv")[1].splitlines()
    assert told[:2] == ["3 queued, 0 changed, 0 as they were.", "Look at these again:"]
    assert any(": Rest (It is a bank holiday: " in line for line in told)
    assert f"{day_words(spring)} at 2:30am: Sleep (It is within quiet hours, 9:30pm to 7am.)" in told
    assert not any(": Read" in line for line in told)
    (folder / "actions.csv").write_text(sheet % "10am")
    told = antiphon("actions", "import", "actions.csv")[1].splitlines()
    day = day_words(date(year, 6, 16))
    assert told[:3] == [
        "0 queued, 1 changed, 2 as they were.", "Look at these again:", f"{day} at 10am: Read (It was {day} at 9am.)"
    ]  # fmt: skip


def campaign(folder: Path, actions: str) -> None:
    with zipfile.ZipFile(folder / "campaign.zip", "w") as file:
        for path, data in ContentFolder(folder / "content").everything().items():
            file.writestr(f"content/{path}", data)
        file.writestr("key-actions.csv", actions)


def test_a_whole_campaign_is_taken_over_with_its_key_actions(folder: Path, antiphon: Callable[..., Told]) -> None:
    write_settings(folder, **SLACK)
    campaign(folder, f"date,time,text\n{datetime.now(UTC).date() + timedelta(days=30)},9am,Ask a colleague\n")
    code, _, err = antiphon("content", "import", "campaign.zip")
    assert (code, "With --replace it takes that place" in err) == (1, True)
    code, out, _ = antiphon("content", "import", "campaign.zip", "--replace")
    assert code == 0
    assert "What was there before is in content-before-" in out
    assert "Its key actions: 1 queued, 0 changed" in out
    assert antiphon("content", "check")[0] == 0


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ("date,time,text\n1/12/2020,9am,Too late\n", "Row 2, date: "),
        ('date,time,text\n"1/12/2030,9am,No end of a quotation\n', "quot"),
    ],
)
def test_key_actions_that_cannot_be_queued_leave_the_content_in_its_place_and_are_said(
    actions: str, said: str, folder: Path, antiphon: Callable[..., Told]
) -> None:
    write_settings(folder, **SLACK)
    campaign(folder, actions)
    shutil.rmtree(folder / "content")
    code, out, err = antiphon("content", "import", "campaign.zip")
    assert code == 1
    assert "The campaign is in content/" in out
    assert "its key actions are not in the plan" in err
    assert said in err


def test_a_file_of_actions_with_problems_queues_nothing(folder: Path, antiphon: Callable[..., Told]) -> None:
    write_settings(folder, **SLACK)
    (folder / "actions.csv").write_text("date,time,text\n2026-13-01,25:00,\n")
    code, _, err = antiphon("actions", "import", "actions.csv")
    assert code == 1
    assert all(f"Row 2, {column}" in err for column in ("date", "time", "text"))
    assert antiphon("actions", "list")[1] == "There are no key actions to come.\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("missing.csv", None, "cannot be read"), ("latin.csv", "date,time,text\nä".encode("latin-1"), "CSV UTF-8")],
)
def test_a_file_that_cannot_be_read_is_told(
    folder: Path, antiphon: Callable[..., Told], name: str, content: bytes | None, message: str
) -> None:
    write_settings(folder, **SLACK)
    if content is not None:
        (folder / name).write_bytes(content)
    code, _, err = antiphon("actions", "import", name)
    assert (code, message in err) == (1, True)


def test_what_may_be_a_slip_is_pointed_out_when_the_content_is_in_order(
    folder: Path, antiphon: Callable[..., Told]
) -> None:
    (folder / "content/chats/2026-12-15.yaml").rename(folder / "content/chats/2026-12-16.yaml")
    code, out, _ = antiphon("content", "check")
    assert code == 0
    assert out.splitlines()[0] == "The content is in order."
    assert "Perhaps a slip: content/chats/2026-12-16.yaml:8: The chat is on Tuesday 2026-12-15" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("rehearse", "1999-01-01"), "There is no chat '1999-01-01'"),
        (("rehearse",), "Which chat? Known chats: "),
    ],
)
def test_a_wrong_word_is_told(
    folder: Path, antiphon: Callable[..., Told], words: tuple[str, ...], message: str
) -> None:
    code, _, err = antiphon(*words)
    assert (code, message in err) == (1, True)


def test_the_example_of_settings_is_printed(folder: Path, antiphon: Callable[..., Told]) -> None:
    assert antiphon("env-example")[1] == (ROOT / ".env.example").read_text(encoding="utf-8")


def test_migrate_makes_the_database(folder: Path, antiphon: Callable[..., Told]) -> None:
    assert antiphon("migrate")[:2] == (0, "The database is up to date.\n")
    assert (folder / "var/antiphon.db").exists()
