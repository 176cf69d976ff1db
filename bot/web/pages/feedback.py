"""Feedback, for moderators: what people said, found by filters, tagged, answered and taken out as a file.

Whoever looks is noted in the audit, as on the command line. Who wrote it is shown when it is asked for, and that is
noted as such.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response, StreamingResponse

from bot.core.events import Platform
from bot.core.feedback import EVERYTHING, Consent, Feedback, Source, Status, Wanted, as_tag, assigned, for_tag
from bot.core.feedback_sheet import Format, to_csv, to_jsonl
from bot.core.problems import Problem
from bot.core.questions import region_named
from bot.runtime import operations_feedback as operations
from bot.services.likening import related
from bot.services.sorting import NOBODY
from bot.unfinished import unfinished
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, Form, back, page
from bot.web.pages.site import MODERATORS, ROOT

_A_PAGE = 50
_PATH = f"{ROOT}/feedback"
_FILTERS = ("dates", "source", "region", "prompt", "tag", "status", "consent", "text")
_LARGEST = 2**31 - 1
"""Numbers are stored in 32 bits."""
_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.JSONL: "application/jsonl"}


@dataclass(frozen=True)
class Asked:
    """What was filtered by, as it was typed, and what it means; `problem` says why it means nothing."""

    typed: Mapping[str, str]
    wanted: Wanted = EVERYTHING
    problem: str = ""


async def feedback(call: Call) -> Response:
    if call.form.get("do") == "export":
        return await _export(call)
    asked = _asked(call, {name: call.asked(name) for name in _FILTERS})
    before = _number(call.asked("before"))
    try:
        problem = asked.problem
        found = [] if problem else await operations.some(
            call.database, call.now, asked.wanted, limit=_A_PAGE + 1, before=before, who=call.who
        )  # fmt: skip
    except Problem:
        return await call.not_found(_("There is no such feedback"))
    return await _listed(call, asked, found[:_A_PAGE], more=len(found) > _A_PAGE)


async def _listed(
    call: Call, asked: Asked, found: Sequence[Feedback], *, more: bool = False, said: str = ""
) -> Response:
    problem = asked.problem or said
    earlier = {name: value for name, value in asked.typed.items() if value}
    return await call.page(
        "feedback.html",
        400 if problem else 200,
        found=found,
        typed=asked.typed,
        filtered=bool(earlier),
        earlier=f"{_PATH}?{urlencode(earlier | {'before': str(found[-1].number)})}" if more else "",
        sources=[(source.value, _(source.label)) for source in Source],
        statuses=[(status.value, _(status.value)) for status in Status],
        consents=[(consent.value, _(consent.label)) for consent in Consent],
        regions=[region.name for region in call.content.regions],
        assigned=for_tag(call.content.regions[0].id) if call.content.regions else "",
        formats=[(kind.value, kind.value.upper()) for kind in Format],
        problems=[("dates", problem)] if problem else [],
    )


def _asked(call: Call, typed: Mapping[str, str]) -> Asked:
    try:
        period = operations.period_of(typed["dates"], call.content.zone, call.now)
    except Problem as problem:
        return Asked(typed, problem=str(problem))
    wanted = Wanted(
        since=period.since,
        until=period.until,
        source=Source(typed["source"]) if typed["source"] in set(Source) else None,
        region=typed["region"].strip(),
        prompt=typed["prompt"].strip(),
        tag=as_tag(typed["tag"]),
        status=Status(typed["status"]) if typed["status"] in set(Status) else None,
        consent=Consent(typed["consent"]) if typed["consent"] in set(Consent) else None,
        text=typed["text"].strip(),
    )
    return Asked(typed, wanted)


def _number(typed: str) -> int | None:
    """A number of feedback; 0, which nothing has, for what is none."""
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 11 and int(typed) <= _LARGEST else 0


async def _export(call: Call) -> Response:
    asked = _asked(call, {name: call.form.get(name, "") for name in _FILTERS})
    if asked.problem or call.form.get("format") not in set(Format):
        return await _listed(call, asked, [], said=_("Choose a format for the file."))
    kind, personal = Format(call.form["format"]), "personal" in call.form
    rows = operations.exported(call.database, call.now, asked.wanted, personal=personal, who=call.who)
    name = f"feedback-{call.now.astimezone(call.content.zone):%Y-%m-%d}.{kind}"
    if kind is Format.XLSX:
        return await _sheet(call, rows, name, personal=personal)
    lines = _lines(call, rows, kind, personal=personal)
    attached = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(lines, media_type=_TYPES[kind], headers=attached)


async def _lines(
    call: Call, rows: AsyncIterator[operations.Rows], kind: Format, *, personal: bool
) -> AsyncIterator[str]:
    zone = call.content.zone
    if kind is Format.CSV:
        yield to_csv([], zone, personal=personal)
    async for some in rows:
        if kind is Format.CSV:
            yield to_csv(some, zone, personal=personal, header=False)
        else:
            yield to_jsonl(some, zone, personal=personal)


async def _sheet(call: Call, rows: AsyncIterator[operations.Rows], name: str, *, personal: bool) -> Response:
    """XLSX is a zip, which begins with what is known at its end: it is written whole, then sent, then deleted."""
    kept = ExitStack()
    file = kept.enter_context(unfinished()) / name
    try:
        with call.site.tools.feedback_file(file, Format.XLSX, call.content.zone, personal=personal) as written:
            async for some in rows:
                written.write(some)
    except Problem as problem:
        kept.close()
        return await call.page("problem.html", 400, title=_("There is no file"), words=str(problem))
    return FileResponse(file, filename=name, background=BackgroundTask(kept.close))


async def one(call: Call) -> Response:
    """One piece; what is new counts as read from then on."""
    number = _number(call.request.path_params["number"]) or 0
    try:
        match call.form.get("do"):
            case "tag":
                add, remove = (call.form.get(name, "").split() for name in ("add", "remove"))
                await operations.tagged(call.database, call.now, number, add, remove, call.who)
            case "status" if call.form.get("status") in set(Status):
                await operations.marked(call.database, call.now, number, Status(call.form["status"]), call.who)
            case "assign":
                await _assign(call, number, call.form.get("region", ""))
            case "left":
                await _assign(call, number, NOBODY)
            case "answer":
                await _answer(call, number, call.form)
            case _:
                return await _one(call, number)
    except Problem as problem:
        field = {"tag": "add", "answer": "words", "assign": "region"}.get(call.form["do"], "")
        return await _one(call, number, (field, str(problem)))
    return back(f"{_PATH}/{number}", done=f"feedback-{call.form['do']}")


async def _assign(call: Call, number: int, to: str) -> None:
    ours = (call.content, call.site.roles, call.site.pseudonyms)
    await operations.assigned(call.database, *ours, call.now, number, to, call.who)


async def _answer(call: Call, number: int, form: Form) -> None:
    words = form.get("words", "").strip()
    if not words:
        raise Problem(_("The answer is empty. Write it first."))
    await operations.answered(call.database, call.now, number, words, call.site.pseudonyms, call.who)
    await call.finished()


async def _one(call: Call, number: int, problem: tuple[str, str] | None = None) -> Response:
    personal = call.asked("personal") == "yes"
    try:
        found = await operations.read(call.database, call.now, number, personal=personal, who=call.who)
    except Problem:
        return await call.not_found(_("There is no such feedback"))
    values, keeper = call.form or call.kept, assigned(found.tags)
    regions = {region.id: region.name for region in call.content.regions}
    theirs = region_named(call.content, found.region)
    async with call.database.reading() as tx:
        in_common = await related(tx, found)
    return await call.page(
        "feedback_one.html",
        400 if problem else 200,
        feedback=found,
        personal=personal,
        related=in_common,
        regions=list(regions.items()),
        theirs=values.get("region") or keeper or (theirs.id if theirs else ""),
        keeper=regions.get(keeper, keeper),
        reachable=found.author is not None and found.author.platform is not Platform.X,
        statuses=[(status.value, _(status.value)) for status in Status],
        words=values.get("words", ""),
        tags=values.get("add", ""),
        kept=bool(call.kept),
        problems=[problem] if problem else [],
    )


ROUTES = (
    page("/feedback", feedback, MODERATORS),
    page("/feedback/{number}", one, MODERATORS, keeps=True),
)
