"""The chats that were, as they ship."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.adapters.yaml_content import ContentProblems, load, load_history
from bot.adapters.yaml_content.loading import load as loading
from bot.core.dates import day_words
from bot.core.schedule import nth_weekday

ROOT = Path(__file__).parents[2]
FACTS = ROOT.parent / "shared" / "data" / "ukmedlibs_chats.yaml"
HISTORY = load_history(ROOT / "content")


def test_every_chat_is_there_once_and_by_rule_means_the_third_tuesday() -> None:
    assert len({chat.id for chat in HISTORY}) == len(HISTORY) == 39
    for chat in HISTORY:
        if chat.dated == "by-rule":
            assert chat.date == nth_weekday(chat.date.year, chat.date.month, 3, 1), day_words(chat.date)


@pytest.mark.skipif(not FACTS.exists(), reason="the list of facts is not beside this project")
def test_every_fact_is_that_of_the_list() -> None:
    facts: list[dict[str, Any]] = YAML(typ="safe").load(FACTS)["chats"]
    told = {chat.id: chat for chat in HISTORY}
    assert {str(fact["date"]) for fact in facts} == set(told)
    for fact in facts:
        chat, stats = told[str(fact["date"])], fact.get("stats", {})
        assert (chat.people, chat.posts, chat.impressions) == (
            stats.get("participants"),
            stats.get("tweets"),
            stats.get("impressions"),
        )
        assert chat.dated == {"stated": "stated", "rule": "by-rule"}[fact["date_basis"]]
        assert chat.source == fact["url"]
        assert chat.start == (dt.time.fromisoformat(fact["start"]) if "start" in fact else None)
        assert bool(chat.lead) == bool(fact["lead"])
        if fact["questions_complete"]:
            assert chat.questions == len(fact["questions"])


def test_the_bot_does_not_read_history_when_it_starts(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "content", folder)
    (folder / "history.yaml").write_text("- {")
    assert load(folder) == loading(folder)
    with pytest.raises(ContentProblems):
        load_history(folder)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- topic: A", "history.yaml:1:"),
        ("", "This file is empty"),
        (
            "- {date: 2015-05-19, topic: A, source: 'https://a.example'}\n" * 2,
            ":2: There is a chat on 2015-05-19 already",
        ),
    ],
)
def test_what_is_wrong_with_history_is_told_by_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "history.yaml").write_text(text)
    with pytest.raises(ContentProblems, match=told):
        load_history(tmp_path)


def test_a_campaign_without_history_has_none(tmp_path: Path) -> None:
    assert load_history(tmp_path) == ()
