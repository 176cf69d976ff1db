"""What people are called in a record: by their account on X, and "A member" where the room is not public."""

import re
from collections.abc import Collection, Iterable

from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.record.values import Who

PUBLIC = frozenset({Platform.X})
SOMEBODY = "a member"
_FOR_ALL = frozenset({"here", "channel", "everyone", "team"})
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_CALLED = re.compile(r"(?<!\w)@([\w.-]*\w)")
_WORD = re.compile(r"\w[\w'’-]*")


class Names:
    """Numbers members in the order of their first post. `consent` are those who agreed to be named."""

    def __init__(self, posts: Iterable[HeardPost], consent: Collection[Who] = ()) -> None:
        self._called: dict[Who, str] = {}
        self._spellings: dict[str, str] = {}
        """What stands for a member after an @: their id, their name in one word, their first name."""
        self._full: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        """Names of two words and more, by the first of them."""
        self._hidden: set[Who] = set()
        for post in posts:
            who = (post.platform, post.author)
            if who in self._called:
                continue
            if post.platform in PUBLIC or who in consent:
                self._called[who] = _public(post)
                continue
            self._hidden.add(who)
            self._called[who] = f"A member {len(self._hidden)}"
            self._hide(post, f"a member {len(self._hidden)}")

    @property
    def redacts(self) -> bool:
        return bool(self._hidden)

    def of(self, post: HeardPost) -> str:
        return self._called[post.platform, post.author]

    def text(self, post: HeardPost) -> str:
        """The text without who it names. A first name that stands alone stays: it may be a word like any other."""
        if post.platform in PUBLIC:
            return post.text
        text = _CALLED.sub(self._mention, _MAIL.sub("[email address]", post.text))
        return self._without_full_names(text) if self._full else text

    def link(self, post: HeardPost) -> str:
        """Where the post stands on its platform; empty where that would name its author."""
        if post.platform not in PUBLIC:
            return "" if (post.platform, post.author) in self._hidden else _web(post.link)
        if link := _web(post.link):
            return link
        return f"https://x.com/{post.name or 'i'}/status/{post.id}" if post.id.isascii() and post.id.isdigit() else ""

    def _hide(self, post: HeardPost, label: str) -> None:
        words = tuple(word.casefold() for word in _WORD.findall(post.name))
        for spelling in (post.author.casefold(), "".join(words), ".".join(words), *words[:1]):
            self._spellings.setdefault(spelling, label)
        if len(words) > 1:
            self._full.setdefault(words[0], []).append((words, label))

    def _mention(self, found: re.Match[str]) -> str:
        called = found[1].casefold()
        return found[0] if called in _FOR_ALL else self._spellings.get(called, SOMEBODY)

    def _without_full_names(self, text: str) -> str:
        words = [(found[0].casefold(), found.start(), found.end()) for found in _WORD.finditer(text)]
        parts, end, n = [], 0, 0
        while n < len(words):
            size, label = self._at(words, n)
            if size:
                parts += [text[end : words[n][1]], label]
                end = words[n + size - 1][2]
            n += size or 1
        return "".join([*parts, text[end:]])

    def _at(self, words: list[tuple[str, int, int]], n: int) -> tuple[int, str]:
        """How many words from the nth on are a member's full name, and what to put there."""
        for name, label in self._full.get(words[n][0], ()):
            if tuple(word for word, _, _ in words[n : n + len(name)]) == name:
                return len(name), label
        return 0, ""


def _public(post: HeardPost) -> str:
    name = post.name or post.author
    return f"@{name.lstrip('@')}" if post.platform is Platform.X else name


def _web(link: str) -> str:
    """A link that is safe to follow: files that are imported can have anything in that column."""
    return link if link.startswith(("https://", "http://")) else ""
