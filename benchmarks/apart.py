"""Running a measured part in a process of its own, so that it has the machine's attention and a fresh heap."""

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_SPAWN = multiprocessing.get_context("spawn")
_READY_WITHIN = 60.0


def apart(function: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """What a function returns in a process of its own. Raises what it raises."""
    with ProcessPoolExecutor(1, _SPAWN, _set_up) as pool:
        return pool.submit(function, *args, **options).result()


def apart_together(function: Callable[..., T], calls: Sequence[tuple[object, ...]]) -> Sequence[T]:
    """As `apart`, a process for each call, all at once."""
    with ProcessPoolExecutor(len(calls), _SPAWN, _set_up) as pool:
        return [future.result() for future in [pool.submit(function, *call) for call in calls]]


@contextmanager
def beside(function: Callable[..., None], *args: object) -> Iterator[Connection]:
    """A server in a process of its own. Its function is given its end of a pipe, and returns when told `None`.

    The first thing it sends is its port; that is for the caller to receive.
    """
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(function, theirs, *args), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(_READY_WITHIN):
            raise TimeoutError(f"{function.__name__} did not start")
        yield ours
        ours.send(None)
        process.join(_READY_WITHIN)
    finally:
        process.kill()
        process.join()
        ours.close()


def settled_heap() -> None:
    """What the bot does with its heap before it runs."""
    gc.collect()
    gc.freeze()


def _serve(function: Callable[..., None], pipe: Connection, *args: object) -> None:
    _set_up()
    function(pipe, *args)


def _set_up() -> None:
    """Log as the bot does in service, to nowhere."""
    from bot.runtime import logs

    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for the rest of the process
    logs.configure("info", ())
