"""What the machine needs from the outside, as small as its callers need it."""

from bot.ports.composing import Approvals, Journal, Pieces
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
    Transaction,
)

__all__ = [
    "Access",
    "Approvals",
    "AskedLog",
    "Audit",
    "Clock",
    "Database",
    "FeedbackLog",
    "HeardLog",
    "Inbox",
    "ItsTime",
    "Journal",
    "Ledger",
    "Listener",
    "Outbox",
    "Pieces",
    "Plan",
    "PlatformClient",
    "Questions",
    "Receive",
    "Report",
    "Retention",
    "Rooms",
    "Timer",
    "Transaction",
]
