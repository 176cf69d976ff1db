"""Troubles of databases, in words for the person who runs the bot."""

from sqlalchemy import URL

from bot.core.problems import Problem


class DatabaseProblem(Problem):
    """What happened, what it means and what to do, in plain words. The password is never in it."""


_CAUSES = (
    (
        ("readonly database", "read-only"),
        "it is read-only. Nothing can be stored. Give the bot's user the right to write to the file and to its folder",
    ),
    (
        ("unable to open database file",),
        "it cannot be opened. Check that its folder is there, that the bot's user may write to it, "
        "and that the name is not a folder's",
    ),
    (
        ("not a database", "malformed"),
        "it is not a database that SQLite can read: another kind of file, or a damaged one. Move it out of "
        "the way, restore it from a backup, or name another file in DATABASE_URL",
    ),
    (
        ("deadlock detected",),
        "another program changed the same things at the same moment. Nothing was changed by this one: start it again",
    ),
    (
        ("is locked", "lock timeout"),
        "another program kept it locked for more than 10 seconds. Close programs that have it open",
    ),
    (
        ("disk is full", "no space left"),
        "the disk is full. Nothing can be stored until there is room",
    ),
    (
        ("disk i/o error",),
        "its disk cannot be written or read. See whether the disk is full or damaged, and make room or mend it",
    ),
    (
        ("no such table", "undefinedtable"),
        "its tables are missing. It was never set up, or it was emptied: restart the bot, which sets it up",
    ),
    (
        ("password authentication failed", "no password supplied"),
        "it does not accept the user name or the password. Correct them in DATABASE_URL",
    ),
    (
        ("does not exist",),
        "there is no such database or user on that server. Create it, or correct its name in DATABASE_URL",
    ),
    (
        (
            "connection failed",
            "connection is bad",
            "connection refused",
            "timeout expired",
            "could not translate host",
            "failed to resolve host",
        ),
        "it cannot be reached. Check that the server runs, that its name and port in DATABASE_URL are right, "
        "and that a firewall lets the bot through",
    ),
    (
        ("closed the connection", "connection is lost", "terminating connection", "shutting down"),
        "it ended the connection: the server was stopped or restarted. What was not yet stored is tried again",
    ),
)


def called(url: URL, the: str = "The") -> str:
    """The database as messages name it, without user and password; with another `the` within a sentence."""
    if url.get_backend_name() == "sqlite":
        return f"{the} database file {url.database}"
    server = url.query.get("host") or url.host or "localhost"
    return f"{the} PostgreSQL database {url.database!r} at {server}:{url.port or 5432}"


def explained(error: BaseException | None, url: URL) -> DatabaseProblem | None:
    """What the driver said, in plain words. None for what a person cannot mend: then it is a mistake of ours."""
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    for signs, meaning in _CAUSES:
        if any(sign in said.lower() for sign in signs):
            return DatabaseProblem(f"{called(url)}: {meaning}. (It said: {said})")
    return None
