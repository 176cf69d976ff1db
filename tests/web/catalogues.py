"""What there is to translate, and what has been translated."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.web.language import LOCALE

ROOT = Path(__file__).parents[2]
HOW = "Run pybabel extract and pybabel update, as docs/pages.md has them, and commit what they write."

extract = pytest.importorskip("babel.messages.extract", reason="Babel is not installed (group test)")
pofile = pytest.importorskip("babel.messages.pofile", reason="Babel is not installed (group test)")


def read(file: Path) -> Any:
    with file.open("rb") as lines:
        return pofile.read_po(lines)


@cache
def template() -> Any:
    return read(LOCALE / "pages.pot")


def forms(id: str | tuple[str, ...]) -> tuple[str, ...]:
    """A message as one or, where it counts something, two."""
    return (id,) if isinstance(id, str) else id


@cache
def known() -> frozenset[str]:
    """All words that can be translated."""
    return frozenset(words for message in template() if message.id for words in forms(message.id))


def extracted() -> set[tuple[str, ...]]:
    """What stands in the pages now, each as pybabel finds it by the settings in pyproject.toml."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping.pop("pattern"), mapping.pop("method")) for mapping in mappings]
    options = {pattern: mapping for (pattern, _), mapping in zip(methods, mappings, strict=True)}
    found = extract.extract_from_dir(ROOT / "bot" / "web", _within(methods), _within(options.items(), dict))
    return {forms(message) for _, _, message, _, _ in found}


def _within(pairs: Any, kind: Any = list) -> Any:
    """Patterns as they are from bot/web on."""
    return kind((pattern.removeprefix("bot/web/"), value) for pattern, value in pairs)
