"""What goes out again and again: a piece with a rule, as entries of the plan."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

from bot.core.actions import FURTHEST, Problem, cleaned, problem_of, read_field
from bot.core.compose import Made, Values, entries_of, is_made, made_of, problems_of
from bot.core.content import Content
from bot.core.dates import date_words, day_words, read_day, read_time, time_words
from bot.core.events import Platform
from bot.core.pieces import Piece
from bot.core.plan import SERIES, Entry, Kind, Standing, end_of_day
from bot.core.repeats import END_HINT, Repeats, read_end, read_rule
from bot.core.schedule import resolve

HORIZON = timedelta(days=92)
"""So far ahead a series is in the plan, where each time can be moved, changed or taken out."""
_MOST = 1_000
"""More times than two years have working days."""


def is_repeated(piece: Piece) -> bool:
    return piece.kind in (Kind.ACTION, Kind.ANNOUNCEMENT) and bool(cleaned(piece.values.get("repeat", "")))


def series_key(piece: Piece) -> str:
    """Of the series that a piece on the form is, or becomes."""
    return f"{SERIES}{piece.key.removeprefix(SERIES)}"


def repeats_of(piece: Piece) -> Repeats | None:
    """The rule of a piece; None where it cannot be read."""
    return _read(_cleaned(piece), [])


def days_of(repeats: Repeats) -> list[date]:
    return list(islice(repeats.days(), _MOST))


def _cleaned(piece: Piece) -> Values:
    return {name: cleaned(typed) for name, typed in piece.values.items()}


def _read(values: Values, problems: list[Problem]) -> Repeats | None:
    first = read_field("date", values.get("date", ""), read_day, problems)
    typed = values.get("time", "")
    at = read_field("time", typed, read_time, problems) if typed else None
    end = _end(values, problems)
    try:
        # Without a first day there is a problem already: any will do to see what else there is.
        rule, named = read_rule(values.get("repeat", ""), first or date.min)
    except ValueError as error:
        problems.append(problem_of("repeat", error))
        return None
    if at and named and at != named:
        cause = f"The rule says {time_words(named)}, and the time is {time_words(at)}."
        problems.append(Problem("time", cause, "Leave one of them out."))
    elif not typed and named is None:
        problems.append(Problem("time", "The time is missing.", "Write it here, or in the rule: every Monday at 9am."))
    at = at or named
    return Repeats(rule, first, at, *end) if first and at and end else None


def _end(values: Values, problems: list[Problem]) -> tuple[date | None, int | None] | None:
    typed = values.get("until", "")
    if not typed:
        problems.append(Problem("until", "It does not say when this ends.", END_HINT))
        return None
    try:
        return read_end(typed)
    except ValueError as error:
        problems.append(problem_of("until", error))
        return None


def to_plan(piece: Piece, content: Content, rooms: Collection[Platform], now: datetime) -> Made:
    """A piece as it would stand in the plan. What is repeated is shown by the next time that it goes out."""
    if not is_repeated(piece):
        return (_ONE_OF_MANY,) if piece.about.startswith(SERIES) else made_of(piece, content, rooms, now)
    problems: list[Problem] = []
    repeats = _read(_cleaned(piece), problems)
    problems += _misfits(repeats, piece, content, now) if repeats else ()
    # What is wrong with the words is said at once too, as of tomorrow where there is no day yet.
    day = _next(repeats, content, now) if repeats else None
    fallback = now.astimezone(content.zone).date() + timedelta(days=1)
    once = _once(piece, day or fallback, repeats, content, rooms, now)
    found = (*problems, *problems_of(once))
    return found or once


_ONE_OF_MANY = Problem(
    "repeat", "This goes out again and again, but it has no rule any more.", "Write the rule, or stop it on its page."
)
_IN_THE_PLAN = Problem("repeat", "This is in the plan once.", "Leave the rule out, and write a new one that repeats.")


def _misfits(repeats: Repeats, piece: Piece, content: Content, now: datetime) -> Iterator[Problem]:
    if piece.about and not piece.about.startswith(SERIES):
        yield _IN_THE_PLAN
    days = days_of(repeats)
    furthest = now.astimezone(content.zone).date() + FURTHEST
    if not days:
        yield Problem("until", "It would never go out: its end is before its first day.", "Choose a later day.")
    elif days[-1] > furthest:
        yield Problem("until", "It would go on for more than two years.", "Choose an earlier end, or fewer times.")
    elif not piece.about and resolve(days[0], repeats.at, content.zone) <= now:
        said = f"{day_words(days[0])} at {time_words(repeats.at)}"
        yield Problem("date", f"The first time, {said}, has passed.", "Begin with a later day.")
    elif _next(repeats, content, now) is None:
        yield Problem("until", "All its times have passed.", "Choose a later end.")


def _next(repeats: Repeats, content: Content, now: datetime) -> date | None:
    days = islice(repeats.days(), _MOST)
    return next((day for day in days if resolve(day, repeats.at, content.zone) > now), None)


def _once(
    piece: Piece, day: date, repeats: Repeats | None, content: Content, rooms: Collection[Platform], now: datetime
) -> Made:
    """A piece as if it were for one day alone: by the very functions that make what goes out once."""
    at = f"{repeats.at:%H:%M}" if repeats else "23:59"
    key = piece.key.removeprefix(SERIES)
    # The key names the day of the rule, whatever becomes of this one time: none can be twice in the plan.
    one = replace(
        piece,
        key=f"{key}-{day}",
        about="",
        values={**piece.values, "date": day.isoformat(), "time": at},
    )
    found = made_of(one, content, rooms, now)
    if not is_made(found):
        return found
    (entry,) = entries_of(found)
    return (replace(entry, key=f"{piece.kind}:{key}-{day}", group=f"{SERIES}{key}"),)


def occurrences(
    piece: Piece, content: Content, rooms: Collection[Platform], since: datetime, until: datetime
) -> tuple[Entry, ...]:
    """Each time that a series goes out after one instant and not after another."""
    repeats = repeats_of(piece)
    if repeats is None:
        return ()
    days = [day for day in days_of(repeats) if since < resolve(day, repeats.at, content.zone) <= until]
    made = (_once(piece, day, repeats, content, rooms, since) for day in days)
    return tuple(entry for once in made for entry in entries_of(once))


def summary(piece: Piece, content: Content, rooms: Collection[Platform]) -> Entry | None:
    """A series as one thing to look at and to approve of: its words, and its rule in the title.

    Its instant is that of its first time, whenever that was; it is cancelled where nothing is left of it.
    """
    repeats = repeats_of(piece)
    if repeats is None:
        return None
    days = days_of(repeats)
    due = resolve(days[0] if days else repeats.first, repeats.at, content.zone)
    once = _once(piece, days[0] if days else repeats.first, repeats, content, rooms, due - timedelta(seconds=1))
    if not is_made(once):
        return None
    (entry,) = entries_of(once)
    return replace(
        entry,
        key=series_key(piece),
        group="piece",
        title=f"{repeats}: {entry.title}",
        cut_off=end_of_day(resolve(days[-1] if days else repeats.first, repeats.at, content.zone), content.zone),
        source=piece.who,
        standing=Standing.PLANNED if days else Standing.CANCELLED,
    )


def goes_on(piece: Piece, content: Content, now: datetime) -> bool:
    """Whether anything of a series is still to come."""
    repeats = repeats_of(piece)
    return repeats is not None and _next(repeats, content, now) is not None


def was_over(piece: Piece, content: Content, before: datetime) -> bool:
    """Whether nothing of a series was still to come at an instant, and nobody has touched it since."""
    return piece.at < before and not goes_on(piece, content, before)


def stopped(piece: Piece, day: date) -> Piece:
    """The same series, with nothing from a day on."""
    repeats = repeats_of(piece)
    assert repeats is not None
    # By its last day that is left: "6 times" must not become more of them.
    left = [it for it in days_of(repeats) if it < day]
    last = left[-1] if left else repeats.first - timedelta(days=1)
    return replace(piece, values={**piece.values, "until": date_words(last)})


def continued(piece: Piece, day: date) -> Mapping[str, str] | None:
    """The fields of a series of its own that goes on from a day as this one would; None where nothing is left by then.

    It begins on the first of its days and ends on the last, so that "fortnightly" and "6 times" mean what they did.
    """
    repeats = repeats_of(piece)
    left = [it for it in days_of(repeats) if it >= day] if repeats else []
    return {**piece.values, "date": date_words(left[0]), "until": date_words(left[-1])} if left else None
