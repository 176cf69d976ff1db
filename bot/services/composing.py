"""Puts what somebody has written into the plan: in one transaction with its draft, and noted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.compose import chat_of, chat_summary
from bot.core.journal import Author, Deed, held_for_a_while
from bot.core.pieces import Piece
from bot.core.plan import Entry, Kind, Standing
from bot.core.series import is_repeated
from bot.ports import Transaction
from bot.services.approving import Team, ask, is_held_up
from bot.services.chats import plan_composed, withdraw
from bot.services.planning import change, note, put
from bot.services.repeating import queue_series
from bot.services.turns import take_turn


@dataclass(frozen=True, slots=True)
class Queued:
    """`entry` is what is in the plan now; of a chat, its summary. `problem` says why nothing was done."""

    entry: Entry | None = None
    problem: str = ""


_MEANWHILE = Queued(problem="Somebody changed this at this very moment. Look at it, then send it again.")
_GONE = Queued(problem="It has gone out already, so it cannot be changed. Write a new one instead.")


async def queue(
    tx: Transaction, team: Team, piece: Piece, entries: Sequence[Entry], who: Author, now: datetime
) -> Queued:
    """Queue a piece as it was checked. `entries` are what was made of it."""
    if piece.kind is Kind.CHAT:
        return await _queue_chat(tx, team, piece, who, now)
    if is_repeated(piece):
        whole = await queue_series(tx, team, piece, who, now)
        return Queued(whole) if whole else _MEANWHILE
    entry = held_for_a_while(replace(entries[0], source=who.ref), now)
    stored = await tx.plan.get(entry.key)
    if stored is not None and stored.standing is Standing.RELEASED:
        return _GONE
    done = await _store(tx, team, stored, entry, who, now)
    if not done or not await _settled(tx, piece, entry.key, who, now):
        return _MEANWHILE
    await ask(tx, team, entry, who, now)
    return Queued(entry)


async def _store(tx: Transaction, team: Team, stored: Entry | None, entry: Entry, who: Author, now: datetime) -> bool:
    if stored is None:
        return await put(tx, team.content, now, who, entry)
    after = replace(entry, group=stored.group, version=stored.version, source=stored.source, edited=True)
    if stored.standing is not Standing.CANCELLED:
        return await change(tx, team.content, now, who, stored, after)
    if not await tx.plan.bring_back(after):
        return False
    await note(tx, team.content, now, who, Deed.CHANGE, stored, after)
    return True


async def _settled(tx: Transaction, piece: Piece, about: str, who: Author, now: datetime) -> bool:
    """A key action is changed where it stands; of everything else the piece is kept, to be changed on its form."""
    if piece.kind is Kind.ACTION:
        await tx.pieces.drop(piece.key)
        return True
    return await tx.pieces.put(replace(piece, about=about, who=who.ref, at=now))


async def _queue_chat(tx: Transaction, team: Team, piece: Piece, who: Author, now: datetime) -> Queued:
    found = chat_of(piece, team.content)
    if found is None:
        return _MEANWHILE
    id_ = found[0]
    await take_turn(tx, "chat day")
    others = await tx.pieces.queued(Kind.CHAT)
    if any(other.about == id_ and other.key != piece.key for other in others):
        return Queued(problem="There is a chat on that day already. Choose another day, or change that chat.")
    before = chat_summary(piece, team.content, team.rooms) if piece.about else None
    after = replace(piece, about=id_, who=who.ref, at=now)
    if not await tx.pieces.put(after):
        return _MEANWHILE
    summary = chat_summary(after, team.content, team.rooms)
    assert summary is not None
    await note(tx, team.content, now, who, Deed.CHANGE if before else Deed.ADD, before, summary)
    # What stood in the plan before is not approved of any more, or may be on another day.
    if piece.about:
        await withdraw(tx, f"chat:{piece.about}", now)
    if not await is_held_up(tx, summary, team.kinds):
        await plan_composed(tx, team.content, team.rooms, piece.key, now)
    await ask(tx, team, summary, who, now)
    return Queued(summary)
