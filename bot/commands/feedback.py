"""`antiphon feedback …`: what people said, for moderators."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.common import LARGEST, bot_now, progress_bar, read_settings, tell, with_database, with_zone
from bot.core.events import Platform as Where
from bot.core.feedback import Consent, Source, Status, Wanted, as_tag, readable
from bot.core.feedback_sheet import Format
from bot.core.personal import Treatment
from bot.core.problems import Problem

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.adapters.db import SqlDatabase
    from bot.adapters.feedback_files import FeedbackFile
    from bot.core.content import Content
    from bot.core.feedback import Period, Row
    from bot.runtime.operations_feedback_import import Imported

app = typer.Typer(no_args_is_help=True, help="What people said back.")

Dates = Annotated[list[str] | None, typer.Argument(help="From when to when, for example 2026-12-01 2026-12-31.")]
Platform = Annotated[Source | None, typer.Option(help="Only what was said there.")]
Region = Annotated[str, typer.Option(parser=readable, metavar="REGION", help="Only from this region or nation.")]
Prompt = Annotated[
    str, typer.Option(parser=readable, metavar="QUESTION", help="Only answers to this question, as it was put.")
]
Tag = Annotated[str, typer.Option(parser=as_tag, metavar="TAG", help="Only what has this tag.")]
OfStatus = Annotated[Status | None, typer.Option(help="Only what has come so far.")]
OfConsent = Annotated[Consent | None, typer.Option(help="Only what we may quote so.")]
Search = Annotated[str, typer.Option(help="Only what has all these words in it; word forms count as the same.")]
Personal = Annotated[bool, typer.Option("--with-personal-data", help="Also who wrote it. The audit notes it.")]
Number = Annotated[int, typer.Argument(min=1, max=LARGEST, help="The number on the receipt.")]


@app.command("list")
def list_feedback(
    dates: Dates = None,
    platform: Platform = None,
    region: Region = "",
    prompt: Prompt = "",
    tag: Tag = "",
    status: OfStatus = None,
    consent: OfConsent = None,
    search: Search = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    before: Annotated[
        int | None, typer.Option(min=1, max=LARGEST, help="Go on after this number, as the list says at its end.")
    ] = None,
) -> None:
    """The latest feedback, without personal data."""
    from bot.runtime import operations_feedback as operations

    wanted = Wanted(source=platform, region=region, prompt=prompt, tag=tag, status=status, consent=consent, text=search)

    async def work(database: "SqlDatabase", zone: "ZoneInfo", now: "datetime") -> None:
        within, _ = _within(wanted, dates, zone, now)
        for line in await operations.listed(database, zone, now, within, limit=limit, before=before):
            tell(line)

    with_zone(work)


@app.command("alike")
def alike_(dates: Dates = None, prompt: Prompt = "", search: Search = "") -> None:
    """What says much the same, among the latest thousand."""
    from bot.runtime import operations_feedback_alike as operations

    _look(operations.grouped, Wanted(prompt=prompt, text=search), dates)


@app.command()
def suggest(dates: Dates = None, prompt: Prompt = "", search: Search = "") -> None:
    """Tags for what has none, learnt from what has: `antiphon feedback tag` confirms them."""
    from bot.runtime import operations_feedback_alike as operations

    _look(operations.suggested, Wanted(prompt=prompt, text=search), dates)


@app.command()
def show(number: Number, personal: Personal = False) -> None:
    """One piece of feedback, whole. It counts as read from then on."""
    from bot.runtime import operations_feedback as operations

    lines = with_zone(lambda database, zone, now: operations.shown(database, zone, now, number, personal=personal))
    tell("\n".join(lines))


@app.command()
def tag(
    number: Number,
    tags: Annotated[list[str] | None, typer.Argument(help="Tags to put on, one word each.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="A tag to take off.")] = None,
) -> None:
    """Put tags on feedback, or take them off."""
    from bot.runtime import operations_feedback as operations

    _do(lambda database, now: operations.tagged(database, now, number, tags or [], remove or []))


@app.command()
def status(number: Number, status: Annotated[Status, typer.Argument(help="How far it has come.")]) -> None:
    """Say how far the organisers have come with it."""
    from bot.runtime import operations_feedback as operations

    _do(lambda database, now: operations.marked(database, now, number, status))


@app.command()
def assign(
    number: Number, region: Annotated[str, typer.Argument(help="A region of regions.yaml, by id or name, or nobody.")]
) -> None:
    """Have a region's library leads look after it; they are told. Who could not read it is not given it."""
    from bot.platforms import roles_now
    from bot.runtime import operations_feedback as operations
    from bot.services.pseudonyms import pseudonyms_under

    settings = read_settings()

    async def work(database: "SqlDatabase", content: "Content") -> str:
        roles, trouble = await roles_now(settings)
        if trouble:
            tell(trouble, to=sys.stderr)
        now = await bot_now(database)
        pseudonyms = await pseudonyms_under(database, settings.pseudonym_key.get_secret_value(), now)
        return await operations.assigned(database, content, roles, pseudonyms, now, number, region)

    tell(with_database(work))


@app.command()
def answer(number: Number, words: Annotated[str, typer.Argument(help="What to say, in quotes.")]) -> None:
    """Answer the author in a direct message (Slack and Teams)."""
    from bot.runtime import operations_feedback as operations
    from bot.services.pseudonyms import pseudonyms_under

    key = read_settings().pseudonym_key.get_secret_value()

    async def work(database: "SqlDatabase", now: "datetime") -> str:
        return await operations.answered(database, now, number, words, await pseudonyms_under(database, key, now))

    _do(work)


@app.command()
def done(
    number: Number,
    words: Annotated[str, typer.Argument(help="What was done about it, in quotes.")],
    on: Annotated[list[Where] | None, typer.Option(help="Tell everybody there too, if we may quote it.")] = None,
) -> None:
    """You said, we did: tell the author what came of it, and everybody where that was allowed."""
    from bot.platforms import rooms
    from bot.runtime import operations_feedback as operations
    from bot.services.pseudonyms import pseudonyms_under

    settings = read_settings()

    async def work(database: "SqlDatabase", content: "Content") -> "Sequence[str]":
        now = await bot_now(database)
        pseudonyms = await pseudonyms_under(database, settings.pseudonym_key.get_secret_value(), now)
        return await operations.done(database, content, rooms(settings), now, number, words, on or (), pseudonyms)

    tell("\n".join(with_database(work)))


@app.command()
def export(
    dates: Dates = None,
    platform: Platform = None,
    region: Region = "",
    prompt: Prompt = "",
    tag: Tag = "",
    status: OfStatus = None,
    consent: OfConsent = None,
    search: Search = "",
    out: Annotated[Path | None, typer.Option(help="A file to write; without it the CSV is printed.")] = None,
    format_: Annotated[Format | None, typer.Option("--format", help="Without it, as the file's name ends.")] = None,
    personal: Personal = False,
) -> None:
    """What people said, as CSV, XLSX or JSON Lines; without personal data unless it is asked for."""
    from bot.adapters.feedback_files import TextFile, feedback_file
    from bot.runtime import operations_feedback as operations

    kind = format_ or _format_of(out)
    if out and not format_ and out.suffix.lstrip(".").lower() != kind:
        raise Problem(
            f"A file of feedback is .csv, .xlsx or .jsonl, and {out} is none of them. Name it so, or say --format."
        )
    if out is None and kind is Format.XLSX:
        raise Problem("XLSX cannot be printed. Name a file with --out.")
    wanted = Wanted(source=platform, region=region, prompt=prompt, tag=tag, status=status, consent=consent, text=search)

    async def work(database: "SqlDatabase", zone: "ZoneInfo", now: "datetime") -> None:
        within, period = _within(wanted, dates, zone, now)
        to = str(out.absolute()) if out else ""
        rows = operations.exported(database, now, within, personal=personal, file=to)
        if out is None:
            printed = TextFile(sys.stdout, kind, zone, personal=personal)
            await _pour(rows, printed, lambda _: None)
            return
        total = await operations.counted(database, within) if sys.stderr.isatty() else 0
        # Ctrl+C stops it, and leaves no file.
        with (
            feedback_file(out, kind, zone, personal=personal) as file,
            progress_bar(f"Writing {out.name}", total) as told,
        ):
            count = await _pour(rows, file, told)
        tell(f"Feedback from {period.first} to {period.last} is in {out}. Rows: {count}.")

    with_zone(work)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, ODS or JSON Lines, with the columns of the export.")],
    personal: Annotated[Treatment, typer.Option(help="What to do with numbers and addresses of people.")] = (
        Treatment.REFUSE
    ),
) -> None:
    """Take in feedback that stands in a sheet: all of it, or none and every problem by row."""
    from bot.adapters.sheets.long import is_packed, layout_of, packed_lines, read_words
    from bot.core.actions import Problem as RowProblem
    from bot.core.feedback_rows import csv_lines, json_lines, read_rows
    from bot.runtime import operations_feedback_import as operations

    problems: list[RowProblem] = []
    beside: list[str] = []
    if is_packed(file):
        lines, layout = packed_lines(file), layout_of(file)
        fix = "Split them, and write into each what belongs there."
        problems += [RowProblem("cells", f"Several are merged ({cells}).", fix, row) for row, cells in layout.merged]
        beside += [f"Only the first of its {layout.sheets} sheets was read."] if layout.sheets > 1 else []
        beside += [f"Hidden rows came in, too: {layout.hidden}."] if layout.hidden else []
    elif _format_of(file) is Format.JSONL:
        lines = list(json_lines(read_words(file), problems))
    else:
        lines = csv_lines(read_words(file), problems)

    async def work(database: "SqlDatabase", zone: "ZoneInfo", now: "datetime") -> "Imported":
        found, wrong = read_rows(lines, zone, now, problems)
        operations.refuse(wrong)
        return await operations.import_feedback(database, zone, now, found, personal)

    done = with_zone(work)
    tell(f"New: {done.new}. There already, and left as they are: {done.known}.")
    for told in beside:
        tell(told)
    if done.erased:
        tell(f"Left out: {done.erased}, from people who were erased. What was erased does not come back by a file.")


async def _pour(rows: "AsyncIterator[Sequence[Row]]", file: "FeedbackFile", written: Callable[[int], None]) -> int:
    count = 0
    async for some in rows:
        file.write(some)
        count += len(some)
        written(len(some))
        del some  # before the next are read
    return count


def _look(
    look: Callable[["SqlDatabase", "ZoneInfo", "datetime", Wanted], Awaitable[Sequence[str]]],
    wanted: Wanted,
    dates: list[str] | None,
) -> None:
    async def work(database: "SqlDatabase", zone: "ZoneInfo", now: "datetime") -> Sequence[str]:
        return await look(database, zone, now, _within(wanted, dates, zone, now)[0])

    tell("\n".join(with_zone(work)))


def _do(work: Callable[["SqlDatabase", "datetime"], Awaitable[str]]) -> None:
    tell(with_zone(lambda database, _, now: work(database, now)))


def _within(wanted: Wanted, dates: list[str] | None, zone: "ZoneInfo", now: "datetime") -> tuple[Wanted, "Period"]:
    from bot.runtime.operations_feedback import period_of

    period = period_of(" ".join(dates or []), zone, now)
    return replace(wanted, since=period.since, until=period.until), period


def _format_of(out: Path | None) -> Format:
    try:
        return Format(out.suffix.lstrip(".").lower()) if out else Format.CSV
    except ValueError:
        return Format.CSV
