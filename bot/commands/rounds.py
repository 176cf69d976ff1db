"""`antiphon round …`: rounds of feedback, and their boards."""

from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.common import LARGEST, bot_now, read_settings, tell, with_database, with_zone
from bot.core.events import Platform
from bot.core.feedback import Consent
from bot.core.personal import Treatment
from bot.core.problems import Problem
from bot.core.rounds import LONGEST_TITLE

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.adapters.db import SqlDatabase
    from bot.core.board.values import Board
    from bot.core.content import Content
    from bot.runtime.operations_feedback_import import Imported

app = typer.Typer(no_args_is_help=True, help="Rounds of feedback: one to four questions, and a board of the answers.")

Number = Annotated[int, typer.Argument(min=1, max=LARGEST, help="The round's number, as the list has it.")]


@app.command("open")
def open_(
    title: Annotated[str, typer.Argument(help="For example: Espresso Café.")],
    ask: Annotated[list[str], typer.Option(help="A question; up to four of them.")],
    on: Annotated[list[Platform] | None, typer.Option(help="Where; without it, everywhere.")] = None,
    until: Annotated[str, typer.Option(help="The last day, or 8 December 2026 5pm; without it, for a week.")] = "",
) -> None:
    """Put one to four questions to people, now."""
    from bot.core.pause_words import read_end
    from bot.core.rounds import LASTS, new_round
    from bot.platforms import rooms
    from bot.runtime import operations_rounds

    places = rooms(read_settings())
    if not places:
        raise Problem("No platform is set up, so the questions would go nowhere. Fill in .env (see .env.example).")

    async def work(database: "SqlDatabase", content: "Content") -> None:
        now = await bot_now(database)
        try:
            closes = read_end(until, content.zone, now) if until else now + LASTS
            round = new_round(
                title, ask, list(dict.fromkeys(on or places)), key=f"cli:{now.isoformat()}", now=now, closes=closes
            )
        except ValueError as problem:
            raise Problem(f"Nothing was opened. {problem}") from None
        tell("\n".join(await operations_rounds.opened(database, content, places, round)))

    with_database(work)


@app.command("list")
def list_rounds() -> None:
    """All rounds, latest first."""
    from bot.runtime import operations_rounds

    tell("\n".join(with_zone(operations_rounds.listed)))


@app.command()
def show(number: Number) -> None:
    """A round, with how many answers each question has."""
    from bot.runtime import operations_rounds

    tell("\n".join(with_zone(lambda database, zone, now: operations_rounds.shown(database, zone, now, number))))


@app.command()
def close(number: Number) -> None:
    """Take no more answers."""
    from bot.runtime import operations_rounds

    tell("\n".join(with_zone(lambda database, zone, now: operations_rounds.closed(database, zone, now, number))))


@app.command()
def board(
    number: Number,
    out: Annotated[
        Path | None, typer.Option(help="A file: .html, .md or .odt. Without it, Markdown is printed.")
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="Only what people let us quote.")] = False,
) -> None:
    """What was said in a round: a box for each question, the answers as bullets, without names."""
    from bot.runtime import operations_rounds
    from bot.unfinished import once_whole

    write = _writer(out)

    async def work(database: "SqlDatabase", content: "Content") -> "Board":
        now = await bot_now(database)
        file = str(out.absolute()) if out else ""
        return await operations_rounds.board(database, content, now, number, public=public, file=file)

    made = with_database(work)
    if out is None:
        tell(write(made).decode(), end="")
        return
    try:
        with once_whole(out) as part:
            part.write_bytes(write(made))
    except OSError as error:
        raise Problem(f"{out} cannot be written ({error.strerror}). Choose another place with --out.") from None
    tell(f"The board has {' + '.join(str(len(box.points)) for box in made.boxes)} points. It is in {out}.")


def _writer(out: Path | None) -> Callable[["Board"], bytes]:
    from bot.core.board.markdown import to_markdown
    from bot.core.board.odt import to_odt
    from bot.core.board.page import to_page

    kinds: dict[str, Callable[[Board], bytes]] = {
        ".md": lambda board: to_markdown(board).encode(errors="replace"),
        ".html": lambda board: to_page(board).encode(errors="replace"),
        ".odt": to_odt,
    }
    kind = kinds.get(out.suffix.lower() if out else ".md")
    if kind is None:
        raise Problem(f"A board is .html, .md or .odt, and {out} is none of them. Name it so.")
    return kind


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Notes as text: boxes of bullets, or a note a line.")],
    title: Annotated[str, typer.Option(help="Of the round; without it, as the file says.")] = "",
    ask: Annotated[str, typer.Option(help="The question, where the file names none.")] = "",
    day: Annotated[str, typer.Option(help="When the workshop was; without it, today.")] = "",
    consent: Annotated[Consent, typer.Option(help="May the notes be quoted?")] = Consent.NO,
    personal: Annotated[Treatment, typer.Option(help="What to do with numbers and addresses of people.")] = (
        Treatment.REFUSE
    ),
) -> None:
    """Take in a workshop's notes as a round that is over: all of them, or none and every problem by line."""
    from bot.adapters.sheets.long import read_words
    from bot.core.board.notes import Notes, read_notes
    from bot.runtime import operations_feedback_import as operations

    notes = read_notes(read_words(file), ask)
    if not isinstance(notes, Notes):
        operations.refuse(notes)
        return
    named = _title(title or notes.title, file)

    async def work(database: "SqlDatabase", zone: "ZoneInfo", now: "datetime") -> "Imported":
        try:
            at = _noon(day, zone, now) if day else now
        except ValueError as problem:
            raise Problem(f"Nothing was kept. {problem}") from None
        return await operations.import_notes(
            database, zone, now, notes, title=named, at=at, consent=consent, personal=personal
        )

    done = with_zone(work)
    stay = "were there already, and stay as they are, whatever --day and --consent say"
    told = f" {done.known} {stay}." if done.known else ""
    tell(f"Round {done.round}, {named}: {done.new} points.{told}")
    tell(f"`antiphon round board {done.round} --out board.html` gives them back as a board.")


def _title(given: str, file: Path) -> str:
    title = " ".join(given.split())
    if not title:
        raise Problem(f"Nothing was kept: {file} has no title. Say which with --title.")
    if len(title) > LONGEST_TITLE:
        long = f"the title “{title[:30]}…” has {len(title)} characters, and {LONGEST_TITLE} fit"
        raise Problem(f"Nothing was kept: {long}. Say a shorter one with --title.")
    return title


def _noon(day: str, zone: "ZoneInfo", now: "datetime") -> "datetime":
    """Of the workshop's day; of today, not before it is noon. Raises ValueError, also for a day to come."""
    from bot.core.dates import read_day
    from bot.core.schedule import resolve

    found = read_day(day)
    if found > now.astimezone(zone).date():
        raise ValueError(f"{day} is still to come. Say with --day when the workshop was.")
    return min(resolve(found, time(12), zone), now)
