"""A whole campaign in a zip: taken over whole, or not at all."""

import os
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.yaml_content import load, taking_over
from bot.adapters.yaml_content.library import ContentFolder
from bot.adapters.yaml_content.taking_over import TakenOver
from bot.core.problems import Problem

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
OURS = {f"content/{path}": data for path, data in ContentFolder(Path("content")).everything().items()}


def zipped(place: Path, files: Mapping[str, bytes]) -> Path:
    file = place / "campaign.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in files.items():
            written.writestr(name, data)
    return file


def taken(place: Path, files: Mapping[str, bytes], *, replace: bool = False) -> TakenOver:
    return taking_over.take_over(zipped(place, files), place / "here", NOW, replace=replace)


def all_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def theirs(tmp_path: Path) -> Mapping[str, bytes]:
    """What is in the folder already, to be found again."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here/campaign.yaml").write_bytes(b"name: another\n")
    return all_of(tmp_path / "here")


def test_where_nothing_is_it_comes_whole_with_the_sheet_of_key_actions(tmp_path: Path) -> None:
    found = taken(tmp_path, {**OURS, "key-actions.csv": b"date,time,text\n", "READ-ME.txt": b"Hello."})
    assert found == TakenOver(len(OURS), None, b"date,time,text\n")
    assert load(tmp_path / "here") == load(Path("content"))


def test_what_is_there_stays_until_it_may_be_replaced_and_is_kept_then(
    tmp_path: Path, theirs: Mapping[str, bytes]
) -> None:
    with pytest.raises(Problem, match="has something in it already"):
        taken(tmp_path, OURS)
    assert all_of(tmp_path / "here") == theirs
    found = taken(tmp_path, OURS, replace=True)
    assert found.kept == tmp_path / "here-before-20261201-080000"
    assert all_of(found.kept) == theirs
    assert load(tmp_path / "here") == load(Path("content"))


def test_what_nobody_sees_counts_as_something_and_an_empty_folder_does_not(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/.notes").write_text("Mine.")
    with pytest.raises(Problem, match="has something in it already"):
        taken(tmp_path, OURS)
    (tmp_path / "here/.notes").unlink()
    assert taken(tmp_path, OURS).kept is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"content/faq.yaml": b"- id: a\n  question: [\n"}, "has problems:\n  here/faq.yaml:"),
        ({"content/history.yaml": b"- date: never\n"}, "history.yaml:1"),
        ({"content/run.sh": b"rm"}, "does not know 'content/run.sh'"),
        ({"content/cards/../../stolen.png": b"x"}, "does not know 'content/cards/../../stolen.png'"),
        ({"content//etc/a.png": b"x"}, "does not know"),
    ],
)
def test_with_anything_wrong_nothing_is_changed(
    tmp_path: Path, theirs: Mapping[str, bytes], more: Mapping[str, bytes], said: str
) -> None:
    with pytest.raises(Problem) as told:
        taken(tmp_path, {**OURS, **more}, replace=True)
    assert said in str(told.value)
    assert all_of(tmp_path / "here") == theirs
    assert sorted(os.listdir(tmp_path)) == ["campaign.zip", "here"]


def test_a_zip_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_over, "_LARGEST", 1_000_000)
    with pytest.raises(Problem, match="unpacks to more than"):
        taken(tmp_path, {**OURS, "content/cards/large.png": bytes(2_000_000)})
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize(
    ("data", "said"), [(b"PK\x03\x04 not whole", "damaged, or is no zip"), (None, "No such file"), (b"", "damaged")]
)
def test_what_is_no_zip_is_said(tmp_path: Path, data: bytes | None, said: str) -> None:
    file = tmp_path / "campaign.zip"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(Problem, match=said):
        taking_over.take_over(file, tmp_path / "here", NOW, replace=False)


def test_another_zip_is_no_campaign(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="there is no content/ in it"):
        taken(tmp_path, {"pictures/a.png": b"x"})


def test_where_the_last_step_fails_the_old_folder_is_back(
    tmp_path: Path, theirs: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.parent.name.startswith(".antiphon-"):
            raise OSError(28, "No space left on device", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(Problem, match=r"No space left on device\. Nothing was changed"):
        taken(tmp_path, OURS, replace=True)
    assert all_of(tmp_path / "here") == theirs
