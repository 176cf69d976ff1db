"""What all desks have in common: few questions to the database, and words that stay words."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy import event as sqlalchemy_event

from bot.adapters.db import SqlDatabase, open_database
from bot.core.asked import Asked, Outcome
from bot.core.audit import AuditEntry
from bot.core.chat import run_sheet
from bot.core.events import Person, Platform
from bot.core.feedback import Feedback, Source
from bot.core.heard import HeardPost
from bot.core.outbox import State, Text, new_post
from bot.core.plan import Standing
from bot.core.questions import Question, Stage
from tests.web.pages.reader import ADA, NOW, ROOMS, World

CHAT = "2026-12-15"
NASTY = "</textarea></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)><svg/onload=alert(1)>{{7*7}}"
PAGES = (
    "/live", f"/live/{CHAT}", f"/live/{CHAT}/words?target=q2", "/feedback", "/feedback?text=piece&tag=t&status=new",
    "/feedback/1", "/feedback/1?personal=yes", "/faq", "/faq/new", "/import", "/chats", f"/chats/{CHAT}", "/ledger",
)  # fmt: skip


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[SqlDatabase]:
    database = open_database(sqlite_url)
    await database.migrate()
    yield database
    await database.close()


async def filled(world: World, words: str, many: int) -> World:
    """Something of everything that the desks show, all of it in these words."""
    person, content = Person(Platform.SLACK, "T1", "U1", words), world.content
    sheet = run_sheet(CHAT, content.chats[CHAT], content, Platform)
    said: dict[str, Any] = dict.fromkeys(("prompt", "region", "role", "contact"), words)
    said["tags"] = (words.split()[0],)
    async with world.database.transaction() as tx:
        for entry in sheet:
            standing = Standing.RELEASED if entry.tail == "q1" else entry.standing
            await tx.plan.put(replace(entry, title=f"{entry.title[:4]}{words}", standing=standing))
            post = new_post(f"{entry.key}:x", ROOMS[Platform.X], Text(words), entry.due)
            await tx.outbox.add(replace(post, state=State.SENT, sent_at=entry.due, remote_id=entry.tail))
        for n in range(many):
            piece = Feedback(key=str(n), at=NOW, source=Source.SLACK, author=person, text=f"{words} piece")
            await tx.feedback.add(replace(piece, **said))
            await tx.asked.add(Asked(NOW, f"{words} {n}", Outcome.UNKNOWN))
            heard = HeardPost(Platform.X, str(n), sheet[0].due, str(n), f"A1 {n} {words}", name=words)
            await tx.heard.add(CHAT, [heard])
        asked = Question(
            key="q", at=NOW, asker=person, place=ROOMS[Platform.SLACK], text=words, region="w",
            next_at=None, stage=Stage.ANSWERED, answer=words,
        )  # fmt: skip
        await tx.questions.add(asked)
        await tx.audit.add(NOW, "web:x", "chat hold", f"chat:{CHAT}", words)
    return world


async def test_a_desk_asks_the_database_a_dozen_times_at_most(database: SqlDatabase) -> None:
    world = await filled(World(database), "Please say", 60)
    ada = await world.signed_in(ADA)
    ada.http.follow_redirects = False
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.extend([given[2]] if not given[2].startswith("BEGIN") else [])

    sqlalchemy_event.listen(Engine, "before_cursor_execute", note)
    try:
        for address in PAGES:
            asked.clear()
            await ada.open(f"/pages{address}")
            assert ada.status in (200, 303), address
            assert len(asked) <= 12, (address, len(asked), asked)
    finally:
        sqlalchemy_event.remove(Engine, "before_cursor_execute", note)


async def test_what_people_wrote_stays_words_on_every_desk() -> None:
    world = await filled(World(), NASTY, 2)
    ada = await world.signed_in(ADA)
    shown = 0
    for address in PAGES:
        page = await ada.open(f"/pages{address}")
        assert ada.status == 200, address
        shown += "alert(1)" in page
        for tag in ("<script", "<img", "<svg/"):
            assert tag not in page, address
    assert shown >= 8
    for number, file in enumerate((f"{NASTY}.csv", "a.csv")):
        await ada.open("/pages/import")
        rows = f'date,time,text\n"{NASTY.replace(chr(34), chr(34) * 2)}",9am,x\n' if number else "x"
        await ada.send_file("/pages/import/check", file, rows.encode())
        assert "<script" not in ada.text


FORMS = ("live/2026-12-15", "feedback", "feedback/1", "faq", "faq/new", "import", "import/check")


@pytest.mark.parametrize("address", FORMS)
async def test_a_form_of_another_site_does_nothing(address: str) -> None:
    world = await filled(World(), "Please say", 1)
    ada = await world.signed_in(ADA)
    token = (await ada.open("/pages/feedback/1")).partition('name="token" value="')[2][:64]
    fields = {"token": token, "do": "tag", "add": "stolen", "press": "hold 2026-12-15 0"}
    before = await audited(world)
    for headers in ({"origin": "https://evil.example.net"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        await ada.post(f"/pages/{address}", fields, **headers)
        assert ada.status == 403
    assert await audited(world) == before


async def audited(world: World) -> Sequence[AuditEntry]:
    async with world.database.transaction() as tx:
        return await tx.audit.list()
