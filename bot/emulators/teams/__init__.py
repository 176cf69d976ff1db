"""Microsoft Teams: the login and key services, the Bot Connector, Graph, and the people who use it."""

from aiohttp import web

from bot.emulators.teams.connector import Connector, guarded
from bot.emulators.teams.control import Control
from bot.emulators.teams.delivery import Courier
from bot.emulators.teams.graph import Graph
from bot.emulators.teams.sign_in import provider
from bot.emulators.teams.state import State
from bot.emulators.teams.tokens import Keys, token_routes
from bot.emulators.world import World, watched


class Emulator:
    def __init__(self, world: World) -> None:
        self.world = world
        self.keys = Keys()
        self.state = State(world)
        self.courier = Courier(self.state, self.keys)
        self.connector = Connector(world, self.state)
        self.graph = Graph(world, self.state)
        self.sign_in = provider(world)
        self.people = Control(world, self.state, self.keys, self.courier)

    def reset(self) -> None:
        """Back to the preset world. The signing key stays: bots keep it in memory for a day."""
        self.courier.stop()
        self.sign_in.reset()
        self.state = State(self.world)
        self.courier = Courier(self.state, self.keys)
        self.connector.state = self.graph.state = self.people.state = self.state
        self.people.courier = self.courier

    def public(self) -> web.Application:
        app = web.Application(middlewares=[watched(self.world, "teams", "/teams"), guarded(self.keys)])
        app.add_routes(token_routes(self.world, self.keys, self.sign_in))
        app.add_routes(self.sign_in.routes())
        app.add_routes(self.connector.routes())
        app.add_routes(self.graph.routes())
        return app

    def control(self) -> web.Application:
        app = web.Application()
        app.add_routes([*self.people.routes(), *self.sign_in.control()])
        return app
