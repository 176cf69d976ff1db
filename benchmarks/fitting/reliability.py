"""How often the matcher is right when it says how sure it is: `python -m benchmarks.fitting.reliability [TIER…]`.

Measured on the kept half of our own questions, to which nothing was fitted, with the shipped FAQ.
"""

import json
import sys
from collections.abc import Iterator, Sequence

from benchmarks.fitting.fit import ROOT, own_questions
from bot.adapters.meaning import Tier, open_encoder
from bot.adapters.yaml_content import load
from bot.core.answers import Known, Suggestions, band, matcher_for

WIDTH = 40  # characters of the plot
BANDS = 5


def table(pairs: Sequence[tuple[float, bool]]) -> Iterator[str]:
    """`pairs` are how sure the matcher was, and whether it was right."""
    yield "  sure          questions  said  right"
    for number in range(BANDS):
        low, high = number / BANDS, (number + 1) / BANDS
        part = [pair for pair in pairs if low <= pair[0] < high or (high == 1 and pair[0] == 1)]
        if part:
            said, right = (sum(values) / len(part) for values in zip(*part, strict=True))
            bar = "".join("#" if place < right * WIDTH else "." for place in range(WIDTH))
            mark = min(int(said * WIDTH), WIDTH - 1)
            plot = f"{bar[:mark]}|{bar[mark + 1 :]}"
            yield f"  {low:.1f} to {high:.1f} {len(part):>10}  {said:4.2f}  {right:5.2f}  {plot}"


def report(tier: Tier) -> Iterator[str]:
    content = load(ROOT / "content")
    matcher = matcher_for(content, open_encoder(tier, ROOT / "var" / "cache" / "answers"))
    rows = [json.loads(line) for line in own_questions().read_text(encoding="utf-8").splitlines()]
    kept = [row for row in rows if row["half"] == "kept"]
    found = [(row, matcher.rank(row["query"])) for row in kept]
    right = [(ranking, ranking.entries[0].id in {row["entry"], *row["also"]}) for row, ranking in found]
    inside = [(row, ranking) for row, ranking in found if row["entry"] != "none"]
    three = [any(e.id in {row["entry"], *row["also"]} for e in ranking.entries[:3]) for row, ranking in inside]
    answers = [
        (row, band(ranking, content.campaign.answers), ok) for (row, ranking), (_, ok) in zip(found, right, strict=True)
    ]
    given = [ok for _, answer, ok in answers if isinstance(answer, Known)]
    unknown = [answer for row, answer, _ in answers if row["entry"] == "none"]
    helped = [
        ok if isinstance(answer, Known) else near and isinstance(answer, Suggestions)
        for (row, answer, ok), near in zip((a for a in answers if a[0]["entry"] != "none"), three, strict=True)
    ]
    yield f"{tier}: {len(kept)} questions, {len(inside)} of them with an answer"
    yield f"  right first {_mean([ok for row, _, ok in answers if row['entry'] != 'none'])}"
    yield f"  in the first three {_mean(three)}, helped {_mean(helped)}"
    yield f"  of {len(given)} answers given {_mean(given)} right"
    yield f"  of {len(unknown)} unknown ones {_mean([not isinstance(a, Known) for a in unknown])} not answered"
    yield from table([(ranking.confidence, ok) for ranking, ok in right])


def _mean(values: Sequence[bool]) -> str:
    return f"{sum(values) / max(len(values), 1):.1%}"


if __name__ == "__main__":
    for name in sys.argv[1:] or list(Tier):
        print("\n".join(report(Tier(name))), flush=True)
