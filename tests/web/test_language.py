"""In which language a page is, and how words come to be in it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from gettext import NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from starlette.types import Message, Receive, Scope, Send

from bot.core import dates as core
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.pause import Pause
from bot.core.pause_words import told
from bot.core.preview import previews
from bot.web import dates
from bot.web.language import Language, Languages, Spoken, both, chosen, either, gettext, offered
from bot.web.pages.words import cost, paused, verdict
from tests.samples import an_entry
from tests.web.catalogues import read
from tests.web.pages.reader import World

mofile = pytest.importorskip("babel.messages.mofile", reason="Babel is not installed (group test)")
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", ""),
        ("cy", "cy"),
        ("cy-GB, cy;q=0.9, en;q=0.8", "cy"),
        ("CY", "cy"),
        ("en-GB, cy;q=0.9", ""),
        ("cy;q=0.5, en;q=0.9", ""),
        ("fr, cy;q=0.3", "cy"),
        ("fr", ""),
        ("*", ""),
        ("cy;q=0", ""),
        ("cy;q=much, xx", "xx"),
        ("zh-Hant-TW, ,;;q=,", ""),
    ],
)
def test_a_reader_has_the_first_of_their_languages_that_there_is(accepted: str, language: str) -> None:
    assert chosen(accepted, {"cy", "xx"}) == language


def test_dates_in_english_are_as_the_bot_writes_them() -> None:
    for n in range(400):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n, minutes=37 * n)
        assert dates.day_words(at.date()) == core.day_words(at.date())
        assert dates.time_words(at.time()) == core.time_words(at.time())
        assert dates.when_words(at, LONDON) == core.when_words(at, LONDON)
        assert dates.month_words(f"{at:%Y-%m}") == core.month_words(f"{at:%Y-%m}")
        assert dates.lasting(n * 60) == core.lasting(n * 60)
    assert [dates.time_words(time(hour)) for hour in (0, 12)] == ["midnight", "midday"]
    assert [dates.lasting(minutes) for minutes in (1, 90, 2880)] == ["1 minute", "90 minutes", "2 days"]


def test_a_pause_in_english_is_as_the_bot_tells_it() -> None:
    now = datetime(2027, 3, 22, 9, 30, tzinfo=UTC)
    midnight = datetime(2027, 4, 1, 23, tzinfo=UTC)
    pauses = [
        Pause(reason="Election.", by="slack:T/U", at=now, since=since, until=until, exempt=exempt)
        for since in (now - timedelta(days=2), now, now + timedelta(days=1), midnight)
        for until in (None, midnight + timedelta(days=3), now - timedelta(days=1), now + timedelta(days=30))
        for exempt in ((), ("chat:2027-03-16",))
    ]
    assert [paused(pause, LONDON, now) for pause in pauses] == [told(pause, LONDON, now) for pause in pauses]


def test_lists_are_read_as_people_say_them() -> None:
    assert (both(["X"]), both(["X", "Slack", "Teams"])) == ("X", "X, Slack and Teams")
    assert either(["hosts", "leads"]) == "hosts or leads"


class Dictionary(NullTranslations):
    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self._words = words

    def gettext(self, message: str) -> str:
        return self._words.get(message, message)


def speaking(words: dict[str, str]) -> Languages:
    return {"xx": Language("xx", Dictionary(words))}


async def test_what_would_be_markup_in_a_translation_is_shown_as_it_is_written() -> None:
    evil, places = "<script>alert(1)</script> & “so”", "<i>%(name)s</i> 100%%"
    world = World(languages=speaking({"Home": evil, "Signed in as %(name)s": places}))
    olive = await world.signed_in()
    olive.http.headers["accept-language"] = "xx"
    page = await olive.open("/pages/")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “so”</a>" in page
    assert "&lt;i&gt;UOLIVE&lt;/i&gt; 100%</a>" in page


async def test_the_answer_says_in_which_language_it_is_and_what_that_depends_on() -> None:
    reader = World(languages=speaking({})).reader()
    for wanted, code in (("xx", "xx"), ("cy, en", "en-GB"), ("", "en-GB")):
        reader.http.headers["accept-language"] = wanted
        assert f'<html lang="{code}">' in await reader.open("/pages/sign-in")
        assert (reader.answer.headers["content-language"], reader.answer.headers["vary"]) == (code, "Accept-Language")
        await reader.open("/pages/static/pages.css")
        assert "content-language" not in reader.answer.headers


async def heard(languages: Languages, wanted: str, say: Callable[[], str]) -> str:
    """What is said within an answer to somebody who wants a language, while others are answered too."""
    said = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.sleep(0)
        said.append(say())

    async def receive() -> Message:
        return {}

    async def send(_: Message) -> None: ...

    scope = {"type": "http", "headers": [(b"accept-language", wanted.encode())]}
    await Spoken(app, languages)(scope, receive, send)
    return said[0]


async def test_readers_who_are_answered_at_once_have_each_their_own_language() -> None:
    wanted = ["xx", "en", "xx", "fr"]
    said = await asyncio.gather(*(heard(speaking({"Home": "Σπίτι"}), each, lambda: gettext("Home")) for each in wanted))
    assert said == ["Σπίτι", "Home", "Σπίτι", "Home"]
    assert gettext("Home") == "Home"


WELSH = """
msgid ""
msgstr ""
"Language: cy\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);\\n"

msgid "%(num)s day"
msgid_plural "%(num)s days"
msgstr[0] "a0"
msgstr[1] "a1"
msgstr[2] "a2"
msgstr[3] "a3"
msgstr[4] "a6"
msgstr[5] "b%(num)s"
"""
"""No Welsh: only its numbers."""


async def test_a_catalogue_is_offered_when_it_is_compiled_and_counts_as_its_language_does(tmp_path: Path) -> None:
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "pages.po").write_text(WELSH, encoding="utf-8")
    assert offered(tmp_path) == {}
    with (folder / "pages.mo").open("wb") as compiled:
        mofile.write_mo(compiled, read(folder / "pages.po"))
    offered.cache_clear()
    languages = offered(tmp_path)
    assert [languages["cy"].code] == ["cy"]
    days = [await heard(languages, "cy", partial(dates.lasting, 24 * 60 * n)) for n in (1, 2, 3, 4, 6, 1000)]
    assert days == ["a1", "a2", "a3", "b4", "a6", "b1,000"]
    assert await heard(languages, "cy", lambda: gettext("")) == "", "and not what the catalogue says of itself"
    assert await heard(languages, "cy", lambda: gettext("Home")) == "Home", "what is not translated is English"


def test_what_is_to_be_sent_is_judged_in_words() -> None:
    long = an_entry(bodies={Platform.X: Text("x" * 281), Platform.SLACK: Text("See nhs.uk")})
    on_x, on_slack = previews(long)
    assert verdict(on_x) == "X refuses it: shorten it by 1 of its 281 characters."
    assert verdict(on_slack) == "It fits: 10 of 4,000 characters."
    linked, plain = (an_entry(bodies={Platform.X: Text(words)}) for words in ("See nhs.uk", "Hello"))
    assert cost(previews(linked)[0]) == "$0.200 because of its link; without one, $0.015."
    assert (cost(previews(plain)[0]), cost(on_slack)) == ("$0.015.", "Free.")
