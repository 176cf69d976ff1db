"""Waiting for what another process does."""

import time
from collections.abc import Callable


def until(happened: Callable[[], object], seconds: float = 20) -> None:
    """Return once `happened()` is true; fail when it is not in time."""
    give_up = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.05)
