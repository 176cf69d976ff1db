"""What LibreOffice makes of the files that people open with it. `python3 start.py test -m soak -k libreoffice`."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.adapters.feedback_files import feedback_file
from bot.core.board.odt import to_odt
from bot.core.board.values import Board, boxes
from bot.core.feedback import readable
from bot.core.feedback_sheet import Format
from tests.core.test_feedback_sheet import LONDON, row
from tests.test_feedback_law import PIECES

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (Debian: libreoffice-calc-nogui)"),
]
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STARTS = ("", " ", "\t", "\n", "=", "＝", "+", "-", "@", '"', "'", "{=", ";", ",")
SAID = [text for start in STARTS for piece in PIECES if (text := readable(start + piece + "1+1"))]


def opened(file: Path, into: str, *options: str) -> Path:
    """The file as LibreOffice has it in front of its user."""
    assert SOFFICE is not None
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", *options, "--convert-to", into, "--outdir", str(file.parent), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return file.with_suffix(f".{into}")


def cells(file: Path) -> Sequence[ElementTree.Element]:
    return list(ElementTree.parse(file).iter(f"{TABLE}table-cell"))


@pytest.mark.parametrize(("kind", "options"), [(Format.CSV, ["--infilter=CSV:44,34,76,1"]), (Format.XLSX, [])])
def test_nothing_that_was_said_becomes_a_formula(kind: Format, options: list[str], tmp_path: Path) -> None:
    file = tmp_path / f"feedback.{kind}"
    with feedback_file(file, kind, LONDON, personal=True) as sheet:
        sheet.write([row(said, number=number, contact=said) for number, said in enumerate(SAID, 1)])
    found = cells(opened(file, "fods", *options))
    assert [cell.attrib for cell in found if f"{TABLE}formula" in cell.attrib] == []
    shown = ["".join(cell.itertext()) for cell in found]
    assert sum("1+1" in words for words in shown) >= 2 * len(SAID)


def test_a_formula_would_be_noticed(tmp_path: Path) -> None:
    file = tmp_path / "live.csv"
    file.write_text("=1+1\n")
    (cell,) = cells(opened(file, "fods", "--infilter=CSV:44,34,76,1"))
    assert f"{TABLE}formula" in cell.attrib


def test_a_board_opens_with_every_point(tmp_path: Path) -> None:
    file = tmp_path / "board.odt"
    file.write_bytes(to_odt(Board("Café", "Two prompts", boxes(("What?", "Why?"), [(1, said) for said in SAID]))))
    lines = opened(file, "txt").read_text("utf-8-sig").splitlines()
    assert sum("1+1" in line for line in lines) >= len(SAID)
