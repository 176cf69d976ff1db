"""The one place that knows what people are called who did something on the pages or to the plan."""

from collections.abc import Iterable
from functools import partial

from bot.core.called import LINK_OF, Called, called
from bot.core.journal import Author
from bot.ports import Transaction


async def naming(tx: Transaction, refs: Iterable[str]) -> Called:
    """How to call these people: as they signed in last, or else as they were called when they changed the plan."""
    wanted = {ref.removeprefix(LINK_OF) for ref in refs}
    if not wanted:
        return called
    known = {**await tx.journal.names(wanted), **await tx.access.names(wanted)}
    return partial(called, known=known)


async def name_of(tx: Transaction, who: Author) -> str:
    return (await naming(tx, [who.ref]))(who.ref, who.name)
