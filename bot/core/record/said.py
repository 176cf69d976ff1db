"""The sentences that every form of a record has in common."""

from collections.abc import Callable, Sequence

from bot.core.dates import MONTHS, time_words
from bot.core.record.figures import Figures
from bot.core.record.values import About, LeftOut, Line, Transcript


def clock(about: About) -> Callable[[Line], str]:
    """How a post's time is told: `8:06pm`, and with its date on another day than the chat's."""
    day = about.start.astimezone(about.zone).date()
    known: dict[str, str] = {}

    def told(line: Line) -> str:
        minute = line.utc[:16]
        words = known.get(minute)
        if words is None:
            local = line.at.astimezone(about.zone)
            date = "" if local.date() == day else f"{local.day} {MONTHS[local.month - 1]}, "
            words = known[minute] = date + time_words(local.time())
        return words

    return told


def summary(transcript: Transcript, figures: Figures, compared: str = "") -> Sequence[str]:
    """What it came to, and what is not shown."""
    found = [f"{_counted(figures.participants, 'person', 'people')} wrote {_counted(figures.posts, 'post', 'posts')}."]
    if figures.impressions:
        found.append(_impressions(figures))
    if figures.first_timers is not None and figures.posts:
        found.append(f"{_counted(figures.first_timers, 'person was', 'people were')} here for the first time.")
    found += [compared] if compared else []
    found += _missing(transcript.left_out)
    if transcript.redacted:
        found.append("People of Slack and Teams are called “A member”, because their rooms are not public.")
    return found


def so_far(figures: Figures) -> str:
    """What a chat that is on has come to, in a line."""
    people, posts = _counted(figures.participants, "person", "people"), _counted(figures.posts, "post", "posts")
    answers = [f"Q{count.number}: {count.posts:,}" for count in figures.questions if count.number > 0]
    seen = [f"{figures.impressions:,} impressions"] if figures.impressions else []
    return ". ".join([", ".join([f"{posts} by {people}", *seen]), *([", ".join(answers)] if answers else [])])


def _impressions(figures: Figures) -> str:
    words = f"The posts made {figures.impressions:,} impressions: the most that can have been seen."
    if figures.unknown:
        words += (
            f" That is without {_counted(figures.unknown, 'post', 'posts')} whose author's followers are not known."
        )
    return words


def _missing(left_out: LeftOut) -> Sequence[str]:
    parts = [
        (left_out.reposts, "repost", "reposts"),
        (left_out.quotes, "quote", "quotes"),
        (left_out.repeats, "repeat", "repeats"),
        (left_out.held, "post that a moderator has not passed", "posts that a moderator has not passed"),
    ]
    listed = [_counted(number, one, many) for number, one, many in parts if number]
    return [f"Left out: {', '.join(listed)}."] if listed else []


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
