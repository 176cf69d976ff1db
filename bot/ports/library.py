"""The content's files, as far as the pages change them."""

from collections.abc import Sequence
from typing import Protocol

from bot.core.content import Content
from bot.core.faq_edits import Edit
from bot.core.history import PastChat


class Library(Protocol):
    """Slow: it reads files. Whoever is on the event loop calls it in a thread."""

    def content(self) -> Content:
        """As the files are now. Raises Problem with all that is wrong with them."""

    def with_edits(self, edits: Sequence[Edit]) -> Content:
        """As it would be after these edits; nothing is changed. Raises Problem where it would have problems."""

    def edit(self, edits: Sequence[Edit]) -> None:
        """Make the edits, all or none of them. Raises Problem where nothing was changed."""

    def history(self) -> Sequence[PastChat]: ...
