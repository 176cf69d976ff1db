"""X, as far as a campaign bot meets it: API v2 with OAuth 1.0a, its rules of 2026 and its rate windows."""

from typing import Any

from aiohttp import web

from bot.emulators.world import Handler, World, watched
from bot.emulators.x import control, reading, writing
from bot.emulators.x.limits import Limits
from bot.emulators.x.problems import Problem, too_many_requests, unauthorized
from bot.emulators.x.state import State


class Emulator:
    def __init__(self, world: World) -> None:
        self.world = world
        self.reset()

    def reset(self) -> None:
        self.state = State(self.world)
        self.limits = Limits()

    def public(self) -> web.Application:
        app = web.Application(middlewares=[watched(self.world, "x", "/x"), self._guarded()], client_max_size=20 * 2**20)
        app.add_routes(reading.routes(lambda: self.state))
        app.add_routes(writing.routes(lambda: self.state))
        return app

    def control(self) -> web.Application:
        app = web.Application()
        app.add_routes(control.routes(lambda: self.state))
        return app

    def _guarded(self) -> Any:
        @web.middleware
        async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
            headers: dict[str, str] = {}
            try:
                if not self.state.keys.verify(request):
                    raise unauthorized()
                name = f"{request.method} {request.path.removeprefix('/x')}"
                within, headers = self.limits.count(name, self.world.clock)
                if not within:
                    raise too_many_requests()
                response = await handler(request)
            except Problem as problem:
                response = problem.response()
            response.headers.update(headers)
            return response

        return middleware
