"""`python -m bot.emulators [--port N]`: serve the three platforms on loopback until stopped.

Prints one line of JSON, `{"base": "http://127.0.0.1:PORT"}`, once it listens. `/x`, `/slack` and `/teams`
speak the platforms' protocols; `/_control` is for tests and the demo. Ends when its standard input closes,
so that it never outlives the program that started it.
"""

import argparse
import asyncio
import json
import sys

from aiohttp import web

from bot.emulators import slack, teams, x
from bot.emulators.world import World, control_routes


def build(world: World) -> web.Application:
    app = web.Application(client_max_size=20 * 2**20)
    control = web.Application()
    forget = []
    for name, platform in (("x", x), ("slack", slack), ("teams", teams)):
        emulator = platform.Emulator(world)
        app.add_subapp(f"/{name}/", emulator.public())
        control.add_subapp(f"/{name}/", emulator.control())
        forget.append(emulator.reset)
    control.add_routes(control_routes(world, forget))
    app.add_subapp("/_control/", control)
    return app


async def serve(port: int) -> None:
    world = World()
    runner = web.AppRunner(build(world), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    world.base = runner.addresses[0] and f"http://127.0.0.1:{runner.addresses[0][1]}"
    print(json.dumps({"base": world.base}), flush=True)
    try:
        await asyncio.to_thread(sys.stdin.buffer.read)
    finally:
        await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.emulators", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
