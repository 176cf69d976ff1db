"""What is repeated by a rule, in the plan as far ahead as its horizon: each time an entry like any other."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.core.approval import Needs, needs
from bot.core.content import Content
from bot.core.journal import held_for_a_while
from bot.core.pieces import Piece
from bot.core.plan import Entry, Kind, Standing
from bot.core.series import HORIZON, occurrences, summary
from bot.ports import Rooms, Transaction


async def plan_series(
    tx: Transaction, series: Piece, content: Content, rooms: Rooms, kinds: Collection[Kind], now: datetime
) -> None:
    """Have the plan say what a series says now. Doing it again changes nothing.

    Nothing of it is planned before it is approved of, where its kind needs that. What somebody changed, moved or took
    out by itself stays as they left it.
    """
    wanted: tuple[Entry, ...] = ()
    if await _may_go(tx, series, content, rooms, kinds):
        wanted = occurrences(series, content, rooms, now, now + HORIZON)
    keys = {entry.key for entry in wanted}
    for entry in await coming(tx, series, now):
        if entry.key not in keys and not entry.edited:
            await tx.plan.change(replace(entry, standing=Standing.CANCELLED))
    for entry in wanted:
        await tx.plan.put(held_for_a_while(entry, now))


async def _may_go(tx: Transaction, series: Piece, content: Content, rooms: Rooms, kinds: Collection[Kind]) -> bool:
    whole = summary(series, content, rooms)
    given = (await tx.approvals.among([series.key])).get(series.key)
    return whole is not None and needs(whole, kinds, given) in (Needs.NOTHING, Needs.APPROVED)


async def coming(tx: Transaction, series: Piece, since: datetime) -> list[Entry]:
    """What is in the plan of a series from an instant on, in order, but for what was taken out."""
    entries = await tx.plan.list(kind=series.kind, since=since)
    return [it for it in entries if it.series == series.key and it.standing is not Standing.CANCELLED]
