"""One person is erased: from every table, from every byte of the file, and from a backup that is restored later."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, text

from bot.adapters.db import erasure, open_database
from bot.adapters.db.backup import back_up
from bot.adapters.db.erased_list import read_list
from bot.adapters.db.erasure import Erased, erase, erase_again, told
from bot.adapters.db.restore import restore
from bot.adapters.db.whose import Contact, person_of
from bot.context import Context
from bot.core.access import KeptForm, Passkey
from bot.core.approval import Approval, Verdict
from bot.core.audit import COMMAND_LINE
from bot.core.bodies import File, Removal, Text
from bot.core.dated import dated
from bot.core.events import FormSubmitted, Mention, Noted, Person, Place, Platform
from bot.core.feedback import READ, Feedback, Source, Wanted, told_key
from bot.core.heard import HeardPost
from bot.core.journal import Change, Deed
from bot.core.outbox import State, new_post
from bot.core.picks import PICKED_BY, Pick
from bot.core.pieces import Piece
from bot.core.plan import Kind
from bot.core.policy import Roles
from bot.core.privacy import KEY_NOTE, LEDGER_KEPT, STOPPED
from bot.core.problems import Problem
from bot.core.pseudonyms import Pseudonyms
from bot.core.record.values import known_as
from bot.ports import Transaction
from bot.runtime.operations_feedback import read
from bot.services.asking import write_to_asker
from bot.services.said_done import take_back
from tests.contracts.test_questions import question
from tests.contracts.values import entry
from tests.fakes import FakeClock
from tests.samples import sample_content

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
ZELDA = Person(Platform.SLACK, "T0CAMPAIGN", "U0ZELDA99", "Zelda Zwicky")
TWIN = Person(Platform.SLACK, "T0OTHER", "U0TWIN01", "Tom Twin")
PLACE = Place(Platform.SLACK, "T0CAMPAIGN", "C0CHAT")
WORDS = "Xylophones would liven the chat up"
OF_ZELDA = (b"U0ZELDA99", b"Zelda", b"Zwicky", b"ylophone", b"zelda@example.org")


def mention(author: Person, number: int, said: str) -> Mention:
    return Mention(key=f"slack:T0CAMPAIGN:Ev{number}", at=NOW, author=author, place=PLACE, text=said, message_id="1")


async def filled(url: str, fill_in: Callable[[Transaction], Awaitable[None]] | None = None) -> None:
    """As it says or, without it, Zelda in every table, and somebody else beside her who mentions her."""
    database = open_database(url)
    await database.migrate()
    async with database.transaction() as tx:
        await (fill_in or fill)(tx)
    await database.close()


async def fill(kept: Transaction) -> None:
    for number, (author, said) in enumerate([(ZELDA, WORDS), (TWIN, "As <@U0ZELDA99> says, U0ZELDA999 too")], 1):
        event = mention(author, number, said)
        await kept.inbox.add(event)
        await kept.feedback.add(
            Feedback(
                key=event.key,
                at=NOW,
                source=Source.SLACK,
                author=author,
                text=said,
                tags=("music",),
                contact="zelda@example.org" if author is ZELDA else "",
            )
        )
        await kept.outbox.add(new_post(f"{event.key}:receipt", PLACE, Text("Thanks"), NOW, private_to=author.id))
    await kept.inbox.done(["slack:T0CAMPAIGN:Ev1"], NOW)
    await kept.outbox.add(new_post("slack:T0CAMPAIGN:Ev9:export", PLACE, File("f.csv", WORDS, "Here"), NOW))
    await kept.outbox.add(new_post(f"slack:T0CAMPAIGN:Ev10:{READ}", PLACE, Text(f"1. {WORDS}"), NOW))
    await kept.outbox.add(new_post("direct", Place(Platform.SLACK, "T0CAMPAIGN", "U0ZELDA99"), Text("Zelda!"), NOW))
    await kept.heard.add("2017-09-19", [HeardPost(Platform.SLACK, "H1", NOW, ZELDA.id, WORDS, name=ZELDA.name)])
    await kept.questions.add(question(asker=ZELDA, text=WORDS))
    await kept.access.keep(KeptForm(who=ZELDA.ref, path="/pages/pause", values={"reason": WORDS}, at=NOW))
    await kept.plan.put(replace(entry(key="action:1"), source=ZELDA.ref))
    await kept.ledger.remember("pause", json.dumps({"by": ZELDA.ref}))
    await kept.journal.add(Change(at=NOW, who=ZELDA.ref, name=ZELDA.name, what=Deed.ADD, about="action:1", words="So"))
    await kept.audit.add(NOW, ZELDA.ref, "pause", "all", f"as {ZELDA.ref} asked", name=ZELDA.name)
    await kept.audit.add(NOW, COMMAND_LINE, "login-link", whom=ZELDA.ref)


async def numbers(url: str, wanted: Wanted) -> list[int]:
    database = open_database(url)
    async with database.transaction() as tx:
        found = [one.number for one in await tx.feedback.list(wanted)]
        assert (await tx.audit.verify()).broken is None
    await database.close()
    return found


def bytes_of(url: str) -> bytes:
    file = Path(url.removeprefix("sqlite:///"))
    return b"".join(beside.read_bytes() for beside in file.parent.iterdir() if beside.is_file())


async def test_what_comes_from_somebody_who_was_erased_is_known_by_them_and_by_their_address(
    database_url: str, tmp_path: Path
) -> None:
    await filled(database_url)
    erase(database_url, ZELDA, NOW, tmp_path / "erased.txt")
    erase(database_url, Contact("tom@example.org"), NOW, tmp_path / "erased.txt")
    said = [(ZELDA, ""), (TWIN, ""), (TWIN, "ring 0113 or Tom@Example.org"), (None, "tom@example.org"), (None, "")]
    found = [
        Feedback(key=str(number), at=NOW, source=Source.SLACK, author=author, text=WORDS, contact=contact)
        for number, (author, contact) in enumerate(said)
    ]
    database = open_database(database_url)
    async with database.transaction() as tx:
        assert {*await tx.retention.erased(found)} == {"0", "2", "3"}
    await database.close()


async def test_words_of_what_is_kept_no_longer_are_not_in_the_search_either(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/antiphon.db"
    database = open_database(url)
    await database.migrate()
    async with database.transaction() as tx:
        await fill(tx)
        for at in (NOW, NOW + timedelta(days=1)):
            await tx.feedback.add(Feedback(key=str(at), at=at, source=Source.WEB, author=None, text="Accordions"))
    async with database.transaction() as tx:
        await tx.inbox.forget(NOW + timedelta(days=1))
        assert await tx.feedback.forget(NOW + timedelta(hours=1)) == 3
        index = await tx.feedback._connection.execute(text("SELECT block FROM feedback_words_data"))
        blocks = b"".join(block for (block,) in index)
    await database.close()
    assert b"xylophon" not in blocks
    assert b"accordion" in blocks


async def somebody_waits(url: str) -> None:
    """For a lock of PostgreSQL's that another has."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while True:
            found = await connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if await found.fetchone() != (0,):
                return
            await asyncio.sleep(0.01)


async def test_nobody_is_erased_between_an_imports_look_and_its_commit(postgres_url: str, tmp_path: Path) -> None:
    await filled(postgres_url)
    late = Feedback(key="late", at=NOW, source=Source.SLACK, author=ZELDA, text=WORDS)
    database = open_database(postgres_url)
    async with database.transaction() as tx:
        assert await tx.retention.erased([late]) == ()
        erasing = asyncio.create_task(asyncio.to_thread(erase, postgres_url, ZELDA, NOW, tmp_path / "erased.txt"))
        await somebody_waits(postgres_url)
        await tx.feedback.add_all([late])
        await tx.audit.add(NOW, COMMAND_LINE, "feedback import")
    await erasing
    await database.close()
    assert await numbers(postgres_url, Wanted()) == [2]


async def test_who_looks_at_feedback_during_an_import_waits_and_stops_nobody(postgres_url: str) -> None:
    await filled(postgres_url)
    database, other = open_database(postgres_url), open_database(postgres_url)
    async with database.transaction() as tx:
        await tx.retention.erased([])
        looking = asyncio.create_task(read(other, NOW, 1, personal=False))
        await somebody_waits(postgres_url)
        await tx.audit.add(NOW, COMMAND_LINE, "feedback import")
    assert (await looking).text == WORDS
    await database.close()
    await other.close()


async def test_somebody_is_erased_from_every_table_and_others_stay(database_url: str, tmp_path: Path) -> None:
    await filled(database_url)
    about = told(database_url, ZELDA)
    assert {table for table, rows in about.items() if rows} >= {
        "inbox",
        "feedback",
        "feedback_authors",
        "outbox",
        "questions",
        "heard",
        "kept_forms",
        "audit",
        "people",
    }
    assert [line["what"] for line in about["audit"]] == ["pause", "login-link"]
    assert [(row["ref"], row["name"]) for row in about["people"]] == [(ZELDA.ref, ZELDA.name)]
    done = erase(database_url, ZELDA, NOW, tmp_path / "erased.txt")
    assert (done.deleted, done.busy) == (11, False)
    after = dict(told(database_url, ZELDA))
    assert [line["what"] for line in after.pop("audit")] == ["pause", "login-link", "privacy erase"]
    assert after == {"person": ZELDA.ref, "inbox": [], "feedback": [], "feedback_tags": [], "feedback_authors": [],
                     "outbox": [], "questions": [], "heard": [], "notes": [], "slots": [],
                     "sign_in_links": [], "sessions": [], "passkeys": [], "kept_forms": [],
                     "approvals": [], "journal": [], "pieces": [], "sign_offs": [], "unheard": [],
                     "people": [], "mentioned": []}  # fmt: skip
    # Where the id of somebody else begins like hers.
    assert await numbers(database_url, Wanted()) == [2]
    assert await numbers(database_url, Wanted(text="xylophones")) == []
    assert await numbers(database_url, Wanted(tag="music")) == [2]


async def test_no_byte_of_them_is_left_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    await filled(sqlite_url)
    assert all(trace in bytes_of(sqlite_url) for trace in OF_ZELDA)
    erase(sqlite_url, ZELDA, NOW, tmp_path / "erased.txt")
    left = bytes_of(sqlite_url).replace(b"U0ZELDA999", b"")  # somebody else's id, which begins like hers
    assert [trace for trace in OF_ZELDA if trace in left] == []


async def test_a_restored_backup_is_erased_again_before_anything_else(database_url: str, tmp_path: Path) -> None:
    listed, backup = tmp_path / "elsewhere/erased.txt", tmp_path / "before.db"
    await filled(database_url)
    back_up(database_url, backup, NOW)
    erase(database_url, ZELDA, NOW, listed)
    assert erase_again(database_url, NOW, listed) == 0
    restore(database_url, backup, FakeClock(NOW), replace=True, others=True)
    assert await numbers(database_url, Wanted(text="xylophones")) == [1]
    assert erase_again(database_url, NOW, listed) == 1
    assert await numbers(database_url, Wanted(text="xylophones")) == []
    assert erase_again(database_url, NOW, listed) == 0


async def test_who_came_back_and_was_erased_a_second_time_is_erased_from_a_backup_from_between(
    database_url: str, tmp_path: Path
) -> None:
    listed, backup, later = tmp_path / "elsewhere/erased.txt", tmp_path / "between.db", NOW + timedelta(hours=1)
    await filled(database_url)
    erase(database_url, ZELDA, NOW, listed)
    database = open_database(database_url)
    async with database.transaction() as tx:
        await tx.feedback.add(Feedback(key="again", at=NOW, source=Source.SLACK, author=ZELDA, text=WORDS))
    await database.close()
    back_up(database_url, backup, NOW)
    erase(database_url, ZELDA, later, listed)
    restore(database_url, backup, FakeClock(NOW), replace=True, others=True)
    assert await numbers(database_url, Wanted()) == [3, 2]
    assert erase_again(database_url, later, listed) == 1
    assert await numbers(database_url, Wanted()) == [2]
    assert erase_again(database_url, later, listed) == 0
    assert [*read_list(listed).people.values()] == [later]


SPEAKER, READER, KEYHOLDER, LEAD = (
    Person(Platform.SLACK, ZELDA.workspace, id_) for id_ in ("U0SPEAKER", "U0READER1", "U0PASSKEY", "U0TAKEN01")
)
ON_X = Person(Platform.X, "", "7788990011", "Zelda_on_X")


async def fill_sparsely(kept: Transaction) -> None:
    """People who stand in one table each."""
    passkey = Passkey(id="p1", who=KEYHOLDER.ref, name="Kay", device="", key="k", uses=0, added=NOW, used=NOW)
    await kept.outbox.add(new_post("to-reader", PLACE, Text("To you alone"), NOW, private_to=READER.id))
    await kept.heard.add("2017-09-19", [HeardPost(Platform.SLACK, "H1", NOW, SPEAKER.id, WORDS)])
    await kept.heard.add("2017-09-19", [HeardPost(Platform.X, "H2", NOW, ON_X.id, WORDS, name=ON_X.name)])
    await kept.access.add_passkey(passkey)
    await kept.questions.add(question(taken_by=LEAD.ref))


@pytest.mark.parametrize("person", [SPEAKER, READER, KEYHOLDER, LEAD, ON_X], ids=lambda one: one.id)
async def test_who_stands_in_one_table_alone_does_not_come_back_with_a_backup(
    database_url: str, tmp_path: Path, person: Person
) -> None:
    listed, backup = tmp_path / "elsewhere/erased.txt", tmp_path / "before.db"
    await filled(database_url, fill_sparsely)
    back_up(database_url, backup, NOW)
    done = erase(database_url, person, NOW, listed)
    restore(database_url, backup, FakeClock(NOW), replace=True, others=True)
    assert done.deleted + done.changed == 1
    assert erase_again(database_url, NOW, listed) == 1
    after = told(database_url, person)
    assert [name for name, rows in after.items() if rows] == ["person", "audit"]


async def test_a_lost_list_is_written_again_from_the_database(sqlite_url: str, tmp_path: Path) -> None:
    listed = tmp_path / "erased.txt"
    await filled(sqlite_url)
    done: Erased = erase(sqlite_url, ZELDA, NOW, listed)
    before = read_list(listed)
    listed.unlink()
    erase_again(sqlite_url, NOW, listed)
    assert read_list(listed) == before
    assert before.people == {done.pseudonym: NOW}


async def test_the_list_goes_with_a_database_that_had_no_key_of_its_own(sqlite_url: str, tmp_path: Path) -> None:
    listed = tmp_path / "erased.txt"
    await filled(sqlite_url)
    erase(sqlite_url, ZELDA, NOW, listed)
    other = f"sqlite:///{tmp_path}/other/antiphon.db"
    await filled(other)
    assert erase_again(other, NOW, listed) == 1
    assert await numbers(other, Wanted(text="xylophones")) == []


async def stopped(tx: Transaction, *, now: bool = False) -> bool:
    """Whether the twin wants to hear no more of the bot, by the key that the database has; `now` they say so."""
    key = await tx.ledger.recall(KEY_NOTE)
    ctx = Context(NOW, sample_content(), {}, Roles(), tx, pseudonyms=Pseudonyms((key or "").encode()))
    if now:
        await ctx.stop(TWIN)
    return await ctx.has_stopped(TWIN)


async def test_a_list_under_another_key_forgets_no_stop_and_nobody_of_the_audit(
    database_url: str, tmp_path: Path
) -> None:
    listed, backup, other = tmp_path / "erased.txt", tmp_path / "before.db", f"sqlite:///{tmp_path}/o/antiphon.db"
    await filled(other)
    back_up(other, backup, NOW)
    erase(other, ZELDA, NOW, listed)
    await filled(database_url)
    database = open_database(database_url)
    async with database.transaction() as tx:
        await tx.audit.add(NOW, TWIN.ref, "pause")
        assert await stopped(tx, now=True)
    assert erase_again(database_url, NOW, listed) == 1
    assert erase_again(database_url, NOW, listed) == 0
    async with database.transaction() as tx:
        assert await stopped(tx)
        assert TWIN.ref in [entry.who for entry in await tx.audit.list()]
        late = Feedback(key="late", at=NOW, source=Source.SLACK, author=ZELDA, text=WORDS)
        assert await tx.retention.erased([late]) == {"late"}
    await database.close()
    assert erase(database_url, TWIN, NOW, listed).deleted
    restore(database_url, backup, FakeClock(NOW), replace=True, others=True)
    assert erase_again(database_url, NOW, listed) == 2, "each under the key of the database they were erased from"


async def test_who_said_stop_since_a_backup_is_still_stopped_and_unheard_when_it_replaces_the_database(
    database_url: str, tmp_path: Path
) -> None:
    async def hear(tx: Transaction) -> None:
        await fill(tx)
        await tx.heard.add("2017-09-19", [HeardPost(Platform.SLACK, "H2", NOW, TWIN.id, WORDS, name=TWIN.name)])
        await tx.audit.add(NOW, TWIN.ref, "pause")

    await filled(database_url, hear)
    back_up(database_url, tmp_path / "before.db", NOW)
    database = open_database(database_url)
    async with database.transaction() as tx:
        assert await stopped(tx, now=True)
    restore(database_url, tmp_path / "before.db", FakeClock(NOW), replace=True, others=True)
    async with database.transaction() as tx:
        assert await stopped(tx)
        assert [post.id for post in await tx.heard.list("2017-09-19")] == ["H1"]
        assert await tx.heard.add("2026-12-01", [HeardPost(Platform.SLACK, "H9", NOW, TWIN.id, WORDS)]) == 0
    await database.close()


async def test_what_its_author_deleted_since_a_backup_is_gone_when_it_replaces_the_database(
    database_url: str, tmp_path: Path
) -> None:
    async def answer(tx: Transaction) -> None:
        await fill(tx)
        await tx.outbox.add(new_post(told_key(1, Platform.SLACK), PLACE, Text(f"You said: {WORDS}"), NOW))

    await filled(database_url, answer)
    back_up(database_url, tmp_path / "before.db", NOW)
    database = open_database(database_url)
    async with database.transaction() as tx:
        assert await take_back(tx, 1, ZELDA.ref, NOW)
        later = Feedback(key="later", at=NOW, source=Source.WEB, author=None, text="Since the backup")
        assert await tx.feedback.add(later) == 3
    kept = restore(database_url, tmp_path / "before.db", FakeClock(NOW), replace=True, others=True).kept
    assert kept is not None
    async with database.transaction() as tx:
        assert [one.number for one in await tx.feedback.list()] == [2]
        assert await tx.feedback.list(Wanted(text="xylophones")) == []
        assert await tx.outbox.get(told_key(1, Platform.SLACK)) is None
        assert await tx.outbox.get(f"slack:T0CAMPAIGN:Ev10:{READ}") is None
        assert await tx.feedback.add(later) == 4, "3 stands on a receipt"
    kept.unlink()
    restore(database_url, tmp_path / "before.db", FakeClock(NOW), replace=True, others=True)
    async with database.transaction() as tx:
        assert [one.number for one in await tx.feedback.list()] == [2], "the restored database knows it, too"
    await database.close()


async def test_what_its_author_kept_again_after_deleting_it_comes_back_with_a_later_backup(
    database_url: str, tmp_path: Path
) -> None:
    async def chosen_again(tx: Transaction) -> None:
        for at in (NOW, NOW + timedelta(minutes=1)):
            number = await tx.feedback.add(Feedback(key="chosen", at=at, source=Source.SLACK, author=ZELDA, text=WORDS))
            if at == NOW:
                assert await take_back(tx, number, ZELDA.ref, NOW + timedelta(minutes=1))

    await filled(database_url, chosen_again)
    back_up(database_url, tmp_path / "later.db", NOW)
    for expected in (1, 0, 0):
        done = restore(database_url, tmp_path / "later.db", FakeClock(NOW), replace=True, others=True)
        assert done.kept is not None
        done.kept.unlink()
        database = open_database(database_url)
        async with database.transaction() as tx:
            kept = await tx.feedback.list()
            assert len(kept) == expected
            for one in kept:
                assert await take_back(tx, one.number, ZELDA.ref, NOW + timedelta(minutes=2))
        await database.close()


async def test_machines_that_start_at_once_with_a_new_list_erase_once(postgres_url: str, tmp_path: Path) -> None:
    other, listed = f"sqlite:///{tmp_path}/other/antiphon.db", tmp_path / "erased.txt"
    for url in (postgres_url, other):
        await filled(url)
    erase(other, ZELDA, NOW, listed)
    before = listed.read_text()
    lists = [tmp_path / f"{number}.txt" for number in range(4)]
    for own in lists:
        own.write_text(before)
    starts = (asyncio.to_thread(erase_again, postgres_url, NOW, own) for own in lists)
    assert sorted(await asyncio.gather(*starts)) == [0, 0, 0, 1]


async def test_a_lost_list_gets_the_keys_of_all_databases_back(sqlite_url: str, tmp_path: Path) -> None:
    listed, other = tmp_path / "erased.txt", f"sqlite:///{tmp_path}/other/antiphon.db"
    for url in (sqlite_url, other):
        await filled(url)
    erase(other, ZELDA, NOW, listed)
    erase_again(sqlite_url, NOW, listed)
    erase(sqlite_url, TWIN, NOW, listed)
    before = read_list(listed)
    listed.unlink()
    assert erase_again(sqlite_url, NOW, listed) == 0
    assert read_list(listed) == before
    assert erase_again(other, NOW, listed) == 1
    assert (len(before.keys), len(before.people)) == (2, 2)


async def test_what_was_left_in_the_file_by_somebody_in_the_way_is_wiped_at_the_next_start(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "elsewhere/erased.txt"
    monkeypatch.setattr(erasure, "_WAIT", "busy_timeout = 100")
    await filled(sqlite_url)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM feedback").fetchall()
        assert erase(sqlite_url, ZELDA, NOW, listed).busy
        assert b"ylophone" in bytes_of(sqlite_url)
    assert erase_again(sqlite_url, NOW, listed) == 0
    assert b"ylophone" not in bytes_of(sqlite_url)


async def test_after_a_kill_between_an_erasure_and_its_wiping_the_next_start_wipes_once(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wipes: list[object] = []
    whole = erasure._wipe

    def wipe(address: URL) -> bool:
        wipes.append(address)
        if len(wipes) == 1:
            raise KeyboardInterrupt
        return whole(address)

    await filled(database_url)
    monkeypatch.setattr(erasure, "_wipe", wipe)
    with pytest.raises(KeyboardInterrupt):
        erase(database_url, ZELDA, NOW, tmp_path / "erased.txt")
    for _ in range(2):
        assert erase_again(database_url, NOW, tmp_path / "erased.txt") == 0
    assert len(wipes) == 2


async def test_where_nobody_was_erased_there_is_no_list(sqlite_url: str, tmp_path: Path) -> None:
    await filled(sqlite_url)
    assert erase_again(sqlite_url, NOW, tmp_path / "erased.txt") == 0
    assert not (tmp_path / "erased.txt").exists()


MAIL = "zelda@example.org"


async def fill_by_mail(kept: Transaction) -> None:
    """Feedback of the web form under Zelda's address, and under others that it is a part of."""
    contacts = ["Zelda <Zelda@Example.org>", "azelda@example.org", "zelda@example.org.uk"]
    for number, contact in enumerate(contacts, 1):
        said = WORDS if number == 1 else f"Write to {MAIL}"
        feedback = Feedback(key=f"web:{number}", at=NOW, source=Source.WEB, author=None, text=said, contact=contact)
        await kept.feedback.add(feedback)
    values = {"text": WORDS, "contact": MAIL.upper()}
    event = FormSubmitted(key="slack:T:Ev3", at=NOW, author=TWIN, place=PLACE, form="feedback", values=values)
    await kept.inbox.add(event)
    await kept.outbox.add(new_post(f"{event.key}:personal", PLACE, Text(WORDS), NOW))
    await kept.outbox.add(new_post("slack:T:Ev4:export", PLACE, File("f.csv", "others' words", "Here"), NOW))


async def test_feedback_of_the_web_form_is_told_and_erased_by_its_address(database_url: str, tmp_path: Path) -> None:
    await filled(database_url, fill_by_mail)
    zelda = person_of(" Zelda@example.org")
    about = told(database_url, zelda)
    assert zelda == Contact(MAIL)
    assert [(one["number"], one["text"]) for one in about["feedback"]] == [(1, WORDS)]
    assert [one["key"] for one in about["inbox"]] == ["slack:T:Ev3"]
    assert [one["key"] for one in about["outbox"]] == ["slack:T:Ev3:personal"], "not a file with others' words"
    assert erase(database_url, zelda, NOW, tmp_path / "erased.txt").deleted == 5
    assert await numbers(database_url, Wanted()) == [3, 2]
    after = told(database_url, zelda)
    assert [name for name, rows in after.items() if rows] == ["person", "audit"], "that they were erased"


async def test_no_byte_of_an_address_is_left_and_a_backup_does_not_bring_it_back(
    sqlite_url: str, tmp_path: Path
) -> None:
    listed, backup = tmp_path / "elsewhere/erased.txt", tmp_path / "elsewhere/before.db"
    await filled(sqlite_url, fill_by_mail)
    backup.parent.mkdir()
    back_up(sqlite_url, backup, NOW)
    erase(sqlite_url, Contact(MAIL), NOW, listed)
    left = bytes_of(sqlite_url).lower().replace(b"azelda@", b"").replace(b"zelda@example.org.uk", b"")
    assert MAIL.encode() not in left
    assert b"ylophone" not in left
    restore(sqlite_url, backup, FakeClock(NOW), replace=True, others=True)
    assert erase_again(sqlite_url, NOW, listed) == 1
    assert await numbers(sqlite_url, Wanted(text="xylophones")) == []


async def test_addresses_that_somebody_gave_are_told_and_not_taken_for_theirs(sqlite_url: str, tmp_path: Path) -> None:
    await filled(sqlite_url)
    await filled(sqlite_url, fill_by_mail)
    done = erase(sqlite_url, ZELDA, NOW, tmp_path / "erased.txt")
    assert done.contacts == {MAIL}
    assert 3 in await numbers(sqlite_url, Wanted(text="xylophones"))


@pytest.mark.parametrize(
    "content", ["key\n", "person-1 yesterday\n", "\xff not ours", "key 3f\nperson-1 2026-12-01T08:00:00\n"]
)
def test_a_damaged_list_stops_everything_with_words(tmp_path: Path, content: str) -> None:
    (tmp_path / "erased.txt").write_text(content, encoding="latin-1")
    with pytest.raises(Problem, match="could come back"):
        read_list(tmp_path / "erased.txt")


@pytest.mark.parametrize("ref", ["zelda", "zelda@localhost", "slack:U1", "x:a/b", "teams:/x", "web:", "web:A/b", ""])
def test_whom_nobody_can_be_meant_by_is_told(ref: str) -> None:
    with pytest.raises(Problem, match="names nobody"):
        person_of(ref)


async def test_what_quotes_somebody_and_what_others_marked_of_theirs_goes_too(
    database_url: str, tmp_path: Path
) -> None:
    await filled(database_url)
    marked = Noted(
        key="slack:T0CAMPAIGN:Ev7", at=NOW, author=TWIN, place=PLACE, said_by=ZELDA, text=WORDS, message_id="1"
    )
    database = open_database(database_url)
    async with database.transaction() as tx:
        await tx.inbox.add(marked)
        await tx.outbox.add(new_post("feedback-told:1:x", Place(Platform.X), Text(f"You said: {WORDS}"), NOW))
        await tx.outbox.add(new_post("feedback-told:2:x", Place(Platform.X), Text("You said: more tea"), NOW))
    erase(database_url, ZELDA, NOW, tmp_path / "erased.txt")
    async with database.transaction() as tx:
        assert await tx.outbox.get("feedback-told:1:x") is None
        assert await tx.outbox.get("feedback-told:2:x") is not None
        assert marked.key not in [event.key for event in await tx.inbox.waiting(9)]
    await database.close()


async def test_what_they_asked_a_lead_and_what_answered_them_goes_when_the_events_are_long_gone(
    database_url: str, tmp_path: Path
) -> None:
    database = open_database(database_url)
    await database.migrate()
    async with database.transaction() as tx:
        number = await tx.questions.add(question(asker=ZELDA))
        given = Feedback(key="slack:T0CAMPAIGN:Ev1", at=NOW, source=Source.SLACK, author=ZELDA, text=WORDS)
        await tx.feedback.add(given)
        theirs = [f"question:{number}:asked:0:somebody", f"question:{number}:answer", f"{given.key}:receipt"]
        others = [f"question:{number}2:answer", f"{given.key}2:receipt"]
        for key in [*theirs, *others]:
            await tx.outbox.add(new_post(key, PLACE, Text(WORDS), NOW))
    assert sorted(row["key"] for row in told(database_url, ZELDA)["outbox"]) == sorted(theirs)
    erase(database_url, ZELDA, NOW, tmp_path / "erased.txt")
    async with database.transaction() as tx:
        assert [key for key in [*theirs, *others] if await tx.outbox.get(key)] == others
    await database.close()


@pytest.mark.parametrize("given", ["", "of the settings"])
async def test_what_the_ledger_remembers_of_somebody_is_told_and_goes_and_a_stop_stays(
    database_url: str, tmp_path: Path, given: str
) -> None:
    await filled(database_url)
    database = open_database(database_url)
    async with database.transaction() as tx:
        maker = Pseudonyms((given or await tx.ledger.recall(KEY_NOTE) or "").encode())
        for head, person in product([*LEDGER_KEPT, STOPPED], [ZELDA, TWIN]):
            await tx.ledger.remember(maker.note(head, person), dated(f"2017-09-19 {person.id}", NOW))
            await tx.ledger.first(maker.note(head, person, "a thread"), NOW)
        await tx.ledger.remember("calendar:1234", ZELDA.ref)
        await tx.ledger.remember(f"calendar of:{ZELDA.ref}", "1234")
    about = told(database_url, ZELDA, given)
    assert len(about["slots"]) == len(LEDGER_KEPT)
    assert len(about["notes"]) == len(LEDGER_KEPT) + 3
    erase(database_url, ZELDA, NOW, tmp_path / "erased.txt", given)
    after, twin = told(database_url, ZELDA, given), told(database_url, TWIN, given)
    assert [row["name"] for row in after["notes"]] == [maker.note(STOPPED, ZELDA)]
    assert after["slots"] == []
    assert (len(twin["slots"]), len(twin["notes"])) == (len(LEDGER_KEPT), len(LEDGER_KEPT) + 1)
    await database.close()


async def test_what_somebody_agreed_to_goes_also_when_nothing_else_says_that_it_was_theirs(
    sqlite_url: str, tmp_path: Path
) -> None:
    pick = Pick("2017-09-19", Platform.SLACK, "H1")
    database = open_database(sqlite_url)
    async with database.transaction() as tx:
        post = new_post(pick.key(Platform.X), Place(Platform.X), Text(f"Zelda in Slack: {WORDS}"), NOW)
        await tx.outbox.add(post)
        await tx.outbox.save([replace(post, state=State.SENT, remote_id="7")])
        await tx.ledger.remember(pick.note, pick.chat)
        await tx.ledger.remember(Pseudonyms(b"k").note(PICKED_BY, ZELDA), f"{pick.line}\n")
    assert erase(sqlite_url, ZELDA, NOW, tmp_path / "erased.txt", "k").taken_down == 1
    async with database.transaction() as tx:
        assert await tx.ledger.recall(pick.note) is None
    await database.close()


async def test_answers_in_a_direct_message_are_theirs_when_the_event_and_the_question_are_long_gone(
    database_url: str, tmp_path: Path
) -> None:
    chat = Place(Platform.SLACK, "T0CAMPAIGN", "D0CHAT", direct=True, response_url="https://example.org")
    database = open_database(database_url)
    await database.migrate()
    async with database.transaction() as tx:
        asked, ctx = replace(mention(ZELDA, 1, "hello"), place=chat), Context(NOW, sample_content(), {}, Roles(), tx)
        await ctx.reply(asked, "Good morning")
        await write_to_asker(ctx, question(asker=ZELDA, place=replace(chat, response_url="")), WORDS, "answer")
    rows = told(database_url, ZELDA)["outbox"]
    assert [(row["place"]["channel"], row["place"]["response_url"]) for row in rows] == [("D0CHAT", "")] * 2
    assert erase(database_url, ZELDA, NOW, tmp_path / "erased.txt").deleted == 2
    await database.close()


async def test_what_somebody_wrote_for_the_campaign_is_told_and_stays_without_them(
    database_url: str, tmp_path: Path
) -> None:
    await filled(database_url)
    approval = Approval(about="a", print="p", verdict=Verdict.NO, by=ZELDA.ref, name=ZELDA.name, at=NOW, words="Longer")
    database = open_database(database_url)
    async with database.transaction() as tx:
        await tx.approvals.put(approval)
        await tx.pieces.put(Piece(key="p1", kind=Kind.CARD, who=ZELDA.ref, values={"title": "Tea"}, at=NOW))
        await tx.heard.opt_out(known_as(ZELDA), NOW)
    about = told(database_url, ZELDA)
    assert [row["words"] for row in about["approvals"]] == ["Longer"]
    assert [row["values"] for row in about["pieces"]] == [{"title": "Tea"}]
    assert [row["words"] for row in about["journal"]] == ["So"]
    assert [row["author"] for row in about["unheard"]] == [ZELDA.id]
    assert json.dumps(about)
    erase(database_url, ZELDA, NOW, tmp_path / "erased.txt")
    async with database.transaction() as tx:
        assert [one.words for one in (await tx.approvals.among(["a"])).values()] == ["Longer"]
        piece = await tx.pieces.get("p1")
        assert piece is not None
        assert ZELDA.id not in piece.who
    await database.close()


async def test_who_does_not_want_to_be_recorded_is_not_after_an_erasure_either(
    database_url: str, tmp_path: Path
) -> None:
    await filled(database_url)
    database = open_database(database_url)
    async with database.transaction() as tx:
        await tx.heard.opt_out(known_as(ZELDA), NOW)
    erase(database_url, ZELDA, NOW, tmp_path / "erased.txt")
    async with database.transaction() as tx:
        assert await tx.heard.add("2026-12-01", [HeardPost(Platform.SLACK, "H9", NOW, ZELDA.id, WORDS)]) == 0
    await database.close()


async def test_posts_on_x_that_are_known_by_the_accounts_name_alone_go_with_the_account(
    database_url: str, tmp_path: Path
) -> None:
    database = open_database(database_url)
    await database.migrate()
    said = [
        ("H1", ON_X.id, "Zelda_on_X"),
        ("H2", "@zelda_on_x", ""),
        ("H3", "@Zelda_then", ""),
        ("H4", "@zelda", ""),
        ("H6", "", "zelda_on_X"),
    ]
    posts = [HeardPost(Platform.X, post, NOW, author, WORDS, name=name) for post, author, name in said]
    async with database.transaction() as tx:
        await tx.heard.add("2017-09-19", [*posts, HeardPost(Platform.SLACK, "H5", NOW, "@zelda_on_x", WORDS)])
        before = replace(ON_X, name="zelda_then")
        await tx.feedback.add(Feedback(key="f", at=NOW, source=Source.X, author=before, text=WORDS))
    erase(database_url, replace(ON_X, name=""), NOW, tmp_path / "erased.txt")
    async with database.transaction() as tx:
        assert [post.id for post in await tx.heard.list("2017-09-19")] == ["H4", "H5"]
    await database.close()


GUEST = person_of("web:may")


async def fill_as_guest(kept: Transaction) -> None:
    await kept.access.keep(KeptForm(who=GUEST.ref, path="/pages/pause", values={"reason": WORDS}, at=NOW))
    await kept.access.keep(KeptForm(who="web:may.b", path="/pages/pause", values={"reason": "web:may."}, at=NOW))
    await kept.plan.put(replace(entry(key="action:1"), source=GUEST.ref))
    said = "It may rain in may; maybe web:maya or aweb:may knows"
    await kept.feedback.add(Feedback(key="f", at=NOW, source=Source.SLACK, author=TWIN, text=said))
    await kept.audit.add(NOW, GUEST.ref, "pause", name="May")


async def test_who_only_signs_in_to_the_pages_is_told_and_erased_and_a_word_like_the_name_stays(
    database_url: str, tmp_path: Path
) -> None:
    listed, backup = tmp_path / "elsewhere/erased.txt", tmp_path / "before.db"
    await filled(database_url, fill_as_guest)
    back_up(database_url, backup, NOW)
    about = told(database_url, GUEST)
    assert [row["values"] for row in about["kept_forms"]] == [{"reason": WORDS}]
    assert (len(about["mentioned"]), about["people"][0]["name"]) == (3, "May")
    done = erase(database_url, GUEST, NOW, listed)
    assert (done.deleted, done.changed) == (1, 2)
    restore(database_url, backup, FakeClock(NOW), replace=True, others=True)
    assert erase_again(database_url, NOW, listed) == 1
    after = told(database_url, GUEST)
    assert [name for name, rows in after.items() if rows] == ["person", "audit"]
    assert await numbers(database_url, Wanted(text="maybe")) == [1]


async def test_what_quotes_somebody_in_the_rooms_is_taken_down_and_noted_nowhere(
    database_url: str, tmp_path: Path
) -> None:
    await filled(database_url)
    pick, room = Pick("2017-09-19", Platform.SLACK, "H1"), Place(Platform.TEAMS, channel="19:room")
    quoting = [
        new_post("feedback-told:1:x", Place(Platform.X), Text(f"You said: {WORDS}"), NOW),
        new_post(pick.key(Platform.TEAMS), room, Text(f"Zelda in Slack: {WORDS}"), NOW),
        new_post(pick.key(Platform.X), Place(Platform.X), Text(f"Zelda in Slack: {WORDS}"), NOW),
    ]
    database = open_database(database_url)
    async with database.transaction() as tx:
        for post in quoting:
            await tx.outbox.add(post)
        sent = [replace(post, state=State.SENT, remote_id=post.key[-5:]) for post in quoting[:2]]
        await tx.outbox.save(sent)
        await tx.ledger.remember(pick.note, pick.chat)
        await tx.ledger.remember("picked by:zelda", f"{pick.line}\n")
        await tx.ledger.remember("picked by:somebody", "2017-09-19 H2\n")
    assert erase(database_url, ZELDA, NOW, tmp_path / "erased.txt").taken_down == 2
    async with database.transaction() as tx:
        for post, was in zip(quoting, [*sent, None], strict=True):
            down = await tx.outbox.get(f"{post.key}:removal")
            assert await tx.outbox.get(post.key) is None
            assert (down and down.body) == (was and Removal(was.remote_id))
        assert await tx.ledger.recall(pick.note) is await tx.ledger.recall("picked by:zelda") is None
        assert await tx.ledger.recall("picked by:somebody") is not None
    await database.close()
