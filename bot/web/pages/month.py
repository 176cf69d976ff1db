"""The month: what is planned, as a list by days and as a table."""

from starlette.responses import Response

from bot.core.dates import day_words, month_words
from bot.core.month import beside, bounds, is_month, laid_out
from bot.core.plan import Entry, Kind, Standing
from bot.web.pages.site import EVERYBODY, Call, page

_KINDS = {Kind.CHAT: "Chat", Kind.ACTION: "Key action", Kind.CARD: "Card"}
_COLOURS = {Kind.CHAT: "purple", Kind.ACTION: "green", Kind.CARD: "orange"}
_STANDINGS = {Standing.PLANNED: "", Standing.RELEASED: "with the publishers, or sent", Standing.CANCELLED: "cancelled"}


async def month(call: Call) -> Response:
    today = call.now.astimezone(call.content.zone).date()
    wanted = call.asked("month")
    name = wanted if is_month(wanted) else f"{today:%Y-%m}"
    since, until = bounds(name, call.content.zone)
    async with call.database.transaction() as tx:
        entries = await tx.plan.list(since=since, until=until)
    return await call.page(
        "month.html",
        month=laid_out(name, entries),
        title=month_words(name),
        before=beside(name, -1),
        after=beside(name, 1),
        month_words=month_words,
        day_words=day_words,
        kinds=_KINDS,
        colours=_COLOURS,
        standing=lambda entry: _STANDINGS.get(entry.standing, str(entry.standing)),
        may_change=lambda entry: may_change(entry, call),
        focus=next((plan.focus for plan in call.content.actions if plan.month == name), ""),
        today=today,
    )


def may_change(entry: Entry, call: Call) -> bool:
    """Whether the pages can change it: a key action that is still to come."""
    return entry.kind is Kind.ACTION and entry.standing is Standing.PLANNED and entry.due > call.now


ROUTES = (page("/month", month, EVERYBODY),)
