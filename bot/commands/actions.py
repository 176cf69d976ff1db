"""`antiphon actions …`."""

from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.common import clock_now, read_bytes, read_settings, tell, with_database
from bot.core.problems import Problem

if TYPE_CHECKING:
    from bot.core.action_sheet import Comparison
    from bot.core.content import Content
    from bot.core.plan import Entry
    from bot.core.sheets import Row
    from bot.ports import Database

app = typer.Typer(no_args_is_help=True, help="The month's key actions.")


@app.command("list")
def list_() -> None:
    """Key actions that are still to be sent. Those of content/ are planned when the bot starts."""
    from bot.runtime import operations

    now = clock_now()
    with_database(lambda database, content: _print(operations.coming_actions(database, now), content))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, ODS or YAML, as the pages' templates are.")],
) -> None:
    """Queue key actions from a sheet, and change those that it knows: all, or none and every problem by row."""
    from bot.adapters.sheets import SpreadsheetFiles

    rows = SpreadsheetFiles().read(file.name, read_bytes(file))
    tell(f"{queue(file.name, rows)}\n`antiphon actions list` shows what is to come.")


def queue(name: str, rows: Sequence["Row"]) -> str:
    """Queue the key actions of a sheet, say how many, and what to look at again. Raises Problem where none was."""
    from bot.core.action_sheet import worth_a_look
    from bot.core.audit import COMMAND_LINE
    from bot.runtime.operations_import import take_sheet

    now, platforms = clock_now(), sorted(read_settings().platforms)
    if not platforms:
        raise Problem("No platform is set up, so the actions would go nowhere. Fill in .env (see .env.example).")

    async def taken(database: "Database", content: "Content") -> tuple["Comparison", list[str]]:
        found = await take_sheet(database, content, now, rows, platforms, name, COMMAND_LINE)
        return found, list(worth_a_look(found, content.zone))

    found, looks = with_database(taken)
    said = f"{len(found.added)} queued, {len(found.changed)} changed, {len(found.same)} as they were."
    over = f" Sent or cancelled already, and left alone: {len(found.over)}." if found.over else ""
    return "\n".join([said + over, *(["Look at these again:", *looks] if looks else [])])


@app.command()
def cancel(which: Annotated[str, typer.Argument(help="Its number in the list, or its key.")]) -> None:
    """Cancel a coming key action: nothing of it will be sent."""
    from bot.runtime import operations

    now = clock_now()
    entry = with_database(lambda database, _: operations.cancel_action(database, now, which))
    tell(f"Cancelled, nothing will be sent: {entry.title}")


async def _print(coming: Awaitable[Sequence["Entry"]], content: "Content") -> None:
    from bot.runtime.operations import described

    lines = [described(number, entry, content) for number, entry in enumerate(await coming, 1)]
    tell("\n".join(lines) or "There are no key actions to come.")
