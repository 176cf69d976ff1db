"""`antiphon chat …` at the keyboard: from a file to a transcript, an archive and a calendar."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import icalendar
import pytest

from tests.keyboard import own_folder, said

ROOT = Path(__file__).parents[1]
CHAT = "2017-09-19"
POSTS = """\
id,created_at,author_id,username,text,in_reply_to_status_id,followers_count,platform
901,2017-09-19T19:01:00Z,7,ann,Hello from Leeds,,1200,
902,2017-09-19T19:06:00Z,8,bob,A1 A journal club on every ward,,300,
903,2017-09-19T19:07:00Z,U1,Zoë Fox,A1 I'll ask our journal club,,,slack
"""

Run = Callable[..., str]


@pytest.fixture
def antiphon(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command and returns what it says; its exit code first where it fails."""
    own_folder(tmp_path, monkeypatch, DATABASE_URL=sqlite_url)
    (tmp_path / "posts.csv").write_text(POSTS)
    return partial(said, monkeypatch, capsys, "chat")


def test_a_file_is_kept_once(antiphon: Run) -> None:
    assert antiphon("import", CHAT, "posts.csv") == f"3 posts are kept for {CHAT}.\n"
    again = antiphon("import", CHAT, "posts.csv")
    assert again == f"0 posts are kept for {CHAT}. 3 were there already, or must not be kept.\n"


def test_a_file_with_problems_is_not_kept_unless_what_is_bad_is_left_out(antiphon: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(POSTS + "904,never,9,cat,A1,,many,\n" + "905,never,9,cat,A1,,,\n" * 110)
    told = antiphon("import", CHAT, "bad.csv")
    assert told.startswith("1 Nothing was kept, because bad.csv has problems:\n  Row 5, date: “never” is not a date")
    assert "\n  Row 5, followers: “many” is no number. " in told
    assert told.endswith("  … and 12 more\nMend them, or keep what is good with --skip-bad.\n")
    assert "Nothing was heard" in antiphon("figures", CHAT)
    assert antiphon("import", CHAT, "bad.csv", "--skip-bad").endswith(f"3 posts are kept for {CHAT}.\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "2017-09-18", "posts.csv"), "There is no chat '2017-09-18'"),
        (("import", CHAT, "nowhere.csv"), "nowhere.csv cannot be read (No such file or directory)."),
        (("import", CHAT, "latin.csv"), "latin.csv is not text in UTF-8."),
        (("import", CHAT, "empty.csv", "--skip-bad"), "Mend them, and try again."),
        (("import", CHAT, "posts.csv", "--form", "xlsx"), "There is no form 'xlsx'. Choose csv, json, text."),
        (("forget", "somebody"), "'somebody' names nobody."),
        (("forget", "x:ann"), "'x:ann' names nobody: on X an id has digits alone. Write x:@ann."),
        (("calendar", "--out", "nowhere/c.ics"), "nowhere/c.ics cannot be written (No such file or directory)."),
    ],
)
def test_what_cannot_be_done_is_told(antiphon: Run, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "latin.csv").write_bytes("Zoë".encode("latin-1"))
    (tmp_path / "empty.csv").write_text("")
    answer = antiphon(*words)
    assert answer.startswith("1 ")
    assert told in answer


def test_a_transcript_is_a_folder_without_the_names_of_members_unless_they_agreed(
    antiphon: Run, tmp_path: Path
) -> None:
    antiphon("import", CHAT, "posts.csv")
    told = antiphon("transcript", CHAT)
    assert told.startswith(f"3 posts are in {CHAT}. Open {CHAT}/index.html.\nPeople of Slack and Teams are not named;")
    files = [path for path in (tmp_path / CHAT).iterdir() if not path.name.startswith(".")]
    assert {path.suffix for path in files} == {".html", ".csv", ".json", ".md", ".svg"}
    assert not any("Zoë" in path.read_text() for path in files)
    assert antiphon("transcript", CHAT, "--out", "named", "--named", "slack:T1/U1").count("\n") == 1
    assert "Zoë Fox" in (tmp_path / "named/index.html").read_text()


def test_figures_are_told_in_words_and_as_json(antiphon: Run) -> None:
    antiphon("import", CHAT, "posts.csv")
    assert "3 people wrote 3 posts.\nThe posts made 1,500 impressions" in antiphon("figures", CHAT)
    found = json.loads(antiphon("figures", CHAT, "--json"))
    assert (found["posts"], found["participants"], found["impressions"]) == (3, 3, 1500)
    assert found["questions"][0] == {"number": 1, "posts": 2, "participants": 2}


def test_a_recap_is_drafted(antiphon: Run, tmp_path: Path) -> None:
    antiphon("import", CHAT, "posts.csv")
    assert "- journal club (2 people)" in antiphon("recap", CHAT)
    assert antiphon("recap", CHAT, "--out", "recap.md") == "The draft is in recap.md.\n"
    assert "- A member 1: I'll ask our journal club" in (tmp_path / "recap.md").read_text()


def test_the_archive_has_all_chats_their_transcripts_and_the_calendar(antiphon: Run, tmp_path: Path) -> None:
    antiphon("import", CHAT, "posts.csv")
    assert antiphon("archive", "--out", "public").startswith("1 transcript, 9 files, in public.")
    listed = json.loads((tmp_path / "public/chats.json").read_text())
    assert len(listed) == 39
    assert [chat["href"] for chat in listed if chat["href"]] == [f"{CHAT}/index.html"]
    assert f'href="{CHAT}/index.html"' in (tmp_path / "public/index.html").read_text()
    assert (tmp_path / "public" / CHAT / "index.html").exists()
    assert (tmp_path / "public/calendar.ics").read_bytes().decode() == antiphon("calendar")


def test_the_calendar_is_one_that_another_library_reads(antiphon: Run) -> None:
    found = icalendar.Calendar.from_ical(antiphon("calendar"))
    assert isinstance(found, icalendar.Calendar)
    assert len(found.events) >= 39 + 12


def test_what_listening_costs_is_told_before_the_chat(antiphon: Run, tmp_path: Path) -> None:
    assert antiphon("cost", CHAT).startswith("X is not listened to: X_CHAT_DOLLARS is 0.")
    with (tmp_path / ".env").open("a") as env:
        env.write("X_CHAT_DOLLARS=2.50\n")
    assert antiphon("cost", CHAT).startswith("Listening to this chat on X may cost $2.50 at most: about 218 posts")
    assert "There is no chat" in antiphon("cost", "2017-09-18")


def test_an_advert_is_held_and_a_post_can_be_taken_in_or_left_out(antiphon: Run, tmp_path: Path) -> None:
    advert = "904,2017-09-19T19:08:00Z,9,shop,Buy cheap followers now! 50% off https://shop.example,,1,\n"
    (tmp_path / "posts.csv").write_text(POSTS + advert)
    antiphon("import", CHAT, "posts.csv")
    assert antiphon("held", CHAT).startswith("x:904 (advert) shop: Buy cheap followers now!")
    assert "3 people wrote 3 posts." in antiphon("figures", CHAT)
    assert antiphon("take-in", CHAT, "x:904") == f"x:904 is in the record of {CHAT}.\n"
    assert antiphon("leave-out", CHAT, "slack:903") == f"slack:903 is left out of the record of {CHAT}.\n"
    assert "3 people wrote 3 posts." in antiphon("figures", CHAT)
    assert antiphon("held", CHAT).startswith("0 posts are held.")
    assert "There is no post x:1 in the chat" in antiphon("leave-out", CHAT, "x:1")


def test_who_wants_to_be_forgotten_is_gone_from_what_is_written_next(antiphon: Run, tmp_path: Path) -> None:
    antiphon("import", CHAT, "posts.csv")
    assert antiphon("forget", "x:@BOB").startswith("1 post is deleted, and nothing of x:@BOB will be kept.")
    antiphon("import", CHAT, "posts.csv")
    antiphon("transcript", CHAT)
    assert "bob" not in (tmp_path / CHAT / "transcript.json").read_text()
    assert antiphon("forget", "x:@BOB", "--undo") == "What x:@BOB says is kept again.\n"
    assert antiphon("forget", "x:@BOB", "--undo") == "x:@BOB had not asked to be left out.\n"
