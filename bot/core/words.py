"""The words of a message: what is left when links, names, hashtags' shape and courtesy are taken away."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

_LONGEST = 500  # characters looked at: questions are shorter, and time stays bounded

_LINK = re.compile(r"(https?://|www\.)\S+|[^\s@]+@[^\s@]+\.\S+")
_EMOJI_NAMES = re.compile(r"(?<!\w)(?::[a-z0-9_+'-]{1,60}:)+(?!\w)")
_MENTION = re.compile(r"(?<!\w)@\w+")
_HASHTAG = re.compile(r"#(\w+)")
_TAGS_AT_THE_END = re.compile(r"(?:\s+(?:(?:cc|via|rt)\s+)?[#@]\w+[^\w\s#@]*)+\W*$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´](?=\w)")
_WORD = re.compile(r"[^\W_]+")
_SUFFIX = re.compile(r"(?<=\w{3})(ing|ed|es|s|e)$")

_OPENING = re.compile(
    r"\A(?:(?:(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|morning|afternoon|evening)"
    r"(?: (?:there|all|everyone|everybody|team|bot|folks|guys))*"
    r"|hope (?:you are|youre|you re) (?:all )?(?:well|ok|okay|good)|(?:just )?(?:a )?quick (?:question|query|one)"
    r"|(?:i (?:was|am) |im )?(?:just )?wondering(?: if| whether)?"
    r"|sorry (?:if this|to) [a-z ]{0,40}?(?:before|bother you)"
    r"|ok|okay|so|but|um|erm|well|oh|please|pls|plz|sorry"
    r"|(?:can|could|would|will) (?:you|anyone|anybody|someone|somebody) (?:please )?"
    r"(?:tell me|help me with|let me know)|(?:do you|does anyone|does anybody) know"
    r"|i (?:would|d) like to know|id like to know)(?: |$))+"
)
_CLOSING = re.compile(
    r"(?: (?:please|pls|plz|many thanks|thanks|thank you|thx|ta|cheers|kind regards|regards|best wishes|in advance"
    r"|so much|a lot|very much|x+|lol|bye))+$"
)
_SIGNED = re.compile(
    r"\b(many thanks|thanks|thank you|cheers|regards|best wishes),\s*[A-Z]\w{1,20}(\s[A-Z]\w{0,20})?\W*$", re.IGNORECASE
)

COURTESY = frozenset(
    _WORD.findall(
        "hi hello hey hiya dear please pls plz thanks thank thx cheers sorry kindly anyone anybody everyone "
        "ok okay just also"
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

SHORT_FORMS = {
    short: tuple(words.split())
    for short, words in {
        "whats": "what is", "wheres": "where is", "whos": "who is", "hows": "how is", "whens": "when is",
        "whys": "why is", "thats": "that is", "theres": "there is", "its": "it is", "im": "i am", "ive": "i have",
        "id": "i would", "youre": "you are", "youve": "you have", "theyre": "they are", "weve": "we have",
        "dont": "do not", "doesnt": "does not", "didnt": "did not", "cant": "can not", "cannot": "can not",
        "couldnt": "could not", "wont": "will not", "isnt": "is not", "arent": "are not", "wasnt": "was not",
        "havent": "have not", "hasnt": "has not", "hadnt": "had not", "werent": "were not", "mustnt": "must not",
        "neednt": "need not", "aint": "is not", "youd": "you would", "youll": "you will", "theyd": "they would",
        "theyll": "they will", "itll": "it will", "dyou": "do you", "wouldnt": "would not", "shouldnt": "should not",
        "gonna": "going to", "wanna": "want to", "gotta": "got to", "gimme": "give me", "lemme": "let me",
        "wot": "what", "wat": "what", "wots": "what is", "u": "you", "ur": "your", "r": "are", "y": "why",
        "cos": "because", "coz": "because", "cuz": "because", "bc": "because", "n": "and", "da": "the",
        "dunno": "do not know", "tho": "though", "thru": "through", "2moro": "tomorrow", "2nite": "tonight",
        "tmrw": "tomorrow", "info": "information", "pic": "picture", "pics": "pictures", "vid": "video",
        "vids": "videos", "ppl": "people", "doc": "document", "docs": "documents", "org": "organisation",
        "orgs": "organisations", "govt": "government", "uni": "university", "exec": "executive",
        "execs": "executives", "min": "minute", "mins": "minutes", "asap": "as soon as possible",
        "btw": "by the way", "fyi": "for your information", "faq": "frequently asked questions",
    }.items()
}  # fmt: skip

_AMERICAN = re.compile(
    r"(?<=\w{3})(?:(?P<ise>iz)(?=e|es|ed|ing|er|ers|ation|ations)|(?P<yse>yz)(?=e|ed|es|ing))(?=\w+$)"
)
_OUR = re.compile(r"^(col|fav|behavi|lab|hon|neighb|hum|rum|harb|flav|endeav)or(?=s|ed|ing|able|ite|al|$)")
_SPELT_DIFFERENTLY = {
    "program": "programme", "programs": "programmes", "center": "centre", "centers": "centres",
    "catalog": "catalogue", "catalogs": "catalogues", "theater": "theatre", "liter": "litre", "defense": "defence",
    "license": "licence", "licenses": "licences", "practise": "practice", "enroll": "enrol", "fulfill": "fulfil",
    "pediatric": "paediatric", "anesthetic": "anaesthetic", "anemia": "anaemia", "fetus": "foetus",
    "dialog": "dialogue", "gray": "grey", "tire": "tyre", "judgment": "judgement", "email": "email",
    "skeptic": "sceptic", "traveling": "travelling", "labeled": "labelled", "labeling": "labelling",
    "modeling": "modelling", "canceled": "cancelled", "aging": "ageing",
}  # fmt: skip


Mend = Callable[[Sequence[str]], Sequence[str]]


def parted(text: str) -> tuple[str, str]:
    """The first word, and what stands behind it or on the lines below."""
    first, rest = (*text.split(maxsplit=1), "", "")[:2]
    return first, rest.strip()


def words(text: str, mend: Mend = tuple) -> tuple[str, ...]:
    """The words of a message that carry its question: lower case, hashtags split, names and links left out.

    `mend` puts right what is misspelt, before short forms are written out.
    """
    text = text[:_LONGEST]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:_LONGEST]
    text = _without_last_tags(_LINK.sub(" ", without_emoji_names(text)))
    text = _MENTION.sub(" ", _SIGNED.sub(r"\1", text))
    text = _HASHTAG.sub(lambda tag: f" {_CAMEL.sub(' ', tag[1])} ", text)
    found = _words(_APOSTROPHE.sub("", _plain(text)).replace("e-mail", "email"))
    kept = tuple(word for word in mend(_undressed(found)) if word not in COURTESY) or found
    return tuple(british(word) for word in _written_out(kept))


def without_emoji_names(text: str) -> str:
    """Slack writes an emoji as its name between colons, `:wave::skin-tone-2:`."""
    return _EMOJI_NAMES.sub(" ", text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))


def _plain(text: str) -> str:
    """Lower case and without accents."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _without_last_tags(text: str) -> str:
    """Two or more hashtags or names at the end are addresses, no part of the sentence."""
    tags = _TAGS_AT_THE_END.search(text)
    if tags is None or tags[0].count("#") + tags[0].count("@") < 2:
        return text
    rest = text[: tags.start()]
    return rest if is_telling(_words(_MENTION.sub(" ", rest).casefold())) else text


def _undressed(found: Sequence[str]) -> tuple[str, ...]:
    """Without the phrases of greeting and thanks around the question, unless they are all there is."""
    text = _CLOSING.sub("", _OPENING.sub("", " ".join(found)))
    rest = tuple(text.split())
    return rest if is_telling(rest) or len(rest) > 2 else tuple(found)


def _written_out(tokens: Iterable[str]) -> list[str]:
    found: list[str] = []
    for token in tokens:
        found += SHORT_FORMS.get(token, (token,))
    # "what can i do 2 help", but "phase 2" and "Q2".
    return [
        "to" if word == "2" and 0 < place < len(found) - 1 and found[place - 1] in COMMON else word
        for place, word in enumerate(found)
    ]


def is_telling(tokens: Iterable[str]) -> bool:
    """Whether there is a word among them that says what the question is about."""
    return any(token not in COMMON and token not in COURTESY for token in tokens)


@lru_cache(maxsize=8192)
def british(word: str) -> str:
    """American spelling made British, so that both meet."""
    if (other := _SPELT_DIFFERENTLY.get(word)) is not None:
        return other
    word = _OUR.sub(r"\1our", word)
    return _AMERICAN.sub(lambda found: "is" if found["ise"] else "ys", word, count=1)


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its commonest endings, so that "librarians" meets "librarian"."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return _SUFFIX.sub("", word)
