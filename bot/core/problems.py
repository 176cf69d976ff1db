"""What we say when something outside the program is wrong."""

from collections.abc import Iterable


class Problem(Exception):
    """Its text is for the person at the keyboard: what happened, what it means, what to do. No secrets in it."""


def listing(said: str, wrong: Iterable[object]) -> Problem:
    """What became of it, and below that everything that is wrong, a line each."""
    return Problem("\n".join([said, *(f"  {one}" for one in wrong)]))
