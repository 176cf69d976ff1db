"""The figures of a chat while it is on."""

import asyncio

from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.record.figures import Figures
from bot.runtime import live_figures
from bot.runtime.live_figures import LiveFigures
from bot.runtime.operations_live import watch
from bot.runtime.record import decide, forget, keep, record
from tests.adapters.x.test_listener import Naps
from tests.handlers.desk import Desk
from tests.handlers.evening import at, evening, go_on_to
from tests.runtime.test_record import EVENING, MINUTE, ON_AIR, post
from tests.samples import sample_content

ABOUT = ON_AIR.about(EVENING)


def said(n: int, minute: float, text: str = "A1 We do, every week", **more: str) -> HeardPost:
    return post(str(n), minute, f"person{n % 3}", f"{text} {n}", at(0), **more)


async def as_recorded(desk: Desk) -> Figures:
    return (await record(desk.database, ON_AIR, EVENING)).figures


async def test_each_look_counts_what_came_since_as_the_record_will() -> None:
    desk = await evening(Desk(), 6)
    live = LiveFigures(desk.database, ABOUT)
    assert (await live.look()).posts == 0
    for n, minute in enumerate((6, 7, 12)):
        await keep(desk.database, EVENING, [said(n, minute)])
        assert (await live.look()).posts == n + 1
    await go_on_to(desk, at(18))
    await keep(desk.database, EVENING, [said(9, 19, "A2 Not yet"), said(10, 19, "A2 Quite so")])
    found = await live.look()
    assert [(count.number, count.posts, count.participants) for count in found.questions] == [(1, 3, 3), (2, 2, 2)]
    assert found == await as_recorded(desk)


async def test_questions_that_are_put_otherwise_than_planned_are_counted_as_they_were_put() -> None:
    desk = await evening(Desk(), -5)
    live = LiveFigures(desk.database, ABOUT)
    await keep(desk.database, EVENING, [said(0, -6, "Hello from Leeds, all")])
    assert [count.number for count in (await live.look()).questions if count.number] == [1, 2, 3, 4]
    await go_on_to(desk, at(6))
    await keep(desk.database, EVENING, [said(1, 7)])
    found = await live.look()
    assert [(count.number, count.posts) for count in found.questions] == [(1, 1), (0, 1)]
    assert found == await as_recorded(desk)


async def test_a_long_chat_is_caught_up_with_post_by_post_once() -> None:
    desk = await evening(Desk(), 6)
    many = [said(n, 6 + n / 1_000, f"A1 Number {n} is what we do") for n in range(live_figures._SOME * 2 + 5)]
    await keep(desk.database, EVENING, many)
    live = LiveFigures(desk.database, ABOUT)
    assert (await live.look()).posts == len(many)
    assert await live.look() == await as_recorded(desk)


async def test_what_is_hidden_deleted_or_passed_meanwhile_counts_no_more_or_again() -> None:
    desk = await evening(Desk(), 6)
    advert = "Order now, only £9.99, link in bio https://shop.example/"
    await keep(desk.database, EVENING, [said(0, 6), said(1, 7), said(2, 8), post("3", 8, "shop", advert, at(0))])
    live = LiveFigures(desk.database, ABOUT)
    assert (await live.look()).posts == 3
    await decide(desk.database, EVENING, Platform.X, "1", at(9), show=False)
    await forget(desk.database, {(Platform.X, "person2")}, at(9))
    assert (await live.look()).posts == 1
    await decide(desk.database, EVENING, Platform.X, "3", at(9), show=True)
    assert (await live.look()).posts == 2


async def test_a_post_that_another_worker_was_slow_to_keep_is_not_missed() -> None:
    desk = await evening(Desk(), 6)
    await keep(desk.database, EVENING, [said(0, 6), said(1, 7)])
    slow = desk.database.kept.heard.rows.pop((Platform.X, "0", EVENING))
    live = LiveFigures(desk.database, ABOUT)
    assert (await live.look()).posts == 1
    desk.database.kept.heard.rows[Platform.X, "0", EVENING] = slow
    assert (await live.look()).posts == 2


async def test_who_watches_is_told_whenever_there_is_more_until_nothing_is_heard_any_more() -> None:
    desk = await evening(Desk(), 6)
    clock, told = Naps(), list[str]()
    clock.advance(at(6) - clock.now())
    watching = asyncio.create_task(watch(desk.database, sample_content(), EVENING, clock, told.append))
    for n, minute in enumerate((7, 8, 8.5, 91)):
        await clock.naps(n + 1)
        if minute != 8.5:
            await keep(desk.database, EVENING, [said(n, minute)])
        clock.advance(at(0) + minute * MINUTE - clock.now())
    await watching
    assert [line.partition("  ")[2] for line in told] == [
        "0 posts by 0 people. Q1: 0",
        "1 post by 1 person. Q1: 1",
        "2 posts by 2 people. Q1: 2",
        "3 posts by 2 people. Q1: 3",
    ]
