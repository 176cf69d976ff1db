"""All pages, ready to be mounted beside the platforms' doors."""

from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web.language import N_, Spoken
from bot.web.language import gettext as _
from bot.web.pages import (
    actions,
    alike,
    approvals,
    chats,
    compose,
    faq,
    feed,
    feedback,
    home,
    imports,
    live,
    month,
    passkeys,
    pause,
    plan,
    posts,
    series,
    sign_in,
    sign_in_with,
)
from bot.web.pages.guard import Guard
from bot.web.pages.site import FOLDER, ROOT, Site

ROUTES: tuple[Route, ...] = (
    *home.ROUTES,
    *month.ROUTES,
    *actions.ROUTES,
    *live.ROUTES,
    *chats.ROUTES,
    *faq.ROUTES,
    *imports.ROUTES,
    *alike.ROUTES,
    *feedback.ROUTES,
    *compose.ROUTES,
    *plan.ROUTES,
    *series.ROUTES,
    *approvals.ROUTES,
    *feed.ROUTES,
    *posts.ROUTES,
    *pause.ROUTES,
    *sign_in.ROUTES,
    *passkeys.ROUTES,  # before those of the services, whose names stand in the same place
    *sign_in_with.ROUTES,
)


class _Files(StaticFiles):
    """Their addresses change with their content, so browsers need not ask again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code == 200:
            answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


def pages(site: Site) -> Mount:
    files = Mount("/static", _Files(directory=FOLDER / "static"))
    app = Starlette(
        routes=[*ROUTES, files],
        middleware=[Middleware(Guard, url=site.url)],
        exception_handlers={
            404: _problem(site, 404, *_NOT_FOUND),
            413: _problem(site, 413, *_TOO_LARGE),
            Exception: _problem(site, 500, *_FAILED),
        },
    )
    app.state.site = site
    return Mount(ROOT, app=app, middleware=[Middleware(Spoken, languages=site.languages)])


_NOT_FOUND = (N_("There is no such page"), N_("Check the address, or begin at the home page."))
_TOO_LARGE = (
    N_("That is too much to take in"),
    N_("Nothing was done. Go back, shorten what you wrote (a file can have 5 MB), and send it again."),
)
_FAILED = (
    N_("Sorry, something went wrong"),
    N_(
        "The fault is on our side, and it is in the bot's log. Go back and try again; if it happens again, tell "
        "whoever runs the bot."
    ),
)


def _problem(site: Site, status: int, title: str, words: str) -> Any:
    async def answer(_request: Request, _error: Exception) -> Response:
        values: Mapping[str, Any] = {"title": _(title), "words": _(words)}
        return site.rendered("problem.html", status, **values)

    return answer
