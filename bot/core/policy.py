"""What each platform allows, and who may ask for what. Deny by default; decided here and nowhere else."""

import importlib
import re
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType, ModuleType

from bot.core.events import Person, Platform

LIMITS = MappingProxyType({Platform.X: 280, Platform.SLACK: 4_000, Platform.TEAMS: 14_000})
"""Longest text of one post: weighted on X, characters elsewhere.

Slack advises 4,000 (it cuts at 40,000); Teams takes about 28 KB, which is 14,000 characters in UTF-16.
"""

_READ_AT_MOST = 2_000
"""Longer text is past every limit; the parser need not see the rest of it."""

_NO_DOMAIN = re.compile(r"[^\s/?#:]{64,}(?=[^\s/?#:])")
"""A word longer than domain names are."""


_LINK_WEIGHT = 23
_PLAIN_LINK = re.compile(r"(?<!\S)https://(?:[a-z0-9]+\.)+(?:com|int|net|org|uk)(?:/[A-Za-z0-9/_-]*)?(?!\S)")
_DOT_IN_WORD = re.compile(r"\.\S")
_PLAIN = re.compile(r"[\n -~À-ÖØ-öø-ÿ‐-‟…]*")


class Role(StrEnum):
    ORGANISER = "organiser"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class Roles:
    """People by their `Person.ref`: platform, workspace and id, never a display name."""

    organisers: frozenset[str] = frozenset()
    moderators: frozenset[str] = frozenset()

    def has(self, person: Person, role: Role) -> bool:
        return role in self.held(person.ref)

    def held(self, ref: str) -> frozenset[Role]:
        """The roles of a person, who need not be on a platform: `web:maria`."""
        people = {Role.ORGANISER: self.organisers, Role.MODERATOR: self.moderators}
        return frozenset(role for role, refs in people.items() if ref in refs)


def weighted_length(text: str) -> int:
    """The length as X counts it: 23 for a link, 2 for an emoji or a Chinese character, 1 for a Latin letter."""
    if (simple := _simple_weight(text)) is not None:
        return simple
    return _weight(_readable(text)) + max(len(text) - _READ_AT_MOST, 0)


def has_link(text: str) -> bool:
    """Whether X sees a link in it. It also sees one in `nhs.uk`, without `https://`."""
    return bool(_parser().extract_urls(_readable(text)))


def length(text: str, platform: Platform) -> int:
    """The length as this platform counts it."""
    return weighted_length(text) if platform is Platform.X else len(text)


def fits(text: str, platform: Platform) -> bool:
    return length(text, platform) <= LIMITS[platform]


def _simple_weight(text: str) -> int | None:
    """The length of a text that is beyond doubt, as nearly all of the bot's are; None where the parser has to look.

    Beyond doubt are Western European letters, common signs, and addresses without anything odd. What is left may
    have no dot inside a word, because X could see an address there.
    """
    rest = _PLAIN_LINK.sub(_LINK_WEIGHT * "x", text)
    if _DOT_IN_WORD.search(rest) or not _PLAIN.fullmatch(rest):
        return None
    return len(rest) + rest.count("…")


@lru_cache(maxsize=1024)
def _weight(text: str) -> int:
    return int(_parser().parse_tweet(text).weightedLength)


def _readable(text: str) -> str:
    """Without what the parser fails on (halves of characters) or takes minutes for (endless dotted words)."""
    whole = re.sub("[\ud800-\udfff]", "\ufffd", text[:_READ_AT_MOST])
    return _NO_DOMAIN.sub(lambda run: re.sub(r"[.-]", "_", run[0]), whole)


@cache
def _parser() -> ModuleType:
    """The parser of X's rules, imported when first used: it builds its patterns for a quarter of a second.

    It reads one of its files through `pkg_resources`, which setuptools no longer has; we stand in for it.
    """
    stand_in = ModuleType("pkg_resources")
    stand_in.__dict__["resource_string"] = lambda module, name: (
        files(module.rpartition(".")[0]).joinpath(name).read_bytes()
    )
    ours = sys.modules.setdefault("pkg_resources", stand_in) is stand_in
    try:
        return importlib.import_module("twitter_text")
    finally:
        if ours:
            del sys.modules["pkg_resources"]
