"""What two must not do at once: the second waits until the first is done, and then sees what the first has changed."""

from bot.ports import Transaction


class RacedError(Exception):
    """Something became another at this very moment. Nothing was changed; tried again, it is seen as it is now."""


async def take_turn(tx: Transaction, what: str) -> None:
    """Everybody writes the same note: the database lets one at a time, until the end of the transaction."""
    await tx.ledger.remember(f"{what} turn", "")
