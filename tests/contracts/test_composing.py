"""Drafts with their pictures, approvals with their links, and the journal of the plan."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.core.approval import Approval, SignOff, Verdict, print_of
from bot.core.journal import Author, Change, Deed
from bot.core.pieces import Picture, Piece
from bot.core.plan import Kind, Standing
from bot.core.policy import Roles
from bot.ports import Database
from bot.services.approving import Team, decide, make_sign_off, sign_off
from bot.services.composing import queue
from tests.contracts.values import NOW
from tests.handlers.desk import ROOMS
from tests.samples import an_entry, sample_content

HOUR = timedelta(hours=1)
PIECE = Piece(key="a", kind=Kind.CARD, who="web:maria", values={"text": "“quoted” & <b>\0", "picture": "p.png"}, at=NOW)
PICTURE = Picture(path="p.png", data=bytes(range(256)) * 4, at=NOW)


async def test_of_two_who_keep_the_same_draft_the_second_is_told(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.pieces.put(PIECE)
        assert not await tx.pieces.put(PIECE)
        first = await tx.pieces.get("a")
        assert first
        assert (first.version, first.values["text"].startswith("“quoted” & <b>")) == (1, True)
        assert await tx.pieces.put(replace(first, who="web:olive"))
        assert not await tx.pieces.put(first)
        kept = await tx.pieces.get("a")
        assert kept == replace(first, who="web:olive", version=2)


async def test_drafts_are_listed_latest_first_apart_from_what_is_queued(database: Database) -> None:
    async with database.transaction() as tx:
        for key, about in (("a", ""), ("b", "card:b"), ("c", "")):
            await tx.pieces.put(replace(PIECE, key=key, about=about, at=NOW + HOUR * ord(key)))
        assert [piece.key for piece in await tx.pieces.list()] == ["c", "b", "a"]
        assert [piece.key for piece in await tx.pieces.queued(Kind.CARD)] == ["b"]
        assert await tx.pieces.queued(Kind.CHAT) == []
        await tx.pieces.put(replace(PIECE, key="c_1", about="c_1", at=NOW))
        assert [piece.key for piece in await tx.pieces.under("c")] == ["c", "c_1"]
        assert [piece.key for piece in await tx.pieces.under("c_")] == ["c_1"]
        await tx.pieces.drop("c_1")
        assert await tx.pieces.forget(NOW + HOUR * ord("c")) == 1
        assert [piece.key for piece in await tx.pieces.list()] == ["c", "b"]


async def test_of_two_who_queue_a_chat_for_one_day_at_once_one_is_told(database: Database) -> None:
    team = Team(sample_content(), ROOMS, Roles(), frozenset())
    values = {"topic": "Searching", "date": "19/1/2027", "questions": "What do you search?"}
    drafts = [Piece(key=f"{n:016}", kind=Kind.CHAT, who="web:olive", values=values, at=NOW) for n in (1, 2)]

    async def press(piece: Piece) -> str:
        async with database.transaction() as tx:
            return (await queue(tx, team, piece, (), Author(piece.who), NOW)).problem

    said = sorted(await asyncio.gather(*map(press, drafts)))
    assert said == ["", "There is a chat on that day already. Choose another day, or change that chat."]


async def test_a_picture_goes_with_the_last_draft_that_has_it(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.pieces.put(PIECE)
        await tx.pieces.put(replace(PIECE, key="b"))
        await tx.pieces.keep_picture(PICTURE)
        await tx.pieces.keep_picture(PICTURE)
        await tx.pieces.drop("a")
        assert await tx.pieces.picture("p.png") == PICTURE
        await tx.pieces.drop("b")
        assert await tx.pieces.picture("p.png") is None
        await tx.pieces.drop("b")


async def test_the_last_word_about_something_is_kept(database: Database) -> None:
    no = Approval(
        about="a", print="1", verdict=Verdict.NO, by="web:maria", name="Maria", at=NOW, words="“Shorter”, please"
    )
    yes = replace(no, verdict=Verdict.YES, words="", at=NOW + HOUR)
    async with database.transaction() as tx:
        for approval in (no, yes, replace(no, about="b")):
            await tx.approvals.put(approval)
        assert await tx.approvals.among(["a", "c"]) == {"a": yes}
        assert await tx.approvals.among([]) == {}
        await tx.approvals.forget(NOW + HOUR)
        assert await tx.approvals.among(["a", "b"]) == {"a": yes}


async def test_a_sign_off_link_is_used_once_and_ends(database: Database) -> None:
    link = SignOff(fingerprint="f", about="a", print="1", name="Zoë", by="web:maria", ends=NOW + HOUR)
    async with database.transaction() as tx:
        await tx.approvals.add_link(link)
        assert await tx.approvals.link("f", NOW) == link
        assert await tx.approvals.link("f", NOW + HOUR) is None
        assert await tx.approvals.use_link("f", NOW) == link
        assert await tx.approvals.use_link("f", NOW) is None
        await tx.approvals.add_link(link)
        assert await tx.approvals.use_link("f", NOW + HOUR) is None
        await tx.approvals.add_link(link)
        await tx.approvals.forget(NOW + 2 * HOUR)
        assert await tx.approvals.link("f", NOW) is None


async def test_of_two_presses_of_one_link_at_once_one_counts(database: Database) -> None:
    entry = an_entry()
    team = Team(sample_content(), ROOMS, Roles(), frozenset({entry.kind}))
    async with database.transaction() as tx:
        await tx.plan.put(entry)
        link = await make_sign_off(tx, team, entry.key, "Zoë", "web:maria", entry.due - HOUR)
        assert [(line.who, line.what, line.about) for line in await tx.audit.list()] == [
            ("web:maria", "sign-off link", entry.key)
        ]
    assert link is not None

    async def press(verdict: Verdict) -> bool:
        async with database.transaction() as tx:
            token, now = link.partition("link=")[2], entry.due - HOUR
            return (await sign_off(tx, team, token, verdict, "Not so", now)).done

    assert sorted(await asyncio.gather(press(Verdict.YES), press(Verdict.NO))) == [False, True]


async def test_two_who_approve_at_once_have_approved_once(database: Database) -> None:
    entry = an_entry()
    team = Team(sample_content(), ROOMS, Roles(), frozenset({entry.kind}))
    async with database.transaction() as tx:
        await tx.plan.put(entry)

    async def press(who: str) -> bool:
        async with database.transaction() as tx:
            now = entry.due - HOUR
            return (await decide(tx, team, entry.key, print_of(entry), Verdict.YES, Author(who), now)).done

    assert all(await asyncio.gather(press("web:maria"), press("web:olive")))
    async with database.transaction() as tx:
        assert [change.what for change in await tx.journal.list()] == [Deed.APPROVE]


async def test_the_journal_has_the_entry_before_and_after(database: Database) -> None:
    entry = an_entry()
    gone = replace(entry, standing=Standing.CANCELLED, title="“Another”")
    changes = [
        Change(at=NOW, who="web:olive", name="Olive", what=Deed.ADD, about=entry.key, after=entry),
        Change(
            at=NOW + HOUR, who="web:maria", what=Deed.UNSCHEDULE, about=entry.key, before=entry, after=gone, words="x"
        ),
        Change(at=NOW + HOUR, who="web:maria", what=Deed.ADD, about="another", after=entry),
    ]
    async with database.transaction() as tx:
        numbers = [await tx.journal.add(change) for change in changes]
        kept = [replace(change, number=number) for change, number in zip(changes, numbers, strict=True)]
        assert await tx.journal.list() == kept[::-1]
        assert await tx.journal.list(about=entry.key, limit=1) == [kept[1]]
        assert await tx.journal.get(numbers[0]) == kept[0]
        assert await tx.journal.get(0) is None
        assert await tx.journal.writers([entry.key, "none"]) == {entry.key: Author("web:olive", "Olive")}
        assert await tx.journal.names(["web:olive", "web:maria", "web:zoe"]) == {"web:olive": "Olive"}
        assert await tx.journal.forget(NOW + HOUR) == 1
        assert await tx.journal.list() == kept[:0:-1]


async def test_what_was_cancelled_is_brought_back_by_its_version(database: Database) -> None:
    entry = an_entry()
    async with database.transaction() as tx:
        await tx.plan.put(entry)
        assert not await tx.plan.bring_back(entry)
        await tx.plan.change(replace(entry, standing=Standing.CANCELLED, edited=True))
        assert not await tx.plan.bring_back(entry)
        assert await tx.plan.bring_back(replace(entry, version=1))
        assert await tx.plan.get(entry.key) == replace(entry, version=2)
