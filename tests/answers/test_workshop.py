import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.answers import Known, Matcher, band
from bot.core.answers.workshop import changes, check, unanswered
from bot.core.problems import Problem
from tests.samples import sample_content

CONTENT = sample_content()
FAQ, BANDS = CONTENT.faq, CONTENT.campaign.answers
MATCHER = Matcher(FAQ)
LOGO = next(entry for entry in FAQ if entry.id == "logo")


def causes(*faq: object) -> dict[str, list[str]]:
    entries = tuple(faq)
    found: dict[str, list[str]] = {}
    for finding in check(entries, Matcher(entries)).findings:  # type: ignore[arg-type]
        found.setdefault(finding.entry, []).append(finding.cause)
    return found


def test_two_entries_about_the_same_are_told() -> None:
    twin = LOGO.model_copy(
        update={
            "id": "twin",
            "question": "May I use the logo of the campaign?",
            "phrasings": ("Where is the logo?!", "Can I download the logo here?", "Who can use the campaign logo?"),
        }
    )
    assert any("would go to “logo”" in cause for cause in causes(*FAQ, twin)["twin"])


def test_an_entry_with_few_phrasings_or_a_fragment_is_told() -> None:
    thin = LOGO.model_copy(update={"id": "thin", "question": "Parking?", "phrasings": ("Where do I park my car?",)})
    found = causes(*FAQ, thin)["thin"]
    assert "It is asked in 2 ways only" in found
    assert "“Parking?” is too short to tell anything" in found


def test_how_well_the_phrasings_find_each_other_is_told() -> None:
    checked = check(FAQ, MATCHER)
    assert checked.phrasings == 4 * len(FAQ)
    assert 0 < checked.own <= checked.phrasings


def test_an_edit_shows_which_questions_it_changes() -> None:
    without = Matcher([entry for entry in FAQ if entry is not LOGO])
    asked = ["May I use the campaign logo?", "How can I get involved?"]
    (change,) = changes(asked, MATCHER, without, BANDS)
    assert (change.question, change.before) == (asked[0], "answered by logo")
    assert change.after != change.before


def test_questions_without_an_answer_are_grouped() -> None:
    asked = ["How can I get involved?", "where do I park", "where do I park my car", "which wine goes with fish"]
    groups = unanswered(asked, MATCHER, BANDS)
    assert [set(group.questions) for group in groups] == [set(asked[1:3]), set(asked[3:])]
    often = unanswered([*asked, asked[3], asked[3]], MATCHER, BANDS)
    assert [(group.questions[0], group.times) for group in often] == [(asked[3], 3), (asked[1], 2)]


def test_a_message_that_the_bot_answers_part_by_part_is_not_without_an_answer() -> None:
    both = "How can I get involved and where is the logo"
    assert not isinstance(band(MATCHER.rank(both), BANDS), Known)
    assert unanswered([both], MATCHER, BANDS) == []
    (change,) = changes([both], MATCHER, Matcher([entry for entry in FAQ if entry is not LOGO]), BANDS)
    assert change.before == "answered by get-involved and logo"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped content, and a place to write."""
    monkeypatch.setenv("CONTENT_DIR", str(Path(__file__).parents[2] / "content"))
    monkeypatch.setenv("ANSWERS", "core")
    monkeypatch.setenv("ANSWERS_CACHE", str(tmp_path / "cache"))
    return tmp_path


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, ["faq", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_benchmarks_questions_are_matched_with_a_benchmarks_faq_from_any_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONTENT_DIR")
    monkeypatch.chdir(folder)
    entries = [{"id": e.id, "question": e.question, "alternatives": e.phrasings, "answer": "", "tags": []} for e in FAQ]
    (folder / "faq.yaml").write_text(json.dumps(entries))
    queries = ["How can I get involved?", "which bitcoin wallet is best", ""]
    (folder / "q.jsonl").write_text(
        "".join(json.dumps({"id": str(n), "query": q}) + "\n" for n, q in enumerate(queries))
    )
    run("evaluate", "--faq", folder / "faq.yaml", "--queries", folder / "q.jsonl", "--out", folder / "out.jsonl")
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert [(row["id"], row["entry"]) for row in rows] == [("0", "get-involved"), ("1", None), ("2", None)]
    assert rows[0]["score"] > rows[1]["score"]
    assert all(len(row["top3"]) == 3 and row["us"] > 0 for row in rows)


def test_a_question_can_be_tried_and_explained(folder: Path) -> None:
    told = run("ask", "--explain", "hwo can i get involvd")
    assert told.startswith("answered by get-involved")
    assert "read as: how can i get involved" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello everyone", "a greeting, and no question\n"),
        ("thanks", "thanks, and no question\n"),
        ("Stop!", "the command “stop”, and no question\n"),
        ("help", "the command “help”, and no question\n"),
        ("May I use the campaign logo? And how can I get involved?", "answered by logo and get-involved, with"),
        (
            "We met last week. I liked it a lot, thanks to all of you. May I use the campaign logo?",
            "answered by logo, with",
        ),
    ],
)
def test_what_is_tried_is_what_the_bot_would_do(folder: Path, text: str, said: str) -> None:
    assert run("ask", text).startswith(said)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "May I use the campaign logo? And how can I get involved?",
            ["may i use the campaign logo", "and how can i get involved"],
        ),
        ("We met last week. I liked it a lot. May I use the campaign logo?", ["may i use the campaign logo"]),
        ("which wine goes with fish? my aunt is coming", ["which wine goes with fish my aunt is coming"]),
    ],
)
def test_what_is_explained_is_what_was_answered(folder: Path, text: str, read: list[str]) -> None:
    told = run("ask", "--explain", text)
    assert [line for line in told.splitlines() if line.startswith("read as: ")] == [f"read as: {one}" for one in read]


@pytest.mark.parametrize("line", ['{"id": "1"}', "how can I get involved", "[1]"])
def test_a_line_that_is_no_question_is_told(folder: Path, line: str) -> None:
    (folder / "faq.yaml").write_text("[]")
    (folder / "q.jsonl").write_text('{"id": "0", "query": "why?"}\n' + line)
    options = ("--faq", folder / "faq.yaml", "--queries", folder / "q.jsonl", "--out", folder / "out.jsonl")
    with pytest.raises(Problem, match="question 2: this is no question"):
        CliRunner().invoke(app, ["faq", "evaluate", *map(str, options)], catch_exceptions=False)


@pytest.mark.parametrize("before", ["content", "content/faq.yaml"])
def test_an_unchanged_faq_changes_no_answer(folder: Path, before: str) -> None:
    (folder / "asked.txt").write_text("how can I get involved\n\nwhere is the logo\nSut alla i helpu?\n")
    told = run("diff", Path(__file__).parents[2] / before, "--questions", folder / "asked.txt")
    assert told == "0 of 3 questions would be answered differently.\n"


def test_open_questions_are_listed_with_what_comes_closest(folder: Path) -> None:
    (folder / "asked.txt").write_text("how can I get involved\nwhat is the airspeed of a swallow\n")
    told = run("unanswered", "--questions", folder / "asked.txt")
    assert "what is the airspeed of a swallow" in told
    assert "how can I get involved" not in told


def test_the_shipped_faq_is_in_order(folder: Path) -> None:
    assert "entries." in run("check")


@pytest.mark.parametrize("tier", ["core", "encoder"])
def test_only_what_is_alike_is_grouped(folder: Path, tier: str) -> None:
    asked = ["what time does the bakery close", "is there wifi", "I lost my umbrella", "how do I reset my password"]
    (folder / "asked.txt").write_text("\n".join([*asked, "password reset"]))
    told = run("unanswered", "--tier", tier, "--questions", folder / "asked.txt")
    assert [line[0] for line in told.splitlines() if " × closest" in line] == ["2", "1", "1", "1"]
