"""The content's folder as the pages know it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

from bot.adapters.yaml_content import editing
from bot.adapters.yaml_content.chat_files import chat_text
from bot.adapters.yaml_content.files import FAQ, HISTORY, NOT_FOR_US, listed
from bot.adapters.yaml_content.loading import load, load_history
from bot.core.content import Content
from bot.core.faq_edits import Edit, NewEntry, NotForUs, Phrasing, Reviewed
from bot.core.history import PastChat
from bot.core.pictures import as_it_may_leave
from bot.ports.library import Files


@dataclass(frozen=True)
class ContentFolder:
    folder: Path
    _editing: threading.Lock = field(default_factory=threading.Lock)
    """One at a time: the second edit is made in what the first one wrote."""

    def content(self) -> Content:
        return load(self.folder)

    def with_edits(self, edits: Sequence[Edit]) -> Content:
        with editing.edited(self.folder, [_change(edit) for edit in edits]) as copy:
            return load(copy)

    def edit(self, edits: Sequence[Edit]) -> None:
        with self._editing:
            editing.edit(self.folder, [_change(edit) for edit in edits])

    def with_chats(self, chats: Sequence[tuple[str, Mapping[str, object]]]) -> Files:
        paths = {f"chats/{id_}.yaml": fields for id_, fields in chats}
        olds = self.files(list(paths))
        news = {path: chat_text(olds[path], fields) for path, fields in paths.items()}
        changed: dict[str, str | None] = {path: text for path, text in news.items() if text != olds[path]}
        with editing.edited(self.folder, [(path, _constant(text or "")) for path, text in changed.items()]):
            return changed

    def files(self, paths: Sequence[str]) -> Files:
        return {path: _text(self.folder / path) for path in paths}

    def put(self, files: Files) -> None:
        with self._editing:
            for path, text in files.items():
                editing.put_text(self.folder / path, text)

    def everything(self) -> Mapping[str, bytes]:
        return {path: as_it_may_leave((self.folder / path).read_bytes()) for path in sorted(listed(self.folder))}

    def history(self) -> Sequence[PastChat]:
        file = self.folder / HISTORY
        facts = file.stat() if file.exists() else None
        return _history(self.folder, facts and (facts.st_mtime_ns, facts.st_size))


@lru_cache(maxsize=2)
def _history(folder: Path, _: tuple[int, int] | None) -> Sequence[PastChat]:
    """Read again when the file looks different from outside: that takes longer than the rest of a page."""
    return load_history(folder)


def _constant(text: str) -> Callable[[str], str]:
    return lambda _: text


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None


def _change(edit: Edit) -> editing.Change:
    match edit:
        case Phrasing(entry, text):
            return FAQ, partial(editing.with_phrasing, entry=entry, text=text)
        case NotForUs(text):
            return NOT_FOR_US, partial(editing.with_line, text=text)
        case NewEntry(fields):
            return FAQ, partial(editing.with_entry, entry=fields)
        case Reviewed(entry, day):
            return FAQ, partial(editing.with_field, entry=entry, name="review_by", value=day.isoformat())
