"""What the machine needs from the outside, as small as its callers need it."""

from bot.ports.composing import Approvals, Journal, Pieces
from bot.ports.machine import Clock, ItsTime, Listener, PlatformClient, ReadPicture, Receive, Report, Rooms, Timer
from bot.ports.said import AskedLog, FeedbackLog, HeardLog, Questions, Rounds, Tallies
from bot.ports.store import (
    Access,
    Audit,
    Database,
    Inbox,
    Ledger,
    Outbox,
    Plan,
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
    "ReadPicture",
    "Receive",
    "Report",
    "Retention",
    "Rooms",
    "Rounds",
    "Tallies",
    "Timer",
    "Transaction",
]
