"""Polls as people type them: within X's limits, and as lines where a platform has none."""

from collections.abc import Collection, Iterator, Mapping

from bot.core.actions import Problem
from bot.core.bodies import Poll, Text
from bot.core.events import Platform
from bot.core.policy import weighted_length

FEWEST, MOST, LONGEST = 2, 4, 25
"""Options of a poll on X, and the characters of one."""
SHORTEST_TIME, LONGEST_TIME = 5, 7 * 24 * 60
"""Minutes for which X keeps a poll open."""
_A_DAY = 24 * 60
_BULLET = "• "


def read_poll(typed: str, minutes: str, platforms: Collection[Platform], problems: list[Problem]) -> Poll | None:
    """An option a line, and for how long; None for no poll, or where `problems` has what is wrong with it."""
    options = tuple(line.strip() for line in typed.splitlines() if line.strip())
    if not options and not minutes:
        return None
    found = [*_wrong_options(options, platforms), *_wrong_minutes(minutes)]
    problems += found
    return None if found else Poll(options, _number(minutes))


def _wrong_options(options: tuple[str, ...], platforms: Collection[Platform]) -> Iterator[Problem]:
    if not FEWEST <= len(options) <= MOST:
        count = f"{len(options)} option{'' if len(options) == 1 else 's'}" if options else "a length, but no options"
        yield Problem("poll", f"The poll has {count}.", f"Write {FEWEST} to {MOST} options, each on a line of its own.")
    for option in options:
        # How X counts these is not certain. What is short enough both ways is so in any case.
        over = max(weighted_length(option), len(option)) - LONGEST
        if over > 0:
            fix = f"Shorten it: X takes {LONGEST} at most."
            yield Problem("poll", f"“{option[:60]}” is {over} characters too long for a poll.", fix)
    if len({option.casefold() for option in options}) < len(options):
        yield Problem("poll", "Two options are the same.", "Change one, or take it out.")
    if Platform.X not in platforms:
        yield Problem("poll", "Only X has polls, and it does not go out there.", "Tick X, or take the options out.")


def _wrong_minutes(typed: str) -> Iterator[Problem]:
    if not SHORTEST_TIME <= _number(typed) <= LONGEST_TIME:
        fix = f"Write {SHORTEST_TIME} to {LONGEST_TIME:,} minutes: an hour is 60, a day {_A_DAY:,}."
        yield Problem("poll-minutes", f"A poll cannot be open for “{typed[:30]}” minutes.", fix)


def _number(typed: str) -> int:
    """Minutes as typed; a day for nothing, and 0 for what is no number."""
    digits = typed.replace(",", "").replace(" ", "")
    if not digits:
        return _A_DAY
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0


def bodies_of(texts: Mapping[Platform, str], poll: Poll | None) -> dict[Platform, Text]:
    """The words on each platform, with the poll on X, and its options as lines below them elsewhere."""
    return {
        on: Text(text, poll=poll) if on is Platform.X or poll is None else Text(f"{text}{_lines(poll)}")
        for on, text in texts.items()
    }


def _lines(poll: Poll) -> str:
    return "\n".join(["\n", *(f"{_BULLET}{option}" for option in poll.options)])


def typed_of(bodies: Mapping[Platform, Text]) -> tuple[dict[Platform, str], dict[str, str]]:
    """What `bodies_of` and `read_poll` were given, from what came of it: the texts, and the poll's fields."""
    poll = bodies[Platform.X].poll if Platform.X in bodies else None
    texts = {on: body.text.removesuffix(_lines(poll)) if poll else body.text for on, body in bodies.items()}
    fields = {"poll": "\n".join(poll.options), "poll-minutes": str(poll.minutes)} if poll else {}
    return texts, {"poll": "", "poll-minutes": "", **fields}
