"""A sweep over every route, as everybody: nothing is shown to whom it is not for, no other site can send a form, and
nothing that is sent breaks a page."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import product
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.adapters.db import open_database
from tests.web.pages.reader import ADA, GUEST, MORGAN, OLIVE
from tests.web.pages.sweeping import COOKIE, PEOPLE, Sweep, encoded, filled_in, sweeping

pytestmark = pytest.mark.asyncio(loop_scope="module")
EVERYBODY = {OLIVE, MORGAN, ADA}
HOSTS, ORGANISERS, MODERATORS = EVERYBODY | {GUEST}, {OLIVE, ADA}, {MORGAN, ADA}
MAY_SEE: Mapping[str, set[str]] = {
    "feedback": MODERATORS, "draft": ORGANISERS, "journal": ORGANISERS, "approval": ORGANISERS, "asked": ORGANISERS,
    "question": ORGANISERS, "post": ORGANISERS, "event": ORGANISERS, "audit": ORGANISERS, "import": ORGANISERS,
    "kept": ORGANISERS, "faq": ORGANISERS, "plan": EVERYBODY, "focus": EVERYBODY, "heard": HOSTS, "chat": HOSTS,
    "desk": HOSTS, "pause": HOSTS, "campaign": set(PEOPLE),
}  # fmt: skip
"""Who may read what is stored, as docs/pages.md has it; by the first part of its field."""
UNLINKED = {"/feedback/{number:int}/{token}"}
"""What nothing leads to but a secret that the bot does not keep."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sweep(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sweep]:
    async with sweeping(marked, tmp_path_factory.mktemp("sweep")) as sweep:
        yield sweep


def marked(field: str) -> str:
    """Words by which a kind of field is known wherever it appears; no two kinds are alike for the FAQ's matcher."""
    kind = field.partition(".")[0]
    return f"mark-{kind}- {kind[::-1]}"


def marks(page: str) -> set[str]:
    return set(re.findall(r"mark-(\w+)-", page))


async def test_every_route_is_swept_with_something_that_is_there(sweep: Sweep) -> None:
    """A page to which nothing leads belongs into `everything.PAGES`."""
    assert {route for route in sweep.routes if not sweep.real(route)} == UNLINKED


async def test_nobody_is_shown_what_is_not_theirs_on_any_route(sweep: Sweep) -> None:
    seen = {who: set[str]() for who in PEOPLE}
    for route, who in product(sweep.routes, PEOPLE):
        for path in sweep.real(route) if route not in sweep.secret else ():
            answer = await sweep.ask(who, path)
            assert answer.status_code < 500, (who, path, answer.status_code)
            seen[who] |= marks(answer.text)
    assert seen == {who: {mark for mark, allowed in MAY_SEE.items() if who in allowed} for who in PEOPLE}


FOREIGN: Sequence[Mapping[str, str]] = (
    {"origin": "https://evil.example.net"},
    {"origin": "null"},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
)


async def test_every_form_does_nothing_when_another_site_sends_it(sweep: Sweep) -> None:
    done = set()
    for path, fields in sweep.presses:
        if path == "/feedback":  # open to everybody, who are nobody there
            continue
        for headers in FOREIGN:
            answer = await sweep.send(ADA, path, fields, **headers)
            assert (answer.status_code, sweep.changed) == (403, []), (path, fields, headers)
        answer = await sweep.ask(ADA, path, encoded({**fields, "token": ""}))
        assert set(sweep.changed) <= {"access"}, (path, fields)  # what was typed may be kept
        answer = await sweep.send(ADA, path, fields)
        assert answer.status_code < 500, (path, fields, answer.status_code)
        done |= {path} if sweep.changed else set()
    assert len(done) > 20, "the same forms do something when they are sent as they are"


async def test_nobody_does_what_they_may_not_see(sweep: Sweep) -> None:
    refused, paths = 0, {path for path, _ in sweep.presses}
    shut = {(who, path) for who in PEOPLE for path in paths if (await sweep.ask(who, path)).status_code in (401, 403)}
    for (path, fields), who in product(sweep.presses, PEOPLE):
        if (who, path) in shut:
            answer = await sweep.send(who, path, fields)
            assert answer.status_code in (401, 403), (who, path, fields)
            assert sweep.changed == [], (who, path, fields)
            refused += 1
    assert refused > 100


async def test_an_admin_who_looks_as_somebody_else_does_nothing(sweep: Sweep) -> None:
    viewing = f"{COOKIE}={sweep.tokens[ADA]}; {COOKIE}-viewing=organiser"
    for path, fields in sweep.presses:
        if path not in ("/feedback", "/pages/view"):
            answer = await sweep.send(ADA, path, fields, cookie=viewing)
            assert (answer.status_code, sweep.changed) == (403, []), (path, fields)


async def test_a_token_of_odd_letters_is_no_token(sweep: Sweep) -> None:
    for who, status in (("", 401), (ADA, 403)):
        answer = await sweep.send(who, "/pages/sessions", {"token": "\x80", "end": "all"})
        assert (answer.status_code, sweep.changed) == (status, [])


NONSENSE = (
    "", "\0", "x" * 70_000, "\ud800", "٣/٣/٢٠٢٧", "31/12/9999", "1/1/0001", "24:00", "../../etc/passwd", "%00",
    "<b>'\"", "-1", "9" * 30, "1e9", "²", "\u202e\u2028", "{{7*7}}", "=1+1", "first Monday of March 2027",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NONSENSE), st.text(st.characters(), max_size=20))
KINDS = ("application/json", "multipart/form-data; boundary=b", 'multipart/form-data; boundary="', "text/plain; a=x")
PART = b'--b\r\ncontent-disposition: form-data; name="do"\r\n\r\n'


async def tried(sweep: Sweep, data: st.DataObject) -> None:
    """An address, a form and a body that no page of ours makes."""
    who = data.draw(st.sampled_from(PEOPLE), "who")
    route = data.draw(st.sampled_from(sorted(sweep.routes)), "route")
    path = data.draw(st.sampled_from([*sweep.real(route), filled_in(route, data.draw(TEXTS, "in the path"))]), "path")
    fields = data.draw(st.dictionaries(st.sampled_from(sorted(sweep.names)), TEXTS, max_size=4), "fields")
    presses = [sent for where, sent in sweep.presses if where == path]
    pressed = data.draw(st.sampled_from(presses), "form") if presses else {}
    kind, body = data.draw(st.sampled_from(KINDS), "type"), data.draw(st.binary(max_size=200), "body")
    for answer in (
        await sweep.ask(who, f"{path.partition('?')[0]}?{encoded(fields).decode()}"[:60_000]),
        await sweep.send(who, path, {**pressed, **fields}),
        await sweep.ask(who, path, PART + body, content_type=kind),
    ):
        assert answer.status_code < 500, (answer.request.method, answer.status_code)


CALM = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
SAME = settings(CALM, derandomize=True, database=None)
"""The same requests in every run."""


@settings(SAME, max_examples=80)
@given(data=st.data())
async def test_nothing_that_is_sent_breaks_a_page(sweep: Sweep, data: st.DataObject) -> None:
    await tried(sweep, data)


@pytest_asyncio.fixture(loop_scope="module")
async def real_sweep(postgres_url: str, tmp_path: Path) -> AsyncIterator[Sweep]:
    """On PostgreSQL, which refuses more than SQLite and the database in memory do."""
    database = open_database(postgres_url)
    async with sweeping(marked, tmp_path, database) as sweep:
        yield sweep
    await database.close()


@settings(SAME, max_examples=20)
@given(data=st.data())
async def test_nothing_that_is_sent_breaks_a_page_on_postgresql(real_sweep: Sweep, data: st.DataObject) -> None:
    await tried(real_sweep, data)


@pytest.mark.soak
@settings(CALM, max_examples=5_000)
@given(data=st.data())
async def test_nothing_at_all_that_is_sent_breaks_a_page(real_sweep: Sweep, data: st.DataObject) -> None:
    await tried(real_sweep, data)


async def test_a_form_that_is_far_too_large_is_refused_in_words(sweep: Sweep) -> None:
    for route, methods in sweep.routes.items():
        if "POST" in methods and route.startswith("/pages/"):
            answer = await sweep.ask(ADA, filled_in(route, "1"), b"text=" + b"x" * 17_000_000)
            assert (answer.status_code, "That is too much to take in" in answer.text) == (413, True), route
