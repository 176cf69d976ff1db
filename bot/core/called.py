"""What people are called where others read who did something: by their name, and never by a bare id."""

import re
from collections.abc import Callable, Mapping

from bot.core.audit import COMMAND_LINE
from bot.core.events import Platform

LINK_OF = "link of "
"""How the ref begins of somebody without an account; whoever made the link follows."""
Called = Callable[[str, str], str]
"""What somebody is called, by their ref and by the name that was noted with it, or nothing."""

_NOBODY_KNOWN: Mapping[str, str] = {}
_ELSEWHERE = {
    "content": "the files of content/",
    "csv": "an imported sheet",
    "host": "a host",
    COMMAND_LINE: "the command line",
}
_ERASED = re.compile(r"(.*[:/])?person-[0-9a-f]{24}")


def called(ref: str, name: str = "", known: Mapping[str, str] = _NOBODY_KNOWN) -> str:
    """`Olive`, by what was noted or else is `known` by ref; or `somebody on Slack (U0OLIVE)`.

    A `ref` can also be another source of what is planned, or a one-time link.
    """
    if ref.startswith(LINK_OF):  # whoever made it could also have opened it: so they are named
        return f"{name}, by a one-time link of {called(ref.removeprefix(LINK_OF), '', known)}"
    return name or known.get(ref) or _ELSEWHERE.get(ref) or _unnamed(ref)


def _unnamed(ref: str) -> str:
    if _ERASED.fullmatch(ref):
        return "somebody who was erased"
    platform, _, person = ref.partition(":")
    if platform in tuple(Platform):
        return f"somebody on {Platform(platform).label} ({person.rpartition('/')[2]})"
    return person if platform == "web" else ref


def at_the_start(words: str) -> str:
    """As a sentence begins. Names stay as their people write them."""
    return f"S{words[1:]}" if words.startswith("somebody ") else words
