"""Notes that end: each begins with the instant when it was last of use."""

from datetime import UTC, datetime


def dated(value: str, at: datetime) -> str:
    return f"{at.astimezone(UTC).isoformat()} {value}"


def read_dated(note: str) -> tuple[datetime | None, str]:
    """When it was last of use, in UTC, and what it says. None: it is from before notes were dated."""
    head, _, value = note.partition(" ")
    try:
        at = datetime.fromisoformat(head)
    except ValueError:
        return None, note
    return (at, value) if at.tzinfo else (None, note)
