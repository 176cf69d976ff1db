"""What the machine needs from the outside, as small as its callers need it."""

from bot.ports.machine import Clock, ItsTime, Listener, PlatformClient, Receive, Report, Rooms, Timer
from bot.ports.store import (
    Access,
    AskedLog,
    Audit,
    Database,
    FeedbackLog,
    HeardLog,
    Inbox,
    Ledger,
    Outbox,
    Plan,
    Questions,
    Retention,
    Rounds,
    Transaction,
)

__all__ = [
    "Access",
    "AskedLog",
    "Audit",
    "Clock",
    "Database",
    "FeedbackLog",
    "HeardLog",
    "Inbox",
    "ItsTime",
    "Ledger",
    "Listener",
    "Outbox",
    "Plan",
    "PlatformClient",
    "Questions",
    "Receive",
    "Report",
    "Retention",
    "Rooms",
    "Rounds",
    "Timer",
    "Transaction",
]
