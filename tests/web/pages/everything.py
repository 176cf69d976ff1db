"""A world with something of everything that the pages show, in words that a test chooses for each field."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.access import KeptForm
from bot.core.approval import Approval, Verdict, print_of
from bot.core.asked import Asked, Outcome
from bot.core.bodies import Media, Text
from bot.core.chat import run_sheet
from bot.core.content import Content, Region
from bot.core.events import Mention, Person, Platform
from bot.core.feedback import Feedback, Source, for_tag
from bot.core.heard import HeardPost
from bot.core.journal import Change, Deed
from bot.core.outbox import State, new_post
from bot.core.pause import Pause
from bot.core.pieces import Picture, Piece
from bot.core.plan import SERIES, Entry, Kind, Standing
from bot.core.questions import Question, Stage
from bot.ports import Transaction
from bot.runtime.operations_import import LAST, UNDO_JSON, SheetKind, Undo
from bot.services import pausing
from bot.web.pages.fields import LABELS
from tests.samples import an_entry, sample_content
from tests.web.pages.reader import ADA, GUEST, MARIA, MORGAN, NOW, OLIVE, ROOMS, World

Say = Callable[[str], str]
"""The words of a field, by what it is a field of: `feedback.text`."""


def named(field: str) -> str:
    """Plain words."""
    return f"The words of {field.replace('.', ' ')}"


CHAT, OVER = "2026-12-15", "2017-09-19"
"""A chat that is to come, which GUEST leads, and one that is over, in which something was heard."""
PICTURE = "cards/uploaded/0123456789abcdef.png"
KINDS = {kind: f"{n:016x}" for n, kind in enumerate(LABELS, 1)}
"""The drafts, one of each kind, by their keys."""
PLANNED = "action:tell"
PAGES = (
    "/", "/month", "/live", f"/live/{CHAT}", f"/live/{CHAT}/words", f"/live/{CHAT}/words?target=q2", "/drafts",
    "/actions/new", *(f"/compose/{kind}/new" for kind in KINDS), "/compose/chat/new?like=last",
    *(f"/compose/{kind}/{key}" for kind, key in KINDS.items()), f"/compose/card/{KINDS[Kind.CARD]}/check",
    f"/plan/{PLANNED}", f"/plan/{PLANNED}/move", "/actions/action:2026-12:own/change", "/changes", "/approvals",
    f"/approvals/{PLANNED}", "/approvals/action:2026-12:own", "/outbox",
    *(f"/outbox?state={state}" for state in ("sent", "dead")),
    f"/outbox/post?key={PLANNED}:x", "/faq", "/faq/new", "/feedback", "/feedback?text=piece&status=new",
    "/feedback/1", "/feedback/2", "/feedback/1?personal=yes", "/feedback/alike", "/chats", f"/chats/{OVER}", "/ledger",
    "/import", "/pause", "/history", "/sessions", "/calendar", f"/series/{KINDS[Kind.ANNOUNCEMENT]}", "/passkeys/add",
    "/nothing",
)  # fmt: skip
"""Every page about something that is there. The sweep holds this list against the routes."""


def png(width: int = 60, height: int = 34) -> bytes:
    """A picture of one colour, as small as they come."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x3b\x2e\x58" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def content(say: Say) -> Content:
    """The sample, with what comes from files in these words too. GUEST leads the chat that is to come."""
    sample = sample_content()
    entry = sample.faq[0].model_copy(
        update={name: say(f"faq.{name}") for name in ("question", "answer", "source", "owner")}
    )
    chats = {
        day: chat.model_copy(
            update={"topic": say("chat.topic")[:120], "lead": say("chat.lead")[:120], "lead_ids": (GUEST,)}
        )
        for day, chat in sample.chats.items()
        if day in (CHAT, OVER)
    }
    campaign = sample.campaign.model_copy(update={"contact": say("campaign.contact")})
    month = sample.actions[0].model_copy(update={"focus": say("focus")})
    return replace(
        sample,
        campaign=campaign,
        faq=(entry, *sample.faq[1:]),
        chats={**sample.chats, **chats},
        actions=(month, *sample.actions[1:]),
        regions=(Region(id="north", name="North"),),
    )


async def filled(world: World, say: Say, many: int = 1) -> World:
    """`many` of what people said."""
    async with world.database.transaction() as tx:
        await _planned(tx, say)
        await _chat(tx, say, world.content)
        await _went_out(tx, say)
        await _written(tx, say)
        await _said(tx, say, many)
        await _kept(tx, say)
    return world


def _entry(say: Say, key: str = PLANNED) -> Entry:
    body = Text(say("plan.text"), media=(Media(PICTURE, say("plan.alt")),))
    due = datetime(2026, 12, 16, 9, tzinfo=UTC)
    return an_entry(
        key=key, title=say("plan.title"), bodies=dict.fromkeys(Platform, body), source=OLIVE,
        due=due, wall="2026-12-16T09:00", cut_off=due + timedelta(hours=15),
    )  # fmt: skip


async def _planned(tx: Transaction, say: Say) -> None:
    entry = _entry(say)
    await tx.plan.put(entry)
    await tx.plan.put(replace(_entry(say, "action:2026-12:own"), due=entry.due + timedelta(hours=2)))
    before = replace(entry, title=say("plan.title"), bodies=dict.fromkeys(Platform, Text(say("journal.before"))))
    for what in (Deed.ADD, Deed.CHANGE):
        await tx.journal.add(
            Change(
                at=NOW, who=OLIVE, name=say("journal.name"), what=what, about=PLANNED, after=entry,
                before=before if what is Deed.CHANGE else None, words=say("journal.words"),
            )
        )  # fmt: skip
    await tx.approvals.put(
        Approval(
            about=PLANNED, print=print_of(entry), verdict=Verdict.NO, by=MARIA, name=say("approval.name"), at=NOW,
            words=say("approval.words"),
        )
    )  # fmt: skip


async def _chat(tx: Transaction, say: Say, content: Content) -> None:
    for entry in run_sheet(CHAT, content.chats[CHAT], content, Platform):
        out = entry.tail == "q1"
        title = f"{entry.title} {say('chat.title')}".strip()
        await tx.plan.put(replace(entry, title=title, standing=Standing.RELEASED if out else entry.standing))
        post = new_post(f"{entry.key}:x", ROOMS[Platform.X], Text(say("chat.text")), entry.due)
        await tx.outbox.add(replace(post, state=State.SENT, sent_at=entry.due, remote_id=entry.tail))
        heard = HeardPost(
            Platform.X, f"h{entry.tail}", entry.due, "1", f"A1 {say('heard.text')}", name=say("heard.name")
        )
        await tx.heard.add(CHAT, [heard])


async def _went_out(tx: Transaction, say: Say) -> None:
    for state in (State.HELD, State.DEAD, State.MISSED, State.UNCONFIRMED, State.SENT):
        on = Platform.X if state is State.HELD else Platform.SLACK
        key = f"{PLANNED}:{on}" if state is State.HELD else f"said:{state}"
        post = new_post(key, ROOMS[on], Text(say("post.text")), NOW - timedelta(hours=1))
        await tx.outbox.add(replace(post, state=state, reason=say("post.reason")))
    author = Person(Platform.SLACK, "T1", "U1", say("event.name"))
    asked = Mention(key="e", at=NOW, author=author, place=ROOMS[Platform.SLACK], text=say("event.text"), message_id="1")
    await tx.inbox.add(asked)
    await tx.inbox.failed("e", say("event.reason"), 1)


async def _written(tx: Transaction, say: Say) -> None:
    await tx.pieces.keep_picture(Picture(path=PICTURE, data=png(), at=NOW))
    for kind, key in KINDS.items():
        values = {name: say(f"draft.{name}") for name in LABELS[kind]}
        if kind is Kind.CARD:  # one that can be checked
            values |= {"picture": PICTURE, "date": "13/12/2026", "time": "9am"}
            values |= {name: " ".join(values[name].split())[:100] for name in ("text", "alt", "credit")}
        on = {f"on.{platform}": "yes" for platform in Platform}
        await tx.pieces.put(Piece(key=key, kind=kind, who=OLIVE, values={**values, **on}, at=NOW))
    text = " ".join(say("draft.series").split())[:100]
    weekly = {"text": text, "date": "14/12/2026", "repeat": "every Monday at 9am", "until": "5 times"} | on
    key = f"{SERIES}{KINDS[Kind.ANNOUNCEMENT]}"
    await tx.pieces.put(Piece(key=key, kind=Kind.ANNOUNCEMENT, who=OLIVE, values=weekly, at=NOW, about=key))


async def _said(tx: Transaction, say: Say, many: int) -> None:
    for n in range(many):
        person = Person(Platform.SLACK, "T1", "U1", say("feedback.name"))
        fields: dict[str, Any] = {name: say(f"feedback.{name}") for name in ("prompt", "region", "role", "contact")}
        tags = tuple(sorted({(say("feedback.tag").split() or ["tag"])[0][:60]}))
        piece = Feedback(key=str(n), at=NOW, source=Source.SLACK, author=person, text=f"{say('feedback.text')} piece")
        await tx.feedback.add(replace(piece, tags=tags, **fields))
        await tx.asked.add(Asked(NOW, f"{say('asked.text')} {n}", Outcome.UNKNOWN))
        heard = HeardPost(
            Platform.X,
            str(n),
            NOW,
            str(n),
            f"A1 {n} {say('heard.text')}",
            name=say("heard.name"),
            link=say("heard.link"),
        )
        await tx.heard.add(OVER, [heard])
    # What says the same as the others, is tagged, and is looked after.
    like = replace(piece, key="like", tags=((say("feedback.theme").split() or ["theme"])[0][:60], for_tag("north")))
    await tx.feedback.add(like)
    asker = Person(Platform.SLACK, "T1", "U2", say("question.name"))
    await tx.questions.add(
        Question(
            key="q", at=NOW, asker=asker, place=ROOMS[Platform.SLACK], text=say("question.text"), region="Wales",
            next_at=None, stage=Stage.ANSWERED, answer=say("question.answer"),
        )
    )  # fmt: skip


async def _kept(tx: Transaction, say: Say) -> None:
    await tx.audit.add(NOW, OLIVE, "chat hold", f"chat:{CHAT}", say("desk.detail"), name=say("desk.name"))
    await tx.audit.add(NOW, OLIVE, "import actions", "", say("audit.detail"))
    undo = Undo(NOW, SheetKind.ACTIONS, say("import.name"), {"a": 1}, (), {}, {})
    await tx.ledger.remember(LAST, UNDO_JSON.dump_json(undo).decode())
    for who in (OLIVE, ADA):
        for path, name in (("/pages/faq/new", "question"), (f"/pages/plan/{PLANNED}/move", "date")):
            values = {name: say("kept.value")}
            await tx.access.keep(KeptForm(who=who, path=path, values=values, at=NOW + timedelta(days=8)))
    pause = Pause(reason=say("pause.reason"), by=MORGAN, at=NOW, since=NOW)
    await pausing.begin(tx, pause)
