"""Edits by command leave everything as it was but for their line, and never leave the content with a problem."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.adapters.yaml_content import load
from bot.adapters.yaml_content.editing import scalar, with_field
from bot.adapters.yaml_content.library import ContentFolder
from bot.core.faq_edits import NewEntry, NotForUs, Phrasing
from bot.core.problems import Problem

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


def add_phrasing(folder: Path, entry: str, text: str) -> None:
    ContentFolder(folder).edit([Phrasing(entry, text)])


def add_not_for_us(folder: Path, text: str) -> None:
    ContentFolder(folder).edit([NotForUs(text)])


def add_entry(folder: Path, fields: Mapping[str, str | Sequence[str]]) -> None:
    ContentFolder(folder).edit([NewEntry(fields)])


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def new_lines(folder: Path, name: str) -> list[str]:
    """What an edit put in; it took nothing out."""
    old, new = lines(ROOT / "content" / name), lines(folder / name)
    rest = iter(new)
    assert all(line in rest for line in old), "every line is there as before, and in its order"
    return new[len(old) :] if new[: len(old)] == old else [line for line in new if line not in old]


def test_a_phrasing_is_put_in_and_all_comments_stay(folder: Path) -> None:
    add_phrasing(folder, "get-involved", 'Where do I sign up: "now"?')
    assert new_lines(folder, "faq.yaml") == ['    - "Where do I sign up: \\"now\\"?"']
    entry = next(entry for entry in load(folder).faq if entry.id == "get-involved")
    assert 'Where do I sign up: "now"?' in entry.phrasings


def test_a_phrasing_of_a_checked_translation_is_put_into_the_translation(folder: Path) -> None:
    file = folder / "faq.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("draft: true", "draft: false", 1), encoding="utf-8")
    add_phrasing(folder, "what-is-it-cy", "Beth yw pwynt hyn i gyd?")
    welsh, english = (next(one for one in load(folder).faq if one.id == id) for id in ("what-is-it-cy", "what-is-it"))
    assert "Beth yw pwynt hyn i gyd?" in welsh.phrasings
    assert "Beth yw pwynt hyn i gyd?" not in english.phrasings
    reviewed = with_field(file.read_text(encoding="utf-8"), "what-is-it-cy", "review_by", "2028-01-01")
    assert "- id: what-is-it\n  review_by: 2028-01-01\n" in reviewed


def test_what_is_not_for_us_is_put_at_the_end(folder: Path) -> None:
    add_not_for_us(folder, "Is the café open?")
    assert lines(folder / "not-for-us.yaml")[-1] == '- "Is the café open?"'
    assert "Is the café open?" in load(folder).not_for_us


def test_a_list_that_is_not_there_yet_is_begun(folder: Path) -> None:
    (folder / "not-for-us.yaml").unlink()
    add_not_for_us(folder, "Is it raining?")
    assert load(folder).not_for_us == ("Is it raining?",)


def test_a_new_entry_is_put_at_the_end(folder: Path) -> None:
    asked = ["What is the wifi code?", "How do I get on the wifi?", "Is there internet?"]
    add_entry(
        folder,
        {
            "id": "wifi",
            "question": "How do I get online?",
            "phrasings": asked,
            "answer": "Ask at the desk.",
            "short": "Ask: yes.",
            "source": "The desk",
        },
    )
    entry = load(folder).faq[-1]
    assert (entry.id, entry.short, list(entry.phrasings)) == ("wifi", "Ask: yes.", asked)


@pytest.mark.parametrize(
    ("entry", "text", "said"),
    [
        ("no-such-entry", "Why?", "There is no entry 'no-such-entry'"),
        ("key-message", "How can I get involved?", "stands already"),
    ],
)
def test_what_cannot_be_done_changes_nothing(folder: Path, entry: str, text: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        add_phrasing(folder, entry, text)
    assert new_lines(folder, "faq.yaml") == []
    assert not list(folder.glob(".*"))


def test_a_question_of_the_faq_cannot_become_none_of_ours(folder: Path) -> None:
    with pytest.raises(Problem, match="stands in the FAQ too, in 'get-involved'"):
        add_not_for_us(folder, "how can I get involved")
    assert new_lines(folder, "not-for-us.yaml") == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp", "Cf"]), min_size=1))
def test_text_comes_back_from_yaml_as_it_was(text: str) -> None:
    words = " ".join(text.split())
    assert YAML(typ="safe").load(f"- {scalar(text)}") == [words]
