"""Where the matcher has the meaning of words from: three tiers behind one port, each falling back on the one below."""

from enum import StrEnum
from pathlib import Path

import structlog

from bot.adapters.meaning.minilm import MiniLM, weights_file
from bot.adapters.meaning.remembered import Remembered
from bot.adapters.meaning.vectors import Vectors
from bot.core.answers import Encoder, NoMeaning

__all__ = ["Tier", "open_encoder"]

log = structlog.get_logger()


class Tier(StrEnum):
    """How much is spent on understanding a question."""

    CORE = "core"
    VECTORS = "vectors"
    ENCODER = "encoder"


def open_encoder(tier: Tier, cache: Path | None = None) -> Encoder:
    """The tier that was asked for, or with a warning the best below it that this installation has.

    `cache` is a folder in which the encoder keeps what it worked out for the FAQ, so that a restart is quick.
    """
    if tier is Tier.ENCODER:
        if (file := weights_file()) is not None:
            encoder = MiniLM(file)
            return Remembered(encoder, cache) if cache else encoder
        log.warning(
            "no sentence encoder, so questions are matched less well",
            fix="install requirements/run.txt, or set ANSWERS=vectors",
        )
    try:
        return Vectors("core", 96) if tier is Tier.CORE else Vectors("vectors", 192)
    except OSError as error:
        log.warning("no word vectors, so questions are matched by letters alone", reason=str(error))
        return NoMeaning()
