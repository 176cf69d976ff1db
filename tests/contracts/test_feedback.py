"""Feedback and the audit in every database: found by what it is filtered by, page by page, and let go."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from bot.adapters.db import SqlDatabase
from bot.adapters.db.driver import Connection, Done
from bot.core.audit import COMMAND_LINE, AuditEntry
from bot.core.events import Person, Platform
from bot.core.feedback import EVERYTHING, Consent, Feedback, Row, Source, Status, Wanted
from bot.core.outbox import State
from bot.ports import Database
from tests.contracts.values import AUTHOR, MINUTE, NOW, feedback, post

ANONYMOUS = Feedback(key="web:1", at=NOW, source=Source.WEB, author=None, text="From the form, in Café style")
OTHERS = [
    ANONYMOUS,
    replace(feedback(2, NOW + MINUTE, "Slower please"), region="England", tags=("pace",)),
    replace(feedback(3, NOW - MINUTE, "The pace! It was slower"), consent=Consent.NO, tags=()),
    replace(feedback(4, NOW + MINUTE), author=Person(Platform.X, "", "12"), source=Source.X, prompt="", contact=""),
]


@pytest.fixture
async def full(database: Database) -> Database:
    async with database.transaction() as tx:
        for one in OTHERS:
            await tx.feedback.add(one)
    return database


async def found(database: Database, wanted: Wanted) -> list[int]:
    """The numbers of what is found, latest first; every road finds the same."""
    async with database.transaction() as tx:
        numbers = [one.number for one in await tx.feedback.list(wanted)]
        assert [row.number for row in await tx.feedback.rows(wanted, limit=50)] == numbers[::-1]
        assert await tx.feedback.count(wanted) == len(numbers)
    return numbers


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (EVERYTHING, [4, 2, 1, 3]),
        (Wanted(since=NOW), [4, 2, 1]),
        (Wanted(since=NOW, until=NOW + MINUTE), [1]),
        (Wanted(source=Source.WEB), [1]),
        (Wanted(region="England"), [2]),
        (Wanted(region="eNGLAND"), [2]),
        (Wanted(prompt="What works?"), [2, 3]),
        (Wanted(tag="pace"), [4, 2]),
        (Wanted(tag="pace", region="Wales"), [4]),
        (Wanted(status=Status.READ), []),
        (Wanted(consent=Consent.NO), [1, 3]),
        (Wanted(text="slower"), [3, 2]),
        (Wanted(text="SLOWER pace"), [3]),
        (Wanted(text="slower", tag="pace"), [2]),
        (Wanted(text="slower", since=NOW), [2]),
        (Wanted(text="nobody"), []),
        (Wanted(text="the \" OR NEAR( * ' -"), []),
        (Wanted(text="!?"), []),
    ],
)
async def test_feedback_is_found_by_what_it_is_filtered_by(full: Database, wanted: Wanted, numbers: list[int]) -> None:
    if wanted.text == "!?" and not isinstance(full, SqlDatabase):
        pytest.skip("without a word, the fake searches for nothing in particular")
    assert await found(full, wanted) == numbers


async def test_word_forms_and_accents_make_no_difference_to_the_search(full: Database) -> None:
    if isinstance(full, SqlDatabase):
        assert await found(full, Wanted(text="forms")) == [1]


@pytest.mark.parametrize("wanted", [EVERYTHING, Wanted(tag="pace"), Wanted(text="the"), Wanted(text="slower")])
async def test_pages_follow_each_other_without_gap_or_double(full: Database, wanted: Wanted) -> None:
    whole = await found(full, wanted)
    async with full.transaction() as tx:
        latest: list[Feedback] = []
        while page := await tx.feedback.list(wanted, before=latest[-1] if latest else None, limit=1):
            latest += page
        rows: list[Row] = []
        while some := await tx.feedback.rows(wanted, after=rows[-1] if rows else None, limit=1):
            rows += some
    assert [one.number for one in latest] == [row.number for row in rows][::-1] == whole


async def test_a_row_names_people_only_when_asked(full: Database) -> None:
    async with full.transaction() as tx:
        plain = await tx.feedback.rows(limit=10)
        named = await tx.feedback.rows(limit=10, personal=True)
    third = Row(3, "2017-09-19T18:59:00.000000+00:00", "slack", "What works?", "Wales", "Librarian", "no", "new", "",
                "The pace! It was slower")  # fmt: skip
    assert plain[0] == third
    assert named[0] == third._replace(name="Zoë", ref="slack:T1/U1", contact="zoe@example.org")
    assert [row.ref for row in named] == ["slack:T1/U1", "", "slack:T1/U1", "x:12"]


async def test_tags_go_on_and_come_off(full: Database) -> None:
    async with full.transaction() as tx:
        assert await tx.feedback.tag(2, add=["pace", "thanks"], remove=["other"])
        assert not await tx.feedback.tag(99, add=["pace"])
        assert await tx.feedback.mark(2, Status.ANSWERED)
        assert not await tx.feedback.mark(99, Status.READ)
    async with full.transaction() as tx:
        assert await tx.feedback.tag(2, remove=["pace"])
        kept = await tx.feedback.get(2)
    assert kept is not None
    assert (kept.tags, kept.status) == (("thanks",), Status.ANSWERED)


async def test_old_feedback_becomes_anonymous_and_is_then_deleted(full: Database) -> None:
    async with full.transaction() as tx:
        assert await tx.feedback.unname(NOW) == 1
        kept = await tx.feedback.get(3)
        assert kept is not None
        assert (kept.author, kept.contact, kept.text) == (None, "", "The pace! It was slower")
        assert await tx.feedback.forget(NOW + MINUTE) == 2
    assert await found(full, EVERYTHING) == [4, 2]
    assert await found(full, Wanted(text="pace")) == []


async def test_merging_the_index_holds_up_nobody(full: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, threading.Thread]] = []

    def run(connection: Connection, way: str, sql: str, parameters: Any) -> Done:
        ran.append((sql, threading.current_thread()))
        return run_here(connection, way, sql, parameters)

    run_here = Connection.run_here
    monkeypatch.setattr(Connection, "run_here", run)
    async with full.transaction() as tx:
        await tx.feedback.forget(NOW)
    merged = [thread for sql, thread in ran if "optimize" in sql]
    assert threading.main_thread() not in merged
    assert bool(merged) is (isinstance(full, SqlDatabase) and full.alone)


async def test_what_has_become_anonymous_is_known_by_no_key_of_a_person_either(full: Database) -> None:
    later = NOW + 2 * MINUTE
    noted = replace(feedback(5), key=f"noted:{AUTHOR.ref}:1")
    sheet = replace(feedback(6), key="import:1234:1")
    form = replace(feedback(7), key="a digest", source=Source.WEB, author=None)
    async with full.transaction() as tx:
        numbers = [await tx.feedback.add(one) for one in (noted, sheet, form)]
        await tx.feedback.unname(later)
        await tx.feedback.unname(later)
        kept = await tx.feedback.several(numbers)
        assert {one.key for one in kept} == {f"unnamed:{numbers[0]}", "import:1234:1", "a digest"}
        assert await tx.feedback.take_back(numbers[2], "a digest")


async def test_the_number_of_what_was_kept_is_found_by_its_key_until_it_is_deleted(full: Database) -> None:
    async with full.transaction() as tx:
        number = await tx.feedback.add(feedback(5))
        assert await tx.feedback.number_of(feedback(5).key) == number
        await tx.feedback.take_back(number, AUTHOR.ref)
        assert await tx.feedback.number_of(feedback(5).key) == 0


async def test_a_number_is_never_given_twice(full: Database) -> None:
    async with full.transaction() as tx:
        await tx.feedback.forget(NOW + 2 * MINUTE)
    async with full.transaction() as tx:
        assert await tx.feedback.add(feedback(5)) == 5


async def test_who_only_looks_waits_for_nobody_and_sees_what_was_committed(full: Database) -> None:
    async with full.transaction() as tx:
        await tx.feedback.add(feedback(5))
        async with full.reading() as seen:
            assert await seen.feedback.count() == 4
    async with full.reading() as seen:
        assert await seen.feedback.count() == 5


async def test_many_are_kept_at_once_as_one_after_the_other(full: Database) -> None:
    new = [replace(feedback(number, NOW), number=0) for number in range(10, 1210)]
    twice, there = replace(new[0], text="The same key"), replace(OTHERS[1], text="The same key")
    async with full.transaction() as tx:
        await tx.feedback.forget(NOW)  # number 3
        assert await tx.feedback.add_all([there, *new, twice]) == 1200
        assert await tx.feedback.add_all([*new, there]) == 0
        assert await tx.feedback.add_all([]) == 0
    async with full.transaction() as tx:
        kept = await tx.feedback.several([*range(1, 2000)])
        assert await tx.feedback.get(1204) == replace(new[-1], number=1204)
        assert await tx.feedback.add(feedback(1300)) == 1205
    assert sorted(one.number for one in kept) == [1, 2, *range(4, 1205)]
    assert {one.key: one.number for one in kept if one.number > 4} == {one.key: n for n, one in enumerate(new, 5)}
    assert not [one for one in kept if one.text == "The same key"]


async def test_only_the_author_takes_feedback_back(full: Database) -> None:
    async with full.transaction() as tx:
        assert not await tx.feedback.take_back(2, "slack:T2/U1")
        assert not await tx.feedback.take_back(1, AUTHOR.ref)
        assert await tx.feedback.take_back(2, AUTHOR.ref)
        assert not await tx.feedback.take_back(2, AUTHOR.ref)
        assert not await tx.feedback.take_back(3, feedback(3).key)
        assert await tx.feedback.take_back(1, ANONYMOUS.key)
    assert await found(full, EVERYTHING) == [4, 3]


async def noted(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.audit.add(NOW, AUTHOR.ref, "pause", "all", f"asked by {AUTHOR.ref} \0")
        await tx.audit.add(NOW, COMMAND_LINE, "resume")
        await tx.audit.add(NOW + MINUTE, AUTHOR.ref, "feedback export")


async def test_the_audit_tells_names_and_to_whom_something_was_done(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.audit.add(NOW, AUTHOR.ref, "chat hold", "chat:1", "Held.", name="Zo")
        await tx.audit.add(NOW, AUTHOR.ref, "chat go on", "chat:1", "Goes on.", name="Zoë")
        await tx.audit.add(NOW, COMMAND_LINE, "login-link", whom="slack:T1/U2")
        link, latest, _ = await tx.audit.list()
    assert (link.who, link.about) == (COMMAND_LINE, "slack:T1/U2")
    assert (latest.who, latest.about, latest.name) == (AUTHOR.ref, "chat:1", "Zoë")


async def test_the_audit_is_whole_and_tells_who(database: Database) -> None:
    await noted(database)
    async with database.transaction() as tx:
        chain = await tx.audit.verify()
        latest = (await tx.audit.list())[0]
    assert (chain.lines, chain.broken) == (3, None)
    assert latest == AuditEntry(NOW + MINUTE, AUTHOR.ref, "feedback export")


async def changed(database: SqlDatabase, statement: str) -> Sequence[Any]:
    async with database._connection() as connection:
        result = await connection.execute(text(statement))
        return result.all() if result.returns_rows else ()


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET what = 'nothing' WHERE id = 2", 2),
        ("UPDATE audit SET hash = 'x' WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 2", 2),
        ("UPDATE audit SET who = 'command line' WHERE id = 3", 3),
    ],
)
async def test_a_line_of_the_audit_that_was_tampered_with_is_found(
    database: Database, statement: str, broken: int
) -> None:
    if not isinstance(database, SqlDatabase):
        pytest.skip("the fake has no other way in")
    await noted(database)
    await changed(database, statement)
    async with database.transaction() as tx:
        assert (await tx.audit.verify()).broken == broken


@pytest.mark.parametrize(
    ("statement", "exchanged"),
    [
        ("UPDATE people SET ref = 'slack:T1/U9' WHERE ref = 'slack:T1/U2'", 1),
        ("UPDATE people SET ref = CASE ref WHEN 'slack:T1/U2' THEN 'slack:T1/U3' ELSE 'slack:T1/U2' END", 2),
        ("UPDATE people SET pseudonym = 'person-1' WHERE ref = 'slack:T1/U2'", 1),
    ],
)
async def test_somebody_else_beside_a_pseudonym_of_the_audit_is_found(
    database: Database, statement: str, exchanged: int
) -> None:
    if not isinstance(database, SqlDatabase):
        pytest.skip("the fake keeps no tables")
    async with database.transaction() as tx:
        for ref in ("slack:T1/U2", "slack:T1/U3"):
            await tx.audit.add(NOW, ref, "pause", name="Uma")
        assert (await tx.audit.verify()).exchanged == ()
    await changed(database, statement)
    async with database.transaction() as tx:
        chain = await tx.audit.verify()
    assert (chain.broken, len(chain.exchanged)) == (None, exchanged)


async def test_the_audit_itself_names_nobody(database: Database) -> None:
    if not isinstance(database, SqlDatabase):
        pytest.skip("the fake keeps no tables")
    await noted(database)
    assert not [row for row in await changed(database, "SELECT * FROM audit") if AUTHOR.id in str(row)]


async def test_private_posts_that_are_over_are_let_go(database: Database) -> None:
    to_one = post("private", NOW - MINUTE)
    direct = replace(to_one, key="direct", private_to="", place=replace(to_one.place, direct=True))
    others = [replace(to_one, key="public", private_to=""), replace(to_one, key="recent", due=NOW)]
    async with database.transaction() as tx:
        for one in (to_one, direct, *others):
            await tx.outbox.add(replace(one, state=State.SENT))
        await tx.outbox.add(replace(to_one, key="open"))
        await tx.outbox.add(replace(to_one, key="nobody looked", state=State.HELD))
        assert await tx.retention.private_posts(NOW) == 3
        assert {one.key for one in await tx.outbox.list()} == {"public", "recent", "open"}
