"""What is kept of writing for the campaign: drafts, approvals, and what was done to the plan."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.approval import Approval, SignOff
from bot.core.journal import Author, Change
from bot.core.pieces import Picture, Piece
from bot.core.plan import Kind


class Journal(Protocol):
    async def add(self, change: Change) -> int:
        """Keep a change and return its number, which rises."""

    async def get(self, number: int) -> Change | None: ...

    async def list(self, *, about: str | None = None, limit: int = 100) -> Sequence[Change]:
        """Latest first: of one entry, or of all."""

    async def writers(self, abouts: Collection[str]) -> Mapping[str, Author]:
        """Who did the latest of what is in WRITING, by what it was about."""

    async def names(self, refs: Collection[str]) -> Mapping[str, str]:
        """What people were called when they last changed something, by ref."""

    async def forget(self, before: datetime) -> int:
        """Delete what was done before an instant. Returns how many changes."""


class Approvals(Protocol):
    async def put(self, approval: Approval) -> None:
        """Keep what was said last about something, in the place of what was said before."""

    async def among(self, abouts: Collection[str]) -> Mapping[str, Approval]: ...

    async def add_link(self, link: SignOff) -> None: ...

    async def link(self, fingerprint: str, now: datetime) -> SignOff | None:
        """A link that can still be used."""

    async def use_link(self, fingerprint: str, now: datetime) -> SignOff | None:
        """Take a link, which nobody can take again. None when there is none, or when it has ended."""

    async def forget(self, before: datetime) -> None:
        """Delete what was said, and the links that ended, before an instant."""


class Pieces(Protocol):
    async def put(self, piece: Piece) -> bool:
        """Keep a piece whose stored version is `piece.version`, or that is new; the version rises by one."""

    async def get(self, key: str) -> Piece | None: ...

    async def list(self) -> Sequence[Piece]:
        """Latest first."""

    async def queued(self, kind: Kind) -> Sequence[Piece]:
        """Those of a kind that are no drafts any more, latest first."""

    async def under(self, head: str) -> Sequence[Piece]:
        """Those whose keys begin so, latest first."""

    async def drop(self, key: str) -> None:
        """Delete a piece, and its picture with it where no other has it."""

    async def keep_picture(self, picture: Picture) -> None: ...

    async def picture(self, path: str) -> Picture | None: ...

    async def forget(self, before: datetime) -> int:
        """Delete drafts that nobody has touched since an instant. Returns how many."""
