"""What every database does alike with what people ask."""

from dataclasses import replace
from datetime import timedelta

from bot.core.asked import Asked, Outcome
from bot.core.dated import dated
from bot.core.outbox import State
from bot.core.questions import Question, Stage, Step
from bot.ports import Database
from tests.contracts.values import AUTHOR, NOW, PLACE, post

HOUR = timedelta(hours=1)


def question(number: int = 1, **changes: object) -> Question:
    new = Question(
        key=f"slack:T1:V{number}",
        at=NOW + number * HOUR,
        asker=replace(AUTHOR, name=""),
        place=PLACE,
        text="Très bien\n“evidence”? 🙂",
        region="north",
        next_at=NOW + 24 * HOUR,
    )
    return replace(new, **changes)  # type: ignore[arg-type]


async def test_a_question_comes_back_as_it_was_kept_but_for_the_name(database: Database) -> None:
    full = question(
        stage=Stage.TAKEN, step=Step.REMINDED, taken_by="slack:T1/U2", answer="Yes.", answered_at=NOW, version=3
    )
    async with database.transaction() as tx:
        number = await tx.questions.add(replace(full, asker=AUTHOR))
    async with database.transaction() as tx:
        assert await tx.questions.get(number) == replace(full, number=number)
        assert await tx.questions.get(number + 1) is None


async def test_the_same_form_is_one_question(database: Database) -> None:
    async with database.transaction() as tx:
        first, other = await tx.questions.add(question()), await tx.questions.add(question(2))
        assert await tx.questions.add(question(text="again")) == first != other
    async with database.transaction() as tx:
        assert [one.number for one in await tx.questions.waiting()] == [first, other]


async def test_of_two_who_change_a_question_at_once_the_second_does_not(database: Database) -> None:
    async with database.transaction() as tx:
        number = await tx.questions.add(question())
        stored = replace(question(), number=number)
        assert await tx.questions.change(replace(stored, stage=Stage.TAKEN))
        assert not await tx.questions.change(replace(stored, stage=Stage.OPEN))
    async with database.transaction() as tx:
        assert await tx.questions.get(number) == replace(stored, stage=Stage.TAKEN, version=1)


async def test_questions_are_found_by_what_they_wait_for(database: Database) -> None:
    done = question(2, stage=Stage.ANSWERED, next_at=None)
    async with database.transaction() as tx:
        waits, over = await tx.questions.add(question()), await tx.questions.add(done)
    async with database.transaction() as tx:
        assert [one.number for one in await tx.questions.waiting()] == [waits]
        assert [one.number for one in await tx.questions.answered()] == [over]
        assert [one.number for one in await tx.questions.due(NOW + 24 * HOUR)] == [waits]
        assert await tx.questions.due(NOW + 23 * HOUR) == []
        assert await tx.questions.forget(NOW + 2 * HOUR) == 1
        assert await tx.questions.get(waits) is None
        assert await tx.questions.drop(over)
        assert not await tx.questions.drop(over)


async def test_what_was_asked_is_kept_and_forgotten(database: Database) -> None:
    first, second = Asked(NOW, "Why?", Outcome.UNKNOWN), Asked(NOW + HOUR, "Très bien?", Outcome.ANSWERED, "logo")
    async with database.transaction() as tx:
        numbers = [await tx.asked.add(first), await tx.asked.add(second), await tx.asked.add(second)]
    async with database.transaction() as tx:
        kept = await tx.asked.list()
        assert kept == [replace(it, number=n) for it, n in zip((first, second, second), numbers, strict=True)]
        assert await tx.asked.get(numbers[0]) == kept[0]
        assert await tx.asked.unanswered() == 1
        assert await tx.asked.drop(["Très bien?", "never asked"]) == 2
        assert await tx.asked.forget(NOW + HOUR) == 1
        assert await tx.asked.get(numbers[0]) is None


async def test_opinions_are_counted(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.asked.rate("logo", useful=True)
        await tx.asked.rate("logo", useful=False)
        await tx.asked.rate("logo", useful=True)
        await tx.asked.rate("logo", useful=False, by=-1)
        await tx.asked.rate("chat-when", useful=False)
    async with database.transaction() as tx:
        assert await tx.asked.ratings() == {"chat-when": (0, 1), "logo": (2, 0)}


async def test_slots_of_one_kind_lapse(database: Database) -> None:
    async with database.transaction() as tx:
        for slot, at in (("said:1", NOW), ("said:2", NOW + HOUR), ("said_3", NOW), ("cards:1", NOW)):
            await tx.ledger.first(slot, at)
        assert await tx.ledger.lapse("said:", NOW + HOUR) == 1
    async with database.transaction() as tx:
        again = [await tx.ledger.first(slot, NOW) for slot in ("said:1", "said:2", "said_3", "cards:1")]
    assert again == [True, False, False, False]


async def test_notes_of_one_kind_end_after_they_were_last_of_use(database: Database) -> None:
    notes = {"region:1": dated("north", NOW), "region:2": dated("1 {}", NOW + HOUR), "region:3": "west", "regio_": "x"}
    async with database.transaction() as tx:
        for name, value in notes.items():
            await tx.ledger.remember(name, value)
        assert await tx.ledger.expire("region:", NOW + HOUR, NOW + 2 * HOUR) == 1
    async with database.transaction() as tx:
        assert [await tx.ledger.recall(name) for name in notes] == [
            None,
            notes["region:2"],
            dated("west", NOW + 2 * HOUR),
            "x",
        ]


async def test_answers_are_forgotten_once_they_are_over(database: Database) -> None:
    sent = replace(post("slack:T1:Ev1:reply"), state=State.SENT)
    others = [
        replace(sent, key="slack:T1:Ev2:reply", state=State.QUEUED),
        replace(sent, key="slack:T1:Ev3:reply", due=NOW + HOUR),
        replace(sent, key="slacks:1"),
        replace(sent, key="chat:slack:1"),
    ]
    async with database.transaction() as tx:
        for one in (sent, *others):
            await tx.outbox.add(one)
        assert await tx.outbox.forget("slack", NOW + HOUR) == 1
    async with database.transaction() as tx:
        assert {one.key for one in await tx.outbox.list()} == {one.key for one in others}
