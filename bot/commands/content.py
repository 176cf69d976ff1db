"""`antiphon content …`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.actions import queue
from bot.commands.common import clock_now, load_content, read_settings, tell
from bot.core.problems import Problem

if TYPE_CHECKING:
    from bot.adapters.yaml_content.taking_over import TakenOver

app = typer.Typer(no_args_is_help=True, help="The files that say what the bot says.")


@app.command()
def check(folder: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Name every problem of the content: file, line, cause and fix."""
    from bot.adapters.yaml_content import hints, load_history

    folder = folder or read_settings().content_dir
    load_content(folder)
    load_history(folder)
    tell("The content is in order.")
    for hint in hints(folder):
        tell(f"Perhaps a slip: {hint}")


@app.command()
def schema(folder: Annotated[Path, typer.Argument()] = Path("content/schemas")) -> None:
    """Write the JSON Schemas with which editors complete and check the content."""
    from bot.adapters.yaml_content import schemas

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
    tell(f"Schemas written to {folder}.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="campaign.zip, from the page “Import and export” of another bot.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the content there is.")] = False,
) -> None:
    """Take over a whole campaign: its content, checked first, and its key actions that are still to come."""
    from bot.adapters.yaml_content.taking_over import take_over

    folder = read_settings().content_dir
    taken = take_over(file, folder, clock_now(), replace=replace)
    tell(f"The campaign is in {folder}/: {taken.files} files. A bot that runs takes it up within a minute.")
    if taken.kept:
        tell(f"What was there before is in {taken.kept.name}/.")
    _queue(taken, file)


def _queue(taken: "TakenOver", file: Path) -> None:
    from bot.adapters.sheets import SpreadsheetFiles
    from bot.core.action_sheet import IN_A_CAMPAIGN

    try:
        rows = SpreadsheetFiles().read(IN_A_CAMPAIGN, taken.actions)
        if len(rows) > 1:
            tell(f"Its key actions: {queue(IN_A_CAMPAIGN, rows)}")
    except Problem as problem:
        raise Problem(
            f"The content is in place, but its key actions are not in the plan.\n{problem}\n"
            f"They are in {IN_A_CAMPAIGN} of {file.name}: take it out, mend it, and "
            f"`antiphon actions import {IN_A_CAMPAIGN}`."
        ) from None
