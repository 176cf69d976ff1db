"""The search language of X, as far as a campaign needs it. Anything else is refused as X refuses it."""

import re
from collections.abc import Callable

from bot.emulators.x.problems import invalid
from bot.emulators.x.state import Post
from bot.emulators.x.text import hashtags

Test = Callable[[Post], bool]
_WORD = re.compile(r"\(|\)|-?[^\s()]+")
_LONGEST = 512


def parse(query: str) -> Test:
    """What a post must be like to be found. Raises Problem for a query that X does not take."""
    if len(query) > _LONGEST:
        raise invalid("query", query, f"query cannot be longer than {_LONGEST} characters")
    words = _WORD.findall(query)
    if not any(_stands_alone(word) for word in words):
        raise invalid("query", query, "There must be at least one standalone operator in the query.")
    test = _any_of(words, query)
    if words:
        raise invalid("query", query, f"unexpected {words[0]!r}")
    return test


def _stands_alone(word: str) -> bool:
    return not word.startswith(("-", "(", ")", "has:", "is:")) and word != "OR"


def _any_of(words: list[str], query: str) -> Test:
    tests = [_all_of(words, query)]
    while words and words[0] == "OR":
        words.pop(0)
        tests.append(_all_of(words, query))
    return lambda post: any(test(post) for test in tests)


def _all_of(words: list[str], query: str) -> Test:
    tests = []
    while words and words[0] not in ("OR", ")"):
        tests.append(_one(words, query))
    if not tests:
        raise invalid("query", query, "an operator is missing")
    return lambda post: all(test(post) for test in tests)


def _one(words: list[str], query: str) -> Test:
    word = words.pop(0)
    if word == "(":
        test = _any_of(words, query)
        if not words or words.pop(0) != ")":
            raise invalid("query", query, "missing closing parenthesis")
        return test
    if word.startswith("-"):
        wanted = _operator(word[1:], query)
        return lambda post: not wanted(post)
    return _operator(word, query)


def _operator(word: str, query: str) -> Test:
    name, colon, value = word.lower().partition(":")
    if word.startswith("#"):
        return lambda post: word[1:].lower() in hashtags(post.text)
    if name == "from" and value:
        return lambda post: post.author.name.lower() == value.removeprefix("@")
    known: dict[str, Test] = {
        "has:images": lambda post: bool(post.pictures),
        "has:media": lambda post: bool(post.pictures),
        "is:retweet": lambda post: bool(post.repost_of),
        "is:reply": lambda post: bool(post.in_reply_to),
    }
    if test := known.get(word.lower()):
        return test
    if colon:
        raise invalid("query", query, f"Reference to invalid operator '{name}'")
    return lambda post: word.lower() in post.text.lower()
