"""How often the matcher is right when it says how sure it is: `python -m benchmarks.fitting.reliability [TIER…]`.

Prints a table for each tier, and draws `var/reliability.svg`. Measured with questions to which nothing was fitted: the
kept ones of our own, those of somebody who had not seen the FAQ's phrasings and, where the benchmark's data are, the
test questions of CLINC150 and BANKING77 with five phrasings an entry.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.fitting.fit import QUESTIONS, ROOT, TASKS, faq, rows_of
from bot.adapters.meaning import Tier, open_encoder
from bot.adapters.yaml_content import load
from bot.core.answers import Encoder, Known, Matcher, Ranking, Suggestions, band
from bot.core.content import Bands, FaqEntry

BANDS = 5
PLOT = ROOT / "var" / "reliability.svg"
SIDE, EDGE = 240, 40  # of a plot, in pixels

Found = tuple[dict[str, Any], Ranking]
Point = tuple[float, float, int]
"""How sure it said to be, how often it was right, and how many questions that was."""


def asked(encoder: Encoder) -> Iterator[tuple[str, Sequence[Found]]]:
    """Each set of questions, with what the matcher found."""
    content = load(ROOT / "content")

    def matched(entries: Sequence[FaqEntry], rows: Sequence[dict[str, Any]]) -> Sequence[Found]:
        labels, elsewhere = [content.campaign.hashtag], content.not_for_us
        matcher = Matcher(entries, encoder, labels=labels, synonyms=content.synonyms, elsewhere=elsewhere)
        return [(row, matcher.rank(row["query"])) for row in rows]

    own = [*rows_of(QUESTIONS / "questions.jsonl"), *rows_of(QUESTIONS / "more-questions.jsonl")]
    yield "own, kept", matched(content.faq, [row for row in own if row["half"] == "kept"])
    yield "blind", matched(content.faq, rows_of(QUESTIONS / "blind-questions.jsonl"))
    for task in ("clinc-k5", "banking-k5"):
        if (file := TASKS / task / "test.jsonl").is_file():
            test = [row for row in rows_of(file) if row["sub"] and row["variant"] == "clean"]
            yield task, matched(faq(TASKS / task / "faq.yaml"), test)


def right(row: dict[str, Any], ranking: Ranking) -> bool:
    return ranking.entries[0].id in {row["entry"], *row["also"]}


def points(found: Sequence[Found]) -> Sequence[Point]:
    parts: list[list[Found]] = [[] for _ in range(BANDS)]
    for row, ranking in found:
        parts[min(int(ranking.confidence * BANDS), BANDS - 1)].append((row, ranking))
    return [
        (_mean([ranking.confidence for _, ranking in part]), _mean([right(*one) for one in part]), len(part))
        for part in parts
    ]


def report(name: str, found: Sequence[Found], bands: Bands) -> Iterator[str]:
    inside = [one for one in found if one[0]["entry"] != "none"]
    three = [any(e.id in {row["entry"], *row["also"]} for e in ranking.entries[:3]) for row, ranking in inside]
    helped = [near if isinstance(band(r, bands), Suggestions) else right(row, r) and isinstance(band(r, bands), Known)
              for (row, r), near in zip(inside, three, strict=True)]  # fmt: skip
    given = [right(*one) for one in found if isinstance(band(one[1], bands), Known)]
    refused = [not isinstance(band(ranking, bands), Known) for row, ranking in found if row["entry"] == "none"]
    yield f"  {name}: {len(found)} questions, {len(inside)} of them with an answer"
    yield f"    right first {_mean([right(*one) for one in inside]):.1%}, in the first three {_mean(three):.1%}"
    yield f"    of {len(given)} answers given {_mean(given):.1%} right; helped {_mean(helped):.1%}"
    if refused:
        yield f"    of {len(refused)} unknown ones {_mean(refused):.1%} not answered"
    yield from table(found)


def table(found: Sequence[Found]) -> Iterator[str]:
    yield "    sure        questions  said  right"
    for number, (said, was, count) in enumerate(points(found)):
        yield f"    {number / BANDS:.1f} to {(number + 1) / BANDS:.1f} {count:>9}  {said:4.2f}   {was:4.2f}"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


def drawn(plots: Mapping[str, Sequence[Point]]) -> str:
    """An SVG picture: a plot each, the wider the dot the more questions; where all is well they lie on the line."""
    width, height = len(plots) * (SIDE + EDGE) + EDGE, SIDE + 2 * EDGE
    start = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">'
    bodies = [_plot(name, found, EDGE + place * (SIDE + EDGE)) for place, (name, found) in enumerate(plots.items())]
    return "\n".join([start, '<rect width="100%" height="100%" fill="white"/>', *bodies, "</svg>"])


def _plot(name: str, found: Sequence[Point], left: int) -> str:
    bottom, total = EDGE + SIDE, max(sum(count for *_, count in found), 1)
    dots = "".join(
        f'<circle cx="{left + said * SIDE:.0f}" cy="{bottom - was * SIDE:.0f}" '
        f'r="{3 + 20 * (count / total) ** 0.5:.0f}" fill="#005eb8" fill-opacity="0.6"/>'
        for said, was, count in found
        if count
    )
    return (
        f'<rect x="{left}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#768692"/>'
        f'<path d="M{left} {bottom}L{left + SIDE} {EDGE}" stroke="#768692"/>{dots}'
        f'<text x="{left}" y="{EDGE - 10}" font-size="13">{name}: right (up) when said (across)</text>'
    )


def main(tiers: Sequence[str]) -> None:
    bands, plots = load(ROOT / "content").campaign.answers, {}
    for tier in tiers:
        print(tier)
        sets = list(asked(open_encoder(Tier(tier), ROOT / "var" / "cache" / "answers")))
        for name, found in sets:
            print(*report(name, found, bands), sep="\n")
            plots[f"{tier}, {name}"] = points(found)
        print("  all together", *table([one for _, found in sets for one in found]), sep="\n", flush=True)
    PLOT.parent.mkdir(exist_ok=True)
    PLOT.write_text(drawn(plots), encoding="utf-8")
    print(f"drawn: {PLOT.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:] or list(Tier))
