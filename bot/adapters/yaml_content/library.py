"""The content's folder as the pages know it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.adapters.yaml_content import editing
from bot.adapters.yaml_content.files import FAQ, NOT_FOR_US
from bot.adapters.yaml_content.loading import load, load_history
from bot.core.content import Content
from bot.core.faq_edits import Edit, NewEntry, NotForUs, Phrasing, Reviewed
from bot.core.history import PastChat


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

    def history(self) -> Sequence[PastChat]:
        return load_history(self.folder)


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
