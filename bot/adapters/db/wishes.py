"""What people have wished of the bot since a backup was taken, for the restored database to go on with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.adapters.db.heard import by_author, of_posts
from bot.adapters.db.raw import Raw, Row
from bot.adapters.db.rows import add_new_now
from bot.adapters.db.tables import heard, notes, unheard
from bot.core.events import Platform
from bot.core.privacy import STOPPED


@dataclass(frozen=True, slots=True)
class Wishes:
    """`stops` are the notes of who wants to hear no more; `unheard` whose posts, and which, are not to be kept."""

    stops: Sequence[Row] = ()
    unheard: Sequence[Row] = ()


def wishes_in(raw: Raw) -> Wishes:
    stops = [row for row in raw.rows("notes", ["name", "value"]) if row[0].startswith(f"{STOPPED}:")]
    return Wishes(stops, [*raw.rows("unheard", ["platform", "author", "post", "at"])])


def go_on_with(connection: Connection, wishes: Wishes) -> None:
    """Beside those that are there already. What a backup has of chats against a wish goes."""
    for name, value in wishes.stops:
        add_new_now(connection, notes, {"name": name, "value": value})
    for named, author, post, at in wishes.unheard:
        platform = Platform(named)
        row = {"platform": platform, "author": author, "post": post, "at": datetime.fromisoformat(at)}
        add_new_now(connection, unheard, row)
        against = by_author(platform, author) if author else of_posts(platform, [post])
        connection.execute(heard.delete().where(against))
