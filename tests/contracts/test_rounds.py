"""What every database does alike with rounds of feedback."""

from dataclasses import replace
from datetime import timedelta

from bot.core.events import Platform
from bot.core.feedback import Source
from bot.core.rounds import Asked, Round
from bot.ports import Database
from tests.contracts.values import NOW, feedback

WEEK = timedelta(days=7)
CAFE = Round(
    key="cli:1",
    title="Espresso “Café” 🙂",
    prompts=("What works?", "What else?\u200b"),
    platforms=(Platform.SLACK, Platform.X),
    opened=NOW,
    closes=NOW + WEEK,
)


async def test_a_round_comes_back_as_it_was_kept_and_is_opened_once(database: Database) -> None:
    async with database.transaction() as tx:
        number = await tx.rounds.add(CAFE)
        assert await tx.rounds.add(replace(CAFE, title="again")) == number
    async with database.transaction() as tx:
        assert await tx.rounds.get(number) == replace(CAFE, number=number)
        assert await tx.rounds.get(number + 1) is None


async def test_a_round_is_open_from_its_beginning_until_just_before_its_end(database: Database) -> None:
    async with database.transaction() as tx:
        first = await tx.rounds.add(CAFE)
        other = await tx.rounds.add(replace(CAFE, key="cli:2", opened=NOW + WEEK, closes=NOW + 2 * WEEK))
        assert [one.number for one in await tx.rounds.list()] == [other, first]
        moments = {NOW - timedelta(seconds=1): [], NOW: [first], NOW + WEEK: [other], NOW + 2 * WEEK: []}
        for moment, numbers in moments.items():
            assert [one.number for one in await tx.rounds.list(open_at=moment)] == numbers


async def test_a_round_is_closed_once(database: Database) -> None:
    async with database.transaction() as tx:
        number = await tx.rounds.add(CAFE)
        assert await tx.rounds.close(number, NOW + timedelta(days=1))
        assert not await tx.rounds.close(number, NOW + timedelta(days=1))
        assert not await tx.rounds.close(number + 1, NOW)
        assert await tx.rounds.list(open_at=NOW + timedelta(days=1)) == []


async def test_answers_come_in_order_without_their_authors_and_go_with_the_feedback(database: Database) -> None:
    async with database.transaction() as tx:
        number = await tx.rounds.add(CAFE)
        said = [feedback(at, NOW + timedelta(minutes=at), f"said {at}") for at in (1, 2, 3)]
        said[2] = replace(said[2], author=None, source=Source.WORKSHOP)
        given = [await tx.feedback.add(one) for one in said]
        for one, prompt in zip(given, (2, 1, 2), strict=True):
            await tx.rounds.answer(one, Asked(number, prompt))
        await tx.rounds.answer(given[0], Asked(number, 1))  # it answers another already
    async with database.transaction() as tx:
        found = await tx.rounds.answers(number)
        assert [(prompt, one.number, one.text) for prompt, one in found] == [
            (2, given[0], "said 1"),
            (1, given[1], "said 2"),
            (2, given[2], "said 3"),
        ]
        assert {(one.author, one.contact) for _, one in found} == {(None, "")}
        assert found[2][1].source is Source.WORKSHOP
        await tx.feedback.forget(NOW + timedelta(minutes=2))
        assert [one.number for _, one in await tx.rounds.answers(number)] == given[1:]


async def test_an_old_round_goes_once_all_that_was_said_in_it_is_gone(database: Database) -> None:
    async with database.transaction() as tx:
        number = await tx.rounds.add(CAFE)
        await tx.rounds.add(replace(CAFE, key="cli:2", closes=NOW + 2 * WEEK))
        given = await tx.feedback.add(feedback(1, NOW, "said"))
        await tx.rounds.answer(given, Asked(number, 1))
        assert await tx.rounds.forget(CAFE.closes + timedelta(seconds=1)) == 0
        await tx.feedback.forget(NOW + timedelta(seconds=1))
        assert await tx.feedback.get(given) is None
        assert await tx.rounds.forget(CAFE.closes) == 0
        assert await tx.rounds.forget(CAFE.closes + timedelta(seconds=1)) == 1
        assert await tx.rounds.get(number) is None


async def test_no_round_has_the_number_of_one_that_was_forgotten(database: Database) -> None:
    async with database.transaction() as tx:
        numbers = [await tx.rounds.add(replace(CAFE, key=f"cli:{n}")) for n in (1, 2)]
        assert await tx.rounds.forget(CAFE.closes + timedelta(days=1)) == 1
        assert await tx.rounds.add(replace(CAFE, key="cli:3")) not in numbers
