"""Where the matcher has the meaning of words from: three tiers behind one port, each falling back on the one below."""

from enum import StrEnum
from pathlib import Path

from bot.adapters.meaning.remembered import Remembered
from bot.adapters.meaning.sentences import BGE, COLBERT, Sentences, weights
from bot.adapters.meaning.vectors import Vectors
from bot.core.answers import Encoder, NoMeaning

__all__ = ["Tier", "open_encoder"]


class Tier(StrEnum):
    """How much is spent on understanding a question."""

    CORE = "core"
    VECTORS = "vectors"
    ENCODER = "encoder"


_MODELS = {Tier.VECTORS: (BGE,), Tier.ENCODER: (BGE, COLBERT)}


def open_encoder(tier: Tier, cache: Path | None = None) -> Encoder:
    """The tier that was asked for, or with a warning the best below it that this installation has.

    `cache` is a folder in which sentence encoders keep what they worked out for the FAQ, so that a restart is quick.
    """
    if models := _MODELS.get(tier):
        files = [file for model in models if (file := weights(model)) is not None]
        if len(files) == len(models):
            encoder = Sentences(tier.value, files)
            return Remembered(encoder, cache) if cache else encoder
        _warn(
            "no sentence encoder, so questions are matched less well",
            fix="install requirements/run.txt, or set ANSWERS=core",
        )
    try:
        return Vectors()
    except OSError as error:
        _warn("no word vectors, so questions are matched by letters alone", reason=str(error))
        return NoMeaning()


def _warn(event: str, **more: str) -> None:
    import structlog  # takes 4 MB, and mostly there is nothing to say

    structlog.get_logger().warning(event, **more)
