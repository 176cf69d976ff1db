"""Chats that were composed on the pages: in the content as if they stood in its files, and in the plan at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.approval import Needs, needs
from bot.core.chat import NOTHING_ADDED, relisted, run_sheet
from bot.core.compose import chat_of, chat_summary
from bot.core.content import Chat, Content
from bot.core.live import is_question, is_said_during, number_of, sheets, words_of
from bot.core.pieces import Piece
from bot.core.plan import Entry, Kind, Standing, moved
from bot.ports import Rooms, Transaction
from bot.services.turns import take_turn


async def composed(tx: Transaction, content: Content, rooms: Rooms, kinds: Collection[Kind]) -> Mapping[str, Chat]:
    """The chats that somebody has queued, and that a second person has approved of where that is wanted."""
    queued = await tx.pieces.queued(Kind.CHAT)
    given = await tx.approvals.among([f"piece:{piece.key}" for piece in queued])
    found: dict[str, Chat] = {}
    for piece in queued:
        summary, chat = chat_summary(piece, content, rooms), chat_of(piece, content)
        if summary and chat and needs(summary, kinds, given.get(summary.key)) in (Needs.NOTHING, Needs.APPROVED):
            found[chat[0]] = chat[1]
    return found


def with_chats(content: Content, chats: Mapping[str, Chat]) -> Content:
    """What stands in the files goes before what was composed."""
    return replace(content, chats={**chats, **content.chats}) if chats else content


async def to_plan(
    tx: Transaction, chats: Iterable[tuple[str, Chat]], content: Content, rooms: Rooms
) -> Sequence[Entry]:
    """The run-sheets of chats.

    A question that a host has added keeps its number, and no other of the file gets it. What is new in a chat that is
    held waits with the rest.
    """
    await take_turn(tx, "chat")  # a host may be adding one
    known = {sheet.chat_id: sheet for sheet in sheets(await tx.plan.list(kind=Kind.CHAT))}
    wanted: list[Entry] = []
    for id_, chat in chats:
        sheet = known.get(id_)
        rows = run_sheet(id_, chat, content, rooms, sheet.added if sheet else NOTHING_ADDED)
        wanted += map(_held, rows) if sheet and sheet.held else rows
    return wanted


def _held(entry: Entry) -> Entry:
    return replace(entry, standing=Standing.HELD) if is_said_during(entry) else entry


async def plan_composed(tx: Transaction, content: Content, rooms: Rooms, key: str, now: datetime) -> None:
    """Put a chat's run-sheet into the plan now; the worker finds the same in the content a little later."""
    piece = await tx.pieces.get(key)
    found = chat_of(piece, content) if piece and piece.about else None
    if found is None or piece is None:
        return
    wanted = [entry for entry in await to_plan(tx, [found], content, rooms) if entry.cut_off > now]
    await withdraw(tx, f"chat:{piece.about}", now, keep={entry.key for entry in wanted})
    for entry in wanted:
        await tx.plan.put(entry)
    await keep_list_true(tx, *found, content)


async def keep_list_true(tx: Transaction, chat_id: str, chat: Chat, content: Content) -> None:
    """Have the list of all questions, ahead of a chat, be of those that will be put: hosts may have changed them."""
    listed = await tx.plan.get(f"chat:{chat_id}:questions")
    if listed is None or listed.standing is not Standing.PLANNED:
        return
    rows = [row for row in await tx.plan.list(kind=Kind.CHAT, since=listed.due) if row.group == listed.group]
    to_come = [row for row in rows if is_question(row) and row.standing is not Standing.CANCELLED]
    wanted = relisted(listed, chat, [(number_of(row), words_of(row)) for row in to_come], content)
    if wanted != listed:
        await tx.plan.change(wanted)


async def move_along(tx: Transaction, wanted: Collection[Entry]) -> None:
    """Have what hosts changed of chats go where the rest is about to go: to another day or hour."""
    for start in (entry for entry in wanted if entry.tail == "welcome"):
        stored = await tx.plan.get(start.key)
        if stored is None or stored.edited or stored.standing is not Standing.PLANNED or stored.due == start.due:
            continue
        for entry in await tx.plan.list(kind=Kind.CHAT):
            if entry.group == start.group and entry.edited and _open(entry):
                await tx.plan.change(moved(entry, entry.due + (start.due - stored.due)))


async def withdraw_others(tx: Transaction, content: Content, now: datetime) -> None:
    """Have nothing go out of chats that there are no longer. One that has begun is its hosts' to end."""
    planned = {entry.group for entry in await tx.plan.list(kind=Kind.CHAT, since=now) if _open(entry)}
    for group in planned - {f"chat:{id_}" for id_ in content.chats}:
        welcome = await tx.plan.get(f"{group}:welcome")
        if welcome is None or welcome.standing is not Standing.RELEASED:
            await withdraw(tx, group, now)


async def withdraw(tx: Transaction, group: str, now: datetime, keep: Collection[str] = ()) -> None:
    """Have nothing of a chat go out any more, but for some of its rows."""
    for entry in await tx.plan.list(kind=Kind.CHAT, since=now):
        if entry.group == group and entry.key not in keep and _open(entry):
            # When the chat is planned anew, this comes back, though a host had changed it.
            await tx.plan.change(replace(entry, standing=Standing.CANCELLED, edited=False))


def _open(entry: Entry) -> bool:
    return entry.standing in (Standing.PLANNED, Standing.HELD)


async def unschedule_chat(tx: Transaction, piece: Piece, now: datetime) -> bool:
    """A queued chat becomes a draft again, and nothing of it goes out. False where it was changed meanwhile."""
    if not await tx.pieces.put(replace(piece, about="")):
        return False
    await withdraw(tx, f"chat:{piece.about}", now)
    return True
