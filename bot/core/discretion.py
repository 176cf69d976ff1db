"""What somebody wrote to us stands in no log and no error text: those are read by others than the ones it was for."""

import traceback
from collections.abc import Iterator, Mapping

from bot.core.events import Event
from bot.core.problems import Problem

_TELLING = 12
"""Characters in a row that are in both: then one quotes the other."""


def quotes(said: str, event: Event) -> bool:
    """Whether it has some of what the event's author wrote."""
    return any(_shared(words, said) for words in _written(event))


def failure_words(error: Exception, event: Event) -> tuple[str, str]:
    """A failure in short and in full, as a traceback: without its own words where they quote the event's author.

    A Problem's words are ours.
    """
    short, full = f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error))
    if not isinstance(error, Problem) and quotes(full, event):
        short = f"{type(error).__name__}, whose words quote the message and are left out"
        full = "".join([*traceback.format_tb(error.__traceback__), short])
    return short, full


def _written(event: Event) -> Iterator[str]:
    yield from (str(getattr(event, name, "")) for name in ("text", "value"))
    values: Mapping[str, str] = getattr(event, "values", {})
    yield from values.values()


def _shared(words: str, said: str) -> bool:
    if len(words) < _TELLING:
        return len(words) >= _TELLING // 2 and words in said
    pieces = {words[at : at + _TELLING] for at in range(len(words) - _TELLING + 1)}
    return any(said[at : at + _TELLING] in pieces for at in range(len(said) - _TELLING + 1))
