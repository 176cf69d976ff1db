"""The second pair of eyes: what waits for one, the page on which to say yes or no, and the one-time link for somebody
without an account."""

from collections.abc import Iterable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.access import fingerprint
from bot.core.approval import LONGEST_REASON, Needs, Verdict, needs, print_of, waiting
from bot.core.compose import chat_summary
from bot.core.journal import Author, differences
from bot.core.plan import SERIES, Entry, Kind
from bot.core.preview import previews
from bot.core.series import summary
from bot.ports import Transaction
from bot.services.approving import decide, make_sign_off, sign_off, subject
from bot.services.naming import naming
from bot.services.planning import writer, writers
from bot.web.language import N_
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, back, page, sent, shown_picture
from bot.web.pages.site import ORGANISERS, ROOT, Site, readable
from bot.web.pages.words import who_sees

_LONGEST_NAME = 100
APPROVABLE_FOR = timedelta(days=31)
"""A card can still be approved so long after its day; everything else is over sooner."""
_MOST = 50
_SAY_WHAT = N_("Say what should be different, so that it can be mended.")


async def waiting_for(tx: Transaction, call: Call, planned: Iterable[Entry]) -> list[Entry]:
    """Everything that waits for a second person, the next to go out first. `planned` begins APPROVABLE_FOR ago."""
    team = call.team
    if not team.kinds:
        return []
    chats = await tx.pieces.queued(Kind.CHAT) if Kind.CHAT in team.kinds else ()
    wholes = [chat_summary(piece, team.content, team.rooms) for piece in chats]
    wholes += [summary(piece, team.content, team.rooms) for piece in await tx.pieces.under(SERIES)]
    coming = (entry for entry in planned if entry.cut_off > call.now)
    entries = [entry for entry in (*coming, *wholes) if entry and entry.kind in team.kinds]
    given = await tx.approvals.among([entry.key for entry in entries])
    return sorted(waiting(entries, team.kinds, given, call.now), key=lambda entry: entry.due)


async def listed(call: Call) -> Response:
    async with call.database.transaction() as tx:
        planned = await tx.plan.list(since=call.now - APPROVABLE_FOR)
        entries = await waiting_for(tx, call, planned)
        by = await writers(tx, entries[:_MOST])
        called = await naming(tx, {author.ref for author in by.values()})
    return await call.page(
        "approvals.html",
        entries=entries[:_MOST],
        more=max(len(entries) - _MOST, 0),
        writers=by,
        called=called,
        kinds=call.site.approve,
    )


async def item(call: Call) -> Response:
    about, wish = readable(call.request.path_params["about"]), call.form.get("do", "")
    if wish in tuple(Verdict):
        return await _decide(call, about, Verdict(wish))
    if wish == "link":
        return await _link(call, about)
    return await _shown(call, about)


async def _decide(call: Call, about: str, verdict: Verdict) -> Response:
    words = call.form.get("words", "").strip()[:LONGEST_REASON]
    if verdict is Verdict.NO and not words:
        return await _shown(call, about, ("words", _(_SAY_WHAT)))
    async with call.database.transaction() as tx:
        done = await decide(tx, call.team, about, call.form.get("print", ""), verdict, call.author, call.now, words)
    if not done.done:
        return await _shown(call, about, ("", done.said))
    await call.finished()
    return back(f"{ROOT}/approvals", done="approved" if verdict is Verdict.YES else "declined")


async def _link(call: Call, about: str) -> Response:
    name = call.form.get("name", "").strip()[:_LONGEST_NAME]
    if not name:
        return await _shown(call, about, ("name", _("Write for whom the link is.")))
    async with call.database.transaction() as tx:
        link = await make_sign_off(tx, call.team, about, name, call.who, call.now)
    return await _shown(call, about, link=link or "", link_for=name)


async def _shown(call: Call, about: str, *problems: tuple[str, str], link: str = "", link_for: str = "") -> Response:
    async with call.database.transaction() as tx:
        entry = await subject(tx, call.team, about)
        by = await writer(tx, entry) if entry else Author("")
        given = (await tx.approvals.among([about])).get(about)
        changes = await tx.journal.list(about=about, limit=1)
        called = await naming(tx, [by.ref, *({given.by} if given else ())])
    if entry is None:
        return await call.not_found(_("There is no such thing to approve"))
    wanted = needs(entry, call.site.approve, given)
    before = changes[0].before if changes else None
    return await call.page(
        "approval.html",
        409 if problems else 200,
        entry=entry,
        previews=previews(entry),
        where={on: who_sees(room) for on, room in call.site.rooms.items()},
        by=by,
        called=called,
        own=by.ref == call.who,
        waits=bool(waiting([entry], call.site.approve, {about: given} if given else {}, call.now)),
        given=given if wanted in (Needs.APPROVED, Needs.DECLINED) else None,
        differences=differences(before, entry, call.content.zone) if before else (),
        print=print_of(entry),
        values=call.form or call.kept,
        link=link if link.startswith("http") else link and f"{call.request.base_url}{link.lstrip('/')}",
        link_for=link_for,
        problems=problems,
    )


async def show_sign_off(request: Request) -> Response:
    """For the holder of a one-time link. Only a button uses the link up."""
    site: Site = request.app.state.site
    token = readable(request.query_params.get("link", ""))
    return await _own(site, request, token) or await _sign_off_page(site, token)


async def take_sign_off(request: Request) -> Response:
    site: Site = request.app.state.site
    form, now = await sent(request), site.clock.now()
    token, words = form.get("link", ""), form.get("words", "").strip()[:LONGEST_REASON]
    if refused := await _own(site, request, token):
        return refused
    verdict = Verdict.NO if form.get("do") == Verdict.NO else Verdict.YES
    if form.get("do") not in tuple(Verdict) or (verdict is Verdict.NO and not words):
        return await _sign_off_page(site, token, _(_SAY_WHAT))
    async with site.database.transaction() as tx:
        done = await sign_off(tx, site.team, token, verdict, words, now)
    if not done.done:
        return await _sign_off_page(site, token, done.said)
    yes = verdict is Verdict.YES
    thanks = _("Thank you. It can go out now.") if yes else _("Thank you. It does not go out like this.")
    return site.rendered("problem.html", 200, title=thanks, words=_("You can close this page. The link is used up."))


async def _own(site: Site, request: Request, token: str) -> Response | None:
    """Words for whoever made the link, or wrote what it is for: they cannot be the second person by it."""
    now = site.clock.now()
    session = await site.session(request.cookies.get(site.cookie, ""), now)
    async with site.database.transaction() as tx:
        link = await tx.approvals.link(fingerprint(token), now) if session else None
        entry = await subject(tx, site.team, link.about) if link else None
        by = await writer(tx, entry) if entry else Author("")
    if link is None or session is None or session.who not in (link.by, by.ref):
        return None
    said = _(
        "You made it, or wrote what it shows. Send it to %(name)s; the plan’s history says whose link it was.",
        name=link.name,
    )
    return site.rendered("problem.html", 403, title=_("This link is not for you"), words=said)


async def sign_off_picture(request: Request) -> Response:
    """The picture that a one-time link is for; nothing else is shown to its holder."""
    site: Site = request.app.state.site
    token = readable(request.query_params.get("link", ""))
    async with site.database.transaction() as tx:
        link = await tx.approvals.link(fingerprint(token), site.clock.now())
        entry = await subject(tx, site.team, link.about) if link else None
        paths = [media.path for body in entry.bodies.values() for media in body.media] if entry else []
        picture = await tx.pieces.picture(paths[0]) if paths else None
    return shown_picture(picture) if picture else Response(status_code=404)


async def _sign_off_page(site: Site, token: str, problem: str = "") -> Response:
    now = site.clock.now()
    async with site.database.transaction() as tx:
        link = await tx.approvals.link(fingerprint(token), now) if token else None
        entry = await subject(tx, site.team, link.about) if link else None
    if link is None or entry is None or print_of(entry) != link.print:
        said = _("It was used, it has ended, or what it was for has changed since. Please ask for a new one.")
        return site.rendered("problem.html", 410, title=_("This link does not work any more"), words=said)
    return site.rendered(
        "sign_off.html",
        400 if problem else 200,
        entry=entry,
        previews=previews(entry),
        name=link.name,
        link=token,
        where={on: who_sees(room) for on, room in site.rooms.items()},
        problems=[("words", problem)] if problem else [],
    )


ROUTES = (
    page("/approvals", listed, ORGANISERS),
    page("/approvals/{about}", item, ORGANISERS, keeps=True),
    Route("/sign-off", show_sign_off, methods=["GET"]),
    Route("/sign-off", take_sign_off, methods=["POST"]),
    Route("/sign-off/picture", sign_off_picture, methods=["GET"]),
)
