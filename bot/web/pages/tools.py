"""What some pages need of the outside, as the composition root hands it to them: files, and the content in use."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.core.content import Content
from bot.core.feedback import Row
from bot.core.feedback_sheet import Format
from bot.ports.library import Library
from bot.ports.sheets import Sheets
from bot.runtime.operations_faq import FaqDesk


class FeedbackFile(Protocol):
    def write(self, rows: Sequence[Row]) -> None: ...


class OpenFeedbackFile(Protocol):
    def __call__(
        self, file: Path, kind: Format, zone: ZoneInfo, *, personal: bool
    ) -> AbstractContextManager[FeedbackFile]: ...


@dataclass(frozen=True)
class Tools:
    content: Callable[[], Content]
    """What the bot goes by now: it follows the files."""
    faq: FaqDesk
    feedback_file: OpenFeedbackFile
    sheets: Sheets
    library: Library
