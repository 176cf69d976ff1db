"""The benchmark of transcripts runs, small, and writes what it is to write."""

from pathlib import Path

from benchmarks import transcript
from bot.core.record.transcript import sift
from bot.core.record.transcript import transcript as built


def test_it_has_its_rows_beside_their_baselines() -> None:
    rows = {row.name: row for row in transcript.run(posts=60, few=30, rounds=1).rows}
    assert len(rows) == 4
    assert all(row.value > 0 and row.baseline is not None for row in rows.values())


def test_both_sides_have_every_post(tmp_path: Path) -> None:
    made = transcript.contributions(500)
    transcript.as_csv(made, tmp_path / "base.csv")
    assert len((tmp_path / "base.csv").read_text().splitlines()) == 500
    assert built(transcript.chat(), sift(transcript.chat(), made)).lines == 500
