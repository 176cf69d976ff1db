"""Import and export: sheets of key actions and chats, checked whole, shown before they are taken in, and undone.

Nothing of a sheet is kept before it is confirmed: the page that shows what would change carries its rows.
"""

import asyncio
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from bot.core import action_sheet, chat_sheet
from bot.core.actions import Problem as RowProblem
from bot.core.plan import Entry, Kind
from bot.core.problems import Problem
from bot.core.sheets import LARGEST_FILE, Row, SheetForm, cell_name
from bot.runtime import operations_import as operations
from bot.runtime.operations_import import Checked, SheetKind
from bot.web.language import gettext as _
from bot.web.language import ngettext
from bot.web.pages.calls import Call, back, page
from bot.web.pages.guard import with_our_script
from bot.web.pages.scripts import IMPORT, htmx
from bot.web.pages.site import ORGANISERS, ROOT

_LARGEST_FORM = 16_000_000
"""Octets. The rows of the largest sheet, with every sign that is not plain written as three."""
_HTMX = htmx(responseHandling=[{"code": "...", "swap": True}])
"""What is wrong with a sheet is an answer, whatever its number."""
_SHOWN = 50
_PROBLEMS = 200
_ROWS: TypeAdapter[Sequence[Row]] = TypeAdapter(Sequence[Row])
_TYPES = {
    SheetForm.CSV: "text/csv; charset=utf-8",
    SheetForm.YAML: "text/yaml; charset=utf-8",
    SheetForm.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    SheetForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HEADS = {SheetKind.ACTIONS: action_sheet.COLUMNS, SheetKind.CHATS: chat_sheet.COLUMNS}
_EXAMPLES = {SheetKind.ACTIONS: action_sheet.EXAMPLES, SheetKind.CHATS: chat_sheet.EXAMPLES}
_READ_ME = """This is a whole campaign.

content/            what the bot says
key-actions.csv     the key actions that are still to come
calendar.csv        the chats that are still to come, which are in content/ as well

Whoever runs another bot takes all of it over with: antiphon content import campaign.zip
"""


@dataclass(frozen=True)
class Sheet:
    """A sheet that was sent: its rows, and what they mean, or everything that is wrong."""

    kind: SheetKind
    name: str
    rows: Sequence[Row]
    wanted: Sequence[Any]
    problems: Sequence[RowProblem]


async def imports(call: Call) -> Response:
    match call.form.get("do"):
        case "take":
            return await _take(call)
        case "undo":
            return await _undo(call)
        case _:
            return await _shown(call)


async def _shown(call: Call, *problems: str, status: int = 400) -> Response:
    await operations.finish(call.database, call.site.tools.library)
    found = await operations.last(call.database)
    shown = await call.page(
        "import.html",
        status if problems else 200,
        last=found,
        forms=[form.value for form in SheetForm],
        problems=[("file", problem) for problem in problems],
        htmx=_HTMX,
        scripts=IMPORT,
    )
    return with_our_script(shown, fetching=True)


async def check(call: Call) -> Response:
    """A file was sent: everything that is wrong with it, or what it would change."""
    if not call.upload.data:
        return await _shown(call, *([_("Choose a file first.")] if call.request.method == "POST" else []))
    try:
        read = call.site.tools.sheets.read
        rows = await asyncio.to_thread(read, call.upload.name, call.upload.data)
        return await _checked(call, await _meant(call, rows, call.upload.name[-80:]))
    except Problem as problem:
        return await _shown(call, str(problem))


async def _meant(call: Call, rows: Sequence[Row], name: str) -> Sheet:
    gone = await operations.gone(call.database, call.now)
    return await asyncio.to_thread(_parsed, call, rows, name, gone)


def _parsed(call: Call, rows: Sequence[Row], name: str, gone: Mapping[str, Entry]) -> Sheet:
    header = {cell.strip().casefold() for row in rows[:1] for cell in row.cells}
    if "topic" in header:
        chats, problems = chat_sheet.parse(rows, call.content, call.now)
        return Sheet(SheetKind.CHATS, name, rows, chats, problems)
    actions, problems = action_sheet.parse(rows, call.content, call.now, call.site.rooms, gone)
    return Sheet(SheetKind.ACTIONS, name, rows, actions, problems)


async def _checked(call: Call, sheet: Sheet, *problems: str) -> Response:
    """Raises Problem."""
    if sheet.problems:
        return await _wrong(call, sheet)
    found = await _compared(call, sheet)
    return await call.page(
        "import_check.html",
        409 if problems else 200,
        sheet=sheet,
        found=found,
        files=[(path.removeprefix("chats/").removesuffix(".yaml"), text) for path, text in found.files.items()],
        known=set(call.content.chats),
        rows=_ROWS.dump_json(sheet.rows).decode(),
        looks=list(action_sheet.worth_a_look(found.actions, call.content.zone)) if found.actions else (),
        most=_SHOWN,
        problems=[("", problem) for problem in problems],
    )


async def _wrong(call: Call, sheet: Sheet) -> Response:
    said = ngettext(
        "%(num)s cell has to be mended first. Nothing was taken in.",
        "%(num)s cells have to be mended first. Nothing was taken in.",
        len(sheet.problems),
    )
    columns = {name.strip().casefold(): n for row in sheet.rows[:1] for n, name in enumerate(row.cells)}
    return await call.page(
        "import_wrong.html",
        400,
        sheet=sheet,
        shown=sheet.problems[:_PROBLEMS],
        columns=columns,
        cell_name=cell_name,
        problems=[("", said)],
    )


async def _compared(call: Call, sheet: Sheet) -> Checked:
    """Raises Problem."""
    if sheet.kind is SheetKind.ACTIONS:
        return await operations.check_actions(call.database, sheet.wanted)
    return await operations.check_chats(call.site.tools.library, [(chat.id, chat.fields) for chat in sheet.wanted])


async def _take(call: Call) -> Response:
    try:
        rows = _ROWS.validate_json(call.form.get("rows", ""))
    except ValidationError:
        return await _shown(call, _("The sheet did not arrive whole. Nothing was taken in. Send the file again."))
    try:
        sheet = await _meant(call, rows, call.form.get("name", "")[-80:])
        if sheet.problems:
            return await _wrong(call, sheet)
        seen = call.form.get("seen", "")
        if sheet.kind is SheetKind.ACTIONS:
            await operations.take_actions(call.database, call.now, sheet.wanted, seen, sheet.name, call.who)
        elif (found := await _compared(call, sheet)).fingerprint == seen:
            library = call.site.tools.library
            await operations.take_files(call.database, library, call.now, found.files, sheet.name, call.who)
        else:
            return await _checked(call, sheet, _("Nothing was changed: the chats are others than when you looked."))
    except Problem as problem:
        return await _shown(call, str(problem), status=409)
    return back(f"{ROOT}/import", done="import")


async def _undo(call: Call) -> Response:
    library = call.site.tools.library
    try:
        left = await operations.undo(call.database, library, call.now, call.form.get("at", ""), call.who)
    except Problem as problem:
        return await _shown(call, str(problem), status=409)
    if left:
        some = "; ".join(left[:_SHOWN])
        said = ngettext(
            "The rest is undone. %(num)s went out or was changed since, and stays as it is: %(titles)s",
            "The rest is undone. %(num)s went out or were changed since, and stay as they are: %(titles)s",
            len(left),
            titles=some,
        )
        return await _shown(call, said, status=200)
    return back(f"{ROOT}/import", done="import-undo")


async def export(call: Call) -> Response:
    """`actions.xlsx`, `chats-template.csv`, `campaign.zip` …"""
    name, _dot, ending = call.request.path_params["file"].rpartition(".")
    if (name, ending) == ("campaign", "zip"):
        return _file(await _campaign(call), "campaign.zip", "application/zip")
    what, _dash, template = name.partition("-")
    if what not in set(SheetKind) or ending not in set(SheetForm) or template not in ("", "template"):
        return await call.not_found(_("There is no such file"))
    kind, form = SheetKind(what), SheetForm(ending)
    beside = form in (SheetForm.XLSX, SheetForm.ODS)
    examples = _EXAMPLES[kind] if template else ()
    rows = ([] if beside else examples) if template else await _rows(call, kind)
    data = await asyncio.to_thread(
        call.site.tools.sheets.write, form, _HEADS[kind], rows, examples if beside else ()
    )  # fmt: skip
    return _file(data, f"{name}.{ending}", _TYPES[form])


async def _rows(call: Call, kind: SheetKind) -> Sequence[Sequence[str]]:
    if kind is SheetKind.CHATS:
        return list(chat_sheet.as_rows(call.content, call.now))
    async with call.database.transaction() as tx:
        entries = await tx.plan.list(kind=Kind.ACTION, since=call.now)
    return list(action_sheet.as_rows(entries, call.content, call.site.rooms))


async def _campaign(call: Call) -> bytes:
    tools = call.site.tools
    sheets = {kind: await _rows(call, kind) for kind in SheetKind}
    actions, chats = (
        tools.sheets.write(SheetForm.CSV, _HEADS[kind], sheets[kind]) for kind in (SheetKind.ACTIONS, SheetKind.CHATS)
    )
    content = await asyncio.to_thread(tools.library.everything)
    async with call.database.transaction() as tx:
        await tx.audit.add(call.now, call.who, "export campaign")
    files = {f"content/{path}": data for path, data in content.items()}
    named = {"READ-ME.txt": _READ_ME.encode(), action_sheet.IN_A_CAMPAIGN: actions, "calendar.csv": chats}
    return await asyncio.to_thread(_zipped, {**named, **files})


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """The same files give the same zip, whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for path, data in files.items():
            written.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _file(data: bytes, name: str, kind: str) -> Response:
    return Response(data, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


ROUTES = (
    page("/import", imports, ORGANISERS, largest=_LARGEST_FORM),
    page("/import/check", check, ORGANISERS, largest=LARGEST_FILE + 10_000),
    page("/export/{file}", export, ORGANISERS),
)
