"""Begins and ends a pause, for the command line and for handlers alike."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.events import Place
from bot.core.outbox import Post, State
from bot.core.pause import NOTE, Backlog, Pause, as_note, backlog, stored
from bot.core.plan import release
from bot.ports import Transaction
from bot.services.turns import take_turn

_ALL = 100_000


@dataclass(frozen=True, slots=True)
class Begun:
    """`done` is False where another pause stands in the way, which is `earlier`; else `earlier` is the one replaced."""

    done: bool
    earlier: Pause | None


async def standing(tx: Transaction, now: datetime) -> Pause | None:
    """The pause that is in force, or planned. One that has ended by itself is none."""
    pause = stored(await tx.ledger.recall(NOTE))
    return None if pause is None or pause.over(now) else pause


async def begin(tx: Transaction, pause: Pause, *, replace: bool = False) -> Begun:
    """Have a pause from its beginning on. There is one at a time; with `replace` it takes the place of another."""
    await take_turn(tx, "pause")
    earlier = await standing(tx, pause.at)
    if earlier is not None and not replace:
        return Begun(False, earlier)
    await tx.ledger.remember(NOTE, as_note(pause))
    await tx.audit.add(pause.at, pause.by, "pause", detail=_detail(pause, replaced=earlier is not None))
    return Begun(True, earlier)


async def end(tx: Transaction, who: str, now: datetime) -> Pause | None:
    """End the pause that is in force, or call off the planned one. None when there is none."""
    await take_turn(tx, "pause")
    pause = await standing(tx, now)
    if pause is not None:
        await tx.ledger.forget(NOTE)
        await tx.audit.add(now, who, "resume")
    return pause


async def held_back(tx: Transaction, pause: Pause, now: datetime) -> Backlog:
    """What a pause holds back: posts, and entries of the plan that no worker has made posts of yet."""
    posts: list[Post] = [*await tx.outbox.list(states=[State.QUEUED], limit=_ALL)]
    posts += await tx.outbox.list(states=[State.CLAIMED], limit=_ALL)
    for entry in await tx.plan.due(now):
        posts += release(entry, {platform: Place(platform) for platform in entry.bodies}, now)
    return backlog(posts, pause, now)


def _detail(pause: Pause, *, replaced: bool) -> str:
    """Without the reason: the audit has no words that people typed."""
    parts = [f"from {pause.since.isoformat(timespec='minutes')}"]
    parts += [f"until {pause.until.isoformat(timespec='minutes')}"] if pause.until else []
    parts += [f"except {', '.join(pause.exempt)}"] if pause.exempt else []
    parts += ["instead of another"] if replaced else []
    return "; ".join(parts)
