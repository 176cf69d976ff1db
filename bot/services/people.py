"""Where the bot writes to somebody directly, by how the settings name them."""

from collections.abc import Collection, Iterator

from bot.context import Context
from bot.core.bodies import Text
from bot.core.events import Person, Place, Platform
from bot.core.outbox import new_post
from bot.ports import Rooms


def private_places(refs: Collection[str], rooms: Rooms) -> Iterator[Place]:
    """Direct messages to people. Who is on no platform (`web:maria`), or on one that is not set up, has none."""
    for ref in sorted(refs):
        name, _, person = ref.partition(":")
        workspace, _, id_ = person.partition("/")
        room = rooms.get(Platform(name)) if name in tuple(Platform) else None
        if id_ and room is not None:
            yield Place(room.platform, workspace, id_, direct=True, service_url=room.service_url)


async def tell_each(ctx: Context, refs: Collection[str], key: str, words: str) -> None:
    """Write to people directly, once to each under a key. Not to who told the bot to stop, nor on X."""
    head = key.partition(":")[0]
    for place in private_places(refs, ctx.rooms):
        person = Person(place.platform, place.workspace, place.channel)
        post = new_post(f"{key}:{ctx.pseudonyms.of(person, head)}", place, Text(words), ctx.now)
        await ctx.send(person, post)
