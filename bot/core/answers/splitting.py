"""Two questions in one message, and a question that leans on the one before it."""

import re
from collections.abc import Callable, Sequence

from bot.core.words import is_telling, words

_MOST = 3
_SENTENCES = re.compile(r"[?!;\n]+|\.\s")
_CONJUNCTION = re.compile(r"\s*(?:,?\s+and\s+(?:also\s+)?|\s+also\s+|\s*[+&]\s*|,\s+plus\s+)\s*", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[?!.])\s+|\n+")
_GOING_ON = re.compile(r"\W*(?:and|or|but|also|plus|(?:what|how)\s+about|beth\s+am)\b", re.IGNORECASE)
_PIECE = 4
"""Words after that at most: a whole sentence is a question of its own."""
_LONGEST = 500
_LONGEST_MESSAGE = 2000

Together = Callable[[str, str], bool]
"""Whether "this and that" is one thing for the FAQ ("evidence and knowledge")."""


def questions(text: str, together: Together) -> Sequence[str]:
    """The questions of a message, two or three; nothing when it is one, or too many to be sure of."""
    parts = [part for sentence in _SENTENCES.split(text[:_LONGEST]) for part in _apart(sentence, together)]
    telling = [part for part in parts if is_telling(words(part))]
    return telling if 2 <= len(telling) <= _MOST else ()


def are_too_many(text: str) -> bool:
    """Whether a message has more questions than are told apart."""
    asked = [one for one in _ENDS.split(text[:_LONGEST_MESSAGE]) if one.endswith("?") and is_telling(words(one))]
    return len(asked) > _MOST


def the_question(text: str) -> str:
    """The only sentence of a message that ends with a question mark, where there are others around it; or nothing."""
    sentences = [sentence for sentence in _ENDS.split(text[:_LONGEST_MESSAGE]) if is_telling(words(sentence))]
    asking = [sentence for sentence in sentences if sentence.endswith("?")]
    return asking[0] if len(asking) == 1 < len(sentences) else ""


def _apart(sentence: str, together: Together) -> list[str]:
    parts: list[str] = []
    start = 0
    sentence = " ".join(sentence.split())  # in a long run of spaces the pattern would look for half a second
    for found in _CONJUNCTION.finditer(sentence):
        before, after = words(sentence[start : found.start()]), words(sentence[found.end() :])
        if before and after and not together(before[-1], after[0]):
            parts.append(sentence[start : found.start()])
            start = found.end()
    return [*parts, sentence[start:]]


def asked_after(before: str, follow_up: str) -> str:
    """A question as it was meant after another: "and for students?" after "How can I get involved?"."""
    return f"{before} {follow_up}"


def goes_on(text: str) -> bool:
    """Whether a message is a piece that says itself that it goes on from the one before it."""
    begun = _GOING_ON.match(text[:_LONGEST])
    return begun is not None and len(text[begun.end() : _LONGEST].split()) <= _PIECE
