"""Fits the matcher's numbers: `python -m benchmarks.fitting.fit TIER… > report.txt`, which rewrites
`bot/core/answers/fitted.py` for these tiers; with `bend` before them, only the two slopes of the probability.

Two small models. Which entry is right: a conditional logit over the shortlist. Whether it is right at all: a logistic
regression over signs. Both learn from FAQs that are made up from the train parts of CLINC150 and BANKING77 (some
intents are entries, with three to eight phrasings; questions of the others are out of scope; a part has typos), from
the development set of the campaign and from one half of our own questions (`tests/answers/questions.jsonl`).
Nothing that is reported as a result is among them. For each group the report tells how well the numbers do that were
fitted without it.
"""

import json
import os
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.adapters.meaning import Tier, open_encoder
from bot.adapters.yaml_content import load
from bot.core.answers import Encoder, Matcher, NoMeaning
from bot.core.answers.features import Near
from bot.core.answers.fitted import FITTED, Weights
from bot.core.answers.matcher import bent, signs
from bot.core.content import FaqEntry

Numbers = npt.NDArray[np.float64]

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "tests" / "answers"
TASKS = Path(os.environ.get("ANSWERS_TASKS", "tasks"))
"""Where the benchmark's tasks are, which are not part of this repository."""
FITTED_FILE = ROOT / "bot" / "core" / "answers" / "fitted.py"

MADE_UP = 18
"""FAQs per tier. More change the second digit of a weight."""
WEIGHT = {"campaign": 4.0, "own": 4.0, "clinc": 0.5, "banking": 0.5}
"""The campaign's questions are few and are what the bot is for."""
PRIOR = np.array([8.0, 2.0, 1.5])
"""Where the ranking's weights start from and are drawn to."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Memo:
    """Remembers every text: the made-up FAQs share theirs."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.language = encoder.name, encoder.language
        self._encoder = encoder
        self._rows: dict[str, npt.NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        new = sorted({text for text in texts if text not in self._rows})
        self._rows |= dict(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._rows[text] for text in texts])


class Asked(NamedTuple):
    """A question, how the matcher saw it, and which of the shortlist are right."""

    group: str
    near: Near
    right: npt.NDArray[np.bool_]
    in_scope: bool


def asked(encoder: Encoder) -> Iterator[Asked]:
    content = load(ROOT / "content")
    dev = TASKS / "campaign-dev"
    groups = [
        ("campaign", faq(dev / "faq.yaml"), rows_of(dev / "test.jsonl")),
        ("own", list(content.faq), [row for row in rows_of(QUESTIONS / "questions.jsonl") if row["half"] == "dev"]),
        *made_up(random.Random(7)),
    ]
    for group, entries, rows in groups:
        matcher = Matcher(
            entries,
            encoder,
            labels=[content.campaign.hashtag],
            synonyms=content.synonyms,
            elsewhere=content.not_for_us,
        )
        ids = [entry.id for entry in sorted(entries, key=lambda entry: entry.id)]
        for row in rows:
            near = matcher.near(row["query"])
            right = {row["entry"], *row.get("also", ())}
            yield Asked(
                group, near, np.array([ids[number] in right for number in near.entries]), row["entry"] != "none"
            )


def made_up(dice: random.Random) -> Iterator[tuple[str, list[FaqEntry], list[dict[str, Any]]]]:
    pools = {
        "clinc": [list(ways(entry))[:12] for entry in faq(TASKS / "clinc-kall" / "faq.yaml")],
        "banking": [_some(dice, list(ways(entry)), 16) for entry in faq(TASKS / "banking-kall" / "faq.yaml")],
    }
    for number in range(MADE_UP):
        group = "banking" if number % 3 == 2 else "clinc"
        pool, few = pools[group], dice.choice([3, 4, 4, 5, 6, 8])
        size = dice.randint(25, 60) if group == "banking" else dice.randint(30, 110)
        chosen = dice.sample(range(len(pool)), size)
        others = [texts for place, texts in enumerate(pool) if place not in chosen]
        rows = [(text, f"e{place}") for place in chosen for text in dice.sample(pool[place][few:], 2)]
        rows = _some(dice, rows, 90) + [(dice.choice(dice.choice(others)), "none") for _ in range(45)]
        entries = [_entry(f"e{place}", pool[place][:few]) for place in chosen]
        yield (
            group,
            entries,
            [{"query": typed(dice, text, dice.choice([0, 0, 0, 1, 2])), "entry": e} for text, e in rows],
        )


def typed(dice: random.Random, text: str, slips: int) -> str:
    letters = list(text)
    for _ in range(slips if len(letters) > 4 else 0):
        place = dice.randrange(1, len(letters) - 2)
        kind = dice.choice(("swap", "drop", "add", "change"))
        if kind == "swap":
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        elif kind == "drop":
            del letters[place]
        elif kind == "add":
            letters.insert(place, dice.choice(LETTERS))
        else:
            letters[place] = dice.choice(LETTERS)
    return "".join(letters)


def fit_ranking(rows: Sequence[Asked]) -> Numbers:
    """Newton's method for the conditional logit, drawn to the prior."""
    weights, strength = PRIOR.copy(), 3.0
    used = [(row.near.sides.astype(np.float64), row.right, WEIGHT[row.group]) for row in rows if row.right.any()]
    for step in range(12):
        slope = strength * (weights - PRIOR)
        curvature = strength * np.eye(len(PRIOR))
        for sides, right, weight in used:
            scores = sides @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            wanted = np.where(right, shares, 0) / shares[right].sum()
            mean = shares @ sides
            slope += weight * (mean - wanted @ sides)
            curvature += weight * ((sides * shares[:, None]).T @ sides - np.outer(mean, mean))
        weights = weights - (0.7 if step < 3 else 1.0) * np.linalg.solve(curvature, slope)
    return weights


def signs_of(rows: Sequence[Asked], ranking: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The signs of each question, whether its first entry was right, and its weight."""
    found, right = [], []
    for row in rows:
        scores = row.near.sides @ ranking
        order = np.argsort(-scores, kind="stable")
        near = replace(row.near, sides=row.near.sides[order], scores=scores[order].tolist())
        found.append(signs(near))
        right.append(bool(row.right[order[0]]) and row.in_scope)
    return np.array(found), np.array(right, float), np.array([WEIGHT[row.group] for row in rows])


def fit_confidence(found: Numbers, right: Numbers, weight: Numbers) -> Numbers:
    """Newton's method for the logistic regression; the last sign is the constant one."""
    weights = np.zeros(found.shape[1])
    draw = np.full(len(weights), 0.5)
    draw[-1] = 1e-3
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(found @ weights, -30, 30)))
        curvature = (found * (weight * chance * (1 - chance))[:, None]).T @ found + np.diag(draw)
        weights = weights - np.linalg.solve(curvature, found.T @ (weight * (chance - right)) + draw * weights)
    return weights


def fit_probability(found: Numbers, right: Numbers, weight: Numbers) -> tuple[Numbers, Numbers]:
    """What each sign weighs, and then the two slopes of the whole."""
    confidence = fit_confidence(found, right, weight)
    return confidence, fit_confidence(bent_of(found @ confidence), right, weight)


def bent_of(totals: Numbers) -> Numbers:
    return np.array([bent(float(total)) for total in totals])


def report(rows: Sequence[Asked]) -> Iterator[str]:
    for group in WEIGHT:
        rest, held = [r for r in rows if r.group != group], [r for r in rows if r.group == group]
        ranking = fit_ranking(rest)
        confidence, bend = fit_probability(*signs_of(rest, ranking))
        found, right, _ = signs_of(held, ranking)
        chance = 1 / (1 + np.exp(-bent_of(found @ confidence) @ bend))
        in_scope = np.array([row.in_scope for row in held])
        first = np.mean([r.right[np.argmax(r.near.sides @ ranking)] for r in held if r.in_scope])
        bins = [
            f"{chance[part].mean():.2f}→{right[part].mean():.2f} ({part.sum()})"
            for low in (0, 0.2, 0.4, 0.6, 0.8)
            if (part := (chance >= low) & (chance < low + 0.2)).any()
        ]
        yield f"  without {group}: right first {first:.1%}, AUROC {auroc(chance, in_scope):.3f}, {', '.join(bins)}"


def auroc(scores: Numbers, positive: npt.NDArray[np.bool_]) -> float:
    ranks = np.argsort(np.argsort(scores, kind="stable")) + 1
    count = int(positive.sum())
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(scores) - count)))


def written(name: str, ranking: Numbers, confidence: Numbers, bend: Numbers) -> Weights:
    rank, sure = (tuple(round(float(x), 2) for x in numbers) for numbers in (ranking, confidence))
    below, above, there = (round(float(x), 2) for x in bend)
    return replace(FITTED[name], ranking=rank, confidence=sure, bend=(below, above, there))


def save(new: Mapping[str, Weights]) -> None:
    """Puts the numbers where the bot reads them."""
    text = FITTED_FILE.read_text(encoding="utf-8")
    for name, weights in new.items():
        line = (
            f'    "{name}": Weights({weights.lexical}, {weights.meaning}, {weights.softness},\n'
            f"        {weights.ranking},\n        {weights.confidence},\n        {weights.bend}),\n"
        )
        text = re.sub(rf'    "{name}": Weights\(.*?\)\),\n', line, text, flags=re.DOTALL)
    FITTED_FILE.write_text(text, encoding="utf-8")


def faq(file: Path) -> list[FaqEntry]:
    return [
        _entry(e["id"], [e["question"], *e["alternatives"]], e["answer"])
        for e in json.loads(file.read_text(encoding="utf-8"))
    ]


def ways(entry: FaqEntry) -> Iterator[str]:
    yield from (entry.question, *entry.phrasings)


def _entry(id: str, texts: Sequence[str], answer: str = "") -> FaqEntry:
    return FaqEntry.model_construct(
        id=id, question=texts[0], phrasings=tuple(texts[1:]), answer=answer, short="", source=""
    )


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _some(dice: random.Random, texts: list[Any], most: int) -> list[Any]:
    return dice.sample(texts, min(most, len(texts)))


def with_new_bend(rows: Sequence[Asked], old: Weights) -> Weights:
    """For an edit of content/not-for-us.yaml: probabilities are right again, and tell known from unknown as before."""
    found, right, weight = signs_of(rows, np.array(old.ranking))
    bend = fit_confidence(bent_of(found @ np.array(old.confidence)), right, weight)
    below, above, there = (round(float(x), 2) for x in bend)
    return replace(old, bend=(below, above, there))


def main(names: Sequence[str]) -> None:
    only_bend = "bend" in names
    for name in (name for name in names if name != "bend"):
        encoder = NoMeaning() if name == "letters" else open_encoder(Tier(name))
        rows = list(asked(Memo(encoder)))
        if only_bend:
            save({encoder.name: with_new_bend(rows, FITTED[encoder.name])})
            continue
        print(f"{name}: {len(rows)} questions", *report(rows), sep="\n", flush=True)
        ranking = fit_ranking(rows)
        save({encoder.name: written(encoder.name, ranking, *fit_probability(*signs_of(rows, ranking)))})


if __name__ == "__main__":
    main(sys.argv[1:] or ["letters", *Tier])
