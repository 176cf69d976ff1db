"""After a backup was restored: what an earlier life of the bot may have sent, and this database does not know."""

from datetime import datetime

from bot.core.outbox import State

RESTORED = "restored at"
"""Where the instant of the last restore is kept in the ledger."""
OPEN = (State.QUEUED, State.CLAIMED, State.SENDING, State.UNCONFIRMED)
"""What was still to happen when the backup was taken. Where it was due before the restore, it may have happened."""


def as_note(at: datetime) -> str:
    return at.isoformat()


def restored_at(note: str | None) -> datetime | None:
    """Posts due before this instant are looked for before they are sent. In UTC."""
    return None if note is None else datetime.fromisoformat(note)
