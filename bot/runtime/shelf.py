"""The content in use. When its files change, what they say now takes its place while the bot runs."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.core.answers import Answers
from bot.core.content import Chat, Content
from bot.core.problems import Problem
from bot.runtime.wake import Wake
from bot.services.chats import with_chats

log = structlog.get_logger()


async def nothing_to_follow() -> None:
    """Where nothing else has to know of new content."""


async def no_chats(_: Content) -> Mapping[str, Chat]:
    """Where nobody composes any."""
    return {}


class Shelf:
    """`read` and `stamp` are slow and run in a thread: the files as content, and how they look from outside.

    `make_answers` gives answers with no content yet; `changed` is told after new content has come into use.
    `composed` gives the chats that were written on the pages, which are content like those of the files.
    """

    def __init__(
        self,
        content: Content,
        read: Callable[[], Content],
        stamp: Callable[[], object],
        make_answers: Callable[[], Answers],
        changed: Callable[[], Awaitable[None]] = nothing_to_follow,
        composed: Callable[[Content], Awaitable[Mapping[str, Chat]]] = no_chats,
    ) -> None:
        self.content = content
        self.answers = make_answers()
        self.changed = changed
        self._files, self._chats = content, dict[str, Chat]()
        self._composed = composed
        self._read = read
        self._stamp = stamp
        self._make_answers = make_answers
        self._in_use: object = None
        self._seen: object = None
        self.wake = Wake()

    async def prepare(self) -> None:
        """Have the answers ready before the first question comes."""
        await asyncio.to_thread(self.answers.matcher, self.content)

    async def run(self) -> None:
        self._in_use = self._seen = await asyncio.to_thread(self._stamp)
        while True:
            await self.wake.wait()
            await self.look()

    async def compose(self) -> None:
        """Put the composed chats beside those of the files; at the start, before anything goes by the content."""
        self._chats = dict(await self._composed(self._files))
        self.content = with_chats(self._files, self._chats)

    async def look(self) -> None:
        await self._look_at_files()
        if await self._composed(self._files) != self._chats:
            await self._take_up(self._files)

    async def _look_at_files(self) -> None:
        """Take up what has changed, once the files have come to rest: an editor may be half-way through."""
        stamp = await asyncio.to_thread(self._stamp)
        at_rest, self._seen = stamp == self._seen, stamp
        if not at_rest or stamp == self._in_use:
            return
        self._in_use = stamp
        try:
            content = await asyncio.to_thread(self._read)
        except Problem as problem:
            log.warning("the content has problems, so what it said before stays in use", problems=str(problem))
            return
        await self._take_up(content)

    async def _take_up(self, files: Content) -> None:
        """The old answers serve until the new ones are ready."""
        chats = dict(await self._composed(files))
        content = with_chats(files, chats)
        answers = self._make_answers()
        await asyncio.to_thread(answers.matcher, content)
        self._files, self._chats = files, chats
        self.content, self.answers = content, answers
        log.info("new content is in use", entries=len(content.faq), chats=len(content.chats))
        await self.changed()
