"""The slack emulator."""

from aiohttp import web

from bot.emulators.world import World


class Emulator:
    def __init__(self, world: World) -> None:
        self.world = world

    def reset(self) -> None: ...

    def public(self) -> web.Application:
        return web.Application()

    def control(self) -> web.Application:
        return web.Application()
