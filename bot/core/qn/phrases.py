"""Lists of phrases, one pattern a list, so that a list can be read and added to."""

import re


def phrases(listed: str) -> re.Pattern[str]:
    """Whatever is listed, a phrase after each comma or line break, as whole words of a text in lower case.

    `pay*` is any word that begins so, `[a|b]` one of both, `[a|b]?` perhaps one of both, ` .. ` up to forty characters
    of the same post, and a `^` at the start that nothing but signs may stand before it.
    """
    found = [" ".join(phrase.split()) for phrase in re.split(r"[,\n]", listed)]
    inner = [_pattern(phrase) for phrase in found if phrase and not phrase.startswith("^")]
    first = [_pattern(phrase[1:]) for phrase in found if phrase.startswith("^")]
    parts = [rf"(?<!\w)(?:{'|'.join(inner)})(?!\w)"] if inner else []
    parts += [rf"\A\W*(?:{'|'.join(first)})(?!\w)"] if first else []
    return re.compile("|".join(parts))


def _pattern(phrase: str) -> str:
    pattern, begun = "", False
    for word, optional in (_word(word) for word in re.findall(r"\[[^\]]*\]\??|\S+", phrase)):
        if optional:
            pattern += rf"(?:\s+{word})?" if begun else rf"(?:{word}\s+)?"
        else:
            pattern += rf"\s+{word}" if begun else word
            begun = True
    return pattern.replace(r"\s+\.\.\s+", r"(?!\w).{0,40}?(?<!\w)")


def _word(word: str) -> tuple[str, bool]:
    """The pattern of a word, and whether it may be missing."""
    optional = word.endswith("]?")
    if word.startswith("["):
        choices = word.strip("[]?").split("|")
        return f"(?:{'|'.join(_escaped(choice) for choice in choices)})", optional
    return _escaped(word), False


def _escaped(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace("_", r"\s+")


def word_set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())
