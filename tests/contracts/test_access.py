"""Links that work once, sessions, and forms that outlive them."""

from dataclasses import replace
from datetime import timedelta

from bot.core.access import KeptForm, Link, Session
from bot.ports import Database
from tests.contracts.values import NOW

HOUR = timedelta(hours=1)
LINK = Link(fingerprint="one", who="slack:T1/U1", name="Olive", ends=NOW + HOUR)
SESSION = Session(
    fingerprint="a", who="slack:T1/U1", name="Olive", device="Firefox", began=NOW, used=NOW, ends=NOW + HOUR
)
FORM = KeptForm(who="slack:T1/U1", path="/pages/pause", values={"reason": "“quoted” & <b>\0"}, at=NOW)


async def test_a_link_is_used_once(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.access.add_link(LINK)
    async with database.transaction() as tx:
        assert await tx.access.has_link("one", NOW)
        assert await tx.access.use_link("one", NOW) == LINK
    async with database.transaction() as tx:
        assert not await tx.access.has_link("one", NOW)
        assert await tx.access.use_link("one", NOW) is None


async def test_a_link_that_has_ended_is_none(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.access.add_link(LINK)
        assert not await tx.access.has_link("one", LINK.ends)
        assert await tx.access.use_link("one", LINK.ends) is None
        assert await tx.access.use_link("another", NOW) is None


async def test_sessions_are_listed_by_person_last_used_first_and_ended_one_by_one_or_all(database: Database) -> None:
    second, other = replace(SESSION, fingerprint="b"), replace(SESSION, fingerprint="c", who="slack:T1/U2")
    async with database.transaction() as tx:
        for session in (SESSION, second, other, replace(SESSION, fingerprint="d", ends=NOW)):
            await tx.access.begin(session)
        await tx.access.seen("b", NOW + HOUR / 2)
        seen = replace(second, used=NOW + HOUR / 2)
        assert await tx.access.sessions(SESSION.who, NOW) == [seen, SESSION]
        assert await tx.access.session("d") == replace(SESSION, fingerprint="d", ends=NOW)
        assert await tx.access.end(other.who, "a") == 0
        assert await tx.access.end(SESSION.who, "a") == 1
        assert await tx.access.session("a") is None
        assert await tx.access.end(SESSION.who) == 2
        assert await tx.access.sessions(other.who, NOW) == [other]


async def test_the_last_of_what_was_typed_on_a_page_is_kept(database: Database) -> None:
    later = replace(FORM, values={"reason": "better"}, at=NOW + HOUR)
    async with database.transaction() as tx:
        await tx.access.keep(FORM)
        assert await tx.access.kept(FORM.who) == [FORM]
        await tx.access.keep(later)
        await tx.access.keep(replace(FORM, path="/pages/other"))
        assert await tx.access.kept(FORM.who) == [later, replace(FORM, path="/pages/other")]
        assert await tx.access.kept("slack:T1/U2") == []
        await tx.access.let_go(FORM.who, FORM.path)
        assert await tx.access.kept(FORM.who) == [replace(FORM, path="/pages/other")]


async def test_what_is_old_is_forgotten(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.access.add_link(LINK)
        await tx.access.begin(SESSION)
        await tx.access.keep(FORM)
        await tx.access.forget(NOW)
        assert await tx.access.session("a")
        assert await tx.access.kept(FORM.who)
        await tx.access.forget(NOW + 2 * HOUR)
        assert await tx.access.session("a") is None
        assert await tx.access.kept(FORM.who) == []
        assert not await tx.access.has_link("one", NOW)
