"""Whoever reads the documents gets from each to the next."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files that a page leads to, and the heading in each, or nothing."""
    for file, heading in _LINK.findall(page.read_text(encoding="utf-8")):
        yield (page.parent / file if file else page), heading


def anchors(page: Path) -> set[str]:
    """Headings as GitHub names them in an address."""
    said = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in said}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = [
        f"{file.name}#{heading}"
        for file, heading in links(page)
        if not file.exists() or (heading and heading not in anchors(file))
    ]
    assert lost == []


def test_the_readme_leads_to_every_page() -> None:
    named = {file.resolve() for file, _ in links(ROOT / "README.md")}
    assert [page.name for page in PAGES if page.parent.name == "docs" and page.resolve() not in named] == []
