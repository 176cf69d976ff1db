"""What holds for the whole tree: nothing of the machine it was made on, and code in small pieces."""

import ast
import json
import re
import statistics
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_MODULE = 400  # lines; 300 is what to aim at
LONGEST_MEDIAN = 10  # lines of a function
CODE = sorted(path for folder in ("bot", "handlers", "schedules") for path in (ROOT / folder).rglob("*.py"))
OF_A_MACHINE = re.compile(
    r"(?<![\w.~/$}-])/(?:work|root|home|Users)/|\bresolved\W{1,4}https?:|\"_resolved\"|(?:pypi|npm)[\w.-]*\.(?:internal|local)\b"
)
RESOLVED = "resolved"


@cache
def project_files() -> list[Path]:
    """What git keeps; without git (an unpacked archive) everything but what start.py makes."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    made = {".venv", "var", "__pycache__", ".git", "node_modules"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]


def words(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""  # a picture


def test_no_file_names_a_folder_of_somebodys_machine_or_a_mirror() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in project_files()
        for match in OF_A_MACHINE.finditer(words(path))
    ]
    assert found == []


def _under(folder: str) -> str:
    """Put together here: the rule is for this file too."""
    return f"/{folder}/"


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        (f"see {_under('home')}lena/antiphon/notes", True),
        (f"-r {_under('root')}x.txt", True),
        (json.dumps({RESOLVED: "https://example.org/x"}), True),
        ("https://example.org/home/page", False),
        ("it is resolved by https://example.org", False),
        (f"web, at /, and ~{_under('work')}", False),
    ],
)
def test_what_counts_as_a_folder_of_somebodys_machine(line: str, ours: bool) -> None:
    assert bool(OF_A_MACHINE.search(line)) is ours


def test_no_module_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(words(path).splitlines()) for path in CODE}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_functions_are_small() -> None:
    functions = [
        node
        for path in CODE
        for node in ast.walk(ast.parse(words(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    assert statistics.median(lengths) < LONGEST_MEDIAN
