"""The stream by which a live desk that stands open follows what others do."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.web.pages.streams import Streams
from bot.web.server import listen, serve
from tests.waiting import until
from tests.web.pages.reader import GUEST, MORGAN, OLIVE, Reader, World
from tests.web.pages.test_live import CHAT, DESK, EVENING, evening

EVENTS = f"{DESK}/events"
STREAM = {"accept": "text/event-stream"}


async def state(reader: Reader, seen: str = "") -> str:
    """What is told to somebody who asks once."""
    return "".join(re.findall("^id: (.+)$", await reader.open(f"{EVENTS}?seen={seen}"), re.MULTILINE))


async def test_the_page_knows_its_own_state_and_is_told_of_another_one_alone() -> None:
    world = await evening()
    olive = await world.signed_in()
    page = await olive.open(DESK)
    seen = page.partition("events?seen=")[2].partition('"')[0]
    assert await state(olive) == seen
    assert await state(olive, seen) == ""
    async with world.database.transaction() as tx:
        await tx.heard.add("2027-01-12", [_post("1")])
        await tx.ledger.remember("chat version:2027-01-12", "4")
    assert await state(olive, seen) == "", "nothing of another chat"


async def test_a_press_a_post_a_row_and_a_minute_each_make_another_state() -> None:
    world = await evening()
    olive = await world.signed_in()
    states = [await state(olive)]
    await olive.open(DESK)
    await olive.press("Hold")
    states.append(await state(olive))
    async with world.database.transaction() as tx:
        await tx.heard.add(CHAT, [_post("1")])
    states.append(await state(olive))
    async with world.database.transaction() as tx:
        entry = await tx.plan.get(f"chat:{CHAT}:q3")
        assert entry
        await tx.plan.change(entry)
    states.append(await state(olive))
    world.later(timedelta(seconds=61))
    states.append(await state(olive))
    assert len(set(states)) == 5


def _post(number: str) -> HeardPost:
    return HeardPost(Platform.X, number, EVENING, "1", "A1 by post", name="Ann of Leeds")


async def test_a_guest_lead_follows_their_own_chat_and_nothing_else() -> None:
    world = await evening()
    guest = await world.signed_in(GUEST)
    assert await state(guest)
    olive = await world.signed_in()
    for reader, chat in ((guest, "2027-01-12"), (guest, "none"), (olive, "none")):
        await reader.open(f"/pages/live/{chat}/events")
        assert reader.status == 404


async def test_a_form_is_no_way_to_follow() -> None:
    olive = await (await evening()).signed_in()
    await olive.open(DESK)
    token = olive.text.partition('name="token" value="')[2][:64]
    await olive.post(EVENTS, {"token": token})
    assert (olive.status, olive.answer.headers["allow"]) == (405, "GET")


async def test_whose_session_has_ended_comes_back_to_the_desk_and_not_to_its_stream() -> None:
    world = await evening()
    olive = await world.signed_in()
    await olive.open(DESK)
    world.later(timedelta(hours=13))
    await olive.open(DESK)
    assert olive.status == 401
    answer = await olive.http.get(EVENTS, headers=STREAM)
    assert answer.status_code == 401
    world.later(-timedelta(hours=13))
    await olive.sign_in(OLIVE)
    assert olive.path == DESK


@asynccontextmanager
async def served(streams: Streams) -> AsyncIterator[tuple[World, httpx.AsyncClient, asyncio.Event]]:
    """The desk in its hour on a port, for somebody who is signed in."""
    stop = asyncio.Event()
    with listen("127.0.0.1", 0) as sock:
        world = await evening(World(url=f"http://127.0.0.1:{sock.getsockname()[1]}", streams=streams))
        serving = asyncio.create_task(serve(world.app, sock, stop))
        cookies = (await world.signed_in()).http.cookies
        try:
            async with httpx.AsyncClient(base_url=world.url, cookies=cookies, headers=STREAM) as client:
                yield world, client, stop
        finally:
            stop.set()
            await serving


async def test_an_open_stream_tells_of_each_change_and_is_never_silent_for_long() -> None:
    async with served(Streams(pace=0.005, beat=3)) as (world, client, _), client.stream("GET", EVENTS) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert await _until(lines, "id: ")
        assert await _until(lines, ": ")
        morgan = await world.signed_in(MORGAN)
        await morgan.open(DESK)
        await morgan.press("Hold")
        assert await _until(lines, "id: ")


async def test_a_lively_chat_is_told_of_now_and_then_and_a_press_at_once() -> None:
    async with (
        served(Streams(pace=0.005, beat=3, calm=1_000_000)) as (world, client, _),
        client.stream("GET", EVENTS) as answer,
    ):
        lines = answer.aiter_lines()
        assert (await _until(lines, "id: ")).endswith(".0")
        async with world.database.transaction() as tx:
            await tx.heard.add(CHAT, [_post("1")])
        assert await _until(lines, ": ")
        morgan = await world.signed_in(MORGAN)
        await morgan.open(DESK)
        await morgan.press("Hold")
        assert (await _until(lines, "id: ")).endswith(".1")


async def test_a_stream_ends_after_a_while_and_is_taken_up_where_it_ended() -> None:
    async with served(Streams(looks=2, pace=0.005)) as (_, client, _):
        first = (await client.get(EVENTS)).text
        assert first.count("event: changed") == 1
        last = first.partition("id: ")[2].partition("\n")[0]
        again = await client.get(EVENTS, headers={"last-event-id": last})
        assert "event: changed" not in again.text


async def test_a_bot_that_stops_does_not_wait_for_open_desks() -> None:
    async with served(Streams(pace=3600)) as (_, client, stop), client.stream("GET", EVENTS) as answer:
        lines = answer.aiter_lines()
        assert await _until(lines, "id: ")
        stop.set()
        async with asyncio.timeout(5):  # half of what other answers are given: by then they are broken off
            assert [line async for line in lines][-1] == "", "it ended as an answer ends"


async def test_nobody_takes_up_more_than_their_share_and_who_goes_makes_room() -> None:
    streams = Streams(each=1, most=2, pace=3600)
    async with served(streams) as (world, client, _):
        async with client.stream("GET", EVENTS) as answer:
            await _until(answer.aiter_lines(), "id: ")
            assert (await client.get(EVENTS)).status_code == 503
            assert (await (await world.signed_in(MORGAN)).http.get(EVENTS)).status_code == 200
        await asyncio.to_thread(until, lambda: not streams.open.total())
        async with client.stream("GET", EVENTS) as answer:
            assert answer.status_code == 200


async def _until(lines: AsyncIterator[str], begin: str) -> str:
    return await anext(line async for line in lines if line.startswith(begin))


@pytest.mark.parametrize("page", [DESK, "/pages/import"])
async def test_the_pages_with_scripts_may_fetch_from_here_and_run_nothing_that_is_written_in_them(page: str) -> None:
    olive = await (await evening()).signed_in()
    await olive.open(page)
    policy = olive.answer.headers["content-security-policy"]
    assert "script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    for script in re.findall('<script src="([^"]+)" defer></script>', olive.text):
        assert (await olive.http.get(script)).status_code == 200
    assert olive.text.count("<script") == len(re.findall("<script src=", olive.text)) > 0


def test_what_others_made_is_as_they_published_it() -> None:
    static = Path("bot/web/static")
    told = (static / "htmx-LICENCES.txt").read_text(encoding="utf-8")
    listed = re.findall(r"^(\S+\.min\.js) is .*\nsha256 (\w{64})$", told, re.MULTILINE)
    assert {name for name, _ in listed} == {path.name for path in static.glob("*.min.js")}
    for name, digest in listed:
        assert hashlib.sha256((static / name).read_bytes()).hexdigest() == digest, name
