"""Questions of our own, as people would type them, with the entry that answers each: written before anything was tuned.

`none` means that the FAQ has no answer. The matcher's numbers were fitted with the half that is called "dev"; the
other, "kept", is what it is measured with.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILES = [Path(__file__).parent / f"{name}questions.jsonl" for name in ("", "more-", "blind-")]
"""The others were written after the matcher's numbers were fitted, and nothing was changed for their sake: the last by
somebody who had read each entry's question and answer, and none of its phrasings."""


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    entries: tuple[str, ...]
    kind: str
    half: str

    @property
    def in_scope(self) -> bool:
        return bool(self.entries)


@cache
def own_questions() -> tuple[Asked, ...]:
    lines = (line for file in FILES for line in file.read_text(encoding="utf-8").splitlines())
    return tuple(_asked(json.loads(line)) for line in lines)


def _asked(row: dict[str, str]) -> Asked:
    entries = () if row["entry"] == "none" else (row["entry"], *row["also"])
    return Asked(row["query"], entries, row["kind"], row["half"])
