"""What a transcript costs beside the least that can be done with its posts: writing them as CSV."""

import csv
import gc
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.apart import apart
from benchmarks.result import Result, Row, Target, middle
from bot.adapters.pages.chat import chat_files
from bot.adapters.pages.folder import replace_folder
from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.record.figures import figures
from bot.core.record.transcript import sift, transcript
from bot.core.record.values import About, Contribution

START = datetime(2026, 12, 15, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUESTIONS = 6
_WORDS = ("library", "evidence", "decision", "board", "journal", "club", "search", "summary", "outreach", "clinical",
          "team", "service", "local", "public", "health")  # fmt: skip


def run(posts: int = 100_000, few: int = 1_000, rounds: int = 3) -> Result:
    base, pages, everything = apart(measure, posts, rounds)
    base_few, pages_few, _ = apart(measure, few, rounds)
    return Result(
        name="transcript",
        about=f"processor time from {posts:,} posts of one hour to their transcript on the disk, the median",
        rows=[
            Row(name="pages (HTML), figures included", value=pages, unit="s", against="the same rows as CSV",
                baseline=base, targets=(Target(at_most=5, of_ratio=True),)),
            Row(name="pages, CSV, JSON, Markdown, pictures", value=everything, unit="s",
                against="the same rows as CSV", baseline=base, targets=(Target(at_most=5, of_ratio=True),)),
            Row(name="pages, a post", value=pages / posts * 1e6, unit="µs", against=f"of {few:,} posts",
                baseline=pages_few / few * 1e6),
            Row(name="CSV alone, a post", value=base / posts * 1e6, unit="µs", against=f"of {few:,} posts",
                baseline=base_few / few * 1e6),
        ],
        note="Garbage is not collected meanwhile, as in the command that does this.",
    )  # fmt: skip


def measure(posts: int, rounds: int) -> tuple[float, float, float]:
    """Seconds of a processor for: CSV by the standard library, the pages, and all forms of the transcript."""
    made, about = contributions(posts), chat()
    gc.disable()
    with tempfile.TemporaryDirectory(prefix="antiphon-transcript-") as folder:
        here = Path(folder)

        def pages() -> None:
            _written(about, made, here / "pages", ".html")

        def everything() -> None:
            _written(about, made, here / "everything", "")

        ways = (lambda: as_csv(made, here / "base.csv"), pages, everything)
        taken = [[_taken(way) for way in ways] for _ in range(rounds)]
    base, paged, all_ = (middle([one[n] for one in taken]) for n in range(len(ways)))
    return base, paged, all_


def _taken(work: Callable[[], None]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def _written(about: About, made: Sequence[Contribution], folder: Path, ending: str) -> None:
    kept = sift(about, made)
    found, counted = transcript(about, kept), figures(about, kept)
    replace_folder(folder, (file for file in chat_files(found, counted) if file.path.endswith(ending)))


def as_csv(made: Sequence[Contribution], file: Path) -> None:
    """The rows of a transcript, as plainly as one can write them."""
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        for one in made:
            post = one.post
            writer.writerow(
                [
                    f"Q{one.questions[0]}",
                    post.at.isoformat(),
                    post.platform.label,
                    post.name,
                    post.text,
                    post.link,
                    post.in_reply_to,
                    post.followers,
                ]
            )


def chat() -> About:
    asked = tuple(Asked(n + 1, START + n * HOUR / QUESTIONS, f"Question {n + 1}?") for n in range(QUESTIONS))
    return About("2026-12-15", "A topic", START, START + HOUR, ZoneInfo("Europe/London"), "#ukmedlibs", asked=asked)


def contributions(posts: int) -> Sequence[Contribution]:
    """A tenth as many people as posts; every fifth post answers another, every ninth shares one of fifty links."""
    return [_contribution(n, posts) for n in range(posts)]


def _contribution(n: int, posts: int) -> Contribution:
    question, person = n * QUESTIONS // posts + 1, n * 7919 % max(posts // 10, 1)
    link = f" https://kfh.example/{n % 50}" if n % 9 == 0 else ""
    post = HeardPost(
        Platform.X,
        str(900_000 + n),
        START + n * HOUR / posts,
        str(person),
        f"A{question} {words(n)} {n}{link} #ukmedlibs",
        str(900_000 + n - 7) if n % 5 == 0 and n > 7 else None,
        name=f"person{person}",
        followers=person % 500,
        link=f"https://x.com/person{person}/status/{900_000 + n}",
    )
    return Contribution(post, (question,), "label", 1.0)


def words(n: int) -> str:
    """Fourteen of them, seldom the same."""
    return " ".join(_WORDS[(n * step + n // 13) % len(_WORDS)] for step in range(1, 15))
