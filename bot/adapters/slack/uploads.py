"""Slack's three steps for a file: ask for a URL, send the bytes there, complete. Only sharing makes it visible."""

import asyncio
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.outcomes import AnswerError, NotYetError, UnanswerableError
from bot.adapters.slack.web import TIMEOUT, told
from bot.core.bodies import Media
from bot.ports import ReadPicture

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds between looks: Slack prepares a picture for some moments, and refuses a message that shows it earlier."""


class Uploads:
    """Keeps in mind which pictures Slack has, so that trying a post again sends none twice."""

    def __init__(self, web: AsyncWebClient, read: ReadPicture) -> None:
        self._web = web
        self._read = read
        self._pictures: dict[Media, str] = {}

    async def picture(self, media: Media) -> str:
        """The id of a picture that a message can show."""
        if media not in self._pictures:
            content = await asyncio.to_thread(self._content, media.path)
            id = await self.upload(Path(media.path).name, content, media.alt)
            await self._web.files_completeUploadExternal(files=[{"id": id, "title": Path(media.path).stem}])
            self._pictures[media] = id
        await self._until_ready(self._pictures[media])
        return self._pictures[media]

    async def upload(self, name: str, content: bytes, alt: str = "") -> str:
        """Send the bytes. Nobody sees the file until it is completed."""
        place = await self._web.files_getUploadURLExternal(filename=name, length=len(content), alt_txt=alt or None)
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session,
            session.post(told(place, "upload_url", str), data=content, proxy=self._web.proxy) as answer,
        ):
            if answer.status != 200:
                raise AnswerError(answer.status, await answer.text(), answer.headers.get("Retry-After", ""))
        return told(place, "file_id", str)

    async def share(self, id: str, name: str, channel: str, comment: str, web: AsyncWebClient) -> str:
        await web.files_completeUploadExternal(
            files=[{"id": id, "title": name}], channel_id=channel, initial_comment=comment
        )
        return id

    def _content(self, path: str) -> bytes:
        try:
            return self._read(path)
        except OSError as error:
            raise UnanswerableError(f"The picture {path} cannot be read: {error.strerror}.") from None

    async def _until_ready(self, id: str) -> None:
        for pause in _PAUSES:
            answer = await self._web.files_info(file=id)
            if told(answer, "file", dict).get("mimetype"):
                return
            await asyncio.sleep(pause)
        raise NotYetError("Slack is still preparing the picture.")
