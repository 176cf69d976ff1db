"""The words of a message: what is left when links, names, hashtags' shape and courtesy are taken away."""

import re
import unicodedata

_LONGEST = 500  # characters looked at: questions are shorter, and time stays bounded

_LINK = re.compile(r"(https?://|www\.)\S+|[^\s@]+@[^\s@]+\.\S+")
_MENTION = re.compile(r"(?<!\w)@\w+")
_HASHTAG = re.compile(r"#(\w+)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_SUFFIX = re.compile(r"(?<=\w{3})(ing|ed|es|s|e)$")

_COURTESY = frozenset(
    _WORD.findall(
        "hi hello hey hiya dear morning afternoon evening please pls plz thanks thank thx cheers ta sorry kindly "
        "anyone anybody everyone ok okay just also"
    )
)
COMMON = frozenset(
    _WORD.findall(
        "a about am an and any are as at be been being but by can could d did do does doing for from get give had has "
        "have he her here him his how i if in into is it its ll m may me might my no not of on or our s she should so "
        "some t tell than that the their them then there these they this those to up us ve was we were what when where "
        "which who why will with would you your"
    )
)
"""Words that say little about what a question is about."""


def words(text: str) -> tuple[str, ...]:
    """The words of a message that carry its question: lower case, hashtags split, names and links left out."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST])[:_LONGEST]
    text = _MENTION.sub(" ", _LINK.sub(" ", text))
    text = _HASHTAG.sub(lambda tag: _CAMEL.sub(" ", tag[1]), text)
    found = tuple(_WORD.findall(text.casefold()))
    return tuple(word for word in found if word not in _COURTESY) or found


def stem(word: str) -> str:
    """A word without its commonest endings, so that "librarians" meets "librarian"."""
    return _SUFFIX.sub("", word)
