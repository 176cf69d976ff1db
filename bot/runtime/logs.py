"""Logs: one line an event, with fields, and never a secret."""

import logging
import sys
from collections.abc import Collection

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SHORTEST_SECRET = 6


def configure(level: str, secrets: Collection[str]) -> None:
    """Log to standard error from `level` on. `secrets` are replaced wherever they occur, tracebacks included."""
    known = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redacting(known),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    # The SDKs log through the standard library; below warnings they log whole requests.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_RedactingFormatter(known))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def clean(text: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "[redacted]")
    return text


def _redacting(secrets: Collection[str]) -> Processor:
    def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {name: value if isinstance(value, bool | int) else clean(str(value), secrets)
                for name, value in event.items()}  # fmt: skip

    return redact


class _RedactingFormatter(logging.Formatter):
    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record), self._secrets)
