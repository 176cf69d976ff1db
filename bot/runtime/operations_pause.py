"""What an operator does about the pause: begin it, look at it, end it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.audit import COMMAND_LINE
from bot.core.outbox import Post
from bot.core.pause import EXEMPTIONS, Backlog, Pause, unnameable
from bot.core.pause_words import Asked, ended_words, ending_words, instead_of, new_pause, read_beginning, read_end, told
from bot.core.post_words import line
from bot.core.problems import Problem
from bot.ports import Database, Transaction
from bot.services.pausing import begin, end, held_back, standing

_MOST_LINES = 20


async def pause(
    database: Database,
    zone: ZoneInfo,
    now: datetime,
    reason: str,
    *,
    since: str = "",
    until: str = "",
    exempt: Iterable[str] = (),
    replace: bool = False,
) -> Sequence[str]:
    """Halt everything outward but what is `exempt`. `since` and `until` as people write them, or empty.

    Raises Problem for dates and names that cannot be understood, and where there is a pause already that is not
    to be replaced.
    """
    new = asked_for(zone, now, COMMAND_LINE, reason, since, until, tuple(exempt))
    async with database.transaction() as tx:
        await _check_names(tx, new, now)
        begun = await begin(tx, new, replace=replace)
        if not begun.done and begun.earlier:
            raise Problem(
                f"Nothing was changed. {told(begun.earlier, zone, now)} Add --replace to put yours in its place."
            )
        held = await held_back(tx, new, now)
    lines = [told(new, zone, now)] + ([instead_of(begun.earlier, zone, now)] if begun.earlier else [])
    if new.active(now):
        lines.append("What was already leaving at this moment may still appear. `antiphon resume` ends the pause.")
        lines.append(_if_ended(held))
    return lines


async def show(database: Database, zone: ZoneInfo, now: datetime) -> Sequence[str]:
    """What pause there is, and what it holds back."""
    async with database.transaction() as tx:
        found = await standing(tx, now)
        if found is None:
            return ["Nothing is paused."]
        held = await held_back(tx, found, now)
    return [told(found, zone, now), _if_ended(held)]


async def resume(database: Database, zone: ZoneInfo, now: datetime, *, dry_run: bool = False) -> Sequence[str]:
    """End the pause, or with `dry_run` only say what that would do. Raises Problem when there is none."""
    async with database.transaction() as tx:
        found = await standing(tx, now) if dry_run else await end(tx, COMMAND_LINE, now)
        if found is None:
            raise Problem("Nothing is paused, so there is nothing to resume.")
        held = await held_back(tx, found, now)
    listed = [*_listed("Going out", held.go, zone), *_listed("Missed", held.missed, zone)]
    if dry_run:
        return [told(found, zone, now), _if_ended(held), *listed]
    return [f"{ended_words(found, zone, now)} Now {ending_words(held)}.", *listed]


def asked_for(
    zone: ZoneInfo, now: datetime, who: str, reason: str, since: str, until: str, exempt: tuple[str, ...] = ()
) -> Pause:
    """A pause as somebody typed it, field by field. Raises Problem for what cannot be understood."""
    try:
        begins = read_beginning(since, zone, now) if since else None
        ends = read_end(until, zone, now) if until else None
        return new_pause(Asked(" ".join(reason.split()), begins, ends), who, now, exempt)
    except ValueError as error:
        raise Problem(f"Nothing was paused. {error}") from None


async def _check_names(tx: Transaction, new: Pause, now: datetime) -> None:
    planned = [entry.key for entry in await tx.plan.list(since=now)]
    if unknown := unnameable(new.exempt, planned):
        known = "\n".join(f"  {name:8} {meaning}" for name, meaning in EXEMPTIONS.items())
        raise Problem(
            f"Nothing was paused, because these name nothing that the bot sends: {', '.join(unknown)}. You can name:\n"
            f"{known}\nand what is planned, by the beginning of its key: chat:2026-12-15, card:NAME, action:KEY."
        )


def _if_ended(held: Backlog) -> str:
    return f"If it ended now: {ending_words(held)}."


def _listed(label: str, posts: Sequence[Post], zone: ZoneInfo) -> Sequence[str]:
    lines = [f"{label}: {line(post, zone).partition(': ')[2]}" for post in posts[:_MOST_LINES]]
    return [*lines, f"{label}: and {len(posts) - _MOST_LINES} more."] if len(posts) > _MOST_LINES else lines
