"""Where the bot writes to somebody directly, by how the settings name them."""

from collections.abc import Collection, Iterator

from bot.core.events import Place, Platform
from bot.ports import Rooms


def private_places(refs: Collection[str], rooms: Rooms) -> Iterator[Place]:
    """Direct messages to people. Who is on no platform (`web:maria`), or on one that is not set up, has none."""
    for ref in sorted(refs):
        name, _, person = ref.partition(":")
        workspace, _, id_ = person.partition("/")
        room = rooms.get(Platform(name)) if name in tuple(Platform) else None
        if id_ and room is not None:
            yield Place(room.platform, workspace, id_, direct=True, service_url=room.service_url)
