"""The content's files, as far as the pages change them."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from bot.core.content import Content
from bot.core.faq_edits import Edit
from bot.core.history import PastChat

Files: TypeAlias = Mapping[str, str | None]
"""Texts of files by their paths below the content's folder; None for a file that is not there."""


class Library(Protocol):
    """Slow: it reads files. Whoever is on the event loop calls it in a thread."""

    def content(self) -> Content:
        """As the files are now. Raises Problem with all that is wrong with them."""

    def with_edits(self, edits: Sequence[Edit]) -> Content:
        """As it would be after these edits; nothing is changed. Raises Problem where it would have problems."""

    def edit(self, edits: Sequence[Edit]) -> None:
        """Make the edits, all or none of them. Raises Problem where nothing was changed."""

    def with_chats(self, chats: Sequence[tuple[str, Mapping[str, object]]]) -> Files:
        """The files of chats with these fields, and all else that stands in them; None takes one away. Those that
        change nothing are left out. Raises Problem where the content would have problems with them."""

    def files(self, paths: Sequence[str]) -> Files: ...

    def put(self, files: Files) -> None:
        """Write files, and take away those that are None. Doing it twice changes nothing. Raises Problem."""

    def everything(self) -> Mapping[str, bytes]:
        """All files of the content by their paths, pictures too: those without their trail."""

    def history(self) -> Sequence[PastChat]: ...
