"""Where a worker dies. A test holds this list against the publisher's source."""

from dataclasses import dataclass

CHANGES = ("add", "claim", "begin", "save", "take_over", "doubtful")
"""What a transaction can have changed in the outbox: the name of its commit."""
READS = frozenset({"get", "list", "older", "counts", "oldest_waiting"})
"""What changes nothing, so that a commit needs no name for it."""
CALLS = ("deliver", "find")
"""What the platform is asked for."""

COMMITS = tuple(f"{when} commit: {change}" for change in CHANGES for when in ("before", "after"))
ADDING = ("before commit: add", "after commit: add")
FINISHING = ("before commit: finish", "after commit: finish")
"""A worker that is told to stop keeps what became of its calls, and may die over that too."""
BEFORE, AFTER = "before call: ", "after call: "
GATE_ASKED, GATE_OPENED, WRITING = "gate asked", "gate opened", "about to write"
"""The post is prepared and its intent not yet asked for; the intent is committed and no byte has left; the connection
is open and the next thing is the write."""
SUDDEN = (
    *COMMITS,
    *FINISHING,
    *(f"{when}{call}" for call in CALLS for when in (BEFORE, AFTER)),
    GATE_ASKED,
    GATE_OPENED,
    WRITING,
)
"""The worker kills itself right there."""

TIMES = {
    **{f"{when}{call}": (1, 1, 2, 3) for call in CALLS for when in (BEFORE, AFTER)},
    **{f"{when} commit: {change}": (1, 1, 2, 3) for change in ("begin", "save") for when in ("before", "after")},
    GATE_ASKED: (1, 1, 2, 3),
    GATE_OPENED: (1, 1, 2, 3),
    WRITING: (1, 1, 2, 3),
    "in flight": (1, 1, 2, 3),
    "looking": (1, 1, 2, 3),
}
"""At which of its visits the worker dies, where it comes more than once in a short life."""

IN_FLIGHT, LOOKING, ANYWHERE = "in flight", "looking", "anywhere"
SOON_AFTER = {IN_FLIGHT: GATE_OPENED, LOOKING: f"{BEFORE}find", ANYWHERE: ""}
"""Killed from outside, a random while after a point; `anywhere` after its birth."""

STOPPED = {
    "stopped, claimed": GATE_ASKED,
    "stopped, intent committed": "after commit: begin",
    "stopped, about to write": WRITING,
}
"""The process stands still there (SIGSTOP), goes on later (SIGCONT), and is killed soon after."""

ALL = (*SUDDEN, *SOON_AFTER)


@dataclass(frozen=True, slots=True)
class Order:
    """How a worker is to end: at the `nth` time it comes to `point`, or `delay` seconds (wall) after that."""

    name: str
    point: str = ""
    nth: int = 1
    delay: float | None = None
    stop: bool = False
    finish_after: float | None = None
    """Wall seconds after which it is told to stop, and finishes what it has begun."""
