"""The language of a page: catalogues of GNU gettext, in which the English words themselves are what is looked up.

English needs no catalogue. Another language is offered once it has a compiled one, which `pybabel compile` does not
make while its translators have the catalogue marked as fuzzy: that is the whole rule. Words are looked up when a page
is made, for its reader, and never when a module is loaded.
"""

from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup, escape
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCALE = Path(__file__).parent / "locale"
_COMPILED = "LC_MESSAGES/pages.mo"


@dataclass(frozen=True, eq=False)
class Language:
    """`code` is as HTML and HTTP write it (BCP 47)."""

    code: str
    catalogue: NullTranslations


Languages = Mapping[str, Language]
"""By their codes in lower case, English not among them."""

ENGLISH = Language("en-GB", NullTranslations())
_spoken: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


@cache
def offered(folder: Path = LOCALE) -> Languages:
    """What there is beside English."""
    found = {}
    for file in sorted(folder.glob(f"*/{_COMPILED}")):
        code = file.parts[-3].replace("_", "-")
        with file.open("rb") as compiled:
            found[code.casefold()] = Language(code, GNUTranslations(compiled))
    return MappingProxyType(found)


def chosen(accepted: str, codes: Collection[str]) -> str:
    """The first of a reader's languages that there is; empty for English, and where there is none of theirs.

    `accepted` is an Accept-Language (RFC 9110, 12.5.4). `cy-GB` is content with `cy` (RFC 4647, 3.4).
    """
    weighed = sorted(map(_weighed, accepted.casefold().split(",")), key=lambda found: -found[1])
    for code in (code for code, weight in weighed if weight > 0):
        if known := next((part for part in (code, code.partition("-")[0]) if part in codes), ""):
            return known
        if code.partition("-")[0] == "en":
            return ""
    return ""


def _weighed(wish: str) -> tuple[str, float]:
    code, _, weight = wish.partition(";")
    try:
        return code.strip(), float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return code.strip(), 0.0


def language() -> str:
    """The code of the language in which the present page is."""
    return _spoken.get().code


def gettext(words: str, /, **values: object) -> str:
    """The words in the reader's language, with the values in their `%(places)s`."""
    said = _looked_up(words)
    return said % values if values else said


def _looked_up(words: str) -> str:
    # What stands under no words in a catalogue are facts about it, for its tools.
    return _spoken.get().catalogue.gettext(words) if words else ""


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The words for so many, which are `%(num)s` in them unless a value says otherwise."""
    return _spoken.get().catalogue.ngettext(one, many, number) % {"num": number, **values}


def N_(words: str) -> str:  # noqa: N802  (the name by which catalogue tools know it)
    """Words to be looked up later, where they are shown."""
    return words


def marked(words: str, /, **values: object) -> Markup:
    """As `gettext`, for HTML. A translation is text like any other: what would be markup in it, is shown."""
    spoken = _spoken.get()
    return _escaped(spoken, words) % values if values else _plain(spoken, words)


# A page has a hundred of them, each the same every time. They come from templates, so there is an end to them.
@lru_cache(maxsize=4096)
def _escaped(spoken: Language, words: str) -> Markup:
    return escape(spoken.catalogue.gettext(words))


@lru_cache(maxsize=4096)
def _plain(spoken: Language, words: str) -> Markup:
    return _escaped(spoken, words) % {}


def nmarked(one: str, many: str, number: int, /, **values: object) -> Markup:
    """As `ngettext`, for HTML."""
    return escape(_spoken.get().catalogue.ngettext(one, many, number)) % {"num": number, **values}


def both(names: Sequence[str]) -> str:
    """`X, Slack and Teams`, as people read it. There is at least one."""
    *most, last = names
    return gettext("%(some)s and %(last)s", some=", ".join(most), last=last) if most else last


def either(names: Sequence[str]) -> str:
    """`organisers, moderators or guest leads`."""
    *most, last = names
    return gettext("%(some)s or %(last)s", some=", ".join(most), last=last) if most else last


class Spoken:
    """Middleware: the pages within are in the language that their reader prefers."""

    def __init__(self, app: ASGIApp, languages: Languages) -> None:
        self._app, self._languages = app, languages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = chosen(Headers(scope=scope).get("accept-language", ""), self._languages)
        spoken = self._languages.get(wanted, ENGLISH)

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["content-language"] = spoken.code
                    headers.add_vary_header("Accept-Language")
            await send(message)

        before = _spoken.set(spoken)
        try:
            await self._app(scope, receive, said)
        finally:
            _spoken.reset(before)
