"""A chat from a file: what `antiphon chat label` reads, writes, and says of mistakes."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from bot.core.problems import Problem
from bot.core.qn import How
from bot.core.qn.chat_file import parse_chat

QUESTIONS = [
    {"n": 1, "time_s": 300, "post_id": "q1", "text": "Q1 What stops you?"},
    {"n": 2, "time_s": 900, "post_id": "q2", "text": "Q2 What helps you?"},
]


def post(id: object, seconds: float, text: str, **more: object) -> dict[str, Any]:
    return {
        "id": id,
        "time_s": seconds,
        "author": "@ann",
        "text": text,
        "in_reply_to": None,
        "is_repost": False,
        **more,
    }


CHAT = {
    "questions": QUESTIONS,
    "posts": [
        post("b", 960, "A2 a quiet hour ☕"),
        post("a", 330, "A1 time"),
        post("c", 970, "RT @ann: A1 time", is_repost=True),
        post("d", 980, "and the door closed", in_reply_to="b"),
    ],
}

Run = Callable[[object], tuple[int, str]]


@pytest.fixture
def label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `antiphon chat label` on a chat, or on a text; gives its exit code and what it said."""

    def run(chat: object) -> tuple[int, str]:
        (tmp_path / "chat.json").write_text(chat if isinstance(chat, str) else json.dumps(chat), encoding="utf-8")
        files = ["--chat", str(tmp_path / "chat.json"), "--out", str(tmp_path / "out.jsonl")]
        monkeypatch.setattr(sys, "argv", ["antiphon", "chat", "label", *files])
        with pytest.raises(SystemExit) as ended:
            cli.main()
            sys.exit(0)
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out + told.err

    return run


def test_a_line_is_written_for_each_post_in_the_order_of_the_file(label: Run, tmp_path: Path) -> None:
    code, told = label(CHAT)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert code == 0
    assert [(row["id"], row["label"], row["how"]) for row in rows] == [
        ("b", [2], "label"),
        ("a", [1], "label"),
        ("c", [], "repost"),
        ("d", [2], "reply"),
    ]
    assert set(rows[0]) == {"id", "label", "how", "confidence", "held"}
    assert "4 posts: 3 answer a question, 0 are for a moderator" in told


@pytest.mark.parametrize(
    ("chat", "told"),
    [
        ("{", "is no JSON"),
        ("\ud7ff", "is no JSON"),
        ([], "no chat that can be read"),
        ({"posts": []}, "questions: "),
        ({**CHAT, "posts": [post("a", 1, "A1"), {"id": "b", "time_s": 2, "author": "x"}]}, 'post 2 (id "b"): text: '),
        ({**CHAT, "posts": [post("a", "soon", "A1")]}, 'post 1 (id "a"): time_s: '),  # type: ignore[arg-type]
        ({**CHAT, "posts": [post("a", float("inf"), "A1")]}, 'post 1 (id "a"): time_s: '),
        ({**CHAT, "posts": [7]}, "post 1: the row: "),
        ({**CHAT, "posts": [post("a", 1, "x"), post("a", 2, "y")]}, "post 2: id: 'a' is that of post 1 too"),
        ({**CHAT, "questions": [*QUESTIONS, QUESTIONS[0]]}, "question 3: n: 1 is that of question 1 too"),
        ({**CHAT, "posts": [7] * 30}, "and 20 more"),
    ],
)
def test_a_mistake_is_told_with_its_row_and_field(label: Run, tmp_path: Path, chat: object, told: str) -> None:
    code, said = label(chat)
    assert code == 1
    assert told in said
    assert not (tmp_path / "out.jsonl").exists()


def test_a_file_that_is_not_there_or_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "chat.json").write_text(json.dumps(CHAT), encoding="utf-8")
    for chat, out in (("none.json", "out"), ("chat.json", "none/out")):
        monkeypatch.setattr(sys, "argv", ["antiphon", "chat", "label", "--chat", str(tmp_path / chat), "--out", out])
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit):
            cli.main()
        assert "cannot be" in capsys.readouterr().err


def test_numbers_may_stand_for_ids() -> None:
    chat = parse_chat({"questions": [], "posts": [post(7, 1, "x"), post(8, 2, "y", in_reply_to=7)]})
    assert [(heard.id, heard.in_reply_to) for heard in chat.posts] == [("7", None), ("8", "7")]


def test_what_else_stands_in_a_row_does_not_matter() -> None:
    chat = parse_chat({**CHAT, "posts": [post("a", 1000, "A2 tea", label=[2], likes=4)], "name": "x"})
    assert chat.matched()[0][1].questions == (2,)


def test_a_chat_without_posts_has_no_answers() -> None:
    assert parse_chat({"questions": QUESTIONS, "posts": []}).matched() == []


def test_posts_of_one_instant_keep_their_order() -> None:
    chat = parse_chat(
        {"questions": QUESTIONS, "posts": [post("x", 400, "A1 time"), post("y", 400, "me too", in_reply_to="x")]}
    )
    assert [matched.how for _, matched in chat.matched()] == [How.LABEL, How.REPLY]


def test_a_problem_is_what_a_caller_gets() -> None:
    with pytest.raises(Problem, match="questions"):
        parse_chat({})
