"""The content in use. When its files change, what they say now takes its place while the bot runs."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.core.answers import Answers
from bot.core.content import Content
from bot.core.problems import Problem
from bot.runtime.wake import Wake

log = structlog.get_logger()


async def nothing_to_follow() -> None:
    """Where nothing else has to know of new content."""


class Shelf:
    """`read` and `stamp` are slow and run in a thread: the files as content, and how they look from outside.

    `make_answers` gives answers with no content yet; `changed` is told after new content has come into use.
    """

    def __init__(
        self,
        content: Content,
        read: Callable[[], Content],
        stamp: Callable[[], object],
        make_answers: Callable[[], Answers],
        changed: Callable[[], Awaitable[None]] = nothing_to_follow,
    ) -> None:
        self.content = content
        self.answers = make_answers()
        self.changed = changed
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

    async def look(self) -> None:
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

    async def _take_up(self, content: Content) -> None:
        """The old answers serve until the new ones are ready."""
        answers = self._make_answers()
        await asyncio.to_thread(answers.matcher, content)
        self.content, self.answers = content, answers
        log.info("new content is in use", entries=len(content.faq), chats=len(content.chats))
        await self.changed()
