"""What the rhythms have in common: the plan follows content/."""

from collections.abc import Iterable
from datetime import time

from bot.context import Context
from bot.core.content import Content
from bot.core.plan import Entry, Kind, withdrawn
from bot.core.schedule import Daily


def nightly(content: Content) -> Daily:
    """At 3am, when nobody waits for us."""
    return Daily(time(3), content.zone)


async def follow(ctx: Context, kind: Kind, entries: Iterable[Entry]) -> None:
    """Plan these entries of content/, and cancel what is still ahead of this kind and no longer among them.

    What is too late to be sent is not planned.
    """
    wanted = tuple(entries)
    for entry in wanted:
        if entry.cut_off > ctx.now:
            await ctx.tx.plan.put(entry)
    for entry in withdrawn(await ctx.tx.plan.list(kind=kind, source="content", since=ctx.now), wanted):
        await ctx.tx.plan.change(entry)
