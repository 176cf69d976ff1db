"""Links that work once, sessions, and forms that outlive them."""

from dataclasses import replace
from datetime import timedelta

from bot.core.access import Attempt, KeptForm, Link, Passkey, Session
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
        assert {session.fingerprint for session in await tx.access.sessions(None, NOW)} == {"a", "b", "c"}
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


ATTEMPT = Attempt(fingerprint="secret", way="slack", ends=NOW + HOUR)
PASSKEY = Passkey(
    id="k1", who="slack:T1/U1", name="Olive", device="Firefox", key="cG0", uses=0, added=NOW, used=NOW
)  # fmt: skip


async def test_an_attempt_to_sign_in_is_used_once_and_in_time(database: Database) -> None:
    late = replace(ATTEMPT, fingerprint="late", ends=NOW + HOUR / 2)
    async with database.transaction() as tx:
        await tx.access.add_attempt(ATTEMPT, NOW)
        await tx.access.add_attempt(late, NOW)
        assert await tx.access.use_attempt("late", NOW + HOUR / 2) is None
    async with database.transaction() as tx:
        assert await tx.access.use_attempt("secret", NOW) == ATTEMPT
        assert await tx.access.use_attempt("secret", NOW) is None


async def test_attempts_that_have_ended_are_forgotten_with_the_next_one(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.access.add_attempt(ATTEMPT, NOW)
        await tx.access.add_attempt(replace(ATTEMPT, fingerprint="next", ends=NOW + 3 * HOUR), NOW + 2 * HOUR)
        assert await tx.access.use_attempt("secret", NOW) is None
        assert await tx.access.use_attempt("next", NOW)


async def test_passkeys_are_listed_by_person_used_and_removed(database: Database) -> None:
    second, other = replace(PASSKEY, id="k2", added=NOW + HOUR), replace(PASSKEY, id="k3", who="slack:T1/U2")
    async with database.transaction() as tx:
        assert [await tx.access.add_passkey(each) for each in (second, PASSKEY, other)] == [True] * 3
        assert not await tx.access.add_passkey(replace(PASSKEY, who="slack:T1/U2", key="other"))
        assert await tx.access.passkeys(PASSKEY.who) == [PASSKEY, second]
        assert await tx.access.passkeys(None) == [PASSKEY, other, second]
        await tx.access.passkey_used("k1", 2**32 - 1, NOW + HOUR)
        assert await tx.access.passkey("k1") == replace(PASSKEY, uses=2**32 - 1, used=NOW + HOUR)
        assert not await tx.access.remove_passkey(other.who, "k1")
        assert await tx.access.remove_passkey(PASSKEY.who, "k1")
        assert await tx.access.passkey("k1") is None
        assert await tx.access.passkeys(PASSKEY.who) == [second]


async def test_people_are_called_as_they_signed_in_last(database: Database) -> None:
    later = replace(SESSION, fingerprint="later", name="Olive B", began=SESSION.began + HOUR)
    async with database.transaction() as tx:
        assert await tx.access.names([SESSION.who]) == {}
        await tx.access.add_passkey(replace(PASSKEY, who="web:ada", name="Ada"))
        await tx.access.begin(later)
        await tx.access.begin(SESSION)
        await tx.access.begin(replace(SESSION, fingerprint="nameless", name="", began=SESSION.began + 2 * HOUR))
        assert await tx.access.names([SESSION.who, "web:ada", "web:zoe"]) == {SESSION.who: "Olive B", "web:ada": "Ada"}
        assert await tx.access.names([]) == {}
