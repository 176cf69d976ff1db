"""What people have wished of the bot since a backup was taken, for the restored database to go on with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, select

from bot.adapters.db.feedback import keep_last_number
from bot.adapters.db.heard import by_author, of_posts
from bot.adapters.db.outbox import IS_READ
from bot.adapters.db.raw import Raw, Row
from bot.adapters.db.rounds import round_answers
from bot.adapters.db.rows import add_new_now, in_parts
from bot.adapters.db.tables import feedback, feedback_authors, feedback_tags, heard, notes, outbox, unheard
from bot.core.dated import read_dated
from bot.core.events import Platform
from bot.core.feedback import told_key
from bot.core.privacy import LAST_NUMBER_NOTE, STOPPED, TAKEN_BACK, taken_back_note

_GONE = (round_answers.c.feedback, feedback_authors.c.number, feedback_tags.c.number, feedback.c.number)


@dataclass(frozen=True, slots=True)
class Wishes:
    """`stops` are the notes of who wants to hear no more; `unheard` whose posts, and which, are not to be kept;
    `taken_back` the notes of feedback that its author deleted. `numbered` is the highest number on a receipt."""

    stops: Sequence[Row] = ()
    unheard: Sequence[Row] = ()
    taken_back: Sequence[Row] = ()
    numbered: int = 0


def wishes_in(raw: Raw) -> Wishes:
    known = [*raw.rows("notes", ["name", "value"])]
    deleted = [int(value) for name, value in known if name == LAST_NUMBER_NOTE]
    there = (int(number) for (number,) in raw.rows("feedback", ["number"]))
    return Wishes(
        [row for row in known if row[0].startswith(f"{STOPPED}:")],
        [*raw.rows("unheard", ["platform", "author", "post", "at"])],
        [row for row in known if row[0].startswith(f"{TAKEN_BACK}:")],
        max(chain(deleted, there), default=0),
    )


def go_on_with(connection: Connection, wishes: Wishes) -> None:
    """Beside those that are there already. What a backup has against a wish goes."""
    for name, value in wishes.stops:
        add_new_now(connection, notes, {"name": name, "value": value})
    for name, value in wishes.taken_back:
        # The later of two: in the backup the same key may have been deleted once before.
        if not add_new_now(connection, notes, {"name": name, "value": value}):
            connection.execute(
                notes.update().where((notes.c.name == name) & (notes.c.value < value)).values(value=value)
            )
    for named, author, post, at in wishes.unheard:
        platform = Platform(named)
        row = {"platform": platform, "author": author, "post": post, "at": datetime.fromisoformat(at)}
        add_new_now(connection, unheard, row)
        against = by_author(platform, author) if author else of_posts(platform, [post])
        connection.execute(heard.delete().where(against))
    if wishes.numbered:
        keep_last_number(connection, wishes.numbered)
    _take_back(connection, {name: read_dated(value)[0] for name, value in wishes.taken_back})


def _take_back(connection: Connection, gone: Mapping[str, datetime | None]) -> None:
    """With what quotes it, and what moderators have read of any: it has their words in it."""
    there = connection.execute(select(feedback.c.number, feedback.c.key, feedback.c.at)) if gone else ()
    numbers = [number for number, key, at in there if (until := gone.get(taken_back_note(key))) and at <= until]
    for some in in_parts(numbers):
        for column in _GONE:
            connection.execute(column.table.delete().where(column.in_(some)))
    for number in numbers:
        quoted = [told_key(number, platform) for platform in Platform]
        connection.execute(outbox.delete().where(outbox.c.key.in_(quoted)))
    if numbers:
        connection.execute(outbox.delete().where(IS_READ))
