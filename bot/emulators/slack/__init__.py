"""Slack on loopback: Web API, Socket Mode and HTTP delivery, response URLs, uploads."""

from aiohttp import web

from bot.emulators.slack import api, messages, uploads
from bot.emulators.slack.control import control_app
from bot.emulators.slack.delivery import Deliveries
from bot.emulators.slack.sign_in import provider
from bot.emulators.slack.workspace import SlackError, Workspace
from bot.emulators.world import World, watched


class Emulator:
    def __init__(self, world: World) -> None:
        self.world = world
        self.workspace = Workspace(world)
        self.deliveries = Deliveries(self.workspace)
        self.sign_in = provider(world)

    def reset(self) -> None:
        self.workspace.reset()
        self.deliveries.reset()
        self.sign_in.reset()

    def public(self) -> web.Application:
        app = web.Application(middlewares=[watched(self.world, "slack", "/slack")], client_max_size=20 * 2**20)
        app.add_routes(self.sign_in.routes())
        app.router.add_post("/api/openid.connect.token", self._token)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_post("/respond/{id}", self._respond)
        app.router.add_get("/link/", self.deliveries.link)
        return app

    def control(self) -> web.Application:
        app = control_app(self.workspace, self.deliveries)
        app.add_routes(self.sign_in.control())
        return app

    async def _token(self, request: web.Request) -> web.Response:
        return self.sign_in.exchange(request, await request.post())

    async def _api(self, request: web.Request) -> web.Response:
        return await api.answer(self.workspace, request)

    async def _upload(self, request: web.Request) -> web.Response:
        return await uploads.receive(self.workspace, request)

    async def _respond(self, request: web.Request) -> web.Response:
        try:
            messages.respond(self.workspace, request.match_info["id"], await request.json())
        except SlackError as error:
            return web.json_response(api.failure(error), status=404)
        return web.Response(text="ok")
