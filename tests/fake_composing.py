"""Stand-ins for the ports of writing: they pass the same contract suite as the real ones."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.approval import Approval, SignOff
from bot.core.journal import WRITING, Author, Change
from bot.core.pieces import Picture, Piece
from bot.core.plan import Kind


@dataclass
class FakeJournal:
    changes: list[Change] = field(default_factory=list)

    async def add(self, change: Change) -> int:
        number = self.changes[-1].number + 1 if self.changes else 1
        self.changes.append(replace(change, number=number))
        return number

    async def get(self, number: int) -> Change | None:
        return next((change for change in self.changes if change.number == number), None)

    async def list(self, *, about: str | None = None, limit: int = 100) -> Sequence[Change]:
        return [change for change in reversed(self.changes) if about in (None, change.about)][:limit]

    async def writers(self, abouts: Collection[str]) -> Mapping[str, Author]:
        return {it.about: it.author for it in self.changes if it.about in abouts and it.what in WRITING}

    async def names(self, refs: Collection[str]) -> Mapping[str, str]:
        return {it.who: it.name for it in self.changes if it.who in refs and it.name}

    async def forget(self, before: datetime) -> int:
        had = len(self.changes)
        self.changes = [change for change in self.changes if change.at >= before]
        return had - len(self.changes)


@dataclass
class FakeApprovals:
    given: dict[str, Approval] = field(default_factory=dict)
    links: dict[str, SignOff] = field(default_factory=dict)

    async def put(self, approval: Approval) -> None:
        self.given[approval.about] = approval

    async def among(self, abouts: Collection[str]) -> Mapping[str, Approval]:
        return {about: self.given[about] for about in abouts if about in self.given}

    async def add_link(self, link: SignOff) -> None:
        self.links[link.fingerprint] = link

    async def link(self, fingerprint: str, now: datetime) -> SignOff | None:
        link = self.links.get(fingerprint)
        return link if link and now < link.ends else None

    async def use_link(self, fingerprint: str, now: datetime) -> SignOff | None:
        link = self.links.pop(fingerprint, None)
        return link if link and now < link.ends else None

    async def forget(self, before: datetime) -> None:
        self.given = {about: given for about, given in self.given.items() if given.at >= before}
        self.links = {key: link for key, link in self.links.items() if link.ends >= before}


@dataclass
class FakePieces:
    rows: dict[str, Piece] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)

    async def put(self, piece: Piece) -> bool:
        stored = self.rows.get(piece.key)
        if (stored.version if stored else 0) != piece.version:
            return False
        self.rows[piece.key] = replace(piece, version=piece.version + 1)
        return True

    async def get(self, key: str) -> Piece | None:
        return self.rows.get(key)

    async def list(self) -> Sequence[Piece]:
        return sorted(self.rows.values(), key=lambda piece: (-piece.at.timestamp(), piece.key))

    async def queued(self, kind: Kind) -> Sequence[Piece]:
        return [piece for piece in await self.list() if piece.kind is kind and piece.about]

    async def under(self, head: str) -> Sequence[Piece]:
        return [piece for piece in await self.list() if piece.key.startswith(head)]

    async def drop(self, key: str) -> None:
        piece = self.rows.pop(key, None)
        path = piece.values.get("picture", "") if piece else ""
        if not any(other.values.get("picture") == path for other in self.rows.values()):
            self.pictures.pop(path, None)

    async def keep_picture(self, picture: Picture) -> None:
        self.pictures.setdefault(picture.path, picture)

    async def picture(self, path: str) -> Picture | None:
        return self.pictures.get(path)

    async def forget(self, before: datetime) -> int:
        old = [piece.key for piece in self.rows.values() if piece.at < before and not piece.about]
        for key in old:
            await self.drop(key)
        return len(old)
