"""The form at /feedback, as a browser and as a machine sends it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.core.feedback import Consent, Feedback, Source
from bot.core.problems import Problem
from bot.core.rounds import Asked, Round
from bot.ports import Transaction
from bot.web.feedback_form import LONGEST, FeedbackForm, Limit
from tests.fakes import FakeClock, FakeDatabase
from tests.samples import sample_content

MINUTES = timedelta(minutes=1)


class Site:
    def __init__(self, each: int = 5) -> None:
        self.database, self.clock = FakeDatabase(), FakeClock()
        form = FeedbackForm(self.database, sample_content(), self.clock, Limit(each=each, together=7))
        self.app = Starlette(routes=form.routes)

    def browser(self, address: str = "203.0.113.1") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://bot")

    @property
    def kept(self) -> list[Feedback]:
        return list(self.database.kept.feedback.rows_by_key.values())


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser() as client:
        yield client


async def test_what_is_sent_is_kept_without_a_name(site: Site, browser: httpx.AsyncClient) -> None:
    page = await browser.get("/feedback")
    token = re.findall('name="token" value="([0-9a-f]{32})"', page.text)[0]
    values = {"token": token, "text": " Slower ", "region": "Wales", "may_quote": "unnamed", "contact": "a@example.org"}
    for _ in range(2):  # a second press of the button
        assert "Its number is <strong>1</strong>" in (await browser.post("/feedback", data=values)).text
    (kept,) = site.kept
    assert (kept.text, kept.region, kept.consent, kept.contact) == ("Slower", "Wales", Consent.UNNAMED, "a@example.org")
    assert (kept.source, kept.author) == (Source.WEB, None)
    assert token not in kept.key


async def test_a_form_that_was_changed_and_sent_once_more_is_kept_too(site: Site, browser: httpx.AsyncClient) -> None:
    values = {"token": "0" * 32, "text": "Slower"}
    pages = [await browser.post("/feedback", data={**values, **more}) for more in ({}, {"text": "Faster"}, {})]
    assert [kept.text for kept in site.kept] == ["Slower", "Faster"]
    links = [re.findall("/feedback/[0-9]+/[0-9a-f]{32}", page.text)[0] for page in pages]
    assert links[0] == links[2] != links[1]


async def test_the_page_needs_no_script_and_lets_none_in(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/feedback")
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers
    labelled = set(re.findall('<label for="([a-z]+)"', page.text))
    assert (
        labelled
        == {"text", "region", "role", "contact", "reference"}
        == labelled & set(re.findall('id="([a-z]+)"', page.text))
    )


async def test_an_empty_form_comes_back_with_what_was_filled_in(site: Site, browser: httpx.AsyncClient) -> None:
    page = await browser.post("/feedback", data={"text": " ", "region": "Wales"})
    assert page.status_code == 422
    assert "Enter your feedback" in page.text
    assert 'value="Wales"' in page.text
    assert "<title>Error: " in page.text
    assert site.kept == []


@pytest.mark.parametrize(("choice", "kept"), [("remove", "Ring [phone number removed]"), ("keep", "Ring 07700 900123")])
async def test_what_is_personal_is_asked_about_first(
    site: Site, browser: httpx.AsyncClient, choice: str, kept: str
) -> None:
    page = await browser.post("/feedback", data={"text": "Ring 07700 900123"})
    assert "There seems to be a phone number" in page.text
    assert site.kept == []
    hidden = dict(re.findall('type="hidden" name="([a-z_]+)" value="([^"]*)"', page.text))
    await browser.post("/feedback", data={**hidden, "personal": choice})
    assert [one.text for one in site.kept] == [kept]


async def test_what_is_personal_beside_the_words_is_asked_about_too(site: Site, browser: httpx.AsyncClient) -> None:
    values = {"text": "Slower", "region": "Wales, maya@example.org", "role": "Nurse", "contact": "maya@example.org"}
    page = await browser.post("/feedback", data=values)
    assert "There seems to be an e-mail address" in page.text
    assert "<blockquote><p>Wales, maya@example.org</p></blockquote>" in page.text
    await browser.post("/feedback", data={**values, "personal": "remove"})
    (kept,) = site.kept
    assert (kept.region, kept.role, kept.contact) == ("Wales, [e-mail address removed]", "Nurse", "maya@example.org")


async def test_what_was_kept_though_its_answer_was_lost_is_kept_once(
    site: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = site.database.transaction

    @asynccontextmanager
    async def lost() -> AsyncIterator[Transaction]:
        async with whole() as tx:
            yield tx
        raise Problem("The database ended the connection.")

    sent = {"token": "0" * 32, "answers": "", "text": "Ring 07700 900123", "personal": "remove"}
    monkeypatch.setattr(site.database, "transaction", lost)
    page = await browser.post("/feedback", data=sent)
    monkeypatch.undo()
    hidden = dict(re.findall('type="hidden" name="([a-z_]+)" value="([^"]*)"', page.text))
    await browser.post("/feedback", data={**hidden, "text": "Ring [phone number removed]", "may_quote": ""})
    assert [one.text for one in site.kept] == ["Ring [phone number removed]"]


async def test_nobody_is_quoted_by_a_name_that_nobody_knows(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.post("/feedback", data={"text": "Slower", "may_quote": "named"})
    assert [one.consent for one in site.kept] == [Consent.UNNAMED]


async def test_a_machine_that_fills_in_everything_keeps_nothing_and_a_person_sends_it_once_more(
    site: Site, browser: httpx.AsyncClient
) -> None:
    page = await browser.post("/feedback", data={"text": "Buy this", "reference": "https://example.org"})
    assert page.status_code == 422
    assert site.kept == []
    assert "Send it once more" in page.text
    assert "Buy this</textarea>" in page.text
    assert 'name="reference" tabindex="-1" autocomplete="off"></div>' in page.text, "it comes back empty"


async def test_what_a_busy_database_cannot_keep_comes_back_in_the_form(
    site: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> None:
        raise Problem("The database file is locked.")

    monkeypatch.setattr(site.database, "transaction", locked)
    monkeypatch.setattr(site.database, "reading", locked)
    page = await browser.post("/feedback", data={"text": "Slower", "region": "Wales", "answers": "1.2"})
    assert page.status_code == 503
    assert "It cannot be kept just now" in page.text
    assert "Slower</textarea>" in page.text
    assert 'name="answers" value="1.2"' in page.text
    assert (await browser.get("/feedback")).status_code == 200


async def test_one_address_sends_so_many_and_others_go_on(site: Site, browser: httpx.AsyncClient) -> None:
    for number in range(5):
        assert (await browser.post("/feedback", data={"text": f"{number}"})).status_code == 200
    refused = await browser.post("/feedback", data={"text": "too many"})
    assert refused.status_code == 429
    assert "too many</textarea>" in refused.text
    async with site.browser("203.0.113.2") as other:
        assert (await other.post("/feedback", data={"text": "other"})).status_code == 200
        site.clock.advance(10 * MINUTES)
    assert (await browser.post("/feedback", data={"text": "later"})).status_code == 200
    assert len(site.kept) == 7


def test_a_clock_that_is_set_back_keeps_nobody_waiting_for_longer() -> None:
    limit, now = Limit(each=1), FakeClock().now()
    assert [limit.takes("203.0.113.1", at) for at in (now, now, now - timedelta(hours=1))] == [True, False, True]


def test_a_workshop_behind_one_address_is_taken_whole() -> None:
    limit, now = Limit(), FakeClock().now()
    assert all(limit.takes("203.0.113.1", now) for _ in range(40))
    assert not limit.takes("203.0.113.1", now)
    assert limit.takes("203.0.113.2", now), "one address does not keep the others out"


async def test_all_addresses_together_send_so_many(site: Site) -> None:
    statuses = []
    for number in range(9):
        async with site.browser(f"203.0.113.{number}") as client:
            statuses.append((await client.post("/feedback", data={"text": "x"})).status_code)
    assert statuses == [200] * 7 + [429] * 2


async def test_the_author_deletes_it_by_the_link_and_nobody_without(site: Site, browser: httpx.AsyncClient) -> None:
    page = await browser.post("/feedback", data={"text": "Mine"})
    (link,) = re.findall('href="(/feedback/1/[0-9a-f]{32})"', page.text)
    assert "Delete it" in (await browser.get(link)).text
    assert len(site.kept) == 1, "looking at the link deletes nothing: mail programs look at links"
    for wrong in ("/feedback/1/" + "0" * 32, link.replace("/1/", "/2/"), "/feedback/99999999999/x"):
        assert (await browser.post(wrong)).status_code == 404
    assert (await browser.post(link)).status_code == 200
    assert site.kept == []
    assert (await browser.post(link)).status_code == 404


async def test_a_page_that_is_loaded_again_brings_nothing_back_that_was_deleted(
    site: Site, browser: httpx.AsyncClient
) -> None:
    sent = {"token": "0" * 32, "text": "Mine"}
    kept = await browser.post("/feedback", data=sent)
    (link,) = re.findall('href="(/feedback/1/[0-9a-f]{32})"', kept.text)
    await browser.post(link)
    again = await browser.post("/feedback", data=sent)
    assert (again.status_code, "You have deleted this" in again.text) == (409, True)
    assert site.kept == []
    await browser.post("/feedback", data={**sent, "token": "1" * 32})
    assert [one.number for one in site.kept] == [2]


async def test_what_a_busy_database_cannot_delete_is_asked_for_again(
    site: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> None:
        raise Problem("The database file is locked.")

    kept = await browser.post("/feedback", data={"text": "Mine"})
    (link,) = re.findall('href="(/feedback/1/[0-9a-f]{32})"', kept.text)
    monkeypatch.setattr(site.database, "transaction", locked)
    page = await browser.post(link)
    assert page.status_code == 503
    assert "It cannot be deleted just now" in page.text
    assert f'action="{link}"' in page.text
    monkeypatch.undo()
    assert (await browser.post(link)).status_code == 200
    assert site.kept == []


async def test_a_browser_that_sends_far_too_much_is_heard_out_and_told(site: Site, browser: httpx.AsyncClient) -> None:
    left = [b"x" * LONGEST for _ in range(20)]

    async def sending() -> AsyncIterator[bytes]:
        while left:
            yield left.pop()

    answer = await browser.post("/feedback", content=sending())
    assert (answer.status_code, "Please send it in parts" in answer.text, left) == (413, True, [])
    assert site.kept == []


async def test_what_is_too_long_or_no_form_is_refused(site: Site, browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/feedback", data={"text": "x" * LONGEST})).status_code == 413
    assert (await browser.post("/feedback", content=b"&".join([b"a=1"] * 50))).status_code == 422
    assert (await browser.post("/feedback", content=b"\xff\xfe\x00")).status_code == 422
    assert site.kept == []


@settings(max_examples=50)
@given(
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(['"><script>alert(1)</script>', "</textarea>", "&amp;"])
)
async def test_whatever_is_written_comes_back_as_text(text: str) -> None:
    site = Site(each=2)
    async with site.browser() as browser:
        again = await browser.post("/feedback", data={"region": text})
        await browser.post("/feedback", data={"text": text + "x"})
    (value,) = re.findall('name="region" value="([^"]*)"', again.text, re.DOTALL)
    assert "<" not in value
    assert unescape(value).replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert len(site.kept) == 1 or "personal" in again.text


async def test_an_answer_to_an_open_rounds_prompt_can_be_chosen(site: Site, browser: httpx.AsyncClient) -> None:
    now, asked = site.clock.now(), ("What <b>works</b>?", "What else?")
    async with site.database.transaction() as tx:
        await tx.rounds.add(
            Round(key="1", title="Café", prompts=asked, platforms=(), opened=now, closes=now + 30 * MINUTES)
        )
    page = await browser.get("/feedback")
    assert '<option value="1.1">What &lt;b&gt;works&lt;/b&gt;?</option>' in page.text
    again = await browser.post("/feedback", data={"text": "Ring 07700 900123", "answers": "1.2"})
    assert 'name="answers" value="1.2"' in again.text
    await browser.post("/feedback", data={"text": "Slower", "answers": "1.2"})
    await browser.post("/feedback", data={"text": "Odd", "answers": "1.9"})
    assert [(one.text, one.prompt) for one in site.kept] == [("Slower", "What else?"), ("Odd", "")]
    assert site.database.kept.answered == {1: Asked(1, 2)}
    site.clock.advance(30 * MINUTES)
    assert "What else?" not in (await browser.get("/feedback")).text


async def test_of_several_open_rounds_each_prompt_says_whose_it_is(site: Site, browser: httpx.AsyncClient) -> None:
    now = site.clock.now()
    async with site.database.transaction() as tx:
        for title in ("London", "Leeds"):
            await tx.rounds.add(
                Round(key=title, title=title, prompts=("Why?",), platforms=(), opened=now, closes=now + 30 * MINUTES)
            )
    page = await browser.get("/feedback")
    assert {"London: Why?", "Leeds: Why?"} <= set(re.findall(r">([^<]+)</option>", page.text))
