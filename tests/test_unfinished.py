"""What is not finished is nobody else's, and does not stay."""

import os
import stat
from pathlib import Path

import pytest

from bot.unfinished import unfinished


def test_a_folder_is_for_its_owner_alone_and_gone_afterwards_however_it_ends(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), unfinished(tmp_path) as folder:
        (folder / "export.csv").write_text("words", encoding="utf-8")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_goes_after_a_day_and_nothing_else_does(tmp_path: Path) -> None:
    places = [tmp_path / name for name in (".antiphon-unfinished-old", ".antiphon-unfinished-young", ".antiphon-other")]
    for place in places:
        (place / "within").mkdir(parents=True)
    old, young, other = places
    for place in (old, other):
        os.utime(place, (0, 0))
    with unfinished(tmp_path):
        assert [place.exists() for place in (old, young, other)] == [False, True, True]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    (target / "kept").mkdir(parents=True)
    link = tmp_path / ".antiphon-unfinished-link"
    link.symlink_to(target)
    os.utime(link, (0, 0), follow_symlinks=False)
    with unfinished(tmp_path):
        assert (target / "kept").exists()
