"""How long it takes to match a question, beside rapidfuzz going through the same phrasings."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import accumulate, cycle, islice
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from benchmarks.apart import apart, settled_heap
from benchmarks.result import Result, Row, Target, percentile
from bot.adapters.meaning import Tier, open_encoder
from bot.adapters.yaml_content import load
from bot.core.answers import Matcher
from bot.core.content import FaqEntry

CONTENT = Path(__file__).parents[1] / "content"
SMALL, LARGE = 188, 3000
"""Phrasings: of a campaign's FAQ, and of more than anybody has written for one."""

_AROUND = ["on monday", "for nurses", "in leeds", "at night", "with forms", "by post", "this year", "for free"]
_PEAK = "; print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
_BARE = "import sys"
_LIBRARIES = "import numpy, rapidfuzz; from bot.adapters.yaml_content import load; import bot.core.answers"
_CORE = (
    f"{_LIBRARIES}; from pathlib import Path; from bot.adapters.meaning import Tier, open_encoder; "
    "matcher = bot.core.answers.matcher_for(load(Path('content')), open_encoder(Tier.CORE)); matcher.rank('hello')"
)


def run(rounds: int = 3) -> Result:
    """`rounds` is how often each question is asked."""
    small = {tier: apart(matching, tier.value, SMALL, rounds) for tier in _tiers()}
    large = apart(matching, Tier.CORE.value, LARGE, 1)
    rows = [
        _row("core", small[Tier.CORE], 0.5, Target(at_most=1.5, of_ratio=True)),
        _row(f"core, {LARGE:,} phrasings", large, 0.5, Target(at_most=0.25, of_ratio=True)),
    ]
    if Tier.VECTORS in small:
        rows.append(_row("vectors", small[Tier.VECTORS], 0.5, Target(at_most=11, of_ratio=True)))
    if Tier.ENCODER in small:
        rows.append(_row("encoder", small[Tier.ENCODER], 0.5, Target(at_most=150, of_ratio=True)))
        rows.append(_row("encoder, slowest of a hundred", small[Tier.ENCODER], 0.99))
    rows.append(
        Row(
            name=f"core: index of {LARGE:,} phrasings, processor",
            value=large[2],
            unit="s",
            targets=(Target(at_most=3),),
        )
    )
    rows.append(
        Row(
            name="core: memory over bare Python",
            value=_peak(_CORE) - _peak(_BARE),
            unit="MB",
            against="its libraries alone",
            baseline=_peak(_LIBRARIES) - _peak(_BARE),
            targets=(Target(at_most=70),),
        )
    )
    return Result(
        name="answers",
        about=f"one question matched with {SMALL} phrasings, the median; rapidfuzz takes token_set_ratio of the same",
        rows=rows,
    )


def _tiers() -> Sequence[Tier]:
    return [tier for tier in Tier if open_encoder(tier).name == tier]


def _row(name: str, measured: "Measured", share: float, *targets: Target) -> Row:
    ours, theirs, _ = measured
    return Row(
        name=name,
        value=percentile(ours, share) * 1000,
        unit="ms",
        against="rapidfuzz",
        baseline=percentile(theirs, share) * 1000,
        targets=targets,
    )


Measured = tuple[Sequence[float], Sequence[float], float]
"""Seconds of each match, of each comparison by rapidfuzz, and of a processor for building the index."""


def matching(tier: str, phrasings: int, rounds: int) -> Measured:
    content = load(CONTENT)
    faq = enlarged(content.faq, phrasings)
    encoder = open_encoder(Tier(tier))
    start = time.process_time()
    matcher = Matcher(faq, encoder, synonyms=content.synonyms, elsewhere=content.not_for_us)
    built = time.process_time() - start
    texts = [utils.default_process(text) for entry in faq for text in (entry.question, *entry.phrasings)]

    def fuzzy(question: str) -> object:
        return process.extract(utils.default_process(question), texts, scorer=fuzz.token_set_ratio, limit=15)

    # Somebody's words, and no phrasing: every fifth one, with another end.
    asked = [f"{text.rstrip('?')} {end}" for text, end in zip(texts[::5][:150], cycle(_AROUND), strict=False)]
    settled_heap()
    ours: list[float] = []
    theirs: list[float] = []
    for question in asked * rounds:  # in turn, so that both meet the same moods of the machine
        ours.append(_timed(matcher.rank, question))
        theirs.append(_timed(fuzzy, question))
    return ours, theirs, built


def _timed(match: Callable[[str], object], question: str) -> float:
    start = time.perf_counter()
    match(question)
    return time.perf_counter() - start


def enlarged(faq: Sequence[FaqEntry], phrasings: int) -> Sequence[FaqEntry]:
    """As many entries as together have about so many phrasings: ours, and copies of them about other things."""
    copies = (
        entry
        if not round
        else entry.model_copy(
            update={
                "id": f"{entry.id}-{round}",
                "question": f"{entry.question} {_AROUND[round % len(_AROUND)]} {round}",
                "phrasings": tuple(f"{text} {_AROUND[round % len(_AROUND)]} {round}" for text in entry.phrasings),
            }
        )
        for round in range(phrasings)
        for entry in faq
    )
    sizes = accumulate(1 + len(entry.phrasings) for entry in cycle(faq))
    count = next(number for number, size in enumerate(sizes, 1) if size >= phrasings)
    return list(islice(copies, count))


def _peak(program: str) -> float:
    """The memory that a program of its own took at most, in MB. Linux alone can tell."""
    command = [sys.executable, "-c", f"import bot; {program}{_PEAK}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=CONTENT.parent)  # noqa: S603
    return int(done.stdout.split()[-1]) / 1024
