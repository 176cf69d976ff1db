"""Every page in a language that nobody speaks: what is left of English on it is nobody's to translate, or is listed."""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.adapters.passkeys import WebAuthnPasskeys
from bot.core.access import fingerprint
from bot.core.approval import SignOff, print_of
from bot.core.events import Platform
from bot.core.plan import Kind
from bot.web.feedback_form import FeedbackForm, Limit
from tests.web.catalogues import known
from tests.web.pages.everything import PAGES, content, filled
from tests.web.pages.pseudo import english, greek, languages, strange
from tests.web.pages.reader import ADA, GUEST, MORGAN, NOW, OLIVE, URL, World
from tests.web.pages.sweeping import Unreachable

OF_THE_CORE = (
    # What is stored in the plan, or in the audit, as it was put there.
    r"Reminder, [\w ]+ before|Welcome|Introductions|Wrap|Q\d+\. [^⟧]+|Reminder, an?…|Reminder, the…",
    r"everybody|everything|sign in|pause|import actions|chat hold|feedback (list|show)( with personal data)?",
    r"status \w+, by words|from(?= ⟦⟦⟦)|piece",
    # A rule as people type it, and as it is told.
    r"[Ee]very Monday at 9am(, from 14 December 2026 on, 5 times)?",
    # The names of bank holidays.
    r"(Christmas|Boxing) Day(, substitute day)?",
    # What is wrong with something, and how to mend it: the sentences that the platforms and the terminal have too.
    r"The picture is not described for people who do not see it\. Say in a sentence what it shows, with all words that "
    r"are in it\.",
    # How many posts, of which kinds, and where one is; somebody whose name nobody knows.
    r"nothing|1 answer|X, our own timeline|somebody on Teams \(morgan\)",
    # A record and the campaign's figures: sentences, and the labels of what is plotted.
    r"1 person wrote 1 post\.|1 person took part, more than in [^.]+\.|Q1 had most answers: 1 post by 1 person\.",
    r"All posts came before the chat or after it\. 0 came before the chat and 1 after it\.",
    r"\w+: (none in these months|[\d,]+ in all, most of them in \w+ \d+, [\d,]+)\.",
    r"[A-Z][a-z]{2} \d\d|[\d:]+[ap]m|1 December, 8am|Q\d+|A member|No question",
)
"""Sentences that the core puts together. They are English in every language: docs/pages.md says which kinds."""
OF_NO_LANGUAGE = (
    r"X|Slack|Teams|CSV|JSONL?|XLSX|ODS|YAML",
    r"(slack|teams|web):[\w/]+|ada|morgan|UGUEST|python-httpx/[\d.]+|[A-Z]\d",
    r"(action|chat|for):[\w:-]+|cards/uploaded/\w+\.png",
)
"""Names of platforms and files, and what stands for people and things."""


def told(world: World) -> Iterator[str]:
    """What organisers wrote in content/, and the chats that were."""
    campaign, messages = world.content.campaign, world.content.messages
    yield from (campaign.name, campaign.hashtag)
    yield from (words.on(Platform.TEAMS) for words in (messages.feedback_intro, messages.feedback_hint))
    yield from (entry.question for entry in world.content.faq)
    yield from (entry.id for entry in world.content.faq)
    yield from (region.name for region in world.content.regions)
    yield from (words for chat in world.content.chats.values() for words in (chat.topic, chat.lead or ""))
    yield from (words for chat in world.library.history() for words in (chat.topic, chat.lead or ""))


def of_data(world: World) -> re.Pattern[str]:
    names = sorted(map(re.escape, filter(None, told(world))), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join([*names, *OF_THE_CORE, *OF_NO_LANGUAGE])})(?!\w)")


@pytest.fixture
async def world() -> World:
    made = World(
        content=content(greek),
        languages=languages(known()),
        approve=frozenset(Kind),
        services={"slack": Unreachable()},
        passkeys=WebAuthnPasskeys(URL, "A campaign"),
    )
    return await filled(made, greek)


async def seen(world: World, who: str, paths: tuple[str, ...]) -> dict[str, str]:
    reader = await world.signed_in(who) if who else world.reader()
    reader.http.headers["accept-language"] = "xx-YY, en;q=0.5"
    return {path: await reader.open(path) for path in paths}


def left(world: World, pages: dict[str, str]) -> set[tuple[str, str]]:
    """What of pages is English, with the page on which it stands first."""
    data, found = of_data(world), dict[str, str]()
    for path, page in pages.items():
        assert '<html lang="xx">' in page, path
        for piece in english(page, data):
            found.setdefault(piece, path)
    return {(path, piece) for piece, path in found.items()}


PUBLIC = (
    "/pages/", "/pages/sign-in", "/pages/sign-in?link=old", "/pages/sign-in/passkey", "/pages/sign-in/nowhere",
    "/pages/sign-in/slack/back", "/pages/sign-off?link=old", "/pages/nothing",
)  # fmt: skip


async def test_every_word_of_every_page_is_the_readers(world: World) -> None:
    pages = await seen(world, ADA, tuple(f"/pages{path}" for path in PAGES))
    assert left(world, pages) == set()
    assert sum(strange("Skip to main content") in page for page in pages.values()) == len(PAGES)


async def test_so_it_is_for_those_who_are_not_signed_in_or_may_not_see_a_page(world: World) -> None:
    pages = await seen(world, "", PUBLIC)
    pages |= {f"{path} refused": page for path, page in (await seen(world, MORGAN, ("/pages/drafts",))).items()}
    pages |= {f"{path} refused": page for path, page in (await seen(world, GUEST, ("/pages/month",))).items()}
    assert left(world, pages) == set()


async def test_a_page_that_fails_says_so_in_the_readers_language(world: World) -> None:
    world.signs.said = None  # type: ignore[assignment]
    pages = await seen(world, OLIVE, ("/pages/",))
    assert strange("Sorry, something went wrong") in pages["/pages/"]
    assert left(world, pages) == set()


async def test_a_one_time_link_is_read_by_somebody_whose_language_it_speaks(world: World) -> None:
    link = "a-link"
    async with world.database.transaction() as tx:
        entry = await tx.plan.get("action:2026-12:own")
        assert entry is not None
        ends = NOW + timedelta(days=1)
        sign_off = SignOff(
            fingerprint=fingerprint(link), about=entry.key, print=print_of(entry), name=greek(""), by=OLIVE, ends=ends
        )
        await tx.approvals.add_link(sign_off)
    pages = await seen(world, "", (f"/pages/sign-off?link={link}",))
    assert strange("Yes, this may go out") in "".join(pages.values())
    assert left(world, pages) == set()


async def test_the_feedback_form_speaks_it_too(world: World) -> None:
    form = FeedbackForm(world.database, world.content, world.clock, Limit(each=2), world.languages)
    transport = httpx.ASGITransport(Starlette(routes=form.routes))
    spoken = {"accept-language": "xx"}
    async with httpx.AsyncClient(transport=transport, base_url=world.url, headers=spoken) as browser:
        pages = {"/feedback": (await browser.get("/feedback")).text}
        for text in ("", "07700 900123", greek(""), greek(""), greek("")):
            pages[f"/feedback {text} {len(pages)}"] = (await browser.post("/feedback", data={"text": text})).text
        mine = re.findall("/feedback/[0-9]+/[0-9a-f]+", "".join(pages.values()))[0]
        for ask in (browser.get, browser.post, browser.post):
            pages[f"{ask.__name__} {len(pages)}"] = (await ask(mine)).text
    assert len({re.findall("<h1>.*</h1>", page)[0] for page in pages.values()}) == 6
    assert left(world, pages) == set()
