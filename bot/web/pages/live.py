"""The live desk: one chat in its hour, with everything that its hosts can do to it.

It needs no script: it reloads when its host says so, by a header, and never while somebody types. Where scripts run, it
is told that something has changed, and what is in front of its host is brought up to date in place.
"""

from collections.abc import Sequence

from starlette.responses import Response

from bot.core.bodies import Button
from bot.core.feedback import readable as plain
from bot.core.leading import may_steer
from bot.core.live import Sheet, is_question, name_of, words_of
from bot.core.live_words import ASK_TO_END, end_button, read_button
from bot.core.plan import Entry, Standing
from bot.core.problems import Problem
from bot.core.steering import Press, Stays, Verb
from bot.runtime import operations_live
from bot.runtime.operations_live import Desk
from bot.services.hosting import Host, all_sheets, near_sheet
from bot.web.language import gettext as _
from bot.web.language import ngettext
from bot.web.pages.calls import Call, back, page
from bot.web.pages.guard import with_our_script
from bot.web.pages.scripts import DESK, htmx
from bot.web.pages.site import HOSTS, MENU, ROOT

_HTMX = htmx(timeout=15_000)
_EVERY = 20
"""Seconds between two reloads, for those who want the page to reload by itself."""
_LATEST = 5
_MINUTES = (2, 5, 10)
_MENU = (f"{ROOT}/", f"{ROOT}/live", f"{ROOT}/pause")


async def live(call: Call) -> Response:
    """The chats that somebody may steer; the present one at once, where there is only one."""
    async with call.database.transaction() as tx:
        found = [sheet for sheet in await all_sheets(tx, call.now) if _may(call, sheet.chat_id)]
    if len(found) == 1 and not call.asked("done"):
        return back(_path(found[0].chat_id))
    return await call.page("live_list.html", sheets=found, topic=lambda sheet: _topic(call, sheet))


async def desk(call: Call) -> Response:
    chat_id = call.request.path_params["chat"]
    if not _may(call, chat_id):
        return await call.not_found(_("There is no such chat"))
    if pressed := call.form.get("press"):
        return await _press(call, chat_id, pressed)
    return await _shown(call, chat_id)


async def _press(call: Call, chat_id: str, pressed: str) -> Response:
    """A button's value is its verb, chat, version and target; that of minutes has them as its target."""
    try:
        verb, _, version, target = read_button(pressed)
        if verb == ASK_TO_END:
            return await _ask_to_end(call, chat_id)
        wanted = _wanted(Verb(verb), target)
        await operations_live.steered(call.database, call.content, call.now, chat_id, wanted, _host(call), version)
    except (Stays, Problem) as why:
        return await _shown(call, chat_id, str(why))
    return back(_path(chat_id), done="press", **_reloading(call))


def _wanted(verb: Verb, target: str) -> Press:
    if verb is Verb.EXTEND:
        return Press(verb, minutes=int(target) if target.isdecimal() and len(target) < 4 else _MINUTES[1])
    return Press(verb, target)


async def _ask_to_end(call: Call, chat_id: str) -> Response:
    found = await _found(call, chat_id)
    if found is None:
        return await call.not_found(_("There is no such chat"))
    unput = sum(is_question(entry) for entry in found.sheet.upcoming)
    return await call.page("live_end.html", desk=found, unput=unput, end=end_button(found.sheet, found.version))


async def _shown(call: Call, chat_id: str, problem: str = "") -> Response:
    found = await _found(call, chat_id)
    if found is None:
        return await call.not_found(_("There is no such chat"))
    page_ = await call.page(
        "live.html",
        409 if problem else 200,
        desk=found,
        topic=_topic(call, found.sheet),
        running=found.sheet.running(call.now),
        next=next(iter(found.sheet.upcoming), None),
        places=_places(found),
        can=lambda entry: _can(found.sheet, entry, call),
        latest=_LATEST,
        reloading=_reloading(call),
        every=_EVERY,
        name=name_of,
        at_now=call.now,
        # A short one: on a phone, the buttons come first.
        menu=[item for item in MENU if item.path in _MENU and item.roles & call.roles],
        problems=[("", problem)] if problem else [],
        htmx=_HTMX,
        scripts=DESK,
    )
    answer = with_our_script(page_, fetching=True)
    if _reloading(call) and call.request.method == "GET":
        answer.headers["refresh"] = f"{_EVERY}; url={_path(chat_id)}?reload=yes"
    return answer


async def events(call: Call) -> Response:
    """Tells when the desk has changed. `seen` is the state in which its page was made."""
    chat_id = call.request.path_params["chat"]

    async def look() -> str | None:
        return await operations_live.state(call.database, call.site.clock.now(), chat_id)

    if not _may(call, chat_id) or await look() is None:
        return await call.not_found(_("There is no such chat"))
    return call.site.streams.answer(call.request, call.who, look, call.asked("seen"))


async def _found(call: Call, chat_id: str) -> Desk | None:
    return await operations_live.desk(call.database, call.content, call.now, chat_id)


async def _planned(call: Call, chat_id: str) -> Sheet | None:
    async with call.database.transaction() as tx:
        return await near_sheet(tx, call.now, chat_id)


def _places(desk: Desk) -> Sequence[Button | None]:
    """The big buttons, each always in its own place, which is empty while there is nothing to press: when one comes or
    goes, no other gets under a finger."""
    found = {button.value.partition(" ")[0]: button for button in desk.buttons}
    if not found:
        return ()
    extend = found[Verb.EXTEND]
    more = [
        Button(ngettext("%(num)s more minute", "%(num)s more minutes", n), extend.action, f"{extend.value} {n}")
        for n in _MINUTES
    ]
    hold = found.get(Verb.HOLD) or found.get(Verb.GO_ON)
    return (found.get(Verb.NEXT), hold, found.get(Verb.SKIP), found.get(Verb.REPEAT), *more, found[ASK_TO_END])


def _can(sheet: Sheet, entry: Entry, call: Call) -> Sequence[tuple[str, Verb]]:
    """What can be done to one row, beside the big buttons: the words on the button, and the verb."""
    question, coming = is_question(entry), entry in sheet.upcoming
    out = entry.standing is Standing.RELEASED and entry.due <= call.now
    return [
        *([(_("Skip"), Verb.SKIP)] if coming and entry.tail != "wrap" else []),
        *([(_("Put it again"), Verb.REPEAT)] if question and out else []),
        *([(_("Put it after all"), Verb.REPEAT)] if question and entry.standing is Standing.CANCELLED else []),
        *([(_("Take it down"), Verb.HIDE)] if out else []),
    ]


async def words(call: Call) -> Response:
    """A question that is added, or one whose words are changed."""
    chat_id, target = call.request.path_params["chat"], call.form.get("target", call.asked("target"))
    found = await _planned(call, chat_id) if _may(call, chat_id) else None
    entry = found.find(target) if found and target else None
    if found is None or (target and (entry is None or not is_question(entry))):
        return await call.not_found(_("There is no such question"))
    values, problem = call.form or call.kept, ""
    if call.form.get("do") == "save":
        text = " ".join(plain(call.form.get("text", "")).split())
        wanted = Press(Verb.EDIT if target else Verb.INSERT, target, text)
        try:
            await operations_live.steered(call.database, call.content, call.now, chat_id, wanted, _host(call))
            await call.finished()
            return back(_path(chat_id), done="press")
        except Problem as why:
            problem = str(why)
    return await call.page(
        "live_words.html",
        409 if problem else 200,
        chat=chat_id,
        target=target,
        title=_("Change %(row)s", row=name_of(entry)) if entry else _("One more question"),
        text=values.get("text", words_of(entry) if entry else ""),
        kept=bool(call.kept),
        problems=[("text", problem)] if problem else [],
    )


def _may(call: Call, chat_id: str) -> bool:
    return may_steer(chat_id, call.who, call.site.roles, call.content, call.now)


def _host(call: Call) -> Host:
    return Host(call.who, call.session.name)


def _topic(call: Call, sheet: Sheet) -> str:
    chat = call.content.chats.get(sheet.chat_id)
    return chat.topic if chat else sheet.chat_id


def _path(chat_id: str) -> str:
    return f"{ROOT}/live/{chat_id}"


def _reloading(call: Call) -> dict[str, str]:
    return {"reload": "yes"} if call.asked("reload") == "yes" else {}


ROUTES = (
    page("/live", live, HOSTS),
    page("/live/{chat}", desk, HOSTS),
    page("/live/{chat}/events", events, HOSTS),
    page("/live/{chat}/words", words, HOSTS, keeps=True),
)
