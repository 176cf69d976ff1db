"""What a post looks like, and what it does besides answering: it greets, thanks, leaves, sells, asks where we are."""

import re
from dataclasses import dataclass

from bot.core.qn import cues

_URL = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_TAG = re.compile(r"[#@]\w+")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´](?=\w)")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_CODE = re.compile(r"\b[a-z]{1,2}\d{1,3}\b|\d\s?(?:pm|am|p|%)(?!\w)|[£$€]\s?\d|\b\d+\s?-\s?\d+\b|\btype [12]\b")
"""A road, a size, a time of day, a price, a score."""
_SENTENCE_ENDS = re.compile(r"[.!?]\s")
_EMOJI = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]")
_QUOTE = re.compile(r"[“\"«](?P<inside>[^“”\"«»]{20,})(?:[”\"»]|\Z)")
_REPOST = re.compile(r"\A\W*(?:[RM]T\b:?\s?@\w+|(?:re-?posting|retweeting|quoting)\b)", re.IGNORECASE)
_CREDIT_BEFORE = re.compile(r"@\w+:?\s*\Z")
_CREDIT_AFTER = re.compile(r"\A\W*(?:(?:via|says|said|from|by|h/t)\W+)?@\w+", re.IGNORECASE)
_LABELLED = re.compile(r"\A\W*[qat]\W?\d", re.IGNORECASE)
_ADVERT_WITH_LABEL, _ADVERT = 3, 2
"""Signs of selling that make an advert of a post that answers something, and of another one."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What there is in a post: whether there are signs of it, or how many."""

    greets: bool
    thanks: bool
    leaves: bool
    logistics: int
    words: int
    first_person: bool
    mine: bool
    third_person: bool
    second_person: bool
    asks: bool
    opens_asking: bool
    numbers: bool
    codes: bool
    denies: bool
    joins: bool
    points: bool
    sentences: int
    times: int
    emoji: bool
    shouts: bool
    we: bool
    doing: bool
    laughs: bool

    @property
    def social(self) -> bool:
        return self.greets or self.thanks or self.leaves


def is_advert(text: str, answers: bool) -> bool:
    """Whether it is an advert. `answers`: it has a label or replies to somebody."""
    return _selling(_APOSTROPHE.sub("", text)) >= (_ADVERT_WITH_LABEL if answers else _ADVERT)


def _selling(said: str) -> int:
    small = said.lower()
    return sum(1 for cue in cues.ADVERT if cue.search(small)) + (cues.SHOUTS.search(said) is not None)


def read(text: str) -> Talk:
    written = plain(_APOSTROPHE.sub("", text))
    said = written.lower()
    words = _WORD.findall(said)
    present = frozenset(words)
    return Talk(
        greets=cues.GREETS.search(said) is not None,
        thanks=bool(cues.THANKS.search(said) or cues.THANKS_LAST.search(said)),
        leaves=cues.LEAVES.search(said) is not None,
        logistics=len(cues.LOGISTICS.findall(said)),
        words=len(words),
        first_person=not present.isdisjoint(cues.FIRST_PERSON),
        mine="my" in present,
        third_person=not present.isdisjoint(cues.THIRD_PERSON),
        second_person=not present.isdisjoint(cues.SECOND_PERSON),
        asks="?" in written,
        opens_asking=bool(words) and words[0] in cues.QUESTION_WORDS,
        numbers=_DIGIT.search(written) is not None,
        codes=_CODE.search(said) is not None,
        denies=not present.isdisjoint(cues.DENIES),
        joins="and" in present,
        points=not present.isdisjoint(cues.POINTS),
        sentences=len(_SENTENCE_ENDS.findall(written)),
        times=sum(1 for word in words if word in cues.TIMES),
        emoji=_EMOJI.search(written) is not None,
        shouts="!" in written,
        we=not present.isdisjoint(cues.WE),
        doing=cues.DOING.search(said) is not None,
        laughs=cues.LAUGHS.search(said) is not None,
    )


def plain(text: str) -> str:
    """Without links, names and hashtags."""
    return " ".join(_TAG.sub(" ", _URL.sub(" ", text)).split())


def own_words(text: str) -> str | None:
    """A text without what it quotes of another post; None if it does nothing but pass that on."""
    if _REPOST.match(text):
        return None
    for quote in _QUOTE.finditer(text):
        before, after = text[: quote.start()], text[quote.end() :]
        credited = _CREDIT_BEFORE.search(before) or _CREDIT_AFTER.match(after)
        if credited or _LABELLED.match(quote["inside"]):
            rest = f"{before} {after}"
            return rest if _LABELLED.match(rest) else None
    return text
