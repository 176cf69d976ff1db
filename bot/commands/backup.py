"""`antiphon backup` and `antiphon restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.common import clock_now, prepare_database, read_settings, tell

if TYPE_CHECKING:
    from bot.adapters.db.backup import Manifest
    from bot.adapters.db.restore import Restored

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write. It holds what people said: keep it as safe.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Copy everything that the bot knows into one file. The bot may run meanwhile."""
    from bot.adapters.db.backup import back_up

    manifest = back_up(read_settings().database_url.get_secret_value(), file, clock_now(), force=force)
    tell(f"{_rows(manifest)} in {file}, read back and found right.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `antiphon backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is in the database. It is backed up first.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Other connections to the PostgreSQL database are not the bot's.")
    ] = False,
) -> None:
    """Bring a backup into the database, all of it or nothing. The bot must not run."""
    from bot.adapters.clock import SystemClock
    from bot.adapters.db import restore as database
    from bot.adapters.db.erasure import erase_again

    settings = read_settings()
    prepare_database(settings)
    url = settings.database_url.get_secret_value()
    tell("\n".join(_told(database.restore(url, file, SystemClock(), replace=replace, others=yes))))
    if again := erase_again(url, clock_now(), settings.erased_list, settings.pseudonym_key.get_secret_value()):
        tell(f"People who had been erased since the backup, and are erased again: {again}.")


def _rows(manifest: "Manifest") -> str:
    return "1 row is" if manifest.rows == 1 else f"{manifest.rows:,} rows are"


def _told(restored: "Restored") -> list[str]:
    manifest = restored.manifest
    lines = [f"{_rows(manifest)} restored, as of {manifest.taken_at:%Y-%m-%d %H:%M} UTC."]
    if restored.kept:
        lines.append(f"What was there before is kept in {restored.kept}.")
    if restored.doubted:
        lines.append(
            f"Posts that may have been sent since: {restored.doubted}. The bot looks for them before anything else; "
            "what it cannot look for is in `antiphon outbox`."
        )
    return [
        *lines,
        "What people changed through the bot since then is forgotten: pauses, cancelled and changed actions. Before "
        "you start it, look at `antiphon pause` and `antiphon actions list`.",
    ]
