"""The month: what is planned, as a list by days and as a table."""

from collections.abc import Callable

from starlette.responses import Response

from bot.core.approval import Needs, needs
from bot.core.courtesy import clashes, is_quiet
from bot.core.holidays import bank_holiday
from bot.core.month import beside, bounds, is_month, laid_out
from bot.core.plan import Entry, Kind, Standing
from bot.web.dates import day_words, month_words
from bot.web.language import N_
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, page
from bot.web.pages.plan import may_change
from bot.web.pages.site import EVERYBODY
from bot.web.pages.words import NAMES, chat_title, headline

_COLOURS = {Kind.CHAT: "purple", Kind.ACTION: "green", Kind.CARD: "orange", Kind.ANNOUNCEMENT: "blue"}
_STANDINGS = {
    Standing.HELD: N_("held"),
    Standing.RELEASED: N_("with the publishers, or sent"),
    Standing.CANCELLED: N_("unscheduled"),
}
_NEEDS = {
    Needs.WAITS: N_("waits for approval"),
    Needs.DECLINED: N_("not wanted like this"),
    Needs.APPROVED: N_("approved"),
}


async def month(call: Call) -> Response:
    today = call.now.astimezone(call.content.zone).date()
    wanted = call.asked("month")
    name = wanted if is_month(wanted) else f"{today:%Y-%m}"
    since, until = bounds(name, call.content.zone)
    async with call.database.transaction() as tx:
        entries = await tx.plan.list(since=since, until=until)
        given = await tx.approvals.among([entry.key for entry in entries if entry.kind in call.site.approve])
        chats = await tx.pieces.queued(Kind.CHAT)
    close = clashes(entries)
    titled = _titled(call, {f"chat:{piece.about}": piece.title for piece in chats})
    return await call.page(
        "month.html",
        month=laid_out(name, entries),
        holiday=bank_holiday,
        titled=titled,
        odd=lambda entry: [
            *_quiet(entry),
            *dict.fromkeys(_("close to %(title)s", title=titled(it)) for it in close.get(entry.key, ())),
        ],
        title=month_words(name),
        before=beside(name, -1),
        after=beside(name, 1),
        month_words=month_words,
        day_words=day_words,
        kinds={kind: named.label for kind, named in NAMES.items()},
        colours=_COLOURS,
        standing=lambda entry: _became(entry, needs(entry, call.site.approve, given.get(entry.key))),
        may_change=lambda entry: may_change(entry, call),
        focus=next((plan.focus for plan in call.content.actions if plan.month == name), ""),
        today=today,
    )


def _titled(call: Call, composed: dict[str, str]) -> Callable[[Entry], str]:
    """What goes out, in a line; of a composed chat, whose it is as well."""

    def titled(entry: Entry) -> str:
        topic = composed.get(entry.group) if entry.kind is Kind.CHAT else None
        return chat_title(topic, entry) if topic else headline(entry, call.content)

    return titled


def _became(entry: Entry, needed: Needs) -> str:
    if entry.standing in (Standing.PLANNED, Standing.HELD) and needed is not Needs.NOTHING:
        return _(_NEEDS[needed])
    return _(_STANDINGS[entry.standing]) if entry.standing in _STANDINGS else ""


def _quiet(entry: Entry) -> list[str]:
    """The bank holiday stands at the day itself."""
    open_ = entry.kind is not Kind.CHAT and entry.standing is not Standing.CANCELLED
    return [_("in quiet hours")] if open_ and is_quiet(entry) else []


ROUTES = (page("/month", month, EVERYBODY),)
