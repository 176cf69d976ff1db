"""What each platform allows, and who may ask for what. Deny by default; decided here and nowhere else."""

import importlib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from types import MappingProxyType, ModuleType

from bot.core.events import Person, Platform

LIMITS = MappingProxyType({Platform.X: 280, Platform.SLACK: 4_000, Platform.TEAMS: 14_000})
"""Longest text of one post: weighted on X, characters elsewhere.

Slack advises 4,000 (it cuts at 40,000); Teams takes about 28 KB, which is 14,000 characters in UTF-16.
"""

_LARGEST_FILE = MappingProxyType({Platform.TEAMS: 20 * 1024})
"""Octets of a file that is written into a message: Teams lets a bot upload one only after a consent of its own."""

_USER_GROUP = re.compile(r"slack:[^/]+/S[A-Z0-9]+")

_READ_AT_MOST = 2_000
"""Longer text is past every limit; the parser need not see the rest of it."""

_NO_DOMAIN = re.compile(r"[^\s/?#:]{64,}(?=[^\s/?#:])")
"""A word longer than domain names are."""


_LINK_WEIGHT = 23
_PLAIN_LINK = re.compile(r"(?<!\S)https://(?:[a-z0-9]+\.)+(?:com|int|net|org|uk)(?:/[A-Za-z0-9/_-]*)?(?!\S)")
_DOT_BEFORE_LETTER = re.compile(r"\.[^\W\d_]")
_PLAIN = re.compile(r"[\n -~À-ÖØ-öø-ÿ‐-‟…]*")


class Role(StrEnum):
    """What somebody is to the campaign. A participant is anybody; a member is in one of its own workspaces."""

    PARTICIPANT = "participant"
    MEMBER = "member"
    GUEST_LEAD = "guest lead"
    ORGANISER = "organiser"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Deed(StrEnum):
    """What can be asked of the bot, as far as it makes a difference who asks."""

    TAKE_PART = "take part"
    """Ask, give feedback, see this month's key actions."""
    LEAD_CHAT = "lead a chat"
    CHANGE_ACTIONS = "change actions"
    RUN_ROUNDS = "run rounds"
    """Open and close rounds of feedback; what people answer is for moderators."""
    PAUSE = "pause"
    READ_FEEDBACK = "read feedback"
    """Read, export, tag or answer it, and see who wrote it."""


WHO_MAY: Mapping[Deed, tuple[Role, ...]] = MappingProxyType(
    {
        Deed.TAKE_PART: (Role.PARTICIPANT,),
        Deed.LEAD_CHAT: (Role.GUEST_LEAD, Role.ORGANISER, Role.MODERATOR),
        Deed.CHANGE_ACTIONS: (Role.ORGANISER,),
        Deed.RUN_ROUNDS: (Role.ORGANISER,),
        # Moderators too: whoever sees first that something is wrong must be able to stop it.
        Deed.PAUSE: (Role.ORGANISER, Role.MODERATOR),
        Deed.READ_FEEDBACK: (Role.MODERATOR,),
    }
)
"""The roles of which one is needed; a refusal names the first. What is not listed here, nobody may."""


@dataclass(frozen=True, slots=True)
class Roles:
    """People by their `Person.ref`: platform, workspace and id, never a display name. `slack:T123/S456` is a user group
    of Slack, of which everybody has the role.

    `workspaces` are the campaign's own: `slack:T123`, `teams:TENANT`. `groups` are the members of user groups, refs by
    ref, and may change at any time; a group that is not in it has none.
    """

    organisers: frozenset[str] = frozenset()
    moderators: frozenset[str] = frozenset()
    admins: frozenset[str] = frozenset()
    workspaces: frozenset[str] = frozenset()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)

    def of(self, person: Person) -> frozenset[Role]:
        """Everything that somebody is, whatever the chat: who leads one is named there (`bot.core.chat.may_lead`)."""
        if not _identified(person):
            return frozenset({Role.PARTICIPANT})
        member = f"{person.platform}:{person.workspace}" in self.workspaces
        return self.held(person.ref) | {Role.PARTICIPANT} | ({Role.MEMBER} if member else frozenset())

    def held(self, ref: str) -> frozenset[Role]:
        """The roles that the settings give to a ref, which need not be on a platform: `web:maria`."""
        admin = ref in self.people(self.admins)
        roles = {
            Role.ORGANISER: admin or ref in self.people(self.organisers),
            Role.MODERATOR: admin or ref in self.people(self.moderators),
            Role.ADMIN: admin,
        }
        return frozenset(role for role, holds in roles.items() if holds)

    @property
    def places(self) -> frozenset[str]:
        """The workspaces and tenants that somebody with a role is of, and the campaign's own."""
        named = self.organisers | self.moderators | self.admins
        return self.workspaces | {ref.partition("/")[0] for ref in named if "/" in ref}

    def people(self, refs: frozenset[str]) -> frozenset[str]:
        """Those refs, with the members of groups in the place of the groups."""
        named = user_groups(refs)
        return (refs - named).union(*(self.groups.get(group, frozenset()) for group in named))

    def has(self, person: Person, role: Role) -> bool:
        return role in self.of(person)

    def may(self, person: Person, deed: Deed) -> bool:
        return not self.of(person).isdisjoint(WHO_MAY.get(deed, ()))


def user_groups(refs: frozenset[str]) -> frozenset[str]:
    """Those that name a user group of Slack: its ids begin with S, and people's with U or W."""
    return frozenset(filter(_USER_GROUP.fullmatch, refs))


def _identified(person: Person) -> bool:
    """Whether the ref can be no other person's: `slack:T1/U1` must not be somebody of no workspace called `T1/U1`."""
    has_workspace = person.platform is not Platform.X
    return bool(person.id) and bool(person.workspace) is has_workspace and "/" not in person.workspace + person.id


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


def takes_file(platform: Platform, content: str) -> bool:
    """Whether a text file goes out there. In a message of Teams each quotation mark takes two octets, and `&` five."""
    most = _LARGEST_FILE.get(platform)
    written = json.dumps(escape(content, quote=False), ensure_ascii=False) if most else ""
    return most is None or len(written.encode(errors="replace")) <= most


def _simple_weight(text: str) -> int | None:
    """The length of a text that is beyond doubt, as nearly all of the bot's are; None where the parser has to look.

    Beyond doubt are Western European letters, common signs, and addresses without anything odd. What is left may
    have no dot before a letter, because X could see an address there: the last part of each begins with one.
    """
    rest = _PLAIN_LINK.sub(_LINK_WEIGHT * "x", text)
    if _DOT_BEFORE_LETTER.search(rest) or not _PLAIN.fullmatch(rest):
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
