"""How X reads a text: its weighted length, links, mentions, hashtags and cashtags."""

import re
import unicodedata

LONGEST = 280
"""Weighted characters of a post from an account without a subscription."""

_LINK_WEIGHT = 23
_TLDS = "academy|ac|ai|blog|co|com|edu|eu|gov|info|int|io|london|ly|me|net|nhs|online|org|scot|tv|uk|wales"
LINK = re.compile(
    r"(?<![\w@#$./-])(?:https?://[^\s<>\"]*[^\s<>\".,;:!?)'’”]"
    rf"|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_TLDS})(?![\w.-]*\w)(?:/[^\s<>\"]*[^\s<>\".,;:!?)'’”])?)",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<![\w@/])[@＠](\w{1,15})(?!\w)", re.ASCII)
_HASHTAG = re.compile(r"(?<![\w&/])[#＃]([^\W_]*[^\W\d_]\w*|\w*[^\W\d_]\w*)")
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")

# One picture to a reader, however many code points: flags, keycaps, and emoji joined or toned.
_PICTURE = "[\u203c-\u3299\U0001f000-\U0001faff]"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*)*"
    "|[\u00a9\u00ae]\ufe0f?"
)
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that count one; all others count two (X's configuration version 3)."""


def weighted_length(text: str) -> int:
    """X's count: a link is 23 however long, an emoji 2, a CJK character 2."""
    plain, links = LINK.subn("", unicodedata.normalize("NFC", text))
    rest, emoji = _EMOJI.subn("", plain)
    return links * _LINK_WEIGHT + emoji * 2 + sum(1 if _is_light(char) else 2 for char in rest)


def _is_light(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _LIGHT)


def mentions(text: str) -> set[str]:
    """Account names mentioned, in lower case."""
    return {name.lower() for name in _MENTION.findall(text)}


def hashtags(text: str) -> set[str]:
    """Hashtags without #, in lower case."""
    return {tag.lower() for tag in _HASHTAG.findall(text)}


def cashtags(text: str) -> list[str]:
    return _CASHTAG.findall(text)
