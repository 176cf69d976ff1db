"""Keys as people type them: only as much of the end as tells one from the others."""

from collections.abc import Collection

from rapidfuzz import fuzz, process

from bot.core.problems import Problem

_NEAR = 60
"""Out of 100: enough letters in common to be worth suggesting."""


def meant(typed: str, keys: Collection[str]) -> str:
    """The one key that is, or ends in, what was typed. Raises Problem, with the nearest ones, where there is none."""
    if typed in keys:
        return typed
    found = sorted(key for key in keys if key.endswith(typed))
    if not found:
        near = [
            key for key, _, _ in process.extract(typed, list(keys), scorer=fuzz.WRatio, limit=3, score_cutoff=_NEAR)
        ]
        advice = f"Did you mean {' or '.join(near)}?" if near else "The list shows the keys there are."
        raise Problem(f"There is no key {typed!r}, and none that ends in it. {advice}")
    if len(found) > 1:
        shown = ", ".join(found[:5]) + (" …" if len(found) > 5 else "")
        raise Problem(f"{len(found)} keys end in {typed!r}: {shown}. Write more of the one you mean.")
    return found[0]
