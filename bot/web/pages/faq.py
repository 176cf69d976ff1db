"""The FAQ desk: what people ask in vain becomes a phrasing, an entry, or none of ours; and what wants a look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from bot.core.actions import Problem as FieldProblem
from bot.core.answers.workshop import Change
from bot.core.content import FaqEntry
from bot.core.faq_edits import Edit, NewEntry, NotForUs, Phrasing, Reviewed, new_entry
from bot.core.feedback import readable as plain
from bot.core.problems import Problem
from bot.runtime.operations_faq import decide, gaps
from bot.web.dates import day_words
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, Form, back, page
from bot.web.pages.site import ORGANISERS, ROOT
from bot.web.pages.words import told

_PATH = f"{ROOT}/faq"
_GROUPS = 30
_MOST_TEXTS = 10
_CHANGES = 50
_SOON = timedelta(days=31)
_YEAR = timedelta(days=365)
_FIELDS = ("question", "phrasings", "answer", "short", "source", "link", "owner", "review_by")


@dataclass(frozen=True)
class Line:
    """An entry as the desk lists it: how many found it useful and how many did not, and its next review."""

    entry: FaqEntry
    useful: int
    useless: int
    due: bool

    @property
    def review(self) -> str:
        return day_words(self.entry.review_by) if self.entry.review_by else ""


async def faq(call: Call) -> Response:
    return await _decide(call) if call.form.get("do") else await _shown(call)


async def _shown(call: Call, problem: str = "") -> Response:
    found = await call.site.tools.faq.overview(call.database)
    today = call.now.astimezone(call.content.zone).date()
    lines = [_line(entry, found.ratings, today) for entry in call.content.faq]
    return await call.page(
        "faq.html",
        409 if problem else 200,
        open=found.open,
        groups=found.open.groups[:_GROUPS],
        most=_MOST_TEXTS,
        answered=found.answered,
        plot=gaps(found.open),
        lines=sorted(lines, key=lambda line: (not line.due, line.entry.review_by or date.max, line.entry.id)),
        problems=[("", problem)] if problem else [],
    )


def _line(entry: FaqEntry, ratings: Mapping[str, tuple[int, int]], today: date) -> Line:
    useful, useless = ratings.get(entry.id, (0, 0))
    return Line(entry, useful, useless, entry.review_by is not None and entry.review_by <= today + _SOON)


async def _decide(call: Call) -> Response:
    """A press of a button: done at once where nothing else changes, else shown first."""
    wish, _space, entry = call.form["do"].removeprefix("sure ").partition(" ")
    texts = _texts(call.form)
    today = call.now.astimezone(call.content.zone).date()
    edits: Sequence[Edit]
    match wish:
        case "phrasing":
            edits = [Phrasing(entry, text) for text in texts]
        case "not-for-us":
            edits = [NotForUs(text) for text in texts]
        case "reviewed":
            edits = [Reviewed(entry, today + _YEAR)]
        case _:
            return await _shown(call)
    if not edits:
        return await _shown(call, _("No question is ticked, so nothing was changed. Tick those that you mean."))
    try:
        return await _previewed(call, edits, texts, call.form["do"])
    except Problem as problem:
        return await _shown(call, str(problem))


def _texts(form: Form) -> Sequence[str]:
    ticked = [form.get(f"text.{n}", "") for n in range(_MOST_TEXTS) if f"on.{n}" in form]
    return [" ".join(plain(text).split()) for text in ticked if text.strip()]


async def _previewed(call: Call, edits: Sequence[Edit], texts: Sequence[str], wish: str) -> Response:
    """Raises Problem."""
    desk = call.site.tools.faq
    if not wish.startswith("sure ") and not isinstance(edits[0], Reviewed):
        others = await desk.others(call.database, edits, texts)
        if others:
            return await _check(call, others, f"sure {wish}", _hidden(call.form), f"{ROOT}/faq")
    await decide(call.database, call.site.tools.library, edits, texts, call.who, call.now)
    return back(_PATH, done="faq")


def _hidden(form: Form) -> Mapping[str, str]:
    return {name: value for name, value in form.items() if name not in ("token", "do")}


async def _check(call: Call, others: Sequence[Change], wish: str, hidden: Mapping[str, str], action: str) -> Response:
    return await call.page(
        "faq_check.html", others=others[:_CHANGES], count=len(others), wish=wish, hidden=hidden, action=action
    )


async def new(call: Call) -> Response:
    values = call.form or call.kept or await _beginning(call)
    if not call.form.get("do"):
        return await _form(call, values)
    made = new_entry(values, [entry.id for entry in call.content.faq])
    if not isinstance(made, NewEntry):
        return await _form(call, values, made)
    try:
        text = " ".join(plain(values.get("text", "")).split())
        answer = await _previewed_entry(call, made, [text] if text else [])
    except Problem as problem:
        return await _form(call, values, (FieldProblem("", str(problem), ""),))
    return answer


async def _previewed_entry(call: Call, made: NewEntry, texts: Sequence[str]) -> Response:
    desk = call.site.tools.faq
    if call.form["do"] == "check":
        others = await desk.others(call.database, [made], texts)
        return await _check(call, others, "send", _hidden(call.form), f"{_PATH}/new")
    if call.form["do"] == "send":
        await decide(call.database, call.site.tools.library, [made], texts, call.who, call.now)
        await call.finished()
        return back(_PATH, done="faq")
    return await _form(call, call.form)


async def _beginning(call: Call) -> Form:
    """From a question that nobody answered, or from one that a person did."""
    number = call.asked("answered")
    if number.isascii() and number.isdecimal() and len(number) < 10:
        async with call.database.transaction() as tx:
            question = await tx.questions.get(int(number))
        if question:
            return {"question": question.text, "answer": question.answer}
    return {"question": call.asked("text"), "text": call.asked("text")}


async def _form(call: Call, values: Form, problems: Sequence[FieldProblem] = ()) -> Response:
    return await call.page(
        "faq_new.html",
        400 if problems else 200,
        values={name: values.get(name, "") for name in (*_FIELDS, "text")},
        kept=bool(call.kept),
        problems=told(problems),
    )


ROUTES = (
    page("/faq", faq, ORGANISERS),
    page("/faq/new", new, ORGANISERS, keeps=True),
)
