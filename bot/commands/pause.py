"""`antiphon pause` and `antiphon resume`."""

from typing import Annotated

import typer

from bot.commands.common import tell, with_zone

app = typer.Typer()

_DATES = "As you would write it: 22 March 2027, 22/3/2027 5pm, or only a time of today."


@app.command()
def pause(
    reason: Annotated[list[str] | None, typer.Argument(help="Why, for everybody who asks what is paused.")] = None,
    since: Annotated[str, typer.Option("--from", help=f"When it begins; without it, now. {_DATES}")] = "",
    until: Annotated[str, typer.Option(help="When it ends, a day with all of it; without it, at `resume`.")] = "",
    exempt: Annotated[
        list[str] | None, typer.Option("--except", help="What goes out all the same: slack, reply, chat:2026-12-15 …")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put this one in the place of another pause.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Only show the pause there is, as without a reason.")] = False,
) -> None:
    """Halt everything that the bot sends: now, or from a day to a day. What people write is kept all the same."""
    from bot.runtime import operations_pause

    words, names = " ".join(reason or []), exempt or []
    if show or not (words or since or until or names or replace):
        lines = with_zone(lambda database, zone, now: operations_pause.show(database, zone, now))
    else:
        lines = with_zone(
            lambda database, zone, now: operations_pause.pause(
                database, zone, now, words, since=since, until=until, exempt=names, replace=replace
            )
        )
    tell("\n".join(lines))


@app.command()
def resume(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would go out, and what is missed.")
    ] = False,
) -> None:
    """End the pause, or call off a planned one. What is not too late goes out at once."""
    from bot.runtime import operations_pause

    tell(
        "\n".join(with_zone(lambda database, zone, now: operations_pause.resume(database, zone, now, dry_run=dry_run)))
    )
