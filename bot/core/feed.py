"""What the campaign sends, as a calendar for those who plan it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.core.calendar import Meeting, to_ics
from bot.core.content import Content
from bot.core.month import Line, laid_out
from bot.core.plan import Entry, Standing

_SHORTEST = timedelta(minutes=15)
"""A post takes no time, but what takes none is hard to see in a calendar."""


def feed(entries: Iterable[Entry], content: Content, titled: Callable[[Entry], str], now: datetime) -> str:
    """`entries` in order of time. What belongs together on a day, as a chat's posts do, is one line of the calendar."""
    # The month's name is only for its weeks, which are not shown here.
    lines = [line for day in laid_out("2000-01", entries).days.values() for line in day]
    meetings = [_meeting(line, titled, now) for line in lines]
    return to_ics(meetings, content, f"{content.campaign.name}: what goes out")


def _meeting(line: Line, titled: Callable[[Entry], str], now: datetime) -> Meeting:
    first, last = line.first, line.entries[-1]
    texts = dict.fromkeys(body.text for entry in line.entries[:1] for body in entry.bodies.values())
    places = ", ".join(platform.label for platform in first.bodies)
    return Meeting(
        key=f"plan {first.group if len(line.entries) > 1 else first.key}",
        start=first.due,
        end=max(last.due, first.due + _SHORTEST),
        title=titled(first),
        description="\n\n".join([f"On {places}", *texts]),
        certain=first.standing is not Standing.HELD,
        cancelled=all(entry.standing is Standing.CANCELLED for entry in line.entries),
        revision=sum(entry.version for entry in line.entries),
        changed=now,
    )
