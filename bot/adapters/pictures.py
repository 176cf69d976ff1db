"""Pictures on their way out. Uploaded ones go from the database into the content folder, where all are read.

They are written when a post needs them, so it does not matter in which process or on which machine they were uploaded.
"""

import asyncio
import secrets
from errno import ENOENT
from pathlib import Path

import structlog

from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.outbox import Finding, Outcome, Post
from bot.core.pictures import as_it_may_leave
from bot.ports import Database, ItsTime, PlatformClient, ReadPicture

log = structlog.get_logger()


def pictures_of(folder: Path) -> ReadPicture:
    """Reads pictures of the content folder for whoever sends them: the one place where they lose their trail.

    A damaged one, and what is no picture, goes as it is: only the platform knows whether it can show that, and says so.
    """
    root = folder.resolve()

    def read(path: str) -> bytes:
        file = (root / path).resolve()
        if not file.is_relative_to(root):
            raise FileNotFoundError(ENOENT, "it is outside the content folder", path)
        return as_it_may_leave(file.read_bytes())

    return read


class Pictures:
    """`folder` is the content folder, to which the paths of pictures are relative."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    async def bring(self, path: str) -> None:
        """Have a picture in the folder, if it was uploaded. One that cannot be written is told by whoever reads it."""
        if (self._folder / path).exists():
            return
        async with self._database.transaction() as tx:
            picture = await tx.pieces.picture(path)
        if picture is None:
            return
        try:
            await asyncio.to_thread(_write, self._folder / path, picture.data)
        except OSError as error:
            log.warning("picture not written", path=path, reason=str(error))


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: others may be reading, and another platform's client may write it at the same moment. Hidden,
    # because it is no content.
    part = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    part.write_bytes(data)
    part.replace(file)


class WithPictures:
    """A platform's client, for whom uploaded pictures are brought before it delivers."""

    def __init__(self, client: PlatformClient, pictures: Pictures) -> None:
        self.platform: Platform = client.platform
        self._client = client
        self._pictures = pictures

    async def deliver(self, post: Post, its_time: ItsTime) -> Outcome:
        for media in post.body.media if isinstance(post.body, Text) else ():
            await self._pictures.bring(media.path)
        return await self._client.deliver(post, its_time)

    async def find(self, post: Post) -> Finding:
        return await self._client.find(post)

    async def close(self) -> None:
        await self._client.close()
